package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/target"
)

// writeCA writes the key and certificate of a CA and of a site of it into the
// working folder, and returns the SubjectPublicKeyInfo of the site.
func writeCA(t *testing.T) (site []byte) {
	t.Helper()
	var parent *x509.Certificate
	var signer *rsa.PrivateKey
	for i, name := range []string{"ca", "site"} {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		c := &x509.Certificate{
			SerialNumber: big.NewInt(int64(i + 1)), Subject: pkix.Name{CommonName: "Test " + name},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true, IsCA: i == 0,
		}
		if i == 0 {
			parent, signer = c, key
		}
		raw, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
		if err != nil {
			t.Fatal(err)
		}
		p8, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		for ext, b := range map[string]*pem.Block{".crt": {Type: "CERTIFICATE", Bytes: raw}, ".key": {Type: "PRIVATE KEY", Bytes: p8}} {
			if err := os.WriteFile(name+ext, pem.EncodeToMemory(b), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if site, err = x509.MarshalPKIXPublicKey(&key.PublicKey); err != nil {
			t.Fatal(err)
		}
	}
	return site
}

// What is written for a site has the key of the site and no other, whatever the
// target and the order of the files.
func TestConvertTakesKeyOfSite(t *testing.T) {
	t.Chdir(t.TempDir())
	want := writeCA(t)
	t.Setenv("PW", "secret")
	files := []string{"ca.crt", "ca.key", "site.crt", "site.key"}
	check := func(name string, flags ...string) {
		out := filepath.Join(t.TempDir(), "out")
		code, _, stderr := runInside(t, append(append([]string{"convert", "--out", out}, flags...), files...)...)
		if code != 0 {
			t.Fatalf("%s: exit code %d: %s", name, code, stderr)
		}
		if !strings.Contains(stderr, "left out: the key of CN=Test ca in ca.key") {
			t.Errorf("%s: the key of the CA is not named: %s", name, stderr)
		}
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		b, err := convert.Decode(data, &convert.DecodeOptions{Password: func(convert.PasswordRequest) ([]byte, error) { return []byte("secret"), nil }})
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Keys) != 1 || !bytes.Equal(b.Keys[0].SPKI, want) {
			t.Errorf("%s: %d keys, and not that of the site alone", name, len(b.Keys))
		}
	}
	for _, x := range target.All() {
		flags := []string{"--for", x.Name}
		if convert.Lookup(x.Format).TakesPassword() && x.Format != "pem" {
			flags = append(flags, "--pass-out", "env:PW")
		}
		if x.Format == "net" {
			flags = append(flags, "--only", "key")
		}
		check(x.Name, flags...)
	}
	check("--only key", "--only", "key", "--to", "pem")
	check("--only key --only fullchain", "--only", "key", "--only", "fullchain", "--to", "pem")
}

// Several keys in one file are what was asked for, and told.
func TestConvertTellsKeys(t *testing.T) {
	t.Chdir(t.TempDir())
	writeCA(t)
	t.Setenv("PW", "secret")
	for _, to := range []string{"pem", "pfx --pass-out env:PW", "jks --pass-out env:PW"} {
		for args, told := range map[string]bool{"ca.crt ca.key site.crt site.key": true, "site.crt site.key site.key": false, "ca.crt ca.key site.crt site.key --only fullchain": false} {
			code, _, stderr := runInside(t, append([]string{"convert", "--out", filepath.Join(t.TempDir(), "out")}, strings.Fields(args+" --to "+to)...)...)
			if is := strings.Contains(stderr, "2 private keys are in it: the key of CN=Test ca in ca.key; the key of CN=Test site in site.key"); code != 0 || is != told {
				t.Errorf("%s --to %s: exit code %d: %s", args, to, code, stderr)
			}
		}
	}
}

// Where the key of the site cannot be told, nothing is written.
func TestConvertRefusesKeys(t *testing.T) {
	t.Chdir(t.TempDir())
	writeCA(t)
	for _, c := range []struct {
		args string
		says string
	}{
		{"ca.key site.key --only key --to pem", "in ca.key, the RSA key in site.key"},
		{"ca.key site.key --for nginx", "in ca.key, the RSA key in site.key"},
		{"ca.key ca.crt site.crt --for nginx", "no private key of CN=Test site"},
		{"ca.key ca.crt site.crt --for nginx --allow-mismatch", "no private key of CN=Test site"},
	} {
		code, _, stderr := runInside(t, append([]string{"convert", "--out", "out"}, strings.Fields(c.args)...)...)
		if code != 1 || !strings.Contains(stderr, c.says) {
			t.Errorf("%s: exit code %d: %s", c.args, code, stderr)
		}
		if _, err := os.Stat("out"); err == nil {
			t.Errorf("%s: it is written", c.args)
		}
	}
}
