package pubkey

import (
	"crypto/rsa"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
)

// MaxRSABits bounds the modulus. The largest that anything in use makes is
// 16384; above twice that, arithmetic would take a hostile file's time.
const MaxRSABits = 32768

// RSA are the numbers of an RSA key (RFC 8017, Section 3.2). Of a public key
// only N and E are there; of a private key any of those after D may be zero:
// some writers leave them out.
type RSA struct {
	N, E, D, P, Q, DP, DQ, QInv *big.Int

	others   []prime // the third prime and those after it
	unsigned bool    // a leading zero octet is missing, which makes a number negative
}

type prime struct{ r, d, t *big.Int }

// parsePKCS1 reads an RSAPrivateKey (RFC 8017, Appendix A.1.2).
func parsePKCS1(data []byte) (*RSA, error) {
	seq, _, err := der.Parse(data)
	if err != nil {
		return nil, err
	}
	if !seq.Is(der.TagSequence) {
		return nil, &der.SyntaxError{Msg: "not an RSAPrivateKey"}
	}
	r := seq.Reader()
	if _, err := r.Expect(der.TagInteger); err != nil {
		return nil, err
	}
	k := &RSA{}
	for _, p := range []**big.Int{&k.N, &k.E, &k.D, &k.P, &k.Q, &k.DP, &k.DQ, &k.QInv} {
		if *p, err = k.next(r); err != nil {
			return nil, err
		}
	}
	if r.Empty() {
		return k, nil
	}
	more, err := r.Expect(der.TagSequence)
	if err != nil {
		return nil, err
	}
	for m := more.Reader(); !m.Empty(); {
		one, err := m.Expect(der.TagSequence)
		if err != nil {
			return nil, err
		}
		var prime prime
		o := one.Reader()
		for _, p := range []**big.Int{&prime.r, &prime.d, &prime.t} {
			if *p, err = k.next(o); err != nil {
				return nil, err
			}
		}
		if k.others = append(k.others, prime); len(k.others) > 16 {
			return nil, &der.SyntaxError{Offset: one.Offset, Msg: "too many primes"}
		}
	}
	return k, nil
}

// parsePKCS1Public reads an RSAPublicKey (RFC 8017, Appendix A.1.1).
func parsePKCS1Public(data []byte) (*RSA, error) {
	seq, _, err := der.Parse(data)
	if err != nil {
		return nil, err
	}
	if !seq.Is(der.TagSequence) {
		return nil, &der.SyntaxError{Msg: "not an RSAPublicKey"}
	}
	k := &RSA{}
	r := seq.Reader()
	if k.N, err = k.next(r); err != nil {
		return nil, err
	}
	k.E, err = k.next(r)
	return k, err
}

// next reads a number. All are positive, so the sign bit belongs to the value.
func (k *RSA) next(r *der.Reader) (*big.Int, error) {
	e, err := r.Expect(der.TagInteger)
	if err != nil {
		return nil, err
	}
	v, negative, err := unsignedInteger(e)
	if err == nil && v.BitLen() > MaxRSABits {
		err = &der.SyntaxError{Offset: e.Offset, Msg: fmt.Sprintf("an RSA number of %d bits", v.BitLen())}
	}
	k.unsigned = k.unsigned || negative
	return v, err
}

// unsignedInteger reads an INTEGER that cannot be negative. Some writers omit
// the zero octet before a first bit that is set; negative says that it was so.
func unsignedInteger(e der.Element) (v *big.Int, negative bool, err error) {
	if !e.Is(der.TagInteger) || e.Constructed || len(e.Content) == 0 {
		return nil, false, &der.SyntaxError{Offset: e.Offset, Msg: "INTEGER"}
	}
	return new(big.Int).SetBytes(e.Content), e.Content[0]&0x80 != 0, nil
}

// ParseRSA reads the numbers of an RSA key, PKCS#8 or PKCS#1. What is none is a
// *der.SyntaxError.
func ParseRSA(data []byte) (*RSA, error) {
	if info, err := parseInfo(data); err == nil {
		if !isRSA(info.oid) {
			return nil, &der.SyntaxError{Msg: "not an RSA key"}
		}
		data = info.key
	}
	return parsePKCS1(data)
}

