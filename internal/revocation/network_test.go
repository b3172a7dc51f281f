package revocation

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
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
		Now: at, Roots: validate.NewAnchors([]convert.Certificate{decoded(t, root)}), Online: true, Single: true,
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
