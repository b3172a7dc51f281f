package validate

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/testenv"
)

// edited is data with each element of this content changed by f.
func edited(data, content []byte, f func(e, in *element)) []byte {
	root := parseElements(data)[0]
	root.all(nil, func(e, in *element) {
		if bytes.Equal(e.content, content) {
			f(e, in)
		}
	})
	return root.append(nil)
}

// Keys under identifiers that OpenSSL does not load, in the certificate and in the
// file of the key: what it refuses is an error, what it takes and Go does not is a
// warning.
func TestKeyIdentifiers(t *testing.T) {
	testenv.Programs(t, "openssl")
	root := ca(t, nil, "Root")
	site := leaf(t, root)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	rsaRaw, err := x509.CreateCertificate(rand.Reader, site.cert(t), root.cert(t), &rsaKey.PublicKey, root.key)
	if err != nil {
		t.Fatal(err)
	}
	ecPKCS8, _ := x509.MarshalPKCS8PrivateKey(site.key)
	rsaPKCS8, _ := x509.MarshalPKCS8PrivateKey(rsaKey)
	ecID, rsaID := []byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1}, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1}
	file := filepath.Join(t.TempDir(), "file")
	loads := func(text []byte, ask ...string) bool {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := testenv.Run("", "openssl", append(ask, file)...)
		return err == nil
	}
	renamed := func(id string) func(e, in *element) {
		return func(e, _ *element) { e.content = []byte(id) }
	}
	parameters := func(id string, p *element) func(e, in *element) {
		return func(e, in *element) {
			e.content, in.children = []byte(id), []*element{e}
			if p != nil {
				in.children = append(in.children, p)
			}
		}
	}
	pss := string(rsaID[:8]) + "\x0a"
	for _, c := range []struct {
		name    string
		cert    []byte
		pkcs8   []byte
		id      []byte
		edit    func(e, in *element)
		refused bool
	}{
		{"EC", site.raw, ecPKCS8, ecID, renamed(string(ecID)), false},
		{"ecDH", site.raw, ecPKCS8, ecID, renamed("\x2b\x81\x04\x01\x0c"), true},
		{"ecMQV", site.raw, ecPKCS8, ecID, renamed("\x2b\x81\x04\x01\x0d"), true},
		{"PSS", rsaRaw, rsaPKCS8, rsaID, parameters(pss, nil), false},
		{"PSS with NULL", rsaRaw, rsaPKCS8, rsaID, renamed(pss), true},
		{"PSS with octets", rsaRaw, rsaPKCS8, rsaID, parameters(pss, &element{id: 4}), true},
		{"RSA of X.500", rsaRaw, rsaPKCS8, rsaID, renamed("\x55\x08\x01\x01"), false},
	} {
		cert := pemOf(&issued{raw: resign(edited(c.cert, c.id, c.edit), root.key)})
		key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: edited(c.pkcs8, c.id, c.edit)})
		r := Run(decode(t, cert), &Options{Target: "nginx", Now: at, Roots: anchorsOf(t, root)})
		if got := strings.Contains(messages(r), "error cert-structure"); got != c.refused || loads(cert, "x509", "-noout", "-pubkey", "-in") == c.refused {
			t.Errorf("%s in the certificate: refused %v, want %v, and so OpenSSL%s", c.name, got, c.refused, messages(r))
		}
		if c.name == "RSA of X.500" && !strings.Contains(messages(r), "warning cert-structure") {
			t.Errorf("%s: no word about Go%s", c.name, messages(r))
		}
		r = Run(decode(t, key, pemOf(&issued{raw: c.cert})), &Options{Target: "nginx", Now: at, Roots: anchorsOf(t, root)})
		if got := len(found(r, "der-malformed")) > 0; got != c.refused || loads(key, "pkey", "-noout", "-in") == c.refused {
			t.Errorf("%s in the key: refused %v, want %v, and so OpenSSL%s", c.name, got, c.refused, messages(r))
		}
	}
}

