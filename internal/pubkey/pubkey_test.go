package pubkey

import (
	"bytes"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/ec"
	"github.com/certconv/certconv/internal/note"
)

// keyOf reads the first private key of a file in testdata.
func keyOf(t testing.TB, file string) *Private {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	k, err := ReadPrivate(block.Bytes, new(Work))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func keyInfoOf(t testing.TB, file string) info {
	t.Helper()
	info, err := parseInfo(keyOf(t, file).PKCS8)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func sequence(parts ...[]byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, p := range parts {
				b.AddBytes(p)
			}
		})
	})
}

func octetString(content []byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) { b.AddASN1OctetString(content) })
}

func bitString(content []byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) { b.AddASN1BitString(content) })
}

func integer(content ...byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(content) })
	})
}

// context is a context-specific element.
func contextElement(tag uint8, constructed bool, content []byte) []byte {
	t := asn1.Tag(tag).ContextSpecific()
	if constructed {
		t = t.Constructed()
	}
	return der.Build(func(b *cryptobyte.Builder) { b.AddASN1(t, func(b *cryptobyte.Builder) { b.AddBytes(content) }) })
}

func keyHex(s string) []byte {
	b, err := hex.DecodeString(strings.Map(func(r rune) rune {
		if r == ' ' || r == '\n' || r == '\t' {
			return -1
		}
		return r
	}, s))
	if err != nil {
		panic(err)
	}
	return b
}

// oddKey is a key written otherwise than the standard says.
type oddKey struct {
	name string
	data []byte
	like *Private  // has the same public key
	note note.Kind // "": none
}

func oddRSA(t *testing.T) []oddKey {
	key := keyOf(t, "pairs/rsa1024.pem")
	info := keyInfoOf(t, "pairs/rsa1024.pem")
	numbers, err := parsePKCS1(info.key)
	if err != nil {
		t.Fatal(err)
	}
	change := func(f func(k *RSA)) []byte {
		k := *numbers
		f(&k)
		return k.pkcs1()
	}
	zero := new(big.Int)
	indefinite := slices.Concat([]byte{0x30, 0x80}, element(key.PKCS8).Content, []byte{0, 0})
	var unsigned [][]byte
	parts, _ := element(info.key).Children()
	for _, p := range parts {
		unsigned = append(unsigned, integer(bytes.TrimLeft(p.Content, "\x00")...))
	}
	unsigned[0] = integer(0)
	return []oddKey{
		{"PKCS#1", info.key, key, ""},
		{"no parameters", marshalPKCS8(der.Algorithm(oidRSA, nil), info.key), key, ""},
		{"X.500 identifier", marshalPKCS8(der.Algorithm(oidRSAX500, derNull), info.key), key, ""},
		{"no OCTET STRING", sequence(integer(0), info.alg, info.key), key, ""},
		{"bytes behind", append(slices.Clone(key.PKCS8), 0, 0, 0), key, note.TrailingData},
		{"indefinite length", indefinite, key, note.NotDER},
		{"no leading zero", marshalPKCS8(info.alg, sequence(unsigned...)), key, note.Malformed},
		{"no primes", change(func(k *RSA) { k.P, k.Q, k.DP, k.DQ, k.QInv = zero, zero, zero, zero, zero }), key, note.KeyUnusable},
		{"no CRT exponents", change(func(k *RSA) { k.DP, k.DQ, k.QInv = zero, zero, zero }), key, note.KeyNumbers},
		{"other d", change(func(k *RSA) { k.D = new(big.Int).Add(k.D, big.NewInt(2)) }), key, note.KeyNumbers},
		{"other p", change(func(k *RSA) { k.P = new(big.Int).Add(k.P, big.NewInt(2)) }), key, note.KeyNumbers},
		{"other qInv", change(func(k *RSA) { k.QInv = big.NewInt(7) }), key, note.KeyNumbers},
		{"d modulo phi", change(func(k *RSA) {
			one := big.NewInt(1)
			phi := new(big.Int).Mul(new(big.Int).Sub(k.P, one), new(big.Int).Sub(k.Q, one))
			k.D = new(big.Int).ModInverse(k.E, phi)
		}), key, ""},
	}
}

