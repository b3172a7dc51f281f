package pbe

import (
	"bytes"
	"crypto/cipher"
	"crypto/des"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/ciphers"
	"github.com/certconv/certconv/internal/der"
)

func mustParse(t *testing.T, data []byte) der.Element {
	t.Helper()
	e, err := der.ParseAll(data)
	if err != nil {
		t.Fatal(err)
	}
	return e
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
		if got := PKCS12Key(v.hash, pw, salt, v.id, 1000, 40); !bytes.Equal(got, want) {
			t.Errorf("%s, id %d: %X, want %s", v.hash, v.id, got, v.want)
		}
	}
	if PKCS12Key("MD6", pw, salt, 1, 1, 16) != nil {
		t.Error("MD6")
	}
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
		ct := append(slices.Clone(plain), 2, 2)
		cipher.NewCBCEncrypter(b, dk[8:]).CryptBlocks(ct, ct)
		var alg cryptobyte.Builder
		der.AddAlgorithm(&alg, oid, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1OctetString(salt)
				b.AddASN1Int64(3)
			})
		})
		s, err := ParseScheme(mustParse(t, alg.BytesOrPanic()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Decrypt(pw, ct)
		if err != nil || !bytes.Equal(got, plain) || !strings.Contains(s.Name, "MD2") {
			t.Errorf("%s %q %v", s.Name, got, err)
		}
	}
}

// The nonce of CCM has 7 to 13 octets, and its tag an even number of them (RFC 5084, Section 3.1);
// tags of less than 8 are not taken.
func TestCCMParameters(t *testing.T) {
	for _, c := range []struct {
		nonce, tag int
		ok         bool
	}{
		{12, 16, true}, {7, 8, true}, {13, 16, true}, {12, 12, true}, {12, 10, true},
		{6, 16, false}, {14, 16, false}, {12, 6, false}, {12, 9, false}, {12, 18, false}, {12, 17, false}, {0, 16, false},
	} {
		alg := der.Build(func(b *cryptobyte.Builder) {
			der.AddAlgorithm(b, "2.16.840.1.101.3.4.1.47", func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1OctetString(make([]byte, c.nonce))
					b.AddASN1Int64(int64(c.tag))
				})
			})
		})
		if _, err := parseEncryption(mustParse(t, alg)); (err == nil) != c.ok {
			t.Errorf("a nonce of %d and a tag of %d: %v", c.nonce, c.tag, err)
		}
	}
}

