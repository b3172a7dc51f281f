package pubkey

import (
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// faultOf is why a private key is not what id says, nil if it is.
func faultOf(data []byte, id ID) error {
	var spent Work
	k, err := ReadPrivate(data, &spent)
	switch {
	case err != nil:
		return err
	case k.Err != nil && !isUnsupported(k.Err): // Go has no DSA
		return k.Err
	case len(k.Remarks) > 0:
		return fmt.Errorf("%+v", k.Remarks[0])
	case k.ID != id || !k.Proved:
		return errors.New("another key")
	}
	return nil
}

// Each element of a private key has to be there, in its type, but what its standard lets out. That
// the version has an octet is asked by package structure.
func TestDamagedPrivateKeys(t *testing.T) {
	traditional := func(form func([]byte) ([]byte, error)) func(*Private) ([]byte, error) {
		return func(k *Private) ([]byte, error) { return form(k.PKCS8) }
	}
	found := func(k *Private) ([]byte, error) { return k.PKCS8, nil }
	for _, c := range []struct {
		file string
		form func(*Private) ([]byte, error)
		may  []string
	}{
		{"pairs/rsa512.pem", found, []string{"1.1 missing", "1.1 null"}},
		{"pairs/rsa512.pem", traditional(ToPKCS1), nil},
		{"pkcs1/rsa-3primes.pem", traditional(ToPKCS1), nil},
		{"pairs/dsa1024.pem", found, nil},
		{"pairs/ec-P-224.pem", found, nil},
		{"pairs/ec-P-224.pem", traditional(ToSEC1), []string{"3 missing", "3 null"}},
		{"pairs/ed25519.pem", found, nil},
	} {
		text, err := os.ReadFile(filepath.Join("../../testdata", c.file))
		if err != nil {
			t.Fatal(err)
		}
		b, _ := pem.Decode(text)
		k, err := ReadPrivate(b.Bytes, new(Work))
		if err != nil {
			t.Fatal(c.file, err)
		}
		data, err := c.form(k)
		if err != nil {
			t.Fatal(c.file, err)
		}
		testenv.EachIsNeeded(t, c.file, data, append(c.may, "0 empty"), func(data []byte) error { return faultOf(data, k.ID) })
	}
}
