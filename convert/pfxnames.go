package convert

import (
	"bytes"
	"crypto/sha1"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

// pfxNames works out the attributes that keys and certificates get in a PFX.
// A key and its certificate are tied together by localKeyId: the one that they
// have, or the certificate's SHA-1, which is what OpenSSL writes. Windows
// numbers them 1, 2, … in each file, so in a bundle of several files the same
// one can mean different keys; then it is not kept.
func pfxNames(b *Bundle) (keys, certs []Names) {
	byKey := byPublicKey(b.Certs)
	for i := range b.Certs {
		certs = append(certs, b.Certs[i].Names)
	}
	taken := map[string]int{} // localKeyId → number of its key
	for i := range b.Keys {
		n := b.Keys[i].Names
		own := byKey[b.Keys[i].PublicID()]
		if n.LocalKeyID == nil && len(own) > 0 {
			n.LocalKeyID = b.Certs[own[0]].LocalKeyID
		}
		if _, used := taken[string(n.LocalKeyID)]; used || n.LocalKeyID == nil {
			n.LocalKeyID = nil
			if len(own) > 0 {
				sum := sha1.Sum(b.Certs[own[0]].Raw)
				n.LocalKeyID = sum[:]
			}
		}
		if n.LocalKeyID != nil {
			taken[string(n.LocalKeyID)] = i
			if !slices.ContainsFunc(own, func(c int) bool { return bytes.Equal(certs[c].LocalKeyID, n.LocalKeyID) }) && len(own) > 0 {
				certs[own[0]].LocalKeyID = n.LocalKeyID
			}
		}
		keys = append(keys, n)
	}
	for i := range certs {
		if k, used := taken[string(certs[i].LocalKeyID)]; used && !slices.Contains(byKey[b.Keys[k].PublicID()], i) {
			certs[i].LocalKeyID = nil
		}
		if len(b.Keys) == 0 {
			certs[i].Attributes = withJavaTrust(certs[i].Attributes)
		}
	}
	return keys, certs
}

// javaTrust is the value of Java's attribute for a certificate that is trusted
// for everything: SET { anyExtendedKeyUsage }.
var javaTrust = []byte{0x31, 0x06, 0x06, 0x04, 0x55, 0x1d, 0x25, 0x00}

// withJavaTrust adds the attribute without which Java ignores a certificate
// that comes with no key. Other readers pass over it.
func withJavaTrust(list []Attribute) []Attribute {
	if slices.ContainsFunc(list, func(a Attribute) bool { return a.OID == oidJavaTrust }) {
		return list
	}
	return append(slices.Clip(list), Attribute{OID: oidJavaTrust, Values: javaTrust})
}

// addBagAttributes writes the other way round of readBagAttributes.
func addBagAttributes(b *cryptobyte.Builder, n Names) {
	var list [][]byte
	add := func(oid string, values []byte) {
		list = append(list, der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				der.AddOID(b, oid)
				b.AddBytes(values)
			})
		}))
	}
	if n.FriendlyName != "" {
		add(oidFriendlyName, setOf(asn1.Tag(30), der.BMPString(n.FriendlyName)))
	}
	if n.LocalKeyID != nil {
		add(oidLocalKeyID, setOf(asn1.OCTET_STRING, n.LocalKeyID))
	}
	for _, a := range n.Attributes {
		if a.OID == oidFriendlyName && n.FriendlyName != "" || a.OID == oidLocalKeyID && n.LocalKeyID != nil {
			continue // malformed, or one too many
		}
		add(a.OID, a.Values)
	}
	if len(list) == 0 {
		return
	}
	slices.SortFunc(list, bytes.Compare) // DER: X.690, Section 11.6
	b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
		for _, a := range list {
			b.AddBytes(a)
		}
	})
}

// setOf makes a SET OF one value.
func setOf(tag asn1.Tag, content []byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
			b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(content) })
		})
	})
}