func oddEC(t *testing.T) []oddKey {
	key := keyOf(t, "pairs/ec-P-256.pem")
	info := keyInfoOf(t, "pairs/ec-P-256.pem")
	full, err := parseSEC1(info.key)
	if err != nil {
		t.Fatal(err)
	}
	sec1 := func(k ecPrivate) []byte { return marshalPKCS8(info.alg, k.marshal()) }
	one := keyFromScalar(t, info.alg, 1)
	wrong := slices.Clone(full.public)
	wrong[10] ^= 1
	p384 := keyInfoOf(t, "pairs/ec-P-384.pem").params.Full
	return []oddKey{
		{"SEC1", ecPrivate{full.key, info.params.Full, full.public}.marshal(), key, ""},
		{"no public key", sec1(ecPrivate{key: full.key}), key, ""},
		{"curve twice", sec1(ecPrivate{full.key, info.params.Full, full.public}), key, ""},
		{"curve inside alone", marshalPKCS8(der.Algorithm(oidEC, nil), ecPrivate{full.key, info.params.Full, full.public}.marshal()), key, note.KeyForm},
		{"two curves", sec1(ecPrivate{full.key, p384, full.public}), key, note.KeyInconsistent},
		{"zero before", sec1(ecPrivate{key: append([]byte{0, 0}, full.key...)}), key, note.Variant},
		{"zeros stripped", sec1(ecPrivate{key: []byte{1}}), one, note.Variant},
		{"another public key", sec1(ecPrivate{full.key, nil, wrong}), key, note.KeyInconsistent},
		{"no point", sec1(ecPrivate{full.key, nil, []byte{9, 9}}), key, note.KeyInconsistent},
		{"public key of RFC 5958", sequence(integer(1), info.alg, octetString(ecPrivate{key: full.key}.marshal()),
			contextElement(1, false, append([]byte{0}, full.public...))), key, note.KeyForm},
	}
}

