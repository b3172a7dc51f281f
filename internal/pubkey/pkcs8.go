package pubkey

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

// info is a PrivateKeyInfo (RFC 5208) or OneAsymmetricKey (RFC 5958) taken
// apart.
type info struct {
	algorithm
	version    []byte
	key        []byte // what privateKey holds
	attributes []byte // whole, nil if absent
	public     []byte // RFC 5958 publicKey, nil if absent
	carries    bool   // publicKey is there, whatever is in it
	odd        bool   // neither RFC allows a field as it is
}

func parseInfo(data []byte) (in info, err error) {
	seq, _, err := der.Parse(data)
	if err != nil {
		return in, err
	}
	if !seq.Is(der.TagSequence) {
		return in, &der.SyntaxError{Msg: "not a PrivateKeyInfo"}
	}
	r := seq.Reader()
	version, err := r.Expect(der.TagInteger)
	if err != nil {
		return in, err
	}
	in.version = version.Content
	alg, err := r.Next()
	if err != nil {
		return in, err
	}
	if in.algorithm, err = parseAlgorithm(alg); err != nil {
		return in, err
	}
	key, err := r.Next()
	if err != nil {
		return in, err
	}
	switch {
	case key.Is(der.TagOctetString):
		if in.key, err = key.OctetString(); err != nil {
			return in, err
		}
	case key.Is(der.TagSequence):
		// Netscape wrote keys without the OCTET STRING around them.
		in.key, in.odd = key.Full, true
	default:
		return in, &der.SyntaxError{Offset: key.Offset, Msg: "no OCTET STRING with the key"}
	}
	if attributes, ok := r.Optional(0); ok {
		in.attributes = attributes.Full
	}
	if pub, carries := r.Optional(1); carries {
		in.carries, in.public = true, carriedPublic(pub)
	}
	if v := in.version; !r.Empty() || len(v) != 1 || v[0] > 1 {
		in.odd = true
	}
	return in, nil
}

// carriedPublic is the public key in the publicKey field of RFC 5958. The crate
// ring has a BIT STRING in it where the field is one itself.
func carriedPublic(field der.Element) []byte {
	bits := field.Content
	if field.Constructed {
		inner, err := field.Reader().Expect(der.TagBitString)
		if err != nil {
			return nil
		}
		bits = inner.Content
	}
	if len(bits) < 2 || bits[0] != 0 {
		return nil
	}
	return bits[1:]
}

// IsPKCS8 reports whether data is a PrivateKeyInfo in the clear, whatever key it
// wraps.
func IsPKCS8(data []byte) bool {
	_, err := parseInfo(data)
	return err == nil
}

// marshalPKCS8 builds a PrivateKeyInfo.
func marshalPKCS8(alg, key []byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(0)
			b.AddBytes(alg)
			b.AddASN1OctetString(key)
		})
	})
}

// marshalSPKI builds a SubjectPublicKeyInfo.
func marshalSPKI(alg, public []byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes(alg)
			b.AddASN1BitString(public)
		})
	})
}
