package atomicfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/certconv/certconv/internal/testenv"
)

// Whom an ACL lets write to a folder, the bits of the group let see.
func TestFolderOpenByACL(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o775); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, -1, os.Getegid()); err != nil {
		t.Fatal(err)
	}
	if shared(dir) {
		t.Error("our own group counts as others")
	}
	acl := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range [][3]uint32{{0x01, 7, ^uint32(0)}, {0x02, 7, testenv.Nobody}, {0x04, 5, ^uint32(0)}, {0x10, 7, ^uint32(0)}, {0x20, 5, ^uint32(0)}} {
		acl = binary.LittleEndian.AppendUint16(acl, uint16(e[0]))
		acl = binary.LittleEndian.AppendUint16(acl, uint16(e[1]))
		acl = binary.LittleEndian.AppendUint32(acl, e[2])
	}
	if err := unix.Setxattr(dir, accessACL, acl, 0); errors.Is(err, errors.ErrUnsupported) {
		testenv.Skip(t, "no ACLs in the folder for temporary files")
	} else if err != nil {
		t.Fatal(err)
	}
	if !shared(dir) {
		t.Error("somebody else can write to it")
	}
}

// The ACL of a key is never one that lets others read it, not even before the
// mode is set.
func TestLimitACL(t *testing.T) {
	acl := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range [][2]uint16{{0x01, 6}, {0x04, 4}, {0x20, 4}} {
		acl = binary.LittleEndian.AppendUint16(acl, e[0])
		acl = binary.LittleEndian.AppendUint16(acl, e[1])
		acl = binary.LittleEndian.AppendUint32(acl, ^uint32(0))
	}
	public := bytes.Clone(acl)
	limitACL(public, Public)
	if !bytes.Equal(public, acl) {
		t.Error("a public file lost its readers")
	}
	limitACL(acl, Secret)
	if acl[4+2] != 6 || acl[12+2] != 4 || acl[20+2] != 0 {
		t.Errorf("%x", acl)
	}
	limitACL(acl[:23], Secret) // cut short
}

// A file gets the attributes of the one that it replaces, also empty ones, and
// keeps none that it has from its folder.
func TestKeepXattrs(t *testing.T) {
	dir := t.TempDir()
	file := func(attributes map[string]string) *os.File {
		f, err := os.CreateTemp(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		for name, value := range attributes {
			if err := unix.Fsetxattr(int(f.Fd()), "user."+name, []byte(value), 0); errors.Is(err, errors.ErrUnsupported) {
				testenv.Skip(t, "no attributes in the folder for temporary files")
			} else if err != nil {
				t.Fatal(err)
			}
		}
		return f
	}
	was := file(map[string]string{"same": "1", "other": "2", "missing": "3", "empty": ""})
	f := file(map[string]string{"same": "1", "other": "4", "more": "5"})
	if err := keepXattrs(f, was, Public); err != nil {
		t.Fatal(err)
	}
	want, err := xattrs(was)
	if err != nil || len(want) != 4 {
		t.Fatal(want, err)
	}
	if got, err := xattrs(f); err != nil || !maps.EqualFunc(got, want, bytes.Equal) {
		t.Errorf("%q, not %q, %v", got, want, err)
	}
}

// Where /proc is not there, as in some containers, a file without a name could
// not be given one: it has one from the start.
func TestWriteWithoutProc(t *testing.T) {
	const variable = "CERTCONV_TEST_WITHOUT_PROC"
	if dir := os.Getenv(variable); dir != "" {
		if err := unix.Mount("tmpfs", "/proc", "tmpfs", 0, ""); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "site.key")
		for _, content := range []string{"first", "second"} {
			if err := Write(path, []byte(content), Secret, true, unguarded); err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(path); err != nil || string(got) != content {
				t.Errorf("%q, %v", got, err)
			}
		}
		if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
			t.Errorf("left behind: %v, %v", list, err)
		}
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestWriteWithoutProc$")
	cmd.Env = append(os.Environ(), variable+"="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) {
		testenv.Skip(t, "no file systems of its own for a process")
	} else if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
