package deploy

import (
	"os"

	"golang.org/x/sys/unix"
)

// renameExchange has two entries of one name, in two folders, change places.
func renameExchange(a, b *os.File, name string) error {
	return unix.RenameatxNp(int(a.Fd()), name, int(b.Fd()), name, unix.RENAME_SWAP)
}

// renameNew renames an entry to one that must not be there.
func renameNew(from *os.File, source string, to *os.File, target string) error {
	return unix.RenameatxNp(int(from.Fd()), source, int(to.Fd()), target, unix.RENAME_EXCL)
}
