package ciphers

import (
	"bytes"
	"crypto/cipher"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func rc2Bits(n int) func([]byte) (cipher.Block, error) {
	return func(key []byte) (cipher.Block, error) { return NewRC2(key, n) }
}

// The vectors of the documents that define the ciphers; for IDEA those of
// Lai's thesis, as PGP and NESSIE repeat them.
func TestBlockCiphers(t *testing.T) {
	for _, v := range []struct {
		name            string
		new             func([]byte) (cipher.Block, error)
		key, plain, enc string
	}{
		{"RC2-63", rc2Bits(63), "0000000000000000", "0000000000000000", "ebb773f993278eff"},
		{"RC2-64", rc2Bits(64), "ffffffffffffffff", "ffffffffffffffff", "278b27e42e2f0d49"},
		{"RC2-64", rc2Bits(64), "3000000000000000", "1000000000000001", "30649edf9be7d2c2"},
		{"RC2-64 one byte", rc2Bits(64), "88", "0000000000000000", "61a8a244adacccf0"},
		{"RC2-64 seven bytes", rc2Bits(64), "88bca90e90875a", "0000000000000000", "6ccf4308974c267f"},
		{"RC2-64 of 128", rc2Bits(64), "88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "1a807d272bbe5db1"},
		{"RC2-128", rc2Bits(128), "88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "2269552ab0f85ca6"},
		{"RC2-129", rc2Bits(129), "88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e", "0000000000000000", "5b78d3a43dfff1f1"},
		{"Camellia-128", NewCamellia, "0123456789abcdeffedcba9876543210", "0123456789abcdeffedcba9876543210", "67673138549669730857065648eabe43"},
		{"Camellia-192", NewCamellia, "0123456789abcdeffedcba98765432100011223344556677", "0123456789abcdeffedcba9876543210", "b4993401b3e996f84ee5cee7d79b09b9"},
		{"Camellia-256", NewCamellia, "0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff", "0123456789abcdeffedcba9876543210", "9acc237dff16d76c20ef7c919e3a7509"},
		{"ARIA-128", NewARIA, "000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff", "d718fbd6ab644c739da95f3be6451778"},
		{"ARIA-192", NewARIA, "000102030405060708090a0b0c0d0e0f1011121314151617", "00112233445566778899aabbccddeeff", "26449c1805dbe7aa25a468ce263a9e79"},
		{"ARIA-256", NewARIA, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "00112233445566778899aabbccddeeff", "f92bd7c79fb72e2f2b8f80c1972d24fc"},
		{"SM4", NewSM4, "0123456789abcdeffedcba9876543210", "0123456789abcdeffedcba9876543210", "681edf34d206965e86b3e94f536e4246"},
		{"IDEA", NewIDEA, "00010002000300040005000600070008", "0000000100020003", "11fbed2b01986de5"},
		{"SEED", NewSEED, "00000000000000000000000000000000", "000102030405060708090a0b0c0d0e0f", "5ebac6e0054e166819aff1cc6d346cdb"},
		{"SEED", NewSEED, "000102030405060708090a0b0c0d0e0f", "00000000000000000000000000000000", "c11f22f20140505084483597e4370f43"},
		{"SEED", NewSEED, "4706480851e61be85d74bfb3fd956185", "83a2f8a288641fb9a4e9a5cc2f131c7d", "ee54d13ebcae706d226bc3142cd40d4a"},
		{"SEED", NewSEED, "28dbc3bc49ffd87dcfa509b11d422be7", "b41e6be2eba84a148e2eed84593c5ec7", "9b9b7bfcd1813cb95d0b3618f40f5122"},
	} {
		t.Run(fmt.Sprintf("%s/%s", v.name, v.key), func(t *testing.T) {
			b, err := v.new(unhex(t, v.key))
			if err != nil {
				t.Fatal(err)
			}
			got := make([]byte, b.BlockSize())
			b.Encrypt(got, unhex(t, v.plain))
			if hex.EncodeToString(got) != v.enc {
				t.Errorf("encrypted: %x, want %s", got, v.enc)
			}
			got = unhex(t, v.enc)
			b.Decrypt(got, got)
			if hex.EncodeToString(got) != v.plain {
				t.Errorf("decrypted: %x, want %s", got, v.plain)
			}
		})
	}
}

// IDEA's key schedule has corners at 0, which stands for 65536.
func TestIDEARoundTrip(t *testing.T) {
	key := make([]byte, 16)
	for i := range 2000 {
		b, err := NewIDEA(key)
		if err != nil {
			t.Fatal(err)
		}
		var plain, x [8]byte
		copy(plain[:], key[3:])
		b.Encrypt(x[:], plain[:])
		next := x
		b.Decrypt(x[:], x[:])
		if x != plain {
			t.Fatalf("key %x", key)
		}
		copy(key[i%9:], next[:])
	}
}

func TestKeySizes(t *testing.T) {
	for name, f := range map[string]func([]byte) (cipher.Block, error){
		"RC2": rc2Bits(64), "Camellia": NewCamellia, "ARIA": NewARIA, "SM4": NewSM4, "IDEA": NewIDEA, "SEED": NewSEED,
	} {
		if _, err := f(nil); err == nil {
			t.Errorf("%s takes an empty key", name)
		}
	}
	for _, n := range []int{0, -1, 1025} {
		if _, err := NewRC2([]byte("12345678"), n); err == nil {
			t.Errorf("RC2 with %d effective bits", n)
		}
	}
}

// RFC 1319, Appendix A.5.
func TestMD2(t *testing.T) {
	for in, want := range map[string]string{
		"":               "8350e5a3e24c153df2275c9f80692773",
		"a":              "32ec01ec4a6dac72c0ab96fb34c0b5d1",
		"abc":            "da853b0d3f88d99b30283a69e6ded6bb",
		"message digest": "ab4f496bfb2a530b219ff33031fe06b0",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789": "da33def2a42df13975352846c30338cd",
		strings.Repeat("1234567890", 8):                                  "d5976f79d83d3a0dc9806c3c66f3efd8",
	} {
		h := NewMD2()
		h.Write([]byte(in)[:len(in)/2])
		h.Sum(nil)
		h.Write([]byte(in)[len(in)/2:])
		if got := hex.EncodeToString(h.Sum(nil)); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

// What "openssl enc -camellia-128-MODE -K … -iv …" makes of the text.
func TestModes(t *testing.T) {
	key, iv := unhex(t, "000102030405060708090a0b0c0d0e0f"), unhex(t, "f0e0d0c0b0a090807060504030201000")
	plain := []byte("the quick brown fox jumps over the lazy dog")
	b, err := NewCamellia(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []struct {
		name    string
		decrypt func(b cipher.Block, iv, data []byte)
		enc     string
	}{
		{"OFB", XOROFB, "73b71718c249574119b2c4ea5b1ffa39cba0d0e38023169244313aa32bd4d55647296bca9f9803266911d2"},
		{"CFB", DecryptCFB, "73b71718c249574119b2c4ea5b1ffa39820139fa7587185bf0a34449ca36414b74355e71a23783c2f330bc"},
		{"CFB8", DecryptCFB8, "7345e51f6bd2fa00a1b1278c4d2f8ae9b2de9ab9e0eb01afa2e4214135c43954c75c5caccf1e3ad3808232"},
		{"CFB1", DecryptCFB1, "2b096cc9a7421929f0a4a9f5e4f29f86e39df39689e2718fd41bfbe31e905e21d4c855e91289275514db0f"},
	} {
		data := unhex(t, v.enc)
		v.decrypt(b, bytes.Clone(iv), data)
		if !bytes.Equal(data, plain) {
			t.Errorf("%s: %q", v.name, data)
		}
	}
	data := unhex(t, "67673138549669730857065648eabe4367673138549669730857065648eabe43")
	b, _ = NewCamellia(unhex(t, "0123456789abcdeffedcba9876543210"))
	DecryptECB(b, data)
	if hex.EncodeToString(data) != strings.Repeat("0123456789abcdeffedcba9876543210", 2) {
		t.Errorf("ECB: %x", data)
	}
}
