package pubkey

import (
	"encoding/pem"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/testenv"
)

// damagedRSA are copies of a key whose numbers were changed, by what was done.
func damagedRSA(k *RSA) map[string]*RSA {
	n, zero, one := big.NewInt, new(big.Int), big.NewInt(1)
	plus := func(a, b *big.Int) *big.Int { return new(big.Int).Add(a, b) }
	times := func(a, b *big.Int) *big.Int { return new(big.Int).Mul(a, b) }
	less := func(a *big.Int) *big.Int { return new(big.Int).Sub(a, one) }
	power := func(bits uint) *big.Int { return new(big.Int).Lsh(one, bits) }
	half := uint(k.P.BitLen())
	list := map[string]*RSA{}
	for name, change := range map[string]func(c *RSA){
		"as made":                  func(c *RSA) {},
		"p, q = 0":                 func(c *RSA) { c.P, c.Q = zero, zero },
		"p = 0":                    func(c *RSA) { c.P = zero },
		"q = 0":                    func(c *RSA) { c.Q = zero },
		"n, e, d only":             func(c *RSA) { c.P, c.Q, c.DP, c.DQ, c.QInv = zero, zero, zero, zero, zero },
		"dp, dq, qInv = 0":         func(c *RSA) { c.DP, c.DQ, c.QInv = zero, zero, zero },
		"dp = 0":                   func(c *RSA) { c.DP = zero },
		"dq = 0":                   func(c *RSA) { c.DQ = zero },
		"qInv = 0":                 func(c *RSA) { c.QInv = zero },
		"dp, dq = 0":               func(c *RSA) { c.DP, c.DQ = zero, zero },
		"dp, qInv = 0":             func(c *RSA) { c.DP, c.QInv = zero, zero },
		"d = 0":                    func(c *RSA) { c.D = zero },
		"n, e, p, q only":          func(c *RSA) { c.D, c.DP, c.DQ, c.QInv = zero, zero, zero, zero },
		"n, e, p only":             func(c *RSA) { c.D, c.Q, c.DP, c.DQ, c.QInv = zero, zero, zero, zero, zero },
		"qInv + p":                 func(c *RSA) { c.QInv = plus(c.QInv, c.P) },
		"qInv = p":                 func(c *RSA) { c.QInv = c.P },
		"qInv + p·2⁶⁴":             func(c *RSA) { c.QInv = plus(c.QInv, times(c.P, power(64))) },
		"qInv of all bits of p":    func(c *RSA) { c.QInv = less(power(half)) },
		"qInv of one bit more":     func(c *RSA) { c.QInv = power(half) },
		"qInv = n":                 func(c *RSA) { c.QInv = c.N },
		"qInv + 1":                 func(c *RSA) { c.QInv = plus(c.QInv, one) },
		"dp + p-1":                 func(c *RSA) { c.DP = plus(c.DP, less(c.P)) },
		"dq + q-1":                 func(c *RSA) { c.DQ = plus(c.DQ, less(c.Q)) },
		"dp + 2":                   func(c *RSA) { c.DP = plus(c.DP, n(2)) },
		"dq + 2":                   func(c *RSA) { c.DQ = plus(c.DQ, n(2)) },
		"d + 2":                    func(c *RSA) { c.D = plus(c.D, n(2)) },
		"d + φ":                    func(c *RSA) { c.D = plus(c.D, times(less(c.P), less(c.Q))) },
		"d + φ, dp = 5":            func(c *RSA) { c.D, c.DP = plus(c.D, times(less(c.P), less(c.Q))), n(5) },
		"d + 2, dp = 5":            func(c *RSA) { c.D, c.DP = plus(c.D, n(2)), n(5) },
		"d + 2, dp = 0":            func(c *RSA) { c.D, c.DP = plus(c.D, n(2)), zero },
		"d = 0, dp = 5":            func(c *RSA) { c.D, c.DP = zero, n(5) },
		"d = 0, qInv = 5":          func(c *RSA) { c.D, c.QInv = zero, n(5) },
		"p, q swapped":             func(c *RSA) { c.P, c.Q = c.Q, c.P },
		"p, q, dp, dq swapped":     func(c *RSA) { c.P, c.Q, c.DP, c.DQ = c.Q, c.P, c.DQ, c.DP },
		"p + 2":                    func(c *RSA) { c.P = plus(c.P, n(2)) },
		"p + 1":                    func(c *RSA) { c.P = plus(c.P, one) },
		"q + 1":                    func(c *RSA) { c.Q = plus(c.Q, one) },
		"p = 1, q = n":             func(c *RSA) { c.P, c.Q = one, c.N },
		"p = n, q = 1":             func(c *RSA) { c.P, c.Q = c.N, one },
		"p = n":                    func(c *RSA) { c.P = c.N },
		"p, q = 1":                 func(c *RSA) { c.P, c.Q = one, one },
		"p, q = 3":                 func(c *RSA) { c.P, c.Q = n(3), n(3) },
		"p, q = 3, dp, dq, qInv 0": func(c *RSA) { c.P, c.Q, c.DP, c.DQ, c.QInv = n(3), n(3), zero, zero, zero },
		"p = q":                    func(c *RSA) { c.P = c.Q },
		"p, q = 3, d + 2":          func(c *RSA) { c.P, c.Q, c.D = n(3), n(3), plus(c.D, n(2)) },
		"p, q = 0, d + 2":          func(c *RSA) { c.P, c.Q, c.D = zero, zero, plus(c.D, n(2)) },
		"e + 2":                    func(c *RSA) { c.E = plus(c.E, n(2)) },
		"n + 2":                    func(c *RSA) { c.N = plus(c.N, n(2)) },
		"e = 1":                    func(c *RSA) { c.E = one },
	} {
		c := *k
		change(&c)
		list[name] = &c
	}
	return list
}

