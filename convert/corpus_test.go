package convert_test

import (
	"bytes"
	"crypto/dsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
)

// The corpora are files that are installed, not part of the project. What
// OpenSSL 3 reads in them with its legacy provider, certconv must read alike.

// corpusPasswords are what the files of python3-cryptography-vectors are
// encrypted with, as its documentation lists them; the Latin-1 one is that of
// pkcs12_s2k_pem-X_9607.
var corpusPasswords = []string{"password", "123456", "cryptography", "asdf", "1234", "a123456", "baz", "testkey", "secret",
	"\xff\xc3\xbf", "123aaaa", "root", "12345678", "00000000", "1", "passw0rd", "foobar", "öäü"}

// opened is what a program found in a file.
type opened struct {
	keys, public, certs, crls, requests []string // sorted hashes
}

func (o opened) empty() bool {
	return len(o.keys)+len(o.public)+len(o.certs)+len(o.crls)+len(o.requests) == 0
}

// opensslReads asks openssl for all that is in a file, and for the password
// that opened it. An empty result means that it reads nothing there.
func opensslReads(t testing.TB, path string, candidates []string) (opened, string) {
	for _, pw := range candidates {
		out, _, err := testenv.OpenSSL("", "storeutl", "-passin", "pass:"+pw, path)
		if err != nil {
			continue
		}
		if o := fromPEM(t, []byte(out)); !o.empty() {
			return o, pw
		}
	}
	// The store reads no requests and no PKCS#7.
	for _, form := range []string{"PEM", "DER"} {
		if out, _, err := testenv.OpenSSL("", "req", "-in", path, "-inform", form); err == nil {
			return fromPEM(t, []byte(out)), ""
		}
		if out, _, err := testenv.Run("", "openssl", "pkcs7", "-print_certs", "-in", path, "-inform", form); err == nil {
			if o := fromPEM(t, []byte(out)); !o.empty() {
				return o, ""
			}
		}
	}
	return opened{}, ""
}

func fromPEM(t testing.TB, text []byte) opened {
	var o opened
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == "CERTIFICATE":
			o.certs = append(o.certs, hash(block.Bytes))
		case block.Type == "X509 CRL":
			o.crls = append(o.crls, hash(block.Bytes))
		case block.Type == "CERTIFICATE REQUEST":
			o.requests = append(o.requests, hash(block.Bytes))
		case block.Type == "PUBLIC KEY":
			o.public = append(o.public, hash(block.Bytes))
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			o.keys = append(o.keys, hash(opensslPublic(t, block)))
		}
	}
	for _, list := range [][]string{o.keys, o.public, o.certs, o.crls, o.requests} {
		slices.Sort(list)
	}
	return o
}

// opensslPublic lets openssl derive the public key of a private one.
func opensslPublic(t testing.TB, key *pem.Block) []byte {
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, pem.EncodeToMemory(key), 0o600); err != nil {
		t.Fatal(err)
	}
	out, stderr, err := testenv.OpenSSL("", "pkey", "-in", path, "-pubout", "-outform", "DER")
	if err != nil {
		t.Fatalf("openssl pkey: %s", stderr)
	}
	return []byte(out)
}

func certconvReads(path string, list []string) (opened, *convert.Bundle, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return opened{}, nil, err
	}
	b, err := convert.Decode(data, &convert.DecodeOptions{File: path, Password: passwords(list...)})
	return openedBundle(b), b, err
}

func openedBundle(b *convert.Bundle) opened {
	o := opened{keys: keyHashes(b), certs: certHashes(b)}
	for _, k := range b.PublicKeys {
		o.public = append(o.public, hash(k.SPKI))
	}
	for _, c := range b.CRLs {
		o.crls = append(o.crls, hash(c.Raw))
	}
	for _, r := range b.Requests {
		o.requests = append(o.requests, hash(r.Raw))
	}
	for _, list := range [][]string{o.public, o.crls, o.requests} {
		slices.Sort(list)
	}
	return o
}

// differences compares what openssl read (or what was to be written) with what
// certconv read, "" if it is the same.
func differences(want, got opened) string {
	var b strings.Builder
	for _, p := range []struct {
		what      string
		want, got []string
	}{
		{"keys", want.keys, got.keys},
		{"public keys", want.public, got.public},
		{"certificates", want.certs, got.certs},
		{"CRLs", want.crls, got.crls},
		{"requests", want.requests, got.requests},
	} {
		if !slices.Equal(p.want, p.got) {
			fmt.Fprintf(&b, "%s should be %v, are %v\n", p.what, p.want, p.got)
		}
	}
	return b.String()
}

// everyFile calls check for each file below dir, on all cores.
func everyFile(t *testing.T, dir string, wanted func(path string) bool, check func(path string)) {
	t.Helper()
	paths := make(chan string)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for path := range paths {
				check(path)
			}
		})
	}
	count := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !wanted(path) {
			return err
		}
		count++
		paths <- path
		return nil
	})
	close(paths)
	wg.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if count == 0 {
		t.Fatalf("no files below %s", dir)
	}
}

// notKeyFiles are kinds of files in the corpus that hold something else:
// vectors for signatures and ciphers, mail, certificate pairs of X.500, code.
var notKeyFiles = regexp.MustCompile(`\.(txt|rsp|fax|eml|cp|py|pyc|ldif|schema|sh|input)$|/(ciphers|twofactor|hashes|HMAC|KDF|CMAC|fernet|keywrap|poly1305|ocsp)/`)

// unusedBits holds a public key whose BIT STRING says that some bits are not
// used. openssl prints it without; certconv keeps what is there.
const unusedBits = "asymmetric/DER_Serialization/dsa_public_key_invalid_bit_string.der"

