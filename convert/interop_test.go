package convert_test

import (
	"crypto/rand"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
)

// What certconv writes is opened here by the programs that admins have.

// write encodes b into a file of its own.
func write(t testing.TB, b *convert.Bundle, format string, o convert.EncodeOptions) string {
	t.Helper()
	o.Rand = rand.Reader
	out, err := convert.Encode(b, format, &o)
	if err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	path := filepath.Join(t.TempDir(), "file."+format)
	if err := os.WriteFile(path, out, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// byOpenSSL compares what a command of openssl prints as PEM with b.
func byOpenSSL(t testing.TB, b *convert.Bundle, command string, args ...string) {
	t.Helper()
	out, stderr, err := testenv.OpenSSL("", command, args...)
	if err != nil {
		t.Errorf("openssl %s %s: %s", command, strings.Join(args, " "), stderr)
		return
	}
	if diff := differences(openedBundle(b), fromPEM(t, []byte(out))); diff != "" {
		t.Errorf("openssl %s %s: %s", command, strings.Join(args, " "), diff)
	}
}

// keyBundles are the bundles with one key and nothing else, by the name of its
// kind.
func keyBundles(t testing.TB) map[string]*convert.Bundle {
	keys := map[string]*convert.Bundle{}
	for name, b := range pairs(t) {
		if len(b.Keys) == 1 {
			keys[name] = &convert.Bundle{Keys: b.Keys}
		}
	}
	return keys
}

func TestOpenSSLReadsKeys(t *testing.T) {
	testenv.Programs(t, "openssl")
	for name, b := range keyBundles(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			byOpenSSL(t, b, "pkey", "-in", write(t, b, "pem", convert.EncodeOptions{}))
			byOpenSSL(t, b, "pkey", "-inform", "DER", "-in", write(t, b, "der", convert.EncodeOptions{}))
			byOpenSSL(t, b, "pkey", "-inform", "DER", "-in", write(t, b, "pkcs8", convert.EncodeOptions{DER: true}))
			for _, f := range convert.Formats() {
				if !slices.Contains([]string{"pkcs1", "sec1", "pvk"}, f.Name) || !fits(b, f.Holds()) {
					continue
				}
				for _, pw := range []string{"", "secret", "pässwörd"} {
					o := convert.EncodeOptions{}
					if pw != "" {
						o.Password = []byte(pw)
					}
					args := []string{"-passin", "pass:" + pw, "-in", write(t, b, f.Name, o)}
					if f.Name == "pvk" {
						args = append(args, "-inform", "PVK")
					}
					byOpenSSL(t, b, "pkey", args...)
				}
			}
		})
	}
}

func TestOpenSSLReadsEncryptedKeys(t *testing.T) {
	testenv.Programs(t, "openssl")
	b := keyBundles(t)["ec-P-256"]
	for _, p := range convert.Profiles() {
		for _, pw := range []string{"secret", "pässwörd 😀", "x"} {
			for _, format := range []string{"pem", "pkcs8"} {
				o := convert.EncodeOptions{Profile: p.Name, Password: []byte(pw)}
				byOpenSSL(t, b, "pkey", "-passin", "pass:"+pw, "-in", write(t, b, format, o))
			}
			o := convert.EncodeOptions{Profile: p.Name, Password: []byte(pw), DER: true}
			byOpenSSL(t, b, "pkey", "-passin", "pass:"+pw, "-inform", "DER", "-in", write(t, b, "pkcs8", o))
		}
	}
}

func TestOpenSSLReadsBundles(t *testing.T) {
	testenv.Programs(t, "openssl")
	files := pairs(t)
	chain := files["rsa2048"]
	certs := &convert.Bundle{Certs: chain.Certs}
	lists := join(certs, files["crl"])
	byOpenSSL(t, join(chain, files["crl"]), "storeutl", write(t, join(chain, files["crl"]), "pem", convert.EncodeOptions{}))
	byOpenSSL(t, certs, "pkcs7", "-print_certs", "-inform", "DER", "-in", write(t, certs, "p7b", convert.EncodeOptions{}))
	byOpenSSL(t, certs, "pkcs7", "-print_certs", "-in", write(t, certs, "p7b", convert.EncodeOptions{PEM: true}))
	byOpenSSL(t, lists, "pkcs7", "-print_certs", "-inform", "DER", "-in", write(t, lists, "p7b", convert.EncodeOptions{}))
	for name, command := range map[string]string{"request": "req", "crl": "crl"} {
		byOpenSSL(t, files[name], command, "-in", write(t, files[name], "pem", convert.EncodeOptions{}))
		byOpenSSL(t, files[name], command, "-inform", "DER", "-in", write(t, files[name], "der", convert.EncodeOptions{}))
	}
	byOpenSSL(t, &convert.Bundle{Certs: chain.Certs[:1]}, "x509", "-inform", "DER", "-in",
		write(t, &convert.Bundle{Certs: chain.Certs[:1]}, "der", convert.EncodeOptions{}))
}

