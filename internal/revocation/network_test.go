package revocation

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	x509ocsp "golang.org/x/crypto/ocsp"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/ocsp"
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
		Get:  &probe.Getter{Timeout: 5 * time.Second, Private: true},
		Warn: t.Errorf, Guard: func(func()) func() { return func() {} },
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

// A responder that does not take a nonce is asked once more without one.
func TestNonceRefused(t *testing.T) {
	root := issue(t, nil, "Root", all(isCA))
	for _, c := range []struct {
		name          string
		with, without string // what a request gets: a status, or an answer of that age in days
		want          string
		asked         int
		note          string
	}{
		{"takes it", "echo", "0", "good", 1, ""},
		{"leaves it out", "0", "0", "good", 1, "without the nonce of the request"},
		{"malformedRequest", "status 1", "0", "good", 2, "with one, the responder gives no answer: malformedRequest (1)"},
		{"unauthorized", "status 6", "0", "good", 2, "unauthorized (6)"},
		{"unauthorized in any case", "status 6", "status 6", "unknown", 2, ""},
		{"internalError", "status 2", "0", "unknown", 1, ""},
		{"400", "http 400", "0", "good", 2, "with one, it answers 400 Bad Request"},
		{"an old answer", "30", "0", "good", 2, "out of date"},
		{"old answers", "30", "30", "unknown", 2, ""},
		{"another nonce", "other", "0", "unknown", 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked := 0
			var leaf *made
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked++
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				what, nonce := c.without, []byte(nil) // in its OCTET STRING
				if i := bytes.Index(body, []byte("\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x02")); i >= 0 {
					what, nonce = c.with, body[len(body)-ocsp.NonceSize-2:]
				}
				v := x509ocsp.Response{Status: x509ocsp.Good, SerialNumber: leaf.SerialNumber, ThisUpdate: at, NextUpdate: at.AddDate(0, 0, 1)}
				var n int
				if what == "other" {
					nonce[5]++
				}
				if _, err := fmt.Sscanf(what, "status %d", &n); err == nil {
					_, _ = w.Write([]byte{0x30, 3, 10, 1, byte(n)})
					return
				}
				if _, err := fmt.Sscanf(what, "http %d", &n); err == nil {
					w.WriteHeader(n)
					return
				}
				if _, err := fmt.Sscanf(what, "%d", &n); err == nil {
					v.ThisUpdate, v.NextUpdate = at.AddDate(0, 0, -n), at.AddDate(0, 0, 1-n)
					nonce = nil
				}
				raw, err := x509ocsp.CreateResponse(root.Certificate, root.Certificate, v, root.key)
				if err != nil {
					t.Error(err)
				}
				_, _ = w.Write(withNonce(t, raw, nonce, root))
			}))
			defer server.Close()
			leaf = issue(t, root, "leaf", func(l *x509.Certificate) { l.OCSPServer = []string{server.URL} })
			cert := decoded(t, leaf)
			said := online(t, root).Ask(context.Background(), &cert)
			if said.Verdict != c.want || asked != c.asked || !strings.Contains(said.Sources[0].Note, c.note) || c.note == "" && said.Sources[0].Note != "" {
				t.Errorf("asked %d times: %+v", asked, said)
			}
		})
	}
}

// withNonce is an answer with a nonce in it, which the library does not write.
func withNonce(t *testing.T, raw, nonce []byte, by *made) []byte {
	t.Helper()
	if nonce == nil {
		return raw
	}
	var outer struct {
		Status asn1.Enumerated
		Bytes  struct {
			Type asn1.ObjectIdentifier
			Body []byte
		} `asn1:"explicit,tag:0"`
	}
	var basic struct{ Data, Algorithm, Signature asn1.RawValue }
	if _, err := asn1.Unmarshal(raw, &outer); err != nil {
		t.Fatal(err)
	}
	if _, err := asn1.Unmarshal(outer.Bytes.Body, &basic); err != nil {
		t.Fatal(err)
	}
	id := []byte("\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x02")
	data := tlv(0x30, basic.Data.Bytes, tlv(0xa1, tlv(0x30, tlv(0x30, id, tlv(4, nonce)))))
	sum := sha256.Sum256(data)
	signature, err := ecdsa.SignASN1(rand.Reader, by.key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	outer.Bytes.Body = tlv(0x30, data, basic.Algorithm.FullBytes, tlv(3, []byte{0}, signature))
	raw, err = asn1.Marshal(outer)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Whoever signs the lists is asked about too, as the CAs above are, and no namesake.
func TestAboveSigners(t *testing.T) {
	root := issue(t, nil, "Root", all(isCA))
	ca, above := issue(t, root, "CA", all(isCA)), issue(t, root, "Above", all(isCA))
	signer, namesake := issue(t, above, "Lists", all(signsLists)), issue(t, issue(t, nil, "Above", all(isCA)), "Lists", all(signsLists))
	leaf := issue(t, ca, "leaf", points(point(uri("http://l"), nil, dirName(signer.RawSubject))))
	a := online(t, root, ca, above, namesake, signer)
	var got []string
	for _, c := range a.Above([]convert.Certificate{decoded(t, leaf)}) {
		got = append(got, convert.NameString(c.Subject))
		if bytes.Equal(c.Raw, namesake.Raw) {
			t.Error("the namesake is asked about")
		}
	}
	if want := []string{"CN=CA,O=test", "CN=Lists,O=test", "CN=Above,O=test"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