// ParseRSAPublic reads n and e of an RSA key in a SubjectPublicKeyInfo, under any
// of its identifiers: rsaEncryption, id-RSASSA-PSS, id-RSAES-OAEP, X.509's own
// (2.5.8.1.1). The error is a *MalformedError, or an *UnsupportedError for a key
// that is not RSA.
func ParseRSAPublic(spki []byte) (*RSA, error) {
	info, err := parseSPKI(spki)
	if err != nil {
		return nil, &MalformedError{"public key", err}
	}
	if !isRSA(info.oid) {
		return nil, &UnsupportedError{What: "RSA", Algorithm: algorithmName(info.oid)}
	}
	k, err := parsePKCS1Public(info.key)
	if err != nil {
		return nil, &MalformedError{"RSA public key", err}
	}
	return k, nil
}

// MorePrimes reports whether the key has more than two primes.
func (k *RSA) MorePrimes() bool { return len(k.others) > 0 }

// MorePrimes reports whether a PrivateKeyInfo has an RSA key of more than two
// primes: version 1 of RSAPrivateKey (RFC 8017, Appendix A.1.2).
func MorePrimes(pkcs8 []byte) bool {
	k, err := ParseRSA(pkcs8)
	return err == nil && k.MorePrimes()
}

// pkcs1 is the RSAPrivateKey.
func (k *RSA) pkcs1() []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			if len(k.others) > 0 {
				b.AddASN1Int64(1)
			} else {
				b.AddASN1Int64(0)
			}
			for _, v := range []*big.Int{k.N, k.E, k.D, k.P, k.Q, k.DP, k.DQ, k.QInv} {
				addInteger(b, v)
			}
			if len(k.others) == 0 {
				return
			}
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				for _, o := range k.others {
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
						addInteger(b, o.r)
						addInteger(b, o.d)
						addInteger(b, o.t)
					})
				}
			})
		})
	})
}

// addInteger writes v, and zero for a number that is not there.
func addInteger(b *cryptobyte.Builder, v *big.Int) {
	if v == nil {
		v = new(big.Int)
	}
	b.AddASN1BigInt(v)
}

// PKCS8 is the PrivateKeyInfo.
func (k *RSA) PKCS8() []byte {
	return PKCS8FromPKCS1(k.pkcs1())
}

// PKCS8FromPKCS1 wraps an RSAPrivateKey, which it does not look into.
func PKCS8FromPKCS1(private []byte) []byte {
	return marshalPKCS8(der.Algorithm(oidRSA, derNull), private)
}

// SPKI returns the SubjectPublicKeyInfo of N and E.
func (k *RSA) SPKI() []byte { return SPKIFromPKCS1(k.publicKey()) }

// publicKey is the RSAPublicKey (RFC 8017, Appendix A.1.1).
func (k *RSA) publicKey() []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			addInteger(b, k.N)
			addInteger(b, k.E)
		})
	})
}

// Consistent reports whether the numbers that are there belong together. It
// does not ask whether the primes are prime: that takes long, and no damage
// or wrong password passes the rest.
func (k *RSA) Consistent() bool {
	if k.N.Sign() == 0 || k.E.Sign() == 0 || k.D.Sign() == 0 {
		return false
	}
	one := big.NewInt(1)
	primes := []*big.Int{}
	exponents := []*big.Int{}
	if k.P.Sign() != 0 || k.Q.Sign() != 0 {
		primes = append(primes, k.P, k.Q)
		exponents = append(exponents, k.DP, k.DQ)
	}
	for _, o := range k.others {
		primes = append(primes, o.r)
		exponents = append(exponents, o.d)
	}
	if len(primes) == 0 {
		return k.inverts()
	}
	product := big.NewInt(1)
	for i, p := range primes {
		if p.Cmp(one) <= 0 || product.BitLen() > k.N.BitLen() {
			return false
		}
		before := new(big.Int).Set(product)
		product.Mul(product, p)
		// d·e = 1 modulo each p-1 says the same as modulo their least common
		// multiple, and holds for a d that was reduced by their product too.
		m := new(big.Int).Sub(p, one)
		v := new(big.Int).Mul(k.D, k.E)
		if v.Sub(v, one).Mod(v, m).Sign() != 0 {
			return false
		}
		if i >= 2 {
			if t := k.others[i-2].t; t.Sign() != 0 && !inverse(t, before, p) {
				return false
			}
		}
		if exp := exponents[i]; exp.Sign() != 0 && v.Sub(k.D, exp).Mod(v, m).Sign() != 0 {
			return false
		}
	}
	if product.Cmp(k.N) != 0 {
		return false
	}
	return k.QInv.Sign() == 0 || inverse(k.QInv, k.Q, k.P)
}

// inverse reports whether a·b = 1 modulo m.
func inverse(a, b, m *big.Int) bool {
	v := new(big.Int).Mul(a, b)
	return v.Mod(v, m).Cmp(big.NewInt(1)) == 0
}

