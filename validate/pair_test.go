package validate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
)

func csrOf(t *testing.T, i *issued, names ...string) []byte {
	t.Helper()
	raw, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: names[0]}, DNSNames: names}, i.key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: raw})
}

// What does not fit is told with what it does fit, and by one error alone.
func TestPairs(t *testing.T) {
	root := ca(t, nil, "Root")
	inter := ca(t, root, "Intermediate")
	site := leaf(t, inter)
	renewed := leaf(t, inter)
	sameKey := leaf(t, inter, keyOf(site))
	another := leaf(t, inter, dns("other.example.com"))
	request := csrOf(t, site, "www.example.com")
	opts := Options{Roots: anchorsOf(t, root), Now: at}
	chain := pemOf(site, inter)

	for _, c := range []struct {
		name  string
		texts [][]byte
		code  string   // of the only error, "" for none
		says  []string // of its message
	}{
		{"key, certificate, chain", [][]byte{pemKey(t, site), chain}, "", nil},
		{"all in one file", [][]byte{append(pemKey(t, site), chain...)}, "", nil},
		{"with the request", [][]byte{pemKey(t, site), chain, request}, "", nil},
		{"renewed with the same key, both there", [][]byte{pemKey(t, site), pemOf(sameKey, site, inter)}, "", nil},
		{"another key", [][]byte{pemKey(t, another), chain}, "key-mismatch", []string{"does not fit", "EC P-256"}},
		{"root first", [][]byte{pemKey(t, site), pemOf(root, inter, site)}, "key-mismatch", []string{"the key fits certificate 3 of 3", "root-first"}},
		{"intermediate first", [][]byte{pemKey(t, site), pemOf(inter, site)}, "key-mismatch", []string{"the key fits certificate 2 of 2", "out of order"}},
		{"the old certificate before the new one", [][]byte{pemKey(t, renewed), pemOf(site, renewed, inter)}, "key-mismatch", []string{"the key fits certificate 2 of 3"}},
		{"the key fits the request", [][]byte{pemKey(t, renewed), chain, csrOf(t, renewed, "www.example.com")}, "key-mismatch", []string{"it fits the request in file3"}},
		{"the intermediate's key", [][]byte{pemKey(t, inter), chain}, "key-mismatch", []string{"fits certificate 2 of 2"}},
		{"two keys, the second fits", [][]byte{append(pemKey(t, another), pemKey(t, site)...), chain}, "key-mismatch", []string{"the key in file1:6", "takes the first one"}},
		{"the request is another one", [][]byte{pemKey(t, site), chain, csrOf(t, renewed, "www.example.com")}, "request-mismatch", []string{"www.example.com"}},
		{"request and key", [][]byte{pemKey(t, site), csrOf(t, renewed, "www.example.com")}, "request-mismatch", []string{"a certificate for it will not fit"}},
		{"request and its key", [][]byte{pemKey(t, site), request}, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Run(decode(t, c.texts...), &opts)
			var errors []Finding
			for _, f := range r.Findings {
				if f.Severity == Error && f.Code != "cert-usage" { // a CA's certificate is for no server, whatever its key
					errors = append(errors, f)
				}
			}
			switch {
			case c.code == "" && len(errors) > 0, c.code != "" && (len(errors) != 1 || errors[0].Code != c.code):
				t.Fatalf("want %q:%s", c.code, messages(r))
			}
			for _, s := range c.says {
				if !strings.Contains(errors[0].Message.String(), s) {
					t.Errorf("%q does not say %q", errors[0].Message.String(), s)
				}
			}
		})
	}
}

// The key of the certificate given by its role decides, wherever else another
// certificate lies.
func TestRenewalElsewhere(t *testing.T) {
	root := ca(t, nil, "Root")
	old, renewed := leaf(t, root), leaf(t, root)
	b := decode(t, pemKey(t, renewed), pemOf(old), pemOf(renewed))
	r := Run(b, &Options{Now: at, Files: []File{{Name: "file1", Role: RoleKey}, {Name: "file2", Role: RoleCert}}})
	f := found(r, "key-mismatch")
	if len(f) != 1 || !strings.Contains(f[0].Message.String(), "it fits \"www.example.com\" in file3:1 (CERTIFICATE), which has the same names") {
		t.Errorf("%s", messages(r))
	}
}