func keyFromScalar(t *testing.T, alg []byte, d byte) *Private {
	k, err := ReadPrivate(marshalPKCS8(alg, ecPrivate{key: append(make([]byte, 31), d)}.marshal()), new(Work))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func oddOthers(t *testing.T) []oddKey {
	ed := keyOf(t, "pairs/ed25519.pem")
	edInfo := keyInfoOf(t, "pairs/ed25519.pem")
	seed := edInfo.key[2:]
	edPublic, _ := parseSPKI(ed.SPKI)
	attribute := contextElement(0, true, sequence(keyHex("060a2b0601040182371101 03"), keyHex("3100")))
	otherPublic := append([]byte{0}, edPublic.key...)
	otherPublic[5] ^= 1

	dsa := keyOf(t, "pairs/dsa1024.pem")
	dsaInfo := keyInfoOf(t, "pairs/dsa1024.pem")
	dsaPublic, _ := parseSPKI(dsa.SPKI)
	group := element(dsaInfo.params.Full).Content
	return []oddKey{
		{"Ed25519, no OCTET STRING inside", marshalPKCS8(edInfo.alg, seed), ed, note.KeyForm},
		{"Ed25519, public key behind", marshalPKCS8(edInfo.alg, octetString(append(slices.Clone(seed), edPublic.key...))), ed, note.KeyForm},
		{"Ed25519, attributes and public key", sequence(integer(1), edInfo.alg, octetString(edInfo.key), attribute,
			contextElement(1, false, append([]byte{0}, edPublic.key...))), ed, note.KeyForm},
		{"Ed25519 of ring", sequence(integer(1), edInfo.alg, octetString(edInfo.key),
			contextElement(1, true, bitString(edPublic.key))), ed, note.KeyForm},
		{"Ed25519, another public key of ring", sequence(integer(1), edInfo.alg, octetString(edInfo.key),
			contextElement(1, true, bitString(otherPublic[1:]))), ed, note.KeyInconsistent},
		{"Ed25519, another public key", sequence(integer(1), edInfo.alg, octetString(edInfo.key), contextElement(1, false, otherPublic)), ed, note.KeyInconsistent},
		{"DSA, traditional", sequence(integer(0), group, dsaPublic.key, dsaInfo.key), dsa, ""},
		{"DSA, group inside", marshalPKCS8(der.Algorithm(oidDSA, nil), sequence(dsaInfo.params.Full, dsaInfo.key)), dsa, ""},
		{"DSA, both numbers inside", marshalPKCS8(dsaInfo.alg, sequence(dsaPublic.key, dsaInfo.key)), dsa, ""},
		{"DSA, another public number", marshalPKCS8(dsaInfo.alg, sequence(integer(5), dsaInfo.key)), dsa, note.KeyInconsistent},
		{"DSA, OIW identifier", marshalPKCS8(der.Algorithm(oidDSAOIW, dsaInfo.params.Full), dsaInfo.key), dsa, ""},
		{"DSA, no OCTET STRING", sequence(integer(0), der.Algorithm(oidDSA, nil), sequence(dsaInfo.params.Full, dsaInfo.key)), dsa, ""},
	}
}

// GOST private numbers are found as octets, OCTET STRING, INTEGER, with a mask
// and with the public key beside them.
func oddGOST(t *testing.T) []oddKey {
	key := keyOf(t, "keys/gost.pem")
	info := keyInfoOf(t, "keys/gost.pem")
	c := gostCurve(info.params)
	big1 := slices.Clone(info.key)
	slices.Reverse(big1)
	d := new(big.Int).SetBytes(big1)
	mask := big.NewInt(0x1234567)
	masked := new(big.Int).Mul(d, new(big.Int).ModInverse(mask, c.N))
	masked.Mod(masked, c.N)
	le := func(v *big.Int) []byte {
		b := v.FillBytes(make([]byte, 32))
		slices.Reverse(b)
		return b
	}
	spki, _ := parseSPKI(key.SPKI)
	return []oddKey{
		{"OCTET STRING", marshalPKCS8(info.alg, octetString(info.key)), key, ""},
		{"INTEGER", marshalPKCS8(info.alg, der.Build(func(b *cryptobyte.Builder) { b.AddASN1BigInt(d) })), key, ""},
		{"masked", marshalPKCS8(info.alg, append(le(masked), le(mask)...)), key, ""},
		{"with public key", marshalPKCS8(info.alg, sequence(octetString(info.key), spki.key)), key, ""},
	}
}

func TestOddKeys(t *testing.T) {
	for _, k := range slices.Concat(oddRSA(t), oddEC(t), oddOthers(t), oddGOST(t)) {
		t.Run(k.name, func(t *testing.T) {
			r, err := ReadPrivate(k.data, new(Work))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(r.SPKI, k.like.SPKI) {
				t.Errorf("public key %x, want %x", r.SPKI, k.like.SPKI)
			}
			if r.Algorithm != k.like.Algorithm || r.Bits != k.like.Bits {
				t.Errorf("%s %d, want %s %d", r.Algorithm, r.Bits, k.like.Algorithm, k.like.Bits)
			}
			if _, err := parseInfo(k.data); err == nil && k.note != note.NotDER && !bytes.HasPrefix(k.data, r.PKCS8) {
				t.Error("PKCS#8 was not carried byte for byte")
			}
			var kinds []note.Kind
			for _, n := range r.Remarks {
				kinds = append(kinds, n.Kind)
			}
			if k.note == "" && len(kinds) > 0 || k.note != "" && !slices.Contains(kinds, k.note) {
				t.Errorf("notes %q, want %q", kinds, k.note)
			}
			again, err := ReadPrivate(r.PKCS8, new(Work))
			if err != nil || !bytes.Equal(again.SPKI, r.SPKI) || !bytes.Equal(again.PKCS8, r.PKCS8) {
				t.Errorf("read again: %v", err)
			}
		})
	}
}

// What cannot be read inside, or is of an unknown algorithm, is carried.
func TestCarriedKeys(t *testing.T) {
	unknown := der.Algorithm("1.3.6.1.4.1.99999.7", nil)
	gost, gostName := keyInfoOf(t, "keys/gost.pem").alg, keyOf(t, "keys/gost.pem").Algorithm
	tests := []struct {
		name, algorithm string
		data            []byte
		spki            bool
		note            note.Kind
	}{
		{"unknown", "1.3.6.1.4.1.99999.7", marshalPKCS8(unknown, []byte("?")), false, ""},
		{"unknown with public key", "1.3.6.1.4.1.99999.7", sequence(integer(1), unknown, octetString([]byte("?")), contextElement(1, false, []byte{0, 1, 2})), true, ""},
		{"RSA in pieces", "RSA", marshalPKCS8(der.Algorithm(oidRSA, derNull), []byte{0x30, 3, 2, 1, 0}), false, note.Malformed},
		{"EC without a curve", "EC", marshalPKCS8(der.Algorithm(oidEC, derNull), ecPrivate{key: []byte{1}}.marshal()), false, ""},
		{"EC on an unknown curve", "EC 1.2.3.4", marshalPKCS8(der.Algorithm(oidEC, keyHex("06032a0304")), ecPrivate{key: []byte{1}, public: []byte{4, 1, 1}}.marshal()), true, ""},
		{"EC number too large", "EC P-256", marshalPKCS8(keyInfoOf(t, "pairs/ec-P-256.pem").alg, ecPrivate{key: bytes.Repeat([]byte{0xff}, 32)}.marshal()), false, note.KeyInconsistent},
		{"Ed25519 of another size", "Ed25519", marshalPKCS8(der.Algorithm(oidEd25519, nil), octetString(make([]byte, 31))), false, note.Malformed},
		{"GOST, unknown set", "GOST R 34.10-2001", marshalPKCS8(der.Algorithm(oidGOST2001, sequence(keyHex("06032a0304"))), make([]byte, 32)), false, ""},
		{"GOST, no number", gostName, marshalPKCS8(gost, nil), false, note.Malformed},
		{"GOST, INTEGER of another size", gostName, marshalPKCS8(gost, keyHex("0222 01"+strings.Repeat("00", 33))), false, note.Malformed},
		{"GOST, SEQUENCE cut short", gostName, marshalPKCS8(gost, keyHex("3004 0405 0000")), false, note.Malformed},
		{"GOST, SEQUENCE of two numbers", gostName, marshalPKCS8(gost, sequence(integer(1), integer(2))), false, note.Malformed},
		{"GOST, octets of another size", gostName, marshalPKCS8(gost, octetString(make([]byte, 31))), false, note.Malformed},
		{"GOST, neither octets nor ASN.1", gostName, marshalPKCS8(gost, []byte{0xff}), false, note.Malformed},
		{"GOST, masks without end", gostName, marshalPKCS8(gost, bytes.Repeat([]byte{1}, 32*17)), false, note.Malformed},
		{"DSA without its group", "DSA", marshalPKCS8(der.Algorithm(oidDSA, nil), integer(5)), false, note.Malformed},
		{"SLH-DSA", "SLH-DSA-SHA2-128s", marshalPKCS8(der.Algorithm("2.16.840.1.101.3.4.3.20", nil), make([]byte, 64)), true, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := ReadPrivate(test.data, new(Work))
			if err != nil {
				t.Fatal(err)
			}
			if r.Algorithm != test.algorithm || (r.SPKI != nil) != test.spki || r.Err == nil {
				t.Errorf("%s, SPKI %x, %v", r.Algorithm, r.SPKI, r.Err)
			}
			if !bytes.Equal(r.PKCS8, test.data) {
				t.Error("not carried byte for byte")
			}
			if test.note != "" && (len(r.Remarks) == 0 || r.Remarks[len(r.Remarks)-1].Kind != test.note) {
				t.Errorf("notes %+v, want %s", r.Remarks, test.note)
			}
		})
	}
}

