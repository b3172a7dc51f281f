package pubkey

import (
	"crypto/dsa"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/subtle"
	"crypto/x509"
	"fmt"
	"hash"
	"math/big"

	"github.com/cloudflare/circl/sign/ed448"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/md4"
	"golang.org/x/crypto/ripemd160"

	"github.com/certconv/certconv/internal/ciphers"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/ec"
	"github.com/certconv/certconv/internal/pbe"
)

// Bounds of the keys that signatures are verified with. OpenSSL has the same for
// moduli (OPENSSL_RSA_MAX_MODULUS_BITS). What is beyond is named, not computed.
const (
	maxVerifyBits   = 16384
	maxExponentBits = 256
	maxGroupBits    = 512 // of the order of a DSA group
)

// VerifyCost estimates what it takes to verify a signature with the key in spki,
// in the unit of Work.
func VerifyCost(spki []byte) int64 {
	const (
		least = 120_000   // parsing and hashing, and what a search for a chain does around it
		short = 150_000   // Ed25519
		long  = 1_500_000 // Ed448
	)
	key, err := parseSPKI(spki)
	if err != nil {
		return least
	}
	switch {
	case isRSA(key.oid):
		k, err := parsePKCS1Public(key.key)
		if err != nil || overVerify(k) != "" {
			return least
		}
		return least + modExpCost(k.N, k.E.BitLen())
	case key.oid == oidDSA:
		k := &DSA{}
		if k.parseGroup(key.oid, key.params) != nil || k.P == nil || k.P.BitLen() > maxVerifyBits || k.Q.BitLen() > maxGroupBits {
			return least
		}
		return least + 2*modExpCost(k.P, k.Q.BitLen())
	case isEC(key.oid):
		if c, _, err := ec.ParseParameters(key.params); err == nil && c != nil {
			return least + 2*c.Cost(c.N)
		}
	case key.oid == oidEd25519:
		return least + short
	case key.oid == oidEd448:
		return least + long
	}
	return least
}

// modExpCost is what an exponentiation costs: two products of numbers for each
// bit, with their reduction.
func modExpCost(modulus *big.Int, bits int) int64 {
	words := int64(modulus.BitLen()/64 + 1)
	return 3 * words * words * int64(bits)
}

// overVerify says what of an RSA key is beyond the bounds, "" if nothing is.
func overVerify(k *RSA) string {
	switch {
	case k.N.BitLen() > maxVerifyBits:
		return fmt.Sprintf("a modulus of %d bits, the limit is %d", k.N.BitLen(), maxVerifyBits)
	case k.E.BitLen() > maxExponentBits:
		return fmt.Sprintf("a public exponent of %d bits, the limit is %d", k.E.BitLen(), maxExponentBits)
	}
	return ""
}

// Verify checks a signature (RFC 5280, Section 4.1.1): tbs is what was signed,
// alg the AlgorithmIdentifier, sig the bits, spki the SubjectPublicKeyInfo of
// the signer. Old is not broken: MD2, MD4, MD5, SHA-1 and keys of any size are
// verified all the same; whether they are weak is for others to say.
//
// Errors: ErrSignature (also where key and algorithm do not go together),
// *UnsupportedError with the name of an algorithm that is not known here,
// *MalformedError.
func Verify(tbs []byte, alg der.Element, sig, spki []byte) error {
	key, err := parseSPKI(spki)
	if err != nil {
		return &MalformedError{"public key", err}
	}
	a := ReadSignatureAlgorithm(alg)
	ok := false
	switch a.kind {
	case ed25519Signature:
		ok = key.oid == oidEd25519 && len(key.key) == ed25519.PublicKeySize && ed25519.Verify(key.key, tbs, sig)
	case ed448Signature:
		// RFC 8032, Section 5.2.7, with an empty context.
		ok = key.oid == oidEd448 && len(key.key) == ed448.PublicKeySize && ed448.Verify(ed448.PublicKey(key.key), tbs, sig, "")
	default:
		h, known := hashByName(a.Hash)
		if !known || a.kind == unknownSignature {
			return &UnsupportedError{What: "signature", Algorithm: a.Name}
		}
		ok, err = h.verify(a.kind, alg, tbs, sig, spki, key)
	}
	if err != nil {
		return err
	}
	if !ok {
		return ErrSignature
	}
	return nil
}

// signatureHash is a hash function with its identifier.
type signatureHash struct {
	oid string
	new func() hash.Hash
}

// hashByName knows, beside the digests of password based encryption, the ones
// that only old signatures use.
func hashByName(name string) (h signatureHash, ok bool) {
	switch name {
	case "MD2":
		return signatureHash{"1.2.840.113549.2.2", ciphers.NewMD2}, true
	case "MD4":
		return signatureHash{"1.2.840.113549.2.4", md4.New}, true
	case "RIPEMD-160":
		return signatureHash{"1.3.36.3.2.1", ripemd160.New}, true
	}
	d, ok := pbe.DigestByName(name)
	return signatureHash{d.OID, d.New}, ok
}

func (h signatureHash) verify(kind signatureKind, alg der.Element, tbs, sig, spki []byte, key publicInfo) (bool, error) {
	d := h.new()
	d.Write(tbs)
	digest := d.Sum(nil)
	switch {
	case kind == ecdsaSignature:
		return verifyECDSA(digest, sig, spki, key)
	case kind == dsaSignature:
		return verifyDSA(digest, sig, key)
	case kind == pssSignature:
		return verifyPSS(alg, h.new, digest, sig, key)
	case key.oid != oidRSA:
		return false, nil // RFC 4055, Section 1.2: a key for RSASSA-PSS is for nothing else
	}
	return verifyPKCS1(h.oid, digest, sig, key)
}

