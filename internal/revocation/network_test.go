package revocation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/validate"
)

// host serves what pages has by path, and counts what it was asked for.
func host(t *testing.T, pages map[string][]byte) (url string, asked map[string]int) {
	t.Helper()
	asked = map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked[r.URL.Path]++
		if page, ok := pages[r.URL.Path]; ok {
			_, _ = w.Write(page)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

// online is an Asker of what a host has, that knows certs and trusts root.
func online(t *testing.T, root *made, certs ...*made) *Asker {
	t.Helper()
	a := &Asker{
		Now: at, Roots: validate.NewAnchors([]convert.Certificate{decoded(t, root)}), Online: true, Single: true, Budget: 1 << 20,
		Get:    &probe.Getter{Timeout: 5 * time.Second, Private: true},
		Detail: t.Logf, Warn: t.Errorf, Guard: func(func()) func() { return func() {} },
	}
	for _, c := range certs {
		a.Issuers = append(a.Issuers, decoded(t, c))
	}
	return a
}

func decoded(t *testing.T, m *made) convert.Certificate {
	t.Helper()
	b, err := convert.Decode(m.Raw, &convert.DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return b.Certs[0]
}

// Lists for some reasons are fetched until all reasons are told of, those of other signers
// too, and each is kept.
func TestFetchedParts(t *testing.T) {
	root := issue(t, nil, "Root", all(isCA))
	ca, signer := issue(t, root, "CA", all(isCA)), issue(t, root, "Lists", all(signsLists))
	pages := map[string][]byte{}
	url, asked := host(t, pages)
	one, two, three := uri(url+"/one"), uri(url+"/two"), uri(url+"/three")
	leaf := issue(t, ca, "leaf", points(point(one, compromise), point(two, others, dirName(signer.RawSubject)), point(three, nil)))
	c := decoded(t, leaf)
	pages["/one"] = list{by: ca, point: here(one)}.sign(t)

	a := online(t, root, ca, signer)
	a.Cache = t.TempDir()
	if said := a.Ask(context.Background(), &c); said.Verdict != "unknown" || len(said.Sources) != 3 {
		t.Errorf("half of it: %+v", said)
	}
	pages["/two"] = list{by: signer, point: slices.Concat(here(two), indirect)}.sign(t)
	a = online(t, root, ca, signer)
	a.Cache = t.TempDir()
	if said := a.Ask(context.Background(), &c); said.Verdict != "good" || len(said.Sources) != 2 || said.Sources[0].Verdict != "good" || asked["/three"] != 1 {
		t.Errorf("all of it, asked %v: %+v", asked, said)
	}
	if kept, _ := filepath.Glob(filepath.Join(a.Cache, "*.crl")); len(kept) != 2 {
		t.Errorf("%d lists are kept", len(kept))
	}
}

// Lists in memory have a bound in sum. With a cache they are read again from there, and
// without one the next list says that there is no room for it.
func TestBudget(t *testing.T) {
	root := issue(t, nil, "Root", all(isCA))
	pages := map[string][]byte{}
	url, asked := host(t, pages)
	var leaves []convert.Certificate
	for _, path := range []string{"/1", "/2", "/3", "/4"} {
		leaf := issue(t, root, "leaf", points(point(uri(url+path), nil)))
		leaves = append(leaves, decoded(t, leaf))
		pages[path] = list{by: root, point: here(uri(url + path))}.sign(t)
	}
	size := int64(len(pages["/1"]))
	for _, c := range []struct {
		budget int64
		cache  bool
		good   int // of the leaves
		asked  int // for the first list, in two rounds
	}{{100 * size, false, 4, 1}, {size * 5 / 2, false, 2, 1}, {size * 5 / 2, true, 4, 1}, {size, true, 0, 1}, {5 * size, true, 4, 1}} {
		clear(asked)
		a := online(t, root)
		if a.Budget = c.budget; c.cache {
			a.Cache = t.TempDir()
		}
		for range 2 {
			good := 0
			for i := range leaves {
				said := a.Ask(context.Background(), &leaves[i])
				if said.Verdict == "good" {
					good++
				} else if err := said.Sources[0].Err; !errors.Is(err, ErrBudget) && !errors.Is(err, probe.ErrTooLarge) {
					t.Errorf("%+v: %v", c, err)
				}
				if taken := a.makeRoom(0); taken > c.budget {
					t.Errorf("%+v: %d bytes in memory", c, taken)
				}
			}
			if good != c.good {
				t.Errorf("%+v: %d are good", c, good)
			}
		}
		if asked["/1"] != c.asked {
			t.Errorf("%+v: asked %d times", c, asked["/1"])
		}
	}
}

// What a certificate names and nobody is asked for is told by name, unless somebody else
// knew.
func TestUnasked(t *testing.T) {
	root := issue(t, nil, "Root", all(isCA))
	pages := map[string][]byte{}
	url, asked := host(t, pages)
	var names [][]byte
	for i := range 12 {
		names = append(names, uri(fmt.Sprintf("%s/%d", url, i)))
	}
	leaf := issue(t, root, "leaf", points(point(bytes.Join(append(names, uri("ldap://x/y")), nil), nil)))
	c := decoded(t, leaf)
	said := online(t, root).Ask(context.Background(), &c)
	var left []string
	for _, s := range said.Sources {
		if s.Verdict == "not-checked" {
			left = append(left, strings.TrimPrefix(s.From, url)+" "+s.Note)
		}
	}
	const first = " of a certificate the first 8 addresses are asked"
	want := []string{"/8" + first, "/9" + first, "/10" + first, "/11" + first, "ldap://x/y addresses of http and https are asked, and no others"}
	if !slices.Equal(left, want) || said.Verdict != "unknown" || len(asked) != 8 {
		t.Errorf("%s, asked %v, left %q", said.Verdict, asked, left)
	}
	a := online(t, root)
	a.Online = false
	if said := a.Ask(context.Background(), &c); said.Verdict != "not-checked" || len(said.Fetch) != 8 || len(said.Sources) != 5 {
		t.Errorf("without a network: %+v", said)
	}
	pages["/2"] = list{by: root}.sign(t)
	if said := online(t, root).Ask(context.Background(), &c); said.Verdict != "good" || len(said.Sources) != 3 {
		t.Errorf("one of them knows: %+v", said)
	}
	if list := unasked("crl", slices.Repeat([]string{"x"}, 1000)); len(list) != maxNamed+1 || list[maxNamed].From != "900 more addresses" {
		t.Errorf("%d are named", len(list))
	}
}
