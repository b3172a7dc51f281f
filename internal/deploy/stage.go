package deploy

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/user"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/certconv/certconv/internal/atomicfile"
)

// groupRead is what a replaced key file may grant beyond its plan: a service
// that reads its key by its group would not start without.
const groupRead fs.FileMode = 0o040

// newFolder is the mode of folders that are made: whoever has to own a key has
// to come to it. No umask makes it, or that of a file, another one than the
// report says.
const newFolder fs.FileMode = 0o755

// stage writes everything that the switch needs, and the record of it.
func (r *rollout) stage(d *Set, s *Survey) error {
	r.record.Unit, r.record.Replaced = d.Unit, s.there
	if err := r.begin(); err != nil {
		return err
	}
	for _, name := range []string{"new", "old", "also"} {
		if err := r.do(func() error { return r.folder.mkdir(r.path(name), 0o700) }); err != nil {
			return err
		}
	}
	if err := r.stageUnit(d, s); err != nil {
		return err
	}
	for i := range d.Also {
		if err := r.stageElsewhere(&d.Also[i], s.Replaced[len(d.Files)+i]); err != nil {
			return err
		}
	}
	staged := r.path("new", d.Unit)
	var err error
	if r.record.Files, err = r.folder.contents(staged); err != nil {
		return err
	}
	if err := r.compare(d, s); err != nil {
		return err
	}
	info, err := r.folder.root.Lstat(staged)
	if err != nil {
		return err
	}
	r.record.Inode = inode(info)
	r.folder.sync(r.path("new"), r.path("also"), r.path(), Store, ".")
	return r.do(func() error { return r.save(stateSwitching) })
}

// compare holds what was staged against what it has to be.
func (r *rollout) compare(d *Set, s *Survey) error {
	want := maps.Clone(s.existing)
	if want == nil {
		want = map[string]string{}
	}
	for i := range d.Files {
		want[d.Files[i].Name] = digestOf(d.Files[i].Data)
	}
	if !maps.Equal(want, r.record.Files) {
		return &Error{Path: filepath.Join(r.folder.path, d.Unit), Err: ChangedNow}
	}
	return nil
}

// stageUnit writes the new unit: the files of the deployment, and whatever
// else is in the present one.
func (r *rollout) stageUnit(d *Set, s *Survey) error {
	f, unit := r.folder, r.path("new", d.Unit)
	var modes []func() error
	if !d.single() {
		done, err := r.stageFolder(unit, d.Unit, s.there)
		if err != nil {
			return err
		}
		modes = append(modes, done)
	}
	planned := map[string]bool{}
	for i := range d.Files {
		file := &d.Files[i]
		planned[file.Name] = true
		old := ""
		if s.Replaced[i] {
			old = path.Join(d.Unit, file.Name)
		}
		if err := r.do(func() error { return r.write(path.Join(unit, file.Name), old, file, s.owners[i]) }); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.existing)) {
		if planned[name] {
			continue
		}
		from, to := path.Join(d.Unit, name), path.Join(unit, name)
		if s.existing[name] == folderEntry {
			done, err := r.stageFolder(to, from, true)
			if err != nil {
				return err
			}
			modes = append(modes, done)
			continue
		}
		if err := r.do(func() error { return f.carry(from, to, s.existing[name]) }); err != nil {
			return err
		}
	}
	for _, done := range slices.Backward(modes) {
		if err := r.do(done); err != nil {
			return err
		}
	}
	return nil
}