// verifyPKCS1 is RSASSA-PKCS1-v1_5 (RFC 8017, Section 8.2.2) for moduli of any
// size: crypto/rsa refuses those under 1024 bits. Comparing encodings, not
// decoding one, leaves nothing to forge.
func verifyPKCS1(oid string, digest, sig []byte, key publicInfo) (bool, error) {
	k, err := parsePKCS1Public(key.key)
	if err != nil {
		return false, &MalformedError{"RSA public key", err}
	}
	if over := overVerify(k); over != "" {
		return false, &UnsupportedError{What: "signature", Algorithm: "RSA", Detail: over}
	}
	size := (k.N.BitLen() + 7) / 8
	em := rsaPublic(k, sig)
	if em == nil {
		return false, nil
	}
	// The hash has its NULL: RFC 8017, Appendix A.2.4, lets readers take it
	// without, and of all clients only Java does.
	var b cryptobyte.Builder
	b.AddASN1(0x30, func(b *cryptobyte.Builder) {
		der.AddAlgorithm(b, oid, der.AddNull)
		b.AddASN1OctetString(digest)
	})
	t, err := b.Bytes()
	if err != nil || len(t)+11 > size {
		return false, nil
	}
	want := make([]byte, size)
	want[1] = 1
	for i := 2; i < size-len(t)-1; i++ {
		want[i] = 0xff
	}
	copy(want[size-len(t):], t)
	return subtle.ConstantTimeCompare(want, em) == 1, nil
}

// rsaPublic is the public operation; nil where sig is not as long as the modulus
// (RFC 8017, Section 8.2.2) or is out of range.
func rsaPublic(k *RSA, sig []byte) []byte {
	s := new(big.Int).SetBytes(sig)
	if len(sig) != (k.N.BitLen()+7)/8 || k.N.Sign() <= 0 || k.E.Sign() <= 0 || s.Cmp(k.N) >= 0 {
		return nil
	}
	return s.Exp(s, k.E, k.N).FillBytes(make([]byte, (k.N.BitLen()+7)/8))
}

// verifyDSA is FIPS 186-4, Section 4.7.
func verifyDSA(digest, sig []byte, key publicInfo) (bool, error) {
	r, s, ok := signatureIntegers(sig)
	if !ok || key.oid != oidDSA {
		return false, nil
	}
	k := &DSA{}
	if err := k.parseGroup(key.oid, key.params); err != nil {
		return false, &MalformedError{"DSA public key", err}
	}
	if k.P == nil {
		// RFC 3279, Section 2.3.2: they may be those of the issuer.
		return false, &UnsupportedError{What: "signature", Algorithm: "DSA with inherited parameters"}
	}
	if err := integers(der.NewReader(key.key), &k.Y); err != nil {
		return false, &MalformedError{"DSA public key", err}
	}
	if k.P.BitLen() > maxVerifyBits || k.Q.BitLen() > maxGroupBits {
		return false, &UnsupportedError{What: "signature", Algorithm: "DSA", Detail: fmt.Sprintf("a group of %d and %d bits, the limits are %d and %d", k.P.BitLen(), k.Q.BitLen(), maxVerifyBits, maxGroupBits)}
	}
	if k.Q.Sign() == 0 {
		return false, nil
	}
	if n := (k.Q.BitLen() + 7) / 8; len(digest) > n {
		digest = digest[:n]
	}
	params := dsa.Parameters{P: k.P, Q: k.Q, G: k.G}
	return dsa.Verify(&dsa.PublicKey{Parameters: params, Y: k.Y}, digest, r, s), nil
}

// signatureIntegers reads SEQUENCE { r INTEGER, s INTEGER }, as DSA and ECDSA
// signatures are written (RFC 3279, Section 2.2.2). A signature has one form:
// BER and padded numbers are refused, as OpenSSL and Go do.
func signatureIntegers(sig []byte) (r, s *big.Int, ok bool) {
	r, s = new(big.Int), new(big.Int)
	in := cryptobyte.String(sig)
	var list cryptobyte.String
	ok = in.ReadASN1(&list, asn1.SEQUENCE) && in.Empty() && list.ReadASN1Integer(r) && list.ReadASN1Integer(s) && list.Empty()
	return r, s, ok && r.Sign() > 0 && s.Sign() > 0
}

// verifyECDSA is SEC 1, Section 4.1.4. crypto/ecdsa does the curves it has.
func verifyECDSA(digest, sig, spki []byte, key publicInfo) (bool, error) {
	if !isEC(key.oid) {
		return false, nil
	}
	if k, err := x509.ParsePKIXPublicKey(spki); err == nil {
		if k, ok := k.(*ecdsa.PublicKey); ok {
			return ecdsa.VerifyASN1(k, digest, sig), nil
		}
	}
	c, oid, err := ec.ParseParameters(key.params)
	if err != nil {
		return false, &MalformedError{"EC public key", err}
	}
	if c == nil || c.Binary || c.Gy == nil {
		return false, &UnsupportedError{What: "signature", Algorithm: "ECDSA on curve " + oid}
	}
	q, err := c.ParsePoint(key.key)
	if err != nil {
		return false, &MalformedError{"EC public key", err}
	}
	if q, ok := c.Decompress(q); ok {
		r, s, ok := signatureIntegers(sig)
		return ok && c.Verify(digest, r, s, q), nil
	}
	return false, nil
}