// OpenSSL's own forms of DSA keys are numbers, and as many as there have to be.
func TestOpenSSLsFormsOfDSA(t *testing.T) {
	key, in := keyOf(t, "pairs/dsa1024.pem"), keyInfoOf(t, "pairs/dsa1024.pem")
	public, _ := parseSPKI(key.SPKI)
	group, err := element(in.params.Full).Children()
	if err != nil {
		t.Fatal(err)
	}
	p, q, g := group[0].Full, group[1].Full, group[2].Full
	null := []byte{5, 0}
	for _, c := range []struct {
		name            string
		public, private []byte
		ok              bool
	}{
		{"whole", sequence(public.key, p, q, g), sequence(integer(0), p, q, g, public.key, in.key), true},
		{"a number missing", sequence(public.key, p, q), sequence(integer(0), p, q, g, public.key), false},
		{"a number too many", sequence(public.key, p, q, g, g), sequence(integer(0), p, q, g, public.key, in.key, g), false},
		{"something else among them", sequence(public.key, p, null, g), sequence(integer(0), p, null, g, public.key, in.key), false},
		{"something else first", sequence(null, p, q, g), sequence(integer(0), p, q, g, null, in.key), false},
	} {
		if spki := SPKIFromDSA(c.public); bytes.Equal(spki, key.SPKI) != c.ok || !c.ok && spki != nil {
			t.Errorf("%s: public key %x", c.name, spki)
		}
		if pkcs8, err := toPKCS8(c.private); (err == nil) != c.ok || c.ok && !bytes.Equal(pkcs8, key.PKCS8) {
			t.Errorf("%s: private key %x, %v", c.name, pkcs8, err)
		}
	}
}

