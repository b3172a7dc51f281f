package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
)

// writeSites writes the keys and certificates of sites of one intermediate into the
// working folder, as HOST.pem, and the root as root.pem.
func writeSites(t *testing.T, hosts ...string) {
	t.Helper()
	var issuers []*x509.Certificate
	var keys []*ecdsa.PrivateKey
	issue := func(serial int64, name string, above int, ca bool) (raw, p8 []byte) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, IsCA: ca, BasicConstraintsValid: true,
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour),
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		}
		if c.DNSNames = []string{name}; ca {
			c.DNSNames, c.ExtKeyUsage, c.KeyUsage = nil, nil, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
		}
		parent, signer := c, key
		if above >= 0 {
			parent, signer = issuers[above], keys[above]
		}
		if raw, err = x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer); err != nil {
			t.Fatal(err)
		}
		made, err := x509.ParseCertificate(raw)
		if err != nil {
			t.Fatal(err)
		}
		issuers, keys = append(issuers, made), append(keys, key)
		if p8, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
			t.Fatal(err)
		}
		return raw, p8
	}
	write := func(name string, blocks ...*pem.Block) {
		var out []byte
		for _, b := range blocks {
			out = append(out, pem.EncodeToMemory(b)...)
		}
		if err := os.WriteFile(name, out, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root, _ := issue(1, "Sites Root", -1, true)
	inter, _ := issue(2, "Sites Intermediate", 0, true)
	other, _ := issue(3, "Another Root", -1, true)
	write("root.pem", &pem.Block{Type: "CERTIFICATE", Bytes: root})
	write("other.pem", &pem.Block{Type: "CERTIFICATE", Bytes: other})
	for i, host := range hosts {
		raw, p8 := issue(int64(10+i), host, 1, false)
		write(strings.ReplaceAll(host, "*", "star")+".pem", &pem.Block{Type: "PRIVATE KEY", Bytes: p8}, &pem.Block{Type: "CERTIFICATE", Bytes: raw}, &pem.Block{Type: "CERTIFICATE", Bytes: inter})
	}
}

// filesOfSites are the names of the files of --out-dir, and what each holds: the host
// names of its leaf, and how many certificates and keys.
func filesOfSites(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := convert.Decode(data, &convert.DecodeOptions{Password: convert.Passwords([]byte("secret"))})
		if err != nil || len(b.Keys) != 1 || b.Leaf() < 0 {
			t.Fatalf("%s: %v", path, err)
		}
		names = append(names, e.Name()+" "+strings.Join(b.Certs[b.Leaf()].DNSNames(), " "))
		if len(b.Certs) != 2 {
			t.Errorf("%s has %d certificates, not the leaf and its intermediate", path, len(b.Certs))
		}
	}
	return names
}

