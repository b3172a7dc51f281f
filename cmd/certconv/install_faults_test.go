package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
)

// authority is a key with its certificate, made for a test.
type authority struct {
	key  crypto.Signer
	cert *x509.Certificate
}

// issue makes a certificate of a new key, signed by a, or by itself.
func (a *authority) issue(t testing.TB, name string, change func(*x509.Certificate)) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return a.issueFor(t, key, name, change)
}

func (a *authority) issueFor(t testing.TB, key crypto.Signer, name string, change func(*x509.Certificate)) *authority {
	t.Helper()
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
	c := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name, Organization: []string{"certconv test"}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(0, 3, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
	}
	change(c)
	parent, signer := c, key
	if a != nil {
		parent, signer = a.cert, a.key
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{key, cert}
}

func isCA(c *x509.Certificate) {
	c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
}

func isServer(c *x509.Certificate) {
	c.DNSNames, c.ExtKeyUsage = []string{c.Subject.CommonName}, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
}

func (a *authority) certPEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}))
}

func (a *authority) keyPEM(t testing.TB) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func (a *authority) request(t testing.TB) string {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: a.cert.Subject, DNSNames: a.cert.DNSNames}, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))
}

// hierarchy is a root, an intermediate and a server's certificate.
type hierarchy struct{ root, inter, site *authority }

func newHierarchy(t testing.TB) *hierarchy {
	root := (*authority)(nil).issue(t, "Root", isCA)
	inter := root.issue(t, "Intermediate", isCA)
	return &hierarchy{root, inter, inter.issue(t, "www.example.com", isServer)}
}

// material is what an administrator has at hand: the files, and the flags
// beside those that every run has.
type material struct {
	files map[string]string
	flags []string
}

func (h *hierarchy) material(t testing.TB) *material {
	return &material{files: map[string]string{
		"site.key": h.site.keyPEM(t), "site.crt": h.site.certPEM(), "ca/inter.crt": h.inter.certPEM(),
	}}
}

// spoiling spoils what is at hand, and says which code has to name it.
type spoiling struct {
	name, code string
	exit       int
	spoil      func(*testing.T, *hierarchy, *material)
}

func with(file string, content func(*testing.T, *hierarchy) string) func(*testing.T, *hierarchy, *material) {
	return func(t *testing.T, h *hierarchy, m *material) { m.files[file] = content(t, h) }
}

// leafWith has another certificate for the server, of the intermediate.
func leafWith(change func(*x509.Certificate)) func(*testing.T, *hierarchy, *material) {
	return func(t *testing.T, h *hierarchy, m *material) {
		site := h.inter.issueFor(t, h.site.key, "www.example.com", func(c *x509.Certificate) { isServer(c); change(c) })
		m.files["site.crt"] = site.certPEM()
	}
}

// interWith has another intermediate, which signed the server's certificate.
func interWith(change func(*x509.Certificate)) func(*testing.T, *hierarchy, *material) {
	return func(t *testing.T, h *hierarchy, m *material) {
		i := h.root.issue(t, "Intermediate", func(c *x509.Certificate) { isCA(c); change(c) })
		m.files["ca/inter.crt"] = i.certPEM()
		m.files["site.crt"] = i.issueFor(t, h.site.key, "www.example.com", isServer).certPEM()
	}
}

func damaged(change func(string) string) func(*testing.T, *hierarchy, *material) {
	return func(_ *testing.T, _ *hierarchy, m *material) { m.files["site.crt"] = change(m.files["site.crt"]) }
}

