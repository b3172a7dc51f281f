package convert

import (
	"bytes"
	"os"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

// clearBCFKS is a BCFKS whose contents are not encrypted, which the format allows.
func clearBCFKS(t testing.TB, path string) []byte {
	data, err := os.ReadFile("../testdata/bcfks/" + path)
	if err != nil {
		t.Fatal(err)
	}
	d := &decoder{opts: &DecodeOptions{Password: Passwords("secret")}, bundle: &Bundle{}, effort: &effort{}}
	d.container(Source{Format: "bcfks"})
	e, err := der.ParseAll(data)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := e.Children()
	if err != nil {
		t.Fatal(err)
	}
	plain, _, err := (&bcfksReader{d: d}).open(parts[0], bcfksStore, Source{}, "keystore", func([]byte) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes(plain)
			b.AddBytes(parts[1].Full)
		})
	})
}

func TestBCFKSInTheClear(t *testing.T) {
	data := clearBCFKS(t, "keys.bcfks")
	b, err := Decode(data, &DecodeOptions{From: "bcfks", Password: Passwords("secret")})
	// The MAC is over what was encrypted.
	if e, ok := err.(*Error); !ok || e.Kind != ErrPasswordIncorrect {
		t.Fatal(err, b)
	}
	d := &decoder{opts: &DecodeOptions{}, bundle: &Bundle{}, effort: &effort{}}
	e, _ := der.ParseAll(data)
	parts, _ := e.Children()
	if err := (&bcfksReader{d: d, at: Source{Format: "bcfks"}}).objects(parts[0]); err != nil || len(d.bundle.Certs) != 7 {
		t.Fatal(err, len(d.bundle.Certs))
	}
	for _, c := range d.bundle.Certs {
		if !bytes.Contains(data, c.Raw) {
			t.Error("a certificate that is not there")
		}
	}
}

// FuzzBCFKSObjects is what is in a BCFKS, without its encryption.
func FuzzBCFKSObjects(f *testing.F) {
	for _, path := range []string{"keys.bcfks", "secret.bcfks", "trust.bcfks"} {
		e, err := der.ParseAll(clearBCFKS(f, path))
		if err != nil {
			f.Fatal(err)
		}
		parts, err := e.Children()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(parts[0].Full)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := der.ParseAll(data)
		if err != nil {
			return
		}
		d := &decoder{opts: &DecodeOptions{}, bundle: &Bundle{}, effort: &effort{}}
		b := &bcfksReader{d: d, at: Source{Format: "bcfks"}}
		if err := b.objects(e); err != nil {
			if _, ours := err.(*Error); !ours {
				t.Errorf("%T: %v", err, err)
			}
		}
		for _, k := range b.keys {
			_ = b.openKey(k)
		}
	})
}
