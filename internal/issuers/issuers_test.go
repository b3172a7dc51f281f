package issuers

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/validate"
)

// ca is a certificate with its key.
type ca struct {
	raw []byte
	c   *x509.Certificate
	key *ecdsa.PrivateKey
}

// made makes a certificate; by nil signs itself. addresses are where its issuer is.
func made(t *testing.T, name string, by *ca, addresses ...string) *ca {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return certified(t, name, key, by, addresses...)
}

func certified(t *testing.T, name string, key *ecdsa.PrivateKey, by *ca, addresses ...string) *ca {
	t.Helper()
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<60))
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, IssuingCertificateURL: addresses,
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.c, by.key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return &ca{raw, c, key}
}

func (c *ca) read(t *testing.T) *convert.Certificate {
	t.Helper()
	b, err := convert.Decode(c.raw, &convert.DecodeOptions{From: "der"})
	if err != nil {
		t.Fatal(err)
	}
	return &b.Certs[0]
}

// p7c is a certs-only message.
func p7c(t *testing.T, list ...*ca) []byte {
	t.Helper()
	b := &convert.Bundle{}
	for _, c := range list {
		b.Certs = append(b.Certs, *c.read(t))
	}
	data, err := convert.Encode(b, "p7b", nil)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

const site = "http://ca.example.com"

// fetched asks a server on this machine for all names.
func fetched(t *testing.T, leaf, root *ca, pages map[string][]byte) (list []string, asked int) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		body, ok := pages[r.URL.Path]
		switch to, moved := strings.CutPrefix(string(body), "to "); {
		case !ok:
			http.NotFound(w, r)
		case moved:
			http.Redirect(w, r, to, http.StatusFound)
		default:
			_, _ = w.Write(body)
		}
	}))
	defer server.Close()
	get := &probe.Getter{Timeout: 5 * time.Second, Dial: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
	}}
	f := &Fetcher{Get: get}
	opts := &validate.Options{Now: time.Now()}
	if root != nil {
		opts.Roots = validate.NewAnchors([]convert.Certificate{*root.read(t)})
	}
	for _, i := range f.Missing(context.Background(), leaf.read(t), nil, opts) {
		if i.Cert != nil {
			list = append(list, i.From+" "+i.Cert.CommonNames()[0])
		} else {
			list = append(list, i.From+" "+i.Err.Error())
		}
	}
	return list, asked
}

