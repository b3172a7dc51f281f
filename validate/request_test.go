package validate

import (
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/testenv"
)

// Each fault of a request is told by the check for it, and by no other one
// that is as bad.
func TestRequests(t *testing.T) {
	testenv.Programs(t, "openssl")
	dir := t.TempDir()
	ordinary := filepath.Join(dir, "ordinary")
	testenv.Must(t, dir, "openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", ordinary)
	const good = "/C=US/ST=Ohio/L=Akron/O=Example Co/CN=www.example.com"
	for _, c := range []struct {
		name, subject string
		args          []string // further arguments of openssl req
		want          []string // codes of errors and warnings, under cabf
		classic       []string // codes of errors under classic
	}{
		{"clean", good, nil, nil, nil},
		{"ampersand", "/C=US/O=Smith & Sons/CN=www.example.com", nil, []string{"csr-field-character"}, []string{"csr-field-character"}},
		{"dot in O is no warning", "/C=US/O=Example Inc./CN=www.example.com", nil, nil, nil},
		{"mail address", "/C=US/CN=www.example.com/emailAddress=a.b@example.com", nil, nil, nil},
		{"umlaut", "/C=DE/O=Bücher/CN=www.example.com", []string{"-utf8"}, []string{"csr-field-non-ascii"}, []string{"csr-field-non-ascii"}},
		{"mojibake", "/C=DE/O=BÃ¼cher/CN=www.example.com", []string{"-utf8"}, []string{"csr-field-non-ascii"}, []string{"csr-field-non-ascii"}},
		{"T61String", "/C=DE/O=Bücher/CN=www.example.com", []string{"-config", "default.cnf"}, []string{"csr-field-encoding", "csr-field-non-ascii"}, []string{"csr-field-encoding", "csr-field-non-ascii"}},
		{"leading space", "/C=US/O= Example/CN=www.example.com", nil, []string{"csr-field-whitespace"}, nil},
		{"dash", "/C=US/ST=-/CN=www.example.com", nil, []string{"csr-field-empty"}, []string{"csr-field-empty"}},
		{"n/a", "/C=US/ST=n\\/a/CN=www.example.com", nil, []string{"csr-field-empty"}, []string{"csr-field-empty"}},
		{"UK", "/C=UK/CN=www.example.com", nil, []string{"csr-country"}, []string{"csr-country"}},
		{"lower case country", "/C=us/CN=www.example.com", nil, []string{"csr-country"}, nil},
		{"no name", "/C=US/O=Example", []string{"-nosan"}, []string{"csr-name-missing"}, []string{"csr-name-missing"}},
		{"URL", "/C=US/CN=https:\\/\\/www.example.com\\/", nil, []string{"csr-name-invalid"}, []string{"csr-name-invalid"}},
		{"underscore", "/C=US/CN=my_host.example.com", nil, []string{"csr-name-invalid"}, []string{"csr-name-invalid"}},
		{"trailing dot", "/C=US/CN=www.example.com.", nil, []string{"csr-name-invalid"}, []string{"csr-name-invalid"}},
		{"single label", "/C=US/CN=intranet", []string{"-san", "DNS:intranet"}, []string{"csr-name-internal"}, []string{"csr-name-internal"}},
		{"local", "/C=US/CN=www.example.local", []string{"-san", "DNS:www.example.local"}, []string{"csr-name-internal"}, []string{"csr-name-internal"}},
		{"private address", "/C=US/CN=10.0.0.1", []string{"-san", "IP:10.0.0.1"}, []string{"csr-name-internal"}, []string{"csr-name-internal"}},
		{"good wildcard", "/C=US/CN=*.example.com", []string{"-san", "DNS:*.example.com"}, nil, nil},
		{"wildcard within", "/C=US/CN=www.*.example.com", []string{"-san", "DNS:www.*.example.com"}, []string{"csr-wildcard"}, []string{"csr-wildcard"}},
		{"wildcard over a public suffix", "/C=GB/CN=*.co.uk", []string{"-san", "DNS:*.co.uk"}, []string{"csr-wildcard"}, []string{"csr-wildcard"}},
		{"no SAN", good, []string{"-nosan"}, []string{"csr-san-missing"}, nil},
		{"CN not in SAN", good, []string{"-san", "DNS:example.com"}, []string{"csr-san-missing"}, nil},
		{"small key", good, []string{"-newkey", "rsa:1024"}, []string{"csr-key-weak"}, []string{"csr-key-weak"}},
		{"odd size", good, []string{"-newkey", "rsa:2050"}, []string{"csr-key-weak"}, nil},
		{"odd curve", good, []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"}, []string{"csr-key-weak"}, []string{"csr-key-weak"}},
		{"MD5", good, []string{"-md5"}, []string{"csr-signature-weak"}, nil},
		{"OU is only information", "/C=US/OU=IT/CN=www.example.com", nil, nil, nil},
	} {
		args := []string{"req", "-new", "-nodes", "-keyout", filepath.Join(dir, "key"), "-outform", "DER", "-out", filepath.Join(dir, "csr"), "-subj", c.subject}
		if !slices.Contains(c.args, "-newkey") {
			args = append(args, "-key", ordinary)
		}
		san := "DNS:www.example.com"
		for i := 0; i < len(c.args); i++ {
			switch c.args[i] {
			case "-nosan":
				san = ""
			case "-san":
				i++
				san = c.args[i]
			case "-config":
				i++
				cnf := filepath.Join(dir, c.args[i])
				if err := os.WriteFile(cnf, []byte("[req]\ndistinguished_name=dn\nstring_mask=default\n[dn]\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				args = append(args, "-config", cnf)
			default:
				args = append(args, c.args[i])
			}
		}
		if san != "" {
			args = append(args, "-addext", "subjectAltName="+san)
		}
		if out, err := exec.Command("openssl", args...).CombinedOutput(); err != nil {
			t.Errorf("%s: openssl: %s", c.name, out)
			continue
		}
		raw, err := os.ReadFile(filepath.Join(dir, "csr"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := convert.Decode(raw, nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := codes(Run(b, nil), Warning); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if got := codes(Run(b, &Options{Profile: "classic"}), Error); !slices.Equal(got, c.classic) {
			t.Errorf("%s, classic: %v, want %v", c.name, got, c.classic)
		}
	}
}

// codes lists the codes of the findings at least as bad as s, without repetition.
func codes(r *Report, s Severity) []string {
	var list []string
	for _, f := range r.Findings {
		if f.Severity.AtLeast(s) && !slices.Contains(list, f.Code) {
			list = append(list, f.Code)
		}
	}
	slices.Sort(list)
	return list
}

// The place of a character and the ASCII form of a letter are told.
func TestFieldMessages(t *testing.T) {
	if got, want := toASCII("Müller Ærø Łódź Ångström"), "Mueller AEro Lodz Aangstroem"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := toASCII("株式会社"); got != "" {
		t.Errorf("%q for what has no ASCII form", got)
	}
	if got, want := unscramble("BÃ¼cher"), "Bücher"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := unscramble("Bücher"); got != "" {
		t.Errorf("%q for a word that is not garbled", got)
	}
	for in, want := range map[string]string{
		"https://www.example.com/": "www.example.com", "www.example.com:443": "www.example.com", "WWW.Example.com.": "www.example.com",
		"münchen.example": "xn--mnchen-3ya.example", "a b": "",
	} {
		if got := bareHost(in); got != want {
			t.Errorf("bareHost(%q) = %q, want %q", in, got, want)
		}
	}
}

// Each string type has characters that it allows, up to its bounds.
func TestForbiddenCharacters(t *testing.T) {
	for _, c := range []struct {
		tag   int
		value string
		want  string // "" for nothing
	}{
		{der.TagUTF8String, "ü\x7f", ""},
		{der.TagUTF8String, "\xfc", "not UTF-8"},
		{der.TagPrintableString, "azAZ09 '()+,-./:=?", ""},
		{der.TagPrintableString, "a@b", "the character '@'"},
		{der.TagPrintableString, "a_b", "the character '_'"},
		{der.TagNumericString, "0 9", ""},
		{der.TagNumericString, "1a", "the character 'a'"},
		{der.TagIA5String, "\x00\x7f", ""},
		{der.TagIA5String, "\x80", "the byte 0x80"},
		{der.TagVisibleString, " ~", ""},
		{der.TagVisibleString, "a\x1f", "the byte 0x1f"},
		{der.TagVisibleString, "a\x7f", "the byte 0x7f"},
		{der.TagT61String, "\xff", ""},
	} {
		why, bad := forbidden(convert.NameAttribute{Tag: c.tag, Value: []byte(c.value)})
		if bad != (c.want != "") || bad && !strings.Contains(why.String(), c.want) {
			t.Errorf("tag %d, %q: %q, %v", c.tag, c.value, why, bad)
		}
	}
}

// ROCA, close primes and small factors are recognised, sound keys are not.
func TestWeakKey(t *testing.T) {
	testenv.Programs(t, "openssl")
	dir := t.TempDir()
	for _, bits := range []string{"1024", "2048"} {
		out, err := exec.Command("sh", "-c", fmt.Sprintf("openssl genrsa %s | openssl rsa -pubout -outform DER -out %s/pub", bits, dir)).CombinedOutput()
		if err != nil {
			t.Fatalf("%s", out)
		}
		spki, err := os.ReadFile(filepath.Join(dir, "pub"))
		if err != nil {
			t.Fatal(err)
		}
		if why := weakKey(spki); !why.IsZero() {
			t.Errorf("a key by OpenSSL %s", why)
		}
	}
	for _, c := range []struct{ name, want string }{{"close", "close together"}, {"small", "small factor"}, {"roca", "ROCA"}} {
		spki := weakRSA(t, c.name)
		for _, oid := range []string{"1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.7", "2.5.8.1.1"} {
			if why := weakKey(identifiedAs(t, spki, oid)); !strings.Contains(why.String(), c.want) {
				t.Errorf("%s under %s: %q", c.name, oid, why)
			}
		}
	}
	n := rsaNumbers(t, weakRSA(t, "close")).N
	for e, want := range map[int64]string{0: "even", 1: "exponent 1", 2: "even", 4: "even", 3: "close", 1<<40 + 1: "close"} {
		key := der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1BigInt(n)
				b.AddASN1Int64(e)
			})
		})
		if why := weakKey(pubkey.SPKIFromPKCS1(key)); !strings.Contains(why.String(), want) {
			t.Errorf("exponent %d: %q", e, why)
		}
	}
}

func rsaNumbers(t *testing.T, spki []byte) *pubkey.RSA {
	t.Helper()
	k, err := pubkey.ParseRSAPublic(spki)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// identifiedAs is an RSA public key under another identifier, without parameters.
func identifiedAs(t *testing.T, spki []byte, oid string) []byte {
	t.Helper()
	e, err := der.ParseAll(spki)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := e.Children()
	if err != nil || len(parts) != 2 {
		t.Fatal(err)
	}
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes(der.Algorithm(oid, nil))
			b.AddBytes(parts[1].Full)
		})
	})
}