func encode(t *testing.T, format string, password string, files ...string) string {
	t.Helper()
	b, err := convert.Decode([]byte(strings.Join(files, "")), nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := convert.Encode(b, format, &convert.EncodeOptions{Password: []byte(password), Time: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func faults() []spoiling {
	ago := func(days int) time.Time { return time.Now().AddDate(0, 0, -days) }
	return []spoiling{
		{"another key", "key-mismatch", 1, with("site.key", func(t *testing.T, h *hierarchy) string { return h.inter.issue(t, "x", isServer).keyPEM(t) })},
		{"no key", "key-missing", 1, func(_ *testing.T, _ *hierarchy, m *material) { delete(m.files, "site.key") }},
		{"the request for the certificate", "wrong-object", 1, with("site.crt", func(t *testing.T, h *hierarchy) string { return h.site.request(t) })},
		{"the public key for the key", "wrong-object", 1, with("site.key", func(t *testing.T, h *hierarchy) string {
			der, _ := x509.MarshalPKIXPublicKey(h.site.key.Public())
			return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
		})},
		{"no intermediate", "chain-incomplete", 1, func(_ *testing.T, _ *hierarchy, m *material) { delete(m.files, "ca/inter.crt") }},
		{"an intermediate of the same name", "chain-wrong-intermediate", 1, with("ca/inter.crt", func(t *testing.T, h *hierarchy) string { return h.root.issue(t, "Intermediate", isCA).certPEM() })},
		{"an intermediate that may not issue", "chain-not-ca", 1, interWith(func(c *x509.Certificate) { c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature })},
		{"an intermediate that has expired", "chain-expired", 1, interWith(func(c *x509.Certificate) { c.NotBefore, c.NotAfter = ago(99), ago(1) })},
		{"an intermediate that was withdrawn", "cert-distrusted", 1, interWith(func(c *x509.Certificate) {
			c.Subject.CommonName = "DigiNotar Public CA 2025"
			c.SubjectKeyId, _ = hex.DecodeString("8868bfe08e35c43b386b62f7283b8481c80cd74d")
		})},
		{"a certificate that has expired", "cert-expired", 1, leafWith(func(c *x509.Certificate) { c.NotBefore, c.NotAfter = ago(99), ago(1) })},
		{"a certificate that is not valid yet", "cert-not-yet-valid", 1, leafWith(func(c *x509.Certificate) { c.NotBefore = ago(-9) })},
		{"a certificate for another host", "name-mismatch", 1, leafWith(func(c *x509.Certificate) { c.DNSNames = []string{"mail.example.com"} })},
		{"a certificate without names", "name-mismatch", 1, leafWith(func(c *x509.Certificate) { c.DNSNames = nil })},
		{"a certificate for clients", "cert-usage", 1, leafWith(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })},
		{"a root that nobody trusts", "chain-untrusted-root", 1, func(t *testing.T, h *hierarchy, m *material) {
			m.files["other.pem"] = newHierarchy(t).root.certPEM()
			m.files["ca/root.crt"] = h.root.certPEM()
			m.flags = []string{"--roots", "other.pem"}
		}},
		{"a certificate that was revoked", "cert-revoked", 1, func(t *testing.T, h *hierarchy, m *material) {
			der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
				Number: big.NewInt(1), ThisUpdate: ago(1), NextUpdate: ago(-9),
				RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: h.site.cert.SerialNumber, RevocationTime: ago(1)}},
			}, h.inter.cert, h.inter.key)
			if err != nil {
				t.Fatal(err)
			}
			m.files["ca/inter.crl"] = string(der)
		}},
		{"a key of 512 bits", "key-weak", 1, func(t *testing.T, h *hierarchy, m *material) {
			t.Setenv("GODEBUG", "rsa1024min=0")
			key, err := rsa.GenerateKey(rand.Reader, 512)
			if err != nil {
				t.Fatal(err)
			}
			site := h.inter.issueFor(t, key, "www.example.com", isServer)
			m.files["site.key"], m.files["site.crt"] = site.keyPEM(t), site.certPEM()
		}},
		{"a certificate cut short", "pem-body-truncated", 1, damaged(func(s string) string { return s[:300] })},
		{"a character that is none of Base64", "pem-body-character", 1, damaged(func(s string) string { return s[:200] + "*" + s[201:] })},
		{"an empty file", "file-empty", 1, damaged(func(string) string { return "" })},
		{"a web page", "file-is-web-page", 1, damaged(func(string) string {
			return "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>…</body></html>\n"
		})},
		{"a file of something else", "file-unrecognised", 1, damaged(func(string) string { return "GIF89a\x01\x00\x01\x00" })},
		{"a signature that was altered", "chain-signature", 1, func(_ *testing.T, h *hierarchy, m *material) {
			raw := slices.Clone(h.site.cert.Raw)
			raw[len(raw)-5] ^= 1
			m.files["site.crt"] = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}))
		}},
		{"a PFX, the password missing", "password-missing", 4, func(t *testing.T, h *hierarchy, m *material) {
			m.files = map[string]string{"site.pfx": encode(t, "pfx", "secret", m.files["site.key"], m.files["site.crt"], m.files["ca/inter.crt"])}
		}},
		{"a PFX, the password wrong", "password-wrong", 4, func(t *testing.T, h *hierarchy, m *material) {
			m.files = map[string]string{"site.pfx": encode(t, "pfx", "secret", m.files["site.key"], m.files["site.crt"], m.files["ca/inter.crt"])}
			m.flags = []string{"--pass", "none"}
		}},
		{"a file that is not there", "not-found", 3, func(_ *testing.T, _ *hierarchy, m *material) { m.flags = []string{"missing.crt"} }},
	}
}

