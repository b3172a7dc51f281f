package pubkey

import (
	"crypto/dsa"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"

	"github.com/certconv/certconv/internal/der"
)

// dsaSigner signs a message with the key of a file, and gives the key's numbers.
func dsaSigner(t *testing.T, hash string, message []byte) (k *DSA, alg, sig []byte) {
	t.Helper()
	info, err := parseInfo(keyOf(t, "pairs/dsa1024.pem").PKCS8)
	if err != nil {
		t.Fatal(err)
	}
	k = &DSA{}
	if err := errors.Join(k.parseGroup(info.oid, info.params), k.parsePrivate(info.oid, info.key)); err != nil {
		t.Fatal(err)
	}
	k.Y = new(big.Int).Exp(k.G, k.X, k.P)
	h, _ := hashByName(hash)
	d := h.new()
	d.Write(message)
	digest := d.Sum(nil)
	key := &dsa.PrivateKey{PublicKey: dsa.PublicKey{Parameters: dsa.Parameters{P: k.P, Q: k.Q, G: k.G}, Y: k.Y}, X: k.X}
	r, s, err := dsa.Sign(rand.Reader, key, digest[:min(len(digest), k.Q.BitLen()/8)])
	if err != nil {
		t.Fatal(err)
	}
	name := "dsa-with-" + strings.ToLower(strings.ReplaceAll(hash, "-", ""))
	return k, algorithmOf(t, name), numbers(r, s)
}

// numbers is a SEQUENCE of them.
func numbers(list ...*big.Int) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(0x30, func(b *cryptobyte.Builder) {
			for _, v := range list {
				b.AddASN1BigInt(v)
			}
		})
	})
}

func number(v *big.Int) []byte {
	return der.Build(func(b *cryptobyte.Builder) { b.AddASN1BigInt(v) })
}

// Of a digest that is longer than the group's order the first bits count (FIPS 186-4, Section 4.7).
// What is no number, or no group, makes no signature.
func TestDSASignatures(t *testing.T) {
	message := []byte("message")
	big1 := big.NewInt(1)
	huge := func(bits uint) *big.Int { return new(big.Int).SetBit(new(big.Int).Lsh(big1, bits-1), 0, 1) }
	for _, hash := range []string{"SHA-1", "SHA-512"} {
		k, alg, sig := dsaSigner(t, hash, message)
		spki := func(p, q, g *big.Int, y []byte) []byte {
			return marshalSPKI(der.Algorithm(oidDSA, numbers(p, q, g)), y)
		}
		y := number(k.Y)
		other := new(DSA)
		*other = *k
		for _, c := range []struct {
			name string
			spki []byte
			sig  []byte
			want error // nil; ErrSignature; another of the type
		}{
			{"as signed", spki(k.P, k.Q, k.G, y), sig, nil},
			{"a signature of other numbers", spki(k.P, k.Q, k.G, y), numbers(big1, big1), ErrSignature},
			{"a signature of one number", spki(k.P, k.Q, k.G, y), numbers(big1), ErrSignature},
			{"another key", spki(k.P, k.Q, k.G, number(k.G)), sig, ErrSignature},
			{"an order of 0", spki(k.P, new(big.Int), k.G, y), sig, ErrSignature},
			{"RSA", newRSASigner(t).spki(der.Algorithm(oidRSA, derNull)), sig, ErrSignature},
			{"a group in part", marshalSPKI(der.Algorithm(oidDSA, numbers(k.P, k.Q)), y), sig, &MalformedError{}},
			{"a group that is none", marshalSPKI(der.Algorithm(oidDSA, integer(1)), y), sig, &MalformedError{}},
			{"the group of the issuer", marshalSPKI(der.Algorithm(oidDSA, nil), y), sig, &UnsupportedError{}},
			{"a key that is no number", spki(k.P, k.Q, k.G, octetString([]byte{5})), sig, &MalformedError{}},
			{"a modulus of more bits", spki(huge(maxVerifyBits+1), k.Q, k.G, y), sig, &UnsupportedError{}},
			{"an order of more bits", spki(k.P, huge(maxGroupBits+1), k.G, y), sig, &UnsupportedError{}},
			{"as many bits as may be", spki(huge(maxVerifyBits), huge(maxGroupBits), k.G, y), numbers(big1, big1), ErrSignature},
		} {
			err := Verify(message, element(alg), c.sig, c.spki)
			if !isError(err, c.want) {
				t.Errorf("%s, %s: %v", hash, c.name, err)
			}
		}
		if err := Verify([]byte("another one"), element(alg), sig, spki(k.P, k.Q, k.G, y)); err != ErrSignature {
			t.Errorf("%s, another message: %v", hash, err)
		}
		// A group within the bounds costs what its modulus does, twice; one beyond them nothing.
		least, cost := VerifyCost(nil), VerifyCost(spki(k.P, k.Q, k.G, y))
		if want := least + 2*modExpCost(k.P, k.Q.BitLen()); cost != want {
			t.Errorf("it costs %d, want %d", cost, want)
		}
		for _, over := range [][]byte{spki(huge(maxVerifyBits+1), k.Q, k.G, y), spki(k.P, huge(maxGroupBits+1), k.G, y), marshalSPKI(der.Algorithm(oidDSA, nil), y), marshalSPKI(der.Algorithm(oidDSA, integer(1)), y)} {
			if c := VerifyCost(over); c != least {
				t.Errorf("beyond the bounds: it costs %d", c)
			}
		}
		if c := VerifyCost(spki(huge(maxVerifyBits), huge(maxGroupBits), k.G, y)); c <= cost {
			t.Errorf("as many bits as may be: it costs %d", c)
		}
	}
}

