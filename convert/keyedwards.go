package convert

import (
	"crypto/ed25519"

	"github.com/certconv/certconv/internal/der"
)

// curvePrivateKey takes the octets out of a CurvePrivateKey (RFC 8410, Section
// 7). Drafts of it, and some programs still, had no OCTET STRING inside; others
// put the public key behind the private one.
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

func (r *keyReader) readEd25519() {
	r.key.Bits = 256
	seed, err := curvePrivateKey(r.info.key, ed25519.SeedSize)
	if err != nil {
		r.malformed(err)
		return
	}
	key := ed25519.NewKeyFromSeed(seed)
	r.key.Key = key
	r.key.SPKI = marshalSPKI(algorithmID(oidEd25519, nil), key.Public().(ed25519.PublicKey))
}