// What Go does not read of a CRL is told.
func TestVersionsOfCRLs(t *testing.T) {
	root := ca(t, nil, "Root")
	site := leaf(t, root)
	block, _ := pem.Decode(crlOf(t, root, nil))
	for name, change := range map[string]func(tbs *element){
		"version 1": func(tbs *element) { tbs.children = tbs.children[1:] },
		"version 3": func(tbs *element) { tbs.children[0].content = []byte{2} },
		"number": func(tbs *element) {
			extensions := tbs.children[len(tbs.children)-1].children[0]
			number := extensions.children[len(extensions.children)-1]
			number.children[len(number.children)-1] = &element{id: 4, content: []byte{5, 0}}
		},
	} {
		list := parseElements(block.Bytes)[0]
		change(list.children[0])
		raw := resign(list.append(nil), root.key)
		_, err := x509.ParseRevocationList(raw)
		r := Run(decode(t, pemOf(site), pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: raw})), &Options{Now: at, Roots: anchorsOf(t, root)})
		if f := found(r, "der-malformed"); err == nil || len(f) != 1 || f[0].Severity != Warning {
			t.Errorf("%s: Go says %v, and we%s", name, err, messages(r))
		}
	}
}

// A key usage without a bit, also one with octets of zero, is refused by whoever
// reads it first.
func TestKeyUsageOfNothing(t *testing.T) {
	testenv.Programs(t, "openssl")
	root := ca(t, nil, "Root")
	for name, value := range map[string][]byte{"no octets": {3, 1, 0}, "an octet of zero": {3, 2, 0, 0}, "two octets of zero": {3, 3, 0, 0, 0}} {
		site := leaf(t, root, usage(0), extension("2.5.29.15", true, value))
		said, accepts := opensslVerify(t, t.TempDir(), []*issued{root}, []*issued{site})
		r := Run(decode(t, pemOf(site)), &Options{Roots: anchorsOf(t, root), Now: at})
		if accepts || len(found(r, "cert-structure")) == 0 || r.Worst() != Error {
			t.Errorf("%s: OpenSSL says %s, and we%s", name, said, messages(r))
		}
	}
}

// Each form of a time that RFC 5280 does not have is told in its own words.
func TestFormsOfTimes(t *testing.T) {
	root := ca(t, nil, "Root")
	site := leaf(t, root)
	end := []byte(site.cert(t).NotAfter.Format("060102150405Z"))
	for _, c := range []struct {
		tag         byte
		time, words string
	}{
		{0x18, "20270101000000.5Z", "a time with a fraction of a second: the end of the validity"},
		{0x17, "2701010000Z", "a time without seconds"},
		{0x17, "270101000000", "a time without the Z at its end"},
		{0x17, "270101000000z", `not a valid time ("270101000000z")`},
		{0x17, "270101000000+0100", "a time with an offset in place of Z"},
		{0x17, "270230000000Z", "not a valid time"},
		{0x17, "280229000000Z", ""},
		{0x18, "20280229000000Z", ""},
		{0x18, "21000228000000Z", ""},
		{0x17, "270101240000Z", "a time of day that there is not"},
		{0x17, "270101235960Z", "a leap second"},
		{0x17, "", "not a valid time"},
		{0x17, "20270101000000Z", "not a valid time"},
		{0x18, "20270101000000Z", ""},
	} {
		raw := edited(site.raw, end, func(e, _ *element) { e.id, e.content = c.tag, []byte(c.time) })
		b := decode(t, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}))
		r := Run(b, &Options{Roots: anchorsOf(t, root)})
		if told := saysOf(r, "cert-structure") + saysOf(r, "der-malformed"); !strings.Contains(told, c.words) || c.words == "" && told != "" {
			t.Errorf("%s: %q, want %q", c.time, told, c.words)
		}
	}
}