func TestCryptographyVectors(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "openssl")
	dir := testenv.Dir(t, testenv.Vectors)
	var mu sync.Mutex
	read, both := 0, 0
	everyFile(t, dir, func(path string) bool { return !notKeyFiles.MatchString(path) }, func(path string) {
		name := strings.TrimPrefix(path, dir+"/")
		candidates := corpusPasswords
		if strings.HasPrefix(name, "x509/PKITS_data/") {
			candidates = []string{"password"}
		} else if isText, _ := regexp.MatchString(`^x509/|^pkcs7/`, name); isText {
			candidates = []string{""}
		}
		want, pw := opensslReads(t, path, append([]string{""}, candidates...))
		got, _, err := certconvReads(path, []string{pw})
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			checkError(t, err, nil)
		} else {
			read++
		}
		if want.empty() {
			return
		}
		both++
		if name == unusedBits {
			want.public = got.public
		}
		if diff := differences(want, got); diff != "" || err != nil {
			t.Errorf("%s (password %q): %v\n%s", name, pw, err, diff)
		}
	})
	t.Logf("openssl reads %d files, certconv %d", both, read)
	if both < 1200 {
		t.Errorf("openssl reads only %d files of the corpus: is the oracle broken?", both)
	}
}

// Friendly names of the PKCS#12 files, as openssl prints them.
func TestCryptographyVectorsNames(t *testing.T) {
	testenv.Programs(t, "openssl")
	dir := testenv.Dir(t, testenv.Vectors+"/pkcs12")
	name := regexp.MustCompile(`(?m)^ *friendlyName: (.*)$`)
	everyFile(t, dir, func(path string) bool { return strings.HasSuffix(path, ".p12") }, func(path string) {
		for _, pw := range []string{"", "password", "cryptography"} {
			out, _, err := testenv.OpenSSL("", "pkcs12", "-in", path, "-nodes", "-passin", "pass:"+pw)
			if err != nil {
				continue
			}
			set := map[string]bool{}
			for _, m := range name.FindAllStringSubmatch(out, -1) {
				set[strings.TrimSpace(m[1])] = true
			}
			_, b, err := certconvReads(path, []string{pw})
			if err != nil {
				t.Errorf("%s: %v", path, err)
			}
			for _, n := range friendlyNames(b) {
				if n = lowBytes(n); !set[n] {
					t.Errorf("%s: openssl prints no name %q but %q", path, n, slices.Sorted(maps.Keys(set)))
				}
				delete(set, n)
			}
			if len(set) > 0 {
				t.Errorf("%s: names %v are missing", path, set)
			}
			return
		}
		t.Errorf("%s: openssl does not read it", path)
	})
}

// OpenSSL reads no OpenSSH keys; what they must be stands in the public key
// beside each.
func TestCryptographyVectorsOpenSSH(t *testing.T) {
	dir := testenv.Dir(t, testenv.Vectors+"/asymmetric/OpenSSH")
	everyFile(t, dir, func(path string) bool { return strings.HasSuffix(path, ".key") }, func(path string) {
		line, err := os.ReadFile(path + ".pub")
		if err != nil {
			t.Error(err)
			return
		}
		public, _, _, _, err := ssh.ParseAuthorizedKey(line)
		if err != nil {
			t.Errorf("%s.pub: %v", path, err)
			return
		}
		_, b, err := certconvReads(path, []string{"password"})
		if err != nil || len(b.Keys) != 1 {
			t.Errorf("%s: %v, %d keys", path, err, len(b.Keys))
			return
		}
		crypto := public.(ssh.CryptoPublicKey).CryptoPublicKey()
		if _, ok := crypto.(*dsa.PublicKey); ok { // crypto/x509 writes no DSA keys
			if b.Keys[0].Algorithm != "DSA" {
				t.Errorf("%s: %s, want DSA", path, b.Keys[0].Algorithm)
			}
			return
		}
		want, err := x509.MarshalPKIXPublicKey(crypto)
		if err != nil {
			t.Error(err)
			return
		}
		if !bytes.Equal(b.Keys[0].SPKI, want) {
			t.Errorf("%s: another key", path)
		}
	})
}

// Mozilla's roots as Debian installs them, one by one and as one bundle.
func TestDebianRoots(t *testing.T) {
	dir := testenv.Dir(t, "/usr/share/ca-certificates")
	var mu sync.Mutex
	var all bytes.Buffer
	var want []string
	everyFile(t, dir, func(path string) bool { return strings.HasSuffix(path, ".crt") }, func(path string) {
		data, err := os.ReadFile(path)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Fatal(err)
		}
		b, err := convert.Decode(data, &convert.DecodeOptions{File: path})
		if err != nil || len(b.Certs) != 1 || len(b.Notes) > 0 {
			t.Errorf("%s: %v, %d certificates, notes %v", path, err, len(b.Certs), b.Notes)
			return
		}
		block, _ := pem.Decode(data)
		if !bytes.Equal(b.Certs[0].Raw, block.Bytes) {
			t.Errorf("%s: another certificate", path)
		}
		if _, err := b.Certs[0].X509(); err != nil || b.Certs[0].Err != nil {
			t.Errorf("%s: %v, %v", path, err, b.Certs[0].Err)
		}
		want = append(want, hash(block.Bytes))
		all.Write(data)
	})
	slices.Sort(want)
	b, err := convert.Decode(all.Bytes(), nil)
	if err != nil || !slices.Equal(certHashes(b), want) {
		t.Errorf("all in one file: %v, %d certificates of %d", err, len(b.Certs), len(want))
	}
}