func TestKeyErrors(t *testing.T) {
	full := keyOf(t, "pairs/rsa1024.pem").PKCS8
	for name, data := range map[string][]byte{
		"empty":            nil,
		"cut short":        full[:len(full)-20],
		"not a SEQUENCE":   integer(5),
		"public key":       keyOf(t, "pairs/rsa1024.pem").SPKI,
		"SEC1, no curve":   ecPrivate{key: []byte{1}}.marshal(),
		"PKCS#1 in pieces": sequence(integer(0), integer(5), integer(3)),
	} {
		_, err := ReadPrivate(data, new(Work))
		var malformed *MalformedError
		if !errors.As(err, &malformed) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var syntax *der.SyntaxError
		if name == "cut short" && (!errors.As(err, &syntax) || syntax.Missing != 20) {
			t.Errorf("cut short: %v, want 20 bytes missing", err)
		}
	}
}

func TestTraditionalForms(t *testing.T) {
	rsa := keyInfoOf(t, "pairs/rsa2048-3primes.pem")
	pkcs1, err := ToPKCS1(keyOf(t, "pairs/rsa2048-3primes.pem").PKCS8)
	if err != nil || !bytes.Equal(pkcs1, rsa.key) {
		t.Errorf("PKCS#1: %v", err)
	}
	if n, err := parsePKCS1(pkcs1); err != nil || !bytes.Equal(n.pkcs1(), pkcs1) {
		t.Errorf("PKCS#1 written again: %v", err)
	}

	// What OpenSSL wrote: SEC1 with the curve and the public key. Without the
	// latter, and with zeros before the number, it is the same.
	text, err := os.ReadFile("../../testdata/sec1/points.pem")
	if err != nil {
		t.Fatal(err)
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		p8, err := toPKCS8(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		if sec1, err := ToSEC1(p8); err != nil || !bytes.Equal(sec1, block.Bytes) {
			t.Errorf("SEC1 is %x, want %x (%v)", sec1, block.Bytes, err)
		}
		info, _ := parseInfo(p8)
		k, _ := parseSEC1(info.key)
		if k.public[0] != ec.Uncompressed {
			continue
		}
		short := marshalPKCS8(info.alg, ecPrivate{key: append([]byte{0}, k.key...)}.marshal())
		if sec1, err := ToSEC1(short); err != nil || !bytes.Equal(sec1, block.Bytes) {
			t.Errorf("SEC1 is %x, want %x (%v)", sec1, block.Bytes, err)
		}
	}
	if _, err := ToSEC1(keyOf(t, "pairs/rsa1024.pem").PKCS8); !isUnsupported(err) {
		t.Errorf("SEC1 of an RSA key: %v", err)
	}
	if _, err := ToPKCS1(keyOf(t, "pairs/ec-P-256.pem").PKCS8); !isUnsupported(err) {
		t.Errorf("PKCS#1 of an EC key: %v", err)
	}
}

func isUnsupported(err error) bool {
	var e *UnsupportedError
	return errors.As(err, &e)
}

// idOf identifies a public key.
func idOf(spki []byte) ID {
	k, _ := ReadPublic(spki)
	return k.ID
}

func TestPublicID(t *testing.T) {
	rsa, _ := parseSPKI(keyOf(t, "pairs/rsa1024.pem").SPKI)
	pss, _ := parseSPKI(keyOf(t, "pairs/rsapss2048-sha256.pem").SPKI)
	var points [][]byte
	text, err := os.ReadFile("../../testdata/sec1/points.pem")
	if err != nil {
		t.Fatal(err)
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		k, err := ReadPrivate(block.Bytes, new(Work))
		if err != nil {
			t.Fatal(err)
		}
		points = append(points, k.SPKI)
	}
	p256, _ := parseSPKI(points[0])
	explicit := keyInfoOf(t, "pairs/ec-P-256-explicit.pem")
	negative := slices.Clone(p256.key)
	negative[0] ^= 1

	classes := [][][]byte{
		{
			keyOf(t, "pairs/rsa1024.pem").SPKI,
			marshalSPKI(der.Algorithm(oidRSA, nil), rsa.key),
			marshalSPKI(der.Algorithm(oidRSAPSS, nil), rsa.key),
			marshalSPKI(der.Algorithm(oidRSAX500, derNull), rsa.key),
		},
		{keyOf(t, "pairs/rsapss2048-sha256.pem").SPKI, marshalSPKI(der.Algorithm(oidRSA, derNull), pss.key)},
		append(points, marshalSPKI(der.Algorithm(oidEC, explicit.params.Full), p256.key)),
		{marshalSPKI(p256.alg, negative)},
		{keyOf(t, "pairs/ec-sect283r1.pem").SPKI},
		{keyOf(t, "pairs/ed25519.pem").SPKI},
		{keyOf(t, "pairs/dsa1024.pem").SPKI},
		{keyOf(t, "pairs/dh512.pem").SPKI},
		{keyOf(t, "keys/gost.pem").SPKI},
		{[]byte("no SubjectPublicKeyInfo")},
	}
	for i, a := range classes {
		for j, b := range classes {
			for _, x := range a {
				for _, y := range b {
					if same := idOf(x) == idOf(y); same != (i == j) {
						t.Errorf("%x and %x: same is %v", x, y, same)
					}
				}
			}
		}
	}
}

// NULL as the parameters of an algorithm that has none makes no other key.
func TestPublicIDWithoutParameters(t *testing.T) {
	for oid, bits := range map[string]int{oidEd25519: 256, oidX25519: 256, oidEd448: 456, oidX448: 448} {
		key := bytes.Repeat([]byte{7}, 57)
		a, err := ReadPublic(marshalSPKI(der.Algorithm(oid, nil), key))
		b, err2 := ReadPublic(marshalSPKI(der.Algorithm(oid, derNull), key))
		if err != nil || err2 != nil || a.ID != b.ID || a.Bits != bits {
			t.Errorf("%s: %d bits, %v, %v, %v, %v", a.Algorithm, a.Bits, err, err2, a.ID, b.ID)
		}
	}
}

// On binary curves the bit of a compressed point is not simply the last of y.
func TestPublicIDBinaryCurve(t *testing.T) {
	text, err := os.ReadFile("../../testdata/sec1/curves-explicit.pem") // compressed
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		p8, err := toPKCS8(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		info, _ := parseInfo(p8)
		c, _, err := ec.ParseParameters(info.params)
		if err != nil || c == nil || c.Name == "" {
			t.Fatalf("curve not recognised: %v", err)
		}
		k, _ := parseSEC1(info.key)
		compressed, _ := ReadPrivate(p8, new(Work))
		k.public = nil
		uncompressed, _ := ReadPrivate(marshalPKCS8(info.alg, k.marshal()), new(Work))
		if bytes.Equal(compressed.SPKI, uncompressed.SPKI) || compressed.ID != uncompressed.ID {
			t.Errorf("%s: the forms of the point make a difference", c.Name)
		}
		seen++
	}
	if seen < 70 {
		t.Errorf("only %d curves", seen)
	}
}

// Numbers of a size that no key has cost nothing.
func TestKeyLimits(t *testing.T) {
	huge := bytes.Repeat([]byte{0x7f}, 100_000)
	field := func(p []byte) []byte {
		coefficient := octetString([]byte{1})
		return sequence(integer(1), sequence(keyHex("06072a8648ce3d0101"), integer(p...)), sequence(coefficient, coefficient),
			octetString([]byte{4, 1, 1}), integer(p...), integer(1))
	}
	numbers := bytes.Repeat(integer(huge...), 8)
	for name, data := range map[string][]byte{
		"field":   marshalPKCS8(der.Algorithm(oidEC, field(huge)), ecPrivate{key: huge}.marshal()),
		"zero":    marshalPKCS8(der.Algorithm(oidEC, field([]byte{0})), ecPrivate{key: []byte{1}}.marshal()),
		"modulus": marshalPKCS8(der.Algorithm(oidRSA, derNull), sequence(integer(0), numbers)),
		"group":   marshalPKCS8(der.Algorithm(oidDSA, sequence(bytes.Repeat(integer(huge...), 3))), integer(huge...)),
		"mask":    marshalPKCS8(keyInfoOf(t, "keys/gost.pem").alg, make([]byte, 3200)),
	} {
		r, err := ReadPrivate(data, new(Work))
		if err != nil || r.SPKI != nil || r.Err == nil {
			t.Errorf("%s: %v, %v", name, err, r.Err)
		}
	}

	spent := MaxWork
	r, err := ReadPrivate(keyOf(t, "pairs/dh512.pem").PKCS8, &spent)
	if err != nil || r.SPKI != nil || len(r.Remarks) != 1 || r.Remarks[0].Kind != note.Skipped {
		t.Errorf("over the budget: %v %+v", err, r.Remarks)
	}
}

func FuzzPrivateKey(f *testing.F) {
	for _, pattern := range []string{"../../testdata/pairs/*.pem", "../../testdata/keys/*.pem", "../../testdata/sec1/*.pem", "../../testdata/pkcs1/*.pem"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
				if strings.HasSuffix(block.Type, "PRIVATE KEY") && !strings.Contains(block.Type, "OPENSSH") {
					f.Add(block.Bytes)
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		spent := MaxWork - 20_000_000
		r, err := ReadPrivate(data, &spent)
		ParseRSA(data)
		ReadPublic(data)
		if err != nil {
			return
		}
		if !der.IsDER(r.PKCS8) {
			t.Error("PKCS#8 is not DER")
		}
		if r.Key == nil && r.Err == nil || r.Algorithm == "" {
			t.Errorf("nothing said of the key: %+v", r)
		}
		if r.SPKI != nil {
			if _, err := parseSPKI(r.SPKI); err != nil {
				t.Error(err)
			}
		}
		spent = MaxWork - 20_000_000
		again, err := ReadPrivate(r.PKCS8, &spent)
		if err != nil || !bytes.Equal(again.PKCS8, r.PKCS8) || !bytes.Equal(again.SPKI, r.SPKI) {
			t.Errorf("read again: %v", err)
		}
		ToPKCS1(r.PKCS8)
		if r.SPKI != nil {
			ToSEC1(r.PKCS8)
		}
	})
}