// The addresses in a certificate and in a request are URLs, and one of each kind
// is with http (RFC 5280, Section 4.2.2.1): clients fetch no other.
func TestFormsOfAddresses(t *testing.T) {
	const ocsp, issuers = "1.3.6.1.5.5.7.48.1", "1.3.6.1.5.5.7.48.2"
	address := func(method string, tag int, value string) []byte {
		return der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				der.AddOID(b, method)
				b.AddASN1(asn1.Tag(tag), func(b *cryptobyte.Builder) { b.AddBytes([]byte(value)) })
			})
		})
	}
	const url, host, directory = 0x86, 0x82, 0xa4
	root := ca(t, nil, "Root")
	for _, c := range []struct {
		list  [][]byte
		words string
	}{
		{[][]byte{address(ocsp, url, "http://ocsp.example.com"), address(issuers, url, "http://example.com/ca.cer")}, ""},
		{[][]byte{address(issuers, url, "ldap:///CN=CA?cACertificate"), address(issuers, url, "HTTP://example.com/ca.cer")}, ""},
		{[][]byte{address(issuers, directory, "\x30\x00"), address(ocsp, url, "http://ocsp.example.com")}, ""},
		{[][]byte{address("1.2.3.4", host, "example.com")}, ""},
		{[][]byte{address(issuers, url, "ldap:///CN=CA?cACertificate")}, "no address for the issuer's certificate with http, which is what clients fetch, but one with ldap"},
		{[][]byte{address(ocsp, url, "https://ocsp.example.com")}, "no address for OCSP with http, which is what clients fetch, but one with https"},
		{[][]byte{address(issuers, host, "ca.example.com")}, "an address for the issuer's certificate that is no URL"},
		{[][]byte{address(ocsp, directory, "\x30\x00")}, "an address for OCSP that is no URL"},
		{[][]byte{address(issuers, url, "see our web site")}, "an address for the issuer's certificate that is called a URL and is none"},
		{[][]byte{address(issuers, url, "see: our web site")}, "but one with see"},
	} {
		value := der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(bytes.Join(c.list, nil)) })
		})
		site := leaf(t, root, extension("1.3.6.1.5.5.7.1.1", false, value))
		r := Run(decode(t, pemOf(site)), &Options{Roots: anchorsOf(t, root)})
		if told := saysOf(r, "cert-structure"); !strings.Contains(told, c.words) || c.words == "" && told != "" || told != "" && r.Worst() != Info {
			t.Errorf("certificate: %q, want %q", told, c.words)
		}
		raw, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
			DNSNames: []string{"www.example.com"}, ExtraExtensions: []pkix.Extension{{Id: []int{1, 3, 6, 1, 5, 5, 7, 1, 1}, Value: value}},
		}, site.key)
		if err != nil {
			t.Fatal(err)
		}
		r = Run(decode(t, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: raw})), nil)
		if told := saysOf(r, "csr-structure"); !strings.Contains(told, c.words) || c.words == "" && told != "" || slices.Contains(codes(r, Error), "csr-structure") {
			t.Errorf("request: %q, want %q", told, c.words)
		}
	}
}

// saysOf is what the findings of one check say.
func saysOf(r *Report, code string) string {
	var all []string
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Code == code {
			all = append(all, f.Message.String())
		}
	}
	return strings.Join(all, "\n")
}

// What other programs write as PFX, BER within BER too, is whole.
func TestPFXIsWhole(t *testing.T) {
	text, err := os.ReadFile("../testdata/pfx/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct{ File, Expect string }
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range vectors {
		if v.Expect != "ok" {
			continue
		}
		n++
		data, err := os.ReadFile(filepath.Join("../testdata/pfx", v.File))
		if err != nil {
			t.Fatal(err)
		}
		b, _ := convert.Decode(data, nil) // what is not encrypted is enough
		if told := saysOf(Run(b, &Options{Now: at}), "der-malformed"); told != "" {
			t.Errorf("%s: %s", v.File, told)
		}
	}
	if n < 20 {
		t.Errorf("%d files", n)
	}
}
