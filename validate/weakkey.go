package validate

import (
	"crypto/rsa"
	"crypto/x509"
	"math/big"
)

// weakKey says what is known to be wrong with how an RSA public key was made,
// "" if nothing is: the exponent, a small factor, ROCA (CVE-2017-15361), primes
// that lie close together. Debian's keys of 2006 to 2008 are not recognised:
// that takes lists of several megabytes.
func weakKey(spki []byte) string {
	parsed, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		return ""
	}
	k, ok := parsed.(*rsa.PublicKey)
	if !ok || k.N.BitLen() > 16384 {
		return ""
	}
	switch {
	case k.E < 3:
		return "has the exponent 1, which encrypts nothing"
	case k.E%2 == 0:
		return "has an even exponent"
	case smallFactor(k.N):
		return "has a modulus with a small factor"
	case roca(k.N):
		return "comes from an Infineon chip with the ROCA flaw (CVE-2017-15361): it can be computed from the public key"
	case closePrimes(k.N):
		return "has primes so close together that it can be computed from the public key"
	}
	return ""
}

// smallFactor looks for the primes below 752 (Baseline Requirements, Section
// 6.1.6: "the modulus … SHOULD have … no factors smaller than 752").
func smallFactor(n *big.Int) bool {
	if n.Bit(0) == 0 {
		return true
	}
	var r big.Int
	for p := int64(3); p < 752; p += 2 {
		if r.Mod(n, big.NewInt(p)).Sign() == 0 {
			return true
		}
	}
	return false
}

// roca is the fingerprint of CVE-2017-15361 (Nemec et al., "The Return of
// Coppersmith's Attack", Section 2.3): modulo every small prime such a modulus
// is a power of 65537. Of other moduli one in 2²⁷ is.
func roca(n *big.Int) bool {
	var r big.Int
	for p := int64(3); p <= 167; p += 2 {
		if !big.NewInt(p).ProbablyPrime(0) {
			continue
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
	a := new(big.Int).Sqrt(n)
	one := big.NewInt(1)
	var b2, b big.Int
	for range 100 {
		b2.Mul(a, a)
		b2.Sub(&b2, n)
		if b2.Sign() >= 0 {
			b.Sqrt(&b2)
			if b.Mul(&b, &b).Cmp(&b2) == 0 {
				return true
			}
		}
		a.Add(a, one)
	}
	return false
}
