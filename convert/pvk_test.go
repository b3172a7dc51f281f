package convert_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rc4"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
)

// What OpenSSL wrote without encryption is written again to the byte.
func TestPVKAsOpenSSLWroteIt(t *testing.T) {
	for _, name := range []string{"rsa-none.pvk", "rsa1031-none.pvk"} {
		data := file(t, "pvk/"+name)
		b, err := decodeAs("", data)
		if err != nil {
			t.Fatal(err)
		}
		out, err := convert.Encode(b, "pvk", nil)
		if err != nil || !bytes.Equal(out, data) {
			t.Errorf("%s: %v, written as\n%x", name, err, out)
		}
	}
}

// Numbers that only save time may be missing in the key that goes in.
func TestPVKCompletesTheKey(t *testing.T) {
	data := file(t, "pvk/rsa-none.pvk")
	bare := bytes.Clone(data)
	clear(bare[24+20+256+2*128 : 24+20+256+5*128]) // dP, dQ, qInv
	b, err := decodeAs("", bare)
	if err != nil {
		t.Fatal(err)
	}
	out, err := convert.Encode(b, "pvk", &convert.EncodeOptions{Rand: rand.Reader})
	if err != nil || !bytes.Equal(out, data) {
		t.Errorf("%v, written as\n%x", err, out)
	}
}

func TestPVKCutShort(t *testing.T) {
	for _, name := range []string{"rsa512-strong.pvk", "dsa-weak.pvk", "rsa1031.msblob", "rsa1031-public.msblob", "dsa.msblob"} {
		data := file(t, "pvk/"+name)
		for n := range data {
			b, err := decodeAs("pvk", data[:n], "secret", "pässwörd")
			if !errors.Is(err, convert.ErrDamaged) || b.Len() != 0 {
				t.Fatalf("%s, %d bytes: %v", name, n, err)
			}
			if want := int64(len(data) - n); n >= 24 && missing(err) != want {
				t.Errorf("%s, %d bytes: %v, want %d missing", name, n, err, want)
			}
		}
	}
}

// The header may say something else than the blob shows.
func TestPVKHeader(t *testing.T) {
	patch := func(name string, field int, value uint32) []byte {
		data := bytes.Clone(file(t, "pvk/"+name))
		binary.LittleEndian.PutUint32(data[4*field:], value)
		return data
	}
	for name, test := range map[string]struct {
		data []byte
		want error
		note note.Kind
	}{
		"clear, told as encrypted":    {patch("rsa-none.pvk", 3, 1), nil, note.Malformed},
		"encrypted, told as clear":    {patch("rsa-strong.pvk", 3, 0), nil, note.Malformed},
		"unknown encryption":          {patch("rsa-weak.pvk", 3, 7), nil, note.Variant},
		"RC2":                         {patch("rsa-strong.pvk", 3, 2), convert.ErrUnsupported, ""},
		"signature key":               {patch("rsa-none.pvk", 2, 2), nil, note.Variant},
		"salt longer than all":        {patch("rsa-strong.pvk", 4, 0xfffffff0), convert.ErrDamaged, ""},
		"blob longer than all":        {patch("rsa-strong.pvk", 5, 0x7fffffff), convert.ErrDamaged, ""},
		"blob too short":              {patch("rsa-none.pvk", 5, 100), convert.ErrDamaged, ""},
		"bytes behind it":             {append(bytes.Clone(file(t, "pvk/rsa-none.pvk")), 1, 2, 3), nil, note.TrailingData},
		"encrypted without a salt":    {encryptedWithoutSalt(t), nil, note.Variant},
		"no blob at all":              {patch("rsa-strong.pvk", 5, 0), convert.ErrDamaged, ""},
		"key blob of another version": {append([]byte{7, 3}, file(t, "pvk/rsa1031.msblob")[2:]...), convert.ErrDamaged, ""},
	} {
		b, err := decodeAs("pvk", test.data, "secret")
		if !errors.Is(err, test.want) || err == nil && len(b.Keys) != 1 {
			t.Errorf("%s: %v", name, err)
		}
		if test.note != "" && !hasNote(b, test.note) {
			t.Errorf("%s: notes %+v", name, b.Notes)
		}
	}
}

// encryptedWithoutSalt is a file whose key is SHA-1 of the password alone.
func encryptedWithoutSalt(t *testing.T) []byte {
	t.Helper()
	data := bytes.Clone(file(t, "pvk/rsa-none.pvk"))
	binary.LittleEndian.PutUint32(data[12:], 1)
	key := sha1.Sum([]byte("secret"))
	c, err := rc4.NewCipher(key[:16])
	if err != nil {
		t.Fatal(err)
	}
	c.XORKeyStream(data[24+8:], data[24+8:])
	return data
}

func FuzzPVK(f *testing.F) {
	fuzzWith(f, "pvk", "secret", "pvk")
}