func TestCerttoolReadsKeys(t *testing.T) {
	testenv.Programs(t, "certtool")
	for name, b := range keyBundles(t) {
		// GnuTLS has no code for the others, knows no RSA below 1024 bits and
		// no third prime.
		if !slices.Contains([]string{"rsa1024", "rsa2048", "rsa2048-e3", "rsapss2048", "ec-P-256", "ec-P-384", "ec-P-521", "ed25519", "ed448", "dsa1024"}, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testenv.Must(t, "", "certtool", "--key-info", "--infile", write(t, b, "pem", convert.EncodeOptions{}))
			testenv.Must(t, "", "certtool", "--key-info", "--inder", "--infile", write(t, b, "pkcs8", convert.EncodeOptions{DER: true}))
			for _, p := range convert.Profiles() {
				testenv.Must(t, "", "certtool", "--key-info", "--password", "secret", "--infile",
					write(t, b, "pkcs8", convert.EncodeOptions{Profile: p.Name, Password: []byte("secret")}))
			}
		})
	}
}

func TestCerttoolReadsPKCS7(t *testing.T) {
	testenv.Programs(t, "certtool")
	files := pairs(t)
	b := join(&convert.Bundle{Certs: files["rsa2048"].Certs}, files["crl"])
	out := testenv.Must(t, "", "certtool", "--p7-info", "--inder", "--infile", write(t, b, "p7b", convert.EncodeOptions{}))
	if got := fromPEM(t, []byte(out)); !slices.Equal(got.certs, certHashes(b)) || len(got.crls) != 1 {
		t.Errorf("%d certificates, %d CRLs in\n%s", len(got.certs), len(got.crls), out)
	}
}

// pfxReader is a program that reads PFX files.
type pfxReader struct {
	name     string
	programs []string
	open     func(t *testing.T, path, password string) (stdout, stderr string, err error)
	names    *regexp.Regexp           // finds the friendly names in the output
	spell    func(name string) string // how the program prints a name
}

// pbmac1 is what none of the programs in Debian 12 reads yet.
const pbmac1 = "pbmac1"

var pfxReaders = []pfxReader{
	{
		name: "openssl", programs: []string{"openssl"},
		open: func(t *testing.T, path, password string) (string, string, error) {
			return testenv.OpenSSL("", "pkcs12", "-in", path, "-nodes", "-passin", "pass:"+password)
		},
		names: regexp.MustCompile(`(?m)^ *friendlyName: (.*)$`),
		spell: lowBytes,
	},
	{
		name: "certtool", programs: []string{"certtool"},
		open: func(t *testing.T, path, password string) (string, string, error) {
			return testenv.Run("", "certtool", "--p12-info", "--inder", "--password", password, "--infile", path)
		},
		names: regexp.MustCompile(`(?m)^\s*Friendly name: (.*)$`),
	},
	{
		name: "pk12util", programs: []string{"pk12util", "certutil"},
		open: func(t *testing.T, path, password string) (string, string, error) {
			db := "sql:" + t.TempDir()
			testenv.Must(t, "", "certutil", "-N", "-d", db, "--empty-password")
			if out, errs, err := testenv.Run("", "pk12util", "-i", path, "-W", password, "-d", db); err != nil {
				return out, errs, err
			}
			return testenv.Run("", "pk12util", "-l", path, "-W", password, "-d", db)
		},
		names: regexp.MustCompile(`(?m)^\s*Friendly Name: (.*)$`),
	},
	{
		name: "keytool", programs: []string{"keytool"},
		open: func(t *testing.T, path, password string) (string, string, error) {
			return testenv.Run("", "keytool", "-list", "-v", "-keystore", path, "-storepass", password, "-storetype", "PKCS12")
		},
		names: regexp.MustCompile(`(?m)^Alias name: (.*)$`),
		spell: strings.ToLower,
	},
}

func TestProgramsReadPFX(t *testing.T) {
	files := pairs(t)
	named := bundles(t)["names"]
	for _, r := range pfxReaders {
		t.Run(r.name, func(t *testing.T) {
			testenv.Programs(t, r.programs...)
			for _, p := range convert.Profiles() {
				if p.Name == pbmac1 {
					continue
				}
				for what, b := range map[string]*convert.Bundle{"RSA": named, "EC": files["ec-P-256"], "two keys": join(files["rsa2048"], files["ec-P-384"])} {
					t.Run(p.Name+" "+what, func(t *testing.T) {
						t.Parallel()
						path := write(t, b, "pfx", convert.EncodeOptions{Profile: p.Name, Password: []byte("secret")})
						out, stderr, err := r.open(t, path, "secret")
						if err != nil {
							t.Fatalf("%v\n%s%s", err, out, stderr)
						}
						r.check(t, b, out)
					})
				}
			}
		})
	}
}