// stageFolder makes a folder like old, or a new one. It can be written to until
// done is called.
func (r *rollout) stageFolder(name, old string, there bool) (done func() error, err error) {
	root := r.folder.root
	if !there {
		return func() error { r.folder.sync(name); return nil }, r.do(func() error { return r.folder.mkdir(name, newFolder) })
	}
	like := func(add fs.FileMode) error {
		was, err := root.Open(old)
		if err != nil {
			return err
		}
		defer was.Close()
		info, err := was.Stat()
		if err != nil {
			return err
		}
		is, err := root.Open(name)
		if err != nil {
			return err
		}
		defer is.Close()
		return errors.Join(atomicfile.KeepAttributes(is, was, info.Mode()|add), atomicfile.SyncFolder(is))
	}
	return func() error { return like(0) }, r.do(func() error {
		if err := r.folder.mkdir(name, 0o700); err != nil {
			return err
		}
		return like(0o700)
	})
}

// write writes a file in place of old, or a new one where old is empty.
func (r *rollout) write(name, old string, file *File, owner int) error {
	f, err := r.folder.create(name, file.Mode.Perm())
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(file.Data); err != nil {
		return err
	}
	if old == "" {
		err = errors.Join(own(f.Chown, file.Owner), f.Chmod(file.Mode.Perm()))
	} else {
		var was *os.File
		if was, err = r.folder.root.Open(old); err != nil {
			return err
		}
		defer was.Close()
		if info, err := was.Stat(); err != nil || ownerOf(info) != owner {
			return &Error{Path: filepath.Join(r.folder.path, old), Err: ChangedNow}
		}
		err = atomicfile.KeepAttributes(f, was, keptMode(was, file.Mode))
	}
	if err != nil {
		return &fs.PathError{Op: "chown", Path: name, Err: err}
	}
	return f.Sync()
}

// own gives a file to the user who has to own it, where that can be done; see
// noteOwner.
func own(chown func(uid, gid int) error, owner string) error {
	uid, gid, err := lookUp(owner)
	if err != nil || os.Geteuid() != 0 {
		return nil
	}
	return chown(uid, gid)
}

func lookUp(owner string) (uid, gid int, err error) {
	u, err := user.Lookup(owner)
	if err != nil {
		return 0, 0, err
	}
	uid, err = strconv.Atoi(u.Uid)
	if err != nil {
		return 0, 0, err
	}
	gid, err = strconv.Atoi(u.Gid)
	return uid, gid, err
}

// noteOwner says where a file will not belong to whom it has to. A file that
// is replaced (info) keeps its owner.
func (s *Survey) noteOwner(at string, file *File, info fs.FileInfo) error {
	if file.Owner == "" {
		return nil
	}
	uid, _, err := lookUp(file.Owner)
	switch {
	case err != nil:
		s.Notes = append(s.Notes, Note{Kind: OwnerUnknown, Path: at, Owner: file.Owner})
	case info != nil && !ownedBy(info, uid):
		s.Notes = append(s.Notes, Note{Kind: OwnerKept, Path: at, Owner: file.Owner})
	case info == nil && os.Geteuid() != 0 && os.Geteuid() != uid:
		s.Notes = append(s.Notes, Note{Kind: OwnerNeedsRoot, Path: at, Owner: file.Owner})
	}
	return nil
}

// carry has a file or link that is not certconv's in the new unit too: as a
// hard link, or as a copy where there are none.
func (f *folder) carry(from, to, what string) error {
	if f.root.Link(from, to) == nil {
		return nil
	}
	if target, ok := strings.CutPrefix(what, linkEntry); ok {
		return f.root.Symlink(target, to)
	}
	was, err := f.root.Open(from)
	if err != nil {
		return err
	}
	defer was.Close()
	if err := f.copyFile(was, to); err != nil {
		return &fs.PathError{Op: "copy", Path: from, Err: err}
	}
	return nil
}

// copyFile copies an open file and its attributes.
func (f *folder) copyFile(was *os.File, to string) error {
	info, err := was.Stat()
	if err != nil {
		return err
	}
	is, err := f.create(to, atomicfile.Secret)
	if err != nil {
		return err
	}
	defer is.Close()
	if _, err := io.Copy(is, was); err != nil {
		return err
	}
	return errors.Join(atomicfile.KeepAttributes(is, was, info.Mode()), is.Sync())
}
