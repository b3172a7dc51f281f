package convert

import (
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/testenv"
)

// readCert reads one certificate the way every decoder does.
func readCert(t testing.TB, data []byte) (Certificate, *Bundle) {
	t.Helper()
	d := &decoder{opts: &DecodeOptions{}, bundle: &Bundle{}}
	if err := d.addCert(data, Source{}, Names{}); err != nil {
		t.Fatal(err)
	}
	return d.bundle.Certs[0], d.bundle
}

// Where Go can parse a certificate, the lenient reader says the same.
func TestCertificateLikeGo(t *testing.T) {
	n := 0
	testenv.EachVector(t, "x509", func(path, label string, data []byte) {
		if shape.Of(data) != shape.Certificate {
			return
		}
		want, err := x509.ParseCertificate(data)
		if err != nil {
			return
		}
		n++
		got, _ := readCert(t, data)
		switch {
		case got.Err != nil && !strings.Contains(path, "invalid"):
			t.Errorf("%s: %v", path, got.Err)
		case got.Serial.Cmp(want.SerialNumber) != 0,
			string(got.Issuer) != string(want.RawIssuer), string(got.Subject) != string(want.RawSubject),
			string(got.SPKI) != string(want.RawSubjectPublicKeyInfo),
			!got.NotBefore.Equal(want.NotBefore), !got.NotAfter.Equal(want.NotAfter),
			!slices.Equal(got.DNSNames(), want.DNSNames), !slices.Equal(got.EmailAddresses(), want.EmailAddresses),
			len(got.IPAddresses()) != len(want.IPAddresses), len(got.URIs()) != len(want.URIs),
			got.IsCA() != want.IsCA,
			string(got.SubjectKeyID()) != string(want.SubjectKeyId), string(got.AuthorityKeyID()) != string(want.AuthorityKeyId):
			t.Errorf("%s: differs from crypto/x509", path)
		}
	})
	if n < 300 {
		t.Errorf("only %d certificates compared", n)
	}
}

// What Go refuses is read all the same.
func TestCertificateGoRefuses(t *testing.T) {
	testenv.EachVector(t, "x509", func(path, label string, data []byte) {
		if shape.Of(data) != shape.Certificate {
			return
		}
		if _, err := x509.ParseCertificate(data); err == nil {
			return
		}
		c, _ := readCert(t, data)
		if c.Serial == nil || len(c.SPKI) == 0 || len(c.Issuer) == 0 {
			t.Errorf("%s: %v", path, c.Err)
		}
	})
}

// exampleCert is a certificate that this repository made.
func exampleCert(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("../testdata/pairs/rsa2048.pem")
	if err != nil {
		t.Fatal(err)
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			return block.Bytes
		}
	}
	t.Fatal("no certificate")
	return nil
}

