package convert_test

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/certconv/certconv/convert"
)

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
		if !f.TakesPassword() || f.Name == "net" || f.Name == "sgc" { // those have no salt
			continue
		}
		written := false
		for name, b := range all {
			if !fits(b, f.Holds()) || len(b.Keys) == 0 {
				continue
			}
			written = true
			out, err := convert.Encode(b, f.Name, &convert.EncodeOptions{Password: []byte("secret"), Rand: iotest.ErrReader(io.ErrNoProgress)})
			if err == nil || out != nil {
				t.Errorf("%s, %s: encrypted without random bytes", f.Name, name)
			}
		}
		if !written {
			t.Errorf("%s: no bundle to try", f.Name)
		}
	}
}

// What looks like PEM in machine code is no PEM.
func TestProgramsAreNoPEM(t *testing.T) {
	const words = "\x00-----BEGIN CERTIFICATE-----\x00-----END CERTIFICATE-----\n\x00"
	for _, magic := range []string{"\x7fELF\x02\x01\x01", "MZ\x90\x00\x03\x00\x00\x00", "\xcf\xfa\xed\xfe"} {
		if f := convert.Detect([]byte(magic + strings.Repeat("\x00\xff", 100) + words)); f != nil {
			t.Errorf("%q: %s", magic, f.Name)
		}
	}
}

// There is no form of a NET key without a password.
func TestNETWithoutPassword(t *testing.T) {
	data, err := os.ReadFile("../testdata/servers/rsa.key")
	if err != nil {
		t.Fatal(err)
	}
	b, err := convert.Decode(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"net", "sgc"} {
		out, err := convert.Encode(&convert.Bundle{Keys: b.Keys}, format, nil)
		if !errors.Is(err, convert.ErrPasswordRequired) || out != nil {
			t.Errorf("%s: %d bytes, %v", format, len(out), err)
		}
	}
}
