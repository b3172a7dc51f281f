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
		{"bits", attribute(idBits, "\x04\xa0", ""), false},
		{"bits without their number", attribute(idBits, "", ""), true},
		{"bits that are not used and set", attribute(idBits, "\x04\xa1", ""), true},
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

// Where any type is allowed, OpenSSL looks into the simple ones all the same.
func TestSkip(t *testing.T) {
	for _, v := range []struct {
		name, raw string
		bad       bool
	}{
		{"nothing", "", true},
		{"boolean", "\x01\x01\xff", false},
		{"boolean of two octets", "\x01\x02\xff\xff", true},
		{"integer", "\x02\x01\x01", false},
		{"integer without octets", "\x02\x00", true},
		{"enumerated, padded", "\x0a\x02\x00\x01", true},
		{"bits", "\x03\x02\x04\xa0", false},
		{"bits without their number", "\x03\x00", true},
		{"bits that are not used and set", "\x03\x02\x04\xa1", true},
		{"null", "\x05\x00", false},
		{"null with content", "\x05\x01\x00", true},
		{"identifier", "\x06\x03\x55\x04\x03", false},
		{"identifier that breaks off", "\x06\x03\x55\x04\x83", true},
		{"BMP", "\x1e\x02\x00B", false},
		{"BMP of an odd length", "\x1e\x01B", true},
		{"universal", "\x1c\x04\x00\x00\x00B", false},
		{"universal of an odd length", "\x1c\x02\x00B", true},
		{"octets", "\x04\x01\xff", false},
		{"sequence", "\x30\x02\x05\x00", false},
		{"primitive sequence", "\x10\x00", true},
		{"primitive set", "\x11\x00", true},
		{"constructed boolean", "\x21\x03\x01\x01\xff", true},
		{"constructed integer", "\x22\x03\x02\x01\x01", true},
		{"constructed null", "\x25\x00", true},
		{"constructed identifier", "\x26\x03\x06\x01\x55", true},
		{"constructed enumerated", "\x2a\x03\x0a\x01\x01", true},
		{"reserved", "\x00\x00", true},
	} {
		faults := walkThrough([]byte(v.raw), "the value", func(w *walk, raw []byte) {
			c := cursor{w: w, rest: raw, what: "the value"}
			c.skip("a value")
		})
		if (len(faults) > 0) != v.bad {
			t.Errorf("%s: %+v", v.name, faults)
		}
	}
}
