package convert

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// A PKCS#7 of which an element is missing, or another, is told to be damaged, or has the
// same certificates and lists and nothing to be noted.
func TestDamagedPKCS7(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("../testdata/p7b", "openssl-crl.p7b"))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := Lookup("p7b").Decode(data, nil)
	if err != nil || len(whole.CRLs) == 0 || len(whole.Certs) == 0 {
		t.Fatal(err, contents(whole))
	}
	may := []string{ // version, digests and signers say nothing of certificates
		"1.0.0 missing", "1.0.0 null", "1.0.0 empty", "1.0.1 missing", "1.0.1 null", "1.0.5 missing", "1.0.5 null",
	}
	testenv.EachIsNeeded(t, "openssl-crl.p7b", data, may, func(data []byte) error {
		b, err := Lookup("p7b").Decode(data, nil)
		if err == nil && (len(b.Notes) > 0 || !sameSet(whole, b, KindCertificate) || !sameSet(whole, b, KindCRL)) {
			return errors.New("not the same")
		}
		return err
	})
}