// hopeless are the ones of damagedRSA that nothing can be worked out from.
var hopeless = []string{"p, q = 3, d + 2", "p, q = 0, d + 2", "e + 2", "n + 2", "e = 1"}

// What is said of damaged keys is what OpenSSL does with them, and what is worked
// out anew is the key as it was made.
func TestDamagedRSA(t *testing.T) {
	testenv.Programs(t, "openssl")
	for _, file := range []string{"pairs/rsa1024.pem", "pairs/rsa2048.pem"} {
		key := keyOf(t, file)
		good, err := ParseRSA(key.PKCS8)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		public := writePEM(t, dir, "good.pub", "PUBLIC KEY", key.SPKI)
		damaged := damagedRSA(good)
		for _, name := range slices.Sorted(maps.Keys(damaged)) {
			data := damaged[name].PKCS8()
			k, err := ReadPrivate(data, new(Work))
			if err != nil {
				t.Fatal(name, err)
			}
			said := note.Kind("")
			for _, r := range k.Remarks {
				said = r.Kind
			}
			if slices.Contains(hopeless, name) {
				if said != note.KeyInconsistent || k.Mended != nil || k.Proved {
					t.Errorf("%s, %s: %q, worked out: %t", file, name, said, k.Mended != nil)
				}
				continue
			}
			signs := openSSLSigns(t, dir, writePEM(t, dir, "key.pem", "PRIVATE KEY", data), public)
			if signs != (said != note.KeyUnusable) {
				t.Errorf("%s, %s: %q %v, OpenSSL signs: %t", file, name, said, k.Remarks, signs)
			}
			out := k.PKCS8
			if k.Mended != nil {
				out = k.Mended
			}
			testenv.Must(t, dir, "openssl", "pkey", "-check", "-noout", "-in", writePEM(t, dir, "mended.pem", "PRIVATE KEY", out))
			if m, err := ParseRSA(out); err != nil || !m.regular() || !k.Proved || k.ID != key.ID || k.Key == nil {
				t.Errorf("%s, %s: not the key: %v %v", file, name, err, k.Err)
			}
		}
	}
}

func openSSLSigns(t *testing.T, dir, key, public string) bool {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "message"), []byte("message"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := testenv.Run(dir, "openssl", "dgst", "-sha256", "-sign", key, "-out", "signature", "message"); err != nil {
		return false
	}
	_, _, err := testenv.Run(dir, "openssl", "dgst", "-sha256", "-verify", public, "-signature", "signature", "message")
	return err == nil
}

