package convert_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/testenv"
)

// file reads a file of testdata.
func file(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../testdata", path))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decodeAs(from string, data []byte, pws ...string) (*convert.Bundle, error) {
	return convert.Decode(data, &convert.DecodeOptions{From: from, Password: passwords(pws...)})
}

func hasNote(b *convert.Bundle, kind note.Kind) bool {
	return slices.ContainsFunc(b.Notes, func(n convert.Note) bool { return n.Kind == kind })
}

func missing(err error) int64 {
	var e *convert.Error
	if errors.As(err, &e) {
		return e.Missing
	}
	return 0
}

// What LibreSSL wrote is written again to the byte.
func TestNETAsLibreSSLWroteIt(t *testing.T) {
	for _, v := range readVectors(t)["net"] {
		if v.Expect != "ok" {
			continue
		}
		data := file(t, "net/"+v.File)
		b, err := decodeAs("", data, *v.Password)
		if err != nil {
			t.Errorf("%s: %v", v.File, err)
			continue
		}
		out, err := convert.Encode(b, b.Containers[0].Format, &convert.EncodeOptions{Password: []byte(*v.Password)})
		if err != nil || !bytes.Equal(out, data) {
			t.Errorf("%s: %v, written as\n%x\nwas\n%x", v.File, err, out, data)
		}
		if strings.Contains(v.File, "sgc") != (b.Containers[0].Format == "sgc") {
			t.Errorf("%s: format %s", v.File, b.Containers[0].Format)
		}
	}
}

// The outer length in each of its forms, right and wrong.
func TestNETOuterLength(t *testing.T) {
	data := file(t, "net/rsa512.net")
	body := data[4:]
	for name, test := range map[string]struct {
		data  []byte
		wrong bool
	}{
		"two bytes":       {data, false},
		"one byte":        {slices.Concat([]byte{0x30, 0x20}, body), true},
		"81":              {slices.Concat([]byte{0x30, 0x81, 0x90}, body), true},
		"82, too small":   {slices.Concat([]byte{0x30, 0x82, 0, 0x30}, body), true},
		"82, too large":   {slices.Concat([]byte{0x30, 0x82, 0x7f, 0xff}, body), true},
		"83":              {slices.Concat([]byte{0x30, 0x83, 0, 1, 0x7c}, body), false},
		"84":              {slices.Concat([]byte{0x30, 0x84, 0, 0, 1, 0x7c}, body), false},
		"zero":            {slices.Concat([]byte{0x30, 0}, body), true},
		"indefinite":      {slices.Concat([]byte{0x30, 0x80}, body, []byte{0, 0}), false},
		"indefinite, cut": {slices.Concat([]byte{0x30, 0x80}, body), false},
	} {
		b, err := decodeAs("", test.data, "Password1")
		if err != nil || len(b.Keys) != 1 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if hasNote(b, note.OuterLength) != test.wrong || hasNote(b, note.TrailingData) {
			t.Errorf("%s: notes %+v", name, b.Notes)
		}
	}
	b, err := decodeAs("", append(bytes.Clone(data), "\r\n\x1a"...), "Password1")
	if err != nil || len(b.Keys) != 1 || !hasNote(b, note.TrailingData) || b.Containers[0].Format != "net" {
		t.Errorf("with bytes behind it: %v %+v", err, b)
	}
}

// Wherever the file is cut, the number of bytes that are missing is right.
func TestNETCutShort(t *testing.T) {
	data := file(t, "net/rsa512.net")
	for n := range data {
		b, err := decodeAs("net", data[:n], "Password1")
		if !errors.Is(err, convert.ErrDamaged) || len(b.Keys) != 0 {
			t.Fatalf("%d bytes: %v", n, err)
		}
		if want := int64(len(data) - n); n >= 4 && missing(err) != want {
			t.Errorf("%d bytes: %v, want %d missing", n, err, want)
		}
	}
}

// A key is never believed that is another one than was written.
func TestNETChanged(t *testing.T) {
	data := file(t, "net/rsa512.net")
	good, err := decodeAs("net", data, "Password1")
	if err != nil {
		t.Fatal(err)
	}
	damaged := 0
	for i := range data {
		for _, bit := range []byte{1, 0x80} {
			other := bytes.Clone(data)
			other[i] ^= bit
			b, err := decodeAs("net", other, "Password1")
			if err == nil && !bytes.Equal(b.Keys[0].SPKI, good.Keys[0].SPKI) {
				t.Errorf("byte %d: another key", i)
			}
			if errors.Is(err, convert.ErrDamaged) {
				damaged++
			}
		}
	}
	if damaged < len(data) {
		t.Errorf("only %d of %d changes are told as damage", damaged, 2*len(data))
	}
}

func TestNETErrors(t *testing.T) {
	data := file(t, "net/rsa512.net")
	other := bytes.Replace(data, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x04}, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x09}, 1)
	var e *convert.Error
	if _, err := decodeAs("", other, "Password1"); !errors.As(err, &e) || e.Kind != convert.ErrUnsupported || e.Algorithm != "RC5-CBC-Pad" {
		t.Errorf("another cipher: %v", err)
	}
	b, err := decodeAs("", data, "Password1\r\n")
	if err != nil || !hasNote(b, note.PasswordVariant) {
		t.Errorf("password with a line end: %v", err)
	}
	if b, err := decodeAs("", data, "Password1\x00more"); err != nil || len(b.Keys) != 1 {
		t.Errorf("password with a NUL: %v", err)
	}
	if b, err := decodeAs("", data, "password1", "Password1"); err != nil || len(b.Keys) != 1 {
		t.Errorf("second password: %v", err)
	}
	if _, err := decodeAs("net", []byte("\x30\x82\x01\x00\x04\x0bpublic-keys")); !errors.Is(err, convert.ErrDamaged) {
		t.Errorf("another header: %v", err)
	}
}

func TestNETSamples(t *testing.T) {
	dir := filepath.Join(testenv.Samples(t), "net")
	key, err := os.ReadFile(filepath.Join(dir, "key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	want := keyHashes(decode(t, key))
	for _, name := range []string{"net-plain-password-secret.key", "net-sgc-password-secret.key", "SYNTHETIC-net-short-outer-length.key",
		"SYNTHETIC-iis-backup-plain.key", "SYNTHETIC-iis-backup-sgc.key"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := decodeAs("", data, "secret")
		if err != nil || !slices.Equal(keyHashes(b), want) {
			t.Errorf("%s: %v, %v", name, err, keyHashes(b))
		}
		if strings.Contains(name, "iis") && (len(b.CertsFor(0)) != 1 || b.Containers[0].Format != "iis") {
			t.Errorf("%s: %+v", name, b.Containers)
		}
	}
}

func FuzzNET(f *testing.F) {
	fuzzWith(f, "net", "secret", "net", "iis")
}

// fuzzWith fuzzes one decoder. Whatever comes, it returns what it found, and
// errors of its own.
func fuzzWith(f *testing.F, format, password string, folders ...string) {
	all := readVectors(f)
	for _, folder := range folders {
		for _, v := range all[folder] {
			f.Add(file(f, folder+"/"+v.File))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := decodeAs(format, data, password)
		if err != nil {
			checkError(t, err, nil)
			if len(b.Failures) == 0 {
				t.Error("an error, but nothing in Failures")
			}
		} else if len(b.Containers) == 0 {
			t.Error("nothing says what the file is")
		}
		for _, k := range b.Keys {
			if _, err := convert.Encode(&convert.Bundle{Keys: []convert.PrivateKey{k}}, "der", nil); err != nil {
				t.Error(err)
			}
		}
	})
}
