package convert

import (
	"math/big"
	"os"
	"testing"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pubkey"
)

// A key with which OpenSSL cannot sign is written with its numbers worked out
// anew, in every format, and stays as it was read in the bundle.
func TestEncodeWorksOutNumbers(t *testing.T) {
	data, err := os.ReadFile("../testdata/checks/key-unusable/bad-no-primes.key")
	if err != nil {
		t.Fatal(err)
	}
	b, err := Decode(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Keys) != 1 || !b.Keys[0].Proved || len(b.Notes) != 1 || b.Notes[0].Kind != note.KeyUnusable {
		t.Fatalf("%d keys, notes %v", len(b.Keys), b.Notes)
	}
	for _, format := range []string{"pem", "pkcs1", "pkcs8", "der", "pfx", "net", "pvk"} {
		opts := &EncodeOptions{AllowMismatch: true}
		if f := Lookup(format); f != nil && f.holds.Password != never {
			opts.Password = []byte("secret")
		}
		out, err := Encode(b, format, opts)
		if err != nil {
			t.Errorf("%s: %v", format, err)
			continue
		}
		got, err := Decode(out, &DecodeOptions{Password: Passwords([]byte("secret"))})
		if err != nil || len(got.Keys) != 1 {
			t.Errorf("%s: %v", format, err)
			continue
		}
		k, err := pubkey.ParseRSA(got.Keys[0].PKCS8)
		if err != nil || k.P.Sign() == 0 || new(big.Int).Mul(k.P, k.Q).Cmp(k.N) != 0 || !k.Consistent() {
			t.Errorf("%s: the numbers are not there: %v", format, err)
		}
	}
	if k, err := pubkey.ParseRSA(b.Keys[0].PKCS8); err != nil || k.P.Sign() != 0 {
		t.Error("the key in the bundle was changed")
	}
}
