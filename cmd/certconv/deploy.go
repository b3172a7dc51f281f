package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/terminal"
)

// deployment is a set of files that are put in place in one step.
//
// What changes together is one entry of a folder, the unit: a file, or a
// folder with files. The new unit is staged, whole and synced, in a dated
// folder DIR/.certconv/20261122T153000Z/new/ and changes places with the
// present one in a single system call, so that a kill at any moment leaves
// the old set or the new one. The old one, the very same files, lies in old/
// of the dated folder from then on. record.json says what the run did; a run
// without one, or with one that is not final, was interrupted, and the next
// run tidies up (folder.tidy).
//
// Where the system cannot exchange two names (Windows, some network file
// systems) there are two renames, and a kill between them leaves no unit
// until the next run puts the old one back.
type deployment struct {
	dir   string         // where; a symbolic link to a folder is followed, none below it is
	unit  string         // the entry of dir that is switched
	files []deployedFile // one without a name: the unit is this file; else it is a folder with these files
	also  []deployedFile // files elsewhere, put in place right after the unit
}

// deployedFile is one of the files.
type deployedFile struct {
	role  string
	name  string // within the unit; of a file elsewhere, the path
	mode  fs.FileMode
	owner string // the user who has to own it; "" for whoever runs certconv
	data  []byte

	// ours tells of a file elsewhere whether the existing one may be replaced.
	ours func(existing []byte) bool
}

// single tells whether the unit is a file.
func (d *deployment) single() bool { return len(d.files) == 1 && d.files[0].name == "" }

// placement is what came of a deployment.
type placement struct {
	backup string // the dated folder with what was replaced
	notes  []string
}

// rollout is one deployment, or what takes one back. Its steps are taken in turn:
// a signal waits for the one that is under way, and none follows it.
type rollout struct {
	env    *env
	folder *folder
	name   string // of the dated folder, "" before there is one
	record record
	undo   bool // this takes a run back

	mu        sync.Mutex
	madeStore bool // there was no .certconv before
	in        bool // the new unit is in place
	final     bool // the record says how it ended
	elsewhere []*elsewhere
	notes     []string
}

// do takes one step.
func (r *rollout) do(step func() error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.env.beforeStep != nil {
		if err := r.env.beforeStep(); err != nil {
			return err
		}
	}
	return step()
}

// abandon is for signals: it takes back what was done and lets nothing follow.
func (r *rollout) abandon() {
	r.mu.Lock()
	_ = r.takeBack(func(step func() error) error { return step() })
	r.discard()
}

// place stages d, has try look at the staged files, puts all of them in place
// in one step and calls confirm; try and confirm may be nil. After an error
// from either, or of its own, everything is as it was before.
func (e *env) place(d *deployment, try func(staged func(name string) string) error, confirm func() error) (*placement, error) {
	r := &rollout{env: e, folder: &folder{}}
	defer r.folder.close()
	defer r.discard()
	defer e.signals.Guard(r.abandon)()
	err := r.folder.open(d.dir, r.do)
	if err == nil {
		err = r.place(d, try, confirm)
	}
	if err != nil {
		return nil, r.failed(err)
	}
	return &placement{backup: r.backup(), notes: r.notes}, nil
}

func (r *rollout) place(d *deployment, try func(staged func(name string) string) error, confirm func() error) error {
	notes, err := r.folder.tidy()
	if err != nil {
		return err
	}
	s, err := r.folder.survey(d)
	if err != nil {
		return err
	}
	r.notes = append(notes, s.notes...)
	if err := r.stage(d, s); err != nil {
		return err
	}
	if try != nil {
		staged := filepath.Join(r.folder.path, r.path("new", d.unit))
		if err := try(func(name string) string { return filepath.Join(staged, name) }); err != nil {
			return err
		}
	}
	return r.finish(confirm, stateDone)
}

// finish switches, has that confirmed, and records it.
func (r *rollout) finish(confirm func() error, state string) error {
	if err := r.set(!r.undo, r.do); err != nil {
		return err
	}
	if confirm != nil {
		if err := confirm(); err != nil {
			return err
		}
	}
	return r.do(func() error {
		err := r.save(state)
		r.final = err == nil
		return err
	})
}

// failed takes back what was done before err, and words err.
func (r *rollout) failed(err error) error {
	back := r.takeBack(r.do)
	f := r.folder.failure(err)
	if back == nil {
		return f
	}
	return &fault.Failure{
		Code: fault.NotRestored, File: f.File, Err: err,
		Text: fmt.Sprintf("%s; and what was there before could not be put back: %s", f.Text, fault.Reason(back)),
		Hint: "what was there before is in " + terminal.ShellWord(r.backup()),
	}
}

// failure words what kept files from being put in place.
func (f *folder) failure(err error) *fault.Failure {
	var known *fault.Failure
	if errors.As(err, &known) {
		return known
	}
	w := fault.Writing(f.path, err)
	var p *fs.PathError
	if errors.As(err, &p) {
		w.File = p.Path
		if filepath.IsLocal(p.Path) {
			w.File = filepath.Join(f.path, p.Path)
		}
	}
	if errors.Is(err, syscall.EXDEV) { // a mount, or what came with a container's image
		w.Text = "it is not on the file system of the folder that it is in"
		w.Hint = "a mount cannot be moved, nor a folder that came with a container's image: let --dir be a volume of its own"
	}
	w.Err = err
	return w
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
			_ = r.folder.root.Remove(store)
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
