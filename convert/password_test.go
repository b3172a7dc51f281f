package convert_test

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/certconv/certconv/convert"
)

// A callback that never says that it has no more does not keep Decode for ever.
func TestPasswordsEnd(t *testing.T) {
	for _, name := range []string{
		"pkcs8/pbes2.pem", "pkcs8/traditional.pem", "servers/rsa.pfx", "jks/keys.jks", "net/rsa512.net", "pvk/rsa512-strong.pvk", "zip/pfx.zip",
	} {
		data, err := os.ReadFile("../testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for what, tt := range map[string]struct {
			calls    int
			password func(i int) string
		}{
			"the same":      {11, func(int) string { return "wrong" }},
			"two in turn":   {12, func(i int) string { return fmt.Sprint(i % 2) }},
			"always others": {10_000, func(i int) string { return fmt.Sprint(i) }},
		} {
			if tt.calls > 12 && name != "net/rsa512.net" { // the others derive keys with many rounds
				continue
			}
			calls := 0
			_, err := convert.Decode(data, &convert.DecodeOptions{Password: func(convert.PasswordRequest) ([]byte, error) {
				calls++
				return []byte(tt.password(calls)), nil
			}})
			if calls != tt.calls || !errors.Is(err, convert.ErrPasswordIncorrect) {
				t.Errorf("%s, %s: asked %d times, %v", name, what, calls, err)
			}
		}
	}
}

// What is given twice is not tried twice, and does not hide what comes after it.
func TestPasswordsRepeated(t *testing.T) {
	data, err := os.ReadFile("../testdata/servers/rsa.pfx")
	if err != nil {
		t.Fatal(err)
	}
	b, err := convert.Decode(data, &convert.DecodeOptions{Password: convert.Passwords("wrong", "wrong", "wrong", "secret")})
	if err != nil || len(b.Keys) != 1 {
		t.Errorf("%d keys, %v", len(b.Keys), err)
	}
	if _, err := convert.Decode(data, &convert.DecodeOptions{Password: convert.Passwords[string]()}); !errors.Is(err, convert.ErrPasswordRequired) {
		t.Errorf("no password: %v", err)
	}
}
