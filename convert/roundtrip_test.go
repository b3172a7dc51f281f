package convert_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/testenv"
)

// quick is a profile with few iterations; where the profile does not matter,
// it saves the tests minutes.
const quick = "java8"

// pairs reads testdata/pairs: by name of the file, a key with leaf,
// intermediate and root; the request and the list.
func pairs(t testing.TB) map[string]*convert.Bundle {
	t.Helper()
	files, err := filepath.Glob("../testdata/pairs/*.pem")
	if err != nil || len(files) == 0 {
		t.Fatal("testdata/pairs is empty", err)
	}
	all := map[string]*convert.Bundle{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b, err := convert.Decode(data, &convert.DecodeOptions{File: filepath.Base(file)})
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".pem")] = b
	}
	return all
}

// bundles makes every bundle that the round trips are tried with.
func bundles(t testing.TB) map[string]*convert.Bundle {
	t.Helper()
	all := map[string]*convert.Bundle{}
	files := pairs(t)
	rsa, ec := files["rsa2048"], files["ec-P-256"]
	for name, b := range files {
		if len(b.Keys) == 0 {
			all[name] = b
			continue
		}
		leaf, intermediate, root := b.Certs[0], b.Certs[1], b.Certs[2]
		all[name+" key"] = &convert.Bundle{Keys: b.Keys}
		all[name+" public key"] = &convert.Bundle{PublicKeys: []convert.PublicKey{{SPKI: b.Keys[0].SPKI, Algorithm: b.Keys[0].Algorithm, Bits: b.Keys[0].Bits}}}
		all[name+" certificate"] = &convert.Bundle{Certs: b.Certs[:1]}
		all[name+" key, certificate"] = &convert.Bundle{Keys: b.Keys, Certs: b.Certs[:1]}
		all[name+" key, chain"] = &convert.Bundle{Keys: b.Keys, Certs: []convert.Certificate{leaf, intermediate}}
		all[name+" key, chain from the root"] = &convert.Bundle{Keys: b.Keys, Certs: []convert.Certificate{root, intermediate, leaf}}
	}
	all["certificates"] = &convert.Bundle{Certs: rsa.Certs}
	all["two keys"] = join(rsa, ec)
	all["two keys of one algorithm"] = &convert.Bundle{Keys: append(slices.Clone(rsa.Keys), files["rsa1024"].Keys...)}
	all["certificates, list"] = &convert.Bundle{Certs: rsa.Certs, CRLs: files["crl"].CRLs}
	all["key, request"] = join(&convert.Bundle{Keys: ec.Keys}, files["request"])
	all["everything"] = join(ec, files["request"], files["crl"])

	unknownKey, unknownCert := unknownAlgorithm(t)
	all["unknown algorithm key"] = decode(t, unknownKey)
	all["unknown algorithm certificate"] = decode(t, unknownCert)
	all["unknown algorithm key, certificate"] = join(all["unknown algorithm key"], all["unknown algorithm certificate"])

	named := join(rsa)
	named.Keys, named.Certs = slices.Clone(named.Keys), slices.Clone(named.Certs)
	names := convert.Names{FriendlyName: "Bäckerei 😀 «Müller»", LocalKeyID: []byte{1, 0, 0, 0}}
	named.Keys[0].Names, named.Certs[0].Names = names, names
	named.Certs[1].FriendlyName = "zwischen"
	all["names"] = named

	csp := join(rsa)
	csp.Keys = slices.Clone(csp.Keys)
	csp.Keys[0].Attributes = []convert.Attribute{{
		OID:    "1.3.6.1.4.1.311.17.1", // Microsoft CSP name
		Values: append([]byte{0x31, 14, 0x1e, 12}, "\x00S\x00t\x00r\x00o\x00n\x00g"...),
	}, {
		OID:    "1.3.6.1.4.1.311.17.2", // machine keyset
		Values: []byte{0x31, 0},
	}}
	all["attributes"] = csp
	return all
}

func join(list ...*convert.Bundle) *convert.Bundle {
	all := &convert.Bundle{}
	for _, b := range list {
		all.Keys = append(all.Keys, b.Keys...)
		all.PublicKeys = append(all.PublicKeys, b.PublicKeys...)
		all.Certs = append(all.Certs, b.Certs...)
		all.Requests = append(all.Requests, b.Requests...)
		all.CRLs = append(all.CRLs, b.CRLs...)
		all.Others = append(all.Others, b.Others...)
	}
	return all
}