// cost estimates what it takes to read a key that is not regular, in products of
// machine words.
func (k *RSA) cost() int64 {
	words := int64(max(k.N.BitLen(), k.P.BitLen(), k.Q.BitLen())/64 + 1)
	bits := k.D.BitLen() + k.E.BitLen() + k.DP.BitLen() + k.DQ.BitLen()
	return words * words * 9 * int64(bits)
}

// inverts tries e and d on a number, for keys that come without their primes.
func (k *RSA) inverts() bool {
	if k.N.Bit(0) == 0 || !k.small() {
		return false
	}
	two := big.NewInt(2)
	v := new(big.Int).Exp(two, k.D, k.N)
	return v.Exp(v, k.E, k.N).Cmp(two) == 0
}

// readGoRSA makes the key for crypto/rsa, which does not take every key.
func (r *reader) readGoRSA(k *RSA) {
	switch words := int64(k.N.BitLen()/64 + 1); {
	case k.P.Sign() == 0:
		r.key.Err = r.notForGo("the primes are missing")
		return
	case k.E.BitLen() > 31:
		r.key.Err = r.notForGo(fmt.Sprintf("a public exponent of %d bits", k.E.BitLen()))
		return
	case k.N.BitLen() > 16384 || !r.afford(30*words*words*words):
		r.key.Err = r.notForGo(fmt.Sprintf("%d bits", k.N.BitLen()))
		return
	}
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: k.N, E: int(k.E.Int64())},
		D:         k.D,
		Primes:    []*big.Int{k.P, k.Q},
	}
	for _, o := range k.others {
		key.Primes = append(key.Primes, o.r)
	}
	// To prove the numbers of the file takes a fraction of computing them anew.
	key.Precomputed.Dp, key.Precomputed.Dq, key.Precomputed.Qinv = k.DP, k.DQ, k.QInv
	key.Precompute()
	if key.Validate() != nil {
		key.Precomputed = rsa.PrecomputedValues{}
		key.Precompute()
	}
	if key.Validate() != nil {
		r.key.Err = r.notForGo("unusual numbers")
		return
	}
	r.key.Key = key
}

// readRSA fills in what an RSA key says of itself.
func (r *reader) readRSA() {
	k, err := parsePKCS1(r.info.key)
	if err != nil {
		r.malformed(err)
		return
	}
	r.key.Bits = k.N.BitLen()
	alg := r.info.alg
	if r.info.oid == oidRSA {
		// RFC 3279, Section 2.3.1: the parameters of a public key are NULL,
		// whatever the private key had there.
		alg = der.Algorithm(oidRSA, derNull)
	}
	r.key.SPKI = marshalSPKI(alg, k.publicKey())
	if k.unsigned {
		r.note(note.Malformed, "a number of the key has no leading zero and reads as negative")
	}
	if !k.regular() {
		if !r.afford(k.cost()) {
			r.key.Err = r.notForGo("")
			return
		}
		if k = r.readIrregular(k); k == nil {
			r.note(note.KeyInconsistent, "the numbers of the RSA key do not belong together")
			r.key.Err = r.notForGo("its numbers do not belong together")
			return
		}
	}
	r.key.Proved = true
	if r.info.oid != oidRSA {
		r.key.Err = r.notForGo("")
		return
	}
	r.readGoRSA(k)
}

// ToPKCS1 is the RSAPrivateKey inside a PrivateKeyInfo, byte for byte. Errors
// are *UnsupportedError for a key that is not RSA, and *MalformedError.
func ToPKCS1(pkcs8 []byte) ([]byte, error) {
	info, err := parseInfo(pkcs8)
	if err != nil {
		return nil, &MalformedError{"private key", err}
	}
	if !isRSA(info.oid) {
		return nil, &UnsupportedError{What: "PKCS#1", Algorithm: algorithmName(info.oid)}
	}
	if _, err := parsePKCS1(info.key); err != nil {
		return nil, &MalformedError{"RSA key", err}
	}
	return info.key, nil
}

// AsCertified writes the RSA key in a PrivateKeyInfo with the algorithm of a
// SubjectPublicKeyInfo of the same numbers: RSA in general, or RSASSA-PSS alone
// (RFC 4055, Section 1.2), with its parameters. It returns nil where both have the
// same, and where one is no RSA key.
func AsCertified(pkcs8, spki []byte) []byte {
	key, err := parseInfo(pkcs8)
	public, perr := parseSPKI(spki)
	if err != nil || perr != nil || !isRSA(key.oid) || public.oid != oidRSA && public.oid != oidRSAPSS || key.oid == public.oid {
		return nil
	}
	return marshalPKCS8(public.alg, key.key)
}
