package deploy

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Exposed is what somebody else can do to a set of files. Whoever is root, runs
// certconv or has to own one of the files is nobody else.
type Exposed struct {
	Path   string
	Owner  string // the user whom Path belongs to; "" where the matter is who can write to it
	Secret bool   // Path is a file that only its owner may read
}

// surveyExposed looks for what others can change: the folder and the unit by
// owner and mode, the folders above by mode.
func (f *folder) surveyExposed(d *Set, s *Survey) {
	if f.root != nil {
		if info, err := f.root.Stat("."); err == nil && othersWrite(info, d) {
			s.Exposed = append(s.Exposed, Exposed{Path: f.path})
		}
		if info, err := f.root.Lstat(d.Unit); err == nil && info.IsDir() && othersWrite(info, d) {
			s.Exposed = append(s.Exposed, Exposed{Path: filepath.Join(f.path, d.Unit)})
		}
	}
	for dir := filepath.Dir(f.path); ; dir = filepath.Dir(dir) {
		// In a folder with the sticky bit others can add, but not replace.
		if info, err := os.Stat(dir); err == nil && worldWrites(info) && info.Mode()&fs.ModeSticky == 0 {
			s.Exposed = append(s.Exposed, Exposed{Path: dir})
		}
		if dir == filepath.Dir(dir) {
			return
		}
	}
}

// surveyOwner looks at whom a file belongs to that is replaced by one of the
// same owner. A key is not handed to somebody who could have put the file there.
func (s *Survey) surveyOwner(at string, file *File, info fs.FileInfo) error {
	owner := foreignOwner(info, file.Owner)
	if owner == "" {
		return nil
	}
	secret := file.Mode.Perm()&0o077 == 0
	if secret && slices.ContainsFunc(s.Exposed, func(e Exposed) bool { return e.Owner == "" }) {
		return &Error{Path: at, Err: OthersGetIt}
	}
	s.Exposed = append(s.Exposed, Exposed{Path: at, Owner: owner, Secret: secret})
	return nil
}
