package pubkey

import (
	"bytes"
	"errors"
	"math/big"
	"slices"
	"testing"

	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
	"github.com/cloudflare/circl/sign/mldsa/mldsa65"
	"github.com/cloudflare/circl/sign/mldsa/mldsa87"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
)

// What is no key, and a key of another kind, are two errors, whoever is asked for it.
func TestWhatIsNoKey(t *testing.T) {
	rsa, ec := keyOf(t, "pairs/rsa1024.pem"), keyOf(t, "pairs/ec-P-256.pem")
	noRSA := sequence(integer(0), integer(5))
	ask := map[string]func([]byte) error{
		"ToPKCS1":        func(b []byte) error { _, err := ToPKCS1(b); return err },
		"ToSEC1":         func(b []byte) error { _, err := ToSEC1(b); return err },
		"ParseRSAPublic": func(b []byte) error { _, err := ParseRSAPublic(b); return err },
		"ReadPublic":     func(b []byte) error { _, err := ReadPublic(b); return err },
		"CheckPublic":    CheckPublic,
	}
	for _, c := range []struct {
		of        string
		data      []byte
		malformed bool // else it is of another kind
	}{
		{"ToPKCS1", nil, true},
		{"ToPKCS1", rsa.SPKI, true},
		{"ToPKCS1", marshalPKCS8(der.Algorithm(oidRSA, derNull), noRSA), true},
		{"ToPKCS1", ec.PKCS8, false},
		{"ToSEC1", nil, true},
		{"ToSEC1", marshalPKCS8(keyInfoOf(t, "pairs/ec-P-256.pem").alg, noRSA), true},
		{"ToSEC1", rsa.PKCS8, false},
		{"ParseRSAPublic", nil, true},
		{"ParseRSAPublic", integer(5), true},
		{"ParseRSAPublic", marshalSPKI(der.Algorithm(oidRSA, derNull), integer(5)), true},
		{"ParseRSAPublic", marshalSPKI(der.Algorithm(oidRSA, derNull), sequence(integer(5))), true},
		{"ParseRSAPublic", ec.SPKI, false},
		{"ReadPublic", octetString(nil), true},
		{"CheckPublic", octetString(nil), true},
	} {
		err := ask[c.of](c.data)
		if c.malformed && !errors.As(err, new(*MalformedError)) || !c.malformed && !isUnsupported(err) {
			t.Errorf("%s of %x: %v", c.of, c.data, err)
		}
	}
	for name, pkcs8 := range map[string][]byte{"nothing": nil, "RSA": rsa.PKCS8, "no ECPrivateKey": marshalPKCS8(keyInfoOf(t, "pairs/ec-P-256.pem").alg, noRSA)} {
		if d := ECScalar(pkcs8); d != nil {
			t.Errorf("the private number of %s: %x", name, d)
		}
	}
}

// The keys of Edwards and Montgomery curves have one size (RFC 8032, RFC 7748).
func TestPublicKeySizes(t *testing.T) {
	for oid, size := range map[string]int{oidEd25519: 32, oidX25519: 32, oidEd448: 57, oidX448: 56} {
		for n := size - 1; n <= size+1; n++ {
			if err := CheckPublic(marshalSPKI(der.Algorithm(oid, nil), make([]byte, n))); (err == nil) != (n == size) || err != nil && !errors.As(err, new(*MalformedError)) {
				t.Errorf("%s with %d octets: %v", oid, n, err)
			}
		}
	}
}

// The coordinates of a point are told where there is one, on a curve that has a name.
func TestECPointRefused(t *testing.T) {
	key := keyOf(t, "pairs/ec-P-256.pem")
	info, err := parseSPKI(key.SPKI)
	if err != nil {
		t.Fatal(err)
	}
	point := func(b []byte) []byte { return marshalSPKI(info.alg, b) }
	x, y, ok := ECPoint(key.SPKI)
	if !ok || !bytes.Equal(slices.Concat([]byte{4}, x, y), info.key) {
		t.Fatalf("%x, %x, %v", x, y, ok)
	}
	if cx, cy, ok := ECPoint(point(append([]byte{2 + y[31]&1}, x...))); !ok || !bytes.Equal(cx, x) || !bytes.Equal(cy, y) {
		t.Errorf("compressed: %x, %x, %v", cx, cy, ok)
	}
	off := slices.Clone(info.key)
	off[64] ^= 1
	none := append([]byte{2}, make([]byte, 32)...)
	none[32] = 1 // 1 - 3 + b is no square
	for name, spki := range map[string][]byte{
		"nothing": nil, "RSA": keyOf(t, "pairs/rsa1024.pem").SPKI, "off the curve": point(off), "half a point without the other": point(none),
		"cut short": point(info.key[:64]), "no curve": marshalSPKI(der.Algorithm(oidEC, sequence()), info.key), "an unknown curve": marshalSPKI(der.Algorithm(oidEC, keyHex("06032a0304")), info.key),
	} {
		if x, y, ok := ECPoint(spki); ok || x != nil || y != nil {
			t.Errorf("%s: %x, %x, %v", name, x, y, ok)
		}
	}
}