// What has no salt or no rounds is damaged.
func TestSaltAndRounds(t *testing.T) {
	whole := func(b *cryptobyte.Builder) {
		b.AddASN1OctetString([]byte("saltsalt"))
		b.AddASN1Int64(3)
	}
	for _, oid := range []string{"1.2.840.113549.1.5.3", "1.2.840.113549.1.12.1.3"} {
		for name, params := range map[string]cryptobyte.BuilderContinuation{
			"whole": func(b *cryptobyte.Builder) { b.AddASN1(asn1.SEQUENCE, whole) },
			"none":  func(*cryptobyte.Builder) {},
			"NULL":  der.AddNull,
			"a SET": func(b *cryptobyte.Builder) { b.AddASN1(asn1.SET, whole) },
			"empty": func(b *cryptobyte.Builder) { b.AddASN1(asn1.SEQUENCE, func(*cryptobyte.Builder) {}) },
			"only a salt": func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1OctetString(nil) })
			},
			"only a count": func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1Int64(3) })
			},
		} {
			alg := der.Build(func(b *cryptobyte.Builder) { der.AddAlgorithm(b, oid, params) })
			s, err := ParseScheme(mustParse(t, alg))
			var damaged *der.SyntaxError
			if whole := name == "whole"; whole != (err == nil) || !whole && !errors.As(err, &damaged) {
				t.Errorf("%s, %s: %+v, %v", oid, name, s, err)
			}
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
		{"1.2.840.113549.3.2", rc2(7), "!unsupported algorithm RC2-CBC, version 7"},
		{"1.2.840.113533.7.66.10", der.Build(func(b *cryptobyte.Builder) { b.AddASN1(asn1.SEQUENCE, func(*cryptobyte.Builder) {}) }), "!cut short"},
		{"1.2.840.113533.7.66.10", der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(octetString(8)) })
		}), "CAST5-CBC"},
		{"1.2.840.113533.7.66.10", der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1Int64(8) })
		}), "!OCTET STRING expected"},
		{"1.2.643.2.2.21", nil, "!unsupported algorithm GOST 28147-89"},
		{"1.2.3.4", nil, "!unsupported algorithm 1.2.3.4"},
		{"2.16.840.1.101.3.4.1.46", octetString(12), "AES-256-GCM"},
		{"2.16.840.1.101.3.4.1.46", octetString(0), "!unsupported algorithm AES-256-GCM with a nonce of 0 and a tag of 16 bytes"},
	} {
		alg := der.Build(func(b *cryptobyte.Builder) {
			der.AddAlgorithm(b, v.oid, func(b *cryptobyte.Builder) { b.AddBytes(v.params) })
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

// Padding is 1 to a block of octets, each of which says how many there are (RFC 8018,
// Section 6.1.1). All else comes from a wrong password.
func TestUnpad(t *testing.T) {
	for data, want := range map[string]string{
		"abc\x01": "abc", "ab\x02\x02": "ab", "\x04\x04\x04\x04": "",
		"abc\x00": "-", "abc\x05": "-", "abc\xff": "-", "abc\x02": "-", "a\x03\x02\x03": "-", "\x03\x03": "-", "\x00\x00\x00\x00": "-",
	} {
		got, err := unpad([]byte(data), 4)
		if err != nil {
			got = []byte("-")
		}
		if string(got) != want || err != nil && err != ErrPassword {
			t.Errorf("%q: %q, %v", data, got, err)
		}
	}
}

// A key of a size that the cipher does not have, and one that is another, are errors in every
// mode.
func TestDecryptFails(t *testing.T) {
	const iv, data = "12 or 16 octets.", "two blocks of sixteen octets ---"
	for _, name := range []string{"AES-128-CBC", "AES-128-ECB", "CAST5-CBC", "BF-CBC", "RC4"} {
		e, ok := encryptionByName(name)
		if !ok {
			t.Errorf("%s is not known", name)
			continue
		}
		if _, err := e.decrypt(nil, []byte(iv)[:e.blockSize()], []byte(data)); err == nil {
			t.Errorf("%s without a key: no error", name)
		}
		key := make([]byte, 16)
		if out, err := e.decrypt(key, []byte(iv)[:e.blockSize()], []byte(data)); e.mode != "" && err != ErrPassword || e.mode == "" && (err != nil || len(out) != len(data)) {
			t.Errorf("%s: %q, %v", name, out, err)
		}
	}
	if _, err := tried([]byte("plain"), false); err != ErrPassword {
		t.Errorf("a tag that is not right: %v", err)
	}
}

func FuzzDEKInfo(f *testing.F) {
	f.Add("AES-256-CBC,00112233445566778899AABBCCDDEEFF", make([]byte, 32))
	f.Add("DES-EDE3-CBC,0011223344556677", make([]byte, 32))
	f.Add("RC2-40-CFB,0011223344556677", make([]byte, 3))
	f.Add("RC4", make([]byte, 3))
	for _, c := range blockCiphers {
		for _, mode := range []string{"", "-ECB", "-CBC", "-OFB", "-CFB", "-CFB1", "-CFB8", "-CTR", "-GCM", "-CCM", "-KWP"} {
			f.Add(c.name+mode+",00112233445566778899AABBCCDDEEFF", make([]byte, 16))
			f.Add(c.name+mode+",0011223344556677", make([]byte, 16))
		}
	}
	f.Fuzz(func(t *testing.T, dek string, body []byte) {
		s, err := ParseDEKInfo(dek)
		if err == nil {
			err = s.CheckLength(len(body))
		}
		if err != nil {
			return
		}
		if s.Rounds != 1 {
			t.Errorf("%q: %d rounds", dek, s.Rounds)
		}
		if _, err := s.Decrypt([]byte("secret"), body); err != nil && !errors.Is(err, ErrPassword) {
			t.Errorf("%q: %v", dek, err)
		}
	})
}

// The published vectors of bcrypt_pbkdf, from jBCrypt.
func TestBcryptPBKDF(t *testing.T) {
	for _, v := range []struct {
		rounds         int
		pw, salt, want string
	}{
		{4, "password", "salt", "5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9"},
		{4, "password", "\x00", "c12b566235eee04c212598970a579a67"},
		{8, "password", "salt", "e1367ec5151a33faac4cc1c144cd23fa15d5548493ecc99b9b5d9c0d3b27bec76227ea66088b849b20ab7aa478010246e74bba51723fefa9f9474d6508845e8d"},
	} {
		if got := hex.EncodeToString(bcryptPBKDF([]byte(v.pw), []byte(v.salt), v.rounds, len(v.want)/2)); got != v.want {
			t.Errorf("%q, %q, %d: %s, want %s", v.pw, v.salt, v.rounds, got, v.want)
		}
	}
}

// What has keys of less than 80 bits can be tried through, and so can RC2, whose parameters may say
// that it has.
func TestWeakCiphers(t *testing.T) {
	for _, c := range blockCiphers {
		if want := c.keySize < 10 || c.name == "RC2"; c.weak != want {
			t.Errorf("%s with keys of %d bytes: weak %v", c.name, c.keySize, c.weak)
		}
	}
}

// The header has no place for a tag, and OpenSSL writes no wrapped keys under it.
func TestDEKInfoModes(t *testing.T) {
	for mode, known := range map[string]bool{"CBC": true, "CTR": true, "CFB8": true, "GCM": false, "CCM": false, "KWP": false} {
		_, err := ParseDEKInfo("AES-128-" + mode + ",00112233445566778899AABBCCDDEEFF")
		if (err == nil) != known || !known && !errors.As(err, new(*UnsupportedError)) {
			t.Errorf("%s: %v", mode, err)
		}
	}
}

// What a round costs is counted by the digests that a scheme takes for key and IV: a stream
// cipher has none.
func TestPKCS12Weights(t *testing.T) {
	weights := map[string]int{}
	for name, oid := range map[string]string{"RC4-128": "1.2.840.113549.1.12.1.1", "RC4-40": "1.2.840.113549.1.12.1.2", "3DES": "1.2.840.113549.1.12.1.3", "2DES": "1.2.840.113549.1.12.1.4", "RC2-128": "1.2.840.113549.1.12.1.5"} {
		alg := der.Build(func(b *cryptobyte.Builder) {
			der.AddAlgorithm(b, oid, func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1OctetString([]byte("saltsalt"))
					b.AddASN1Int64(3)
				})
			})
		})
		s, err := ParseScheme(mustParse(t, alg))
		if err != nil {
			t.Fatal(err)
		}
		weights[name] = s.Weight
	}
	h, _ := DigestByName("SHA-1")
	half := func(digests int) int { return (digests*h.weight + 1) / 2 }
	if want := map[string]int{"RC4-128": half(1), "RC4-40": half(1), "3DES": half(3), "2DES": half(2), "RC2-128": half(2)}; !maps.Equal(weights, want) {
		t.Errorf("%v, want %v", weights, want)
	}
}
