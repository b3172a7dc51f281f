package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/deploy"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/validate"
)

// What --undo takes back is named by the host and the target, as it was installed: other files
// in the folder stay.
func TestUndoNamesUnit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ssl")
	const key, cert, inter, roots = "../../testdata/servers/rsa.key", "../../testdata/servers/rsa.pem", "../../testdata/servers/inter.pem", "../../testdata/servers/root.pem"
	nginx, haproxy := filepath.Join(dir, "www.example.com"), filepath.Join(dir, "www.example.com.pem")
	conf := filepath.Join(filepath.Dir(dir), "site.conf")
	for _, c := range []struct {
		args   []string
		code   int
		says   string   // on either stream
		stands []string // what is there after it
	}{
		{[]string{key, cert, inter, "--for", "nginx", "--roots", roots, "--host", "www.example.com", "--write-config", conf}, 0, "written", []string{nginx, conf}},
		{[]string{key, cert, inter, "--for", "haproxy", "--roots", roots, "--host", "www.example.com"}, 0, "written", []string{nginx, conf, haproxy}},
		{[]string{"--undo", "--host", "www.example.com"}, fault.ExitUsage, "needs --for TARGET too", []string{nginx, conf, haproxy}},
		{[]string{"--undo", "--host", "www.example.com", "--for", "no-such"}, fault.ExitUsage, "no-such", []string{nginx, conf, haproxy}},
		{[]string{"--undo", "--host", "mail.example.com", "--for", "nginx"}, fault.ExitRefused, "no run of certconv install", []string{nginx, conf, haproxy}},
		{[]string{"--undo", "--host", "www.example.com", "--for", "nginx"}, 0, conf + ": as it was before the last run\n", []string{haproxy}},
		{[]string{"--undo", "--host", "www.example.com", "--for", "haproxy"}, 0, haproxy + ": there was nothing before", nil},
	} {
		code, stdout, stderr := runInside(t, append([]string{"install", "--dir", dir}, c.args...)...)
		if code != c.code || !strings.Contains(stdout+stderr, c.says) {
			t.Errorf("%q: exit code %d, want %d and %q: %s%s", c.args, code, c.code, c.says, stdout, stderr)
		}
		for _, path := range []string{nginx, haproxy, conf} {
			if _, err := os.Lstat(path); (err == nil) != slices.Contains(c.stands, path) {
				t.Errorf("%q: %s: %v", c.args, path, err)
			}
		}
	}
}

// A flag that says nothing sensible is named, and nothing is done without it.
func TestInstallFlags(t *testing.T) {
	for flag, value := range map[string]string{"--at": "x", "--expires-within": "x", "--pass": "env:CERTCONV_NO_SUCH", "--pass-out": "env:CERTCONV_NO_SUCH", "--host": "a b", "--probe": "host:x"} {
		dir := filepath.Join(t.TempDir(), "ssl")
		args := []string{"install", "../../testdata/servers/rsa.key", "../../testdata/servers/rsa.pem", "../../testdata/servers/inter.pem", "--for", "iis", "--dir", dir, "--roots", "../../testdata/servers/root.pem", "--reload", "true", flag, value}
		code, _, stderr := runInside(t, args...)
		if _, err := os.Stat(dir); code != fault.ExitUsage || err == nil || !strings.Contains(stderr, value) {
			t.Errorf("%s: exit code %d, %v: %s", flag, code, err, stderr)
		}
	}
}

