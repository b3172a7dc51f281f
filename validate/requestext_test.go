package validate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"strings"
	"testing"
)

// What a request asks for and CAs do not give is told, and by each CA that
// refuses the request for it as an error.
func TestRequestExtensions(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	const host = "\x82\x0fwww.example.com"
	san := func(names string) pkix.Extension {
		return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: append([]byte{0x30, byte(len(names))}, names...)}
	}
	purposes := func(value string) pkix.Extension {
		return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Value: []byte(value)}
	}
	const server, client, signing = "\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01", "\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02", "\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x03"
	for _, c := range []struct {
		words   string // "": nothing is told
		asks    []pkix.Extension
		refused string // by which profiles
	}{
		{"", []pkix.Extension{san(host)}, ""},
		{"certificate of a CA", []pkix.Extension{san(host), {Id: asn1.ObjectIdentifier{2, 5, 29, 19}, Value: []byte("\x30\x03\x01\x01\xff")}}, "cabf letsencrypt google classic"},
		{"", []pkix.Extension{san(host), purposes("\x30\x0a" + server)}, ""},
		{"client authentication", []pkix.Extension{san(host), purposes("\x30\x14" + server + client)}, "google"},
		{"client authentication", []pkix.Extension{san(host), purposes("\x30\x0a" + client)}, "google"},
		{"without server authentication", []pkix.Extension{san(host), purposes("\x30\x0a" + signing)}, ""},
		{"must-staple", []pkix.Extension{san(host), {Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte("\x30\x03\x02\x01\x05")}}, "letsencrypt"},
		{"mark of a precertificate", []pkix.Extension{san(host), {Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 3}, Critical: true, Value: []byte{5, 0}}}, ""},
		{`mail address "a@example.com"`, []pkix.Extension{san(host + "\x81\x0da@example.com")}, "letsencrypt"},
		{`URL "https://a.example"`, []pkix.Extension{san(host + "\x86\x11https://a.example")}, "letsencrypt"},
		{"has 1 name of a kind", []pkix.Extension{san(host + "\x88\x02\x2a\x03")}, ""},
		{"has 2 names of a kind", []pkix.Extension{san(host + "\x88\x02\x2a\x03\x88\x02\x2a\x04")}, ""},
	} {
		raw, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{ExtraExtensions: c.asks}, key)
		if err != nil {
			t.Fatal(err)
		}
		b := decode(t, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: raw}))
		var refused []string
		for _, p := range Profiles() {
			r := Run(b, &Options{Profile: p.Name})
			told, list := saysOf(r, "csr-extension"), found(r, "csr-extension")
			if !strings.Contains(told, c.words) || c.words == "" && told != "" || len(list) > 1 {
				if !p.historic || told != "" {
					t.Errorf("%s: %q, want %q", p.Name, told, c.words)
				}
			}
			if len(list) == 1 && list[0].Severity == Error {
				refused = append(refused, p.Name)
			}
		}
		if got := strings.Join(refused, " "); got != c.refused {
			t.Errorf("%s: refused by %q, want %q", c.words, got, c.refused)
		}
	}
}
