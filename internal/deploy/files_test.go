package deploy

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
)

func check(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func mustWrite(t *testing.T, path, text string, mode fs.FileMode) {
	t.Helper()
	if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chmod(path, mode)); err != nil {
		t.Fatal(err)
	}
}

// What can be the name of a file in a unit.
func TestProperName(t *testing.T) {
	for name, want := range map[string]bool{
		"site.pem": true, strings.Repeat("a", 255): true, strings.Repeat("a", 256): false,
		"": false, ".": false, "..": false, ".hidden": false, "a/b": false, "/a": false, "a\x00b": false,
	} {
		if got := properName(name); got != want {
			t.Errorf("%.40q: %v", name, got)
		}
	}
}
