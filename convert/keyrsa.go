package convert

import (
	"crypto/rsa"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
)

// maxRSABits bounds the modulus. The largest that anything in use makes is
// 16384; above twice that, arithmetic would take a hostile file's time.
const maxRSABits = 32768

// rsaNumbers are the numbers of an RSA private key (RFC 8017, Section 3.2).
// Any of those after d may be zero: some writers leave them out.
type rsaNumbers struct {
	n, e, d, p, q, dp, dq, qinv *big.Int

	others   []rsaPrime // the third prime and those after it
	unsigned bool       // a leading zero octet is missing, which makes a number negative
}

type rsaPrime struct{ r, d, t *big.Int }

// parsePKCS1 reads an RSAPrivateKey (RFC 8017, Appendix A.1.2).
func parsePKCS1(data []byte) (*rsaNumbers, error) {
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
	k := &rsaNumbers{}
	for _, p := range []**big.Int{&k.n, &k.e, &k.d, &k.p, &k.q, &k.dp, &k.dq, &k.qinv} {
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
		var prime rsaPrime
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

// next reads a number. All are positive, so the sign bit belongs to the value.
func (k *rsaNumbers) next(r *der.Reader) (*big.Int, error) {
	e, err := r.Expect(der.TagInteger)
	if err != nil {
		return nil, err
	}
	v, negative, err := unsignedInteger(e)
	if err == nil && v.BitLen() > maxRSABits {
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

// rsaFromPKCS8 reads the numbers of a PKCS#8 or PKCS#1 RSA key.
func rsaFromPKCS8(data []byte) (*rsaNumbers, error) {
	if info, err := parseKeyInfo(data); err == nil {
		if !isRSA(info.oid) {
			return nil, &der.SyntaxError{Msg: "not an RSA key"}
		}
		data = info.key
	}
	return parsePKCS1(data)
}

// pkcs1 is the RSAPrivateKey.
func (k *rsaNumbers) pkcs1() []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			if len(k.others) > 0 {
				b.AddASN1Int64(1)
			} else {
				b.AddASN1Int64(0)
			}
			for _, v := range []*big.Int{k.n, k.e, k.d, k.p, k.q, k.dp, k.dq, k.qinv} {
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

// pkcs8 is the PrivateKeyInfo.
func (k *rsaNumbers) pkcs8() []byte {
	return marshalPKCS8(der.Algorithm(oidRSA, derNull), k.pkcs1())
}

// publicKey is the RSAPublicKey (RFC 8017, Appendix A.1.1).
func (k *rsaNumbers) publicKey() []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			addInteger(b, k.n)
			addInteger(b, k.e)
		})
	})
}

// consistent reports whether the numbers that are there belong together. It
// does not ask whether the primes are prime: that takes long, and no damage
// or wrong password passes the rest.
func (k *rsaNumbers) consistent() bool {
	if k.n.Sign() == 0 || k.e.Sign() == 0 || k.d.Sign() == 0 {
		return false
	}
	one := big.NewInt(1)
	primes := []*big.Int{}
	exponents := []*big.Int{}
	if k.p.Sign() != 0 || k.q.Sign() != 0 {
		primes = append(primes, k.p, k.q)
		exponents = append(exponents, k.dp, k.dq)
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
		if p.Cmp(one) <= 0 || product.BitLen() > k.n.BitLen() {
			return false
		}
		before := new(big.Int).Set(product)
		product.Mul(product, p)
		// d·e = 1 modulo each p-1 says the same as modulo their least common
		// multiple, and holds for a d that was reduced by their product too.
		m := new(big.Int).Sub(p, one)
		v := new(big.Int).Mul(k.d, k.e)
		if v.Sub(v, one).Mod(v, m).Sign() != 0 {
			return false
		}
		if i >= 2 {
			if t := k.others[i-2].t; t.Sign() != 0 && !inverse(t, before, p) {
				return false
			}
		}
		if exp := exponents[i]; exp.Sign() != 0 && v.Sub(k.d, exp).Mod(v, m).Sign() != 0 {
			return false
		}
	}
	if product.Cmp(k.n) != 0 {
		return false
	}
	return k.qinv.Sign() == 0 || inverse(k.qinv, k.q, k.p)
}

