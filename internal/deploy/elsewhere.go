package deploy

import (
	"errors"
	"io/fs"
	"os"
	"strconv"

	"github.com/certconv/certconv/internal/atomicfile"
)

// elsewhere is a file outside the unit. It is staged both ways, as it is to be
// and as it was, so that nothing but a rename is left to do.
type elsewhere struct {
	path          string
	after, before *atomicfile.Staged // nil: no file
	in            bool               // it is as it is to be
}

// guardedByRun guards nothing: rollout.abandon does.
func guardedByRun(func()) (release func()) { return func() {} }

func (x *elsewhere) put(in bool) error {
	if x.in == in {
		return nil
	}
	s := x.before
	if in {
		s = x.after
	}
	var err error
	if s != nil {
		err = s.Commit()
	} else if err = os.Remove(x.path); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return inPath(x.path, err)
	}
	x.in = in
	return nil
}

func (x *elsewhere) discard() {
	for _, s := range []*atomicfile.Staged{x.after, x.before} {
		if s != nil {
			s.Discard()
		}
	}
}

// stageElsewhere stages a file outside the unit and keeps what it replaces.
func (r *rollout) stageElsewhere(file *File, there bool) error {
	x := &elsewhere{path: file.Name}
	r.elsewhere = append(r.elsewhere, x)
	kept := r.path("also", strconv.Itoa(len(r.elsewhere)))
	r.record.Also = append(r.record.Also, recordElsewhere{Path: file.Name, Replaced: there, SHA256: digestOf(file.Data)})
	err := r.do(func() (err error) {
		if !there {
			if x.after, err = atomicfile.Stage(file.Name, file.Data, file.Mode, false, guardedByRun); err == nil {
				err = errors.Join(own(x.after.Own, file.Owner), x.after.Chmod(file.Mode))
			}
			return err
		}
		was, err := os.Open(file.Name)
		if err != nil {
			return err
		}
		defer was.Close()
		if err := r.folder.copyFile(was, kept); err != nil {
			return err
		}
		if x.after, err = stageLike(file.Name, file.Data, was, keptMode(was, file.Mode)); err != nil {
			return err
		}
		x.before, err = r.stageKept(file.Name, kept)
		return err
	})
	if err != nil {
		return inPath(file.Name, err)
	}
	return nil
}

// stageKept stages what was kept of a file outside the unit.
func (r *rollout) stageKept(name, kept string) (*atomicfile.Staged, error) {
	was, err := r.folder.root.Open(kept)
	if err != nil {
		return nil, err
	}
	defer was.Close()
	info, err := was.Stat()
	if err != nil {
		return nil, err
	}
	data, err := ReadFile(was.Name())
	if err != nil {
		return nil, err
	}
	return stageLike(name, data, was, info.Mode())
}

// stageLike stages data for name with the attributes of was.
func stageLike(name string, data []byte, was *os.File, mode fs.FileMode) (*atomicfile.Staged, error) {
	s, err := atomicfile.Stage(name, data, mode.Perm(), true, guardedByRun)
	if err != nil {
		return nil, err
	}
	if err := s.Like(was, mode); err != nil {
		s.Discard()
		return nil, err
	}
	return s, nil
}
