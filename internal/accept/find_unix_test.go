//go:build unix

package accept

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// In a folder that everybody can write to, the list of another user is refused.
func TestFindForeign(t *testing.T) {
	if os.Geteuid() != 0 {
		testenv.Skip(t, "only root can make files of somebody else")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, FileName)
	if err := errors.Join(os.WriteFile(file, nil, 0o644), os.Chown(file, testenv.Nobody, 0)); err != nil {
		t.Fatal(err)
	}
	var foreign *Foreign
	if got, err := Find(dir); got != "" || !errors.As(err, &foreign) {
		t.Errorf("%q, %v", got, err)
	}
	if err := os.Chown(dir, testenv.Nobody, 0); err != nil {
		t.Fatal(err)
	}
	if got, err := Find(dir); got != file || err != nil {
		t.Errorf("of the owner of the folder: %q, %v", got, err)
	}
}
