package convert

import (
	"bytes"
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

// An RSA key is written as its certificate has it, for PSS alone or in general, and
// stays as it was read in the bundle. Alone it is written byte for byte.
func TestEncodeAsCertified(t *testing.T) {
	for _, file := range []string{"bad-pss-key.pem", "bad-pss-cert.pem", "good-pss.pem"} {
		data, err := os.ReadFile("../testdata/checks/key-unusable/" + file)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Decode(data, nil)
		if err != nil || len(b.Keys) != 1 || len(b.Certs) != 2 {
			t.Fatalf("%s: %v", file, err)
		}
		was, key := b.Keys[0].Algorithm, bytes.Clone(b.Keys[0].PKCS8)
		for _, format := range []string{"pem", "pfx", "jks"} {
			var lost []string
			opts := &EncodeOptions{Lost: &lost, Profile: "java8"}
			if Lookup(format).holds.Password == required {
				opts.Password = []byte("secret")
			}
			out, err := Encode(b, format, opts)
			if err != nil {
				t.Errorf("%s, %s: %v", file, format, err)
				continue
			}
			got, err := Decode(out, &DecodeOptions{Password: Passwords([]byte("secret"))})
			if err != nil || got.Keys[0].Algorithm != b.Certs[0].Algorithm || (len(lost) > 0) != (was != b.Certs[0].Algorithm) {
				t.Errorf("%s, %s: %v, %v, not kept: %q", file, format, got.Keys, err, lost)
			}
		}
		if b.Keys[0].Algorithm != was || !bytes.Equal(b.Keys[0].PKCS8, key) {
			t.Errorf("%s: the key in the bundle was changed", file)
		}
		if out, err := Encode(&Bundle{Keys: b.Keys}, "der", nil); err != nil || !bytes.Equal(out, key) {
			t.Errorf("%s: the key alone is not what was read: %v", file, err)
		}
		out, err := Encode(b, "pkcs1", &EncodeOptions{Only: []Part{PartKey}})
		if holds := was == "RSA" || b.Certs[0].Algorithm == "RSA"; holds != (err == nil) || holds && len(out) == 0 {
			t.Errorf("%s: pkcs1: %v", file, err)
		}
	}
}
