package validate

import (
	"crypto/ecdsa"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
)

// hierarchy is what a test picks from: certificates by the name that the test
// calls them.
type hierarchy struct {
	t     testing.TB
	certs map[string]*convert.Certificate
	names map[string]string // by DER
	keys  map[string]*ecdsa.PrivateKey
}

func newHierarchy(t testing.TB) *hierarchy {
	return &hierarchy{t, map[string]*convert.Certificate{}, map[string]string{}, map[string]*ecdsa.PrivateKey{}}
}

func (h *hierarchy) add(name string, i *issued) *issued {
	h.t.Helper()
	h.certs[name] = &decode(h.t, pemOf(i)).Certs[0]
	h.names[string(i.raw)], h.keys[name] = name, i.key
	return i
}

func (h *hierarchy) list(names string) []*convert.Certificate {
	var list []*convert.Certificate
	for name := range strings.FieldsSeq(names) {
		c := h.certs[name]
		if c == nil {
			h.t.Fatalf("there is no certificate %q", name)
		}
		again := *c // as from another file
		list = append(list, &again)
	}
	return list
}

// pick returns "CHAIN | ROOT", and a line for each that is unused.
func (h *hierarchy) pick(pool, roots string, now time.Time) (*Picked, string, string) {
	opts := &Options{Now: now}
	if roots != "" {
		var certs []convert.Certificate
		for _, c := range h.list(roots) {
			certs = append(certs, *c)
		}
		opts.Roots = NewAnchors(certs)
	}
	p := Pick(h.certs["leaf"], h.list(pool), opts)
	var chain, unused []string
	for _, c := range p.Chain {
		chain = append(chain, h.names[string(c.Raw)])
	}
	chain = append(chain, "|")
	if p.Root != nil {
		chain = append(chain, h.names[string(p.Root.Raw)])
	}
	for _, u := range p.Unused {
		unused = append(unused, fmt.Sprintf("%s: %s", h.names[string(u.Cert.Raw)], u.Why))
	}
	return p, strings.Join(chain, " "), strings.Join(unused, "\n")
}

type pickCase struct {
	name   string
	build  func(t testing.TB, h *hierarchy)
	pool   string // whatever its order
	roots  string
	chain  string // "CHAIN | ROOT"
	unused string // lines, in the order of pool
	fails  bool   // no client accepts it
}

