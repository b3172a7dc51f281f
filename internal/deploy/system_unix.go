//go:build unix

package deploy

import (
	"errors"
	"io/fs"
	"os"
	"os/user"
	"slices"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/certconv/certconv/internal/atomicfile"
)

// lockFolder takes the lock of a folder for as long as it is open, or tells
// that another has it. Where folders have no locks, everybody gets one.
func lockFolder(f *os.File) (unlock func(), ok bool) {
	return func() {}, !errors.Is(unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB), unix.EWOULDBLOCK)
}

// create makes a file that must not be there.
func (f *folder) create(name string, mode fs.FileMode) (*os.File, error) {
	return f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
}

func inode(info fs.FileInfo) uint64 { return uint64(info.Sys().(*syscall.Stat_t).Ino) }

func ownedBy(info fs.FileInfo, uid int) bool { return int(info.Sys().(*syscall.Stat_t).Uid) == uid }

// onlyOurs tells whether nobody else can have written below a folder.
func onlyOurs(info fs.FileInfo) bool {
	return ownedBy(info, os.Geteuid()) && info.Mode().Perm()&0o022 == 0
}

// ownable tells whether a new file can be given owner and group of info.
func ownable(info fs.FileInfo) error {
	if os.Geteuid() == 0 {
		return nil
	}
	if !ownedBy(info, os.Geteuid()) {
		return OtherOwner
	}
	gid := int(info.Sys().(*syscall.Stat_t).Gid)
	if groups, err := os.Getgroups(); gid != os.Getegid() && err == nil && !slices.Contains(groups, gid) {
		return OtherGroup
	}
	return nil
}

// ownerOf is the number of the user whom a file belongs to.
func ownerOf(info fs.FileInfo) int { return int(info.Sys().(*syscall.Stat_t).Uid) }

// foreignOwner is whom a file belongs to, "" if that is root, us or owner.
func foreignOwner(info fs.FileInfo, owner string) string {
	if !atomicfile.OfOthers(info) {
		return ""
	}
	name := strconv.Itoa(ownerOf(info))
	if u, err := user.LookupId(name); err == nil {
		name = u.Username
	}
	if name == owner {
		return ""
	}
	return name
}

// writable tells what keeps names in a folder from being changed.
func writable(dir string) error {
	return unix.Faccessat(unix.AT_FDCWD, dir, unix.W_OK|unix.X_OK, unix.AT_EACCESS)
}

// hasMode reports whether a file need not be written again for its mode.
func hasMode(_ *os.File, info fs.FileInfo, mode fs.FileMode) bool { return info.Mode().Perm() == mode }

// keptMode is the mode of what replaces was: no wider than planned, nor than
// it was, except that a group which was let read a secret, as nobody else was,
// still can.
func keptMode(was *os.File, plan fs.FileMode) fs.FileMode {
	info, err := was.Stat()
	if err != nil {
		return atomicfile.Secret
	}
	mode := plan.Perm() & (info.Mode().Perm() | 0o400)
	shared := info.Sys().(*syscall.Stat_t).Gid != 0 && info.Mode()&0o007 == 0
	if shared || atomicfile.HasACL(was) {
		mode |= info.Mode() & groupRead
	}
	return mode
}
