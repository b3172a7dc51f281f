package convert

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pem"
)

func decodeTestFile(t *testing.T, name string) *Bundle {
	t.Helper()
	data, err := os.ReadFile("../testdata/pkcs8/" + name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Decode(data, &DecodeOptions{File: name, From: "pkcs8", Password: Passwords("secret")})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Reports, and the people who search them, depend on these names.
func TestSchemeNames(t *testing.T) {
	for file, want := range map[string][]string{
		"pbes1.pem": {
			"pbeWithMD5AndDES-CBC", "pbeWithMD5AndRC2-CBC", "pbeWithSHA1AndDES-CBC", "pbeWithSHA1AndRC2-CBC",
			"pbeWithSHAAnd128BitRC4", "pbeWithSHAAnd40BitRC4", "pbeWithSHAAnd3-KeyTripleDES-CBC",
			"pbeWithSHAAnd2-KeyTripleDES-CBC", "pbeWithSHAAnd128BitRC2-CBC", "pbeWithSHAAnd40BitRC2-CBC",
		},
		"prf.pem": {
			"PBES2 PBKDF2-HMAC-MD5 AES-256-CBC", "PBES2 PBKDF2-HMAC-SHA1 AES-256-CBC", "PBES2 PBKDF2-HMAC-SHA224 AES-256-CBC",
			"PBES2 PBKDF2-HMAC-SHA256 AES-256-CBC", "PBES2 PBKDF2-HMAC-SHA384 AES-256-CBC", "PBES2 PBKDF2-HMAC-SHA512 AES-256-CBC",
			"PBES2 PBKDF2-HMAC-SHA512/224 AES-256-CBC", "PBES2 PBKDF2-HMAC-SHA512/256 AES-256-CBC",
		},
		"scrypt.pem": {"PBES2 scrypt AES-256-CBC", "PBES2 scrypt CAMELLIA-192-CBC"},
		"gcm.pem":    {"PBES2 PBKDF2-HMAC-SHA512 AES-128-GCM", "PBES2 PBKDF2-HMAC-SHA512 AES-192-GCM", "PBES2 PBKDF2-HMAC-SHA512 AES-256-GCM"},
	} {
		if got := decodeTestFile(t, file).Containers[0].Schemes; !slices.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", file, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestKeyDerivationNote(t *testing.T) {
	b := decodeTestFile(t, "pbes2.p8")
	i := slices.IndexFunc(b.Notes, func(n Note) bool { return n.Kind == note.KeyDerivation })
	if i < 0 || b.Notes[i].N != 2048 {
		t.Errorf("%+v", b.Notes)
	}
	if b.Keys[0].Scheme != pbe.AES256 {
		t.Errorf("scheme of the key is %q", b.Keys[0].Scheme)
	}
}

func TestWeakEncryptionNote(t *testing.T) {
	weak := map[string]bool{}
	for _, file := range []string{"pbes1.pem", "pbes2.pem", "traditional.pem"} {
		for _, n := range decodeTestFile(t, file).Notes {
			if n.Kind == note.WeakEncryption {
				weak[n.Text.String()] = true
			}
		}
	}
	for _, want := range []string{"pbeWithMD5AndDES-CBC", "pbeWithSHAAnd40BitRC2-CBC", "pbeWithSHAAnd128BitRC4", "PBES2 PBKDF2-HMAC-SHA256 DES-CBC",
		"PBES2 PBKDF2-HMAC-SHA256 RC2-40-CBC", "PEM AES-256-CBC, key by one round of MD5"} {
		if !weak[want] {
			t.Errorf("%s is not told as weak", want)
		}
	}
	for _, strong := range []string{pbe.TripleDES, "PBES2 PBKDF2-HMAC-SHA256 AES-128-CBC"} {
		if weak[strong] {
			t.Errorf("%s is told as weak", strong)
		}
	}
}

// An encrypted key in BER opens, and that it is no DER is told.
func TestEncryptedKeyNotDER(t *testing.T) {
	for file, is := range map[string]bool{"indefinite.p8": true, "pbes2.p8": false} {
		if got := noted(decodeTestFile(t, file), note.NotDER); got != is {
			t.Errorf("%s: told %v", file, got)
		}
	}
}

func mustParse(t *testing.T, data []byte) der.Element {
	t.Helper()
	e, err := der.ParseAll(data)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// In a PFX the password of PBES2 may be BMP; anywhere else it is not.
func TestPBES2PasswordAsBMP(t *testing.T) {
	bmp := []byte("\x00s\x00e\x00c\x00r\x00e\x00t\x00\x00")
	for _, pw := range [][]byte{bmp, bmp[:len(bmp)-2]} {
		alg, ct, err := pbe.Encrypt(pbe.AES256, 10, pw, []byte("attack at dawn"), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		for format, want := range map[string]error{"pfx": nil, "pem": ErrPasswordIncorrect} {
			d := &decoder{opts: &DecodeOptions{Password: Passwords("secret")}, bundle: &Bundle{}}
			accept := func(p []byte) error {
				if string(p) != "attack at dawn" {
					return pbe.ErrPassword
				}
				return nil
			}
			if _, _, err := d.decryptPBE(mustParse(t, alg), ct, Source{Format: format}, "test", accept); !errors.Is(err, want) {
				t.Errorf("%s: %v", format, err)
			}
		}
	}
}

func TestEncryptPKCS8(t *testing.T) {
	clear, err := os.ReadFile("../testdata/pkcs8/clear.p8")
	if err != nil {
		t.Fatal(err)
	}
	// A key with an algorithm and attributes that no library knows is carried
	// byte for byte as well.
	strange := mustParse(t, der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(0)
			der.AddAlgorithm(b, "1.2.3.4.5", func(*cryptobyte.Builder) {})
			b.AddASN1OctetString([]byte("key"))
			b.AddASN1(asn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {})
		})
	})).Full
	for _, p := range Profiles() {
		for pw, key := range map[string][]byte{"secret": clear, "": clear, "pässwörd😀": strange} {
			out, err := encryptPKCS8(key, &EncodeOptions{Password: []byte(pw), Profile: p.Name, Rand: rand.Reader})
			if err != nil {
				t.Fatal(err)
			}
			b, err := Decode(out, &DecodeOptions{From: "pkcs8", Password: Passwords(pw)})
			if err != nil || len(b.Keys) != 1 || !bytes.Equal(b.Keys[0].PKCS8, key) || b.Keys[0].Scheme != p.KeyEncryption {
				t.Errorf("%s, %q: %v %+v", p.Name, pw, err, b)
			}
			if testing.Short() {
				break
			}
		}
	}
	if _, err := encryptPKCS8(clear, &EncodeOptions{Password: []byte{}, Profile: "nonsense", Rand: rand.Reader}); !errors.Is(err, ErrUnsupported) {
		t.Error(err)
	}
}

func TestEncodePKCS8(t *testing.T) {
	key := decodeTestFile(t, "clear.p8").Keys[0]
	for _, o := range []*EncodeOptions{{}, {DER: true}, {Password: []byte("secret")}, {Password: []byte{}, DER: true}} {
		o.Rand = rand.Reader
		out, err := encodePKCS8(&Bundle{Keys: []PrivateKey{key}}, o)
		if err != nil {
			t.Fatal(err)
		}
		if text := bytes.HasPrefix(out, []byte("-----BEGIN")); text == o.DER {
			t.Errorf("%+v gives %q", o, out)
		}
		b, err := Decode(out, &DecodeOptions{From: "pkcs8", Password: Passwords(string(o.Password))})
		if err != nil || !bytes.Equal(b.Keys[0].PKCS8, key.PKCS8) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := encodePKCS8(&Bundle{}, &EncodeOptions{}); !errors.Is(err, ErrNothingToWrite) {
		t.Error(err)
	}
}

func TestTraditionalPEM(t *testing.T) {
	for _, pw := range []string{"secret", ""} {
		plain := []byte("attack at dawn, all of you")
		dek, body, err := pbe.EncryptPEM([]byte(pw), plain, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		d := &decoder{opts: &DecodeOptions{Password: Passwords(pw)}, bundle: &Bundle{}}
		got, scheme, err := d.decryptTraditionalPEM(dek, body, Source{}, "test", nil)
		if err != nil || !bytes.Equal(got, plain) || scheme != "PEM AES-256-CBC" {
			t.Errorf("%q %s %v", got, scheme, err)
		}
	}
	for dek, want := range map[string]error{
		"": ErrDamaged,
		"AES-512-CBC,00112233445566770011223344556677": ErrUnsupported,
		"AES-256-GCM,001122334455667700112233":         ErrUnsupported,
		"AES-256-CBC":                                  ErrDamaged,
		"AES-256-CBC,0011223344556677":                 ErrDamaged,
		"AES-256-CBC,x":                                ErrDamaged,
		"des-ede3-cbc, 0011223344556677":               ErrPasswordIncorrect,
	} {
		d := &decoder{opts: &DecodeOptions{Password: Passwords("")}, bundle: &Bundle{}}
		reject := func([]byte) error { return pbe.ErrPassword }
		if _, _, err := d.decryptTraditionalPEM(dek, make([]byte, 32), Source{}, "test", reject); !errors.Is(err, want) {
			t.Errorf("%q: %v", dek, err)
		}
	}
}

// fuzzDecoder has a password, and little time for key derivations.
func fuzzDecoder() *decoder {
	return &decoder{opts: &DecodeOptions{Password: Passwords("secret")}, bundle: &Bundle{}, work: pbe.Budget{Spent: pbe.MaxWork - 5000}}
}

func FuzzEncryptedPKCS8(f *testing.F) {
	for _, name := range []string{"pbes1.pem", "pbes2.pem", "prf.pem", "scrypt.pem", "gcm.pem", "params.pem", "java.pem"} {
		data, err := os.ReadFile("../testdata/pkcs8/" + name)
		if err != nil {
			f.Fatal(err)
		}
		text, err := pem.Read(data, knownBare)
		if err != nil {
			f.Fatal(err)
		}
		for _, b := range text.Blocks {
			f.Add(b.Body)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := fuzzDecoder()
		if err := d.decodeEncryptedPKCS8(data, Source{}, Names{}); err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Errorf("%T %v", err, err)
			}
		}
	})
}
