package atomicfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// openUnnamed opens a file in dir that has no name yet, or returns nil where
// the file system cannot do that, or /proc is not there to name it later.
func openUnnamed(dir string, mode fs.FileMode) *os.File {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_WRONLY|unix.O_CLOEXEC, uint32(mode.Perm()))
	if err != nil {
		return nil
	}
	f := os.NewFile(uintptr(fd), dir)
	if _, err := os.Lstat(procName(f)); err != nil {
		f.Close()
		return nil
	}
	return f
}

func procName(f *os.File) string { return "/proc/self/fd/" + strconv.Itoa(int(f.Fd())) }

// linkUnnamed gives the file its name unless that exists.
func linkUnnamed(f *os.File, name string) error {
	err := unix.Linkat(unix.AT_FDCWD, procName(f), unix.AT_FDCWD, name, unix.AT_SYMLINK_FOLLOW)
	if err != nil {
		return &os.LinkError{Op: "link", Old: f.Name(), New: name, Err: err}
	}
	return nil
}

// keptXattrs begin the names of the extended attributes that say who may use a
// file, or are the user's. Others belong to a file's content (security.ima,
// security.capability) or to the file system (trusted).
var keptXattrs = []string{"user.", "system.", "security.selinux", "security.SMACK64"}

// accessACL is the attribute that holds the POSIX ACL.
const accessACL = "system.posix_acl_access"

// keepXattrs gives f the extended attributes of was, and takes those away that
// it got from its folder only.
func keepXattrs(f, was *os.File, mode fs.FileMode) error {
	keep, err := xattrs(was)
	if err != nil {
		return err
	}
	have, err := xattrs(f)
	if err != nil {
		return err
	}
	fd := int(f.Fd())
	for name := range have {
		if _, ok := keep[name]; !ok {
			err = errors.Join(err, unix.Fremovexattr(fd, name))
		}
	}
	for name, value := range keep {
		if name == accessACL {
			limitACL(value, mode)
		}
		if is, ok := have[name]; !ok || !bytes.Equal(is, value) {
			err = errors.Join(err, unix.Fsetxattr(fd, name, value, 0))
		}
	}
	return err
}

// xattrs reads the attributes that are kept.
func xattrs(f *os.File) (map[string][]byte, error) {
	const most = 64 << 10 // of the kernel, for the list and for each value
	fd, buf := int(f.Fd()), make([]byte, most)
	n, err := unix.Flistxattr(fd, buf)
	if err != nil {
		if errors.Is(err, errors.ErrUnsupported) {
			err = nil
		}
		return nil, err
	}
	all := map[string][]byte{}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(buf[:n]), "\x00"), "\x00") {
		if !slices.ContainsFunc(keptXattrs, func(p string) bool { return strings.HasPrefix(name, p) }) {
			continue
		}
		n, err := unix.Fgetxattr(fd, name, buf)
		if err != nil {
			return nil, err
		}
		all[name] = bytes.Clone(buf[:n])
	}
	return all, nil
}

// limitACL takes from the others in an ACL what mode does not give them, before
// the ACL is set. It is a version of 4 bytes and entries of 8: tag, permissions
// and id, in 2, 2 and 4 bytes.
func limitACL(acl []byte, mode fs.FileMode) {
	const header, entry, tagOther = 4, 8, 0x20
	for i := header; i+entry <= len(acl); i += entry {
		if binary.LittleEndian.Uint16(acl[i:]) == tagOther {
			acl[i+2] &= byte(mode & 0o007)
		}
	}
}

// folderHasACL is HasACL for a folder.
func folderHasACL(dir string) bool {
	n, err := unix.Getxattr(dir, accessACL, nil)
	return err == nil && n > 0
}

// HasACL tells whether the bits of the group are the mask of an ACL.
func HasACL(f *os.File) bool {
	n, err := unix.Fgetxattr(int(f.Fd()), accessACL, nil)
	return err == nil && n > 0
}
