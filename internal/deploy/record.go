package deploy

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/lazy"
)

// Store is the folder with the dated folders, below the one that certconv
// writes to.
const Store = ".certconv"

// record says what a run did. Without one the run had changed nothing yet.
type record struct {
	Schema   int    `json:"schema"`
	State    string `json:"state"`
	Sequence int    `json:"sequence"` // clocks go back; this does not
	Unit     string `json:"unit"`
	Replaced bool   `json:"replaced"` // there was a unit before

	// Inode is that of the new unit, and tells it from the old one wherever
	// it lies. 0 where the system has none.
	Inode uint64            `json:"inode"`
	Files map[string]string `json:"files"` // what the new unit holds, see contents
	Also  []recordElsewhere `json:"also,omitempty"`
}

// recordElsewhere is a file outside the unit; what it was is kept in also/.
type recordElsewhere struct {
	Path     string `json:"path"`
	Replaced bool   `json:"replaced"`
	SHA256   string `json:"sha256"` // of what was written
}

// The states of a run. Only the last two are final.
const (
	stateSwitching = "switching"
	stateUndoing   = "undoing"
	stateDone      = "done"
	stateUndone    = "undone"
)

func (r *record) final() bool { return r.State == stateDone || r.State == stateUndone }

// maxRecord bounds what is read as a record: paths of maxEntries files.
const maxRecord = 16 << 20

// The files of a dated folder beside new, old and also.
const (
	recordName = "record.json"
	recordTemp = "record.new"
)

func (r *rollout) path(names ...string) string {
	return path.Join(slices.Concat([]string{Store, r.name}, names)...)
}

// backup is the path of the dated folder.
func (r *rollout) backup() string { return filepath.Join(r.folder.path, Store, r.name) }

// save writes the record with a new state, whole or not at all.
func (r *rollout) save(state string) error {
	rec := r.record
	rec.Schema, rec.State = 1, state
	data, err := json.MarshalIndent(&rec, "", "  ")
	if err != nil {
		return err
	}
	root, temp := r.folder.root, r.path(recordTemp)
	file, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, atomicfile.Secret)
	if err != nil {
		return err
	}
	_, err = file.Write(append(data, '\n'))
	err = errors.Join(err, file.Chmod(atomicfile.Secret), file.Sync(), file.Close())
	if err == nil {
		err = atomicfile.Retry(func() error { return root.Rename(temp, r.path(recordName)) })
	}
	if err != nil {
		_ = root.Remove(temp)
		return err
	}
	r.record = rec
	r.folder.sync(r.path())
	return nil
}

// checkStore tells whether there are dated folders. Those that somebody else
// made are not believed: they say which files to put where.
func (f *folder) checkStore() (there bool, err error) {
	info, err := f.root.Lstat(Store)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	at := filepath.Join(f.path, Store)
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return false, &Error{Path: at, Err: IsLink}
	case !info.IsDir():
		return false, &Error{Path: at, Err: NotFolder}
	case !onlyOurs(info):
		return false, &Error{Path: at, Err: OthersWrite}
	}
	return true, nil
}

// dated are the names of dated folders.
var dated = lazy.Regexp{Expr: `^\d{8}T\d{6}Z(-\d+)?$`}

// runs reads the dated folders, oldest first. One without a record has the
// sequence 0.
func (f *folder) runs() ([]*rollout, error) {
	there, err := f.checkStore()
	if !there || err != nil {
		return nil, err
	}
	dir, err := f.root.Open(Store)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	var list []*rollout
	for _, name := range names {
		if !dated.Get().MatchString(name) {
			continue
		}
		r := &rollout{folder: f, name: name}
		if err := r.load(); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b *rollout) int {
		return cmp.Or(cmp.Compare(a.record.Sequence, b.record.Sequence), cmp.Compare(a.name, b.name))
	})
	return list, nil
}

