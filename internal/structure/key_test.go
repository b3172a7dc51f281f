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

// element is one element with what is in it.
func element(id byte, parts ...[]byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.Tag(id), func(b *cryptobyte.Builder) {
			for _, p := range parts {
				b.AddBytes(p)
			}
		})
	})
}

// faultsOf are those of a value that one reader of a cursor reads.
func faultsOf(raw []byte, read func(c *cursor)) []Fault {
	return walkThrough(raw, "a value", func(w *walk, raw []byte) { read(&cursor{w: w, rest: raw, what: "a value"}) })
}

// A certificate is named by its issuer and number, and nothing else.
func TestSignerIsNamed(t *testing.T) {
	name, number, null := attribute(idUTF8, "Books", ""), []byte{2, 1, 7}, []byte{5, 0}
	algorithm, signature := element(idSequence, []byte{idOID, 3, 0x55, 4, 3}), element(idOctets, []byte{1})
	for _, c := range []struct {
		name string
		id   []byte
		bad  bool
	}{
		{"issuer and number", element(idSequence, name, number), false},
		{"key identifier", element(context, []byte{1, 2, 3}), false},
		{"no number", element(idSequence, name), true},
		{"more behind the number", element(idSequence, name, number, null), true},
	} {
		raw := element(idSequence, []byte{2, 1, 1}, c.id, algorithm, algorithm, signature)
		if faults := faultsOf(raw, (*cursor).signer); (len(faults) > 0) != c.bad {
			t.Errorf("%s: %+v", c.name, faults)
		}
	}
}

// The reasons of a distribution point are bits.
func TestReasonsAreBits(t *testing.T) {
	for _, c := range []struct {
		name string
		bits []byte
		by   note.Readers
	}{
		{"one", []byte{6, 0x40}, 0},
		{"all", []byte{7, 0x7f, 0x80}, 0},
		{"none, without the number of unused bits", nil, everybody},
		{"8 unused bits", []byte{8, 0x40}, everybody},
		{"unused bits that are set", []byte{6, 0x41}, goAndBrowsers},
	} {
		raw := element(idSequence, element(idSequence, element(constructed, element(constructed, element(context|6, []byte("http://a/")))), element(context|1, c.bits)))
		var by note.Readers
		for _, f := range faultsOf(raw, (*cursor).distributionPoints) {
			by |= f.By
		}
		if by != c.by {
			t.Errorf("%s: refused by %v, want %v", c.name, by, c.by)
		}
	}
}
