package structure

import (
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
)

// The identifiers of signatures and of encryption are none of a key: OpenSSL loads no
// certificate that has one of them there.
func TestIdentifiersOfKeys(t *testing.T) {
	null := []byte{0x05, 0x00}
	for _, c := range []struct {
		oid    string
		params []byte
		by     note.Readers
	}{
		{"1.2.840.113549.1.1.1", null, 0},
		{"1.2.840.113549.1.1.1", nil, goAndBrowsers},
		{"1.2.840.113549.1.1.10", nil, 0},
		{"1.2.840.113549.1.1.5", null, everybody},
		{"1.2.840.113549.1.1.7", null, everybody},
		{"1.2.840.113549.1.1.11", null, everybody},
		{"2.5.8.1.1", null, note.GoParses},
		{"1.3.132.1.12", null, everybody},
		{"1.3.132.1.13", null, everybody},
	} {
		raw := der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddBytes(der.Algorithm(c.oid, c.params))
				b.AddASN1BitString(der.Build(func(b *cryptobyte.Builder) {
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1Uint64(0xfedcba9876543211)
						b.AddASN1Int64(65537)
					})
				}))
			})
		})
		var by note.Readers
		for _, f := range walkThrough(raw, "the public key", func(w *walk, raw []byte) {
			c := cursor{w: w, rest: raw, what: "the public key"}
			c.publicKey()
		}) {
			by |= f.By
		}
		if by != c.by {
			t.Errorf("%s with parameters %x: refused by %v, want %v", c.oid, c.params, by, c.by)
		}
	}
}
