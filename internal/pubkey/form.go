package pubkey

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

// readForm notes a form of PKCS#8 that not all software loads, and writes the
// key in one that all does. Who does not was asked of nginx with OpenSSL 1.1.1,
// 3.0 and 3.5, and of Go.
func (r *reader) readForm() {
	in := &r.info
	if _, malformed := r.key.Err.(*MalformedError); malformed {
		return
	}
	wrong := false
	tell := func(by note.Readers, what string) {
		r.key.Remarks = append(r.key.Remarks, Remark{Kind: note.KeyForm, By: by, Text: text.Of("%s", what)})
		wrong = wrong || by&note.OpenSSL35Loads != 0
	}
	second := bytes.Equal(in.version, []byte{1})
	switch {
	case in.carries && second:
		tell(note.OpenSSL11Loads|note.OpenSSL30Loads, "the key has its public key with it (PKCS#8 of version 2)")
	case in.carries:
		tell(note.OpenSSLLoads, "the key has its public key with it, which its version does not allow (PKCS#8 of version 1)")
	}
	alg, key := in.alg, in.key
	switch size := seedSize(in.oid); {
	case size > 0:
		if in.params.Full != nil {
			tell(note.OpenSSLLoads|note.GoParses, "the algorithm of the key has parameters, and must have none")
			alg = der.Algorithm(in.oid, nil)
		}
		if what := oddSeed(key, size); what != "" {
			seed, err := curvePrivateKey(key, size)
			if err != nil {
				return
			}
			tell(note.OpenSSLLoads|note.GoParses, what)
			key = der.Build(func(b *cryptobyte.Builder) { b.AddASN1OctetString(seed) })
		}
	case isEC(in.oid) && in.params.Full == nil:
		k, err := parseSEC1(key)
		if err != nil || k.params == nil {
			return
		}
		tell(note.OpenSSLLoads, "the curve is named within the key, and not beside its algorithm")
		alg = der.Algorithm(in.oid, k.params)
	}
	if r.key.Mended != nil {
		if mended, err := parseInfo(r.key.Mended); err == nil {
			key = mended.key
		}
	}
	plain := der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(0)
			b.AddBytes(alg)
			b.AddASN1OctetString(key)
			b.AddBytes(in.attributes)
		})
	})
	if bytes.Equal(plain, r.key.PKCS8) {
		clear(plain)
		return
	}
	if r.key.Plain = plain; wrong {
		r.key.Mended = plain
	}
}

// oddSeed says how a CurvePrivateKey differs from an OCTET STRING of size octets.
func oddSeed(key []byte, size int) string {
	switch len(key) {
	case size, 2 * size:
		return "the private number is not in an OCTET STRING of its own"
	case size + 2:
		return ""
	}
	return "the public key follows the private number in the same OCTET STRING"
}
