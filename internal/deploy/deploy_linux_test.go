package deploy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/testenv"
)

// A tree is everything that can be seen of a folder, times aside.
type tree map[string]string

func snapshot(t *testing.T, dir string) tree {
	t.Helper()
	all := tree{}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		st := info.Sys().(*syscall.Stat_t)
		content, attributes := "", map[string]string(nil)
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			content, err = os.Readlink(path)
		case info.Mode().IsRegular() || info.IsDir():
			var f *os.File
			if f, err = os.Open(path); err != nil {
				return err
			}
			defer f.Close()
			if attributes, err = extendedAttributes(f); err != nil || info.IsDir() {
				break
			}
			var data []byte
			data, err = io.ReadAll(f)
			content = string(data)
		}
		all[path] = fmt.Sprintf("%v %d:%d %q %q", info.Mode(), st.Uid, st.Gid, attributes, content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func extendedAttributes(f *os.File) (map[string]string, error) {
	fd, buf := int(f.Fd()), make([]byte, 64<<10)
	n, err := unix.Flistxattr(fd, buf)
	if errors.Is(err, errors.ErrUnsupported) {
		return nil, nil
	}
	all := map[string]string{}
	for name := range strings.FieldsFuncSeq(string(buf[:max(n, 0)]), func(r rune) bool { return r == 0 }) {
		value := make([]byte, 64<<10)
		m, err := unix.Fgetxattr(fd, name, value)
		if err != nil {
			return nil, err
		}
		all[name] = string(value[:m])
	}
	return all, err
}

func wantTree(t *testing.T, dir string, want tree) {
	t.Helper()
	got := snapshot(t, dir)
	both := maps.Clone(want)
	maps.Copy(both, got)
	for _, path := range slices.Sorted(maps.Keys(both)) {
		if got[path] != want[path] {
			t.Errorf("%s\n\tis  %s\n\twas %s", path, got[path], want[path])
		}
	}
}

// inodes are the files of a unit, by name.
func inodes(t *testing.T, unit string) map[string]uint64 {
	t.Helper()
	all := map[string]uint64{}
	err := filepath.WalkDir(unit, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Lstat(path)
		if err == nil {
			all[path] = inode(info)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const ourMark = "# written by certconv\n"

// withConfig adds a configuration file elsewhere to a deployment.
func withConfig(d *Set, path, set string) *Set {
	d.Also = []File{{
		Role: "config", Name: path, Mode: atomicfile.Public, Data: []byte(ourMark + "# " + set + "\n"),
		Ours: func(existing []byte) bool { return bytes.HasPrefix(existing, []byte(ourMark)) },
	}}
	return d
}

// What stands in the way is found before anything is written, by the survey
// already.
func TestDeployRefusals(t *testing.T) {
	const unit = "www.example.com"
	cases := []struct {
		name, text string
		prepare    func(t *testing.T, base, dir string)
		plan       func(base, dir string) *Set
	}{
		{name: "unit is a symbolic link", text: "symbolic link", prepare: func(t *testing.T, base, dir string) {
			check(t, os.Mkdir(filepath.Join(base, "else"), 0o755), os.Symlink("../else", filepath.Join(dir, unit)))
		}},
		{name: "store is a symbolic link", text: "symbolic link", prepare: func(t *testing.T, base, dir string) {
			check(t, os.Mkdir(filepath.Join(base, "else"), 0o755), os.Symlink("../else", filepath.Join(dir, Store)))
		}},
		{name: "store is a file", text: "not a folder", prepare: func(t *testing.T, _, dir string) {
			mustWrite(t, filepath.Join(dir, Store), "", 0o600)
		}},
		{name: "store is somebody's", text: "others can write", prepare: func(t *testing.T, _, dir string) {
			check(t, os.Mkdir(filepath.Join(dir, Store), 0o700), os.Chmod(filepath.Join(dir, Store), 0o777))
		}},
		{name: "file is a symbolic link", text: "symbolic link", prepare: func(t *testing.T, base, dir string) {
			mustWrite(t, filepath.Join(base, "key"), "key", 0o600)
			check(t, os.Mkdir(filepath.Join(dir, unit), 0o755), os.Symlink("../../key", filepath.Join(dir, unit, "privkey.pem")))
		}},
		{name: "file is a folder", text: "it is a folder", prepare: func(t *testing.T, _, dir string) {
			check(t, os.MkdirAll(filepath.Join(dir, unit, "privkey.pem"), 0o755))
		}},
		{name: "unit is a file", text: "not a folder", prepare: func(t *testing.T, _, dir string) {
			mustWrite(t, filepath.Join(dir, unit), "", 0o644)
		}},
		{name: "unit is a folder", text: "it is a folder", prepare: func(t *testing.T, _, dir string) {
			check(t, os.Mkdir(filepath.Join(dir, unit+".pem"), 0o755))
		}, plan: func(_, dir string) *Set { return onePEM(dir, "B") }},
		{name: "a pipe is in it", text: "neither a file", prepare: func(t *testing.T, _, dir string) {
			check(t, os.Mkdir(filepath.Join(dir, unit), 0o755), syscall.Mkfifo(filepath.Join(dir, unit, "pipe"), 0o600))
		}},
		{name: "more files than are carried", text: "too many files", prepare: func(t *testing.T, _, dir string) {
			for i := range maxEntries {
				if i%5000 == 0 {
					check(t, os.MkdirAll(filepath.Join(dir, unit, fmt.Sprint(i/5000)), 0o755))
				}
				check(t, os.WriteFile(filepath.Join(dir, unit, fmt.Sprint(i/5000), fmt.Sprint(i)), nil, 0o600))
			}
		}},
		{name: "folders below a file", text: "not a directory", prepare: func(t *testing.T, base, _ string) {
			mustWrite(t, filepath.Join(base, "file"), "", 0o644)
		}, plan: func(base, _ string) *Set { return keyAndChain(filepath.Join(base, "file", "a", "b"), "B") }},
		{name: "folders below a dangling link", text: "not there", prepare: func(t *testing.T, base, _ string) {
			check(t, os.Symlink("nothing", filepath.Join(base, "link")))
		}, plan: func(base, _ string) *Set { return keyAndChain(filepath.Join(base, "link", "a", "b"), "B") }},
		{name: "folder is a dangling link", text: "not there", prepare: func(t *testing.T, base, _ string) {
			check(t, os.Symlink("nothing", filepath.Join(base, "link")))
		}, plan: func(base, _ string) *Set { return keyAndChain(filepath.Join(base, "link"), "B") }},
		{name: "folder is a file", text: "not a folder", prepare: func(t *testing.T, base, _ string) {
			mustWrite(t, filepath.Join(base, "file"), "", 0o644)
		}, plan: func(base, _ string) *Set { return keyAndChain(filepath.Join(base, "file"), "B") }},
		{name: "unit outside", text: "can have this name", plan: func(_, dir string) *Set {
			d := keyAndChain(dir, "B")
			d.Unit = "../else"
			return d
		}},
		{name: "unit is the store", text: "can have this name", plan: func(_, dir string) *Set {
			d := keyAndChain(dir, "B")
			d.Unit = Store
			return d
		}},
		{name: "somebody's configuration", text: "certconv did not write it", prepare: func(t *testing.T, base, _ string) {
			mustWrite(t, filepath.Join(base, "ssl.conf"), "# mine\n", 0o644)
		}, plan: func(base, dir string) *Set {
			return withConfig(keyAndChain(dir, "B"), filepath.Join(base, "ssl.conf"), "B")
		}},
		{name: "configuration is a symbolic link", text: "symbolic link", prepare: func(t *testing.T, base, _ string) {
			mustWrite(t, filepath.Join(base, "real.conf"), ourMark, 0o644)
			check(t, os.Symlink("real.conf", filepath.Join(base, "ssl.conf")))
		}, plan: func(base, dir string) *Set {
			return withConfig(keyAndChain(dir, "B"), filepath.Join(base, "ssl.conf"), "B")
		}},
		{name: "configuration in the unit", text: "replaces", prepare: func(t *testing.T, _, dir string) {
			check(t, os.Mkdir(filepath.Join(dir, unit), 0o755))
		}, plan: func(_, dir string) *Set {
			return withConfig(keyAndChain(dir, "B"), filepath.Join(dir, unit, "ssl.conf"), "B")
		}},
		{name: "unit is a pipe", text: "not a regular file", prepare: func(t *testing.T, _, dir string) {
			check(t, syscall.Mkfifo(filepath.Join(dir, unit+".pem"), 0o600))
		}, plan: func(_, dir string) *Set { return onePEM(dir, "B") }},
		{name: "file outside", text: "can have this name", plan: func(_, dir string) *Set {
			d := keyAndChain(dir, "B")
			d.Files[0].Name = "../privkey.pem"
			return d
		}},
		{name: "configuration is a pipe", text: "not a regular file", prepare: func(t *testing.T, base, _ string) {
			check(t, syscall.Mkfifo(filepath.Join(base, "ssl.conf"), 0o600))
		}, plan: func(base, dir string) *Set {
			return withConfig(keyAndChain(dir, "B"), filepath.Join(base, "ssl.conf"), "B")
		}},
		{name: "configuration without a folder", text: "has to be absolute", plan: func(_, dir string) *Set {
			return withConfig(keyAndChain(dir, "B"), "ssl.conf", "B")
		}},
		{name: "configuration with a long name", text: "name too long", plan: func(base, dir string) *Set {
			return withConfig(keyAndChain(dir, "B"), filepath.Join(base, strings.Repeat("a", 300)), "B")
		}},
		{name: "large configuration", text: "too large", prepare: func(t *testing.T, base, _ string) {
			mustWrite(t, filepath.Join(base, "ssl.conf"), ourMark+strings.Repeat("#", maxElsewhere), 0o644)
		}, plan: func(base, dir string) *Set {
			return withConfig(keyAndChain(dir, "B"), filepath.Join(base, "ssl.conf"), "B")
		}},
		{name: "configuration nowhere", text: "no folder", plan: func(base, dir string) *Set {
			return withConfig(keyAndChain(dir, "B"), filepath.Join(base, "none", "ssl.conf"), "B")
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			base := t.TempDir()
			dir := filepath.Join(base, "ssl")
			check(t, os.Mkdir(dir, 0o755))
			if c.prepare != nil {
				c.prepare(t, base, dir)
			}
			d := keyAndChain(dir, "B")
			if c.plan != nil {
				d = c.plan(base, dir)
			}
			before := snapshot(t, base)
			for what, do := range map[string]func() error{
				"survey": func() error { _, err := Look(d); return err },
				"place":  func() error { _, err := newDeployer().Place(d, nil, nil); return err },
			} {
				err := do()
				if err == nil || !strings.Contains(err.Error(), c.text) {
					t.Errorf("%s: %v", what, err)
				}
				wantTree(t, base, before)
			}
		})
	}
}

// Somebody who is not root can do everything in a folder of its own. Where
// root would be needed, it is refused and nothing changes.
func TestDeployAsUser(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "ssl")
	key := filepath.Join(dir, "www.example.com", "privkey.pem")
	check(t, os.Mkdir(dir, 0o755))
	testenv.GiveAway(t, base)
	testenv.AsUser(t, func() {
		mustPlace(t, keyAndChain(dir, "A"))
		mustPlace(t, withConfig(keyAndChain(dir, "B"), filepath.Join(base, "ssl.conf"), "B"))
		if u, err := newDeployer().Undo(dir, "", false, nil); err != nil || len(u.Also) != 1 {
			t.Error(u, err)
		}
		wantFile(t, key, "key A\n")
		d := keyAndChain(dir, "C")
		d.Files[0].Owner = "root"
		if p := mustPlace(t, d); len(p.Notes) != 1 || p.Notes[0].Kind != OwnerKept {
			t.Errorf("%+v", p.Notes)
		}
	})
	refused := func(text string) {
		t.Helper()
		before := snapshot(t, base)
		testenv.AsUser(t, func() {
			if _, err := newDeployer().Place(keyAndChain(dir, "D"), nil, nil); err == nil || !strings.Contains(err.Error(), text) {
				t.Errorf("%v, want %s", err, text)
			}
		})
		wantTree(t, base, before)
	}
	check(t, os.Chmod(dir, 0o555))
	refused("permission denied")
	check(t, os.Chmod(dir, 0o755))
	if os.Geteuid() == 0 { // who is not has no other user's files
		check(t, os.Lchown(key, 1, 1))
		refused("permission denied") // to read it
		check(t, os.Chmod(key, 0o644))
		refused("only root can keep that")
		check(t, os.Lchown(key, testenv.Nobody, 1))
		refused(string(OtherGroup))
	}
}

// What cannot be read is no sign that somebody removed it.
func TestUndoOfWhatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	mustPlace(t, keyAndChain(dir, "A"))
	mustPlace(t, keyAndChain(dir, "B"))
	check(t, syscall.Mkfifo(filepath.Join(dir, "www.example.com", "pipe"), 0o600))
	if _, err := newDeployer().Undo(dir, "", false, nil); !errors.Is(err, NotCarried) {
		t.Error(err)
	}
	wantFile(t, filepath.Join(dir, "www.example.com", "privkey.pem"), "key B\n")
}

// installed is a folder with a unit that holds set B, and what is not
// certconv's, and with a configuration file beside it.
type installed struct{ base, dir, unit, conf string }

func newInstalled(t *testing.T) *installed {
	t.Helper()
	base := t.TempDir()
	i := &installed{base: base, dir: filepath.Join(base, "ssl"), conf: filepath.Join(base, "ssl.conf")}
	i.unit = filepath.Join(i.dir, "www.example.com")
	mustPlace(t, i.plan("A"))
	mustWrite(t, filepath.Join(i.unit, "dhparam.pem"), "mine\n", 0o640)
	check(t, os.Mkdir(filepath.Join(i.unit, "attic"), 0o510), os.Symlink("../privkey.pem", filepath.Join(i.unit, "link")))
	mustPlace(t, i.plan("B"))
	return i
}

func (i *installed) plan(set string) *Set {
	return withConfig(keyAndChain(i.dir, set), i.conf, set)
}

// whole says which set is in place, and fails unless it is all of one.
func (i *installed) whole(t *testing.T) (set string) {
	t.Helper()
	root, err := os.OpenRoot(i.unit) // one set, whatever happens meanwhile
	if err != nil {
		t.Error(err)
		return ""
	}
	defer root.Close()
	key, err1 := root.ReadFile("privkey.pem")
	chain, err2 := root.ReadFile("fullchain.pem")
	mine, err3 := root.ReadFile("dhparam.pem")
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Error(err)
		return ""
	}
	set = strings.TrimSpace(strings.TrimPrefix(string(key), "key "))
	if len(set) != 1 || string(chain) != "chain "+set+"\n" || string(mine) != "mine\n" {
		t.Errorf("a mixture: %q, %q, %q", key, chain, mine)
	}
	return set
}

// Whichever step fails, everything is as it was, down to the very files.
func TestDeployStepFails(t *testing.T) {
	for what, do := range map[string]func(e *Deployer, i *installed) error{
		"first": func(e *Deployer, i *installed) error {
			_, err := e.Place(withConfig(keyAndChain(filepath.Join(i.base, "other"), "C"), i.conf+".other", "C"), nil, nil)
			return err
		},
		"place": func(e *Deployer, i *installed) error {
			_, err := e.Place(i.plan("C"), nil, nil)
			return err
		},
		"undo": func(e *Deployer, i *installed) error {
			_, err := e.Undo(i.dir, "", false, nil)
			return err
		},
	} {
		t.Run(what, func(t *testing.T) {
			i := newInstalled(t)
			before, files := snapshot(t, i.base), inodes(t, i.unit)
			failing := 1
			for ; ; failing++ {
				wrong := fmt.Errorf("step %d fails", failing)
				err := do(failAt(failing, wrong), i)
				if err == nil {
					break
				}
				if !errors.Is(err, wrong) {
					t.Error(err)
				}
				wantTree(t, i.base, before)
				if !maps.Equal(inodes(t, i.unit), files) {
					t.Errorf("step %d: other files", failing)
				}
			}
			t.Logf("%d steps", failing-1)
			if failing < 5 {
				t.Error("too few steps were tried")
			}
			if set, want := i.whole(t), map[string]string{"first": "B", "place": "C", "undo": "A"}[what]; set != want {
				t.Errorf("set %s is in place", set)
			}
		})
	}
}

// Even taking back may fail, or be killed. What is in place is whole then too,
// and the next run knows what to do.
func TestDeployTakingBackFails(t *testing.T) {
	i := newInstalled(t)
	const steps = 30
	worse := 0
	for n := 1; n < steps; n++ {
		_, err := failAt(n, errors.New("step fails")).Place(i.plan("C"), nil, func() error { return errors.New("not confirmed") })
		if err == nil {
			t.Fatal("nothing failed")
		}
		set := i.whole(t)
		if errors.Is(err, NotRestored) {
			worse++
			if !strings.Contains(err.Error(), "not confirmed; and what was there before could not be put back: step fails") {
				t.Error(err)
			}
		} else if set != "B" {
			t.Errorf("step %d: set %s", n, set)
		}
		i.tidy(t)
		if now := i.whole(t); now != set {
			t.Errorf("step %d: tidying made %s of %s", n, now, set)
		}
		if set == "C" {
			_, err := newDeployer().Undo(i.dir, "", false, nil)
			check(t, err)
		}
		wantFile(t, i.conf, ourMark+"# B\n")
	}
	if worse < 2 {
		t.Errorf("only %d failures to take back", worse)
	}
}

// failAt is a Deployer whose nth step fails.
func failAt(n int, wrong error) *Deployer {
	e := newDeployer()
	e.BeforeStep = func() error {
		if n--; n == 0 {
			return wrong
		}
		return nil
	}
	return e
}

// Where nothing can be exchanged and the second step fails, the first one is
// taken back.
func TestMoveBothTakesBack(t *testing.T) {
	f := &folder{}
	defer f.close()
	check(t, f.open(t.TempDir(), nil))
	check(t, f.root.MkdirAll("kept", 0o700), f.root.MkdirAll("unit", 0o700), f.root.WriteFile("unit/old", nil, 0o600))
	if err := f.moveBoth("new/unit", "unit", "kept/unit"); err == nil {
		t.Error("what is not there was put in place")
	}
	if _, err := f.root.Lstat("unit/old"); err != nil {
		t.Errorf("nothing is in place: %v", err)
	}
}

// A run whose record cannot be read may be the last one: without its number the
// next one would not be the last.
func TestDeployAfterDamagedRecord(t *testing.T) {
	i := newInstalled(t)
	records, err := filepath.Glob(filepath.Join(i.dir, Store, "*", recordName))
	check(t, err)
	mustWrite(t, records[0], "{", 0o600)
	var e *Error
	if _, err := newDeployer().Place(i.plan("C"), nil, nil); !errors.As(err, &e) || e.Err != DamagedRecord {
		t.Errorf("%v", err)
	}
	if set := i.whole(t); set != "B" {
		t.Errorf("set %s", set)
	}
}

// A record that cannot be opened is there all the same, and is not called damaged.
func TestDeployOverClosedRecord(t *testing.T) {
	i := newInstalled(t)
	records, err := filepath.Glob(filepath.Join(i.dir, Store, "*", recordName))
	check(t, err)
	check(t, os.Remove(records[0]), os.Symlink(recordName, records[0]))
	if _, err := newDeployer().Place(i.plan("C"), nil, nil); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("%v", err)
	}
	if set := i.whole(t); set != "B" {
		t.Errorf("set %s", set)
	}
}

