package convert_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/testenv"
)

const bouncyCastle = "/usr/share/java/bcprov.jar"

// javaTypes are what Java calls the formats.
var javaTypes = map[string]string{"jks": "JKS", "jceks": "JCEKS", "pfx": "PKCS12", "bks": "BKS", "bcfks": "BCFKS"}

// javaEntries are the lines of Entries.java for each file, "alias key EC HASH…" or
// "alias trusted HASH". list has a format before each file.
func javaEntries(t *testing.T, list ...string) map[string]string {
	t.Helper()
	args := []string{"-Dbc=yes", "-cp", bouncyCastle, "../testdata/keystores/Entries.java"}
	for i, s := range list {
		if i%2 == 0 {
			s = javaTypes[s]
		}
		args = append(args, s)
	}
	out := map[string]string{}
	for part := range strings.SplitSeq(testenv.Must(t, "", "java", args...), "= ") {
		if name, lines, ok := strings.Cut(part, "\n"); ok {
			out[name] = lines
		}
	}
	return out
}

func needJava(t *testing.T) {
	t.Helper()
	testenv.Programs(t, "keytool", "javac")
	testenv.Dir(t, bouncyCastle)
}

// toFormat converts files, whose password is secret, into a new file.
func toFormat(t *testing.T, format, path string, opts convert.EncodeOptions, files ...string) {
	t.Helper()
	all := &convert.Bundle{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		b, err := convert.Decode(data, &convert.DecodeOptions{File: f, Password: convert.Passwords("secret")})
		if err != nil {
			t.Fatal(f, err)
		}
		all.Add(b)
	}
	if opts.Password == nil && format != "pem" {
		opts.Password = []byte("secret")
	}
	opts.Time = time.Now()
	out, err := convert.Encode(all, format, &opts)
	if err != nil {
		t.Fatalf("%s as %s: %v", files, format, err)
	}
	if err := os.WriteFile(path, out, 0o600); err != nil {
		t.Fatal(err)
	}
}

