package convert_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/certconv/certconv/convert"
)

// A PFX becomes PEM: key, leaf, chain.
func Example() {
	data, err := os.ReadFile("../testdata/pfx/openssl-default.p12")
	if err != nil {
		fmt.Println(err)
		return
	}
	passwords := [][]byte{[]byte("secret")}
	bundle, err := convert.Decode(data, &convert.DecodeOptions{
		Password: func(convert.PasswordRequest) ([]byte, error) {
			if len(passwords) == 0 {
				return nil, convert.ErrPasswordRequired
			}
			next := passwords[0]
			passwords = passwords[1:]
			return next, nil
		},
	})
	if errors.Is(err, convert.ErrPasswordIncorrect) {
		fmt.Println("another password, please")
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	defer bundle.Wipe()
	fmt.Println(len(bundle.Keys), "key,", len(bundle.Certs), "certificates")

	pem, err := convert.Encode(bundle, "pem", nil)
	fmt.Println(len(pem) > 0, err)
	// To a format that is encrypted, password and salts are handed in.
	pfx, err := convert.Encode(bundle, "pfx", &convert.EncodeOptions{Password: []byte("new"), Rand: rand.Reader})
	fmt.Println(len(pfx) > 0, err)
	// Output:
	// 1 key, 3 certificates
	// true <nil>
	// true <nil>
}

// TestEncodeWithoutMuch: what the caller leaves out is an error, never a panic.
func TestEncodeWithoutMuch(t *testing.T) {
	all := bundles(t)
	for _, f := range convert.Formats() {
		if !f.CanEncode() {
			continue
		}
		if _, err := convert.Encode(nil, f.Name, nil); err == nil {
			t.Errorf("%s: nothing was written", f.Name)
		}
		convert.Losses(nil, f.Name, nil)
		if f.Holds.Password == convert.Never || f.Name == "net" || f.Name == "sgc" { // those have no salt
			continue
		}
		written := false
		for name, b := range all {
			if !fits(b, f.Holds) || len(b.Keys) == 0 {
				continue
			}
			written = true
			out, err := convert.Encode(b, f.Name, &convert.EncodeOptions{Password: []byte("secret")})
			if err == nil || out != nil {
				t.Errorf("%s, %s: encrypted without Rand", f.Name, name)
			}
		}
		if !written {
			t.Errorf("%s: no bundle to try", f.Name)
		}
	}
}