// The digests that no Go program signs with any more are verified all the same (RFC 8017, Section 9.2).
func TestOldDigests(t *testing.T) {
	s := newRSASigner(t)
	for name, h := range map[string]struct{ oid, sum, hash string }{
		"md2WithRSAEncryption":      {"1.2.840.113549.2.2", "MD2", ""},
		"md4WithRSAEncryption":      {"1.2.840.113549.2.4", "MD4", ""},
		"rsaSignatureWithripemd160": {"1.3.36.3.2.1", "RIPEMD-160", ""},
	} {
		hash, ok := hashByName(h.sum)
		if !ok {
			t.Fatal(h.sum)
		}
		d := hash.new()
		d.Write(s.message)
		info := sequence(der.Algorithm(h.oid, derNull), octetString(d.Sum(nil)))
		sig, err := rsa.SignPKCS1v15(nil, s.key, 0, info)
		if err != nil {
			t.Fatal(err)
		}
		key := s.spki(der.Algorithm(oidRSA, derNull))
		if err := Verify(s.message, element(algorithmOf(t, name)), sig, key); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := Verify([]byte("another one"), element(algorithmOf(t, name)), sig, key); err != ErrSignature {
			t.Errorf("%s, another message: %v", name, err)
		}
	}
}

// A public key that cannot be read verifies nothing, and is no wrong signature.
func TestVerifyMalformedKeys(t *testing.T) {
	s := newRSASigner(t)
	curve := func(oid string) []byte {
		return der.Algorithm(oidEC, der.Build(func(b *cryptobyte.Builder) { der.AddOID(b, oid) }))
	}
	const secp256k1, sect163k1 = "1.3.132.0.10", "1.3.132.0.1"
	sig := sequence(integer(1), integer(1))
	pss := pssAlgorithm(t, "SHA-256", "SHA-256", 32)
	compressed := append([]byte{2}, make([]byte, 32)...)
	compressed[32] = 5 // no point of the curve has it
	for _, c := range []struct {
		name      string
		alg, spki []byte
		want      error
	}{
		{"no key", algorithmOf(t, "sha256WithRSAEncryption"), nil, &MalformedError{}},
		{"no RSA key", algorithmOf(t, "sha256WithRSAEncryption"), marshalSPKI(der.Algorithm(oidRSA, derNull), integer(1)), &MalformedError{}},
		{"no RSA key for PSS", pss, marshalSPKI(der.Algorithm(oidRSA, derNull), integer(1)), &MalformedError{}},
		{"an EC key for RSA", algorithmOf(t, "sha256WithRSAEncryption"), marshalSPKI(curve(secp256k1), compressed), ErrSignature},
		{"an EC key for PSS", pss, marshalSPKI(curve(secp256k1), compressed), ErrSignature},
		{"an RSA key for ECDSA", algorithmOf(t, "ecdsa-with-SHA256"), s.spki(der.Algorithm(oidRSA, derNull)), ErrSignature},
		{"an EC key without a curve", algorithmOf(t, "ecdsa-with-SHA256"), marshalSPKI(der.Algorithm(oidEC, sequence()), compressed), &MalformedError{}},
		{"a curve that is not known", algorithmOf(t, "ecdsa-with-SHA256"), marshalSPKI(curve("1.2.3"), compressed), &UnsupportedError{}},
		{"a binary curve", algorithmOf(t, "ecdsa-with-SHA256"), marshalSPKI(curve(sect163k1), compressed), &UnsupportedError{}},
		{"a point of another size", algorithmOf(t, "ecdsa-with-SHA256"), marshalSPKI(curve(secp256k1), compressed[:20]), &MalformedError{}},
		{"half a point that has no other half", algorithmOf(t, "ecdsa-with-SHA256"), marshalSPKI(curve(secp256k1), compressed), ErrSignature},
	} {
		err := Verify(s.message, element(c.alg), sig, c.spki)
		if !isError(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// isError reports whether err is want, or of its type where that has details.
func isError(err, want error) bool {
	switch want.(type) {
	case *MalformedError:
		return errors.As(err, new(*MalformedError))
	case *UnsupportedError:
		return errors.As(err, new(*UnsupportedError))
	}
	return err == want
}
