package validate

import (
	"crypto/rand"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/text"
)

// one is a certificate as it is read.
func one(t testing.TB, i *issued) *convert.Certificate {
	t.Helper()
	return &decode(t, pemOf(i)).Certs[0]
}

// commonNames are a subject, in place of that which there is.
func commonNames(list ...string) change {
	return func(d *draft) {
		d.Subject = pkix.Name{}
		for _, n := range list {
			d.Subject.ExtraNames = append(d.Subject.ExtraNames, pkix.AttributeTypeAndValue{Type: []int{2, 5, 4, 3}, Value: n})
		}
	}
}

func mailInSubject(address string) change {
	return func(d *draft) {
		d.Subject.ExtraNames = append(d.Subject.ExtraNames, pkix.AttributeTypeAndValue{Type: []int{1, 2, 840, 113549, 1, 9, 1}, Value: address})
	}
}

// organization is a part of a name, in DER.
func organization(name string) []byte {
	return append([]byte{0x31, byte(len(name) + 9), 0x30, byte(len(name) + 7), 6, 3, 0x55, 4, 10, 0x0c, byte(len(name))}, name...)
}

// What only some clients hold against names below a CA with name constraints, each fact alone.
func TestMildBounds(t *testing.T) {
	hosts := subtrees{kinds: map[int]bool{tagDNS: true}, hosts: map[hostTree]bool{{tagDNS, "example.com", false}: true}}
	mail := subtrees{kinds: map[int]bool{tagEmail: true}, hosts: map[hostTree]bool{{tagEmail, "example.com", false}: true}}
	many := bounds{hosts: maxComparisons / 2, size: maxComparisons}
	root := ca(t, nil, "Root")
	for _, c := range []struct {
		name   string
		bounds bounds
		leaf   *issued
		want   []client.Fact
	}{
		{"a host within", bounds{permitted: hosts}, leaf(t, root), nil},
		{"as many hosts as are compared", many, leaf(t, root, commonNames(), dns("a.example.com")), nil},
		{"hosts at the limit", many, leaf(t, root, commonNames(), dns("a.example.com", "b.example.com")), []client.Fact{client.BoundsMany}},
		{"too many hosts", many, leaf(t, root, commonNames(), dns("a.example.com", "b.example.com", "c.example.com")), []client.Fact{client.HostBoundsMany}},
		{"too many names", bounds{size: maxComparisons/2 + 1}, leaf(t, root), []client.Fact{client.BoundsMany}},
		{"a leading dot", bounds{permitted: hosts}, leaf(t, root, dns("www.example.com", ".example.com")), []client.Fact{client.NameLeadingDot}},
		{"one common name", bounds{permitted: hosts}, leaf(t, root, dns(), commonNames("a.example.com")), nil},
		{"two common names", bounds{permitted: hosts}, leaf(t, root, dns(), commonNames("a.example.com", "b")), []client.Fact{client.CommonNamesMany}},
		{"two common names, hosts excluded", bounds{excluded: hosts}, leaf(t, root, dns(), commonNames("a", "b")), []client.Fact{client.CommonNamesMany}},
		{"two common names, no hosts", bounds{permitted: mail}, leaf(t, root, dns(), commonNames("a", "b")), nil},
		{"a common name outside", bounds{permitted: hosts}, leaf(t, root, dns(), commonNames("a.example.org")), []client.Fact{client.NameOutsideCN}},
		{"mail in the subject outside", bounds{permitted: mail}, leaf(t, root, mailInSubject("a@example.org")), []client.Fact{client.MailOutside}},
	} {
		var got []client.Fact
		for _, f := range c.bounds.mild([]*convert.Certificate{one(t, c.leaf)}) {
			got = append(got, f.fact)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A common name out of bounds, where each host asked for is in the subjectAltName, is refused
// only by clients that go beyond the standard: that is no more than a warning.
func TestCommonNameOutOfBounds(t *testing.T) {
	root := ca(t, nil, "Root", func(d *draft) { d.PermittedDNSDomains = []string{"example.com"} })
	site := leaf(t, root, dns(), commonNames("www.example.org"), func(d *draft) { d.IPAddresses = []net.IP{{192, 0, 2, 1}} })
	for _, c := range []struct {
		host    string
		allowed bool
	}{{"192.0.2.1", true}, {"192.0.2.2", false}} {
		r := Run(decode(t, pemOf(site)), &Options{Now: at, Roots: anchorsOf(t, root), Hosts: []string{c.host}})
		var got []Finding
		for _, f := range r.Findings {
			if strings.Contains(f.Message.String(), `"www.example.org": its name constraints`) {
				got = append(got, f)
			}
		}
		if len(got) != 1 || got[0].allowed != c.allowed || !slices.Equal(got[0].RefusedBy, client.Refusers(client.NameOutsideCN, false)) {
			t.Errorf("%s: %+v%s", c.host, got, messages(r))
		}
	}
	// To whom it matters whether one of them refuses it, that is an error.
	by := client.Refusers(client.NameOutsideCN, false)
	r := Run(decode(t, pemOf(site)), &Options{Now: at, Roots: anchorsOf(t, root), Hosts: []string{"192.0.2.1"}, Clients: by[:1]})
	if f := found(r, "chain-not-ca"); len(f) != 1 || f[0].Severity != Error || f[0].allowed || !slices.Equal(f[0].RefusedBy, by) {
		t.Errorf("for %q: %+v%s", by[:1], f, messages(r))
	}
}

// Names that cannot be read are none, those that can be are compared, each as its kind is.
func TestConstrainedNames(t *testing.T) {
	name := sequenceOf(organization("Example"))
	for _, c := range []struct {
		what string
		san  []byte
		want []string // behind the subject
	}{
		{"cut short", []byte{0x30, 5, 0x82}, nil},
		{"cut short behind a name", sequenceOf(generalNameOf(tagDNS, false, []byte("a")), []byte{0x82, 9}), []string{"a"}},
		{"what is no GeneralName", sequenceOf([]byte{0x0c, 1, 'b'}, []byte{0x02, 1, 1}, generalNameOf(tagDNS, false, []byte("a"))), []string{"a"}},
		{"of another kind", sequenceOf(generalNameOf(8, false, []byte{42}), generalNameOf(tagURI, false, []byte("http://a"))), []string{"http://a"}},
		{"a directory", sequenceOf(generalNameOf(tagDirectory, true, name)), []string{"O=Example"}},
		{"an address", sequenceOf(generalNameOf(tagIP, false, []byte{192, 0, 2, 1})), []string{"192.0.2.1"}},
	} {
		cert := one(t, leaf(t, nil, dns(), extension(oidSubjectAltName, false, c.san)))
		var got []string
		for _, n := range constrainedNames(cert)[1:] {
			got = append(got, n.text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	want := generalName{tagEmail, []byte("a@example.com"), "a@example.com"}
	if got := constrainedNames(one(t, leaf(t, nil, dns(), mailInSubject("a@example.com")))); len(got) != 2 || !reflect.DeepEqual(got[1], want) {
		t.Errorf("mail in the subject: %+v", got)
	}
	if got := constrainedNames(one(t, leaf(t, nil, mailInSubject("a@example.com")))); len(got) != 2 || got[1].tag != tagDNS {
		t.Errorf("mail in the subject beside a subjectAltName: %+v", got)
	}
}

// A kind of name is found in any of the certificates, behind what cannot be read too.
func TestHasName(t *testing.T) {
	san := func(value []byte) *convert.Certificate {
		return one(t, leaf(t, nil, dns(), extension(oidSubjectAltName, false, value)))
	}
	cut := sequenceOf(generalNameOf(tagDNS, false, []byte("a")), []byte{0x82, 9})
	other := sequenceOf(generalNameOf(tagDNS, false, []byte("a")), generalNameOf(tagOther, true, nil))
	for _, c := range []struct {
		certs []*convert.Certificate
		want  bool
	}{
		{[]*convert.Certificate{san(cut), one(t, leaf(t, nil, dns()))}, false},
		{[]*convert.Certificate{san(cut), san([]byte{0x30, 5}), san(other)}, true},
	} {
		if got := hasName(c.certs, tagOther); got != c.want {
			t.Errorf("%v, want %v", got, c.want)
		}
	}
}

// What a name constraint covers.
func TestSubtrees(t *testing.T) {
	org := organization("Example")
	dir := func(rdns ...[]byte) string { return string(sequenceOf(rdns...)) }
	for _, c := range []struct {
		tag        uint8
		base, name string
		want       bool
	}{
		{tagEmail, "Joe@Example.com", "Joe@example.COM", true},
		{tagEmail, "Joe@example.com", "joe@example.com", false},
		{tagEmail, "example.com", "joe@example.com", true},
		{tagEmail, "example.com", "joe@www.example.com", false},
		{tagEmail, ".example.com", "joe@www.example.com", true},
		{tagURI, "www.example.com", "https://www.example.com/path?a#b", true},
		{tagURI, "www.example.com", "https://www.example.com", true},
		{tagURI, "www.example.com", "https://joe@www.example.com:443/", true},
		{tagURI, "www.example.com", "https://www.example.org/www.example.com", false},
		{tagURI, "192.0.2.1", "https://192.0.2.1/", false},
		{tagURI, "www.example.com", "www.example.com", false},
		{tagDirectory, dir(org), dir(org, organization("Below")), true},
		{tagDirectory, dir(org, org), dir(org), false},
		{tagDirectory, dir(), "\x30\x05\x31", false}, // which is no name
		{tagDirectory, "\x30\x05\x31", dir(org), false},
	} {
		var s subtrees
		base, _, err := der.Parse(generalNameOf(c.tag, c.tag == tagDirectory, []byte(c.base)))
		if err != nil {
			t.Fatal(err)
		}
		s.add(base)
		if got := s.contains(generalName{int(c.tag), []byte(c.name), c.name}); got != c.want {
			t.Errorf("%q in %q: %v, want %v", c.name, c.base, got, c.want)
		}
	}
}

// Constraints are not those of certificates that the CA issued to itself, a new key for one.
func TestConstraintsPassOverSelfIssued(t *testing.T) {
	root := ca(t, nil, "Root", func(d *draft) { d.PermittedDNSDomains = []string{"example.com"} })
	changes := []change{dns("www.example.org")}
	newer, other := ca(t, root, "Root", changes...), ca(t, root, "Other", changes...)
	for _, c := range []struct {
		inter *issued
		want  client.Fact
	}{{newer, ""}, {other, client.NameOutside}} {
		below := []*convert.Certificate{one(t, leaf(t, c.inter)), one(t, c.inter)}
		if why, fact := nameConstraints(one(t, root), below); fact != c.want || why.IsZero() != (c.want == "") {
			t.Errorf("%s: %s", fact, why.String())
		}
	}
}

// A key usage that is no BIT STRING allows nothing, and is there.
func TestKeyUsageThatCannotBeRead(t *testing.T) {
	for _, value := range [][]byte{{2, 1, 1}, {3, 9}} {
		if bits, ok := keyUsage(one(t, leaf(t, nil, extension(oidKeyUsage, true, value)))); bits != 0 || !ok {
			t.Errorf("%x: %x, %v", value, bits, ok)
		}
	}
	if got := purposesIn([]byte{0x30, 7, 6, 3, 0x55, 0x1d, 0x25, 6, 9}); !slices.Equal(got, []string{"2.5.29.37"}) {
		t.Errorf("purposes: %q", got)
	}
}

// Faults are the same if all is: the code, the certificate, its issuer and the extension.
func TestSameFault(t *testing.T) {
	a, b := &convert.Certificate{}, &convert.Certificate{}
	f := fault{code: "chain-expired", cert: a, issuer: a, oid: "1.2"}
	for _, c := range []struct {
		o    fault
		want bool
	}{
		{f, true}, {fault{"chain-not-ca", a, a, "1.2", f.text, ""}, false}, {fault{f.code, b, a, "1.2", f.text, ""}, false},
		{fault{f.code, a, b, "1.2", f.text, ""}, false}, {fault{f.code, a, a, "1.3", f.text, ""}, false}, {fault{f.code, a, a, "1.2", f.text, client.RootExpired}, true},
	} {
		if got := f.same(&c.o); got != c.want {
			t.Errorf("%+v: %v", c.o, got)
		}
	}
	// A weak signature costs as much as a hundred certificates more, but that of the top nothing.
	weak := &convert.Certificate{SigHash: "SHA-1"}
	if n := (&path{certs: []*convert.Certificate{weak, a, weak}, anchored: true}).cost(); n != 103 {
		t.Errorf("cost %d", n)
	}
}

// What would come of a chain with what was fetched, and for whom it was.
func TestFetched(t *testing.T) {
	root := ca(t, nil, "Root")
	upper := ca(t, root, "Upper")
	lower := ca(t, upper, "Lower")
	site := leaf(t, lower)
	other := ca(t, nil, "Other")
	low, up, top := one(t, lower), one(t, upper), one(t, root)
	for _, c := range []struct {
		fetched []*convert.Certificate
		roots   *issued
		want    string
	}{
		{[]*convert.Certificate{low, up}, root, "; with it the chain leads to the trust anchor"},
		{[]*convert.Certificate{low, up, top}, other, `; with it the chain ends at "Root", which is not among the trust anchors`},
		{[]*convert.Certificate{low, up}, other, `; with it the issuer of "Upper" is still missing`},
	} {
		b := decode(t, pemOf(site))
		o := &Options{Now: at, Roots: anchorsOf(t, c.roots)}
		for _, f := range c.fetched {
			o.Fetched = append(o.Fetched, served.Issuer{Of: &b.Certs[0], From: "http://ca.example.com/", Cert: f})
		}
		got := found(Run(b, o), "issuer-fetched")
		if len(got) != len(c.fetched) || !strings.Contains(got[len(got)-1].Message.String(), c.want) || strings.Contains(got[0].Message.String(), "; with it") {
			t.Errorf("%+v, want %q", got, c.want)
		}
	}
	b := decode(t, pemOf(site))
	failed := served.Issuer{Of: &b.Certs[0], Err: errors.New("no address")}
	r := Run(b, &Options{Now: at, Roots: anchorsOf(t, root), Fetched: []served.Issuer{failed}})
	if got := saysOf(r, "issuer-not-fetched"); got != `the issuer of "www.example.com" cannot be fetched: no address` {
		t.Errorf("%q", got)
	}
	of, self := one(t, site), one(t, ca(t, nil, "Self"))
	for _, c := range []struct {
		f    served.Issuer
		want bool
	}{
		{served.Issuer{Of: of, Cert: low}, true}, {served.Issuer{Of: low, Cert: low}, false},
		{served.Issuer{Of: of}, false}, {served.Issuer{Of: of, Cert: self}, false},
	} {
		in := &input{Options: &Options{Fetched: []served.Issuer{c.f}}}
		if got := in.fetchedFor(of); got != c.want {
			t.Errorf("%+v: %v", c.f, got)
		}
	}
}

// A certificate is called by its last common name, the rest of its subject, or its first host.
func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		cert *issued
		want string
	}{
		{leaf(t, nil, commonNames("one", "two")), `"two"`},
		{leaf(t, nil, func(d *draft) { d.Subject = pkix.Name{Organization: []string{"Books"}} }), `"O=Books"`},
		{leaf(t, nil, commonNames(), dns("a.example.com", "b.example.com")), `"a.example.com"`},
		{leaf(t, nil, commonNames(), dns()), "without a name"},
	} {
		if got := describe(one(t, c.cert)).String(); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// Of what is not given as a server's a fact that no client minds is not told.
func TestFactsOfCAs(t *testing.T) {
	for _, c := range []struct {
		severity Severity
		by       []string
		want     []Severity
	}{
		{"", nil, nil}, {"", []string{"go"}, []Severity{Warning}}, {Info, nil, []Severity{Info}}, {Error, []string{"go"}, []Severity{Error}},
	} {
		r := &Report{}
		p := &pass{input: &input{Options: &Options{}}, check: &Check{Code: "cert-usage", Severity: Error}, report: r}
		p.caOnly = true
		p.refusedBy(Finding{Severity: c.severity}, c.by)
		var got []Severity
		for _, f := range r.Findings {
			got = append(got, f.Severity)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q, refused by %q: %q, want %q", c.severity, c.by, got, c.want)
		}
	}
}

// Keys of one of Java's keystores have a chain each. A PFX has one for all.
func TestOfOtherEntry(t *testing.T) {
	at := func(format, file, entry string) *convert.Certificate {
		return &convert.Certificate{Source: convert.Source{Format: format, File: file, Entry: entry}}
	}
	for _, c := range []struct {
		a, b *convert.Certificate
		want bool
	}{
		{at("jks", "f", "a"), at("jks", "f", "b"), true},
		{at("jks", "f", "a"), at("jks", "f", "a"), false},
		{at("jks", "f", "a"), at("jks", "g", "b"), false},
		{at("pfx", "f", "a"), at("pfx", "f", "b"), false},
		{at("pem", "f", "a"), at("pem", "f", "b"), false},
		{at("", "f", "a"), at("", "f", "b"), false},
	} {
		if got := ofOtherEntry(c.a, c.b); got != c.want {
			t.Errorf("%+v, %+v: %v", c.a.Source, c.b.Source, got)
		}
	}
}

// The search for a path ends after so many signatures, those of certificates on themselves and
// those that were verified before left out.
func TestSignaturesAreCounted(t *testing.T) {
	root := ca(t, nil, "Root", noIDs)
	server := leaf(t, root, noIDs)
	pool := []*convert.Certificate{}
	for range 2 * maxSignatures {
		pool = append(pool, one(t, ca(t, nil, "Root", noIDs)))
	}
	b := newBuilder(pool, NewAnchors(nil), time.Time{})
	b.build(one(t, server))
	if b.signatures != maxSignatures+1 {
		t.Errorf("%d signatures", b.signatures)
	}
	few := newBuilder([]*convert.Certificate{one(t, root)}, NewAnchors(nil), time.Time{})
	c := one(t, server)
	if few.build(c); few.signatures != 1 {
		t.Errorf("%d signatures of one", few.signatures)
	}
	if few.build(c); few.signatures != 1 {
		t.Errorf("%d signatures of one that is known", few.signatures)
	}
}

// Of two certificates of one issuer the one with the key that is asked for comes first.
func TestIssuersRank(t *testing.T) {
	old, root := ca(t, nil, "Root"), ca(t, nil, "Root")
	c := one(t, leaf(t, root))
	b := newBuilder([]*convert.Certificate{one(t, old), one(t, root)}, NewAnchors(nil), time.Time{})
	list := b.issuers(c)
	if len(list) != 2 || c.MatchKeyID(list[0]) <= 0 {
		t.Errorf("%d issuers, the first of them by key identifier: %d", len(list), c.MatchKeyID(list[0]))
	}
}

// Of paths that cost the same the one whose certificates name their issuers is better, then the
// one that is valid longer.
func TestBetterPath(t *testing.T) {
	root := ca(t, nil, "Root", until(2040))
	stray := one(t, leaf(t, root, authority(1, 2, 3), until(2040)))
	right := one(t, leaf(t, root, until(2030)))
	longer := one(t, leaf(t, root, until(2031)))
	to := func(c *convert.Certificate, faults ...fault) *path {
		return &path{certs: []*convert.Certificate{c, one(t, root)}, faults: faults}
	}
	for _, c := range []struct {
		better, worse *path
	}{
		{to(right), to(stray)}, {to(longer), to(right)}, {to(stray), to(right, fault{code: "chain-expired"})},
	} {
		if !c.better.before(c.worse) || c.worse.before(c.better) {
			t.Errorf("%d, %d strayed: %v, %v", c.better.strayed(), c.worse.strayed(), c.better.before(c.worse), c.worse.before(c.better))
		}
	}
}

// What no client is known to refuse for is told without names of any.
func TestRefusedByNobody(t *testing.T) {
	for _, by := range [][]string{nil, {"go"}} {
		r := &Report{}
		p := &pass{input: &input{Options: &Options{}}, check: &Check{Code: "cert-usage", Severity: Error}, report: r}
		p.refusedBy(Finding{Severity: Info, Message: text.Of("a fact")}, by)
		if len(r.Findings) != 1 || (r.Findings[0].Message.String() == "a fact") != (by == nil) || len(r.Findings[0].RefusedBy) != len(by) {
			t.Errorf("refused by %q: %+v", by, r.Findings)
		}
	}
}

// A modulus whose two primes are the same one is the square that Fermat begins with.
func TestClosePrimes(t *testing.T) {
	p, err := rand.Prime(rand.Reader, 512)
	if err != nil {
		t.Fatal(err)
	}
	next := new(big.Int).Add(p, big.NewInt(2))
	for !next.ProbablyPrime(20) {
		next.Add(next, big.NewInt(2))
	}
	far := new(big.Int).Lsh(p, 3)
	far.Add(far, big.NewInt(1))
	for q, want := range map[*big.Int]bool{p: true, next: true, far: false} {
		if got := closePrimes(new(big.Int).Mul(p, q)); got != want {
			t.Errorf("%v and %v: %v", p, q, got)
		}
	}
}
