package deploy

import (
	"errors"
	"io/fs"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// Set is what is put in place in one step.
type Set struct {
	Dir   string // where; a symbolic link to a folder is followed unless others can have made it, none below it is
	Unit  string // the entry of Dir that is switched
	Files []File // one without a name: the unit is this file; else it is a folder with these files
	Also  []File // files elsewhere, put in place right after the unit
}

// File is one of the files.
type File struct {
	Role  string // for the caller
	Name  string // within the unit; of a file elsewhere, the path
	Mode  fs.FileMode
	Owner string // the user who has to own it; "" for whoever runs certconv
	Data  []byte

	// Ours tells of a file elsewhere whether the existing one may be replaced.
	Ours func(existing []byte) bool
}

// secret reports whether only the owner may read the file.
func (f *File) secret() bool { return f.Mode.Perm()&0o077 == 0 }

// single tells whether the unit is a file.
func (s *Set) single() bool { return len(s.Files) == 1 && s.Files[0].Name == "" }

// Path is where a file of the unit will be.
func (s *Set) Path(f *File) string {
	return filepath.Join(s.Dir, s.Unit, f.Name)
}

// Wipe overwrites the content of the files.
func (s *Set) Wipe() {
	if s == nil {
		return
	}
	for i := range s.Files {
		clear(s.Files[i].Data)
	}
}

// Placed is what came of a deployment.
type Placed struct {
	Backup string // the dated folder with what was replaced
	Notes  []Note
}

// Signals is what a run needs of signals.Watch.
type Signals interface {
	Guard(undo func()) (release func())
	Hold() (release func())
}

// Deployer puts sets of files in place and takes them back.
type Deployer struct {
	Signals Signals

	// BeforeStep, if not nil, is called before each step of a run, which fails
	// with its error. It is for tests.
	BeforeStep func() error
}

// rollout is one deployment, or what takes one back. Its steps are taken in turn:
// a signal waits for the one that is under way, and none follows it.
type rollout struct {
	*Deployer
	folder *folder
	name   string // of the dated folder, "" before there is one
	record record
	undo   bool // this takes a run back

	mu        sync.Mutex  // held by the run, but between steps and while others work
	ending    atomic.Bool // a signal takes everything back: nothing may follow
	madeStore bool        // there was no .certconv before
	in        bool        // the new unit is in place
	final     bool        // the record says how it ended
	elsewhere []*elsewhere
	notes     []Note
}

// do takes one step.
func (r *rollout) do(step func() error) error {
	if r.BeforeStep != nil {
		if err := r.BeforeStep(); err != nil {
			return err
		}
	}
	defer r.apart(func() {})
	return step()
}

// apart calls f where a signal need not wait.
func (r *rollout) apart(f func()) {
	r.mu.Unlock()
	f()
	if r.ending.Load() {
		select {} // until the program is gone
	}
	r.mu.Lock()
}

// called is apart for a function of the caller's.
func (r *rollout) called(f func() error) (err error) {
	r.apart(func() { err = f() })
	if err != nil {
		return callersError{err}
	}
	return nil
}

// abandon is for signals: it takes back what was done and lets nothing follow.
func (r *rollout) abandon() {
	r.ending.Store(true)
	r.mu.Lock()
	_ = r.takeBack(func(step func() error) error { return step() })
	r.discard()
}

// run does one run, guarded.
func (d *Deployer) run(undo bool, do func(*rollout) error) (*rollout, error) {
	r := &rollout{Deployer: d, folder: &folder{}, undo: undo}
	r.folder.pause = func(t time.Duration) { r.apart(func() { time.Sleep(t) }) }
	defer r.folder.close()
	defer r.discard()
	defer d.Signals.Guard(r.abandon)()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := do(r); err != nil {
		return nil, r.failed(err)
	}
	return r, nil
}

// Place stages s, has try look at the staged files, puts all of them in place
// in one step and calls confirm; try and confirm may be nil. After an error
// from either, or of its own, everything is as it was before.
//
// From the moment on when they are in place, but for the time of confirm, a signal
// waits for the End of the caller, who has to report first.
func (d *Deployer) Place(s *Set, try func(staged func(name string) string) error, confirm func() error) (*Placed, error) {
	r, err := d.run(false, func(r *rollout) error {
		if err := r.folder.open(s.Dir, r.do); err != nil {
			return err
		}
		return r.place(s, try, confirm)
	})
	if err != nil {
		return nil, err
	}
	return &Placed{Backup: r.backup(), Notes: r.notes}, nil
}

func (r *rollout) place(d *Set, try func(staged func(name string) string) error, confirm func() error) error {
	notes, err := r.folder.tidy()
	if err != nil {
		return err
	}
	s, err := r.folder.survey(d)
	if err != nil {
		return err
	}
	r.notes = append(notes, s.Notes...)
	if err := r.stage(d, s); err != nil {
		return err
	}
	if try != nil {
		staged := filepath.Join(r.folder.path, r.path("new", d.Unit))
		if err := r.called(func() error { return try(func(name string) string { return filepath.Join(staged, name) }) }); err != nil {
			return err
		}
	}
	return r.finish(confirm, stateDone)
}

// finish switches, has that confirmed, and records it. From then on signals wait
// until the caller has reported what was done.
func (r *rollout) finish(confirm func() error, state string) error {
	release := r.hold()
	if err := r.set(!r.undo, r.do); err != nil {
		return err
	}
	if confirm != nil {
		release() // other programs may take their time: a signal takes everything back
		err := r.called(confirm)
		r.hold()
		if err != nil {
			return err
		}
	}
	return r.do(func() error {
		err := r.save(state)
		r.final = err == nil
		return err
	})
}

// failed takes back what was done before err, and says what err is about.
func (r *rollout) failed(err error) error {
	back := r.takeBack(r.do)
	err = r.folder.failure(err)
	if back == nil {
		return err
	}
	return &Error{Path: r.folder.path, Err: err, Back: back, Kept: r.backup()}
}

// hold has signals wait.
func (r *rollout) hold() (release func()) {
	r.apart(func() { release = r.Signals.Hold() })
	return release
}

// takeBack makes everything as it was before this run.
func (r *rollout) takeBack(do func(func() error) error) error {
	if r.final {
		return nil
	}
	if r.name != "" {
		if err := r.set(r.undo, do); err != nil {
			return err
		}
	}
	r.discard() // its open files may be what the rest lacks
	if r.undo {
		if r.name == "" {
			return nil
		}
		return do(func() error { return r.save(stateDone) })
	}
	return do(func() error {
		if r.name != "" {
			r.folder.remove(r.name)
		}
		if r.madeStore {
			_ = r.folder.root.Remove(Store)
		}
		r.folder.unmake()
		return nil
	})
}

func (r *rollout) discard() {
	for _, x := range r.elsewhere {
		x.discard()
	}
}

// set puts the new set in place or the old one: the files elsewhere name those
// of the unit, so they come after it and go before it.
func (r *rollout) set(in bool, do func(func() error) error) error {
	if in {
		if err := r.setUnit(true, do); err != nil {
			return err
		}
	}
	for _, x := range r.elsewhere {
		if err := do(func() error { return x.put(in) }); err != nil {
			return err
		}
	}
	if in {
		return nil
	}
	return r.setUnit(false, do)
}

// setUnit puts the new unit in place and what was there into the dated folder,
// or the other way round. Where one of the two is missing, only the other moves.
func (r *rollout) setUnit(in bool, do func(func() error) error) error {
	if r.in == in {
		return nil
	}
	f, unit := r.folder, r.record.Unit
	from, to := "new", "old"
	if !in {
		from, to = to, from
	}
	source, target := r.path(from, unit), r.path(to, unit)
	if !f.exists(source) && f.exists(target) {
		source = target // an exchange that went no further
	}
	defer f.sync(r.path("new"), r.path("old"), ".")
	waits, there := f.exists(source), f.exists(unit)
	if waits && there && r.record.Replaced {
		return r.swap(source, target, in, do)
	}
	return do(func() (err error) {
		switch {
		case waits:
			err = f.move(source, unit)
		case there:
			err = f.move(unit, target)
		}
		if err == nil {
			r.in = in
		}
		return err
	})
}

// swap puts source in place and what was there to target.
func (r *rollout) swap(source, target string, in bool, do func(func() error) error) error {
	f, unit := r.folder, r.record.Unit
	by := func(switching func() error) error {
		return do(func() error {
			err := switching()
			if err == nil {
				r.in = in
			}
			return err
		})
	}
	err := by(func() error { return f.exchange(source, unit) })
	if errors.Is(err, errors.ErrUnsupported) {
		return by(func() error { return f.moveBoth(source, unit, target) })
	}
	if err != nil || source == target {
		return err
	}
	return do(func() error { return f.move(source, target) })
}
