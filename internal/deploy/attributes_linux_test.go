package deploy

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/certconv/certconv/internal/testenv"
)

// A file that takes another's place belongs to the same owner and is open to
// no more readers than planned, nor than before.
func TestDeployModes(t *testing.T) {
	for _, c := range []struct {
		plan, was, want fs.FileMode
		gid             int
	}{
		{0o600, 0o644, 0o600, 0}, {0o600, 0o400, 0o400, 0}, {0o600, 0o640, 0o600, 0}, {0o600, 0o666, 0o600, 1}, {0o600, 0o644, 0o600, 1},
		{0o600, 0o640, 0o640, 1}, {0o600, 0o660, 0o640, 1}, {0o600, 0o600, 0o600, 1},
		{0o644, 0o644, 0o644, 0}, {0o644, 0o600, 0o600, 0}, {0o644, 0o666, 0o644, 1}, {0o644, 0o444, 0o444, 1},
	} {
		if os.Geteuid() != 0 && c.gid == 0 { // testenv.Nobody else's group is root
			continue
		}
		dir := t.TempDir()
		path := filepath.Join(dir, "www.example.com.pem")
		mustWrite(t, path, "old", c.was)
		if os.Geteuid() == 0 {
			check(t, os.Chown(path, 2, c.gid))
		}
		d := onePEM(dir, "B")
		d.Files[0].Mode = c.plan
		mustPlace(t, d)
		info, err := os.Stat(path)
		check(t, err)
		if st := info.Sys().(*syscall.Stat_t); info.Mode() != c.want || os.Geteuid() == 0 && (st.Uid != 2 || int(st.Gid) != c.gid) {
			t.Errorf("%v replaced by %v: %v %d:%d, want %v", c.was, c.plan, info.Mode(), st.Uid, st.Gid, c.want)
		}
	}
}

// What was not there before has the modes of the plan, whatever the umask; a
// user who has to own a file gets it from root.
func TestDeployNewFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ssl")
	d := keyAndChain(dir, "A")
	d.Files[0].Owner = "nobody"
	d.Files[1].Owner = "no-such-user"
	was := syscall.Umask(0o077)
	defer syscall.Umask(was)
	p := mustPlace(t, d)
	if len(p.Notes) == 0 || p.Notes[len(p.Notes)-1].Kind != OwnerUnknown {
		t.Errorf("%+v", p.Notes)
	}
	for name, want := range map[string]fs.FileMode{
		"": fs.ModeDir | 0o755, Store: fs.ModeDir | 0o700, "www.example.com": fs.ModeDir | 0o755,
		"www.example.com/privkey.pem": 0o600, "www.example.com/fullchain.pem": 0o644,
	} {
		info, err := os.Stat(filepath.Join(dir, name))
		check(t, err)
		if info.Mode() != want {
			t.Errorf("%s: %v, want %v", name, info.Mode(), want)
		}
		if uid := info.Sys().(*syscall.Stat_t).Uid; os.Geteuid() == 0 && (uid == testenv.Nobody) != strings.HasSuffix(name, "privkey.pem") {
			t.Errorf("%s belongs to %d", name, uid)
		}
	}
}