// inverse reports whether a·b = 1 modulo m.
func inverse(a, b, m *big.Int) bool {
	v := new(big.Int).Mul(a, b)
	return v.Mod(v, m).Cmp(big.NewInt(1)) == 0
}

// cost estimates consistent, in products of machine words. Only without the
// primes it is worth counting.
func (k *rsaNumbers) cost() int64 {
	if k.p.Sign() != 0 {
		return 0
	}
	words := int64(k.n.BitLen()/64 + 1)
	return words * words * 3 * int64(k.d.BitLen()+k.e.BitLen())
}

// inverts tries e and d on a number, for keys that come without their primes.
func (k *rsaNumbers) inverts() bool {
	if k.n.BitLen() > 8192 || k.n.Bit(0) == 0 || k.d.BitLen() > k.n.BitLen() || k.e.BitLen() > k.n.BitLen() {
		return false
	}
	two := big.NewInt(2)
	v := new(big.Int).Exp(two, k.d, k.n)
	return v.Exp(v, k.e, k.n).Cmp(two) == 0
}

// readGoRSA makes the key for crypto/rsa, which does not take every key.
func (r *keyReader) readGoRSA(k *rsaNumbers) {
	switch words := int64(k.n.BitLen()/64 + 1); {
	case k.p.Sign() == 0:
		r.key.Err = r.notForGo("the primes are missing")
		return
	case k.e.BitLen() > 31:
		r.key.Err = r.notForGo(fmt.Sprintf("a public exponent of %d bits", k.e.BitLen()))
		return
	case k.n.BitLen() > 16384 || !r.afford(30*words*words*words):
		r.key.Err = r.notForGo(fmt.Sprintf("%d bits", k.n.BitLen()))
		return
	}
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: k.n, E: int(k.e.Int64())},
		D:         k.d,
		Primes:    []*big.Int{k.p, k.q},
	}
	for _, o := range k.others {
		key.Primes = append(key.Primes, o.r)
	}
	key.Precompute()
	if key.Validate() != nil {
		r.key.Err = r.notForGo("unusual numbers")
		return
	}
	r.key.Key = key
}

// readRSA fills in what an RSA key says of itself.
func (r *keyReader) readRSA() {
	k, err := parsePKCS1(r.info.key)
	if err != nil {
		r.malformed(err)
		return
	}
	r.key.Bits = k.n.BitLen()
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
	if !r.afford(k.cost()) {
		r.key.Err = r.notForGo("")
		return
	}
	if !k.consistent() {
		r.note(note.KeyInconsistent, "the numbers of the RSA key do not belong together")
		r.key.Err = r.notForGo("its numbers do not belong together")
		return
	}
	r.key.Proved = true
	if r.info.oid != oidRSA {
		r.key.Err = r.notForGo("")
		return
	}
	r.readGoRSA(k)
}

// rsaConsistent reports whether data is an RSA key, PKCS#8 or PKCS#1, whose
// numbers belong together. For NET and PVK files that is the only way to tell
// the right password.
func rsaConsistent(data []byte) bool {
	k, err := rsaFromPKCS8(data)
	return err == nil && k.consistent()
}

// pkcs1FromPKCS8 is the RSAPrivateKey inside, byte for byte.
func pkcs1FromPKCS8(pkcs8 []byte) ([]byte, error) {
	info, err := parseKeyInfo(pkcs8)
	if err != nil {
		return nil, damaged(Source{}, "private key", err)
	}
	if !isRSA(info.oid) {
		return nil, unsupported(Source{}, "PKCS#1", keyAlgorithmName(info.oid))
	}
	if _, err := parsePKCS1(info.key); err != nil {
		return nil, damaged(Source{}, "RSA key", err)
	}
	return info.key, nil
}
