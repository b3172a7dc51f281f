//go:build unix

package atomicfile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

func unguarded(func()) (release func()) { return func() {} }

// onlyFile fails if anything but name lies in dir.
func onlyFile(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != name {
			t.Errorf("%s is left behind", e.Name())
		}
	}
}

// Only what a dead writer left for the same target is removed.
func TestAbandonedFiles(t *testing.T) {
	dir := t.TempDir()
	t.Run("named with its folder", func(t *testing.T) { abandoned(t, dir, filepath.Join(dir, "out.pem")) })
	t.Chdir(dir)
	t.Run("in the folder at work", func(t *testing.T) { abandoned(t, dir, "out.pem") })
}

func abandoned(t *testing.T, dir, target string) {
	names := map[string]bool{ // true: it stays
		".out.pem.0123456789ab.tmp": false, ".out.pem.0123456789ac.tmp": true, // the second has a writer
		".out.pem.0123456789a.tmp": true, ".out.pem.tmp": true, ".other.pem.0123456789ab.tmp": true, "out.pem.0123456789ab.tmp": true,
	}
	for n := range names {
		f, err := os.Create(filepath.Join(dir, n))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if n == ".out.pem.0123456789ac.tmp" {
			claimTemp(f)
		}
	}
	removeAbandoned(target)
	for n, stays := range names {
		if _, err := os.Lstat(filepath.Join(dir, n)); (err == nil) != stays {
			t.Errorf("%s: %v", n, err)
		}
	}
}

// Two writers race for one name: one wins, the other is refused.
func TestWriteRefusesWithoutRace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	const writers = 16
	results := make(chan error, writers)
	for i := range writers {
		go func() {
			results <- Write(path, bytes.Repeat([]byte{byte('a' + i)}, 1000), Secret, false, unguarded)
		}()
	}
	won := 0
	for range writers {
		if err := <-results; err == nil {
			won++
		} else if !errors.Is(err, Exists) {
			t.Error(err)
		}
	}
	data, err := os.ReadFile(path)
	if won != 1 || err != nil || !bytes.Equal(data, bytes.Repeat(data[:1], 1000)) {
		t.Errorf("%d writers won, %v", won, err)
	}
	onlyFile(t, dir, "out")
}