func pickCases() []pickCase {
	// A root that everybody has, one that was certified by an older one, and
	// an intermediate that both certify.
	crossed := func(changes ...change) func(testing.TB, *hierarchy) {
		return func(t testing.TB, h *hierarchy) {
			old := h.add("old-root", ca(t, nil, "Old Root"))
			root := h.add("root", ca(t, nil, "Root"))
			h.add("cross", ca(t, old, "Root", append(changes, keyOf(root))...))
			inter := h.add("inter", ca(t, root, "Inter"))
			h.add("leaf", leaf(t, inter))
		}
	}
	twice := func(t testing.TB, h *hierarchy) {
		a, b := h.add("root-a", ca(t, nil, "Root A")), h.add("root-b", ca(t, nil, "Root B"))
		inter := h.add("inter-a", ca(t, a, "Inter", until(2030)))
		h.add("inter-b", ca(t, b, "Inter", until(2031), keyOf(inter)))
		h.add("leaf", leaf(t, inter))
	}
	renewed := func(changes ...change) func(testing.TB, *hierarchy) {
		return func(t testing.TB, h *hierarchy) {
			root := h.add("root", ca(t, nil, "Root"))
			h.add("other", ca(t, root, "Inter", changes...))
			inter := h.add("inter", ca(t, root, "Inter", changes...))
			h.add("leaf", leaf(t, inter, changes...))
		}
	}
	rollover := func(t testing.TB, h *hierarchy) {
		old := h.add("old", ca(t, nil, "Root"))
		newer := h.add("new", ca(t, nil, "Root"))
		h.add("new-with-old", ca(t, old, "Root", keyOf(newer)))
		h.add("old-with-new", ca(t, newer, "Root", keyOf(old)))
		inter := h.add("inter", ca(t, newer, "Inter"))
		h.add("leaf", leaf(t, inter))
	}
	return []pickCase{
		{
			name: "three levels, and what does not belong to them",
			build: func(t testing.TB, h *hierarchy) {
				root := h.add("root", ca(t, nil, "Root"))
				policy := h.add("policy", ca(t, root, "Policy"))
				inter := h.add("inter", ca(t, policy, "Inter"))
				key := h.add("leaf", leaf(t, inter))
				h.add("older", leaf(t, inter, from(2019)))
				h.add("stopgap", leaf(t, nil, keyOf(key)))
				h.add("stranger", leaf(t, inter, dns("mail.example.org")))
				h.add("stranger-root", ca(t, nil, "Stranger"))
				h.add("stranger-inter", ca(t, nil, "Stranger", func(d *draft) { d.Issuer.CommonName = "x" }))
			},
			pool: "stranger stranger-root older root inter policy inter leaf stopgap", roots: "root stranger-root", chain: "inter policy | root",
			unused: `stranger: it is of another server
stranger-root: it is a root to which this chain does not lead
older: it is an older certificate of this server, valid from 2019-01-01 to 2049-12-31
root: it is the root, which clients have
inter: it is there already
stopgap: it is a self-signed certificate of this server, valid from 2020-01-01 to 2049-12-31`,
		},
		{
			name: "a cross-signature of a root that clients have is not served", build: crossed(),
			pool: "cross old-root inter", roots: "root old-root", chain: "inter | root",
			unused: `cross: it is the cross-signature of "Root" by "Old Root"; the path with the one signed by itself is shorter
old-root: it is a root to which this chain does not lead`,
		},
		{
			name: "it is where they do not", build: crossed(),
			pool: "cross root inter old-root", roots: "old-root", chain: "inter cross | old-root",
			unused: `root: it is "Root" signed by itself; the path with the one signed by "Old Root" leads to a trusted root
old-root: it is the root, which clients have`,
		},
		{
			name: "an expired cross-signature", build: crossed(until(2021)),
			pool: "cross inter root", roots: "root old-root", chain: "inter | root",
			unused: `cross: it is the cross-signature of "Root" by "Old Root", which expired on 2021-01-01
root: it is the root, which clients have`,
		},
		{
			name: "an expired cross-signature is the only way", build: crossed(until(2021)),
			pool: "cross inter", roots: "old-root", chain: "inter cross | old-root", fails: true,
		},
		{
			name: "no anchors: to a root that is there", build: crossed(),
			pool: "cross inter root", chain: "inter | root",
			unused: `cross: it is the cross-signature of "Root" by "Old Root", whose own issuer is missing
root: it is the root, which clients have`,
		},
		{
			name: "of two issuers the one whose root is known", build: twice,
			pool: "inter-b inter-a", roots: "root-a", chain: "inter-a | root-a",
			unused: `inter-b: it is the cross-signature of "Inter" by "Root B"; the path with the one signed by "Root A" leads to a trusted root`,
		},
		{
			name: "of two whose roots are known the one valid longest", build: twice,
			pool: "inter-a inter-b", roots: "root-a root-b", chain: "inter-b | root-b",
			unused: `inter-a: it is the cross-signature of "Inter" by "Root A"; the path with the one signed by "Root B" is valid longer`,
		},
		{
			name: "of two whose roots are not known the one valid longest", build: twice,
			pool: "inter-a inter-b", chain: "inter-b |",
			unused: `inter-a: it is the cross-signature of "Inter" by "Root A"; the path with the one signed by "Root B" is valid longer`,
		},
		{
			name: "by signature, not by name", build: renewed(),
			pool: "other inter", roots: "root", chain: "inter | root",
			unused: `other: it has the name of the issuer of "www.example.com", but its key did not sign that`,
		},
		{
			name: "by signature where there are no key identifiers", build: renewed(noIDs),
			pool: "other inter", roots: "root", chain: "inter | root",
			unused: `other: it has the name of the issuer of "www.example.com", but its key did not sign that`,
		},
		{
			name: "the right name alone is not taken", build: renewed(),
			pool: "other root", roots: "root", chain: "|",
			unused: `other: it has the name of the issuer of "www.example.com", but its key did not sign that
root: it is a root to which this chain does not lead`, fails: true,
		},
		{
			name: "one key under two names",
			build: func(t testing.TB, h *hierarchy) {
				root := h.add("root", ca(t, nil, "Root"))
				inter := h.add("inter", ca(t, root, "Inter"))
				h.add("renamed", ca(t, root, "Inter G2", keyOf(inter)))
				h.add("leaf", leaf(t, inter))
			},
			pool: "renamed inter", roots: "root", chain: "inter | root",
			unused: `renamed: it issued no certificate of this chain`,
		},
		{
			name: "two issues of one intermediate",
			build: func(t testing.TB, h *hierarchy) {
				root := h.add("root", ca(t, nil, "Root"))
				inter := h.add("inter", ca(t, root, "Inter", until(2040)))
				h.add("first", ca(t, root, "Inter", keyOf(inter), until(2027)))
				h.add("leaf", leaf(t, inter))
			},
			pool: "first inter", roots: "root", chain: "inter | root",
			unused: `first: it is another issue of "Inter"; the path with the one that was taken is valid longer`,
		},
		{
			name: "a root with a new key, for those who have the old", build: rollover,
			pool: "new old-with-new new-with-old inter", roots: "old", chain: "inter new-with-old | old",
			unused: `new: it is "Root" signed by itself; the path with the one signed with another key of that name leads to a trusted root
old-with-new: it is "Root" signed with another key of that name; the path with the one signed by itself leads to a trusted root`,
		},
		{
			name: "a root with a new key, for those who have it", build: rollover,
			pool: "old old-with-new new-with-old inter", roots: "new", chain: "inter | new",
			unused: `old: it has the name of the issuer of "Inter", but its key did not sign that
old-with-new: it has the name of the issuer of "Inter", but its key did not sign that
new-with-old: it is "Root" signed with another key of that name; the path with the one signed by itself leads to a trusted root`,
		},
		{
			name: "CAs that certify each other, and no root",
			build: func(t testing.TB, h *hierarchy) {
				a, b := ca(t, nil, "A"), ca(t, nil, "B")
				h.add("a-by-b", ca(t, b, "A", keyOf(a)))
				h.add("b-by-a", ca(t, a, "B", keyOf(b)))
				h.add("leaf", leaf(t, a))
			},
			pool: "b-by-a a-by-b", chain: "a-by-b b-by-a |", fails: true,
		},
		{
			name: "one that may not issue it",
			build: func(t testing.TB, h *hierarchy) {
				root, other := h.add("root", ca(t, nil, "Root")), h.add("other-root", ca(t, nil, "Other"))
				inter := h.add("inter", ca(t, root, "Inter", until(2030)))
				h.add("limited", ca(t, other, "Inter", keyOf(inter), func(d *draft) { d.PermittedDNSDomains = []string{"example.org"} }))
				h.add("leaf", leaf(t, inter))
			},
			pool: "limited inter", roots: "root other-root", chain: "inter | root",
			unused: `limited: it is the cross-signature of "Inter" by "Other", on whose path "Inter" may not issue for "www.example.com": its name constraints do not permit it`,
		},
		{
			name: "self-signed",
			build: func(t testing.TB, h *hierarchy) {
				h.add("leaf", leaf(t, nil))
				h.add("root", ca(t, nil, "Root"))
			},
			pool: "leaf root", chain: "| leaf", unused: "root: it is a root to which this chain does not lead", fails: true,
		},
	}
}

