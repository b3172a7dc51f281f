package shape

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

func TestOfVectors(t *testing.T) {
	want := map[string]Object{
		"CERTIFICATE": Certificate, "X509 CRL": CRL, "CERTIFICATE REQUEST": Request, "NEW CERTIFICATE REQUEST": Request,
		"PKCS7": PKCS7, "PRIVATE KEY": PKCS8, "ENCRYPTED PRIVATE KEY": EncryptedPKCS8, "PUBLIC KEY": SPKI,
		"RSA PUBLIC KEY": PKCS1Public, "EC PRIVATE KEY": SEC1, "DH PARAMETERS": Parameters, "X9.42 DH PARAMETERS": Parameters,
		"DSA PARAMETERS": Parameters, "EC PARAMETERS": Parameters,
	}
	for _, dir := range []string{"x509", "pkcs7", "asymmetric"} {
		testenv.EachVector(t, dir, func(path, label string, data []byte) {
			got := Of(data)
			w, ok := want[label]
			switch {
			case label == "" && strings.HasSuffix(path, ".crt"):
				w, ok = Certificate, true
			case label == "" && strings.HasSuffix(path, ".crl"):
				w, ok = CRL, true
			case label == "" && strings.HasSuffix(path, ".p12"):
				w, ok = PFX, true
			}
			if strings.Contains(path, "garbage") || strings.Contains(path, "encrypted") {
				return // not what the label says
			}
			if ok && got != w {
				t.Errorf("%s %q: %d, want %d", path, label, got, w)
			}
		})
	}
}

func TestOf(t *testing.T) {
	for name, c := range map[string]struct {
		hex  string
		want Object
	}{
		"empty":               {"", Unknown},
		"one byte":            {"30", Unknown},
		"empty SEQUENCE":      {"3000", Unknown},
		"no end in sight":     {strings.Repeat("3080", 5000), Unknown},
		"named curve":         {"06082a8648ce3d030107", Parameters},
		"NET, wrong length":   {"3005040b707269766174652d6b657930", NET},
		"Netscape wrapper":    {"30820100040b63657274696669636174653082", NetscapeCert},
		"OCSP, error only":    {"30030a0106", OCSPResponse},
		"text":                {hex.EncodeToString([]byte("0123456789")), Unknown},
		"certificate, start":  {"308203f0308202d8a0030201020210", Certificate},
		"PKCS#1, start":       {"308204a40201000282010100b3", PKCS1},
		"PKCS#8, start":       {"308204bd020100300d06092a864886f70d0101010500048204a7", PKCS8},
		"encrypted, start":    {"308204e3301c060a2a864886f70d010c0103", EncryptedPKCS8},
		"SEC1, start":         {"30770201010420aabb", SEC1},
		"PFX, indefinite":     {"30800201033080" + "06092a864886f70d010701", PFX},
		"PKCS7, indefinite":   {"308006092a864886f70d010702a080", PKCS7},
		"request, no subject": {"3012300d0201003000300806062b0e0302003003", Request},
	} {
		data, err := hex.DecodeString(c.hex)
		if err != nil {
			t.Fatal(name, err)
		}
		if got := Of(data); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
