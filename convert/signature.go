package convert

import (
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pubkey"
)

// ErrSignature says that a signature does not verify.
var ErrSignature = pubkey.ErrSignature

// VerifySigned checks the signature of a certificate, CRL or PKCS#10 request
// (raw is the SIGNED{} structure of RFC 5280, Section 4.1.1) with the public
// key in spki. Old is not broken: MD2, MD4, MD5, SHA-1 and keys of any size
// are verified all the same; whether they are weak is for others to say.
//
// Errors: ErrSignature (also where key and algorithm do not go together),
// ErrUnsupported with the name of an algorithm that is not known here,
// ErrDamaged.
func VerifySigned(raw, spki []byte) error {
	at := Source{Offset: -1}
	tbs, alg, sig, err := splitSigned(raw)
	if err != nil {
		return damaged(at, "signed object", err)
	}
	return ofKey(at, pubkey.Verify(tbs, alg, sig, spki))
}

// splitSigned takes a SIGNED{} structure apart.
func splitSigned(raw []byte) (tbs []byte, alg der.Element, sig []byte, err error) {
	e, _, err := wholeSequence(raw)
	if err != nil {
		return nil, alg, nil, err
	}
	r := e.Reader()
	body, err := r.Expect(der.TagSequence)
	if err != nil {
		return nil, alg, nil, err
	}
	if alg, err = r.Expect(der.TagSequence); err != nil {
		return nil, alg, nil, err
	}
	bits, err := r.Next()
	if err != nil {
		return nil, alg, nil, err
	}
	sig, err = bits.BitString()
	return body.Full, alg, sig, err
}
