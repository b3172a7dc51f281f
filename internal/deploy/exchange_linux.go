package deploy

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// renameExchange has two entries of one name, in two folders, change places.
func renameExchange(a, b *os.File, name string) error {
	return renameFlags(a, name, b, name, unix.RENAME_EXCHANGE)
}

// renameNew renames an entry to one that must not be there.
func renameNew(from *os.File, source string, to *os.File, target string) error {
	return renameFlags(from, source, to, target, unix.RENAME_NOREPLACE)
}

func renameFlags(from *os.File, source string, to *os.File, target string, flags uint) error {
	err := unix.Renameat2(int(from.Fd()), source, int(to.Fd()), target, flags)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return errors.ErrUnsupported
	}
	return err
}
