package deploy

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/windows"

	"github.com/certconv/certconv/internal/atomicfile"
)

// lockFolder takes the lock of a folder, or tells that another has it: a mutex
// named after the folder, since folders have no locks here.
func lockFolder(f *os.File) (unlock func(), ok bool) {
	unlock = func() {}
	name, err := windows.UTF16PtrFromString(`Global\certconv-` + digestOf([]byte(strings.ToLower(f.Name()))))
	if err != nil {
		return unlock, true
	}
	h, err := windows.CreateMutex(nil, false, name)
	if h != 0 {
		unlock = func() { _ = windows.CloseHandle(h) }
	}
	if errors.Is(err, windows.ERROR_ALREADY_EXISTS) {
		unlock()
		return nil, false
	}
	return unlock, true
}

// create makes a file that must not be there. A root cannot: it would be without
// its access list at first.
func (f *folder) create(name string, mode fs.FileMode) (*os.File, error) {
	dir, err := f.parent(name)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return atomicfile.CreateIn(dir, path.Base(name), mode)
}

// inode is 0: nothing is exchanged here, so nothing needs to be told apart.
func inode(fs.FileInfo) uint64 { return 0 }

// Owners are the folder's business: a new file inherits from it.
func ownedBy(fs.FileInfo, int) bool { return true }
func onlyOurs(fs.FileInfo) bool     { return true }
func ownerOf(fs.FileInfo) int       { return 0 }
func ownable(fs.FileInfo) error     { return nil }

func foreignOwner(fs.FileInfo, string) string { return "" }

// writable leaves it to the first file that is written.
func writable(string) error { return nil }

// hasMode reports whether a file need not be written again for its access list.
func hasMode(was *os.File, _ fs.FileInfo, mode fs.FileMode) bool {
	return mode&0o077 != 0 || atomicfile.Private(was)
}

func keptMode(_ *os.File, plan fs.FileMode) fs.FileMode { return plan }