// What Go has no type for is carried, with the reason.
func TestNotForGo(t *testing.T) {
	three, err := ParseRSA(keyOf(t, "pairs/rsa2048-3primes.pem").PKCS8)
	if err != nil {
		t.Fatal(err)
	}
	// The primes are all among the others.
	zero := new(big.Int)
	others := *three
	others.others = append([]prime{{r: three.P, d: three.DP, t: zero}, {r: three.Q, d: three.DQ, t: zero}}, three.others...)
	others.others[2].t = zero
	others.P, others.Q, others.DP, others.DQ, others.QInv = zero, zero, zero, zero, zero
	r, err := ReadPrivate(others.PKCS8(), new(Work))
	var unsupported *UnsupportedError
	if err != nil || !errors.As(r.Err, &unsupported) || unsupported.Detail != "the primes are missing" || r.Key != nil || r.SPKI == nil {
		t.Errorf("all primes among the others: %v, %+v", err, r)
	}
	// Beyond the budget nothing is computed.
	for _, file := range []string{"pairs/rsa1024.pem", "pairs/rsa2048-3primes.pem"} {
		spent := MaxWork
		r, err := ReadPrivate(keyOf(t, file).PKCS8, &spent)
		if err != nil || !isUnsupported(r.Err) || r.Key != nil || len(r.Remarks) != 1 || r.Remarks[0].Kind != note.Skipped {
			t.Errorf("%s, over the budget: %v, %v, %+v", file, err, r.Err, r.Remarks)
		}
	}
	irregular := *three
	irregular.others = nil
	irregular.QInv = new(big.Int).Add(irregular.QInv, irregular.P)
	spent := MaxWork
	if r, err := ReadPrivate(irregular.PKCS8(), &spent); err != nil || !isUnsupported(r.Err) || r.Key != nil || r.Proved || len(r.Remarks) != 1 || r.Remarks[0].Kind != note.Skipped {
		t.Errorf("irregular, over the budget: %v, %+v", err, r)
	}
	// As many primes as are read, and one more.
	for n, want := range map[int]bool{16: true, 17: false} {
		many := *three
		many.others = slices.Repeat(three.others, n)
		if _, err := ParseRSA(many.PKCS8()); (err == nil) != want || err != nil && !errors.As(err, new(*der.SyntaxError)) {
			t.Errorf("%d more primes: %v", n, err)
		}
	}
}