// weakRSA makes a public key with a known weakness.
func weakRSA(t *testing.T, kind string) []byte {
	t.Helper()
	p := new(big.Int).Lsh(big.NewInt(1), 512)
	p.Add(p, big.NewInt(75)) // 2^512 + 75 is prime
	q := new(big.Int).Add(p, big.NewInt(2))
	if kind == "small" {
		q.SetInt64(751)
	}
	for !q.ProbablyPrime(20) {
		q.Add(q, big.NewInt(2))
	}
	n := new(big.Int).Mul(p, q)
	if kind == "roca" {
		n = rocaModulus()
	}
	spki, err := x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: n, E: 65537})
	if err != nil {
		t.Fatal(err)
	}
	return spki
}

// rocaModulus makes a product of primes k·M + 65537^a mod M, M the product of
// the primes up to 167, as the flawed library did.
func rocaModulus() *big.Int {
	m := big.NewInt(2)
	for p := int64(3); p <= 167; p += 2 {
		if big.NewInt(p).ProbablyPrime(0) {
			m.Mul(m, big.NewInt(p))
		}
	}
	prime := func(a int64) *big.Int {
		p := new(big.Int).Exp(big.NewInt(65537), big.NewInt(a), m)
		p.Add(p, new(big.Int).Lsh(m, 40))
		for !p.ProbablyPrime(10) {
			p.Add(p, m)
		}
		return p
	}
	return new(big.Int).Mul(prime(1234567), prime(7654321))
}