func writePEM(t *testing.T, dir, name, label string, data []byte) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: label, Bytes: data}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// The rest of a PrivateKeyInfo stays: the identifier of RSASSA-PSS with its
// parameters, attributes.
func TestMendedKeepsTheRest(t *testing.T) {
	info := keyInfoOf(t, "pairs/rsa1024.pem")
	good, err := parsePKCS1(info.key)
	if err != nil {
		t.Fatal(err)
	}
	alg := pssAlgorithm(t, "SHA-256", "SHA-256", 32)
	attributes := contextElement(0, true, nil)
	bad := *good
	bad.P = new(big.Int)
	k, err := ReadPrivate(sequence(integer(0), alg, octetString(bad.pkcs1()), attributes), new(Work))
	if err != nil {
		t.Fatal(err)
	}
	if want := sequence(integer(0), alg, octetString(good.pkcs1()), attributes); string(k.Mended) != string(want) {
		t.Errorf("%x, want %x", k.Mended, want)
	}
	if !der.IsDER(k.Mended) {
		t.Error("not DER")
	}
}

// A number that is as large as its modulus is not below it.
func TestNumbersAtTheirModulus(t *testing.T) {
	good, err := ParseRSA(keyOf(t, "pairs/rsa1024.pem").PKCS8)
	if err != nil {
		t.Fatal(err)
	}
	for says, change := range map[string]func(k *RSA){
		"d ≥ n": func(k *RSA) { k.D = k.N }, "dp ≥ p": func(k *RSA) { k.DP = k.P }, "dq ≥ q": func(k *RSA) { k.DQ = k.Q }, "qInv ≥ p": func(k *RSA) { k.QInv = k.P },
	} {
		bad := *good
		change(&bad)
		if got := bad.differs(good); !strings.Contains(got, says) {
			t.Errorf("%q, want %q", got, says)
		}
	}
	if got := good.differs(good); got != "" {
		t.Errorf("a good key: %q", got)
	}
}

// Without the primes, e and d tell by themselves whether they belong together: of moduli of
// both kinds, 1 and 3 modulo 4.
func TestInverts(t *testing.T) {
	kinds := map[int64]bool{}
	for _, name := range []string{"rsa512.pem", "rsa1024.pem", "rsa2048.pem", "rsa2048-e3.pem"} {
		k, err := parsePKCS1(keyInfoOf(t, "pairs/"+name).key)
		if err != nil {
			t.Fatal(err)
		}
		kinds[new(big.Int).Mod(k.N, big.NewInt(4)).Int64()] = true
		other, even := *k, *k
		other.D = new(big.Int).Add(k.D, big.NewInt(2))
		even.N = new(big.Int).Add(k.N, big.NewInt(1))
		if !k.inverts() || other.inverts() || even.inverts() {
			t.Errorf("%s: as made %v, with another d %v, with an even modulus %v", name, k.inverts(), other.inverts(), even.inverts())
		}
	}
	if len(kinds) != 2 {
		t.Errorf("the moduli are all %v modulo 4", kinds)
	}
}

// A key whose numbers contradict each other is none for Go, which would sign with it all the same.
func TestContradictionsAreNotForGo(t *testing.T) {
	in := keyInfoOf(t, "pairs/rsa1024.pem")
	k, err := parsePKCS1(in.key)
	if err != nil {
		t.Fatal(err)
	}
	two := big.NewInt(2)
	for name, change := range map[string]func(c *RSA){
		"as made": func(*RSA) {},
		"other n": func(c *RSA) { c.N = new(big.Int).Add(c.N, two) },
		"other e": func(c *RSA) { c.E = new(big.Int).Add(c.E, two) },
		"e = 1":   func(c *RSA) { c.E, c.D, c.DP, c.DQ = big.NewInt(1), big.NewInt(1), big.NewInt(1), big.NewInt(1) },
	} {
		c := *k
		change(&c)
		r, err := ReadPrivate(marshalPKCS8(in.alg, c.pkcs1()), new(Work))
		if err != nil {
			t.Fatal(err)
		}
		if ok := name == "as made"; (r.Key != nil) != ok || (r.Err == nil) != ok {
			t.Errorf("%s: %v, %v", name, r.Key != nil, r.Err)
		}
	}
}
