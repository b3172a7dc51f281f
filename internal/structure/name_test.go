package structure

import (
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

// attribute is a Name of one attribute: a common name, and what follows it there.
func attribute(tag byte, value, behind string) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddBytes([]byte{idOID, 3, 0x55, 4, 3})
					b.AddASN1(asn1.Tag(tag), func(b *cryptobyte.Builder) { b.AddBytes([]byte(value)) })
					b.AddBytes([]byte(behind))
				})
			})
		})
	})
}

// OpenSSL loads no certificate whose names have more in an attribute than type
// and value, or a string that is not what its type says.
func TestNames(t *testing.T) {
	for _, v := range []struct {
		name string
		raw  []byte
		bad  bool
	}{
		{"UTF-8", attribute(idUTF8, "B\u00fccher", ""), false},
		{"printable", attribute(idPrintable, "Books", ""), false},
		{"BMP", attribute(idBMP, "\x00B", ""), false},
		{"more behind the value", attribute(idUTF8, "Books", "\x05\x00"), true},
		{"not UTF-8", attribute(idUTF8, "B\xfccher", ""), true},
		{"BMP of an odd length", attribute(idBMP, "\x00Bo", ""), true},
		{"universal of an odd length", attribute(idUniversal, "\x00\x00Bo\x00", ""), true},
		{"no value", []byte{idSequence, 9, idSet, 7, idSequence, 5, idOID, 3, 0x55, 4, 3}, true},
		{"no type", []byte{idSequence, 7, idSet, 5, idSequence, 3, idUTF8, 1, 'B'}, true},
	} {
		faults := walkThrough(v.raw, "the subject", func(w *walk, raw []byte) {
			c := cursor{w: w, rest: raw, what: "the subject"}
			c.name("the subject")
		})
		if (len(faults) > 0) != v.bad {
			t.Errorf("%s: %+v", v.name, faults)
		}
	}
}