func TestPick(t *testing.T) {
	for _, c := range pickCases() {
		t.Run(c.name, func(t *testing.T) {
			h := newHierarchy(t)
			c.build(t, h)
			p, chain, unused := h.pick(c.pool, c.roots, at)
			if chain != c.chain || unused != c.unused {
				t.Errorf("picked %s, unused\n%s\nwant %s, unused\n%s", chain, unused, c.chain, c.unused)
			}
			if want := c.roots != "" && !strings.HasSuffix(c.chain, "|"); p.Anchored != want {
				t.Errorf("anchored %v", p.Anchored)
			}
			names := strings.Fields(c.pool)
			for range 20 {
				rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
				if _, chain, _ := h.pick(strings.Join(names, " "), c.roots, at); chain != c.chain {
					t.Errorf("from %v it is %s", names, chain)
				}
			}
		})
	}
}

// openssl accepts what was picked, with nothing else at hand, exactly where it
// should be accepted.
func TestPickVerifies(t *testing.T) {
	testenv.Programs(t, "openssl")
	for _, c := range pickCases() {
		if c.roots == "" {
			continue
		}
		h := newHierarchy(t)
		c.build(t, h)
		p, _, _ := h.pick(c.pool, c.roots, at)
		dir := t.TempDir()
		write := func(file string, certs ...*convert.Certificate) {
			t.Helper()
			b := &convert.Bundle{}
			for _, o := range certs {
				b.Certs = append(b.Certs, *o)
			}
			var out []byte
			if len(certs) > 0 {
				out = must(t, func() ([]byte, error) { return convert.Encode(b, "pem", nil) })
			}
			if err := os.WriteFile(filepath.Join(dir, file), out, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write("leaf", p.Leaf)
		write("roots", h.list(c.roots)...)
		args := []string{"verify", "-attime", fmt.Sprint(at.Unix()), "-no-CApath", "-CAfile", "roots"}
		if len(p.Chain) > 0 {
			write("chain", p.Chain...)
			args = append(args, "-untrusted", "chain")
		}
		_, stderr, err := testenv.Run(dir, "openssl", append(args, "leaf")...)
		if (err != nil) != c.fails {
			t.Errorf("%s: openssl says %v %s", c.name, err, stderr)
		}
	}
}

func must(t testing.TB, f func() ([]byte, error)) []byte {
	t.Helper()
	out, err := f()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A pool of all that a machine has costs next to nothing.
func TestPickFromMany(t *testing.T) {
	h := newHierarchy(t)
	pickCases()[0].build(t, h)
	other := h.certs["stranger-inter"]
	pool := h.list("stranger")
	for i := range 10_000 {
		c := *other
		// Other names in the same encoding: what is looked at is found by name.
		c.Raw = fmt.Appendf(slices.Clone(c.Raw), "%d", i)
		c.Subject = renamed(other.Subject, i)
		c.Issuer = renamed(other.Subject, i/2)
		pool = append(pool, &c)
	}
	pool = append(pool, h.list("policy root inter")...)
	opts := &Options{Now: at, Roots: NewAnchors([]convert.Certificate{*h.certs["root"]})}
	start := time.Now()
	p := Pick(h.certs["leaf"], pool, opts)
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("it took %v", d)
	}
	if len(p.Chain) != 2 || !p.Anchored || len(p.Unused) != 10_002 {
		t.Errorf("%d in the chain, anchored %v, %d unused", len(p.Chain), p.Anchored, len(p.Unused))
	}
}

func renamed(name []byte, n int) []byte {
	out := slices.Clone(name)
	copy(out[len(out)-5:], fmt.Sprintf("%05d", n))
	return out
}

// A pool made to keep the search busy does not.
func TestPickFromHostile(t *testing.T) {
	same := ca(t, nil, "Same")
	var raws []*issued
	for range 400 {
		raws = append(raws, ca(t, same, "Same", keyOf(same)))
	}
	b := decode(t, pemOf(raws...))
	var pool []*convert.Certificate
	for i := range b.Certs {
		for range 25 {
			pool = append(pool, &b.Certs[i])
		}
	}
	l := decode(t, pemOf(leaf(t, same)))
	start := time.Now()
	Pick(&l.Certs[0], pool, &Options{Now: at})
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
}

// Of a renewal's old and new, of certificates of several servers, of a stopgap.
func TestPickLeaf(t *testing.T) {
	root := ca(t, nil, "Root")
	www := leaf(t, root, dns("www.example.com"), from(2025))
	certs := map[string]*issued{
		"www":      www,
		"old":      leaf(t, root, dns("www.example.com"), from(2024)),
		"expired":  leaf(t, root, dns("www.example.com"), from(2025), until(2026), keyOf(www)),
		"future":   leaf(t, root, dns("www.example.com"), from(2030)),
		"mail":     leaf(t, root, dns("mail.example.com"), from(2026)),
		"wildcard": leaf(t, root, dns("*.example.com"), from(2023)),
		"stopgap":  leaf(t, nil, dns("www.example.com"), from(2026), keyOf(www)),
		"root":     root,
	}
	for _, c := range []struct{ keys, certs, hosts, want, equals string }{
		{"", "old www root", "", "www", ""},
		{"old", "www old root", "", "old", ""}, // the key of the new one is elsewhere
		{"old www", "old www", "", "www", ""},
		{"www", "stopgap www expired", "", "www", ""},
		{"www", "expired stopgap", "", "stopgap", ""},
		{"www", "expired", "", "expired", ""},
		{"www future", "future www", "", "www", ""},
		{"www mail", "mail www", "", "mail", "www"},
		{"www mail", "mail www", "www.example.com", "www", ""},
		{"www mail wildcard", "wildcard www mail", "www.example.com", "www", ""},
		{"www mail wildcard", "wildcard www mail", "www.example.com mail.example.com", "wildcard", ""},
		{"www", "mail www", "mail.example.com", "www", ""}, // what has no key serves nobody; the checks say what is wrong
		{"", "mail www", "", "mail", "www"},
		{"", "root", "", "", ""},
		{"root", "root", "", "root", ""},
		{"mail", "www old", "", "www", ""},
	} {
		var keys []*convert.PrivateKey
		for name := range strings.FieldsSeq(c.keys) {
			keys = append(keys, &decode(t, pemKey(t, certs[name])).Keys[0])
		}
		h := newHierarchy(t)
		for name, i := range certs {
			h.add(name, i)
		}
		p := PickLeaf(keys, h.list(c.certs), &Options{Now: at, Hosts: strings.Fields(c.hosts)})
		got, equals := "", ""
		if p.Leaf != nil {
			got = h.names[string(p.Leaf.Raw)]
		}
		for _, e := range p.Equals {
			equals += h.names[string(e.Raw)]
		}
		if got != c.want || equals != c.equals {
			t.Errorf("keys %q, certificates %q, hosts %q: picked %q, as good is %q", c.keys, c.certs, c.hosts, got, equals)
		}
		if p.Key != nil && !p.Key.PublicID().Is(p.Leaf.PublicID()) || p.Key == nil && slices.Contains(strings.Fields(c.keys), got) {
			t.Errorf("keys %q, certificates %q: the key is another one", c.keys, c.certs)
		}
	}
}

// What was not taken is named, with the reason.
func TestPickLeafSaysWhy(t *testing.T) {
	root := ca(t, nil, "Root")
	h := newHierarchy(t)
	www := h.add("www", leaf(t, root, from(2025)))
	h.add("again", www)
	h.add("old", leaf(t, root, from(2024), until(2025)))
	h.add("mail", leaf(t, root, dns("mail.example.com")))
	h.add("other", leaf(t, root, from(2026)))
	h.add("root", root)
	var keys []*convert.PrivateKey
	for _, k := range []*issued{www, {key: h.keys["old"]}, {key: h.keys["mail"]}} {
		keys = append(keys, &decode(t, pemKey(t, k)).Keys[0])
	}
	why := func(hosts ...string) string {
		var lines []string
		for _, u := range PickLeaf(keys, h.list("root other mail old again www"), &Options{Now: at, Hosts: hosts}).Unused {
			lines = append(lines, fmt.Sprintf("%s: %s, %s", h.names[string(u.Cert.Raw)], u.Reason, u.Why))
		}
		return strings.Join(lines, "\n")
	}
	const (
		other = "other: other-key, no key that is there belongs to it\n"
		old   = "\nold: other-renewal, it is an older certificate of this server, valid from 2024-01-01 to 2025-01-01"
	)
	if got, want := why(), other+"mail: other-server, it is of another server"+old; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := why("www.example.com"), other+"mail: other-server, it does not cover www.example.com"+old; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What is not given is not asked for.
func TestPickWithoutOptions(t *testing.T) {
	root := ca(t, nil, "Root")
	b := decode(t, pemOf(leaf(t, root), root))
	if p := Pick(&b.Certs[0], nil, nil); p.Root != nil || len(p.Chain) > 0 {
		t.Errorf("%+v", p)
	}
	if p := PickLeaf(nil, nil, nil); p.Leaf != nil {
		t.Errorf("%+v", p)
	}
}

// A file that is there many times, as folders of CAs have it, is one: the search
// does not end in its copies.
func TestPickFromCopies(t *testing.T) {
	root, lost := ca(t, nil, "Root"), ca(t, nil, "Lost")
	inter := ca(t, root, "Intermediate")
	cross := ca(t, lost, "Intermediate", keyOf(inter))
	site := leaf(t, inter)
	certs := decode(t, pemOf(site, cross, inter, root)).Certs
	var pool []*convert.Certificate
	for range 5000 {
		pool = append(pool, &certs[1])
	}
	pool = append(pool, &certs[2], &certs[3])
	p := Pick(&certs[0], pool, &Options{Now: at, Roots: anchorsOf(t, root)})
	if len(p.Chain) != 1 || p.Chain[0] != &certs[2] || !p.Anchored {
		t.Errorf("%d certificates, anchored: %t", len(p.Chain), p.Anchored)
	}
}
