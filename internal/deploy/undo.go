package deploy

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
)

// Undone is what came of taking a deployment back.
type Undone struct {
	Unit     string   // path of what was switched
	Restored bool     // else nothing had been there before, and nothing is there now
	Also     []string // files elsewhere that are as they were
	Backup   string   // the dated folder, which holds now what was taken away
	Notes    []Note
}

// Undo takes the last run in dir back, or, where unit is not empty, the
// last one that switched unit. Unless forced, it refuses when what is there is
// not what that run wrote.
func (d *Deployer) Undo(dir, unit string, force bool, confirm func() error) (*Undone, error) {
	r, err := d.run(true, func(r *rollout) error {
		f := r.folder
		if err := f.look(dir); err != nil {
			return err
		}
		if f.root == nil {
			return &Error{Path: dir, Err: NoSuchFolder}
		}
		if err := f.lock(); err != nil {
			return err
		}
		return r.undoLast(unit, force, confirm)
	})
	if err != nil {
		return nil, err
	}
	u := &Undone{Unit: filepath.Join(r.folder.path, r.record.Unit), Restored: r.record.Replaced, Backup: r.backup(), Notes: r.notes}
	for _, a := range r.record.Also {
		u.Also = append(u.Also, a.Path)
	}
	return u, nil
}

func (r *rollout) undoLast(unit string, force bool, confirm func() error) error {
	var err error
	if r.notes, err = r.folder.tidy(); err != nil {
		return err
	}
	last, err := r.folder.last(unit)
	if err != nil {
		return err
	}
	if !force {
		if err := last.unchanged(); err != nil {
			return err
		}
	}
	for i, a := range last.record.Also {
		if err := r.stageFormer(last, i, &a); err != nil {
			return err
		}
	}
	if info, err := r.folder.root.Lstat(last.record.Unit); err == nil {
		last.record.Inode = inode(info) // it may have been copied since
	}
	err = r.do(func() error {
		err := last.save(stateUndoing)
		if err == nil {
			r.name, r.record, r.in = last.name, last.record, true
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.finish(confirm, stateUndone)
}

// last is the last run, of unit if it is not empty, that was not undone.
func (f *folder) last(unit string) (*rollout, error) {
	list, err := f.runs()
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Backward(list) {
		if r.record.State == stateDone && (unit == "" || r.record.Unit == unit) {
			return r, nil
		}
	}
	return nil, &Error{Path: filepath.Join(f.path, unit), Err: NothingToUndo}
}

// unchanged holds what is there against what the run wrote.
func (r *rollout) unchanged() error {
	f := r.folder
	changed := func(at string, how Reason) error { return &Error{Path: at, Err: how, Kept: r.backup()} }
	unit := r.record.Unit
	present, err := f.contents(unit)
	if errors.Is(err, fs.ErrNotExist) {
		return changed(filepath.Join(f.path, unit), WasRemoved)
	}
	if err != nil {
		return err
	}
	all := maps.Clone(r.record.Files)
	maps.Copy(all, present)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		is, there := present[name]
		was, written := r.record.Files[name]
		at := filepath.Join(f.path, path.Join(unit, name))
		switch {
		case !there:
			return changed(at, WasRemoved)
		case !written:
			return changed(at, WasAdded)
		case is != was:
			return changed(at, WasChanged)
		}
	}
	for i, a := range r.record.Also {
		how, err := r.changedElsewhere(i, &a)
		if err != nil {
			return err
		}
		if how != "" {
			return changed(a.Path, how)
		}
	}
	return nil
}

// changedElsewhere tells how a file outside the unit differs both from what
// the run wrote and from what there was before.
func (r *rollout) changedElsewhere(i int, a *recordElsewhere) (how Reason, err error) {
	data, err := ReadFile(a.Path)
	if errors.Is(err, fs.ErrNotExist) {
		if a.Replaced {
			return WasRemoved, nil
		}
		return "", nil
	}
	if err != nil {
		return "", err
	}
	digest := digestOf(data)
	if digest == a.SHA256 {
		return "", nil
	}
	if a.Replaced {
		kept, err := r.folder.contents(r.path("also", strconv.Itoa(i+1)))
		if err != nil || kept[""] == digest {
			return "", err
		}
	}
	return WasChanged, nil
}

// stageFormer stages a file outside the unit both as it is and as it was before.
func (r *rollout) stageFormer(last *rollout, i int, a *recordElsewhere) error {
	x := &elsewhere{path: a.Path, in: true}
	r.elsewhere = append(r.elsewhere, x)
	err := r.do(func() (err error) {
		if info, err := os.Lstat(a.Path); err == nil && !info.Mode().IsRegular() {
			return &Error{Path: a.Path, Err: NotRegular}
		}
		is, err := os.Open(a.Path)
		if err == nil {
			defer is.Close()
			info, err := is.Stat()
			if err != nil {
				return err
			}
			data, err := ReadFile(a.Path)
			if err != nil {
				return err
			}
			if x.after, err = stageLike(a.Path, data, is, info.Mode()); err != nil {
				return err
			}
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if !a.Replaced {
			return nil
		}
		x.before, err = last.stageKept(a.Path, last.path("also", strconv.Itoa(i+1)))
		return err
	})
	if err != nil {
		return inPath(a.Path, err)
	}
	return nil
}
