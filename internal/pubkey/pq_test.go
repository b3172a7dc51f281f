package pubkey

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/certconv/certconv/internal/der"
)

// An expanded key of ML-KEM has its public key within it, before a digest and a secret of 32
// bytes each (FIPS 203, Algorithm 16, and Table 3 for the sizes).
func TestExpandedMLKEM(t *testing.T) {
	for name, size := range map[string]struct{ private, public int }{"ML-KEM-512": {1632, 800}, "ML-KEM-768": {2400, 1184}, "ML-KEM-1024": {3168, 1568}} {
		i := slices.IndexFunc(pqAlgorithms, func(a pqAlgorithm) bool { return a.name == name })
		public := bytes.Repeat([]byte{0xa5}, size.public)
		expanded := slices.Concat(make([]byte, size.private-size.public-64), public, make([]byte, 64))
		r, err := ReadPrivate(marshalPKCS8(der.Algorithm(pqAlgorithms[i].oid, nil), octetString(expanded)), new(Work))
		if err != nil {
			t.Fatal(err)
		}
		if spki, err := parseSPKI(r.SPKI); err != nil || !bytes.Equal(spki.key, public) || r.Algorithm != name {
			t.Errorf("%s: %s with a public key of %d bytes, %v", name, r.Algorithm, len(spki.key), err)
		}
	}
}

// The seeds 00 01 02 … of the examples in RFC 9881 and RFC 9935.
func TestPostQuantumKeys(t *testing.T) {
	for algorithm, want := range map[string]string{
		"ML-DSA-44":   "837832708c5236d951581f1fddf2b79991b3424a0486d16da1ddad0fd69701be",
		"ML-DSA-65":   "b8b62131bfbe84433efb2273d7f5b87f7a22854a2cfd366fc2aead86d837c52d",
		"ML-DSA-87":   "07e57c4f14dbad1267f621ec3777b4e2e6c4fbc4c22fbb87510ff8e0b3c6a642",
		"ML-KEM-512":  "0e3c8b89b54202d2545f7aba2e2aaa3cffa7b6191919ad738fab35b4f313cf71",
		"ML-KEM-768":  "c23e23dd3d485a9256cda09358a4a286e00b373db10761eadf99f710649ca31c",
		"ML-KEM-1024": "d2b7480ae006a14b37c1e8a8e45ea39022e32a9b1a7b90d594c84d869c6ac420",
	} {
		i := slices.IndexFunc(pqAlgorithms, func(a pqAlgorithm) bool { return a.name == algorithm })
		seed := make([]byte, 32)
		if pqAlgorithms[i].kind == pqMLKEM {
			seed = make([]byte, 64)
		}
		for i := range seed {
			seed[i] = byte(i)
		}
		k, err := ReadPrivate(marshalPKCS8(der.Algorithm(pqAlgorithms[i].oid, nil), contextElement(0, false, seed)), new(Work))
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(k.SPKI); k.Algorithm != algorithm || hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s: %s %x", algorithm, k.Algorithm, sum)
		}
	}
}

// A private key is a seed, what it was expanded to, or both.
func TestSeedOrExpanded(t *testing.T) {
	seed, expanded := []byte("seed"), []byte("expanded")
	for _, c := range []struct {
		name           string
		key            []byte
		seed, expanded []byte
		ok             bool
	}{
		{"seed", contextElement(0, false, seed), seed, nil, true},
		{"expanded", octetString(expanded), nil, expanded, true},
		{"both", sequence(octetString(seed), octetString(expanded)), seed, expanded, true},
		{"one of two", sequence(octetString(seed)), nil, nil, false},
		{"an INTEGER", integer(5), nil, nil, false},
		{"a seed in pieces", contextElement(0, true, octetString(seed)), nil, nil, false},
		{"another tag", contextElement(1, false, seed), nil, nil, false},
		{"an OCTET STRING in pieces", append([]byte{0x24, byte(2 + len(seed))}, octetString(seed)...), nil, nil, false},
		{"bytes behind", append(octetString(seed), 0), nil, nil, false},
	} {
		s, e, err := seedOrExpanded(c.key)
		if (err == nil) != c.ok || c.ok && (!bytes.Equal(s, c.seed) || !bytes.Equal(e, c.expanded)) {
			t.Errorf("%s: %q, %q, %v", c.name, s, e, err)
		}
	}
}