func decode(t testing.TB, data []byte) *convert.Bundle {
	t.Helper()
	b, err := convert.Decode(data, nil)
	if err != nil {
		t.Fatalf("%v (%x)", err, data)
	}
	return b
}

// unknownAlgorithm makes a PrivateKeyInfo and a certificate for an algorithm
// that nobody knows. Its signature is of no known algorithm either, and its
// serial number negative, which Go's parser refuses.
func unknownAlgorithm(t testing.TB) (key, cert []byte) {
	t.Helper()
	oid := []byte{0x2b, 0xce, 0x0f, 0x01} // 1.3.9999.1
	algorithm := func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes(oid) })
		})
	}
	name := func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1(cbasn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte{0x55, 4, 3}) })
					b.AddASN1(cbasn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte("unknown.example")) })
				})
			})
		})
	}
	time := func(s string) func(*cryptobyte.Builder) {
		return func(b *cryptobyte.Builder) { b.AddBytes([]byte(s)) }
	}
	var k, c cryptobyte.Builder
	k.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(0)
		algorithm(b)
		b.AddASN1OctetString([]byte("nobody can read this key"))
	})
	c.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddASN1Int64(2) })
			b.AddASN1Int64(-5)
			algorithm(b)
			name(b)
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.UTCTime, time("200101000000Z"))
				b.AddASN1(cbasn1.GeneralizedTime, time("21200101000000Z"))
			})
			name(b)
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				algorithm(b)
				b.AddASN1BitString([]byte("public"))
			})
		})
		algorithm(b)
		b.AddASN1BitString([]byte("signature"))
	})
	key, err := k.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	cert, err = c.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return key, cert
}

// fits says whether a format can hold b, going by its row of the table alone.
func fits(b *convert.Bundle, c *convert.Capacity) bool {
	for _, n := range [][2]int{{len(b.Keys), c.Keys}, {len(b.PublicKeys), c.PublicKeys}, {len(b.Certs), c.Certs},
		{len(b.Requests), c.Requests}, {len(b.CRLs), c.CRLs}, {len(b.Others), c.Others}} {
		if n[1] != convert.Any && n[0] > n[1] {
			return false
		}
	}
	if c.Total > 0 && b.Len() > c.Total {
		return false
	}
	for _, k := range b.Keys {
		if !takes(c, k.Algorithm) {
			return false
		}
		if key, ok := k.Key.(*rsa.PrivateKey); ok && c.TwoPrimes && len(key.Primes) > 2 {
			return false
		}
	}
	for _, k := range b.PublicKeys {
		if !takes(c, k.Algorithm) {
			return false
		}
	}
	for i := range b.Keys {
		if c.KeyNeedsCert && len(b.CertsFor(i)) == 0 {
			return false
		}
	}
	return true
}

// identified is openedBundle with keys by their numbers: some formats write curves by
// name only.
func identified(b *convert.Bundle) opened {
	o := openedBundle(b)
	o.keys, o.public = nil, nil
	for _, k := range b.Keys {
		o.keys = append(o.keys, string(k.PublicID()))
	}
	for _, k := range b.PublicKeys {
		o.public = append(o.public, string(k.PublicID()))
	}
	slices.Sort(o.keys)
	slices.Sort(o.public)
	return o
}

// takes reports whether keys of an algorithm are taken, or those of its family.
func takes(c *convert.Capacity, algorithm string) bool {
	family, _, _ := strings.Cut(algorithm, " ")
	return c.KeyAlgorithms == nil || slices.Contains(c.KeyAlgorithms, family) || slices.Contains(c.KeyAlgorithms, algorithm)
}

