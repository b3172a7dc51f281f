package convert_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/testenv"
)

// A PFX opens with the password as people know it, in whatever bytes the system
// that it was made on took it.
func TestPasswordsOfOtherSystems(t *testing.T) {
	testenv.Programs(t, "openssl")
	dir := t.TempDir()
	for _, c := range []struct{ typed, bytes, how string }{
		{"p\u00e4ss", "pa\u0308ss", "NFD"},
		{"pa\u0308ss", "p\u00e4ss", "NFC"},
		{"ž", "\x9e", "Windows-1252"},
		{"heslo ů", "heslo \xf9", "Windows-1250"},
		{"пароль", "\xef\xe0\xf0\xee\xeb\xfc", "Windows-1251"},
		{"パス", "\x83\x70\x83\x58", "code page 932"},
		{"\xef\xe0\xf0\xee\xeb\xfc", "пароль", "from Windows-1251"},
	} {
		if err := os.WriteFile(filepath.Join(dir, "pw"), []byte(c.bytes+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, flags := range [][]string{nil, {"-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"}} {
			args := append([]string{"pkcs12", "-export", "-inkey", testenv.Root(t) + "/testdata/servers/ec-P-256.key", "-in", testenv.Root(t) + "/testdata/servers/ec-P-256.pem", "-passout", "file:pw", "-out", "out.p12"}, flags...)
			testenv.Must(t, dir, "openssl", args...)
			data, err := os.ReadFile(filepath.Join(dir, "out.p12"))
			if err != nil {
				t.Fatal(err)
			}
			b, err := convert.Decode(data, &convert.DecodeOptions{Password: convert.Passwords([]byte(c.typed))})
			if err != nil || len(b.Keys) != 1 || len(b.Certs) != 1 {
				t.Errorf("%q as %q, %v: %v", c.typed, c.bytes, flags, err)
				continue
			}
			told, text := false, false
			for _, n := range b.Notes {
				told = told || n.Kind == note.PasswordVariant && strings.Contains(n.Text.String(), c.how)
				if n.Kind == note.MACFails {
					t.Errorf("%q as %q, %v: the MAC does not verify", c.typed, c.bytes, flags)
				}
			}
			for _, u := range b.Containers[0].Uses {
				text = text || u.IsText()
			}
			if !told || !text {
				t.Errorf("%q as %q, %v: told %t, text %t: %v", c.typed, c.bytes, flags, told, text, b.Notes)
			}
		}
	}
}

// The forms of a password that is wrong stay within the budget, and make no
// other error of it.
func TestWrongPasswordStaysWithinBudget(t *testing.T) {
	testenv.Programs(t, "openssl")
	dir := t.TempDir()
	testenv.Must(t, dir, "openssl", "pkcs12", "-export", "-inkey", testenv.Root(t)+"/testdata/servers/ec-P-256.key", "-in", testenv.Root(t)+"/testdata/servers/ec-P-256.pem",
		"-iter", "1500000", "-nomac", "-passout", "pass:secret", "-out", "out.p12")
	data, err := os.ReadFile(filepath.Join(dir, "out.p12"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := convert.Decode(data, &convert.DecodeOptions{Password: convert.Passwords([]byte("пароль ž"))})
	if !errors.Is(err, convert.ErrPasswordIncorrect) {
		t.Errorf("%v", err)
	}
	skipped := false
	for _, n := range b.Notes {
		skipped = skipped || n.Kind == note.Skipped
	}
	if !skipped {
		t.Errorf("nothing is said of the forms that were not tried: %v", b.Notes)
	}
	for form, most := range map[pbe.Form]int{pbe.Bytes: 1, pbe.BMP: 1, pbe.Chars: 1, pbe.BytesOrBMP: 3} {
		if n := len(pbe.Variants([]byte("wrong"), form)); n != most {
			t.Errorf("form %d: %d tries of an ASCII password, not %d", form, n, most)
		}
	}
}

// A password that comes with ErrPasswordRequired is tried, but is no wrong password.
func TestLastPassword(t *testing.T) {
	key, err := os.ReadFile(filepath.Join(testenv.Root(t), "testdata", "servers", "ec-P-256.key"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := convert.Decode(key, nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := convert.Encode(plain, "pkcs8", &convert.EncodeOptions{Password: []byte("right")})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		given []string
		last  string
		want  error
	}{
		{nil, "", convert.ErrPasswordRequired},
		{nil, "right", nil},
		{[]string{"wrong"}, "", convert.ErrPasswordIncorrect},
		{[]string{"wrong"}, "right", nil},
	} {
		asked := 0
		_, err := convert.Decode(data, &convert.DecodeOptions{Password: func(r convert.PasswordRequest) ([]byte, error) {
			if asked++; r.Attempt < len(c.given) {
				return []byte(c.given[r.Attempt]), nil
			}
			return []byte(c.last), convert.ErrPasswordRequired
		}})
		if !errors.Is(err, c.want) || asked != len(c.given)+1 {
			t.Errorf("%q, then %q: %v after %d questions, want %v", c.given, c.last, err, asked, c.want)
		}
	}
}
