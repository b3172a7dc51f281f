package main

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// What was reported of files that carry certificates comes out as the list beside them says.
func TestReportedCarriers(t *testing.T) {
	replay := filepath.Join(testenv.Cases(t), "carriers", "replay.py")
	testenv.Programs(t, "python3")
	out, stderr, err := testenv.Run("", "python3", replay, "certconv") // the tests themselves, see TestMain
	if err != nil || !strings.Contains(out, "\n0 of ") {
		t.Errorf("%v: %s%s", err, out, stderr)
	}
}

// Keys, passwords and carriers that were reported are read, and refused where the target
// cannot use them.
func TestReportedKeystoreFiles(t *testing.T) {
	cases := filepath.Join(testenv.Cases(t), "keystores")
	dir := t.TempDir()
	t.Setenv("PW", "secret")
	t.Setenv("NFC", "P\u00e4ssword1\u00e134")
	t.Setenv("LATIN", "p\u00e4ssw\u00f6rd")
	for _, c := range []struct {
		args string // files are below cases, those with + below dir
		code int
		says []string
	}{
		{"inspect password/nonascii.p12 --pass env:LATIN", 0, []string{"private key, RSA 2048", "Java 25 and later"}},
		{"inspect password/pw-nfd.p12 --pass env:NFC", 0, []string{"private key, RSA 2048"}},
		{"convert pkcs8-v2/ed-v1-pub.key --for nginx --only key", 0, []string{"written anew for nginx"}},
		{"convert pkcs8-v2/ed-v2.key --for haproxy --only key", 0, []string{"written anew for haproxy"}},
		{"convert pkcs8-v2/rsa-v2pub.key --for apache --only key", 0, []string{"written anew for apache"}},
		{"check --key pkcs8-v2/ed-v2.key --cert pkcs8-v2/ed.crt", 1, []string{"OpenSSL before 3.5 does not load it"}},
		{"inspect ec-explicit/ecx.crt", 0, []string{"the numbers of the curve are written out"}},
		{"check ec-explicit/ecx.crt ec-explicit/ecx.key", 1, []string{"cert-key-clients", "numbers of its curve"}},
		{"convert ec-explicit/ecx.key --for nginx --only key", 0, []string{"they are those of P-256"}},
		{"convert ec-explicit/ecx.crt ec-explicit/ecx.key --pass-out env:PW --out +ecx.jks", 0, []string{"Java opens no keystore with the certificate"}},
		{"convert target-key-type/bp.key target-key-type/bp.crt --for iis --pass-out env:PW --out +x.pfx", 1, []string{"brainpoolP256r1; iis uses"}},
		{"convert target-key-type/edx.key target-key-type/edx.crt --for iis5 --pass-out env:PW --out +x.pfx", 1, []string{"Ed25519; iis5 uses"}},
		{"convert target-key-type/edx.key target-key-type/edx.crt --for java8 --pass-out env:PW --out +x.pfx", 1, []string{"Ed25519; java8 uses"}},
		{"inspect text-carriers/b64b64.txt", 0, []string{"private key, RSA 2048"}},
		{"inspect text-carriers/ca-zip.eml", 0, []string{"mail, with ZIP", "3  CA certificate"}},
		{"inspect text-carriers/certutil-dump.txt", 3, []string{"what certutil -dump prints"}},
		{"check text-carriers/k8s.yaml --roots root.pem", 0, []string{"clients that accept this"}},
		{"inspect text-carriers/pipe.env", 0, []string{"private key, RSA 2048"}},
		{"inspect wish/key.ppk", 0, []string{"PuTTY", "private key, RSA 2048"}},
		{"inspect wish/rsa.jwk", 0, []string{"private key, RSA 2048"}},
		{"inspect wish/rsa.xml", 0, []string{"private key, RSA 2048"}},
		{"inspect wish/store.sst", 0, []string{"3  CA certificate"}},
		{"inspect wish/trust.bks --pass env:PW", 0, []string{`"ca", trusted`}},
		{"inspect wish/hex.txt", 0, []string{"1  certificate, RSA 2048"}},
		{"inspect wish/ios.cfg", 0, []string{"1  certificate, RSA 2048"}},
	} {
		args := strings.Fields(c.args)
		for i, a := range args {
			if rest, ok := strings.CutPrefix(a, "+"); ok {
				args[i] = filepath.Join(dir, rest)
			} else if strings.Contains(a, "/") || strings.HasSuffix(a, ".pem") {
				args[i] = filepath.Join(cases, a)
			}
		}
		code, out, stderr := runInside(t, args...)
		for _, s := range c.says {
			if !strings.Contains(out+stderr, s) {
				t.Errorf("%s: it does not say %q: %s%s", c.args, s, out, stderr)
			}
		}
		if code != c.code {
			t.Errorf("%s: exit code %d: %s%s", c.args, code, out, stderr)
		}
	}
	// At an offset within something larger.
	before, behind := make([]byte, 5000), make([]byte, 8192)
	_, _ = rand.Read(before)
	_, _ = rand.Read(behind)
	for file, cert := range map[string]string{"several-sites/two-keys.jks": "leaf.pem", "text-carriers/k8s.yaml": "leaf.pem", "text-carriers/b64b64.txt": "leaf.pem", "wish/key.ppk": "leaf.pem", "wish/rsa.xml": "leaf.pem"} {
		data, err := os.ReadFile(filepath.Join(cases, file))
		if err != nil {
			t.Fatal(err)
		}
		image := filepath.Join(dir, "image")
		if err := os.WriteFile(image, bytes.Join([][]byte{before, data, behind}, nil), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out, stderr := runInside(t, "find-key", "--cert", filepath.Join(cases, cert), "--pass", "env:PW", image); code != 0 {
			t.Errorf("%s in an image: exit code %d: %s%s", file, code, out, stderr)
		}
	}
}
