package deploy

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/certconv/certconv/internal/atomicfile"
)

// Exposed is what somebody else can do to a set of files. Whoever is root, runs
// certconv or has to own one of the files is nobody else.
type Exposed struct {
	Path   string
	Owner  string // the user whom the file at Path belongs to; "" of a folder that others can write to
	Secret bool   // Path is a file that only its owner may read

	// Planted: Path is such a file, and others could have put it there. It is not
	// replaced.
	Planted bool
}

// Exposure looks for what others can do to d, of which no Data is needed and
// not even a Unit: they can write to a folder that the files go to, or to one
// above it, or own a file that is replaced. Where d cannot be put at all, it is
// for Look to say why.
func Exposure(d *Set) []Exposed {
	f := &folder{}
	defer f.close()
	if f.look(d.Dir) != nil {
		return nil
	}
	list := f.exposedFolders(d)
	shared := len(list) > 0
	for i := range d.Files {
		file := &d.Files[i]
		name := path.Join(d.Unit, file.Name)
		if f.root == nil || d.Unit == "" {
			break
		}
		if info, err := f.root.Lstat(name); err == nil {
			list = appendOwned(list, filepath.Join(f.path, name), file, info, shared)
		}
	}
	for i := range d.Also {
		file := &d.Also[i]
		if dir, err := filepath.EvalSymlinks(filepath.Dir(file.Name)); err == nil {
			list = appendFolder(list, dir, false, d)
			list = appendAbove(list, dir, d)
		}
		if info, err := os.Lstat(file.Name); err == nil {
			list = appendOwned(list, file.Name, file, info, false)
		}
	}
	return list
}

// exposedFolders are the folder, the unit and the folders above that others can
// write to.
func (f *folder) exposedFolders(d *Set) []Exposed {
	var list []Exposed
	if f.root != nil {
		list = appendFolder(list, f.path, false, d)
		if info, err := f.root.Lstat(d.Unit); err == nil && info.IsDir() {
			list = appendFolder(list, filepath.Join(f.path, d.Unit), false, d)
		}
	}
	return appendAbove(list, f.path, d)
}

// appendAbove adds the folders above one. In those with the sticky bit others can
// add, but not replace.
func appendAbove(list []Exposed, dir string, d *Set) []Exposed {
	for dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		list = appendFolder(list, dir, true, d)
	}
	return list
}

// appendFolder adds a folder that others can write to, once.
func appendFolder(list []Exposed, dir string, sticky bool, d *Set) []Exposed {
	info, err := os.Stat(dir)
	if err != nil || slices.ContainsFunc(list, func(e Exposed) bool { return e.Path == dir }) {
		return list
	}
	sticky = sticky && info.Mode()&fs.ModeSticky != 0
	if ofOthers(info, d) || !sticky && atomicfile.OpenToOthers(dir, info) {
		list = append(list, Exposed{Path: dir})
	}
	return list
}

// ofOthers reports whether a folder belongs to somebody who is neither root nor
// us nor has to own a file of d.
func ofOthers(info fs.FileInfo, d *Set) bool {
	return foreignOwner(info, "") != "" && !slices.ContainsFunc(d.Files, func(f File) bool { return foreignOwner(info, f.Owner) == "" })
}

// appendOwned adds a file that is replaced by one of the same owner, where that
// is somebody else. shared tells whether others can write to its folder.
func appendOwned(list []Exposed, at string, file *File, info fs.FileInfo, shared bool) []Exposed {
	owner := foreignOwner(info, file.Owner)
	if owner == "" || !info.Mode().IsRegular() {
		return list
	}
	return append(list, Exposed{Path: at, Owner: owner, Secret: file.secret(), Planted: file.secret() && shared})
}

// guardOwner refuses to hand a key to somebody who could have put the file there
// that it replaces.
func (f *folder) guardOwner(d *Set, file *File, at string, info fs.FileInfo) error {
	if file.secret() && foreignOwner(info, file.Owner) != "" && len(f.exposedFolders(d)) > 0 {
		return &Error{Path: at, Err: OthersGetIt}
	}
	return nil
}