// A blob has its numbers in places of one size, and what only saves time is worked out.
func TestBlobNumbers(t *testing.T) {
	k, err := ParseRSA(keyOf(t, "pairs/rsa1024.pem").PKCS8)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := k.Blob()
	if err != nil {
		t.Fatal(err)
	}
	zero := new(big.Int)
	without := *k
	without.DP, without.DQ, without.QInv = zero, zero, zero
	if b, err := without.Blob(); err != nil || !bytes.Equal(b, whole) {
		t.Errorf("without the numbers that save time: %x, %v", b, err)
	}
	for name, change := range map[string]func(*RSA){
		"no first prime":              func(k *RSA) { k.P = zero },
		"no second prime":             func(k *RSA) { k.Q = zero },
		"a third prime":               func(k *RSA) { k.others = []prime{{r: k.P, d: k.DP, t: k.QInv}} },
		"an exponent of 33 bits":      func(k *RSA) { k.E = new(big.Int).Lsh(big.NewInt(1), 32) },
		"a prime of the modulus size": func(k *RSA) { k.P = k.N },
	} {
		other := *k
		change(&other)
		if b, err := other.Blob(); !isUnsupported(err) || b != nil {
			t.Errorf("%s: %x, %v", name, b, err)
		}
	}
	for name, data := range map[string][]byte{"nothing": nil, "no header": make([]byte, len(whole)), "cut short": whole[:len(whole)-3]} {
		_, err := ReadBlob(data)
		var syntax *der.SyntaxError
		if !errors.As(err, &syntax) || (name == "cut short") != (syntax.Missing == 3) || (name == "cut short") == (syntax.Offset == 8) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An expanded key of ML-DSA tells its public key, and one that the file has beside it is held
// against that (RFC 9881, Section 6). Of another size it tells nothing.
func TestExpandedMLDSA(t *testing.T) {
	seed := [32]byte{1}
	k44, _ := keyPair(mldsa44.NewKeyFromSeed(&seed))
	k65, _ := keyPair(mldsa65.NewKeyFromSeed(&seed))
	k87, _ := keyPair(mldsa87.NewKeyFromSeed(&seed))
	for name, pair := range map[string][2][]byte{"ML-DSA-44": k44, "ML-DSA-65": k65, "ML-DSA-87": k87} {
		i := slices.IndexFunc(pqAlgorithms, func(a pqAlgorithm) bool { return a.name == name })
		alg := der.Algorithm(pqAlgorithms[i].oid, nil)
		other := bytes.Repeat([]byte{7}, len(pair[0]))
		for _, c := range []struct {
			what            string
			private, public []byte
			want            []byte
			contradicts     bool
		}{
			{"expanded", pair[1], nil, pair[0], false},
			{"with its public key", pair[1], pair[0], pair[0], false},
			{"with another public key", pair[1], other, pair[0], true},
			{"of another size", pair[1][1:], other, other, false},
			{"of another size, alone", pair[1][1:], nil, nil, false},
		} {
			parts := [][]byte{integer(0), alg, octetString(octetString(c.private))}
			if c.public != nil {
				parts[0] = integer(1)
				parts = append(parts, contextElement(1, false, append([]byte{0}, c.public...)))
			}
			r, err := ReadPrivate(sequence(parts...), new(Work))
			if err != nil {
				t.Fatal(err)
			}
			spki, _ := parseSPKI(r.SPKI)
			if !bytes.Equal(spki.key, c.want) || inconsistent(r) != c.contradicts {
				t.Errorf("%s, %s: %d octets, %+v", name, c.what, len(spki.key), r.Remarks)
			}
			if want := c.what == "expanded" || c.what == "with its public key"; r.Proved != want {
				t.Errorf("%s, %s: proved %v", name, c.what, r.Proved)
			}
		}
	}
	for name, key := range map[string][]byte{
		"neither seed nor expanded": integer(1), "a number in the place of the seed": sequence(integer(1), octetString(k44[1])), "no expanded key": sequence(octetString(seed[:])), "nothing": sequence(),
	} {
		r, err := ReadPrivate(marshalPKCS8(der.Algorithm(pqAlgorithms[0].oid, nil), key), new(Work))
		if err != nil || !errors.As(r.Err, new(*MalformedError)) || len(r.Remarks) == 0 {
			t.Errorf("%s: %v, %v, %+v", name, err, r.Err, r.Remarks)
		}
	}
}

func inconsistent(r *Private) bool {
	return slices.ContainsFunc(r.Remarks, func(m Remark) bool { return m.Kind == note.KeyInconsistent })
}

// keyPair is the public and the private key in octets.
func keyPair(public, private interface{ Bytes() []byte }) (pair [2][]byte, ok bool) {
	return [2][]byte{public.Bytes(), private.Bytes()}, true
}

// The seeds of SLH-DSA, of another size, are carried with the public key beside them.
func TestSLHDSASizes(t *testing.T) {
	alg := der.Algorithm("2.16.840.1.101.3.4.3.20", nil)
	public := bytes.Repeat([]byte{9}, 32)
	for n, want := range map[int][]byte{63: public, 64: make([]byte, 32), 65: public} {
		r, err := ReadPrivate(sequence(integer(1), alg, octetString(make([]byte, n)), contextElement(1, false, append([]byte{0}, public...))), new(Work))
		spki, _ := parseSPKI(r.SPKI)
		if err != nil || !bytes.Equal(spki.key, want) || inconsistent(r) != (n == 64) {
			t.Errorf("%d octets: %x, %v, %+v", n, spki.key, err, r.Remarks)
		}
	}
}

// Old Netscape programs wrote a DSA key with its group, or with its public number, before it.
func TestDSAPrivateForms(t *testing.T) {
	k, _, _ := dsaSigner(t, "SHA-1", nil)
	group := numbers(k.P, k.Q, k.G)
	null := []byte{5, 0}
	for _, c := range []struct {
		name string
		key  []byte
		ok   bool
	}{
		{"a number", number(k.X), true},
		{"group and number", sequence(group, number(k.X)), true},
		{"both numbers", numbers(k.Y, k.X), true},
		{"nothing", nil, false},
		{"a group in part", sequence(numbers(k.P, k.Q), number(k.X)), false},
		{"a group without the number", sequence(group), false},
		{"a group cut short", sequence([]byte{0x30, 9}), false},
		{"one number in a list", numbers(k.X), false},
		{"something else", sequence(null, number(k.X)), false},
	} {
		var got DSA
		err := got.parsePrivate(oidDSA, c.key)
		if (err == nil) != c.ok || c.ok && got.X.Cmp(k.X) != 0 {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// A curve that nobody knows is one thing, and what is no curve another.
func TestCurveOfKey(t *testing.T) {
	private := sequence(keyHex("020101"), keyHex("0420"), make([]byte, 32))
	for name, c := range map[string]struct {
		params    []byte
		malformed bool
	}{
		"an unknown curve": {keyHex("06032a0304"), false},
		"a number":         {keyHex("020101"), true},
	} {
		k, err := ReadPrivate(marshalPKCS8(der.Algorithm(oidEC, c.params), private), new(Work))
		if err != nil || errors.As(k.Err, new(*MalformedError)) != c.malformed || !c.malformed && !isUnsupported(k.Err) {
			t.Errorf("%s: %v, %v", name, err, k)
		}
	}
}

// A public key in PKCS#8 is at least one octet behind the count of unused bits, which is 0.
func TestCarriedPublic(t *testing.T) {
	for content, want := range map[string]string{"\x00\x05": "\x05", "\x00\x05\x06": "\x05\x06", "\x00": "", "": "", "\x01\x06": ""} {
		if got := carriedPublic(der.Element{Content: []byte(content)}); string(got) != want {
			t.Errorf("%x: %x", content, got)
		}
	}
}
