package deploy

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/certconv/certconv/internal/testenv"
)

// opened is a folder for files, open.
func opened(t *testing.T) *folder {
	t.Helper()
	f := &folder{}
	t.Cleanup(f.close)
	check(t, f.open(t.TempDir(), nil))
	return f
}

// wantAt fails unless err is want, about a path; "" for any.
func wantAt(t *testing.T, what string, err error, at string, want error) {
	t.Helper()
	var e *Error
	var p *fs.PathError
	var l *os.LinkError
	about := ""
	switch {
	case errors.As(err, &e):
		about = e.Path
	case errors.As(err, &p):
		about = p.Path
	case errors.As(err, &l):
		about = l.New
	}
	if !errors.Is(err, want) || at != "" && about != at {
		t.Errorf("%s: %v (of %q); want %v of %q", what, err, about, want, at)
	}
}

// What somebody who is not root may not do is said before anything is written, and of the right
// file.
func TestRefusalsAsUser(t *testing.T) {
	if os.Geteuid() != 0 {
		testenv.Skip(t, "only root can make files of somebody else")
	}
	i := newInstalled(t)
	testenv.GiveAway(t, i.base)
	attic, key := filepath.Join(i.unit, "attic"), filepath.Join(i.unit, "privkey.pem")
	first := i.plan("C")
	first.Unit, first.Also, first.Files[0].Owner = "mail.example.com", nil, "root"
	for _, c := range []struct {
		what     string
		set, end func() error // what is in the way, and its end
		plan     *Set
		at       string
		want     error
	}{
		{"the unit of another user", func() error { return os.Chown(i.unit, 1, testenv.Nobody) }, func() error { return os.Chown(i.unit, testenv.Nobody, testenv.Nobody) }, i.plan("C"), i.unit, OtherOwner},
		{"a closed folder in it", func() error { return os.Chmod(attic, 0) }, func() error { return os.Chmod(attic, 0o510) }, i.plan("C"), "", fs.ErrPermission},
		{"a closed folder", func() error { return os.Chmod(i.dir, 0o300) }, func() error { return os.Chmod(i.dir, 0o755) }, i.plan("C"), i.dir, fs.ErrPermission},
		{"a closed store", func() error { return os.Chmod(filepath.Join(i.dir, Store), 0o300) }, func() error { return os.Chmod(filepath.Join(i.dir, Store), 0o700) }, i.plan("B"), "", fs.ErrPermission},
		{"a closed folder of the configuration", func() error { return os.Chmod(i.base, 0o555) }, func() error { return os.Chmod(i.base, 0o755) }, i.plan("C"), i.conf, fs.ErrPermission},
		{"a closed configuration", func() error { return os.Lchown(i.conf, 1, 1) }, func() error { return os.Lchown(i.conf, testenv.Nobody, testenv.Nobody) }, i.plan("C"), i.conf, OtherOwner},
	} {
		check(t, c.set())
		testenv.AsUser(t, func() {
			_, err := Look(c.plan)
			wantAt(t, c.what, err, c.at, c.want)
		})
		check(t, c.end())
	}
	testenv.AsUser(t, func() {
		if s, err := Look(first); err != nil || len(s.Notes) != 1 || s.Notes[0] != (Note{Kind: OwnerNeedsRoot, Path: filepath.Join(i.dir, first.Unit, "privkey.pem"), Owner: "root"}) {
			t.Errorf("%+v, %v", s, err)
		}
		check(t, os.Chmod(i.conf, 0))
		_, err := newDeployer().Undo(i.dir, "", true, nil)
		wantAt(t, "undo over a closed configuration", err, i.conf, fs.ErrPermission)
	})
	wantFile(t, key, "key B\n")
}

// A folder that goes, or comes, while certconv makes it is an error that names it.
func TestMakeFails(t *testing.T) {
	base := t.TempDir()
	a := filepath.Join(base, "a")
	d := newDeployer()
	d.BeforeStep = func() error { d.BeforeStep = nil; return os.WriteFile(a, nil, 0o600) }
	_, err := d.Place(keyAndChain(filepath.Join(a, "ssl"), "A"), nil, nil)
	wantAt(t, "a file in its place", err, a, fs.ErrExist)
	check(t, os.Remove(a), os.Mkdir(a, 0o755))
	d.BeforeStep = func() error { d.BeforeStep = nil; return os.Remove(a) }
	_, err = d.Place(keyAndChain(filepath.Join(a, "ssl"), "A"), nil, nil)
	wantAt(t, "the one above goes", err, a, fs.ErrNotExist)
	if there(a) {
		t.Error("something was made")
	}
	// A path that is relative to nothing is said as it was given.
	gone := filepath.Join(base, "gone")
	check(t, os.Mkdir(gone, 0o755))
	t.Chdir(gone)
	check(t, os.Remove(gone))
	_, err = Look(keyAndChain("ssl", "A"))
	wantAt(t, "no folder at work", err, "ssl", fs.ErrNotExist)
}

