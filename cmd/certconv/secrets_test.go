package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/certconv/certconv/convert"
)

func TestPasswordFile(t *testing.T) {
	for _, tt := range []struct {
		content string
		want    []string
	}{
		{"secret", []string{"secret"}},
		{"secret\n", []string{"secret"}},
		{"secret\r\n", []string{"secret"}},
		{"secret\nmore\n", []string{"secret"}},
		{" secret \n", []string{" secret "}},
		{"\n", []string{""}},
		{"", []string{""}},
		{"a\rb\n", []string{"a\rb"}},
		{"\xef\xbb\xbfsecret\r\n", []string{"secret", "\xef\xbb\xbfsecret"}},
		{"\xff\xfes\x00\xe9\x00\r\x00\n\x00", []string{"sé", "\xff\xfes\x00\xe9\x00\r\x00"}},
	} {
		path := filepath.Join(t.TempDir(), "pw")
		if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := passwordFile("--pass", path)
		if err != nil || len(got) != len(tt.want) {
			t.Errorf("%q: %q, %v", tt.content, got, err)
			continue
		}
		for i := range got {
			if string(got[i]) != tt.want[i] {
				t.Errorf("%q: %q, want %q", tt.content, got, tt.want)
			}
		}
	}
}

func TestPasswordFileIsBounded(t *testing.T) {
	if _, err := passwordFile("--pass", "/dev/zero"); err == nil {
		t.Error("an endless line is taken for a password")
	}
}

// Passwords are tried in the order given; then there are no more.
func TestPasswordOrder(t *testing.T) {
	s := &secrets{env: newEnv()}
	if err := s.take([]string{"none", "pass:b"}); err != nil {
		t.Fatal(err)
	}
	next := s.forInput("file")
	for i, want := range []string{"", "b"} {
		pw, err := next(convert.PasswordRequest{Attempt: i})
		if err != nil || string(pw) != want {
			t.Errorf("%d: %q, %v", i, pw, err)
		}
	}
	if _, err := next(convert.PasswordRequest{Attempt: 2}); !errors.Is(err, convert.ErrPasswordRequired) {
		t.Errorf("%v", err)
	}
	s.wipe()
	if string(s.known[1]) != "\x00" {
		t.Error("the password is still there")
	}
}
