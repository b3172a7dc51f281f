//go:build unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// create makes a file that must not be there.
func create(path string, mode fs.FileMode) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
}

// rename gives temp the name target.
func rename(temp, target string, replace bool) error {
	if replace {
		return os.Rename(temp, target)
	}
	return linkOrClaim(temp, target)
}

// linkOrClaim gives temp the name target unless that exists. Where there are
// no hard links, an empty file claims the name first.
func linkOrClaim(temp, target string) error {
	err := os.Link(temp, target)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	claim, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, Secret)
	if err != nil {
		return err
	}
	claim.Close()
	if err := os.Rename(temp, target); err != nil {
		_ = os.Remove(target)
		return err
	}
	return nil
}

// Retry calls f: an open file is in nobody's way.
func Retry(f func() error) error { return f() }

// badName is "": any name can be had.
func badName(string) Reason { return "" }

// SyncFolder makes the entries of a folder last.
func SyncFolder(f *os.File) error { return f.Sync() }

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

// OfOthers reports whether a file belongs neither to root nor to whoever runs
// this. Whoever has the top folder counts as root, which goes by another number
// in some containers.
func OfOthers(info fs.FileInfo) bool {
	uid := info.Sys().(*syscall.Stat_t).Uid
	if uid == 0 || int(uid) == os.Geteuid() {
		return false
	}
	top, err := os.Stat("/")
	return err != nil || top.Sys().(*syscall.Stat_t).Uid != uid
}

// SameOwner reports whether two files belong to one user.
func SameOwner(a, b fs.FileInfo) bool {
	return a.Sys().(*syscall.Stat_t).Uid == b.Sys().(*syscall.Stat_t).Uid
}

// OpenToOthers reports whether the mode of a folder lets others than its owner,
// root and whoever runs this make entries in it. The bits of the group may stand
// for those whom an ACL names.
func OpenToOthers(dir string, info fs.FileInfo) bool {
	if info.Mode()&0o022 != 0o020 {
		return info.Mode()&0o002 != 0
	}
	gid := int(info.Sys().(*syscall.Stat_t).Gid)
	return gid != 0 && gid != os.Getegid() || folderHasACL(dir)
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