// The renames that put a unit in place fail where something is missing or is there already, and
// then nothing has moved.
func TestMovesFail(t *testing.T) {
	f := opened(t)
	check(t, f.root.MkdirAll("a/b/a", 0o700), f.root.Mkdir("c", 0o700))
	wantAt(t, "from nowhere", f.move("none/x", "x"), "none", fs.ErrNotExist)
	wantAt(t, "to nowhere", f.move("a", "none/x"), "none", fs.ErrNotExist)
	wantAt(t, "to what is there", f.move("a", "c"), "c", fs.ErrExist)
	wantAt(t, "into itself", f.move("c", "c/d"), "", syscall.EINVAL)
	wantAt(t, "exchanged with nothing", f.exchange("none/a", "a"), "none", fs.ErrNotExist)
	wantAt(t, "exchanged with what is in it", f.exchange("a/b/a", "a"), "a", errors.ErrUnsupported)
	wantAt(t, "both, nothing there", f.moveBoth("c", "none", "kept"), "kept", fs.ErrNotExist)
	if !f.exists("a/b/a") || !f.exists("c") {
		t.Error("something moved")
	}
	wantAt(t, "another file system", f.failure(&fs.PathError{Op: "rename", Path: "a", Err: unix.EXDEV}), filepath.Join(f.path, "a"), OtherFileSystem)
}

// What is carried into the new unit is carried whole or the run fails.
func TestCarryFails(t *testing.T) {
	f := opened(t)
	check(t, f.root.WriteFile("file", []byte("x"), 0o640), f.root.Mkdir("folder", 0o700))
	check(t, f.carry("none", "link", linkEntry+"file"))
	if target, err := f.root.Readlink("link"); target != "file" || err != nil {
		t.Errorf("%q, %v", target, err)
	}
	wantAt(t, "a link over a file", f.carry("none", "file", linkEntry+"x"), "", fs.ErrExist)
	wantAt(t, "no file", f.carry("none", "new", ""), "none", fs.ErrNotExist)
	wantAt(t, "over a file", f.carry("file", "folder", ""), "file", fs.ErrExist)
	was, err := f.root.Open("folder")
	check(t, err)
	wantAt(t, "a folder", f.copyFile(was, "copy"), "", syscall.EISDIR)
	was.Close()
	wantAt(t, "a closed file", f.copyFile(was, "copy2"), "", fs.ErrClosed)
	if f.exists("copy2") {
		t.Error("a copy of nothing was made")
	}
}

// A record is written whole or not at all.
func TestSaveFails(t *testing.T) {
	for _, name := range []string{recordTemp, recordName} {
		f := opened(t)
		r := &rollout{Deployer: newDeployer(), folder: f, name: "20260101T000000Z"}
		r.record.Unit = "site"
		check(t, f.root.MkdirAll(r.path(name), 0o700))
		if err := r.save(stateDone); err == nil || r.record.State != "" {
			t.Errorf("%s is a folder: %v, state %q", name, err, r.record.State)
		}
		if name == recordName && f.exists(r.path(recordTemp)) {
			t.Error("a record that was not put in place is left")
		}
	}
}

// A run that was interrupted and cannot be tidied up after is an error, and no new one starts.
// What certconv did not make is no run.
func TestTidyFails(t *testing.T) {
	i := newInstalled(t)
	backups, err := filepath.Glob(filepath.Join(i.dir, Store, "*"))
	check(t, err)
	last := backups[len(backups)-1]
	mustWrite(t, filepath.Join(i.dir, Store, "README"), "{", 0o600)
	record, err := os.ReadFile(filepath.Join(last, recordName))
	check(t, err)
	mustWrite(t, filepath.Join(last, recordName), strings.Replace(string(record), stateDone, stateSwitching, 1), 0o600)
	check(t, os.Mkdir(filepath.Join(last, recordTemp), 0o700))
	_, err = newDeployer().Place(i.plan("C"), nil, nil)
	wantAt(t, "the record cannot be written", err, "", syscall.EISDIR)
	staged := filepath.Join(last, "new", "www.example.com")
	check(t, os.Remove(filepath.Join(last, recordTemp)), os.Mkdir(staged, 0o700))
	_, err = newDeployer().Place(i.plan("C"), nil, nil)
	wantAt(t, "what was exchanged has no place", err, "", fs.ErrExist)
	check(t, os.Remove(staged))
	if set := i.whole(t); set != "B" {
		t.Errorf("set %s is in place", set)
	}
	mustPlace(t, i.plan("C"))
	mustWrite(t, filepath.Join(last, recordName), "{", 0o600)
	_, err = Look(i.plan("C"))
	wantAt(t, "a damaged record beside the same files", err, filepath.Join(last, recordName), DamagedRecord)
	f := &folder{}
	defer f.close()
	check(t, f.look(i.dir))
	_, err = f.last("")
	wantAt(t, "the last run", err, filepath.Join(last, recordName), DamagedRecord)
	f.root.Close()
	_, err = f.checkStore()
	wantAt(t, "no store to be seen", err, "", os.ErrClosed)
}