// With each fault install refuses, names the fault, and leaves what is there as
// it was. Without one it does its work.
func TestInstallRefusesFaults(t *testing.T) {
	for _, target := range []string{"nginx", "apache", "haproxy", "tomcat", "iis"} {
		t.Run(target, func(t *testing.T) {
			h := newHierarchy(t)
			for _, f := range append(faults(), spoiling{name: "no fault", spoil: func(*testing.T, *hierarchy, *material) {}}) {
				t.Run(f.name, func(t *testing.T) {
					t.Chdir(t.TempDir())
					m := h.material(t)
					args := []string{"install", "--for", target, "--dir", "ssl", "--host", "www.example.com", "--format", "json"}
					if target == "tomcat" || target == "iis" {
						args = append(args, "--pass-out", "pass:geheim")
					}
					before := installFormer(t, args, h)
					f.spoil(t, h, m)
					args = append(args, m.flags...)
					if !slices.Contains(m.flags, "--roots") {
						m.files["root.pem"] = h.root.certPEM()
						args = append(args, "--roots", "root.pem")
					}
					writeMaterial(t, m)
					for _, name := range []string{"site.key", "site.crt", "site.pfx", "ca"} {
						if _, err := os.Stat(name); err == nil {
							args = append(args, name)
						}
					}
					code, stdout, stderr := runInside(t, args...)
					checkRefusal(t, &f, code, stdout, stderr)
					if after := contents(t, "ssl"); f.code != "" && after != before {
						t.Errorf("something has changed:\n%s\nwas\n%s", after, before)
					}
				})
			}
		})
	}
}

// installFormer puts files in place that the run under test would replace, and
// returns what is there.
func installFormer(t *testing.T, args []string, h *hierarchy) string {
	t.Helper()
	former := h.inter.issue(t, "www.example.com", isServer)
	m := &material{files: map[string]string{"former.pem": former.keyPEM(t) + former.certPEM() + h.inter.certPEM(), "former-root.pem": h.root.certPEM()}}
	writeMaterial(t, m)
	code, _, stderr := runInside(t, append(slices.Clone(args), "--roots", "former-root.pem", "former.pem")...)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	for name := range m.files {
		os.Remove(name)
	}
	return contents(t, "ssl")
}

func writeMaterial(t *testing.T, m *material) {
	t.Helper()
	for name, content := range m.files {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func checkRefusal(t *testing.T, f *spoiling, code int, stdout, stderr string) {
	t.Helper()
	var report struct {
		Written  *bool
		Files    []struct{ Role, Path, Mode, SHA256 string }
		Findings []struct{ Code, Severity, Message string }
		Error    *struct{ Code string }
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatalf("%v: %s", err, stdout)
	}
	if code != f.exit {
		t.Errorf("exit code %d, want %d: %s%s", code, f.exit, stdout, stderr)
	}
	if report.Written == nil || *report.Written != (f.code == "") {
		t.Errorf("written: %v", report.Written)
	}
	if f.code == "" {
		return
	}
	named := report.Error != nil && report.Error.Code == f.code
	for _, g := range report.Findings {
		if g.Severity == "error" && g.Code != f.code {
			t.Errorf("beside it there is %s: %s", g.Code, g.Message)
		}
		named = named || g.Severity == "error" && g.Code == f.code
	}
	if !named {
		t.Errorf("nothing says %s: %s%s", f.code, stdout, stderr)
	}
}

// contents lists all that is below a folder, byte for byte.
func contents(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		b.WriteString(info.Mode().String() + " " + path)
		if info.Mode().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			b.WriteString(" " + hex.EncodeToString(data))
		}
		b.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