// Labels and lists of what is replaced are kept, on files and folders, and on
// what is carried along; those that only the folder gives are not added.
func TestDeployKeepsAttributes(t *testing.T) {
	testenv.Programs(t, "setfacl", "getfacl")
	i := newInstalled(t)
	key, chain := filepath.Join(i.unit, "privkey.pem"), filepath.Join(i.unit, "fullchain.pem")
	set := func(path string) {
		t.Helper()
		check(t, unix.Setxattr(path, "user.certconv.test", []byte("kept"), 0))
	}
	set(i.unit)
	set(key)
	set(i.conf)
	check(t, os.Chmod(filepath.Join(i.unit, "attic"), 0o710)) // so that its owner may
	set(filepath.Join(i.unit, "attic"))
	testenv.Must(t, ".", "setfacl", "-m", "u:daemon:r,o::r", key) // others are not to be kept
	testenv.Must(t, ".", "setfacl", "-m", "u:daemon:rx", i.unit)
	acl := func(path string) string {
		text := testenv.Must(t, ".", "getfacl", "-cpE", path)
		return strings.Join(strings.Fields(text), " ")
	}
	// Only after that, so that the files there have no ACL and new ones would.
	testenv.Must(t, ".", "setfacl", "-d", "-m", "u:daemon:rw", i.unit)
	before, files := snapshot(t, i.base), inodes(t, i.unit)

	mustPlace(t, i.plan("C"))
	if i.whole(t) != "C" {
		t.Error("not the new set")
	}
	for path, want := range map[string]string{
		key:    "user::rw- user:daemon:r-- group::--- mask::r-- other::---",
		chain:  "user::rw- group::r-- other::r--",
		i.unit: "user::rwx user:daemon:r-x group::r-x mask::r-x other::r-x default:user::rwx default:user:daemon:rw- default:group::r-x default:mask::rwx default:other::r-x",
	} {
		if got := acl(path); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	for _, path := range []string{i.unit, key, i.conf, filepath.Join(i.unit, "attic")} {
		value := make([]byte, 16)
		if n, err := unix.Getxattr(path, "user.certconv.test", value); err != nil || string(value[:n]) != "kept" {
			t.Errorf("%s: %q, %v", path, value, err)
		}
	}

	_, err := newDeployer().Undo(i.dir, "", false, nil)
	check(t, err)
	check(t, os.RemoveAll(filepath.Join(i.dir, Store)))
	for path := range before {
		if strings.Contains(path, Store) {
			delete(before, path)
		}
	}
	wantTree(t, i.base, before)
	for path, n := range inodes(t, i.unit) {
		if files[path] != n {
			t.Errorf("%s is another file", path)
		}
	}
}

// A disk that is full, or that nothing can be written to, changes nothing.
func TestDeployToFullDisk(t *testing.T) {
	base := t.TempDir()
	if !testenv.SmallDisk(t, base) {
		return
	}
	dir := filepath.Join(base, "ssl")
	mustWrite(t, filepath.Join(base, "full"), strings.Repeat("x", 4096), 0o600)
	check(t, os.Mkdir(dir, 0o755), os.Mkdir(filepath.Join(dir, "www.example.com"), 0o755))
	mustWrite(t, filepath.Join(dir, "www.example.com", "privkey.pem"), "old", 0o600)
	refused := func(text string) {
		t.Helper()
		before := snapshot(t, base)
		_, err := newDeployer().Place(keyAndChain(dir, "B"), nil, nil)
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Error(err)
		}
		wantTree(t, base, before)
	}
	refused("no space left on device")
	check(t, syscall.Mount("", base, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	refused("read-only file system")
}

// Files that cannot be changed are not, and what was begun is taken back.
func TestDeployOverImmutable(t *testing.T) {
	testenv.Programs(t, "chattr")
	for _, what := range []string{".", "www.example.com", "www.example.com/privkey.pem", "www.example.com/dhparam.pem"} {
		i := newInstalled(t)
		path := filepath.Join(i.dir, what)
		if _, stderr, err := testenv.Run(".", "chattr", "+i", path); err != nil {
			t.Logf("no immutable files to try: %s", stderr)
			return
		}
		defer testenv.Must(t, ".", "chattr", "-i", path)
		before := snapshot(t, i.base)
		_, err := newDeployer().Place(i.plan("C"), nil, nil)
		if strings.HasSuffix(what, ".pem") { // only its folder moves, and it is copied
			check(t, err)
			if i.whole(t) != "C" {
				t.Error("not the new set")
			}
			_, err = newDeployer().Undo(i.dir, "", false, nil)
			check(t, err)
			continue
		}
		if err == nil || !strings.Contains(err.Error(), "operation not permitted") {
			t.Errorf("%s: %v", what, err)
		}
		wantTree(t, i.base, before)
	}
}

// Several at once take turns.
func TestDeployTakesTurns(t *testing.T) {
	i := newInstalled(t)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			_, err := newDeployer().Place(i.plan(string(rune('C'+n))), nil, func() error {
				i.whole(t)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	i.tidy(t)
	for range 8 {
		i.whole(t)
		_, err := newDeployer().Undo(i.dir, "", false, nil)
		check(t, err)
	}
	if set := i.whole(t); set != "B" {
		t.Errorf("set %s", set)
	}
}

// Dated folders that somebody else could have written are not believed: they
// say which files to put where.
func TestUndoBelievesOnlyItself(t *testing.T) {
	i := newInstalled(t)
	refused := func(text string) {
		t.Helper()
		_, err := newDeployer().Undo(i.dir, "", true, nil)
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%v, want %s", err, text)
		}
		if set := i.whole(t); set != "B" {
			t.Errorf("set %s", set)
		}
	}
	dates := filepath.Join(i.dir, Store)
	if os.Geteuid() == 0 {
		check(t, os.Chown(dates, testenv.Nobody, 0))
		refused("others can write to it")
		check(t, os.Chown(dates, 0, 0))
	}
	check(t, os.Chmod(dates, 0o770))
	refused("others can write to it")
	check(t, os.Chmod(dates, 0o700))
	records, err := filepath.Glob(filepath.Join(dates, "*", recordName))
	check(t, err)
	for text, damage := range map[string]string{
		"it is damaged": `{"schema":1,"state":"done","unit":"../x"}`,
		"later":         `{"schema":2,"unit":"x"}`,
		"damaged":       `{`,
	} {
		mustWrite(t, records[0], damage, 0o600)
		refused(text)
	}
}
