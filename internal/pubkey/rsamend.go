package pubkey

import (
	"math/big"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
)

// regular reports whether all numbers are there, belong together and are as
// small as they should be, so that any software can sign with the key.
func (k *RSA) regular() bool {
	if k.unsigned || k.P.Sign() == 0 || k.Q.Sign() == 0 || k.DP.Sign() == 0 || k.DQ.Sign() == 0 || k.QInv.Sign() == 0 {
		return false
	}
	return k.D.Cmp(k.N) < 0 && k.DP.Cmp(k.P) < 0 && k.DQ.Cmp(k.Q) < 0 && k.QInv.Cmp(k.P) < 0 && k.Consistent()
}

// readIrregular is for a key of two primes whose numbers are not what they should
// be. It works out anew what follows from the rest, and returns that key; nil if
// nothing follows.
func (r *reader) readIrregular(k *RSA) *RSA {
	if len(k.others) > 0 {
		if k.Consistent() {
			return k
		}
		return nil
	}
	m := k.mend()
	if m == nil {
		return nil
	}
	if what := k.differs(m); what != "" {
		if k.openSSLSigns() {
			r.note(note.KeyNumbers, "%s: OpenSSL signs all the same, other software may not", what)
		} else {
			r.note(note.KeyUnusable, "%s: OpenSSL cannot sign with the key", what)
		}
	}
	r.key.Mended = replaceKey(r.key.PKCS8, m.pkcs1())
	return m
}

// mend works out the numbers that follow from n, e and d, or from n, e and a
// prime. It returns nil where they do not.
func (k *RSA) mend() *RSA {
	one := big.NewInt(1)
	if k.N.Cmp(one) <= 0 || k.N.Bit(0) == 0 || k.E.Cmp(one) <= 0 {
		return nil
	}
	p, q := k.primes()
	if p == nil {
		return nil
	}
	p1, q1 := new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)
	m := &RSA{N: k.N, E: k.E, D: k.D, P: p, Q: q}
	dRight := inverse(k.D, k.E, p1) && inverse(k.D, k.E, q1)
	if !dRight || k.D.Cmp(k.N) >= 0 {
		// Where nothing else agrees with e, it may be e that is wrong.
		agrees := dRight || inverse(k.DP, k.E, p1) || inverse(k.DQ, k.E, q1)
		if !agrees && (k.D.Sign() != 0 || k.DP.Sign() != 0 || k.DQ.Sign() != 0) {
			return nil
		}
		// The least common multiple, as FIPS 186-5, Appendix A.1.1, has it.
		lcm := new(big.Int).Mul(p1, q1)
		lcm.Div(lcm, new(big.Int).GCD(nil, nil, p1, q1))
		if m.D = new(big.Int).ModInverse(k.E, lcm); m.D == nil {
			return nil
		}
	}
	m.DP, m.DQ, m.QInv = new(big.Int).Mod(m.D, p1), new(big.Int).Mod(m.D, q1), new(big.Int).ModInverse(q, p)
	if m.QInv == nil || !m.Consistent() {
		return nil
	}
	return m
}

// primes returns the primes as they are, or found from one of them or from d;
// nil where that is not possible.
func (k *RSA) primes() (p, q *big.Int) {
	divides := func(p *big.Int) (q *big.Int) {
		if p.Cmp(big.NewInt(1)) <= 0 || p.Cmp(k.N) >= 0 {
			return nil
		}
		q, rest := new(big.Int).QuoRem(k.N, p, new(big.Int))
		if rest.Sign() != 0 {
			return nil
		}
		return q
	}
	if q := divides(k.P); q != nil {
		return k.P, q
	}
	if p := divides(k.Q); p != nil {
		return p, k.Q
	}
	return k.factor()
}

// factor finds the primes from n, e and d (NIST SP 800-56B, Appendix C.1), the
// larger one first; nil if d does not belong to n and e.
func (k *RSA) factor() (p, q *big.Int) {
	one := big.NewInt(1)
	r := new(big.Int).Mul(k.D, k.E)
	r.Sub(r, one)
	if r.Sign() <= 0 || r.Bit(0) == 1 || !k.small() {
		return nil, nil
	}
	t := r.TrailingZeroBits()
	r.Rsh(r, t)
	less := new(big.Int).Sub(k.N, one)
	for _, g := range smallBases {
		y := new(big.Int).Exp(big.NewInt(g), r, k.N)
		if y.Cmp(one) == 0 || y.Cmp(less) == 0 {
			continue
		}
		for range t {
			x := new(big.Int).Mul(y, y)
			x.Mod(x, k.N)
			if x.Cmp(one) == 0 {
				p = new(big.Int).GCD(nil, nil, y.Sub(y, one), k.N)
				q = new(big.Int).Quo(k.N, p)
				if p.Cmp(q) < 0 {
					p, q = q, p
				}
				return p, q
			}
			if x.Cmp(less) == 0 {
				break
			}
			y = x
		}
		if y.Exp(y, big.NewInt(2), k.N).Cmp(less) != 0 {
			return nil, nil // g to the power of d·e-1 is not 1
		}
	}
	return nil, nil
}

