package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"
)

// What cannot be read or proved is never good.
func TestRevokedUnproved(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, blocks ...*pem.Block) string {
		var text []byte
		for _, b := range blocks {
			text = append(text, pem.EncodeToMemory(b)...)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	ca := func() (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "CA"}, NotBefore: stapleTime.AddDate(0, -1, 0), NotAfter: stapleTime.AddDate(1, 0, 0),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c, key
	}
	list := func(c *x509.Certificate, key *ecdsa.PrivateKey, serials ...int64) *pem.Block {
		template := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: stapleTime.Add(-time.Hour), NextUpdate: stapleTime.Add(time.Hour)}
		for _, n := range serials {
			template.RevokedCertificateEntries = append(template.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: big.NewInt(n), RevocationTime: stapleTime.AddDate(0, 0, -1)})
		}
		der, err := x509.CreateRevocationList(rand.Reader, template, c, key)
		if err != nil {
			t.Fatal(err)
		}
		return &pem.Block{Type: "X509 CRL", Bytes: der}
	}
	one, oneKey := ca()
	other, otherKey := ca()
	self := write("self.pem", &pem.Block{Type: "CERTIFICATE", Bytes: one.Raw})
	half := &pem.Block{Type: "CERTIFICATE", Bytes: other.Raw[:len(other.Raw)/2]}
	for _, c := range []struct {
		name, file, crl string
		code            int
		want            string
	}{
		{"the list of another CA of the name", self, write("other.crl", list(other, otherKey)), 1, "is not signed with the key"},
		{"its own list", self, write("own.crl", list(one, oneKey)), 1, "is no proof"},
		{"listed by itself", self, write("listed.crl", list(one, oneKey, 7)), 1, "revoked on 2026-05-31"},
		{"a damaged certificate beside", write("half.pem", &pem.Block{Type: "CERTIFICATE", Bytes: parsedFile(t, "site.pem").Raw}, half), "../../testdata/probe/inter.crl", 3, "damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := runInside(t, "revoked", c.file, "--crl", c.crl, "--roots", rootOfProbe, "--at", "2026-06-01T00:00:00Z")
			if code != c.code || !strings.Contains(stdout+stderr, c.want) {
				t.Errorf("exit code %d, want %d, with %q in\n%s%s", code, c.code, c.want, stdout, stderr)
			}
		})
	}
}

// A certificate that is on none of the lists of browsers is not good for that, nor is one whose
// answer is months old. What a responder does not know says nothing against a list.
func TestRevokedIsNotGood(t *testing.T) {
	const at = "2026-06-01T00:00:00Z"
	day := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	inter, err := tls.LoadX509KeyPair("../../testdata/probe/inter.pem", "../../testdata/probe/inter.key")
	if err != nil {
		t.Fatal(err)
	}
	site := parsedFile(t, "site.pem")
	one := filepath.Join(t.TempDir(), "site.pem") // without the intermediate, about which nobody is asked
	if err := os.WriteFile(one, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: site.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	answer := func(status int, since, until time.Time) string {
		t.Helper()
		data, err := ocsp.CreateResponse(inter.Leaf, inter.Leaf, ocsp.Response{Status: status, SerialNumber: site.SerialNumber, ThisUpdate: since, NextUpdate: until}, inter.PrivateKey.(crypto.Signer))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "answer")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	// A responder that a list has revoked, though that list is out of date.
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(99), Subject: pkix.Name{CommonName: "responder"}, NotBefore: day.AddDate(0, -1, 0), NotAfter: day.AddDate(0, 1, 0), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning},
	}, inter.Leaf, key.Public(), inter.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	responder, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := ocsp.CreateResponse(inter.Leaf, responder, ocsp.Response{Status: ocsp.Good, SerialNumber: site.SerialNumber, ThisUpdate: day.AddDate(0, 0, -1), NextUpdate: day.AddDate(0, 0, 1), Certificate: responder}, key)
	if err != nil {
		t.Fatal(err)
	}
	list, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: day.AddDate(0, 0, -9), NextUpdate: day.AddDate(0, 0, -2), RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: responder.SerialNumber, RevocationTime: day.AddDate(0, 0, -9)}},
	}, inter.Leaf, inter.PrivateKey.(crypto.Signer))
	if err != nil {
		t.Fatal(err)
	}
	bySomebody, revoking := filepath.Join(t.TempDir(), "answer"), filepath.Join(t.TempDir(), "list")
	for path, data := range map[string][]byte{bySomebody: signed, revoking: list} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	unknown := answer(ocsp.Unknown, day.AddDate(0, 0, -1), day.AddDate(0, 0, 1))
	const knows = "ocsp .*: unknown.*the responder does not know the certificate"
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"CRLSet alone", []string{"--crlset", "../../testdata/blocklist/crlset"}, 1, "^not checked"},
		{"OneCRL alone", []string{"--onecrl", "../../testdata/blocklist/onecrl.json"}, 1, "^not checked"},
		{"new, without an end", []string{"--ocsp", answer(ocsp.Good, day.AddDate(0, 0, -9), time.Time{})}, 0, "^good"},
		{"months old, without an end", []string{"--ocsp", answer(ocsp.Good, day.AddDate(0, -4, 0), time.Time{})}, 1, "older than 10 days"},
		{"by a responder", []string{"--ocsp", bySomebody}, 0, "^good"},
		{"by a responder that was revoked", []string{"--ocsp", bySomebody, "--crl", revoking}, 1, "^unknown[^$]*its certificate was revoked"},
		{"unknown", []string{"--ocsp", unknown}, 1, knows},
		{"a good list and unknown", []string{"--ocsp", unknown, "--crl", "../../testdata/probe/inter.crl"}, 0, knows},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := runInside(t, append([]string{"revoked", one, "--chain", "../../testdata/probe/inter.pem", "--roots", rootOfProbe, "--at", at}, c.args...)...)
			if code != c.code || !regexp.MustCompile(c.want).MatchString(stdout+stderr) {
				t.Errorf("exit code %d, want %d, with %q in\n%s%s", code, c.code, c.want, stdout, stderr)
			}
		})
	}
}

