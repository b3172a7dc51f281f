package atomicfile

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/certconv/certconv/internal/testenv"
)

// What the system says of a target is said of its path, and none of it is a pipe or device.
func TestTargetFails(t *testing.T) {
	dir := t.TempDir()
	file, socket, gone := filepath.Join(dir, "file"), filepath.Join(dir, "socket"), filepath.Join(dir, "gone")
	open, err := os.Create(gone)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if err := errors.Join(os.WriteFile(file, nil, 0o600), syscall.Mknod(socket, syscall.S_IFSOCK|0o600, 0), os.Remove(gone)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		filepath.Join(file, "below"): syscall.ENOTDIR, socket: NotRegular, procName(open): fs.ErrNotExist,
	} {
		target, special, err := Target(path, true)
		var e *Error
		if target != "" || special || !errors.As(err, &e) || e.Path != path || !errors.Is(err, want) {
			t.Errorf("%s: %q, %v, %v", path, target, special, err)
		}
	}
	var e *Error
	if err := Write("/dev/full", []byte("x"), Secret, true, unguarded); !errors.As(err, &e) || e.Path != "/dev/full" || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a device that is full: %v", err)
	}
}

// Where a file can have no name of its own for a while, it cannot be made, or not be given away,
// that is an error.
func TestStageFails(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none")
	var p *fs.PathError
	if s, err := Stage(filepath.Join(none, "file"), nil, Secret, false, unguarded); s != nil || !errors.As(err, &p) || !errors.Is(err, fs.ErrNotExist) || filepath.Dir(p.Path) != none {
		t.Errorf("%v, %v", s, err)
	}
	dir := t.TempDir()
	testenv.GiveAway(t, dir)
	testenv.AsUser(t, func() {
		s, err := Stage(filepath.Join(dir, "file"), nil, Secret, false, unguarded)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Discard()
		if err := s.Own(0, 0); !errors.Is(err, syscall.EPERM) {
			t.Errorf("given to root: %v", err)
		}
	})
}

// A temporary file that has a name takes its place by it, and replaces nothing unless it is to.
func TestCommitNamed(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "file")
	for _, c := range []struct {
		text, want string
		replace    bool
		err        error
	}{{"first", "first", false, nil}, {"second", "first", false, Exists}, {"third", "third", true, nil}} {
		s := &Staged{target: target, temp: tempName(target), replace: c.replace, release: func() {}}
		var err error
		if s.file, err = create(s.temp, Secret); err != nil {
			t.Fatal(err)
		}
		if _, err := s.file.WriteString(c.text); err != nil {
			t.Fatal(err)
		}
		if err := s.Commit(); !errors.Is(err, c.err) || c.err == nil && err != nil {
			t.Errorf("%s: %v", c.text, err)
		}
		if got, err := os.ReadFile(target); string(got) != c.want {
			t.Errorf("%q, %v; want %q", got, err, c.want)
		}
		onlyFile(t, dir, "file")
	}
}

// A name that was claimed is given up when nothing takes it.
func TestClaimFails(t *testing.T) {
	dir := t.TempDir()
	temp, target := filepath.Join(dir, "temp"), filepath.Join(dir, "target")
	if err := linkOrClaim(temp, target); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	onlyFile(t, dir, "")
	if err := os.Mkdir(temp, 0o700); err != nil { // what cannot be linked
		t.Fatal(err)
	}
	var p *fs.PathError
	if err := linkOrClaim(temp, filepath.Join(dir, "none", "target")); !errors.As(err, &p) || p.Op != "open" || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// What cannot be opened has no writer that is known to be gone.
func TestNotAbandoned(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink(".", link); err != nil {
		t.Fatal(err)
	}
	if isAbandoned(link) || isAbandoned(filepath.Join(dir, "none")) {
		t.Error("it may be removed")
	}
}

// What the system does not say of a file is not taken for nothing.
func TestKeepAttributesFails(t *testing.T) {
	var open, closed *os.File
	for _, f := range []**os.File{&open, &closed} {
		var err error
		if *f, err = os.CreateTemp(t.TempDir(), ""); err != nil {
			t.Fatal(err)
		}
		defer (*f).Close()
	}
	closed.Close()
	for name, err := range map[string]error{
		"of what is replaced": KeepAttributes(open, closed, Secret), "of the new one": KeepAttributes(closed, open, Secret),
	} {
		if !errors.Is(err, fs.ErrClosed) || strings.Contains(err.Error(), "bad file descriptor") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"of what is replaced": keepXattrs(open, closed, Secret), "of the new one": keepXattrs(closed, open, Secret),
	} {
		if err != unix.EBADF {
			t.Errorf("%s, extended: %v", name, err)
		}
	}
}

// The ACL of what is replaced is kept, but lets nobody read a key by its entry for others.
func TestKeepACL(t *testing.T) {
	dir := t.TempDir()
	file := func() *os.File {
		f, err := os.CreateTemp(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	was, is := file(), file()
	acl := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range [][3]uint32{{0x01, 6, ^uint32(0)}, {0x02, 4, testenv.Nobody}, {0x04, 4, ^uint32(0)}, {0x10, 4, ^uint32(0)}, {0x20, 4, ^uint32(0)}} {
		acl = binary.LittleEndian.AppendUint16(acl, uint16(e[0]))
		acl = binary.LittleEndian.AppendUint16(acl, uint16(e[1]))
		acl = binary.LittleEndian.AppendUint32(acl, e[2])
	}
	if err := unix.Fsetxattr(int(was.Fd()), accessACL, acl, 0); errors.Is(err, errors.ErrUnsupported) {
		testenv.Skip(t, "no ACLs in the folder for temporary files")
	} else if err != nil {
		t.Fatal(err)
	}
	if err := keepXattrs(is, was, Secret); err != nil {
		t.Fatal(err)
	}
	all, err := xattrs(is)
	if got := all[accessACL]; err != nil || len(got) != len(acl) || got[len(got)-6] != 0 || got[14] != 4 {
		t.Errorf("%x, %v", got, err)
	}
}