func TestMissing(t *testing.T) {
	root := made(t, "root", nil)
	inter := made(t, "inter", root, site+"/root.cer")
	leaf := made(t, "leaf", inter, site+"/inter.cer")
	stranger := made(t, "inter", root)
	other := made(t, "other", root)
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: inter.raw})
	two := made(t, "two", inter, "ldap://ca.example.com/cn=x", "https://ca.example.com/inter.cer", site+"/none.cer", site+"/inter.cer")
	lost := made(t, "lost", inter, "ldap://ca.example.com/cn=x", "https://ca.example.com/inter.cer")
	for _, c := range []struct {
		name  string
		leaf  *ca
		root  *ca
		pages map[string][]byte
		want  []string
	}{
		{"DER", leaf, root, map[string][]byte{"/inter.cer": inter.raw}, []string{site + "/inter.cer inter"}},
		{"PEM", leaf, root, map[string][]byte{"/inter.cer": text}, []string{site + "/inter.cer inter"}},
		{"certs-only", leaf, root, map[string][]byte{"/inter.cer": p7c(t, other, stranger, inter)}, []string{site + "/inter.cer inter"}},
		{"up to a root that nobody trusts", leaf, other, map[string][]byte{"/inter.cer": inter.raw, "/root.cer": root.raw}, []string{site + "/inter.cer inter", site + "/root.cer root"}},
		{"half of the way", leaf, other, map[string][]byte{"/inter.cer": inter.raw}, []string{site + "/inter.cer inter", site + "/root.cer it answers 404 Not Found"}},
		{"another key", leaf, root, map[string][]byte{"/inter.cer": stranger.raw}, []string{site + "/inter.cer what is there has the name of the issuer, but another key"}},
		{"another name", leaf, root, map[string][]byte{"/inter.cer": other.raw}, []string{site + "/inter.cer what is there is a certificate of somebody else"}},
		{"a page", leaf, root, map[string][]byte{"/inter.cer": []byte("<html>not found</html>")}, []string{site + "/inter.cer what is there is no certificate"}},
		{"too large", leaf, root, map[string][]byte{"/inter.cer": make([]byte, maxSize+1)}, []string{site + "/inter.cer it is too large: more than 1048576 bytes"}},
		{"moved", leaf, root, map[string][]byte{"/inter.cer": []byte("to /new.cer"), "/new.cer": inter.raw}, []string{site + "/inter.cer inter"}},
		{"moved for ever", leaf, root, map[string][]byte{"/inter.cer": []byte("to /inter.cer")}, []string{site + "/inter.cer more than 3 redirects"}},
		{"moved to this machine", leaf, root, map[string][]byte{"/inter.cer": []byte("to http://127.0.0.1/")}, []string{site + "/inter.cer it leads to an address of this machine or its neighbours"}},
		{"moved to a file", leaf, root, map[string][]byte{"/inter.cer": []byte("to file:///etc/passwd")}, []string{site + `/inter.cer a redirect to "file"`}},
		{"the second address", two, root, map[string][]byte{"/inter.cer": inter.raw}, []string{site + "/none.cer it answers 404 Not Found", site + "/inter.cer inter"}},
		{"no address of http", lost, root, nil, []string{" it names no address of http for it"}},
		{"nothing is missing", other, root, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, _ := fetched(t, c.leaf, c.root, c.pages); strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// Certificates that lead to one another, or ever further, come to an end.
func TestMissingEnds(t *testing.T) {
	pages := map[string][]byte{}
	a, b := made(t, "a", nil), made(t, "b", nil)
	ab, ba := certified(t, "a", a.key, b, site+"/b"), certified(t, "b", b.key, a, site+"/a")
	pages["/a"], pages["/b"] = ab.raw, ba.raw
	if list, asked := fetched(t, made(t, "leaf", a, site+"/a"), made(t, "root", nil), pages); asked > 2*maxSteps {
		t.Errorf("%d were asked: %q", asked, list)
	}
	top := made(t, "top", nil, site+"/0")
	for i := range 30 {
		pages["/"+strconv.Itoa(i)] = top.raw
		top = made(t, "ca"+strconv.Itoa(i), top, site+"/"+strconv.Itoa(i))
	}
	if list, asked := fetched(t, top, made(t, "root", nil), pages); asked != maxSteps || len(list) != maxSteps {
		t.Errorf("%d were asked: %q", asked, list)
	}
}

// An address of this machine is not asked, by whatever name.
func TestMissingPrivate(t *testing.T) {
	root := made(t, "root", nil)
	inter := made(t, "inter", root)
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = w.Write(inter.raw)
	}))
	defer server.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"} {
		leaf := made(t, "leaf", inter, "http://"+host+":"+port+"/inter.cer")
		f := &Fetcher{Get: &probe.Getter{Timeout: 5 * time.Second}}
		list := f.Missing(context.Background(), leaf.read(t), nil, &validate.Options{Now: time.Now()})
		if len(list) != 1 || list[0].Cert != nil || asked > 0 {
			t.Errorf("%s: %v", host, list)
		}
		f = &Fetcher{Get: &probe.Getter{Timeout: 5 * time.Second, Private: true}}
		if list = f.Missing(context.Background(), leaf.read(t), nil, &validate.Options{Now: time.Now()}); host == "127.0.0.1" && (len(list) == 0 || list[0].Cert == nil) {
			t.Errorf("%s: %v", host, list)
		}
		asked = 0
	}
}