// What keytool -importkeystore makes of a keystore is what is made of it here, for
// each pair of formats: the same aliases, kinds and chains, as Java sees them and, of
// PKCS#12, as OpenSSL does.
func TestKeystorePairs(t *testing.T) {
	needJava(t)
	testenv.Programs(t, "openssl")
	dir := t.TempDir()
	provider := []string{"-providerclass", "org.bouncycastle.jce.provider.BouncyCastleProvider", "-providerpath", bouncyCastle}
	keytool := func(from, src, to, dst string) {
		args := []string{"-importkeystore", "-noprompt", "-srckeystore", src, "-srcstoretype", javaTypes[from], "-srcstorepass", "secret",
			"-destkeystore", dst, "-deststoretype", javaTypes[to], "-deststorepass", "secret"}
		testenv.Must(t, "", "keytool", append(args, provider...)...)
	}
	type source struct {
		name, format, path string
		entries            int
	}
	sources := []source{{"jks", "jks", "../testdata/keystores/entries.jks", 7}}
	for from := range javaTypes {
		if from != "jks" {
			s := source{from, from, filepath.Join(dir, "src."+from), 7}
			keytool("jks", sources[0].path, from, s.path)
			sources = append(sources, s)
		}
	}
	for _, name := range []string{"openssl", "openssl-legacy"} {
		s := source{name, "pfx", filepath.Join(dir, name+".p12"), 1}
		key := filepath.Join(dir, name+".key")
		testenv.Must(t, "", "openssl", "pkcs12", "-in", "../testdata/keystores/renewed.p12", "-passin", "pass:secret", "-nocerts", "-nodes", "-out", key)
		args := []string{"pkcs12", "-export", "-inkey", key, "-in", "../testdata/keystores/renewed.crt", "-certfile", "../testdata/keystores/chain.crt",
			"-name", "web", "-caname", "upper", "-passout", "pass:secret", "-out", s.path}
		if name == "openssl-legacy" {
			args = append(args, "-legacy")
		}
		testenv.Must(t, "", "openssl", args...)
		sources = append(sources, s)
	}
	var list []string
	for _, s := range sources {
		for _, to := range []string{"jks", "pfx"} {
			theirs, ours := filepath.Join(dir, s.name+"-keytool."+to), filepath.Join(dir, s.name+"-ours."+to)
			keytool(s.format, s.path, to, theirs)
			toFormat(t, to, ours, convert.EncodeOptions{}, s.path)
			list = append(list, to, theirs, to, ours)
			if to == "pfx" {
				if see, want := opensslEntries(t, ours), opensslEntries(t, theirs); len(want) <= s.entries || !slices.Equal(see, want) {
					t.Errorf("%s: OpenSSL sees\n%s\nwith keytool:\n%s", filepath.Base(ours), strings.Join(see, "\n"), strings.Join(want, "\n"))
				}
			}
		}
	}
	// And back, by way of PKCS#12.
	toFormat(t, "jks", filepath.Join(dir, "back.jks"), convert.EncodeOptions{}, filepath.Join(dir, "jks-ours.pfx"))
	list = append(list, "jks", filepath.Join(dir, "back.jks"))
	seen := javaEntries(t, list...)
	for i := 1; i < len(list)-2; i += 4 {
		theirs, ours := seen[list[i]], seen[list[i+2]]
		if strings.Count(theirs, "\n") != sources[i/8].entries || ours != theirs {
			t.Errorf("%s:\n%swith keytool:\n%s", filepath.Base(list[i+2]), ours, theirs)
		}
	}
	if back, theirs := seen[filepath.Join(dir, "back.jks")], seen[filepath.Join(dir, "pfx-keytool.jks")]; back != theirs {
		t.Errorf("there and back:\n%swith keytool:\n%s", back, theirs)
	}
}

