package validate

import (
	"math/big"

	"github.com/certconv/certconv/internal/lazy"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/text"
)

// weakKey says what is known to be wrong with how an RSA public key was made, under
// any identifier of RSA, nothing if nothing is: the exponent, a small factor, ROCA (CVE-2017-15361), primes
// that lie close together. Debian's keys of 2006 to 2008 are not recognised:
// that takes lists of several megabytes.
func weakKey(spki []byte) text.Text {
	k, err := pubkey.ParseRSAPublic(spki)
	if err != nil || k.N.BitLen() > 16384 {
		return text.Text{}
	}
	switch {
	case k.E.Cmp(big.NewInt(3)) < 0 && k.E.Bit(0) == 1:
		return text.Of("has the exponent 1, which encrypts nothing")
	case k.E.Bit(0) == 0:
		return text.Of("has an even exponent")
	case smallFactor(k.N):
		return text.Of("has a modulus with a small factor")
	case roca(k.N):
		return text.Of("comes from an Infineon chip with the ROCA flaw (CVE-2017-15361): it can be computed from the public key")
	case closePrimes(k.N):
		return text.Of("has primes so close together that it can be computed from the public key")
	}
	return text.Text{}
}

// smallFactor looks for the primes below 752 (Baseline Requirements, Section
// 6.1.6: "the modulus … SHOULD have … no factors smaller than 752").
func smallFactor(n *big.Int) bool {
	product := smallPrimes.Get().product
	var r big.Int
	return r.GCD(nil, nil, r.Mod(n, product), product).BitLen() > 1 || r.Sign() == 0
}

type primes struct {
	list    []int64
	product *big.Int
}

// smallPrimes are the primes below 752.
var smallPrimes = lazy.Value[primes]{Make: func() primes {
	all := primes{product: big.NewInt(1)}
next:
	for p := int64(2); p < 752; p++ {
		for _, q := range all.list {
			if p%q == 0 {
				continue next
			}
		}
		all.list = append(all.list, p)
		all.product.Mul(all.product, big.NewInt(p))
	}
	return all
}}

// roca is the fingerprint of CVE-2017-15361 (Nemec et al., "The Return of
// Coppersmith's Attack", Section 2.3): modulo every small prime such a modulus
// is a power of 65537. Of other moduli one in 2²⁷ is.
func roca(n *big.Int) bool {
	var r big.Int
	for _, p := range smallPrimes.Get().list[1:] {
		if p > 167 {
			break
		}
		want := r.Mod(n, big.NewInt(p)).Int64()
		power, found := int64(1), false
		for range p {
			if found = power == want; found {
				break
			}
			power = power * 65537 % p
		}
		if !found {
			return false
		}
	}
	return true
}

// closePrimes runs 100 rounds of Fermat's factorization (Baseline
// Requirements, Section 6.1.1.3): n = a² - b².
func closePrimes(n *big.Int) bool {
	a, two := new(big.Int).Sqrt(n), big.NewInt(2)
	b2 := new(big.Int).Mul(a, a)
	b2.Sub(b2, n)
	step := a.Lsh(a, 1) // (a+1)² - a²
	step.Add(step, big.NewInt(1))
	var b big.Int
	for range 100 {
		if b2.Sign() >= 0 && maybeSquare(b2) {
			b.Sqrt(b2)
			if b.Mul(&b, &b).Cmp(b2) == 0 {
				return true
			}
		}
		b2.Add(b2, step)
		step.Add(step, two)
	}
	return false
}

// maybeSquare tells most numbers that are no squares by their remainders,
// which takes much less than a root.
func maybeSquare(n *big.Int) bool {
	const m = 63 * 65 * 11
	if low := n.Bit(0) | n.Bit(1)<<1 | n.Bit(2)<<2; low != 0 && low != 1 && low != 4 {
		return false
	}
	var r big.Int
	rest := r.Mod(n, big.NewInt(m)).Uint64()
	for _, p := range [...]uint64{63, 65, 11} {
		if !residue(rest%p, p) {
			return false
		}
	}
	return true
}

// residue reports whether n is a square modulo m.
func residue(n, m uint64) bool {
	for i := uint64(0); i <= m/2; i++ {
		if i*i%m == n {
			return true
		}
	}
	return false
}
