package convert

import (
	"bytes"
	"crypto/sha1"
	"slices"
	"strconv"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

// pfxNames works out the attributes that keys and certificates get in a PFX.
// A key and its certificate are tied together by localKeyId: the one that they
// have, or the certificate's SHA-1, which is what OpenSSL writes. Windows
// numbers them 1, 2, … in each file, so in a bundle of several files the same
// one can mean different keys; then it is not kept. Java's attribute has what
// is trusted, and nothing else: Java does not take such a certificate for that
// of a key.
func pfxNames(b *Bundle, now time.Time) (keys, certs []Names) {
	for i := range b.Certs {
		n := b.Certs[i].Names
		n.Attributes = withoutJavaTrust(n.Attributes)
		certs = append(certs, n)
	}
	taken := map[string]int{} // localKeyId → index of the certificate of its key
	for _, e := range b.entries(now) {
		if e.key < 0 {
			certs[e.own].Attributes = withJavaTrust(b.Certs[e.own].Attributes)
			continue
		}
		n := b.Keys[e.key].Names
		if n.LocalKeyID == nil && e.own >= 0 {
			n.LocalKeyID = certs[e.own].LocalKeyID
		}
		if _, used := taken[string(n.LocalKeyID)]; used || n.LocalKeyID == nil {
			n.LocalKeyID = nil
			if e.own >= 0 {
				n.LocalKeyID = keyIDFor(b.Certs[e.own].Raw, e.key, taken)
			}
		}
		if n.LocalKeyID != nil {
			taken[string(n.LocalKeyID)] = e.own
			if e.own >= 0 {
				certs[e.own].LocalKeyID = n.LocalKeyID
			}
		}
		keys = append(keys, n)
	}
	for i := range certs {
		if own, used := taken[string(certs[i].LocalKeyID)]; used && own != i {
			certs[i].LocalKeyID = nil
		}
	}
	return keys, certs
}

// keyIDFor is the SHA-1 of the certificate of a key, or another one where that is
// taken: by the same key under another alias.
func keyIDFor(raw []byte, key int, taken map[string]int) []byte {
	sum := sha1.Sum(raw)
	if _, used := taken[string(sum[:])]; used {
		sum = sha1.Sum(append(sum[:], strconv.Itoa(key)...))
	}
	return sum[:]
}

// javaTrust is the value of Java's attribute for a certificate that is trusted
// for everything: SET { anyExtendedKeyUsage }.
var javaTrust = []byte{0x31, 0x06, 0x06, 0x04, 0x55, 0x1d, 0x25, 0x00}

// withJavaTrust adds the attribute without which Java ignores a certificate
// that comes with no key. Other readers pass over it.
func withJavaTrust(list []Attribute) []Attribute {
	if slices.ContainsFunc(list, isJavaTrust) {
		return list
	}
	return append(slices.Clip(list), Attribute{OID: oidJavaTrust, Values: javaTrust})
}

func isJavaTrust(a Attribute) bool { return a.OID == oidJavaTrust }

func withoutJavaTrust(list []Attribute) []Attribute {
	if !slices.ContainsFunc(list, isJavaTrust) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), isJavaTrust)
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