// The way that works everywhere: a named temporary file.
func TestLinkOrClaim(t *testing.T) {
	dir := t.TempDir()
	temp, target := filepath.Join(dir, "temp"), filepath.Join(dir, "target")
	if err := os.WriteFile(temp, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := linkOrClaim(temp, target); err != nil {
		t.Fatal(err)
	}
	if err := linkOrClaim(temp, target); !os.IsExist(err) {
		t.Errorf("%v", err)
	}
}

// A link stays, and what it points to is replaced. Readers are never added.
func TestWriteThroughLink(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(real, []byte("old"), 0o640), os.Symlink("real", link)); err != nil {
		t.Fatal(err)
	}
	if err := Write(link, []byte("new"), Public, false, unguarded); !errors.Is(err, Exists) {
		t.Errorf("%v", err)
	}
	if err := Write(link, []byte("new"), Public, true, unguarded); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(real)
	info, _ := os.Lstat(link)
	if err != nil || string(data) != "new" || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("%q, %v, %v", data, info.Mode(), err)
	}
	if info, err = os.Stat(real); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestWhatIsInTheWay(t *testing.T) {
	dir := t.TempDir()
	file, broken := filepath.Join(dir, "file"), filepath.Join(dir, "broken")
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Symlink("nothing", broken)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		dir: IsFolder, broken: BrokenLink, filepath.Join(dir, "none", "file"): NoFolder, filepath.Join(dir, "new"): nil, file: nil,
	} {
		if err := Write(path, nil, Secret, true, unguarded); !errors.Is(err, want) {
			t.Errorf("%s: %v instead of %v", path, err, want)
		}
	}
	for _, name := range []string{"new", "file"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != Secret {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Guards undo what is not committed.
func TestGuardRemoves(t *testing.T) {
	dir := t.TempDir()
	var undo func()
	s, err := Stage(filepath.Join(dir, "file"), []byte("text"), Secret, false, func(u func()) func() { undo = u; return func() { undo = nil } })
	if err != nil {
		t.Fatal(err)
	}
	undo()
	s.Discard()
	if undo != nil {
		t.Error("it is still guarded")
	}
	onlyFile(t, dir, "")
}

// A link or a pipe that somebody else may have made for the purpose is not
// followed or written to; one that only root or we can have made is.
func TestTrapsOfOthers(t *testing.T) {
	if os.Geteuid() != 0 {
		testenv.Skip(t, "only root can make files of somebody else")
	}
	for _, c := range []struct {
		dir    fs.FileMode
		owners [2]int // of the folder, and of what is in it
		link   error  // what is said of a link
		pipe   error
	}{
		{0o755, [2]int{0, 0}, nil, nil},
		{0o755, [2]int{0, testenv.Nobody}, nil, nil},
		{0o755, [2]int{testenv.Nobody, testenv.Nobody}, SharedLink, nil},
		{0o755, [2]int{testenv.Nobody, 0}, nil, nil},
		{0o777 | fs.ModeSticky, [2]int{0, testenv.Nobody}, SharedLink, OthersPipe},
		{0o777 | fs.ModeSticky, [2]int{0, 0}, nil, nil},
		{0o775, [2]int{0, testenv.Nobody}, nil, nil}, // the group is root's
	} {
		base := t.TempDir()
		dir, real := filepath.Join(base, "dir"), filepath.Join(base, "real")
		link, pipe := filepath.Join(dir, "link"), filepath.Join(dir, "pipe")
		err := errors.Join(os.Mkdir(dir, 0o700), os.Mkdir(real, 0o700), os.Symlink("../real", link), syscall.Mkfifo(pipe, 0o622),
			os.Lchown(link, c.owners[1], 0), os.Chown(pipe, c.owners[1], 0), os.Chown(dir, c.owners[0], 0), os.Chmod(dir, c.dir))
		if err != nil {
			t.Fatal(err)
		}
		reader, err := os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close()
		if err := Write(filepath.Join(link, "out"), nil, Secret, false, unguarded); !errors.Is(err, c.link) {
			t.Errorf("%+v: a link to a folder: %v", c, err)
		}
		if err := Write(pipe, []byte("key"), Secret, false, unguarded); !errors.Is(err, c.pipe) {
			t.Errorf("%+v: a pipe: %v", c, err)
		}
	}
}

// What replaces a file belongs to the same user, unless others could have made
// that file; and no link is followed there.
func TestWriteKeepsOwner(t *testing.T) {
	for _, shared := range []bool{false, true} {
		dir := t.TempDir()
		path, link := filepath.Join(dir, "a.key"), filepath.Join(dir, "link")
		mode := fs.FileMode(0o755)
		if shared {
			mode = 0o777 | fs.ModeSticky
		}
		if err := errors.Join(os.WriteFile(path, []byte("old"), 0o600), os.Symlink("a.key", link), os.Chmod(dir, mode)); err != nil {
			t.Fatal(err)
		}
		want := os.Geteuid()
		if want == 0 {
			if err := os.Chown(path, testenv.Nobody, testenv.Nobody); err != nil {
				t.Fatal(err)
			}
			if !shared {
				want = testenv.Nobody
			}
		}
		err := Write(link, []byte("by link"), Secret, true, unguarded)
		if errors.Is(err, SharedLink) != shared {
			t.Errorf("shared %v: %v", shared, err)
		}
		if err := Write(path, []byte("new"), Secret, true, unguarded); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if uid := int(info.Sys().(*syscall.Stat_t).Uid); uid != want || info.Mode() != 0o600 {
			t.Errorf("shared %v: %v of %d, want %d", shared, info.Mode(), uid, want)
		}
	}
}