// An exchange is one step: there is never nothing in place.
func TestExchange(t *testing.T) {
	f := &folder{}
	defer f.close()
	check(t, f.open(t.TempDir(), nil))
	check(t, f.root.MkdirAll("new/unit", 0o700), f.root.MkdirAll("unit", 0o700), f.root.WriteFile("unit/old", nil, 0o600))
	var watching sync.WaitGroup
	stop := make(chan struct{})
	defer watching.Wait()
	defer close(stop)
	watching.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				if _, err := f.root.Lstat("unit"); err != nil {
					t.Error(err)
				}
			}
		}
	})
	for range 5001 {
		check(t, f.exchange("new/unit", "unit"))
	}
	if !f.exists("new/unit/old") {
		t.Error("it is where it was")
	}
}

// A file system that cannot exchange is good enough: there are two renames.
func TestDeployWithoutExchange(t *testing.T) {
	i := newInstalled(t)
	succeeded := 0
	for n := 1; n <= 30; n++ {
		if _, err := failAt(n, errors.ErrUnsupported).Place(i.plan("C"), nil, nil); err == nil {
			succeeded++
			if set := i.whole(t); set != "C" {
				t.Errorf("%d: %s", n, set)
			}
			_, err := newDeployer().Undo(i.dir, "", false, nil)
			check(t, err)
		}
		if set := i.whole(t); set != "B" {
			t.Errorf("%d: %s", n, set)
		}
	}
	if succeeded == 0 {
		t.Error("never")
	}
}