// A file outside the unit goes only where it can, and what was there is read back as it was.
func TestElsewhereFails(t *testing.T) {
	f := opened(t)
	full := filepath.Join(f.path, "full")
	check(t, f.root.MkdirAll("full/x", 0o700))
	x := &elsewhere{path: full, in: true}
	wantAt(t, "a folder with files", x.put(false), full, syscall.ENOTEMPTY)
	if !x.in {
		t.Error("it counts as removed")
	}
	x.path = filepath.Join(f.path, "none")
	if err := x.put(false); err != nil || x.in {
		t.Errorf("what is gone already: %v, %v", err, x.in)
	}
	r := &rollout{folder: f}
	conf := filepath.Join(f.path, "conf")
	_, err := r.stageKept(conf, "none")
	wantAt(t, "nothing kept", err, "none", fs.ErrNotExist)
	check(t, f.root.WriteFile("large", make([]byte, maxElsewhere+1), 0o600))
	_, err = r.stageKept(conf, "large")
	wantAt(t, "too much kept", err, filepath.Join(f.path, "large"), TooLarge)
	nowhere := filepath.Join(f.path, "none", "conf")
	large, err := f.root.Open("large")
	check(t, err)
	_, err = stageLike(nowhere, nil, large, 0o600)
	wantAt(t, "no folder", err, "", fs.ErrNotExist)
	large.Close()
	_, err = stageLike(conf, nil, large, 0o600)
	wantAt(t, "like nothing", err, "", fs.ErrClosed)
}

// Undoing needs a folder; a configuration that somebody changed, or that cannot be read, is
// named, and forced only where it is a file.
func TestUndoElsewhere(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none")
	_, err := newDeployer().Undo(none, "", false, nil)
	wantAt(t, "no folder", err, none, NoSuchFolder)
	mustWrite(t, none, "", 0o600)
	_, err = newDeployer().Undo(none, "", false, nil)
	wantAt(t, "a file", err, none, NotFolder)

	i := newInstalled(t)
	undo := func(what string, force bool, want error) {
		t.Helper()
		_, err := newDeployer().Undo(i.dir, "", force, nil)
		if want == nil {
			check(t, err)
		}
		wantAt(t, what, err, i.conf, want)
	}
	mustWrite(t, i.conf, "# by hand\n", 0o644)
	undo("changed", false, WasChanged)
	mustWrite(t, i.conf, strings.Repeat("#", maxElsewhere+1), 0o644)
	undo("large", false, TooLarge)
	undo("large, forced", true, TooLarge)
	f := &folder{}
	defer f.close()
	check(t, f.look(i.dir))
	last, err := f.last("")
	check(t, err)
	wantAt(t, "large, compared", last.unchanged(), i.conf, TooLarge)
	check(t, os.Remove(i.conf))
	undo("removed", false, WasRemoved)
	check(t, os.Mkdir(i.conf, 0o755))
	undo("a folder, forced", true, NotRegular)
	if set := i.whole(t); set != "B" {
		t.Errorf("set %s is in place", set)
	}
	check(t, os.Remove(i.conf))
	mustWrite(t, i.conf, ourMark+"# A\n", 0o644) // as it was before
	_, err = newDeployer().Undo(i.dir, "", false, nil)
	check(t, err)
	check(t, os.Remove(i.conf)) // there was none before the first run
	_, err = newDeployer().Undo(i.dir, "", true, nil)
	check(t, err)
	if there(i.conf) || there(i.unit) {
		t.Error("something is left")
	}
	mustPlace(t, i.plan("A"))
	check(t, os.Remove(i.conf))
	u, err := newDeployer().Undo(i.dir, "", false, nil)
	check(t, err)
	if there(i.conf) || there(i.unit) || u.Restored {
		t.Errorf("something is left: %+v", u)
	}
}

