package pbe

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"testing"

	"github.com/youmark/pkcs8"
	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

func testKey(t *testing.T) (key *ecdsa.PrivateKey, plain []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
		t.Fatal(err)
	}
	return key, plain
}

// What is written here youmark/pkcs8 opens.
func TestYoumarkOpens(t *testing.T) {
	key, plain := testKey(t)
	for _, password := range []string{"secret", "pässwörd"} {
		alg, ciphertext, err := Encrypt(AES256, 10, []byte(password), plain, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		file := der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddBytes(alg)
				b.AddASN1OctetString(ciphertext)
			})
		})
		got, err := pkcs8.ParsePKCS8PrivateKeyECDSA(file, []byte(password))
		if err != nil || !got.Equal(key) {
			t.Errorf("%q: %v", password, err)
		}
	}
}

// What youmark/pkcs8 writes is opened here, byte for byte.
func TestYoumarkWrites(t *testing.T) {
	key, plain := testKey(t)
	for kdfName, kdf := range map[string]pkcs8.KDFOpts{
		"PBKDF2-HMAC-SHA1":   pkcs8.PBKDF2Opts{SaltSize: 8, IterationCount: 10, HMACHash: crypto.SHA1},
		"PBKDF2-HMAC-SHA256": pkcs8.PBKDF2Opts{SaltSize: 16, IterationCount: 10, HMACHash: crypto.SHA256},
		"scrypt":             pkcs8.ScryptOpts{SaltSize: 16, CostParameter: 4, BlockSize: 8, ParallelizationParameter: 1},
	} {
		for name, c := range map[string]pkcs8.Cipher{
			"AES-128-CBC": pkcs8.AES128CBC, "AES-192-CBC": pkcs8.AES192CBC, "AES-256-CBC": pkcs8.AES256CBC, "DES-EDE3-CBC": pkcs8.TripleDESCBC,
		} {
			file, err := pkcs8.MarshalPrivateKey(key, []byte("secret"), &pkcs8.Opts{Cipher: c, KDFOpts: kdf})
			if err != nil {
				t.Fatal(err)
			}
			parts, err := mustParse(t, file).Children()
			if err != nil {
				t.Fatal(err)
			}
			s, err := ParseScheme(parts[0])
			if want := "PBES2 " + kdfName + " " + name; err != nil || s.Name != want {
				t.Errorf("%s: %s, %v", want, s.Name, err)
				continue
			}
			got, err := s.Decrypt([]byte("secret"), parts[1].Content)
			if err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%s: %v", s.Name, err)
			}
			if got, err := s.Decrypt([]byte("wrong"), parts[1].Content); err == nil && bytes.Equal(got, plain) || err != nil && !errors.Is(err, ErrPassword) {
				t.Errorf("%s, wrong password: %v", s.Name, err)
			}
		}
	}
}

// youmark/pkcs8 takes the empty password for none: here it is one like any other.
func TestEmptyPassword(t *testing.T) {
	for _, scheme := range []string{AES256, TripleDES} {
		alg, ciphertext, err := Encrypt(scheme, 10, []byte{}, []byte("attack at dawn"), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		s, err := ParseScheme(mustParse(t, alg))
		if err != nil || s.Name != scheme {
			t.Fatal(s.Name, err)
		}
		if got, err := s.Decrypt(s.Form.Encode(nil), ciphertext); err != nil || string(got) != "attack at dawn" {
			t.Errorf("%s: %q, %v", scheme, got, err)
		}
	}
	if _, _, err := Encrypt("ROT13", 10, nil, nil, rand.Reader); !errors.As(err, new(*UnsupportedError)) {
		t.Error(err)
	}
}
