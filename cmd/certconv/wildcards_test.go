package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/fault"
)

func TestWildcards(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"a.pem", "B.PEM", "c.key", "README", ".hidden.pem", "sub/a.pem", "sub/x/a.pem", "other/a.pem"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for pattern, want := range map[string]string{
		"plain.pem":     "plain.pem", // it may not be there: who reads it says so
		"*.pem":         "B.PEM a.pem",
		"?.p*m":         "B.PEM a.pem",
		"*.*":           "B.PEM README a.pem c.key other sub",
		"r*":            "README",
		"sub/*.pem":     "sub/a.pem",
		"*/a.pem":       "other/a.pem sub/a.pem",
		"*//*/a.pem":    "sub//x/a.pem",
		".h*":           ".hidden.pem",
		"./sub/?/*.pem": "./sub/x/a.pem",
		"*b*":           "B.PEM sub",
	} {
		got, err := expand(filepath.FromSlash(pattern))
		if have := filepath.ToSlash(strings.Join(got, " ")); err != nil || have != want {
			t.Errorf("%s: %q, %v; want %q", pattern, have, err, want)
		}
	}
	for _, none := range []string{"*.pfx", "no/*", "a.pem/*", "*.pem/x"} {
		if got, err := expand(none); err == nil || fault.Of(err).Exit() != fault.ExitInput {
			t.Errorf("%s: %q, %v", none, got, err)
		}
	}
	if got, err := expandAll([]string{"c.key", "*.pem"}); err != nil || !slices.Equal(got, []string{"c.key", "B.PEM", "a.pem"}) {
		t.Errorf("%q, %v", got, err)
	}
}