// What goes or changes while files are staged is named, and the run is refused: nothing that is
// in place changes.
func TestChangedWhileStaging(t *testing.T) {
	i := newInstalled(t)
	before := snapshot(t, i.base)
	remove := func(what string) func(string) error {
		return func(string) error { return os.Rename(filepath.Join(i.base, what), filepath.Join(i.base, what+".away")) }
	}
	put := func(below string) func(string) error {
		return func(run string) error { return os.Mkdir(filepath.Join(run, below), 0o700) }
	}
	gone := func(run string) error { return os.RemoveAll(filepath.Join(run, unitBelow)) }
	more := func(run string) error { return os.WriteFile(filepath.Join(run, unitBelow, "more"), nil, 0o600) }
	for _, c := range []struct {
		step  int // before which it happens
		spoil func(run string) error
		away  string // what is moved, below the base
		at    string // below the base, or the dated folder where it begins with a "/"
		want  error
	}{
		{6, put(unitBelow), "", "/" + unitBelow, fs.ErrExist},
		{7, put(unitBelow + "/privkey.pem"), "", "/" + unitBelow + "/privkey.pem", fs.ErrExist},
		{7, gone, "", "/" + unitBelow + "/privkey.pem", fs.ErrNotExist},
		{9, gone, "", "/" + unitBelow + "/attic", fs.ErrNotExist},
		{10, gone, "", "ssl/www.example.com/dhparam.pem", fs.ErrNotExist},
		{11, gone, "", "ssl", fs.ErrNotExist},
		{12, gone, "", "/" + unitBelow + "/attic", fs.ErrNotExist},
		{13, gone, "", "/" + unitBelow, fs.ErrNotExist},
		{14, gone, "", "/" + unitBelow, fs.ErrNotExist},
		{8, more, "", "ssl/www.example.com", ChangedNow},
		{14, more, "", "ssl/www.example.com", ChangedNow},
		{14, put("also/1"), "", "ssl.conf", fs.ErrExist},
		{14, remove("ssl.conf"), "ssl.conf", "ssl.conf", fs.ErrNotExist},
		{6, remove("ssl/www.example.com"), "ssl/www.example.com", "ssl/www.example.com", fs.ErrNotExist},
		{7, remove("ssl/www.example.com/privkey.pem"), "ssl/www.example.com/privkey.pem", "ssl/www.example.com/privkey.pem", fs.ErrNotExist},
		{12, remove("ssl/www.example.com/attic"), "ssl/www.example.com/attic", "ssl/www.example.com/attic", fs.ErrNotExist},
	} {
		run := ""
		d := newDeployer()
		d.BeforeStep = func() error {
			if c.step--; c.step == 0 {
				runs, _ := filepath.Glob(filepath.Join(i.dir, Store, "*"))
				run = runs[len(runs)-1]
				check(t, c.spoil(run))
			}
			return nil
		}
		_, err := d.Place(i.plan("C"), nil, nil)
		at := filepath.Join(i.base, c.at)
		if strings.HasPrefix(c.at, "/") {
			at = run + c.at
		}
		wantAt(t, c.at, err, at, c.want)
		if c.away != "" {
			check(t, os.Rename(filepath.Join(i.base, c.away+".away"), filepath.Join(i.base, c.away)))
		}
		wantTree(t, i.base, before)
	}
}

// unitBelow is the staged unit in the dated folder.
const unitBelow = "new/www.example.com"

// caught is signals that a test sends.
type caught struct{ undo func() }

func (c *caught) Guard(undo func()) (release func()) { c.undo = undo; return func() {} }
func (c *caught) Hold() (release func())             { return func() {} }

// A signal while the server is asked takes everything back, and lets nothing follow.
func TestAbandon(t *testing.T) {
	i := newInstalled(t)
	before := snapshot(t, i.base)
	signal, abandoned := &caught{}, make(chan struct{})
	ended := make(chan error, 1)
	go func() { // for ever: the program would be gone
		_, err := (&Deployer{Signals: signal}).Place(i.plan("C"), nil, func() error {
			if set := i.whole(t); set != "C" {
				t.Errorf("set %s", set)
			}
			signal.undo()
			close(abandoned)
			return nil
		})
		ended <- err
	}()
	<-abandoned
	select {
	case err := <-ended:
		t.Errorf("the run went on: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	wantTree(t, i.base, before)
}
