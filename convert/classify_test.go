package convert

import (
	"encoding/hex"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// eachVector hands every file below dir, its DER taken out of PEM, to f.
func eachVector(t *testing.T, dir string, f func(path, label string, data []byte)) {
	t.Helper()
	root := testenv.Dir(t, filepath.Join(testenv.Vectors, dir))
	err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n := 0
		for rest := data; ; n++ {
			var block *pem.Block
			if block, rest = pem.Decode(rest); block == nil {
				break
			}
			f(path, block.Type, block.Bytes)
		}
		if n == 0 && !strings.Contains(string(data), "-----BEGIN") {
			f(path, "", data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestClassifyVectors(t *testing.T) {
	want := map[string]object{
		"CERTIFICATE": objCertificate, "X509 CRL": objCRL, "CERTIFICATE REQUEST": objRequest, "NEW CERTIFICATE REQUEST": objRequest,
		"PKCS7": objPKCS7, "PRIVATE KEY": objPKCS8, "ENCRYPTED PRIVATE KEY": objEncryptedPKCS8, "PUBLIC KEY": objSPKI,
		"RSA PUBLIC KEY": objPKCS1Public, "EC PRIVATE KEY": objSEC1, "DH PARAMETERS": objParameters, "X9.42 DH PARAMETERS": objParameters,
		"DSA PARAMETERS": objParameters, "EC PARAMETERS": objParameters,
	}
	for _, dir := range []string{"x509", "pkcs7", "asymmetric"} {
		eachVector(t, dir, func(path, label string, data []byte) {
			got := classify(data)
			w, ok := want[label]
			switch {
			case label == "" && strings.HasSuffix(path, ".crt"):
				w, ok = objCertificate, true
			case label == "" && strings.HasSuffix(path, ".crl"):
				w, ok = objCRL, true
			case label == "" && strings.HasSuffix(path, ".p12"):
				w, ok = objPFX, true
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

func TestClassify(t *testing.T) {
	for name, c := range map[string]struct {
		hex  string
		want object
	}{
		"empty":               {"", objUnknown},
		"one byte":            {"30", objUnknown},
		"empty SEQUENCE":      {"3000", objUnknown},
		"no end in sight":     {strings.Repeat("3080", 5000), objUnknown},
		"named curve":         {"06082a8648ce3d030107", objParameters},
		"NET, wrong length":   {"3005040b707269766174652d6b657930", objNET},
		"Netscape wrapper":    {"30820100040b63657274696669636174653082", objNetscapeCert},
		"OCSP, error only":    {"30030a0106", objOCSPResponse},
		"text":                {hex.EncodeToString([]byte("0123456789")), objUnknown},
		"certificate, start":  {"308203f0308202d8a0030201020210", objCertificate},
		"PKCS#1, start":       {"308204a40201000282010100b3", objPKCS1},
		"PKCS#8, start":       {"308204bd020100300d06092a864886f70d0101010500048204a7", objPKCS8},
		"encrypted, start":    {"308204e3301c060a2a864886f70d010c0103", objEncryptedPKCS8},
		"SEC1, start":         {"30770201010420aabb", objSEC1},
		"PFX, indefinite":     {"30800201033080" + "06092a864886f70d010701", objPFX},
		"PKCS7, indefinite":   {"308006092a864886f70d010702a080", objPKCS7},
		"request, no subject": {"3012300d0201003000300806062b0e0302003003", objRequest},
	} {
		data, err := hex.DecodeString(c.hex)
		if err != nil {
			t.Fatal(name, err)
		}
		if got := classify(data); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