// A fault of a name is found in whichever label it is.
func TestInvalidNames(t *testing.T) {
	long := strings.Repeat("a", 63)
	for name, want := range map[string]string{
		"www.example.com": "", "*.example.com": "", "xn--bcher-kva.example": "", long + ".example.com": "", "a-b.c3.example": "",
		"":                               "is empty",
		"-www.example.com":               "begins or ends with a hyphen",
		"www-.example.com":               "begins or ends with a hyphen",
		"www.-example.com":               "begins or ends with a hyphen",
		"w!w.example.com":                "has the character '!'",
		"www.ex!ample.com":               "has the character '!'",
		long + "a.example.com":           "more than 63",
		"www." + long + "a.com":          "more than 63",
		"ab--c.example.com":              "not punycode",
		".example.com":                   "starts with a dot",
		"www..example.com":               "consecutive dots",
		"www.example.com.":               "ends in a dot",
		"bücher.example":                 "xn--bcher-kva.example",
		"https://www.example.com":        "is a URL",
		"admin@example.com":              "is a mail address",
		"www example.com":                "has a space",
		"www.example.com/login":          "has a path",
		"www.example.com:443":            "has a port",
		"my_host.example.com":            "has an underscore",
		strings.Repeat("a.", 126) + "de": "longer than 253",
		strings.Repeat("a.", 126) + "d":  "",
	} {
		why := invalidName(requestName{text: name}).String()
		if (want == "") != (why == "") || !strings.Contains(why, want) {
			t.Errorf("%q: %q, want %q", name, why, want)
		}
	}
}
