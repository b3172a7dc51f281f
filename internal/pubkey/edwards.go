package pubkey

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"

	"github.com/cloudflare/circl/dh/x448"
	"github.com/cloudflare/circl/sign/ed448"
	"golang.org/x/crypto/cryptobyte"

	"github.com/certconv/certconv/internal/der"
)

// curvePrivateKey takes the octets out of a CurvePrivateKey (RFC 8410, Section
// 7). Drafts of it, and some programs still, had no OCTET STRING inside; others
// put the public key after the private one.
func curvePrivateKey(key []byte, size int) ([]byte, error) {
	if len(key) == size || len(key) == 2*size {
		return key[:size], nil
	}
	e, err := der.ParseAll(key)
	if err != nil {
		return nil, err
	}
	if !e.Is(der.TagOctetString) || (len(e.Content) != size && len(e.Content) != 2*size) {
		return nil, &der.SyntaxError{Msg: "a key of another size"}
	}
	return e.Content[:size], nil
}

// seedSize is the size of the private number of a key of RFC 8410, 0 for others.
func seedSize(oid string) int {
	switch oid {
	case oidEd25519, oidX25519:
		return 32
	case oidEd448:
		return ed448.SeedSize
	case oidX448:
		return x448.Size
	}
	return 0
}

// readCurve25519 fills in what the keys of RFC 8410 say of themselves.
func (r *reader) readCurve25519() {
	r.key.Bits = curveBits(r.info.oid)
	seed, err := curvePrivateKey(r.info.key, seedSize(r.info.oid))
	if err != nil {
		r.malformed(err)
		return
	}
	var public []byte
	switch r.info.oid {
	case oidEd25519:
		key := ed25519.NewKeyFromSeed(seed)
		r.key.Key = key
		public = key.Public().(ed25519.PublicKey)
	case oidX25519:
		key, err := ecdh.X25519().NewPrivateKey(seed)
		if err != nil {
			r.malformed(err)
			return
		}
		r.key.Key = key
		public = key.PublicKey().Bytes()
	case oidEd448:
		public = ed448.NewKeyFromSeed(seed).Public().(ed448.PublicKey)
	case oidX448:
		var secret, shared x448.Key
		copy(secret[:], seed)
		x448.KeyGen(&shared, &secret)
		public = shared[:]
	}
	if r.key.Key == nil {
		r.key.Err = r.notForGo("")
	}
	r.key.Proved = true
	if r.info.public != nil && !bytes.Equal(r.info.public, public) {
		r.contradicted()
	}
	r.key.SPKI = marshalSPKI(der.Algorithm(r.info.oid, nil), public)
}

// octetKey is the identifier of an algorithm of RFC 8410, whose keys are strings of
// octets, "" for another one.
func octetKey(algorithm string) string {
	switch algorithm {
	case "Ed25519":
		return oidEd25519
	case "Ed448":
		return oidEd448
	case "X25519":
		return oidX25519
	case "X448":
		return oidX448
	}
	return ""
}

// MarshalOctets builds the PrivateKeyInfo of a key of Ed25519, Ed448, X25519 or
// X448 (RFC 8410, Section 7). It returns nil for another algorithm.
func MarshalOctets(algorithm string, private []byte) []byte {
	oid := octetKey(algorithm)
	if oid == "" {
		return nil
	}
	return marshalPKCS8(der.Algorithm(oid, nil), der.Build(func(b *cryptobyte.Builder) { b.AddASN1OctetString(private) }))
}

// MarshalPublicOctets builds the SubjectPublicKeyInfo of such a key (RFC 8410,
// Section 4).
func MarshalPublicOctets(algorithm string, public []byte) []byte {
	oid := octetKey(algorithm)
	if oid == "" {
		return nil
	}
	return marshalSPKI(der.Algorithm(oid, nil), public)
}

// PublicOctets gives the octets of such a key, nil if spki is none that can be read.
func PublicOctets(spki []byte) []byte {
	info, err := parseSPKI(spki)
	if err != nil || seedSize(info.oid) == 0 {
		return nil
	}
	return info.key
}

// curveBits is the size people quote: that of the octets of a public key. (The
// groups have 253 and 446 bits.)
func curveBits(oid string) int {
	switch oid {
	case oidEd25519, oidX25519:
		return 256
	case oidEd448:
		return 456
	}
	return 448
}
