package convert

import (
	"bytes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/ciphers"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
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
	if b.Keys[0].Scheme != schemeAES256 {
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
	for _, strong := range []string{scheme3DES, "PBES2 PBKDF2-HMAC-SHA256 AES-128-CBC"} {
		if weak[strong] {
			t.Errorf("%s is told as weak", strong)
		}
	}
}

// openssl kdf -keylen 40 … PKCS12KDF
func TestPKCS12Key(t *testing.T) {
	pw, _ := hex.DecodeString("007000e40073007300770f6f0072d83dde000000")
	salt := []byte{1, 2, 3, 4, 5, 6, 7, 8}
	for _, v := range []struct {
		hash string
		id   byte
		want string
	}{
		{"MD5", 1, "4B35BD9A94340974E1AEDAB886607A0544BEBD99FFF0903312D6E187C0B57E97A90C1950EEE80D78"},
		{"SHA-1", 1, "F3BD8465F342FDD121B1F344455153C40F51D9BE93355E87BB8C9C43DCF33EB27A2B0B275A92FA12"},
		{"SHA-1", 3, "160E9F864648E2961F3CC4E02A70D2A1C6D874F76F9311464C50A3650136B5ED427B097EBD1C7C43"},
		{"SHA-256", 1, "8E9EB3B568FF54B473E40A096F8C98BF112F2E0EDE71B26FFCEA2C178036A0AD6AE479D68E4E0597"},
		{"SHA-384", 3, "9666F304B0511A621DA8EB00C0BE640BB957041A778BA7042A1DDFA98E00719B8F16E25AF82CBFAA"},
		{"SHA-512", 1, "396F418825D029EFC9747F237F1DC03E4CAF8BEABFCFA2FB65B2C1A15032A1F0DDCB78E3BAF6C0F7"},
		{"SHA-512/256", 3, "5A57168A01FA20E2934BEB8309B8C13C1FB2430ECDB648757A1229FCCBF2D7FCF8CC810697CBAF80"},
		{"SHA3-256", 1, "28AF8F4E3437A78A29CAABDB0035F5264457BA567FA0D62F0AC31CA7CE415DF87628F4FB55683F5C"},
	} {
		want, _ := hex.DecodeString(v.want)
		if got := pkcs12Key(v.hash, pw, salt, v.id, 1000, 40); !bytes.Equal(got, want) {
			t.Errorf("%s, id %d: %X, want %s", v.hash, v.id, got, v.want)
		}
	}
	if pkcs12Key("MD6", pw, salt, 1, 1, 16) != nil {
		t.Error("MD6")
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

// No program at hand writes MD2 any more. Its hash is tested by itself.
func TestPBES1WithMD2(t *testing.T) {
	for oid, block := range map[string]func([]byte) (cipher.Block, error){
		"1.2.840.113549.1.5.1": des.NewCipher,
		"1.2.840.113549.1.5.4": func(k []byte) (cipher.Block, error) { return ciphers.NewRC2(k, 64) },
	} {
		salt, pw, plain := []byte("saltsalt"), []byte("secret"), []byte("attack at dawn")
		dk := hashRounds(ciphers.NewMD2(), append(slices.Clone(pw), salt...), nil, 3)
		b, err := block(dk[:8])
		if err != nil {
			t.Fatal(err)
		}
		ct := pad(plain, 8)
		cipher.NewCBCEncrypter(b, dk[8:]).CryptBlocks(ct, ct)
		var alg cryptobyte.Builder
		addAlgorithmIdentifier(&alg, oid, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1OctetString(salt)
				b.AddASN1Int64(3)
			})
		})
		d := &decoder{opts: &DecodeOptions{Password: Passwords("secret")}, bundle: &Bundle{}}
		got, scheme, err := d.decryptPBE(mustParse(t, alg.BytesOrPanic()), ct, Source{}, "test", nil)
		if err != nil || !bytes.Equal(got, plain) || !strings.Contains(scheme, "MD2") {
			t.Errorf("%s %q %v", scheme, got, err)
		}
	}
}