// interrupted reports whether a run did not come to its end.
func (f *folder) interrupted() (bool, error) {
	runs, err := f.runs()
	return slices.ContainsFunc(runs, func(r *rollout) bool { return !r.record.final() }), err
}

// load reads the record if there is one.
func (r *rollout) load() error {
	file, err := r.folder.root.Open(r.path(recordName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	at := filepath.Join(r.backup(), recordName)
	if err := json.NewDecoder(io.LimitReader(file, maxRecord)).Decode(&r.record); err != nil || !properName(r.record.Unit) {
		return &Error{Path: at, Err: DamagedRecord, Kept: r.backup()}
	}
	if r.record.Schema != 1 {
		return &Error{Path: at, Err: LaterRecord}
	}
	return nil
}

// begin makes the dated folder of a run.
func (r *rollout) begin() error {
	f := r.folder
	earlier, err := f.runs()
	if err != nil {
		return err
	}
	for _, e := range earlier {
		r.record.Sequence = max(r.record.Sequence, e.record.Sequence)
	}
	r.record.Sequence++
	err = r.do(func() error {
		err := f.mkdir(Store, 0o700)
		r.madeStore = err == nil
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	stamp := time.Now().UTC().Format("20060102T150405Z")
	return r.do(func() error {
		for i := 1; ; i++ {
			name := stamp
			if i > 1 {
				name = fmt.Sprintf("%s-%d", stamp, i)
			}
			err := f.mkdir(path.Join(Store, name), 0o700)
			if err == nil {
				r.name = name
			}
			if !errors.Is(err, fs.ErrExist) {
				return err
			}
		}
	})
}

// remove removes a dated folder that holds nothing but what was staged. Its
// record goes first: one without it is known to have changed nothing.
func (f *folder) remove(name string) {
	at := func(n string) string { return path.Join(Store, name, n) }
	if old, err := f.root.Open(at("old")); err == nil {
		names, _ := old.Readdirnames(1)
		old.Close()
		if len(names) > 0 {
			return
		}
	}
	_ = f.root.Remove(at(recordName))
	f.sync(at(""))
	for _, n := range []string{"new", "old", "also", recordTemp} {
		_ = f.root.RemoveAll(at(n))
	}
	_ = f.root.Remove(at(""))
}

// tidy tidies up after runs that were interrupted: what was switched stays
// and can be undone, what was only staged goes.
func (f *folder) tidy() (notes []Note, err error) {
	list, err := f.runs()
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		if r.record.final() {
			continue
		}
		in := false
		if r.record.State != "" {
			if in, err = r.settle(); err != nil {
				return nil, err
			}
		}
		switch {
		case in:
			err = r.save(stateDone)
			notes = append(notes, Note{Kind: RunFinished, Run: r.name})
		case r.record.State == stateUndoing:
			err = r.save(stateUndone)
			notes = append(notes, Note{Kind: UndoFinished, Run: r.name})
		default:
			f.remove(r.name)
			notes = append(notes, Note{Kind: RunRemoved, Run: r.name})
		}
		if err != nil {
			return nil, err
		}
	}
	return notes, nil
}

// settle finds out whether the new unit of an interrupted run is in place, and
// takes the step that the kill may have cut off.
func (r *rollout) settle() (in bool, err error) {
	f, unit := r.folder, r.record.Unit
	staged, kept := r.path("new", unit), r.path("old", unit)
	isNew := func(name string) bool {
		info, err := f.root.Lstat(name)
		return err == nil && inode(info) == r.record.Inode
	}
	defer f.sync(r.path("new"), r.path("old"), ".")
	switch {
	case isNew(staged):
		if f.exists(kept) && !f.exists(unit) { // between two renames
			return false, f.move(kept, unit)
		}
		return false, nil
	case r.record.Inode != 0 && isNew(kept): // exchanged to undo
		return false, f.move(kept, staged)
	case f.exists(staged): // exchanged
		return true, f.move(staged, kept)
	}
	return isNew(unit) || f.exists(kept), nil
}