// Names that the CA left out or added are told, with their own weight.
func TestNamesOfRequest(t *testing.T) {
	root := ca(t, nil, "Root")
	site := leaf(t, root, dns("example.com", "www.example.com"))
	opts := &Options{Roots: anchorsOf(t, root), Now: at}
	for _, c := range []struct {
		asked    []string
		severity Severity
		says     string
	}{
		{[]string{"www.example.com", "EXAMPLE.com"}, "", ""},
		{[]string{"www.example.com"}, Info, `has "example.com"`},
		{[]string{"www.example.com", "example.com", "shop.example.com"}, Warning, `lacks "shop.example.com"`},
	} {
		r := Run(decode(t, pemOf(site), csrOf(t, site, c.asked...)), opts)
		f := found(r, "name-not-in-request")
		switch {
		case c.says == "":
			if len(f) > 0 {
				t.Errorf("%v: %s", c.asked, messages(r))
			}
		case len(f) != 1 || f[0].Severity != c.severity || !strings.Contains(f[0].Message.String(), c.says):
			t.Errorf("%v: %s", c.asked, messages(r))
		}
	}
}

// Hosts are compared as clients do it.
func TestHosts(t *testing.T) {
	root := ca(t, nil, "Root")
	for _, c := range []struct {
		names, host string
		ok          bool
	}{
		{"www.example.com", "www.example.com", true},
		{"www.example.com", "WWW.Example.COM.", true},
		{"www.example.com", "example.com", false},
		{"example.com", "www.example.com", false},
		{"*.example.com", "www.example.com", true},
		{"*.example.com", "example.com", false},
		{"*.example.com", "a.b.example.com", false},
		{"*.example.com", ".example.com", false},
		{"w*.example.com", "www.example.com", false},
		{"*", "localhost", false},
		{"xn--mnchen-3ya.example", "münchen.example", true},
		{"xn--mnchen-3ya.example", "MÜNCHEN.example", true},
		{"192.0.2.1", "192.0.2.1", false}, // an address as dNSName
		{"my_host.example.com", "my_host.example.com", true},
		{"", "www.example.com", false},
	} {
		var names []string
		if c.names != "" {
			names = []string{c.names}
		}
		b := decode(t, pemOf(leaf(t, root, dns(names...))))
		r := Run(b, &Options{Roots: anchorsOf(t, root), Now: at, Hosts: []string{c.host}})
		if got := len(found(r, "name-mismatch")) == 0; got != c.ok {
			t.Errorf("%q covers %q: %v", c.names, c.host, got)
		}
	}
	withIP := leaf(t, root, func(d *draft) { d.IPAddresses = append(d.IPAddresses, []byte{192, 0, 2, 1}) })
	for host, ok := range map[string]bool{"192.0.2.1": true, "::ffff:192.0.2.1": true, "192.0.2.2": false, "[2001:db8::1]": false} {
		r := Run(decode(t, pemOf(withIP)), &Options{Roots: anchorsOf(t, root), Now: at, Hosts: []string{host}})
		if got := len(found(r, "name-mismatch")) == 0; got != ok {
			t.Errorf("address %s: %v", host, got)
		}
	}
}

// A key on a curve below what servers take, and its place.
func TestWeakKeys(t *testing.T) {
	root := ca(t, nil, "Root")
	small, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	site := leaf(t, root, func(d *draft) { d.key = small })
	r := Run(decode(t, pemOf(site)), &Options{Roots: anchorsOf(t, root), Now: at})
	if f := found(r, "key-weak"); len(f) > 0 {
		t.Errorf("P-224 has 112 bits: %s", messages(r))
	}
	if f := found(r, "cert-key-clients"); len(f) != 1 || f[0].Severity != Error || !slices.Contains(f[0].RefusedBy, "chrome") {
		t.Errorf("no client takes P-224: %s", messages(r))
	}
}

