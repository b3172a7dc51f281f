package pubkey

import (
	"crypto/sha256"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/der"
)

// What is beyond the bounds is named, and costs nothing; what is within costs
// more the larger it is.
func TestVerifyCost(t *testing.T) {
	one := big.NewInt(1)
	key := func(n, e uint) ([]byte, *RSA) {
		k := &RSA{N: new(big.Int).Lsh(one, n-1), E: new(big.Int).Lsh(one, e-1)}
		k.N.SetBit(k.N, 0, 1)
		k.E.SetBit(k.E, 0, 1)
		return marshalSPKI(der.Algorithm(oidRSA, derNull), k.publicKey()), k
	}
	small, _ := key(2048, 17)
	large, _ := key(16384, 256)
	if a, b := VerifyCost(small), VerifyCost(large); a < 100_000 || b < 200*a || b > int64(MaxWork)/10 {
		t.Errorf("costs %d and %d", a, b)
	}
	for _, v := range []struct {
		n, e uint
		says string
	}{{16385, 17, "a modulus of 16385 bits"}, {2048, 257, "a public exponent of 257 bits"}} {
		spki, k := key(v.n, v.e)
		if c := VerifyCost(spki); c > VerifyCost(nil) {
			t.Errorf("%s: costs %d", v.says, c)
		}
		digest := sha256.Sum256(nil)
		_, err := verifyPKCS1("2.16.840.1.101.3.4.2.1", digest[:], make([]byte, (v.n+7)/8), publicInfo{key: k.publicKey()})
		if !errors.As(err, new(*UnsupportedError)) || !strings.Contains(err.Error(), v.says) {
			t.Errorf("%s: %v", v.says, err)
		}
	}
}