// sameObjects compares what was written with what was read again.
func sameObjects(want, got *convert.Bundle, f convert.Format) error {
	// Certificates that two chains share are written once.
	w, g := identified(want), identified(got)
	w.certs, g.certs = slices.Compact(w.certs), slices.Compact(g.certs)
	if diff := differences(w, g); diff != "" {
		return errors.New(diff)
	}
	for _, k := range want.Keys {
		i := slices.IndexFunc(got.Keys, func(g convert.PrivateKey) bool {
			return bytes.Equal(g.PKCS8, k.PKCS8)
		})
		if i >= 0 {
			continue
		}
		// Traditional forms hold the numbers, not the wrapping.
		i = slices.IndexFunc(got.Keys, func(g convert.PrivateKey) bool { return bytes.Equal(g.SPKI, k.SPKI) })
		if f.Holds().KeyAlgorithms == nil && f.Name != "jks" {
			return fmt.Errorf("PKCS#8 of the %s key changed from\n%x to\n%x", k.Algorithm, k.PKCS8, got.Keys[i].PKCS8)
		}
		if k.Key == nil {
			continue
		}
		if equal, ok := k.Key.(interface{ Equal(any) bool }); ok && !equal.Equal(got.Keys[i].Key) {
			return fmt.Errorf("the %s key is another one", k.Algorithm)
		}
	}
	if f.Holds().Names {
		if f.Name == "jks" && len(want.Keys) > 0 {
			// Behind the first certificate of a chain, none has a name.
			want = &convert.Bundle{Keys: want.Keys}
		}
		if w, g := friendlyNames(want), friendlyNames(got); !subset(w, g) {
			return fmt.Errorf("names were %q, are %q", w, g)
		}
	}
	if f.Holds().Attributes {
		for i := range want.Keys {
			for _, a := range want.Keys[i].Attributes {
				if !slices.ContainsFunc(got.Keys[i].Attributes, func(g convert.Attribute) bool {
					return g.OID == a.OID && bytes.Equal(g.Values, a.Values)
				}) {
					return fmt.Errorf("attribute %s is lost: %v", a.OID, got.Keys[i].Attributes)
				}
			}
		}
	}
	return nil
}

// subset reports whether each of some is in all. JKS has no entry without a
// name and folds them to lower case, so there may be more, in other case.
func subset(some, all []string) bool {
	for _, s := range some {
		if !slices.ContainsFunc(all, func(a string) bool { return strings.EqualFold(a, s) }) {
			return false
		}
	}
	return true
}

// A bundle that fits a format goes in and comes out again; one that does not
// is refused with each thing that would be lost.
func TestRoundTrip(t *testing.T) {
	all := bundles(t)
	secret := []byte("pässwörd 😀")
	for _, f := range convert.Formats() {
		if !f.CanEncode() || f.Decode == nil {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			for _, name := range slices.Sorted(maps.Keys(all)) {
				b := all[name]
				var password []byte
				if f.NeedsPassword() {
					password = secret
				}
				out, err := convert.Encode(b, f.Name, &convert.EncodeOptions{Password: password, Profile: quick})
				if !fits(b, f.Holds()) {
					checkLoss(t, name, err)
					tryWithLoss(t, name, b, f, password)
					continue
				}
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				again(t, name, b, f, out, password)
			}
		})
	}
}

// harmless are the notes that are no fault of a file.
var harmless = []note.Kind{note.Variant, note.KeyDerivation, note.WeakEncryption, note.TextOutside, note.Structure, note.KeyForm}

// again reads out, by content and as f, and compares.
func again(t *testing.T, name string, want *convert.Bundle, f convert.Format, out, password []byte) {
	t.Helper()
	for _, from := range []string{"", f.Name} {
		got, err := convert.Decode(out, &convert.DecodeOptions{From: from, Password: passwords(string(password))})
		if err != nil {
			t.Errorf("%s: read again (as %q): %v", name, from, err)
			return
		}
		if err := sameObjects(want, got, f); err != nil {
			t.Errorf("%s (as %q): %v", name, from, err)
			return
		}
		if len(want.Keys) == 1 && len(got.Certs) > 0 && len(got.CertsFor(0)) > 0 && got.Leaf() != 0 {
			t.Errorf("%s: the leaf is certificate %d", name, got.Leaf())
		}
		for _, n := range got.Notes {
			if !slices.Contains(harmless, n.Kind) {
				t.Errorf("%s: what certconv wrote gives it cause to note: %+v", name, n)
			}
		}
	}
}

func checkLoss(t *testing.T, name string, err error) {
	t.Helper()
	var loss *convert.LossError
	if !errors.As(err, &loss) {
		t.Errorf("%s: does not fit, but: %v", name, err)
		return
	}
	if len(loss.Lost) == 0 || len(loss.Lost) != len(loss.What) || slices.Contains(loss.What, "") {
		t.Errorf("%s: LossError %+v does not name what is lost", name, loss)
	}
}