// A file of CA certificates is no server's: nothing is asked of it that is
// asked of one, unless something is there that would use it.
func TestFilesOfCAs(t *testing.T) {
	root := ca(t, nil, "Root")
	inter := ca(t, root, "Intermediate")
	other := ca(t, nil, "Other Root", until(2021))
	known := anchorsOf(t, other)
	known.Private = false
	for name, list := range map[string][]*issued{
		"a root": {root}, "an intermediate": {inter}, "a chain": {inter, root}, "the chain from the top": {root, inter},
		"roots": {root, ca(t, nil, "Third")}, "of version 1": {ca(t, nil, "Old Root", version1)},
	} {
		for _, roots := range []*Anchors{nil, known} {
			r := Run(decode(t, pemOf(list...)), &Options{Roots: roots, Now: at})
			if got := codes(r, Info); len(got) > 0 {
				t.Errorf("%s: %s", name, messages(r))
			}
		}
	}
	r := Run(decode(t, pemOf(root, other)), &Options{Roots: known, Now: at})
	if f := found(r, "cert-expired"); len(f) != 1 || f[0].Severity != Warning || len(codes(r, Error)) > 0 {
		t.Errorf("an expired root: %s", messages(r))
	}
	for _, opts := range []*Options{{Hosts: []string{"www.example.com"}}, {Target: "nginx"}, {Files: []File{{Name: "file1", Role: RoleCert}}}} {
		opts.Roots, opts.Now = known, at
		if r := Run(decode(t, pemOf(root)), opts); len(found(r, "chain-untrusted-root")) != 1 {
			t.Errorf("%+v: %s", opts, messages(r))
		}
	}
	if r := Run(decode(t, pemKey(t, root), pemOf(root)), &Options{Roots: known, Now: at}); len(found(r, "chain-untrusted-root")) != 1 {
		t.Errorf("with a key: %s", messages(r))
	}
}

// The roots that Debian has trusted, each alone: nothing is wrong with a file
// of one, whatever else is trusted.
func TestDebianRoots(t *testing.T) {
	dir := testenv.Dir(t, "/usr/share/ca-certificates/mozilla")
	files, err := filepath.Glob(filepath.Join(dir, "*.crt"))
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	stranger := anchorsOf(t, ca(t, nil, "Root"))
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		b := decode(t, text)
		r := Run(b, &Options{Roots: stranger, Now: b.Certs[0].NotBefore.AddDate(0, 1, 0), ExpiresWithin: 24 * time.Hour})
		if got := codes(r, Info); len(got) > 0 {
			t.Errorf("%s: %s", filepath.Base(f), messages(r))
		}
	}
}