// smallBases are tried to find the primes: each does in one of two cases.
var smallBases = [...]int64{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37}

// small reports whether the numbers have the sizes that arithmetic is done with.
func (k *RSA) small() bool {
	return k.N.BitLen() <= 8192 && k.D.BitLen() <= k.N.BitLen() && k.E.BitLen() <= k.N.BitLen()
}

// openSSLSigns does what rsa_ossl_mod_exp of OpenSSL 3.0 does: it computes with
// the primes, and with d alone where the result is found wrong.
func (k *RSA) openSSLSigns() bool {
	const word = 64
	width := func(v *big.Int) int { return (v.BitLen() + word - 1) / word }
	switch {
	case k.P.Bit(0) == 0 || k.Q.Bit(0) == 0:
		return false // Montgomery's multiplication takes odd numbers only
	case k.P.BitLen() == k.Q.BitLen() && width(k.QInv) > width(k.P):
		return false
	case k.N.BitLen() > 8192 || k.P.BitLen() > 8192 || k.Q.BitLen() > 8192:
		return false
	}
	message := new(big.Int).Rsh(k.N, 1)
	mp, mq := new(big.Int).Exp(message, k.DP, k.P), new(big.Int).Exp(message, k.DQ, k.Q)
	s := mp.Sub(mp, mq)
	s.Mul(s, k.QInv).Mod(s, k.P)
	s.Mul(s, k.Q).Add(s, mq)
	right := func() bool { return new(big.Int).Exp(s, k.E, k.N).Cmp(message) == 0 }
	if !right() {
		s.Exp(message, k.D, k.N)
	}
	return s.Cmp(k.N) < 0 && right()
}

// differs says, in formulas, in what k is not m.
func (k *RSA) differs(m *RSA) string {
	var list []string
	say := func(zero bool, name string, wrong bool, formula string) {
		switch {
		case zero:
			list = append(list, name+" = 0")
		case wrong:
			list = append(list, formula)
		}
	}
	one := big.NewInt(1)
	p1, q1 := new(big.Int).Sub(m.P, one), new(big.Int).Sub(m.Q, one)
	say(k.D.Sign() == 0, "d", !inverse(k.D, k.E, p1) || !inverse(k.D, k.E, q1), "d·e ≠ 1")
	say(k.P.Sign() == 0, "p", false, "")
	say(k.Q.Sign() == 0, "q", false, "")
	if k.P.Sign() != 0 && k.Q.Sign() != 0 && new(big.Int).Mul(k.P, k.Q).Cmp(k.N) != 0 {
		list = append(list, "p·q ≠ n")
	}
	say(k.DP.Sign() == 0, "dp", !inverse(k.DP, k.E, p1), "dp·e ≠ 1")
	say(k.DQ.Sign() == 0, "dq", !inverse(k.DQ, k.E, q1), "dq·e ≠ 1")
	say(k.QInv.Sign() == 0, "qInv", !inverse(k.QInv, m.Q, m.P), "qInv·q ≠ 1")
	for _, v := range []struct {
		name    string
		a, b    *big.Int
		modulus string
	}{{"d", k.D, m.N, "n"}, {"dp", k.DP, m.P, "p"}, {"dq", k.DQ, m.Q, "q"}, {"qInv", k.QInv, m.P, "p"}} {
		if v.a.Cmp(v.b) >= 0 {
			list = append(list, v.name+" ≥ "+v.modulus)
		}
	}
	return strings.Join(list, ", ")
}

// replaceKey puts another key in a PrivateKeyInfo and leaves the rest of it.
func replaceKey(pkcs8, key []byte) []byte {
	e, _, _ := der.Parse(pkcs8)
	parts, err := e.Children()
	if err != nil || len(parts) < 3 {
		return nil
	}
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for i, p := range parts {
				if i == 2 {
					b.AddASN1OctetString(key)
				} else {
					b.AddBytes(p.Full)
				}
			}
		})
	})
}
