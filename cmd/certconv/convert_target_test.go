package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// A key is written in a form that the target loads, and byte for byte where it is
// in one: openssl, Go and Java are asked.
func TestConvertKeyForms(t *testing.T) {
	testenv.Programs(t, "openssl", "keytool")
	testdata := filepath.Join(testenv.Root(t), "testdata")
	t.Chdir(t.TempDir())
	t.Setenv("PW", "secret")
	v2 := filepath.Join(testdata, "checks/key-unusable/bad-with-public.key")
	explicit := filepath.Join(testdata, "servers/ec.explicit.key")
	for _, c := range []struct {
		key, target string
		kept        bool
		tells       string
	}{
		{v2, "", true, "kept in a form that not all software loads"},
		{v2, "nginx", false, "written anew for nginx"},
		{v2, "nginx@openssl3.5", true, ""},
		{v2, "kubernetes", false, "written anew for kubernetes"},
		{explicit, "", true, "kept in a form that not all software loads"},
		{explicit, "nginx", false, "the numbers of the curve are written out"},
		{explicit, "tomcat", false, "the numbers of the curve are written out"},
		{explicit, "kubernetes", false, "the numbers of the curve are written out"},
		{filepath.Join(testdata, "servers/ec-P-256.key"), "nginx", true, ""},
	} {
		args := []string{"convert", c.key, "--only", "key", "--to", "pem"}
		if c.target != "" {
			args = append(args, "--for", c.target)
		}
		code, out, stderr := runInside(t, args...)
		if code != 0 || c.tells == "" && stderr != "" || !strings.Contains(stderr, c.tells) {
			t.Errorf("%s for %q: exit code %d: %s", filepath.Base(c.key), c.target, code, stderr)
			continue
		}
		read, err := os.ReadFile(c.key)
		if err != nil {
			t.Fatal(err)
		}
		was := []byte(testenv.Must(t, "", "openssl", "pkcs8", "-topk8", "-nocrypt", "-in", filepath.Join(testdata, "servers/ec.explicit.key")))
		if block, _ := pem.Decode(read); block.Type == "PRIVATE KEY" {
			was = read
		}
		is, _ := pem.Decode([]byte(out))
		before, _ := pem.Decode(was)
		if same := bytes.Equal(is.Bytes, before.Bytes); same != c.kept {
			t.Errorf("%s for %q: kept byte for byte: %t, want %t", filepath.Base(c.key), c.target, same, c.kept)
		}
		if c.kept {
			continue
		}
		if _, err := x509.ParsePKCS8PrivateKey(is.Bytes); err != nil {
			t.Errorf("%s for %q: %v", filepath.Base(c.key), c.target, err)
		}
		if err := os.WriteFile("out.key", []byte(out), 0o600); err != nil {
			t.Fatal(err)
		}
		testenv.Must(t, "", "openssl", "pkey", "-in", "out.key", "-noout")
	}
	// Java reads the key out of the keystore: the certificate has its curve by name.
	testenv.Must(t, "", "openssl", "req", "-x509", "-key", explicit, "-subj", "/CN=explicit.example", "-days", "2", "-out", "explicit.crt")
	code, out, stderr := runInside(t, "convert", explicit, "--only", "key", "--to", "pem", "--for", "tomcat")
	if code != 0 {
		t.Fatal(stderr)
	}
	if err := os.WriteFile("named.key", []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	testenv.Must(t, "", "openssl", "req", "-x509", "-key", "named.key", "-subj", "/CN=explicit.example", "-days", "2", "-out", "named.crt")
	for _, args := range [][]string{{"--for", "tomcat", "--out", "k.p12"}, {"--to", "jks", "--out", "k.jks"}} {
		if code, _, stderr := runInside(t, append([]string{"convert", explicit, "named.crt", "--pass-out", "env:PW"}, args...)...); code != 0 || !strings.Contains(stderr, "written anew") {
			t.Fatalf("%v: exit code %d: %s", args, code, stderr)
		}
		testenv.Must(t, "", "keytool", "-importkeystore", "-srckeystore", args[3], "-srcstorepass", "secret", "-destkeystore", "read.p12", "-deststorepass", "secret", "-noprompt")
		if err := os.Remove("read.p12"); err != nil {
			t.Fatal(err)
		}
	}
	// One whose certificate has the numbers is none that Java opens.
	code, _, stderr = runInside(t, "convert", explicit, "explicit.crt", "--for", "tomcat", "--out", "no.p12", "--pass-out", "env:PW")
	if _, err := os.Stat("no.p12"); code != 1 || err == nil || !strings.Contains(stderr, "reads no such certificate") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if code, _, stderr = runInside(t, "convert", explicit, "explicit.crt", "--to", "jks", "--out", "no.jks", "--pass-out", "env:PW"); code != 0 || !strings.Contains(stderr, "Java opens no keystore") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if _, _, err := testenv.Run("", "keytool", "-list", "-keystore", "no.jks", "-storepass", "secret"); err == nil {
		t.Error("keytool opens it after all")
	}
}

// A key that the target cannot use is refused, with the words of check; and so is
// half of what one file has to hold, unless it is asked for.
func TestConvertRefusesWhatTheTargetCannotUse(t *testing.T) {
	servers := filepath.Join(testenv.Root(t), "testdata/servers")
	t.Setenv("PW", "secret")
	in := func(names ...string) (list []string) {
		for _, n := range names {
			list = append(list, filepath.Join(servers, n))
		}
		return list
	}
	primes := in("../pairs/rsa2048-3primes.pem")
	const unsupported, noCert, noKey = "key-unsupported", "cert-missing", "key-missing"
	for _, c := range []struct {
		target string
		files  []string
		only   string
		code   string
	}{
		{"iis", in("ed25519.key", "ed25519.pem"), "", unsupported},
		{"iis", in("ec-brainpoolP256r1.key", "ec-brainpoolP256r1.pem"), "", unsupported},
		{"iis", in("ec-secp256k1.key", "ec-secp256k1.pem"), "", unsupported},
		{"iis", in("pss.key", "pss.pem"), "", unsupported},
		{"iis", in("ec-P-384.key", "ec-P-384.pem"), "", ""},
		{"iis5", in("ec-P-256.key", "ec-P-256.pem"), "", unsupported},
		{"java8", in("ed25519.key", "ed25519.pem"), "", unsupported},
		{"tomcat", in("ed25519.key", "ed25519.pem"), "", ""},
		{"tomcat", in("ec-secp256k1.key", "ec-secp256k1.pem"), "", unsupported},
		{"tomcat", primes, "", unsupported},
		{"java8", primes, "", unsupported},
		{"jks", primes, "", unsupported},
		{"iis", primes, "", unsupported},
		{"haproxy", primes, "", ""},
		{"iis", in("ed25519.key"), "key", unsupported},
		{"iis", in("rsa.key"), "", noCert},
		{"iis", in("rsa.key"), "key", ""},
		{"iis", in("rsa.pem"), "", noKey},
		{"iis", in("rsa.pem"), "fullchain", ""},
		{"tomcat", in("rsa.pem"), "", noKey},
		{"tomcat", in("root.pem"), "", ""},
		{"nginx", []string{filepath.Join(testenv.Root(t), "testdata/pairs/request.pem")}, "", noCert},
	} {
		out := filepath.Join(t.TempDir(), "out.pfx")
		args := append([]string{"convert", "--format", "json", "--for", c.target, "--out", out}, c.files...)
		if c.target != "nginx" {
			args = append(args, "--pass-out", "env:PW")
		}
		if c.only != "" {
			args = append(args, "--only", c.only)
		}
		code, stdout, stderr := runInside(t, args...)
		_, err := os.Stat(out)
		if c.code == "" {
			if code != 0 || err != nil {
				t.Errorf("%s %v: exit code %d: %s%s", c.target, c.files, code, stdout, stderr)
			}
			continue
		}
		if code != 1 || err == nil || !strings.Contains(stdout, `"code": "`+c.code+`"`) {
			t.Errorf("%s %v: exit code %d, want %s: %s%s", c.target, c.files, code, c.code, stdout, stderr)
		}
		if c.code == unsupported && c.only == "" {
			if _, found, _ := runInside(t, append([]string{"check", "--for", c.target, "--only", c.code, "--format", "json"}, c.files...)...); !strings.Contains(found, c.code) {
				t.Errorf("%s %v: check says something else: %s", c.target, c.files, found)
			}
		}
	}
}

// Which Java opens a PFX depends on the characters of its password.
func TestInspectKnowsThePasswordsCharacters(t *testing.T) {
	testenv.Programs(t, "openssl", "keytool")
	servers := filepath.Join(testenv.Root(t), "testdata/servers")
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		password string
		opens    bool
	}{{"secret1", true}, {"pässwörd", false}} {
		t.Setenv("PW", c.password)
		testenv.Must(t, "", "openssl", "pkcs12", "-export", "-inkey", filepath.Join(servers, "rsa.key"), "-in", filepath.Join(servers, "rsa.pem"), "-passout", "env:PW", "-out", "k.p12")
		java := testenv.Must(t, "", "keytool", "-J-version")
		if _, _, err := testenv.Run("", "keytool", "-list", "-keystore", "k.p12", "-storepass:env", "PW"); strings.HasPrefix(java, "openjdk 17") && (err == nil) != c.opens {
			t.Errorf("%s: keytool: %v", c.password, err)
		}
		code, out, stderr := runInside(t, "inspect", "k.p12", "--pass", "env:PW")
		_, refused, _ := strings.Cut(out, "refused by:")
		if code != 0 || strings.Contains(refused, "Java 8u301") == c.opens {
			t.Errorf("%s: exit code %d: %s%s", c.password, code, out, stderr)
		}
	}
}