// The messages name what is wanted and where to get it.
func TestChainMessages(t *testing.T) {
	root := ca(t, nil, "Root")
	inter := ca(t, root, "Intermediate")
	url := "http://ca.example.com/inter.der"
	site := leaf(t, inter, func(d *draft) { d.IssuingCertificateURL = []string{url} })
	public := anchorsOf(t, root)
	public.Private = false
	for _, c := range []struct {
		roots          *Anchors
		served         []*issued
		code           string
		says, remedies []string
	}{
		{public, []*issued{site}, "chain-incomplete", []string{"Intermediate", "wanted: key identifier"}, []string{url, "the option roots"}},
		{anchorsOf(t, root), []*issued{site}, "chain-incomplete", []string{"Intermediate"}, []string{url}},
		{public, []*issued{leaf(t, ca(t, nil, "Own Root"))}, "chain-incomplete", []string{"Own Root"}, []string{"append the missing certificate", "if it is a root of your own, give it with the option roots"}},
		{public, []*issued{site, ca(t, root, "Another")}, "chain-incomplete", []string{`"Another", which is there, did not issue it`}, nil},
		{public, []*issued{site, ca(t, root, "Intermediate")}, "chain-wrong-intermediate", []string{"its key did not sign", "wanted: key identifier"}, nil},
		{anchorsOf(t, ca(t, nil, "Root")), []*issued{site, inter}, "chain-untrusted-root", []string{"has the name of the issuer of"}, []string{"the option roots"}},
	} {
		r := Run(decode(t, pemOf(c.served...)), &Options{Roots: c.roots, Now: at})
		f := found(r, c.code)
		if len(f) != 1 {
			t.Errorf("%s: %s", c.code, messages(r))
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(f[0].Message.String(), s) {
				t.Errorf("%q does not say %q", f[0].Message.String(), s)
			}
		}
		for _, s := range c.remedies {
			if !strings.Contains(f[0].Action.String(), s) {
				t.Errorf("%q does not say %q", f[0].Action, s)
			}
		}
		if c.roots.Private && strings.Contains(f[0].Action.String(), "of your own") {
			t.Errorf("the roots are there: %q", f[0].Action)
		}
	}
}

// A certificate in the wrong place is one of the file, although it is an anchor too.
func TestOrderPlace(t *testing.T) {
	root := ca(t, nil, "Root")
	inter := ca(t, root, "Intermediate")
	b := decode(t, pemOf(leaf(t, inter), root, inter))
	f := found(Run(b, &Options{Roots: anchorsOf(t, root), Now: at}), "chain-order")
	if len(f) != 1 || f[0].At != b.Certs[1].Source {
		t.Errorf("%+v, want %+v", f, b.Certs[1].Source)
	}
}

// An empty file of intermediates hides nothing of the rest.
func TestEmptyChainFile(t *testing.T) {
	root := ca(t, nil, "Root")
	inter := ca(t, root, "Intermediate")
	b := decode(t, pemOf(leaf(t, inter)))
	_, err := convert.Decode(nil, &convert.DecodeOptions{File: "chain"})
	b.Failures = append(b.Failures, convert.Failure{Source: convert.Source{File: "chain"}, Err: err})
	opts := &Options{Roots: anchorsOf(t, root), Now: at, Hosts: []string{"other.example.com"}, Files: []File{{Name: b.Certs[0].Source.File, Role: RoleCert}, {Name: "chain", Role: RoleChain}}}
	if got := codes(Run(b, opts), Error); !slices.Equal(got, []string{"chain-incomplete", "file-empty", "name-mismatch"}) {
		t.Errorf("%v", got)
	}
}

// What stands among the names of hosts and is none is told: an address that is not there as an
// address too, and the address of a page.
func TestNamesThatAreNone(t *testing.T) {
	address := net.ParseIP("192.0.2.1")
	for _, c := range []struct {
		names []string
		ips   []net.IP
		want  string // "" for nothing
	}{
		{[]string{"www.example.com"}, nil, ""},
		{[]string{"www.example.com", "192.0.2.1"}, nil, "192.0.2.1 is in certificate"},
		{[]string{"www.example.com", "192.0.2.1"}, []net.IP{address}, ""},
		{[]string{"www.example.com", "192.0.2.2"}, []net.IP{address}, "192.0.2.2 is in certificate"},
		{[]string{"www.example.com", "2001:db8::1"}, nil, "2001:db8::1 is in certificate"},
		{[]string{"https://www.example.com/"}, nil, "has an address of a page (https://…)"},
	} {
		site := leaf(t, nil, func(d *draft) { d.DNSNames, d.IPAddresses = c.names, c.ips })
		said := saysOf(Run(decode(t, pemOf(site)), &Options{Now: at, Only: []string{"name-clients"}}), "name-clients")
		if !strings.Contains(said, c.want) || (said == "") != (c.want == "") {
			t.Errorf("%q, %v: %q, want %q", c.names, c.ips, said, c.want)
		}
	}
}