// What may be the name of a site, and what the placeholders for it stand for.
func TestSiteNames(t *testing.T) {
	for _, c := range []struct {
		dns     []string
		ips     []net.IP
		name    string
		want    []string
		host    string
		server  string
		aliases string
	}{
		{[]string{"www.example.com", "example.com"}, []net.IP{{192, 0, 2, 1}}, "x", []string{"www.example.com", "example.com", "192.0.2.1"}, "www.example.com", "www.example.com", "example.com 192.0.2.1"},
		{nil, nil, "mail.example.com", []string{"mail.example.com"}, "mail.example.com", "mail.example.com", ""},
		{[]string{"*.example.com"}, nil, "x", []string{"*.example.com"}, "example.com", "example.com", "*.example.com"},
		{nil, []net.IP{net.ParseIP("2001:db8::1")}, "x", []string{"2001:db8::1"}, "2001:db8::1", "", "2001:db8::1"},
		{nil, []net.IP{net.ParseIP("2001:db8::1"), {192, 0, 2, 1}}, "x", []string{"2001:db8::1", "192.0.2.1"}, "2001:db8::1", "192.0.2.1", "2001:db8::1"},
	} {
		a := (*authority)(nil).issue(t, c.name, func(cert *x509.Certificate) { cert.DNSNames, cert.IPAddresses = c.dns, c.ips })
		b, err := convert.Decode([]byte(a.certPEM()+a.keyPEM(t)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := certNames(&b.Certs[0]); !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
		p := &installation{site: &site.Site{Bundle: b}, target: target.Lookup("apache")}
		if v := p.values(&deploy.Set{}, nil); v["host"] != c.host || v["server"] != c.server || v["aliases"] != c.aliases {
			t.Errorf("%q: host %q, server %q, aliases %q", c.want, v["host"], v["server"], v["aliases"])
		}
	}
}

// What is written is read once more: what cannot be read does not pass.
func TestInstallProvesWhatItReads(t *testing.T) {
	p := &installation{checkPlan: &checkPlan{opts: validate.Options{Target: "nginx", Rewritten: true, Now: time.Now()}}, target: target.Lookup("nginx")}
	err := p.proveFiles(&deploy.Set{Dir: "/ssl", Unit: "site", Files: []deploy.File{{Role: "key", Name: "site.key", Mode: 0o600, Data: []byte("GIF89a\x01\x00\x01\x00")}}})
	if f := fault.Of(err); f == nil || f.Code != "file-unrecognised" {
		t.Errorf("%v", err)
	}
}

// Each thing that deploy has to say is told.
func TestNoteLines(t *testing.T) {
	notes := []deploy.Note{
		{Kind: deploy.RunFinished, Run: "R"}, {Kind: deploy.UndoFinished, Run: "R"}, {Kind: deploy.RunRemoved, Run: "R"},
		{Kind: deploy.OwnerUnknown, Path: "P", Owner: "O"}, {Kind: deploy.OwnerKept, Path: "P", Owner: "O"}, {Kind: deploy.OwnerNeedsRoot, Path: "P", Owner: "O"},
	}
	want := []string{
		"the run of R was interrupted after it had put its files in place", "the undoing of R was interrupted after it had put the files back",
		"the run of R was interrupted before it changed anything; what it left is removed",
		"P has to belong to O, a user who is not known here", "P keeps its owner, but has to belong to O", "P has to belong to O; only root can see to that",
	}
	if got := noteLines(notes); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// Where a client of Go cannot shake hands, what the server answers to a hello of OpenSSL's kind
// tells the cipher and the certificates.
func TestLook(t *testing.T) {
	h := newHierarchy(t)
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{h.site.cert.Raw, h.inter.cert.Raw}, PrivateKey: h.site.key}}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			_ = conn.(*tls.Conn).Handshake()
			conn.Close()
		}
	}()
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		s := look(func() (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) }, "www.example.com", version)
		if s.err != nil || s.client != "OpenSSL" || s.protocol != tls.VersionName(version) || !strings.HasPrefix(s.cipher, "TLS_") || !slices.EqualFunc(s.certs, [][]byte{h.site.cert.Raw, h.inter.cert.Raw}, bytes.Equal) {
			t.Errorf("%+v", s)
		}
	}
}

// Files that the server would not take are not made: what is wrong is named.
func TestInstallDoesNotBuild(t *testing.T) {
	pair := string(read(t, "../../testdata/servers/self.key")) + string(read(t, "../../testdata/servers/self.pem"))
	for _, c := range []struct {
		target, password string
		now              time.Time
		code             fault.Code
	}{
		{"tomcat", "geheim\u00fc", time.Now(), fault.PasswordNotASCII},
		{"tomcat", "geheim", time.Now(), ""},
		{"nginx", "", time.Now(), ""},
		{"nginx", "", time.Now().AddDate(100, 0, 0), "cert-expired"},
	} {
		b, err := convert.Decode([]byte(pair), nil)
		if err != nil {
			t.Fatal(err)
		}
		p := &installation{
			checkPlan: &checkPlan{env: newEnv(), opts: validate.Options{Target: c.target, Now: c.now}}, target: target.Lookup(c.target),
			dir: t.TempDir(), password: []byte(c.password), site: &site.Site{Bundle: b},
		}
		d, err := p.deployment()
		var code fault.Code
		if err != nil {
			code = fault.Of(err).Code
		}
		if d == nil || code != c.code {
			t.Errorf("%s: %v", c.target, err)
		}
	}
}
