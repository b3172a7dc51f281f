package validate

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
)

// A run takes little more than the signatures that it has to verify.
func BenchmarkRun(b *testing.B) {
	root := ca(b, nil, "Root")
	inter := ca(b, root, "Intermediate")
	site := leaf(b, inter)
	bundle := decode(b, pemKey(b, site), pemOf(site, inter))
	opts := &Options{Roots: manyAnchors(b, root), Now: at, Hosts: []string{"www.example.com"}, Target: "nginx"}
	b.Run("pair", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if r := Run(bundle, opts); r.Count(Error) > 0 {
				b.Fatal(messages(r))
			}
		}
	})
	b.Run("signatures", func(b *testing.B) {
		i, s := bundle.Certs[1], bundle.Certs[0]
		for b.Loop() {
			_ = convert.VerifySigned(s.Raw, i.SPKI)
			_ = convert.VerifySigned(i.Raw, opts.Roots.Named(i.Issuer)[0].SPKI)
		}
	})
}

func manyAnchors(t testing.TB, root *issued) *Anchors {
	list := []*issued{root}
	for i := range 100 {
		list = append(list, ca(t, nil, "Root "+string(rune('A'+i))))
	}
	a := anchorsOf(t, list...)
	a.Private = false
	return a
}

// Of a root that the system will fetch nobody can say that it is missing, nor that
// it is trusted.
func TestAnchorsThatAreFetched(t *testing.T) {
	root := ca(t, nil, "Root")
	inter := ca(t, root, "Intermediate")
	site := leaf(t, inter)
	none := func([]byte) []convert.Certificate { return nil }
	all := func() []convert.Certificate { return decode(t, pemOf(ca(t, nil, "Other"))).Certs }
	for _, known := range []bool{true, false} {
		fetches := func(subject []byte) bool { return known && bytes.Equal(subject, root.cert(t).RawSubject) }
		r := Run(decode(t, pemKey(t, site), pemOf(site, inter)), &Options{Now: at, Roots: NewAnchorStore(none, all, fetches)})
		told := slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == "chain-incomplete" })
		skipped := slices.ContainsFunc(r.Skipped, func(s Skip) bool {
			return s.Code == "chain-untrusted-root" && strings.Contains(s.Why.String(), "will fetch it")
		})
		accepted := slices.ContainsFunc(r.Clients, func(c ClientVerdict) bool { return c.Verdict == "accepts" })
		if told == known || skipped != known || accepted {
			t.Errorf("on the list: %v; told: %v, skipped: %v, accepted: %v", known, told, skipped, accepted)
		}
	}
}

// One set of anchors serves runs at the same time, read whole or as needed.
func TestRunsTogether(t *testing.T) {
	root := ca(t, nil, "Root")
	inter := ca(t, root, "Intermediate")
	site := leaf(t, inter)
	bundle := decode(t, pemKey(t, site), pemOf(site, inter))
	whole := manyAnchors(t, root)
	find := func(subject []byte) []convert.Certificate {
		var list []convert.Certificate
		for _, c := range whole.Named(subject) {
			list = append(list, *c)
		}
		return list
	}
	store := NewAnchorStore(find, func() []convert.Certificate { return nil }, nil)
	var all sync.WaitGroup
	for _, anchors := range []*Anchors{whole, store} {
		for range 8 {
			all.Go(func() {
				for range 5 {
					if r := Run(bundle, &Options{Roots: anchors, Now: at}); r.Count(Error) > 0 {
						t.Error(messages(r))
					}
				}
			})
		}
	}
	all.Wait()
}

// A file made to keep the search for paths busy does not.
func TestHostileChain(t *testing.T) {
	root := ca(t, nil, "Root")
	top := ca(t, nil, "Same")
	served := []*issued{leaf(t, top)}
	for range 400 {
		// By its name each could be the issuer of each.
		served = append(served, ca(t, top, "Same"))
	}
	in := newInput(decode(t, pemOf(served...)), &Options{Roots: anchorsOf(t, root), Now: at})
	start := time.Now()
	run(table.Get(), in)
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("it took %v", d)
	}
	if n := in.builder.signatures; n > 2*maxSignatures {
		t.Errorf("%d signatures verified", n)
	}
	if in.builder.tried > 2*maxPaths {
		t.Errorf("%d paths tried", in.builder.tried)
	}
}

// A collection of many certificates takes time in proportion to their number.
func TestManyCertificates(t *testing.T) {
	root := ca(t, nil, "Root")
	old := ca(t, root, "Old", until(2021))
	b := decode(t, pemOf(leaf(t, root), old))
	one := b.Certs[1]
	for range 20000 {
		b.Certs = append(b.Certs, one)
	}
	start := time.Now()
	r := Run(b, &Options{Roots: anchorsOf(t, root), Now: at})
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("it took %v", d)
	}
	if n := len(found(r, "chain-duplicate")); n != 20000 {
		t.Errorf("%d told as being there twice", n)
	}
}

// So does a file of blocks that cannot be read.
func TestManyBrokenBlocks(t *testing.T) {
	const n = 100000
	text := strings.Repeat("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", n)
	b, err := convert.Decode([]byte(text), nil)
	if err == nil || len(b.Failures) != n {
		t.Fatalf("%d failures: %v", len(b.Failures), err)
	}
	start := time.Now()
	Run(b, &Options{Now: at})
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("it took %v", d)
	}
}
