package convert

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/pem"
)

// authority makes certificates for the tests of order.
type authority struct {
	t    testing.TB
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

var testTime = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// issue makes a certificate for key; a nil issuer makes it self-signed.
func issue(t testing.TB, issuer *authority, name string, key *ecdsa.PrivateKey, change func(*x509.Certificate)) *authority {
	t.Helper()
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: testTime, NotAfter: testTime.AddDate(1, 0, 0),
		BasicConstraintsValid: true, IsCA: !strings.Contains(name, "."),
	}
	if change != nil {
		change(template)
	}
	parent, signer := template, key
	if issuer != nil {
		parent, signer = issuer.cert, issuer.key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{t, key, cert}
}

func bundleOf(t testing.TB, keys []*ecdsa.PrivateKey, certs ...*authority) *Bundle {
	t.Helper()
	d := &decoder{opts: &DecodeOptions{}, bundle: &Bundle{}}
	for _, k := range keys {
		raw, err := x509.MarshalPKCS8PrivateKey(k)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.addKeyDER(raw, Source{}, "", Names{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range certs {
		if err := d.addCert(c.cert.Raw, Source{}, Names{}); err != nil {
			t.Fatal(err)
		}
	}
	return d.bundle
}

func arranged(t testing.TB, b *Bundle, o EncodeOptions) *Bundle {
	t.Helper()
	sel, err := arrange(b, Lookup("pem"), &o)
	if err != nil {
		t.Fatal(err)
	}
	return sel
}

func wantCerts(t testing.TB, what string, sel *Bundle, want ...*authority) {
	t.Helper()
	var got, names []string
	for i := range sel.Certs {
		got = append(got, NameString(sel.Certs[i].Subject))
	}
	same := len(want) == len(sel.Certs)
	for i, w := range want {
		names = append(names, NameString(w.cert.RawSubject))
		same = same && bytes.Equal(w.cert.Raw, sel.Certs[i].Raw)
	}
	if !same {
		t.Errorf("%s:\n got %v\nwant %v", what, got, names)
	}
}

type only []Part

func TestArrangeOrder(t *testing.T) {
	root := issue(t, nil, "root", newKey(t), nil)
	upper := issue(t, root, "upper", newKey(t), nil)
	lower := issue(t, upper, "lower", newKey(t), nil)
	leaf := issue(t, lower, "www.example", newKey(t), nil)
	other := issue(t, root, "other", newKey(t), nil)
	keys := []*ecdsa.PrivateKey{leaf.key}
	for _, in := range [][]*authority{
		{leaf, lower, upper, root, other}, {root, upper, lower, leaf, other}, {other, root, leaf, upper, lower}, {upper, other, leaf, root, lower, leaf, root},
	} {
		b := bundleOf(t, keys, in...)
		wantCerts(t, "all", arranged(t, b, EncodeOptions{}), leaf, lower, upper, root, other)
		wantCerts(t, "cert", arranged(t, b, EncodeOptions{Only: only{PartCert}}), leaf)
		wantCerts(t, "chain", arranged(t, b, EncodeOptions{Only: only{PartChain}}), lower, upper)
		wantCerts(t, "fullchain", arranged(t, b, EncodeOptions{Only: only{PartFullchain}}), leaf, lower, upper)
		wantCerts(t, "cert and chain", arranged(t, b, EncodeOptions{Only: only{PartChain, PartCert}}), leaf, lower, upper)
		if i := b.Leaf(); i < 0 || !bytes.Equal(b.Certs[i].Raw, leaf.cert.Raw) {
			t.Error("Leaf", i)
		}
	}

	// Without the key the leaf is the one that is no CA.
	b := bundleOf(t, nil, root, upper, other, lower, leaf)
	wantCerts(t, "no key", arranged(t, b, EncodeOptions{}), leaf, lower, upper, root, other)
	wantCerts(t, "no key, fullchain", arranged(t, b, EncodeOptions{Only: only{PartFullchain}}), leaf, lower, upper)

	// Nothing but CAs, one above the other: a chain file.
	b = bundleOf(t, nil, root, upper, lower)
	wantCerts(t, "chain file", arranged(t, b, EncodeOptions{}), lower, upper, root)
	wantCerts(t, "chain of a chain file", arranged(t, b, EncodeOptions{Only: only{PartChain}}), lower, upper)

	// A gap: what is there is still the chain.
	b = bundleOf(t, keys, root, upper, leaf)
	wantCerts(t, "gap", arranged(t, b, EncodeOptions{Only: only{PartFullchain}}), leaf, upper)

	// A collection of roots keeps its order.
	second, third := issue(t, nil, "root 2", newKey(t), nil), issue(t, nil, "root 3", newKey(t), nil)
	b = bundleOf(t, nil, third, root, second)
	wantCerts(t, "roots", arranged(t, b, EncodeOptions{}), third, root, second)
	if b.Leaf() != -1 {
		t.Error("a collection of roots has a leaf")
	}
	if _, err := arrange(b, Lookup("pem"), &EncodeOptions{Only: only{PartCert}}); !errors.Is(err, ErrNothingToWrite) {
		t.Error(err)
	}
}

// Of two certificates for one key the one is preferred that has not expired, then the latest, then
// the one that is not among the trusted ones. Without a time, or an end, nothing has expired.
func TestPrefer(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	var never time.Time
	for _, c := range []struct {
		name    string
		it, old Certificate
		now     time.Time
		want    bool
	}{
		{"later", Certificate{NotBefore: day(2), NotAfter: day(9)}, Certificate{NotBefore: day(1), NotAfter: day(9)}, day(5), true},
		{"earlier", Certificate{NotBefore: day(1), NotAfter: day(9)}, Certificate{NotBefore: day(2), NotAfter: day(9)}, day(5), false},
		{"later and expired", Certificate{NotBefore: day(2), NotAfter: day(3)}, Certificate{NotBefore: day(1), NotAfter: day(9)}, day(5), false},
		{"expired, no time", Certificate{NotBefore: day(2), NotAfter: day(3)}, Certificate{NotBefore: day(1), NotAfter: day(9)}, never, true},
		{"the other has expired", Certificate{NotBefore: day(1), NotAfter: day(9)}, Certificate{NotBefore: day(2), NotAfter: day(3)}, day(5), true},
		{"no end", Certificate{NotBefore: day(2), NotAfter: never}, Certificate{NotBefore: day(1), NotAfter: day(9)}, day(5), true},
		{"the other has no end", Certificate{NotBefore: day(2), NotAfter: day(9)}, Certificate{NotBefore: day(1), NotAfter: never}, day(5), true},
		{"later and not valid yet", Certificate{NotBefore: day(6), NotAfter: day(9)}, Certificate{NotBefore: day(1), NotAfter: day(9)}, day(5), false},
		{"the other is not valid yet", Certificate{NotBefore: day(1), NotAfter: day(9)}, Certificate{NotBefore: day(6), NotAfter: day(9)}, day(5), true},
		{"not valid yet, the other has expired", Certificate{NotBefore: day(6), NotAfter: day(9)}, Certificate{NotBefore: day(1), NotAfter: day(2)}, day(5), true},
		{"the first moment", Certificate{NotBefore: day(5), NotAfter: day(9)}, Certificate{NotBefore: day(1), NotAfter: day(9)}, day(5), true},
		{"the last moment", Certificate{NotBefore: day(2), NotAfter: day(5)}, Certificate{NotBefore: day(1), NotAfter: day(9)}, day(5), true},
		{"not trusted by itself", Certificate{}, Certificate{Trusted: true}, day(5), true},
		{"trusted by itself", Certificate{Trusted: true}, Certificate{}, day(5), false},
		{"the same", Certificate{}, Certificate{}, day(5), false},
	} {
		b := &Bundle{Certs: []Certificate{c.old, c.it}}
		if got := b.prefer(1, 0, c.now); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// Of several certificates for a key the preferred one is found wherever it stands.
func TestPreferred(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	b := &Bundle{Certs: []Certificate{{NotBefore: day(2)}, {NotBefore: day(1)}, {NotBefore: day(4)}, {NotBefore: day(3)}}}
	for _, list := range [][]int{{0, 1, 2, 3}, {2, 0, 1, 3}, {3, 1, 0, 2}, {2}} {
		if got := b.preferred(list, day(5)); got != 2 {
			t.Errorf("%v: %d", list, got)
		}
	}
	if got := b.preferred(nil, day(5)); got != -1 {
		t.Errorf("of none: %d", got)
	}
}

// A public key is left out in words of its own where a format takes none, and where it takes those
// of other algorithms.
func TestPublicKeysLeftOut(t *testing.T) {
	key := newKey(t)
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	read, err := Decode(spki, nil)
	if err != nil {
		t.Fatal(err)
	}
	odd := read.PublicKeys[0]
	odd.Algorithm = "X448"
	for _, c := range []struct {
		format string
		key    PublicKey
		want   string // "" if it is written
	}{
		{"net", read.PublicKeys[0], "public key EC P-256"},
		{"ssh-pub", read.PublicKeys[0], ""},
		{"ssh-pub", odd, "public key X448"},
		{"pem", odd, ""},
	} {
		lost := limitObjects(&Bundle{PublicKeys: []PublicKey{c.key}}, Lookup(c.format))
		if got := strings.Join(lost.What, "; "); !strings.HasPrefix(got, c.want) || (got == "") != (c.want == "") || strings.Contains(got, ", since it takes") != (c.format == "ssh-pub" && c.want != "") {
			t.Errorf("%s: %q", c.format, got)
		}
	}
}

// What is there twice is one, with the names of both, unless they have different ones.
func TestTwiceIsOne(t *testing.T) {
	c := issue(t, nil, "root", newKey(t), nil).cert.Raw
	attributes := []Attribute{{OID: "1.2.3", Values: []byte{0x31, 0}}}
	made := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, v := range []struct {
		name        string
		first, then Names
		want        []Names
	}{
		{"names of the second", Names{}, Names{FriendlyName: "a", LocalKeyID: []byte{1}, Attributes: attributes}, []Names{{FriendlyName: "a", LocalKeyID: []byte{1}, Attributes: attributes}}},
		{"names of the first", Names{FriendlyName: "a", LocalKeyID: []byte{1}, Attributes: attributes}, Names{LocalKeyID: []byte{2}}, []Names{{FriendlyName: "a", LocalKeyID: []byte{1}, Attributes: attributes}}},
		{"names of both", Names{FriendlyName: "a"}, Names{FriendlyName: "A", Attributes: attributes}, []Names{{FriendlyName: "a", Attributes: attributes}}},
		{"the time of the second", Names{}, Names{Created: made}, []Names{{Created: made}}},
		{"the time of the first", Names{Created: made}, Names{Created: made.Add(time.Hour)}, []Names{{Created: made}}},
		{"different names", Names{FriendlyName: "a"}, Names{FriendlyName: "b"}, []Names{{FriendlyName: "a"}, {FriendlyName: "b"}}},
	} {
		var got []Names
		for _, c := range merge(&Bundle{Certs: []Certificate{{Raw: c, Names: v.first}, {Raw: c, Names: v.then}}}).Certs {
			got = append(got, c.Names)
		}
		if !reflect.DeepEqual(got, v.want) {
			t.Errorf("%s: %+v", v.name, got)
		}
	}
}

func TestArrangeSameNames(t *testing.T) {
	noIDs := func(c *x509.Certificate) { c.SubjectKeyId, c.AuthorityKeyId = []byte{}, nil }
	root := issue(t, nil, "root", newKey(t), nil)
	for name, change := range map[string]func(*x509.Certificate){"key identifiers": nil, "signatures only": noIDs} {
		right := issue(t, root, "intermediate", newKey(t), change)
		wrong := issue(t, root, "intermediate", newKey(t), change)
		leaf := issue(t, right, "www.example", newKey(t), nil)
		for _, in := range [][]*authority{{leaf, wrong, right, root}, {wrong, leaf, root, right}, {root, wrong, right, leaf}} {
			b := bundleOf(t, []*ecdsa.PrivateKey{leaf.key}, in...)
			wantCerts(t, name, arranged(t, b, EncodeOptions{}), leaf, right, root, wrong)
			wantCerts(t, name, arranged(t, b, EncodeOptions{Only: only{PartFullchain}}), leaf, right)
		}
	}

	// Cross-signed: one key and name, two issuers. Both paths are kept, the one that is complete first.
	old := issue(t, nil, "old root", newKey(t), nil)
	crossed := issue(t, old, "root", root.key, nil)
	sub := issue(t, root, "sub", newKey(t), nil)
	leaf := issue(t, sub, "www.example", newKey(t), nil)
	b := bundleOf(t, []*ecdsa.PrivateKey{leaf.key}, old, crossed, root, sub, leaf)
	wantCerts(t, "cross-signed root", arranged(t, b, EncodeOptions{}), leaf, sub, crossed, root, old)
	missing := issue(t, nil, "missing root", newKey(t), nil)
	subAway := issue(t, missing, "sub", sub.key, nil)
	b = bundleOf(t, []*ecdsa.PrivateKey{leaf.key}, subAway, leaf, sub, root)
	wantCerts(t, "cross-signed intermediate", arranged(t, b, EncodeOptions{}), leaf, sub, subAway, root)

	// A certificate that says it issued itself through another: no endless walk.
	a, z := newKey(t), newKey(t)
	ca := issue(t, nil, "a", a, nil)
	loopZ := issue(t, ca, "z", z, nil)
	loopA := issue(t, loopZ, "a", a, nil)
	b = bundleOf(t, []*ecdsa.PrivateKey{z}, loopZ, loopA)
	wantCerts(t, "loop", arranged(t, b, EncodeOptions{}), loopZ, loopA)
}

func TestArrangeKeys(t *testing.T) {
	root := issue(t, nil, "root", newKey(t), nil)
	sub1, sub2 := issue(t, root, "sub 1", newKey(t), nil), issue(t, root, "sub 2", newKey(t), nil)
	leaf1, leaf2 := issue(t, sub1, "one.example", newKey(t), nil), issue(t, sub2, "two.example", newKey(t), nil)
	b := bundleOf(t, []*ecdsa.PrivateKey{leaf2.key, leaf1.key}, root, leaf1, sub1, leaf2, sub2)
	wantCerts(t, "two keys", arranged(t, b, EncodeOptions{}), leaf2, sub2, leaf1, sub1, root)
	wantCerts(t, "two keys, cert", arranged(t, b, EncodeOptions{Only: only{PartCert}}), leaf2, leaf1)
	if got := b.CertsFor(0); !slices.Equal(got, []int{3}) {
		t.Error("CertsFor", got)
	}

	// The same key: the self-signed stand-in and the older one come last.
	self := issue(t, nil, "one.example", leaf1.key, nil)
	newer := issue(t, sub1, "one.example", leaf1.key, func(c *x509.Certificate) { c.NotBefore = testTime.AddDate(0, 1, 0) })
	b = bundleOf(t, []*ecdsa.PrivateKey{leaf1.key}, self, leaf1, newer, sub1)
	sel := arranged(t, b, EncodeOptions{})
	if !bytes.Equal(sel.Certs[0].Raw, newer.cert.Raw) || len(sel.Certs) != 4 {
		t.Error("not the newest certificate of the key first")
	}

	// The same key twice is one key.
	b = bundleOf(t, []*ecdsa.PrivateKey{leaf1.key, leaf1.key}, leaf1, leaf1)
	if sel := arranged(t, b, EncodeOptions{Name: "site", TextNames: true}); len(sel.Keys) != 1 || len(sel.Certs) != 1 ||
		sel.Keys[0].FriendlyName != "site" || sel.Certs[0].FriendlyName != "site" || b.Keys[0].FriendlyName != "" {
		t.Error("duplicates, or names")
	}

	// A copy without a name is the same certificate, one with another name another entry.
	for _, c := range []struct {
		first, second string
		certs         int
	}{{"a", "", 1}, {"", "a", 1}, {"a", "A", 1}, {"a", "b", 2}} {
		b = bundleOf(t, nil, leaf1, leaf1)
		b.Certs[0].FriendlyName, b.Certs[1].FriendlyName = c.first, c.second
		list := unique(b.Certs, func(c *Certificate) ([]byte, *Names) { return c.Raw, &c.Names })
		if len(list) != c.certs || list[0].FriendlyName != "a" {
			t.Errorf("names %q and %q: %d certificates, the first is %q", c.first, c.second, len(list), list[0].FriendlyName)
		}
	}
}

func TestArrangeRefuses(t *testing.T) {
	root := issue(t, nil, "root", newKey(t), nil)
	leaf := issue(t, root, "www.example", newKey(t), nil)
	stranger := newKey(t)
	b := bundleOf(t, []*ecdsa.PrivateKey{stranger}, leaf, root)
	_, err := Encode(b, "pem", nil)
	var e *Error
	if !errors.As(err, &e) || e.Kind != ErrKeyMismatch || !strings.Contains(e.Detail, "CN=www.example") {
		t.Error("mismatch:", err)
	}
	if _, err := Encode(b, "pem", &EncodeOptions{AllowMismatch: true}); err != nil {
		t.Error("mismatch allowed:", err)
	}
	for _, part := range []Part{PartKey, PartCert} {
		if _, err := Encode(b, "pem", &EncodeOptions{Only: only{part}}); err != nil {
			t.Errorf("%s alone: %v", part, err)
		}
	}
	for _, part := range []Part{PartRequest, PartCRL, PartPublicKey} {
		if _, err := Encode(b, "pem", &EncodeOptions{Only: only{part}}); !errors.Is(err, ErrNothingToWrite) {
			t.Errorf("%s: %v", part, err)
		}
	}
	if _, err := Encode(&Bundle{}, "pem", nil); !errors.Is(err, ErrNothingToWrite) {
		t.Error("nothing:", err)
	}

	// A request beside the key.
	raw, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "www.example"}}, leaf.key)
	if err != nil {
		t.Fatal(err)
	}
	d := &decoder{opts: &DecodeOptions{}, bundle: bundleOf(t, []*ecdsa.PrivateKey{stranger})}
	if err := d.addRequest(raw, Source{}, Names{}); err != nil {
		t.Fatal(err)
	}
	if _, err := Encode(d.bundle, "pem", nil); !errors.Is(err, ErrKeyMismatch) {
		t.Error("request:", err)
	}

	// A key whose public key is not known may be that of the request, and says nothing of the others.
	unknown, err := Decode([]byte("0\x1c\x02\x01\x000\x05\x06\x03*\x03\x04\x04\x10"+strings.Repeat("A", 16)), nil)
	if err != nil || unknown.Keys[0].PublicID() != "" {
		t.Fatalf("%+v, %v", unknown, err)
	}
	d.bundle.Keys = append(unknown.Keys, d.bundle.Keys...)
	if _, err := Encode(d.bundle, "pem", nil); err != nil {
		t.Error("request and a key that is not known:", err)
	}
	d.bundle.Certs = b.Certs
	if _, err := Encode(d.bundle, "pem", nil); !errors.Is(err, ErrKeyMismatch) {
		t.Error("a key behind one that is not known:", err)
	}

	// Loss.
	b = bundleOf(t, []*ecdsa.PrivateKey{leaf.key}, leaf, root)
	b.Keys[0].FriendlyName = "site"
	_, err = Encode(b, "p7b", nil)
	var loss *LossError
	if !errors.As(err, &loss) || len(loss.Lost) != 1 || !strings.Contains(loss.What[0], "private key") {
		t.Error("loss:", err)
	}
	if out, err := Encode(b, "p7b", &EncodeOptions{AllowLoss: true}); err != nil || len(out) == 0 {
		t.Error("loss allowed:", err)
	}
	if _, err := Encode(b, "pkcs1", &EncodeOptions{Only: only{PartKey}}); !errors.As(err, &loss) {
		t.Error("EC key as PKCS#1:", err)
	}
	if _, err := Encode(b, "pkcs1", &EncodeOptions{AllowLoss: true}); !errors.Is(err, ErrNothingToWrite) {
		t.Error("nothing left:", err)
	}
	if _, err := Encode(b, "pfx", nil); !errors.Is(err, ErrPasswordRequired) {
		t.Error("PFX without a password:", err)
	}
	losses := func(format string) (list []string) {
		o := &EncodeOptions{Lost: &list, AllowLoss: true}
		if format == "pfx" || format == "jks" {
			o.Password = []byte("changeit")
		}
		if _, err := Encode(b, format, o); err != nil {
			t.Error(format, err)
		}
		return list
	}
	if list := losses("pem"); len(list) != 1 || !strings.Contains(list[0], "site") {
		t.Error("lost:", list)
	}
	if list := losses("pfx"); len(list) != 0 {
		t.Error("lost in a PFX:", list)
	}
	for name, lost := range map[string]int{"Web": 1, "SITE": 0, "": 0} {
		b.Certs[0].FriendlyName = name
		if list := losses("jks"); len(list) != lost {
			t.Errorf("lost in a JKS with a certificate %q of the key %q: %q", name, b.Keys[0].FriendlyName, list)
		}
	}
}

// Names and attributes that are written as text are not lost, all others are told.
func TestLossOfAttributes(t *testing.T) {
	leaf := issue(t, nil, "www.example", newKey(t), nil)
	b := bundleOf(t, []*ecdsa.PrivateKey{leaf.key}, leaf)
	b.Keys[0].Names = Names{FriendlyName: "site", Attributes: []Attribute{{OID: oidLocalKeySet, Values: []byte{0x31, 0}}, {OID: "1.2.3.4", Values: []byte{0x31, 0}}}}
	for _, c := range []struct {
		asText bool
		want   []string
	}{
		{false, []string{`friendly name "site" of a private key`, "attribute Microsoft machine keyset of a private key", "attribute 1.2.3.4 of a private key"}},
		{true, []string{"attribute 1.2.3.4 of a private key"}},
	} {
		var lost []string
		out, err := Encode(b, "pem", &EncodeOptions{Lost: &lost, TextNames: c.asText})
		if err != nil || !slices.Equal(lost, c.want) {
			t.Errorf("as text %v: %q, %v", c.asText, lost, err)
		}
		if back, err := Decode(out, nil); err != nil || (len(back.Keys[0].Attributes) == 1) != c.asText {
			t.Errorf("as text %v: %+v, %v", c.asText, back.Keys, err)
		}
	}
}

// An encoder that drops or changes something is caught.
func TestProveSame(t *testing.T) {
	root := issue(t, nil, "root", newKey(t), nil)
	leaf := issue(t, root, "www.example", newKey(t), nil)
	b := bundleOf(t, []*ecdsa.PrivateKey{leaf.key}, leaf, root)
	f := Lookup("pem")
	out, err := encodePEM(b, &EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := proveSame(b, out, f, &EncodeOptions{}); err != nil {
		t.Error(err)
	}
	for _, other := range []*Bundle{
		bundleOf(t, []*ecdsa.PrivateKey{leaf.key}, leaf), bundleOf(t, nil, leaf, root),
		bundleOf(t, []*ecdsa.PrivateKey{root.key}, leaf, root), bundleOf(t, []*ecdsa.PrivateKey{leaf.key}, leaf, root, issue(t, root, "a.example", leaf.key, nil)),
	} {
		if err := proveSame(other, out, f, &EncodeOptions{}); err == nil {
			t.Errorf("%s: taken for the same", contents(other))
		}
	}
}

// The same where the output is read back in pieces, whatever piece it is in.
func TestProveSamePieces(t *testing.T) {
	root := issue(t, nil, "root", newKey(t), nil)
	leaf := issue(t, root, "www.example", newKey(t), nil)
	b := bundleOf(t, []*ecdsa.PrivateKey{leaf.key}, leaf, root, issue(t, root, "last.example", newKey(t), nil))
	one, other := b.Certs[1], b.Certs[2]
	b.Certs = append(slices.Repeat(b.Certs[:2], 3000), other)
	f := Lookup("pem")
	out, err := encodePEM(b, &EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	pieces := f.pieces(out)
	if len(pieces) < 3 {
		t.Fatalf("%d bytes in %d pieces", len(out), len(pieces))
	}
	if err := proveSame(b, out, f, &EncodeOptions{}); err != nil {
		t.Error(err)
	}
	issued := bundleOf(t, nil, issue(t, root, "more.example", newKey(t), nil)).Certs[0]
	block := func(c *Certificate) []byte { return pem.Append(nil, pem.LabelCertificate, nil, c.Raw) }
	first, last := block(&one), block(&other)
	for name, bad := range map[string][]byte{
		"one more at the end":      append(slices.Clone(out), block(&issued)...),
		"the last is not there":    bytes.TrimSuffix(out, last),
		"another in the middle":    slices.Concat(pieces[0], last, bytes.TrimPrefix(bytes.TrimPrefix(bytes.Join(pieces[1:], nil), block(&b.Certs[0])), first)),
		"a piece that is not read": slices.Concat(pieces[0], []byte("-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"), bytes.Join(pieces[1:], nil)),
		"no key":                   bytes.TrimPrefix(out, pem.Append(nil, pem.LabelPKCS8, nil, b.Keys[0].PKCS8)),
	} {
		if err := proveSame(b, bad, f, &EncodeOptions{}); err == nil {
			t.Error(name, "is taken for the same")
		}
	}
}

// Aliases are in the lower case of Java, which has letters of its own for some.
func TestAliasesAsJava(t *testing.T) {
	for name, want := range map[string]string{
		"\u0130stanbul Sunucu": "i\u0307stanbul sunucu", "SUNUCU \u0130": "sunucu i\u0307",
		"\u039f\u0394\u039f\u03a3": "\u03bf\u03b4\u03bf\u03c2", "\u0391\u03a3 \u0392": "\u03b1\u03c2 \u03b2", "\u03a3": "\u03c3", "1\u03a3": "1\u03c3",
		"A\u03a3.B": "a\u03c3.b", "A\u03a3' B": "a\u03c2' b", "A\u03a3-B": "a\u03c3-b", "A\u03a3-1": "a\u03c2-1", "A-\u03a3": "a-\u03c2", "\u03a3-A": "\u03c3-a",
		"\u1e9etra\u00dfe": "\u00dftra\u00dfe", "\u01c5": "\u01c6", "\u212a": "k", "\u017f": "\u017f", "I": "i",
		strings.Repeat("X", 1500): strings.Repeat("x", 1000),
	} {
		key := newKey(t)
		b := bundleOf(t, []*ecdsa.PrivateKey{key}, issue(t, nil, "www.example", key, nil))
		b.Keys[0].FriendlyName = name
		out, err := Encode(b, "jks", &EncodeOptions{Password: []byte("secret")})
		if err != nil {
			t.Errorf("%.20s: %v", name, err)
			continue
		}
		read, err := Decode(out, &DecodeOptions{Password: Passwords("secret")})
		if err != nil || read.Keys[0].FriendlyName != want {
			t.Errorf("%.20q: %.20q, %v", name, read.Keys[0].FriendlyName, err)
		}
	}
	taken := aliases{}
	if a, b := taken.take("\u039f\u03a3"), taken.take("\u03bf\u03c2"); b != "\u03bf\u03c2-2" {
		t.Errorf("%q and %q", a, b)
	}
}

// The leaf is the certificate of the first key, also where it has issued another one.
func TestLeafOfKey(t *testing.T) {
	key, other := newKey(t), newKey(t)
	root := issue(t, nil, "Root", newKey(t), nil)
	inter := issue(t, root, "Inter", key, nil)
	server := issue(t, inter, "www.example.com", other, nil)
	b := &Bundle{}
	for _, a := range []*authority{server, inter, root} {
		got, err := Decode(a.cert.Raw, nil)
		if err != nil {
			t.Fatal(err)
		}
		b.Add(got)
	}
	for _, c := range []struct {
		key  *ecdsa.PrivateKey
		want int
	}{{key, 1}, {other, 0}, {nil, 0}} {
		b.Keys = nil
		if c.key != nil {
			raw, err := x509.MarshalPKCS8PrivateKey(c.key)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Decode(raw, nil)
			if err != nil {
				t.Fatal(err)
			}
			b.Keys = got.Keys
		}
		if got := b.Leaf(); got != c.want {
			t.Errorf("%d, want %d", got, c.want)
		}
	}
}