// A certificate that has the name of the CA, and was made by somebody else, takes no
// place in the question.
func TestRevokedNamesake(t *testing.T) {
	dir := t.TempDir()
	made := func(serial int64, name string, isCA bool, parent *x509.Certificate, signer *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: stapleTime.AddDate(0, -1, 0), NotAfter: stapleTime.AddDate(1, 0, 0),
			IsCA: isCA, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		}
		if parent == nil {
			parent, signer = template, key
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c, key
	}
	root, rootKey := made(1, "R", true, nil, nil)
	inter, _ := made(9, "I", true, root, rootKey)
	namesake, _ := made(5, "R", false, nil, nil)
	list, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: stapleTime.Add(-time.Hour), NextUpdate: stapleTime.Add(time.Hour),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: inter.SerialNumber, RevocationTime: stapleTime.AddDate(0, 0, -1)}},
	}, root, rootKey)
	if err != nil {
		t.Fatal(err)
	}
	file := func(name, kind string, list ...[]byte) string {
		var text []byte
		for _, der := range list {
			text = append(text, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})...)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	roots, crl := file("root.pem", "CERTIFICATE", root.Raw), file("r.crl", "X509 CRL", list)
	for _, certs := range [][][]byte{{inter.Raw}, {inter.Raw, namesake.Raw}, {namesake.Raw, inter.Raw}} {
		code, out, errs := runInside(t, "revoked", file("asked.pem", "CERTIFICATE", certs...), "--crl", crl, "--roots", roots, "--at", stapleTime.Format(time.RFC3339))
		if code != 1 || !regexp.MustCompile(`(?m)^revoked .*CN=I`).MatchString(out) {
			t.Errorf("%d certificates: exit code %d\n%s%s", len(certs), code, out, errs)
		}
	}
}

// A list that was fetched is used until its time is over, without asking again; one that
// does not prove anything is not kept.
func TestRevokedCache(t *testing.T) {
	var list []byte
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = w.Write(list)
	}))
	defer server.Close()
	key := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	ours, others := key(), key()
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, NotBefore: stapleTime.AddDate(0, -1, 0), NotAfter: stapleTime.AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: []byte{1},
	}
	site := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "www.example.com"}, NotBefore: root.NotBefore, NotAfter: root.NotAfter,
		CRLDistributionPoints: []string{server.URL + "/ca.crl"},
	}
	dir := t.TempDir()
	file := func(name string, template *x509.Certificate, public *ecdsa.PrivateKey) string {
		der, err := x509.CreateCertificate(rand.Reader, template, root, public.Public(), ours)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	roots, cert := file("root.pem", root, ours), file("site.pem", site, key())
	cache := filepath.Join(dir, "cache")
	for _, c := range []struct {
		what   string
		signer *ecdsa.PrivateKey
		code   int
		asked  int // in all
		kept   int
	}{
		{"a list of somebody else", others, 1, 1, 0},
		{"the list", ours, 0, 2, 1},
		{"again", others, 0, 2, 1},
	} {
		var err error
		list, err = x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: stapleTime.Add(-time.Hour), NextUpdate: stapleTime.Add(time.Hour)}, root, c.signer)
		if err != nil {
			t.Fatal(err)
		}
		code, out, errs := runInside(t, "revoked", cert, "--online", "--allow-private", "--cache", cache, "--roots", roots, "--at", stapleTime.Format(time.RFC3339))
		kept, _ := filepath.Glob(filepath.Join(cache, "*.crl"))
		if code != c.code || asked != c.asked || len(kept) != c.kept {
			t.Errorf("%s: exit code %d, asked %d times, %d kept\n%s%s", c.what, code, asked, len(kept), out, errs)
		}
		timed := regexp.MustCompile(`, in \d+\.\d{3} s \(name \d\.\d{3}, connection \d\.\d{3}, first byte \d\.\d{3}\)`)
		if fetched := c.what != "again"; timed.MatchString(out) != fetched {
			t.Errorf("%s: the times are not as they should be in\n%s", c.what, out)
		}
	}
}

// A list that does not say until when it counts does so for ten days.
func TestRevokedEndless(t *testing.T) {
	const dir = "../../testdata/checks/crl-next-update-missing/"
	for _, c := range []struct {
		list, at string
		code     int
		want     string
	}{
		{"bad-new.crl", "2026-06-04T00:00:00Z", 0, "good, of 2026-05-25 00:00: .*does not say until when it counts\n"},
		{"bad-new.crl", "2026-06-04T00:00:01Z", 1, "unknown, .*older than 10 days"},
		{"bad-a-month.crl", "2026-06-01T00:00:00Z", 1, "unknown, .*older than 10 days"},
	} {
		code, out, errs := runInside(t, "revoked", "--allow-unchecked", dir+"good.pem", "--crl", dir+c.list, "--roots", dir+"root.pem", "--at", c.at)
		if unknown := code == 0 && regexp.MustCompile(`(?m)^unknown`).MatchString(out); unknown != (c.code == 1) || !regexp.MustCompile(c.want).MatchString(out) {
			t.Errorf("%s at %s: exit code %d\n%s%s", c.list, c.at, code, out, errs)
		}
	}
}
