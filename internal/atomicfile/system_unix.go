//go:build unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// claimTemp marks a temporary file as in use for as long as this process
// lives and has it open.
func claimTemp(f *os.File) { _ = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }

// isAbandoned tells whether the writer of a temporary file is gone.
func isAbandoned(path string) bool {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil
}

// shared tells whether others than root and whoever runs this can make entries
// in a folder.
func shared(dir string) bool {
	info, err := os.Stat(dir)
	if err != nil {
		return false
	}
	gid := int(info.Sys().(*syscall.Stat_t).Gid)
	return info.Mode()&0o002 != 0 || info.Mode()&0o020 != 0 && gid != 0 && gid != os.Getegid()
}

// letGo has nothing to do: an open file can be renamed.
func letGo(*os.File) {}

// KeepAttributes gives f, which takes the place of was, its owner, group and
// extended attributes, and mode.
func KeepAttributes(f, was *os.File, mode fs.FileMode) error {
	before, err := was.Stat()
	if err != nil {
		return err
	}
	now, err := f.Stat()
	if err != nil {
		return err
	}
	b, n := before.Sys().(*syscall.Stat_t), now.Sys().(*syscall.Stat_t)
	if b.Uid != n.Uid || b.Gid != n.Gid {
		err = f.Chown(int(b.Uid), int(b.Gid))
	}
	return errors.Join(err, keepXattrs(f, was, mode), f.Chmod(mode))
}