// tryWithLoss writes what fits. What is written is part of b.
func tryWithLoss(t *testing.T, name string, b *convert.Bundle, f convert.Format, password []byte) {
	t.Helper()
	out, err := convert.Encode(b, f.Name, &convert.EncodeOptions{Password: password, Profile: quick, AllowLoss: true})
	if errors.Is(err, convert.ErrNothingToWrite) {
		return
	}
	if err != nil {
		t.Errorf("%s, with loss: %v", name, err)
		return
	}
	got, err := convert.Decode(out, &convert.DecodeOptions{From: f.Name, Password: passwords(string(password))})
	if err != nil || got.Len() == 0 || got.Len() >= b.Len() {
		t.Errorf("%s, with loss: %v, %d objects of %d", name, err, got.Len(), b.Len())
		return
	}
	w, g := identified(b), identified(got)
	for _, l := range [][2][]string{{g.keys, w.keys}, {g.certs, w.certs}, {g.public, w.public}, {g.crls, w.crls}, {g.requests, w.requests}} {
		if !subset(l[0], l[1]) {
			t.Errorf("%s, with loss: holds something new", name)
		}
	}
}

// Every password comes back: the empty one, one beyond Latin-1, and none.
func TestRoundTripPasswords(t *testing.T) {
	all := bundles(t)
	for _, f := range convert.Formats() {
		if !f.CanEncode() || f.Decode == nil {
			continue
		}
		name := "rsa2048 key"
		if !fits(all[name], f.Holds()) {
			name = "ec-P-256 key"
		}
		if f.Holds().KeyNeedsCert {
			name = "rsa2048 key, certificate"
		}
		if !fits(all[name], f.Holds()) {
			continue // holds no keys
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			for _, pw := range []string{"", "secret", "ünï 😀", strings.Repeat("long ", 60), "with\ttab", "\xff\xfe not UTF-8"} {
				out, err := convert.Encode(all[name], f.Name, &convert.EncodeOptions{Password: []byte(pw)})
				if !f.TakesPassword() {
					if err == nil {
						t.Errorf("%q: written, though the format has no password", pw)
					}
					continue
				}
				if err != nil {
					// Refusing is right where the format has no way to say such a password.
					if pw == "ünï 😀" || pw == "secret" {
						t.Errorf("%q: %v", pw, err)
					}
					continue
				}
				again(t, fmt.Sprintf("password %q", pw), all[name], f, out, []byte(pw))
				if _, err := convert.Decode(out, nil); !errors.Is(err, convert.ErrPasswordRequired) && pw != "" {
					t.Errorf("password %q: without it: %v", pw, err)
				}
				if _, err := convert.Decode(out, &convert.DecodeOptions{Password: passwords("wrong")}); !errors.Is(err, convert.ErrPasswordIncorrect) {
					t.Errorf("password %q: with a wrong one: %v", pw, err)
				}
			}
			out, err := convert.Encode(all[name], f.Name, &convert.EncodeOptions{Rand: rand.Reader})
			switch {
			case f.NeedsPassword():
				if !errors.Is(err, convert.ErrPasswordRequired) {
					t.Errorf("no password: %v", err)
				}
			default:
				if err != nil {
					t.Errorf("no password: %v", err)
					return
				}
				again(t, "no password", all[name], f, out, nil)
			}
		})
	}
}

