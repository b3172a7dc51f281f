package deploy

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/internal/atomicfile"
)

// folder is where a deployment goes. Nothing below it is reached but through
// root, which no symbolic link leads out of.
type folder struct {
	path string // as it is, without symbolic links
	root *os.Root
	self *os.File // open to hold the lock
	base string   // where it is not there: the nearest folder above it that is
	made []string // the folders that this run made, down to it

	unlock func()
	pause  func(time.Duration) // while another one has the lock
}

// look finds the folder and opens it if it is there.
func (f *folder) look(dir string) error {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return &Error{Path: dir, Err: err}
	}
	if link := atomicfile.LinkOfOthers(abs); link != "" {
		return &Error{Path: link, Err: atomicfile.SharedLink}
	}
	f.path, err = filepath.EvalSymlinks(abs)
	if errors.Is(err, fs.ErrNotExist) {
		return f.lookForParent(abs)
	}
	if err != nil {
		return &Error{Path: dir, Err: err}
	}
	if info, err := os.Stat(f.path); err == nil && !info.IsDir() {
		return &Error{Path: dir, Err: NotFolder}
	}
	if f.root, err = os.OpenRoot(f.path); err != nil {
		return &Error{Path: dir, Err: err}
	}
	return nil
}

// lookForParent finds the nearest folder above one that is not there.
func (f *folder) lookForParent(abs string) error {
	for missing := abs; ; missing = filepath.Dir(missing) {
		if _, err := os.Lstat(missing); err == nil {
			return &Error{Path: missing, Err: BrokenLink}
		}
		parent, err := filepath.EvalSymlinks(filepath.Dir(missing))
		if errors.Is(err, fs.ErrNotExist) && filepath.Dir(missing) != missing {
			continue
		}
		if err != nil {
			return &Error{Path: abs, Err: err}
		}
		below, err := filepath.Rel(filepath.Dir(missing), abs)
		if err != nil {
			return &Error{Path: abs, Err: err}
		}
		f.base, f.path = parent, filepath.Join(parent, below)
		return nil
	}
}

// nearest is the folder, or the one that it has to be made in.
func (f *folder) nearest() string {
	if f.root == nil {
		return f.base
	}
	return f.path
}

// open is look that makes the folder where there is none, and locks it.
func (f *folder) open(dir string, do func(func() error) error) error {
	if err := f.look(dir); err != nil {
		return err
	}
	if f.root == nil {
		if err := do(f.make); err != nil {
			return err
		}
	}
	return f.lock()
}

func (f *folder) make() error {
	above, err := os.OpenRoot(f.base)
	if err != nil {
		return err
	}
	defer above.Close()
	below, err := filepath.Rel(f.base, f.path)
	if err != nil {
		return err
	}
	name := ""
	for part := range strings.SplitSeq(filepath.ToSlash(below), "/") {
		name = path.Join(name, part)
		full := filepath.Join(f.base, name)
		if err := above.Mkdir(name, newFolder); err != nil {
			return &fs.PathError{Op: "mkdir", Path: full, Err: err}
		}
		f.made = append(f.made, full)
		if err := above.Chmod(name, newFolder); err != nil {
			return &fs.PathError{Op: "chmod", Path: full, Err: err}
		}
	}
	f.root, err = os.OpenRoot(f.path)
	return err
}

// mkdir makes a folder below. Its mode is this one, whatever the umask is.
func (f *folder) mkdir(name string, mode fs.FileMode) error {
	if err := f.root.Mkdir(name, mode); err != nil {
		return err
	}
	return f.root.Chmod(name, mode)
}

// lock waits until no other certconv is at work in the folder.
func (f *folder) lock() error {
	pause := f.pause
	if pause == nil {
		pause = time.Sleep
	}
	const patience, interval = 30 * time.Second, 20 * time.Millisecond
	var err error
	if f.self, err = f.root.Open("."); err != nil {
		return err
	}
	for end := time.Now().Add(patience); ; pause(interval) {
		var ok bool
		if f.unlock, ok = lockFolder(f.self); ok {
			return nil
		}
		if time.Now().After(end) {
			return &Error{Path: f.path, Err: Busy}
		}
	}
}

func (f *folder) close() {
	if f.unlock != nil {
		f.unlock()
	}
	if f.self != nil {
		f.self.Close()
	}
	if f.root != nil {
		f.root.Close()
	}
	f.unlock, f.self, f.root = nil, nil, nil
}

// unmake removes the folders that this run made.
func (f *folder) unmake() {
	if len(f.made) == 0 {
		return
	}
	f.close()
	for _, dir := range slices.Backward(f.made) {
		_ = os.Remove(dir)
	}
	f.made = nil
}

func (f *folder) exists(name string) bool {
	_, err := f.root.Lstat(name)
	return err == nil
}

// parent opens the folder that holds name.
func (f *folder) parent(name string) (*os.File, error) { return f.root.Open(path.Dir(name)) }

// move renames what has to be there to what must not be there.
func (f *folder) move(from, to string) error {
	source, err := f.parent(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := f.parent(to)
	if err != nil {
		return err
	}
	defer target.Close()
	err = renameNew(source, path.Base(from), target, path.Base(to))
	if !errors.Is(err, errors.ErrUnsupported) {
		return renameFailure(to, err)
	}
	if f.exists(to) {
		return renameFailure(to, fs.ErrExist)
	}
	return atomicfile.Retry(func() error { return f.root.Rename(from, to) })
}

// exchange has source and unit, an entry of the same name, change places.
func (f *folder) exchange(source, unit string) error {
	from, err := f.parent(source)
	if err != nil {
		return err
	}
	defer from.Close()
	return renameFailure(unit, renameExchange(from, f.self, unit))
}

// moveBoth is for where nothing can be exchanged; see folder.settle for a kill
// between the two.
func (f *folder) moveBoth(source, unit, target string) error {
	if err := f.move(unit, target); err != nil {
		return err
	}
	err := f.move(source, unit)
	if err != nil {
		err = errors.Join(err, f.move(target, unit))
	}
	return err
}

// renameFailure says what err is about.
func renameFailure(name string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: "rename", Path: name, Err: err}
}

// sync makes names in folders last; see syncDir.
func (f *folder) sync(names ...string) {
	for _, name := range names {
		if d, err := f.root.Open(name); err == nil {
			_ = atomicfile.SyncFolder(d)
			d.Close()
		}
	}
}