func TestAddCertShapes(t *testing.T) {
	raw := exampleCert(t)
	aux, _ := hex.DecodeString("300a0c08747275737420697420"[:24]) // alias "trust it"
	noted := func(b *Bundle, kind note.Kind) int {
		for _, n := range b.Notes {
			if n.Kind == kind {
				return max(n.N, 1)
			}
		}
		return 0
	}
	c, b := readCert(t, append(slices.Clone(raw), "garbage"...))
	if string(c.Raw) != string(raw) || noted(b, note.TrailingData) != 7 {
		t.Error("trailing data", b.Notes)
	}
	trusted := append(slices.Clone(raw), aux...)
	if shape.Of(trusted) != shape.TrustedCert {
		t.Error("trust data is not told")
	}
	c, b = readCert(t, trusted)
	if string(c.Raw) != string(raw) || string(c.Aux) != string(aux) || c.FriendlyName != "trust it" || len(b.Notes) != 0 {
		t.Errorf("trusted: %q %v", c.FriendlyName, b.Notes)
	}

	// Indefinite length: carried as it is.
	e, _ := der.ParseAll(raw)
	ber := append([]byte{0x30, 0x80}, e.Content...)
	ber = append(ber, 0, 0)
	if shape.Of(ber) != shape.Certificate {
		t.Error("BER is not told")
	}
	c, b = readCert(t, ber)
	if string(c.Raw) != string(ber) || c.Err != nil || noted(b, note.NotDER) == 0 || c.Serial == nil {
		t.Error("BER", c.Err, b.Notes)
	}

	// Cut short at every place where the shape is known already.
	for n := 20; n < len(raw); n += 7 {
		if shape.Of(raw[:n]) != shape.Certificate {
			t.Fatalf("%d bytes: %v", n, shape.Of(raw[:n]))
		}
		d := &decoder{opts: &DecodeOptions{}, bundle: &Bundle{}}
		err := d.addCert(raw[:n], Source{}, Names{})
		e, ok := err.(*Error)
		if !ok || e.Kind != ErrDamaged || e.Missing != int64(len(raw)-n) {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}

	// A field of the wrong type: the others are there.
	broken := slices.Clone(raw)
	at := strings.Index(string(broken), "\x30\x20\x17\x0d")
	if at < 0 {
		at = strings.Index(string(broken), "\x17\x0d")
	} else {
		at += 2
	}
	broken[at+2] = 'x'
	c, _ = readCert(t, broken)
	if c.Err == nil || !c.NotBefore.IsZero() || len(c.SPKI) == 0 || c.Algorithm != "RSA" || c.Bits != 2048 {
		t.Error("broken validity", c.Err, c.Algorithm, c.Bits)
	}
}

func TestNameString(t *testing.T) {
	for _, c := range []struct{ hex, want string }{
		{"", ""},
		{"3000", ""},
		{"300d310b3009060355040613024445", "C=DE"},
		{"301b310b3009060355040613024445310c300a06035504030c03412c42", `CN=A\,B,C=DE`},
		// two attributes in one RDN
		{"301a3118300906035504030c02204123300b060355040a0c0478203b20", `#301a3118300906035504030c02204123300b060355040a0c0478203b20`},
		{"301731153008060355040a0c01783009060355040b0c02793b", `O=x+OU=y\;`},
		// BMPString, T61String, invalid UTF-8, Universal
		{"300f310d300b06035504031e0400e42603", "CN=ä☃"},
		{"300d310b3009060355040314024ce4", "CN=Lä"},
		{"300c310a300806035504030c01fc", "CN=ü"},
		{"300f310d300b06035504031c040001f600", "CN=😀"},
		// control and direction characters
		{"300f310d300b06035504030c040a1b5b6d", `CN=\0a\1b[m`},
		{"300e310c300a06035504030c03e280ae", `CN=\e2\80\ae`},
		{"300e310c300a06035504030c03206120", `CN=\ a\ `},
		{"300d310b300906035504030c022361", `CN=\#a`},
		// no string; unknown type
		{"300e310c300a06035504030303006162", "CN=#0303006162"},
		{"300d310b300906042a030405130178", "1.2.3.4.5=x"},
	} {
		raw, err := hex.DecodeString(c.hex)
		if err != nil {
			t.Fatal(c.hex, err)
		}
		if got := NameString(raw); got != c.want {
			t.Errorf("%s: %q, want %q", c.hex, got, c.want)
		}
	}
}

func TestNameKey(t *testing.T) {
	name := func(tag byte, text string) []byte {
		v := append([]byte{0x06, 3, 0x55, 4, 3, tag, byte(len(text))}, text...)
		v = append([]byte{0x30, byte(len(v))}, v...)
		v = append([]byte{0x31, byte(len(v))}, v...)
		return append([]byte{0x30, byte(len(v))}, v...)
	}
	a := nameKey(name(der.TagPrintableString, "Some CA"))
	for _, same := range [][]byte{name(der.TagUTF8String, "some  ca "), name(der.TagBMPString, "\x00S\x00o\x00m\x00e\x00 \x00C\x00A")} {
		if nameKey(same) != a {
			t.Errorf("%x differs", same)
		}
	}
	if nameKey(name(der.TagUTF8String, "someca")) == a {
		t.Error("spaces within do count")
	}
}

func TestRequests(t *testing.T) {
	testenv.EachVector(t, "x509/requests", func(path, label string, data []byte) {
		want, err := x509.ParseCertificateRequest(data)
		if err != nil || shape.Of(data) != shape.Request {
			return
		}
		d := &decoder{opts: &DecodeOptions{}, bundle: &Bundle{}}
		if err := d.addRequest(data, Source{}, Names{}); err != nil {
			t.Fatal(path, err)
		}
		q := d.bundle.Requests[0]
		if q.Err != nil || string(q.Subject) != string(want.RawSubject) || string(q.SPKI) != string(want.RawSubjectPublicKeyInfo) ||
			!slices.Equal(q.DNSNames(), want.DNSNames) || len(q.IPAddresses()) != len(want.IPAddresses) {
			t.Errorf("%s: differs from crypto/x509: %v", path, q.Err)
		}
	})
}