// opensslEntries are the objects that OpenSSL finds in a PFX, with the names of keys, their
// certificates and trusted ones: those of others are made up by Java.
func opensslEntries(t *testing.T, path string) []string {
	t.Helper()
	var list []string
	name, named := "", false
	rest := testenv.Must(t, "", "openssl", "pkcs12", "-in", path, "-passin", "pass:secret", "-nodes", "-legacy", "-provider", "default")
	for line := range strings.Lines(rest) {
		rest = rest[len(line):]
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch {
		case key == "Bag Attributes":
			name, named = "", false
		case key == "friendlyName":
			name = strings.TrimSpace(value)
		case key == "localKeyID" || key == "2.16.840.1.113894.746875.1.1":
			named = true
		case strings.HasPrefix(line, "-----BEGIN "):
			block, _ := pem.Decode([]byte(line + rest))
			if block == nil {
				t.Fatal(line)
			}
			if sum := fmt.Sprintf("%s %x", block.Type, sha256.Sum256(block.Bytes)); named {
				list = append(list, sum+" "+name, sum)
			} else {
				list = append(list, sum)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// entries gives what Java sees without the hashes: "alias key 2", "alias trusted".
func entries(lines string) []string {
	var list []string
	for line := range strings.Lines(lines) {
		f := strings.Fields(line)
		if f[1] == "key" {
			f = append(f[:2:2], fmt.Sprint(len(f)-3))
		} else {
			f = f[:2]
		}
		list = append(list, strings.Join(f, " "))
	}
	return list
}

// The right certificate goes with a key, and its name and trust follow.
func TestKeystoreEntries(t *testing.T) {
	needJava(t)
	dir := t.TempDir()
	in := func(names ...string) (list []string) {
		for _, n := range names {
			list = append(list, "../testdata/keystores/"+n)
		}
		return list
	}
	cases := []struct {
		name  string
		files []string
		opts  convert.EncodeOptions
		want  []string
	}{
		{"renewed", in("renewed.p12", "renewed.crt", "chain.crt"), convert.EncodeOptions{}, []string{"tomcat key 3"}},
		{"other-alias", in("other-alias.jks"), convert.EncodeOptions{}, []string{"intermediate trusted", "root trusted", "server key 3", "tomcat trusted"}},
		{"broker", in("broker.key", "broker-trusted.p12"), convert.EncodeOptions{}, []string{"broker key 1"}},
		{"clash", in("alias-web.p12", "alias-ec.p12"), convert.EncodeOptions{}, []string{"web key 1", "web-2 key 1"}},
		{"clash with a trusted one", in("alias-web.p12", "broker-trusted.p12"), convert.EncodeOptions{Name: "broker"}, []string{"broker key 1", "broker-2 trusted"}},
		{"named", in("alias-web.p12"), convert.EncodeOptions{Name: "Mine"}, []string{"mine key 1"}},
	}
	var list []string
	for _, c := range cases {
		for _, to := range []string{"jks", "pfx"} {
			path := filepath.Join(dir, strings.ReplaceAll(c.name, " ", "-")+"."+to)
			toFormat(t, to, path, c.opts, c.files...)
			list = append(list, to, path)
		}
	}
	seen := javaEntries(t, list...)
	for i, c := range cases {
		for _, path := range []string{list[4*i+1], list[4*i+3]} {
			if got := entries(seen[path]); !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, want %q", filepath.Base(path), got, c.want)
			}
		}
	}
}

// OpenSSL finds the certificate by localKeyId, and the first of a PEM file is the key's.
func TestKeysCertificateInPFXAndPEM(t *testing.T) {
	testenv.Programs(t, "openssl")
	dir := t.TempDir()
	files := []string{"../testdata/keystores/renewed.p12", "../testdata/keystores/renewed.crt", "../testdata/keystores/chain.crt"}
	pfx, pem := filepath.Join(dir, "new.p12"), filepath.Join(dir, "new.pem")
	toFormat(t, "pfx", pfx, convert.EncodeOptions{}, files...)
	toFormat(t, "pem", pem, convert.EncodeOptions{}, files...)
	clcert := testenv.Must(t, "", "openssl", "pkcs12", "-in", pfx, "-passin", "pass:secret", "-clcerts", "-nokeys")
	if strings.Count(clcert, "BEGIN CERTIFICATE") != 1 || !strings.Contains(clcert, "friendlyName: tomcat") || !strings.Contains(clcert, "issuer=O = Test, CN = Test Intermediate") {
		t.Errorf("certificates with the localKeyId of the key:\n%s", clcert)
	}
	if first := testenv.Must(t, "", "openssl", "x509", "-in", pem, "-noout", "-issuer"); !strings.Contains(first, "Test Intermediate") {
		t.Error("first in the PEM file:", first)
	}
}

// The keystores that were reported come out as the list beside them says.
func TestReportedKeystores(t *testing.T) {
	needJava(t)
	cases := filepath.Join(testenv.Cases(t), "keystores")
	dir := t.TempDir()
	list := []struct {
		name, to string
		files    []string
		want     []string
	}{
		{"trusted", "pfx", []string{"java-trusted-entries/keystore.jks"}, []string{"intermediate trusted", "partner trusted", "root trusted", "web key 3"}},
		{"trusted", "jks", []string{"java-trusted-entries/keystore.jks"}, []string{"intermediate trusted", "partner trusted", "root trusted", "web key 1"}},
		{"own", "pfx", []string{"java-own-cert-trusted/ss.key", "java-own-cert-trusted/sstrust.p12"}, []string{"broker key 1"}},
		{"renewed", "pfx", []string{"java-renewed/gen.p12", "java-renewed/gen.crt", "int.pem"}, []string{"tomcat key 2"}},
		{"renewed", "jks", []string{"java-renewed/gen.p12", "java-renewed/gen.crt", "int.pem"}, []string{"tomcat key 2"}},
		{"clash", "pfx", []string{"alias-clash/c1.p12", "alias-clash/c2.p12"}, []string{"web key 1", "web-2 key 1"}},
		{"clash", "jks", []string{"alias-clash/c1.p12", "alias-clash/c2.p12"}, []string{"web key 1", "web-2 key 1"}},
		{"spurious", "jks", []string{"spurious-trusted/dupalias.jks"}, []string{"a-root trusted", "b-root trusted", "encryption key 2", "signing key 2"}},
		{"spurious", "pfx", []string{"spurious-trusted/dupalias.jks"}, []string{"a-root trusted", "b-root trusted", "encryption key 3", "signing key 3"}},
		{"wish", "jks", []string{"wish/trust.bks"}, []string{"ca trusted"}},
	}
	var paths []string
	for _, c := range list {
		path := filepath.Join(dir, c.name+"."+c.to)
		for i := range c.files {
			c.files[i] = filepath.Join(cases, c.files[i])
		}
		toFormat(t, c.to, path, convert.EncodeOptions{}, c.files...)
		paths = append(paths, c.to, path)
	}
	seen := javaEntries(t, paths...)
	for _, c := range list {
		if got := entries(seen[filepath.Join(dir, c.name+"."+c.to)]); !slices.Equal(got, c.want) {
			t.Errorf("%s as %s: %q, want %q", c.name, c.to, got, c.want)
		}
	}
}

// Without a password certificates are read, and it is told that nothing proves that nobody
// altered them. With a wrong one that is a fault, as it is for Java.
func TestKeystoreNotProved(t *testing.T) {
	for _, file := range []string{"bks/keys.bks", "bks/keys-v1.bks", "jks/keys.jks", "bks/trust.bks"} {
		data, err := os.ReadFile(filepath.Join("../testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, pw := range [][]string{nil, {"wrong"}, {"secret"}} {
			b, _ := convert.Decode(data, &convert.DecodeOptions{Password: convert.Passwords(pw...)})
			told, unproved := 0, 0
			for _, n := range b.Notes {
				if n.Kind == note.Skipped && strings.Contains(n.Text.String(), "not proved") {
					told++
				}
			}
			for i := range b.Failures {
				if f := &b.Failures[i]; f.Unproved() && errors.Is(f.Err, convert.ErrPasswordIncorrect) {
					unproved++
				}
			}
			none, wrong := len(pw) == 0, slices.Equal(pw, []string{"wrong"})
			if len(b.Certs) == 0 || (told == 1) != none || (unproved == 1) != wrong {
				t.Errorf("%s, %q: %d certificates, told %d times, %d faults", file, pw, len(b.Certs), told, unproved)
			}
		}
	}
}

// A signature in place of the MAC is checked with the certificate that comes with it; without
// one, or where it does not fit, the keystore is not taken for whole.
func TestSignedKeystore(t *testing.T) {
	read := func(file string) []byte {
		data, err := os.ReadFile("../testdata/bcfks/" + file)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	signed := read("signed.bcfks")
	altered := bytes.Clone(signed)
	altered[len(altered)-5] ^= 1 // of the signature
	for name, c := range map[string]struct {
		data  []byte
		fails string
	}{
		"signed": {signed, ""}, "without a certificate": {read("signed-bare.bcfks"), "not in the file"}, "altered": {altered, "does not verify"},
	} {
		b, err := convert.Decode(c.data, nil)
		fails := ""
		for _, n := range b.Notes {
			if n.Kind == note.MACFails {
				fails = n.Text.String()
			}
		}
		if err != nil || len(b.Certs) == 0 || (fails == "") != (c.fails == "") || !strings.Contains(fails, c.fails) {
			t.Errorf("%s: %d certificates, %q, %v", name, len(b.Certs), fails, err)
		}
	}
}