// In a PFX the password of PBES2 may be BMP; anywhere else it is not.
func TestPBES2PasswordAsBMP(t *testing.T) {
	bmp := []byte("\x00s\x00e\x00c\x00r\x00e\x00t\x00\x00")
	for _, pw := range [][]byte{bmp, bmp[:len(bmp)-2]} {
		alg, ct, err := encryptPBE(schemeAES256, 10, pw, []byte("attack at dawn"), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		for format, want := range map[string]error{"pfx": nil, "pem": ErrPasswordIncorrect} {
			d := &decoder{opts: &DecodeOptions{Password: Passwords("secret")}, bundle: &Bundle{}}
			accept := func(p []byte) error {
				if string(p) != "attack at dawn" {
					return errPassword
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
			addAlgorithmIdentifier(b, "1.2.3.4.5", func(*cryptobyte.Builder) {})
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
		dek, body, err := encryptTraditionalPEM(plain, &EncodeOptions{Password: []byte(pw), Rand: rand.Reader})
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
		reject := func([]byte) error { return errPassword }
		if _, _, err := d.decryptTraditionalPEM(dek, make([]byte, 32), Source{}, "test", reject); !errors.Is(err, want) {
			t.Errorf("%q: %v", dek, err)
		}
	}
}

// Unsupported and impossible parameters have an error of their own, whatever
// the password.
func TestEncryptionParameters(t *testing.T) {
	octetString := func(n int) []byte {
		return der.Build(func(b *cryptobyte.Builder) { b.AddASN1OctetString(make([]byte, n)) })
	}
	rc2 := func(version int64) []byte {
		return der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				if version >= 0 {
					b.AddASN1Int64(version)
				}
				b.AddASN1OctetString(make([]byte, 8))
			})
		})
	}
	for _, v := range []struct {
		oid    string
		params []byte
		want   string // name, or error after "!"
	}{
		{"2.16.840.1.101.3.4.1.42", octetString(16), "AES-256-CBC"},
		{"2.16.840.1.101.3.4.1.42", octetString(8), "!AES-256-CBC with an initialization vector of 8 bytes instead of 16"},
		{"2.16.840.1.101.3.4.1.42", nil, "!OCTET STRING expected"},
		{"1.2.840.113549.3.2", rc2(160), "RC2-40-CBC"},
		{"1.2.840.113549.3.2", rc2(120), "RC2-64-CBC"},
		{"1.2.840.113549.3.2", rc2(58), "RC2-128-CBC"},
		{"1.2.840.113549.3.2", rc2(256), "RC2-256-CBC"},
		{"1.2.840.113549.3.2", rc2(-1), "RC2-32-CBC"},
		{"1.2.840.113549.3.2", rc2(7), "!RC2-CBC, version 7"},
		{"1.2.643.2.2.21", nil, "!GOST 28147-89"},
		{"1.2.3.4", nil, "!1.2.3.4"},
		{"2.16.840.1.101.3.4.1.46", octetString(12), "AES-256-GCM"},
		{"2.16.840.1.101.3.4.1.46", octetString(0), "!AES-256-GCM with a nonce of 0 and a tag of 16 bytes"},
	} {
		alg := der.Build(func(b *cryptobyte.Builder) {
			addAlgorithmIdentifier(b, v.oid, func(b *cryptobyte.Builder) { b.AddBytes(v.params) })
		})
		e, err := parseEncryption(mustParse(t, alg))
		got := e.name
		if err != nil {
			got = "!" + err.Error()
		}
		if !strings.HasPrefix(got, v.want) {
			t.Errorf("%s: %s, want %s", v.oid, got, v.want)
		}
	}
}

// fuzzDecoder has a password, and little time for key derivations.
func fuzzDecoder() *decoder {
	return &decoder{opts: &DecodeOptions{Password: Passwords("secret")}, bundle: &Bundle{}, work: maxWork - 5000}
}

func FuzzEncryptedPKCS8(f *testing.F) {
	for _, name := range []string{"pbes1.pem", "pbes2.pem", "prf.pem", "scrypt.pem", "gcm.pem", "params.pem", "java.pem"} {
		data, err := os.ReadFile("../testdata/pkcs8/" + name)
		if err != nil {
			f.Fatal(err)
		}
		text, err := readPEM(data, knownBare)
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

func FuzzDEKInfo(f *testing.F) {
	f.Add("AES-256-CBC,00112233445566778899AABBCCDDEEFF", make([]byte, 32))
	f.Add("DES-EDE3-CBC,0011223344556677", make([]byte, 32))
	f.Add("RC2-40-CFB,0011223344556677", make([]byte, 3))
	f.Add("RC4", make([]byte, 3))
	for _, c := range blockCiphers {
		for _, mode := range []string{"", "-ECB", "-CBC", "-OFB", "-CFB", "-CFB1", "-CFB8", "-CTR", "-GCM"} {
			f.Add(c.name+mode+",00112233445566778899AABBCCDDEEFF", make([]byte, 16))
			f.Add(c.name+mode+",0011223344556677", make([]byte, 16))
		}
	}
	f.Fuzz(func(t *testing.T, dek string, body []byte) {
		_, _, err := fuzzDecoder().decryptTraditionalPEM(dek, body, Source{}, "test", func([]byte) error { return errPassword })
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%T %v", err, err)
		}
	})
}
