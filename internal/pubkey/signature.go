package pubkey

import (
	"crypto/dsa"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/subtle"
	"crypto/x509"
	"hash"
	"math/big"

	"github.com/cloudflare/circl/sign/ed448"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/md4"
	"golang.org/x/crypto/ripemd160"

	"github.com/certconv/certconv/internal/ciphers"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/ec"
	"github.com/certconv/certconv/internal/pbe"
)

// maxVerifyBits bounds the moduli that signatures are verified with, as
// OpenSSL does (OPENSSL_RSA_MAX_MODULUS_BITS).
const maxVerifyBits = 16384

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
	case !isRSA(key.oid):
		return false, nil
	case kind == pssSignature:
		return verifyPSS(alg, h.new, digest, sig, key)
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
	size := (k.N.BitLen() + 7) / 8
	em := rsaPublic(k, sig)
	if em == nil {
		return false, nil
	}
	// RFC 8017, Appendix A.2.4: the NULL may be left out by old signers.
	for _, null := range []bool{true, false} {
		var b cryptobyte.Builder
		b.AddASN1(0x30, func(b *cryptobyte.Builder) {
			b.AddASN1(0x30, func(b *cryptobyte.Builder) {
				der.AddOID(b, oid)
				if null {
					b.AddBytes([]byte{5, 0})
				}
			})
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
		if subtle.ConstantTimeCompare(want, em) == 1 {
			return true, nil
		}
	}
	return false, nil
}

// rsaPublic is the public operation; nil where sig is out of range or the key
// is so large that it would only burn time.
func rsaPublic(k *RSA, sig []byte) []byte {
	s := new(big.Int).SetBytes(sig)
	if k.N.Sign() <= 0 || k.N.BitLen() > maxVerifyBits || k.E.Sign() <= 0 || k.E.BitLen() > 64 && k.N.BitLen() > 4096 || s.Cmp(k.N) >= 0 {
		return nil
	}
	return s.Exp(s, k.E, k.N).FillBytes(make([]byte, (k.N.BitLen()+7)/8))
}

// verifyPSS is RSASSA-PSS with the parameters of RFC 4055, Section 3.1.
func verifyPSS(alg der.Element, newHash func() hash.Hash, digest, sig []byte, key publicInfo) (bool, error) {
	k, err := parsePKCS1Public(key.key)
	if err != nil {
		return false, &MalformedError{"RSA public key", err}
	}
	em := rsaPublic(k, sig)
	if em == nil {
		return false, nil
	}
	mgfHash, saltLength, err := pssParameters(alg)
	if err != nil {
		return false, err
	}
	bits := k.N.BitLen() - 1
	if bits%8 == 0 {
		if em[0] != 0 {
			return false, nil
		}
		em = em[1:]
	}
	return emsaPSSVerify(digest, em, bits, newHash, mgfHash, saltLength), nil
}

// pssParameters reads mask generation hash and salt length; the hash itself is
// in the name of the algorithm.
func pssParameters(alg der.Element) (mgf func() hash.Hash, salt int, err error) {
	name, salt := "SHA-1", 20
	r := alg.Reader()
	if _, err := r.Next(); err != nil {
		return nil, 0, &MalformedError{"RSASSA-PSS parameters", err}
	}
	if params, ok := r.Peek(); ok && params.Is(der.TagSequence) {
		r := params.Reader()
		r.Optional(0)
		if m, ok := r.Optional(1); ok {
			if seq, err := m.Reader().Expect(der.TagSequence); err == nil {
				// MaskGenAlgorithm is MGF1 with the hash as parameter, laid out like the hash of PSS.
				inner := seq.Reader()
				if _, err := inner.Next(); err == nil {
					name, _ = nextHash(inner)
				}
			}
		}
		if s, ok := r.Optional(2); ok {
			n, err := s.Reader().Next()
			if err == nil {
				salt, err = n.Int()
			}
			if err != nil {
				return nil, 0, &MalformedError{"RSASSA-PSS parameters", err}
			}
		}
	}
	h, ok := hashByName(name)
	if !ok {
		return nil, 0, &UnsupportedError{What: "RSASSA-PSS mask generation", Algorithm: name}
	}
	return h.new, salt, nil
}

// emsaPSSVerify is RFC 8017, Section 9.1.2. crypto/rsa wants one hash for both
// uses and 1024 bits.
func emsaPSSVerify(mHash, em []byte, emBits int, newHash, newMGF func() hash.Hash, sLen int) bool {
	hLen := len(mHash)
	if sLen < 0 || sLen > len(em) || len(em) < hLen+sLen+2 || em[len(em)-1] != 0xbc {
		return false
	}
	db := append([]byte(nil), em[:len(em)-hLen-1]...)
	h := em[len(em)-hLen-1 : len(em)-1]
	unused := 8*len(em) - emBits
	if db[0]>>(8-unused) != 0 {
		return false
	}
	mgf1XOR(db, h, newMGF)
	db[0] &= 0xff >> unused
	pad := len(db) - sLen - 1
	for _, b := range db[:pad] {
		if b != 0 {
			return false
		}
	}
	if db[pad] != 1 {
		return false
	}
	m := newHash()
	m.Write(make([]byte, 8))
	m.Write(mHash)
	m.Write(db[pad+1:])
	return subtle.ConstantTimeCompare(m.Sum(nil), h) == 1
}

// mgf1XOR masks out with MGF1 (RFC 8017, Appendix B.2.1).
func mgf1XOR(out, seed []byte, newHash func() hash.Hash) {
	for counter := uint32(0); len(out) > 0; counter++ {
		h := newHash()
		h.Write(seed)
		h.Write([]byte{byte(counter >> 24), byte(counter >> 16), byte(counter >> 8), byte(counter)})
		out = out[subtle.XORBytes(out, out, h.Sum(nil)):]
	}
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
	if k.P.BitLen() > maxVerifyBits || k.Q.BitLen() > 1024 || k.Q.Sign() == 0 {
		return false, nil
	}
	if n := (k.Q.BitLen() + 7) / 8; len(digest) > n {
		digest = digest[:n]
	}
	params := dsa.Parameters{P: k.P, Q: k.Q, G: k.G}
	return dsa.Verify(&dsa.PublicKey{Parameters: params, Y: k.Y}, digest, r, s), nil
}

// signatureIntegers reads SEQUENCE { r INTEGER, s INTEGER }, as DSA and ECDSA
// signatures are written (RFC 3279, Section 2.2.2).
func signatureIntegers(sig []byte) (r, s *big.Int, ok bool) {
	e, err := der.ParseAll(sig)
	if err != nil || !e.Is(der.TagSequence) {
		return nil, nil, false
	}
	list, err := e.Children()
	if err != nil || len(list) != 2 {
		return nil, nil, false
	}
	r, err1 := list[0].BigInt()
	s, err2 := list[1].BigInt()
	return r, s, err1 == nil && err2 == nil && r.Sign() > 0 && s.Sign() > 0
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
	if q.Y == nil {
		return false, &UnsupportedError{What: "signature", Algorithm: "ECDSA with a compressed point"}
	}
	r, s, ok := signatureIntegers(sig)
	return ok && c.Verify(digest, r, s, q), nil
}
