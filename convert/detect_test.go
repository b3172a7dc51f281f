package convert

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/testenv"
)

// What is plain PEM is so for the whole table too.
func TestPlainPEM(t *testing.T) {
	plain := 0
	err := filepath.WalkDir(filepath.Join(testenv.Root(t), "testdata"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil || !pem.Plain(data) {
			return err
		}
		plain++
		if f, level := surestOfAll(data); f == nil || f.Name != "pem" || level != certain {
			t.Errorf("%s: %v", path, f)
		}
		return nil
	})
	if err != nil || plain < 100 {
		t.Errorf("%d files, %v", plain, err)
	}
}