// check compares the names, and where the program prints PEM everything.
func (r pfxReader) check(t *testing.T, b *convert.Bundle, out string) {
	t.Helper()
	set := map[string]bool{}
	for _, m := range r.names.FindAllStringSubmatch(out, -1) {
		set[strings.TrimSpace(m[1])] = true
	}
	for _, name := range friendlyNames(&convert.Bundle{Keys: b.Keys, Certs: b.Certs[:1]}) {
		if r.spell != nil {
			name = r.spell(name)
		}
		if !set[name] {
			t.Errorf("no name %q but %q", name, slices.Sorted(maps.Keys(set)))
		}
	}
	if r.name == "openssl" {
		w, g := openedBundle(b), fromPEM(t, []byte(out))
		w.certs = slices.Compact(w.certs)
		if diff := differences(w, g); diff != "" {
			t.Error(diff)
		}
	}
}

// lowBytes is how the pkcs12 command of openssl prints a BMPString: the low
// byte of each unit, up to the first that is zero.
func lowBytes(name string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(name)) {
		if byte(unit) == 0 {
			break
		}
		b.WriteByte(byte(unit))
	}
	return strings.TrimSpace(b.String())
}

// Every kind of key goes through a PFX, and OpenSSL finds the same there.
func TestOpenSSLReadsPFXOfEveryKey(t *testing.T) {
	testenv.Programs(t, "openssl")
	for name, b := range pairs(t) {
		if len(b.Keys) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, pw := range []string{"secret", "", "pässwörd 😀"} {
				path := write(t, b, "pfx", convert.EncodeOptions{Profile: quick, Password: []byte(pw)})
				byOpenSSL(t, b, "pkcs12", "-in", path, "-nodes", "-passin", "pass:"+pw)
			}
		})
	}
}

// Java reads the keystores, key included: it writes it into another one.
func TestKeytoolReadsJKS(t *testing.T) {
	testenv.Programs(t, "keytool", "openssl")
	named := bundles(t)["names"]
	files := pairs(t)
	for what, b := range map[string]*convert.Bundle{"RSA": named, "EC": files["ec-P-256"], "two keys": join(files["rsa2048"], files["ec-P-384"]), "certificates": {Certs: named.Certs}} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			path := write(t, b, "jks", convert.EncodeOptions{Password: []byte("secret")})
			out := testenv.Must(t, "", "keytool", "-list", "-v", "-keystore", path, "-storepass", "secret", "-storetype", "JKS")
			for _, name := range friendlyNames(b) {
				if !strings.Contains(out, "Alias name: "+strings.ToLower(name)+"\n") && len(b.Keys) > 0 && name == b.Keys[0].FriendlyName {
					t.Errorf("no alias %q in\n%s", name, out)
				}
			}
			if n := strings.Count(out, "Entry type: PrivateKeyEntry"); n != len(b.Keys) {
				t.Errorf("%d private keys, want %d:\n%s", n, len(b.Keys), out)
			}
			other := path + ".p12"
			testenv.Must(t, "", "keytool", "-importkeystore", "-srckeystore", path, "-srcstoretype", "JKS", "-srcstorepass", "secret",
				"-destkeystore", other, "-deststoretype", "PKCS12", "-deststorepass", "secret", "-noprompt")
			got, _, err := testenv.OpenSSL("", "pkcs12", "-in", other, "-nodes", "-passin", "pass:secret")
			if err != nil {
				t.Fatal(err)
			}
			if keys := fromPEM(t, []byte(got)).keys; !slices.Equal(keys, keyHashes(b)) {
				t.Errorf("keys %v, want %v", keys, keyHashes(b))
			}
		})
	}
}

func TestKeytoolReadsCertificates(t *testing.T) {
	testenv.Programs(t, "keytool")
	b := &convert.Bundle{Certs: pairs(t)["rsa2048"].Certs}
	for format, o := range map[string]convert.EncodeOptions{"pem": {}, "p7b": {}} {
		out := testenv.Must(t, "", "keytool", "-printcert", "-file", write(t, b, format, o))
		if n := strings.Count(out, "Serial number:"); n != len(b.Certs) {
			t.Errorf("%s: %d certificates of %d:\n%s", format, n, len(b.Certs), fmt.Sprint(out))
		}
	}
}