// From each format into each other one and back.
func TestRoundTripPairs(t *testing.T) {
	testenv.Slow(t)
	all := bundles(t)
	password := []byte("secret")
	encode := func(b *convert.Bundle, f convert.Format) ([]byte, error) {
		o := &convert.EncodeOptions{Profile: quick}
		if f.NeedsPassword() {
			o.Password = password
		}
		return convert.Encode(b, f.Name, o)
	}
	into := func(t *testing.T, b *convert.Bundle, f convert.Format) *convert.Bundle {
		t.Helper()
		out, err := encode(b, f)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			return nil
		}
		got, err := convert.Decode(out, &convert.DecodeOptions{Password: passwords(string(password))})
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			return nil
		}
		return got
	}
	for _, name := range []string{"rsa2048 key", "ec-P-256 key", "ec-P-256-explicit key", "ed25519 key, chain", "rsapss2048 key", "certificates",
		"certificates, list", "two keys", "request", "unknown algorithm key, certificate"} {
		b := all[name]
		for _, f1 := range convert.Formats() {
			for _, f2 := range convert.Formats() {
				if !f1.CanEncode() || !f2.CanEncode() || !fits(b, f1.Holds()) || !fits(b, f2.Holds()) {
					continue
				}
				t.Run(name+"/"+f1.Name+"-"+f2.Name, func(t *testing.T) {
					t.Parallel()
					first := into(t, b, f1)
					if first == nil {
						return
					}
					second := into(t, first, f2)
					if second == nil {
						return
					}
					third := into(t, second, f1)
					if third == nil {
						return
					}
					both := f2
					if f1.Holds().KeyAlgorithms != nil {
						both.Holds().KeyAlgorithms = f1.Holds().KeyAlgorithms
					}
					both.Holds().Names = f1.Holds().Names && f2.Holds().Names
					both.Holds().Attributes = f1.Holds().Attributes && f2.Holds().Attributes
					if err := sameObjects(first, third, both); err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}

// A key that fits none of the certificates is not written by mistake.
func TestMismatchIsRefused(t *testing.T) {
	files := pairs(t)
	b := &convert.Bundle{Keys: files["rsa2048"].Keys, Certs: files["ec-P-256"].Certs}
	for _, f := range convert.Formats() {
		if !f.CanEncode() || !fits(b, f.Holds()) {
			continue
		}
		o := convert.EncodeOptions{Password: []byte("secret"), Profile: quick}
		if _, err := convert.Encode(b, f.Name, &o); !errors.Is(err, convert.ErrKeyMismatch) {
			t.Errorf("%s: %v", f.Name, err)
		}
		o.AllowMismatch = true
		out, err := convert.Encode(b, f.Name, &o)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		again(t, f.Name, b, f, out, o.Password)
	}
}

// Leaf first, then each issuer, whatever the order was.
func TestChainIsPutInOrder(t *testing.T) {
	b := pairs(t)["rsa2048"]
	mixed := &convert.Bundle{Keys: b.Keys, Certs: []convert.Certificate{b.Certs[2], b.Certs[0], b.Certs[1]}}
	for _, f := range []string{"pem", "pfx", "jks"} {
		out, err := convert.Encode(mixed, f, &convert.EncodeOptions{Password: []byte("secret")})
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		got, err := convert.Decode(out, &convert.DecodeOptions{Password: passwords("secret")})
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		for i, c := range got.Certs {
			if i >= len(b.Certs) || !bytes.Equal(c.Raw, b.Certs[i].Raw) {
				t.Errorf("%s: certificate %d is another one", f, i)
			}
		}
	}
}

// Each part of a bundle can be asked for by itself.
func TestOnly(t *testing.T) {
	files := pairs(t)
	b := join(files["rsa2048"], files["request"], files["crl"])
	certs := certHashes
	for _, test := range []struct {
		only  []convert.Part
		count [4]int // keys, certificates, requests, CRLs
	}{
		{[]convert.Part{convert.PartKey}, [4]int{1, 0, 0, 0}},
		{[]convert.Part{convert.PartCert}, [4]int{0, 1, 0, 0}},
		{[]convert.Part{convert.PartChain}, [4]int{0, 1, 0, 0}},
		{[]convert.Part{convert.PartFullchain}, [4]int{0, 2, 0, 0}},
		{[]convert.Part{convert.PartRequest}, [4]int{0, 0, 1, 0}},
		{[]convert.Part{convert.PartCRL}, [4]int{0, 0, 0, 1}},
		{[]convert.Part{convert.PartKey, convert.PartFullchain}, [4]int{1, 2, 0, 0}},
	} {
		out, err := convert.Encode(b, "pem", &convert.EncodeOptions{Only: test.only})
		if err != nil {
			t.Errorf("%v: %v", test.only, err)
			continue
		}
		got := decode(t, out)
		if c := [4]int{len(got.Keys), len(got.Certs), len(got.Requests), len(got.CRLs)}; c != test.count {
			t.Errorf("%v: %v keys, certificates, requests, CRLs, want %v", test.only, c, test.count)
		}
		if slices.Contains(test.only, convert.PartCert) && !slices.Equal(certs(got), []string{hash(b.Certs[0].Raw)}) {
			t.Errorf("%v: not the leaf", test.only)
		}
	}
	if _, err := convert.Encode(&convert.Bundle{}, "pem", nil); !errors.Is(err, convert.ErrNothingToWrite) {
		t.Errorf("an empty bundle: %v", err)
	}
}
