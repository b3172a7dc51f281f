package accept

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/certconv/certconv/internal/atomicfile"
)

// FileName is what a list is called that nobody has to name.
const FileName = ".certconv.toml"

// Foreign is the error of a list that another user has put where it is looked for.
type Foreign struct{ Path string }

func (e *Foreign) Error() string { return fmt.Sprintf("%s belongs to another user", e.Path) }

// Find looks for a list in the folder dir, and then in those above it up to the
// top of its git repository. Without one only dir counts. It returns the path, ""
// if there is no list. Its error is a Foreign, or that a folder cannot be read.
func Find(dir string) (string, error) {
	top, start := topOf(dir), dir
	for ; ; dir = filepath.Dir(dir) {
		file := filepath.Join(dir, FileName)
		info, err := os.Lstat(file)
		switch {
		case err == nil && others(start, info):
			return "", &Foreign{file}
		case err == nil:
			return file, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", err
		case dir == top:
			return "", nil
		}
	}
}

// topOf is the folder of the repository that dir is in, dir itself if there is
// none.
func topOf(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}

// others reports whether the list is neither ours nor that of the owner of the folder
// where the search began, who may be another than we are in a container or under sudo.
func others(dir string, file fs.FileInfo) bool {
	if !atomicfile.OfOthers(file) {
		return false
	}
	folder, err := os.Stat(dir)
	return err != nil || !atomicfile.SameOwner(file, folder)
}