// Each site of an input gets a file, whatever the input is; without --out-dir or
// --host it is refused with the names to choose from.
func TestConvertSites(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("PW", "secret")
	writeSites(t, "www.example.com", "*.example.com", "wildcard.example.com")
	files := []string{"www.example.com.pem", "star.example.com.pem", "wildcard.example.com.pem"}
	must := func(args ...string) string {
		t.Helper()
		code, out, stderr := runInside(t, append([]string{"convert"}, args...)...)
		if code != 0 {
			t.Fatalf("%v: exit code %d: %s", args, code, stderr)
		}
		return out + stderr
	}
	must(append(slices.Clone(files), "root.pem", "other.pem", "--out", "all.p12", "--pass-out", "env:PW")...)
	must(append(slices.Clone(files), "--out", "all.jks", "--pass-out", "env:PW")...)
	var secrets []string
	for _, f := range files {
		out := must(f, "--to", "k8s")
		secrets = append(secrets, out)
	}
	if err := os.WriteFile("all.yaml", []byte(strings.Join(secrets, "---\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, in := range []string{"all.p12", "all.jks", "all.yaml"} {
		star := ""
		if in == "all.yaml" {
			star = ` (alias "wildcard.example.com")` // the Secret's name has no *
		}
		for _, c := range []struct {
			target string
			names  []string
		}{
			{"nginx", []string{"host=wildcard.example.com.pem wildcard.example.com", "wildcard.example.com.pem *.example.com", "www.example.com.pem www.example.com"}},
			{"iis", []string{"host=wildcard.example.com.pfx wildcard.example.com", "wildcard.example.com.pfx *.example.com", "www.example.com.pfx www.example.com"}},
		} {
			args := []string{in, "--for", c.target, "--pass", "env:PW"}
			if c.target == "iis" {
				args = append(args, "--pass-out", "env:PW")
			}
			dir := filepath.Join(t.TempDir(), "sites")
			told := must(append(args, "--out-dir", dir)...)
			if names := filesOfSites(t, dir); !slices.Equal(names, c.names) {
				t.Errorf("%s for %s: %q", in, c.target, names)
			}
			if in == "all.p12" && (!strings.Contains(told, "left out: certificate CN=Sites Root") || !strings.Contains(told, "left out: certificate CN=Another Root")) {
				t.Errorf("%s: the roots are not named: %s", in, told)
			}
			code, _, stderr := runInside(t, append([]string{"convert", "--out", "one.out"}, args...)...)
			if _, err := os.Stat("one.out"); code != 1 || err == nil || !strings.Contains(stderr, "www.example.com, *.example.com"+star+", wildcard.example.com") || !strings.Contains(stderr, "--out-dir DIR") {
				t.Errorf("%s for %s: exit code %d: %s", in, c.target, code, stderr)
			}
		}
		if out := must(in, "--for", "nginx", "--pass", "env:PW", "--host", "www.example.com", "--only", "cert"); strings.Count(out, "BEGIN") != 1 {
			t.Errorf("%s --host: %s", in, out)
		}
		public := must("www.example.com.pem", "--only", "public-key")
		if out := must(in, "--pass", "env:PW", "--host", "www.example.com", "--only", "public-key"); !strings.Contains(out, strings.TrimSpace(public)) || strings.Count(out, "BEGIN") != 1 {
			t.Errorf("%s --host --only public-key: %s", in, out)
		}
		code, _, stderr := runInside(t, "convert", in, "--for", "nginx", "--pass", "env:PW", "--host", "www.example.org")
		if code != 1 || !strings.Contains(stderr, "there is: www.example.com") {
			t.Errorf("%s: exit code %d: %s", in, code, stderr)
		}
		_, found, _ := runInside(t, "check", in, "--pass", "env:PW", "--roots", "root.pem", "--only", "chain-incomplete")
		if strings.Contains(found, "chain-incomplete]") {
			t.Errorf("%s: check does not see the intermediate: %s", in, found)
		}
	}
	out := must("all.jks", "--for", "nginx", "--pass", "env:PW", "--alias", "WWW.example.com", "--out", "alias.pem")
	if !strings.Contains(out, "left out: the key of CN=wildcard.example.com") {
		t.Error(out)
	}
}

// The names that a List of Secrets and an acme.json have choose their sites, also where the
// hosts are the same.
func TestConvertSitesByObject(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSites(t, "a.example.com", "b.example.com")
	if err := os.Rename("a.example.com.pem", "old.pem"); err != nil {
		t.Fatal(err)
	}
	writeSites(t, "a.example.com")
	must := func(args ...string) string {
		t.Helper()
		code, out, stderr := runInside(t, append([]string{"convert"}, args...)...)
		if code != 0 {
			t.Fatalf("%v: exit code %d: %s", args, code, stderr)
		}
		return out
	}
	enc := func(file, only string) string {
		return base64.StdEncoding.EncodeToString([]byte(must(file, "--to", "pem", "--only", only)))
	}
	secret := func(space, name, file string) string {
		return fmt.Sprintf(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":%q,"namespace":%q},"type":"kubernetes.io/tls","data":{"tls.crt":%q,"tls.key":%q}}`, name, space, enc(file, "fullchain"), enc(file, "key"))
	}
	issued := func(domain, file string) string {
		return fmt.Sprintf(`{"domain":{"main":%q},"certificate":%q,"key":%q,"Store":"default"}`, domain, enc(file, "fullchain"), enc(file, "key"))
	}
	for name, text := range map[string]string{
		"list.json": fmt.Sprintf(`{"apiVersion":"v1","kind":"List","items":[%s,%s,%s]}`, secret("test", "site", "old.pem"), secret("live", "site", "a.example.com.pem"), secret("live", "other", "b.example.com.pem")),
		"acme.json": fmt.Sprintf(`{"test":{"Account":{"Email":"a@example.com"},"Certificates":[%s]},"live":{"Account":null,"Certificates":[%s,%s]},"none":{"Certificates":null}}`,
			issued("site", "old.pem"), issued("site", "a.example.com.pem"), issued("other", "b.example.com.pem")),
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for alias, file := range map[string]string{"test/site": "old.pem", "TEST/Site": "old.pem", "live/site": "a.example.com.pem", "other": "b.example.com.pem"} {
			want := must(file, "--for", "nginx", "--only", "fullchain")
			if got := must(name, "--for", "nginx", "--only", "fullchain", "--alias", alias); got != want {
				t.Errorf("%s --alias %s is not %s", name, alias, file)
			}
		}
		named := map[string]string{"list.json": "  name: site\n  namespace: live\ntype", "acme.json": "  name: a.example.com\ntype"}[name]
		if out := must(name, "--to", "k8s", "--alias", "live/site", "--host", "a.example.com"); !strings.Contains(out, named) {
			t.Errorf("%s as a Secret: %s", name, out)
		}
		if code, _, stderr := runInside(t, "convert", name, "--for", "nginx", "--alias", "live"); code != 1 || !strings.Contains(stderr, `"test/site"`) {
			t.Errorf("%s: exit code %d: %s", name, code, stderr)
		}
	}
}

// All files of --out-dir are written or none, and none is replaced without --force.
func TestConvertSitesAllOrNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSites(t, "a.example.com", "b.example.com")
	args := []string{"convert", "a.example.com.pem", "b.example.com.pem", "--for", "haproxy", "--out-dir", "sites"}
	if err := os.Mkdir("sites", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("sites/b.example.com.pem", []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := runInside(t, args...)
	if _, err := os.Stat("sites/a.example.com.pem"); code != 5 || err == nil {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if data, _ := os.ReadFile("sites/b.example.com.pem"); string(data) != "mine" {
		t.Errorf("it was replaced: %s", data)
	}
	if code, _, stderr := runInside(t, append(args, "--force")...); code != 0 {
		t.Errorf("--force: exit code %d: %s", code, stderr)
	}
	if len(filesOfSites(t, "sites")) != 2 {
		t.Error("not two files")
	}
	for _, extra := range [][]string{{"--out", "x.pem"}, {"--only", "crl"}, {"--for", "tomcat", "--out-dir", "sites/b.example.com.pem"}} {
		if code, _, stderr := runInside(t, append(slices.Clone(args), extra...)...); code != 2 && code != 4 && code != 5 {
			t.Errorf("%v: exit code %d: %s", extra, code, stderr)
		}
	}
}

// Requests, public keys and revocation lists go to the site that they are of, and are
// named where it is not written.
func TestConvertSitesOtherObjects(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSites(t, "a.example.com", "b.example.com")
	public := map[string]string{}
	all := []string{"a.example.com.pem", "b.example.com.pem"}
	for _, host := range []string{"a.example.com", "b.example.com"} {
		for _, args := range [][]string{
			{"request", "--like", host + ".pem", "--key", host + ".pem", "--out", host + ".csr"},
			{"convert", host + ".pem", "--only", "public-key", "--out", host + ".pub.pem"},
		} {
			if code, _, stderr := runInside(t, args...); code != 0 {
				t.Fatalf("%v: exit code %d: %s", args, code, stderr)
			}
		}
		data, err := os.ReadFile(host + ".pub.pem")
		if err != nil {
			t.Fatal(err)
		}
		public[host], all = string(data), append(all, host+".csr", host+".pub.pem")
	}
	writeList(t, "site.crl", "Sites Intermediate")
	writeList(t, "foreign.crl", "Another Intermediate")
	all = append(all, "site.crl", "foreign.crl")
	holds := func(name, out, host string) {
		t.Helper()
		b, err := convert.Decode([]byte(out), nil)
		if err != nil || len(b.Keys) != 1 || len(b.Requests) != 1 || len(b.PublicKeys) != 1 || len(b.CRLs) != 1 || !strings.Contains(convert.NameString(b.CRLs[0].Issuer), "Sites Intermediate") {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		if id := b.Keys[0].PublicID(); b.Requests[0].PublicID() != id || b.PublicKeys[0].PublicID() != id || !strings.Contains(out, strings.TrimSpace(public[host])) {
			t.Errorf("%s: another site's: %s", name, out)
		}
	}
	const left = "left out: the revocation list of CN=Another Intermediate in foreign.crl"
	code, _, stderr := runInside(t, append([]string{"convert", "--for", "haproxy", "--out-dir", "sites"}, all...)...)
	if code != 0 || strings.Count(stderr, "left out") != 1 || !strings.Contains(stderr, left) {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	for host := range public {
		data, err := os.ReadFile(filepath.Join("sites", host+".pem"))
		if err != nil {
			t.Fatal(err)
		}
		holds("--out-dir", string(data), host)
	}
	for _, more := range []string{"--quiet=false", "--allow-mismatch"} {
		code, out, stderr := runInside(t, append([]string{"convert", "--for", "nginx", "--host", "a.example.com", more}, all...)...)
		if code != 0 || !strings.Contains(stderr, left) || !strings.Contains(stderr, "left out: the request for CN=b.example.com in b.example.com.csr") || !strings.Contains(stderr, "left out: the public key in b.example.com.pub.pem") {
			t.Fatalf("%s: exit code %d: %s", more, code, stderr)
		}
		holds("--host", out, "a.example.com")
	}
	if code, out, stderr := runInside(t, append([]string{"convert", "--host", "b.example.com", "--only", "public-key"}, all...)...); code != 0 || out != public["b.example.com"] {
		t.Errorf("exit code %d: %s%s", code, out, stderr)
	}
}

// A key that nobody can open keeps no other site of its keystore from being written; the
// site that it may be of, and all sites, are refused.
func TestConvertSitesBesideLockedKey(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSites(t, "a.example.com", "b.example.com")
	joined := []byte{0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 2}
	for alias, host := range map[string]string{"one": "a.example.com", "two": "b.example.com"} {
		t.Setenv("PW", "secret")
		t.Setenv("KEY", "of "+alias)
		if code, _, stderr := runInside(t, "convert", host+".pem", "--name", alias, "--out", alias+".jks", "--pass-out", "env:PW", "--key-pass-out", "env:KEY"); code != 0 {
			t.Fatal(stderr)
		}
		data, err := os.ReadFile(alias + ".jks")
		if err != nil {
			t.Fatal(err)
		}
		joined = append(joined, data[12:len(data)-sha1.Size]...)
	}
	sum := sha1.Sum(append([]byte("\x00s\x00e\x00c\x00r\x00e\x00tMighty Aphrodite"), joined...))
	if err := os.WriteFile("all.jks", append(joined, sum[:]...), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KEY", "of one")
	for args, want := range map[string]int{
		"--alias ONE": 0, "--host a.example.com": 0, "--host a.example.com --for nginx --only key": 0,
		"": 4, "--alias two": 4, "--host b.example.com": 4, "--for nginx": 4, "--out-dir sites --to pem": 4, "--only key": 4, "--only cert": 0,
	} {
		code, out, stderr := runInside(t, append([]string{"convert", "all.jks", "--pass", "env:PW", "--key-pass", "env:KEY"}, strings.Fields(args)...)...)
		if code != want || want == 4 && !strings.Contains(stderr, `key "two"`) {
			t.Errorf("%s: exit code %d: %s", args, code, stderr)
		}
		if b, err := convert.Decode([]byte(out), nil); want == 0 && args != "--only cert" && (err != nil || len(b.Keys) != 1 || !strings.Contains(stderr, `left out: key "two"`)) {
			t.Errorf("%s: %v: %s%s", args, err, out, stderr)
		}
	}
}

// writeList writes a revocation list of an issuer of this name, whoever signed it.
func writeList(t *testing.T, name, issuer string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ca := &x509.Certificate{Subject: pkix.Name{CommonName: issuer}, SubjectKeyId: []byte{1}, KeyUsage: x509.KeyUsageCRLSign}
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: time.Now(), NextUpdate: time.Now().Add(time.Hour)}, ca, key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, der, 0o600); err != nil {
		t.Fatal(err)
	}
}

// The inputs that were reported.
func TestConvertReportedSites(t *testing.T) {
	folder := filepath.Join(testenv.Cases(t), "keystores", "several-sites")
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) == 0 {
		t.Fatal(err)
	}
	t.Setenv("PW", "secret")
	for _, e := range entries {
		in := filepath.Join(folder, e.Name())
		dir := filepath.Join(t.TempDir(), "sites")
		if code, _, stderr := runInside(t, "convert", in, "--for", "haproxy", "--pass", "env:PW", "--out-dir", dir); code != 0 {
			t.Errorf("%s: exit code %d: %s", in, code, stderr)
			continue
		}
		if names := filesOfSites(t, dir); len(names) != 2 {
			t.Errorf("%s: %q", in, names)
		}
		if code, _, stderr := runInside(t, "convert", in, "--for", "nginx", "--pass", "env:PW"); code != 1 || !strings.Contains(stderr, "www.example.com, ec.example.com") {
			t.Errorf("%s: exit code %d: %s", in, code, stderr)
		}
		if _, found, _ := runInside(t, "check", in, "--pass", "env:PW", "--roots", filepath.Join(folder, "../root.pem")); strings.Contains(found, "chain-incomplete]") {
			t.Errorf("%s: %s", in, found)
		}
	}
}
