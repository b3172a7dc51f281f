//go:build unix

package testenv

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Nobody is a user and a group who own nothing.
const Nobody = 65534

// AsUser runs f as somebody who is not root.
func AsUser(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	groups, err := os.Getgroups()
	if err := errors.Join(err, syscall.Setgroups(nil), syscall.Setegid(Nobody), syscall.Seteuid(Nobody)); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(syscall.Seteuid(0), syscall.Setegid(0), syscall.Setgroups(groups)); err != nil {
			t.Fatal(err)
		}
	}()
	f()
}

// GiveAway makes everything below dir Nobody's, who can come there.
func GiveAway(t *testing.T, dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	err := errors.Join(os.Chmod(filepath.Dir(dir), 0o711), filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, Nobody, Nobody))
	}))
	if err != nil {
		t.Fatal(err)
	}
}
