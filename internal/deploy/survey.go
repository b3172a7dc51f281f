package deploy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/certconv/certconv/internal/atomicfile"
)

// Survey is what a deployment would change.
type Survey struct {
	dir      string        // as it is, without symbolic links
	Replaced []bool        // for each of files, then for each of also
	Modes    []fs.FileMode // that they will have, in the same order
	Same     bool          // all of it is there already
	Notes    []Note

	owners   []int             // of what is replaced, in the order of Replaced
	existing map[string]string // what the unit holds now
	there    bool              // there is a unit
}

// Look says, before anything is written, what d would replace, or what is in its
// way.
func Look(d *Set) (*Survey, error) {
	f := &folder{}
	defer f.close()
	err := f.look(d.Dir)
	if err != nil {
		return nil, err
	}
	s, err := f.survey(d)
	if err != nil {
		return nil, f.failure(err)
	}
	return s, nil
}

func (f *folder) survey(d *Set) (*Survey, error) {
	s := &Survey{dir: f.path, Same: true}
	if !properName(d.Unit) {
		return nil, &Error{Path: filepath.Join(f.path, d.Unit), Err: BadName}
	}
	if err := writable(f.nearest()); err != nil {
		return nil, &Error{Path: f.path, Err: err}
	}
	if err := f.surveyUnit(d, s); err != nil {
		return nil, err
	}
	for i := range d.Files {
		if err := f.surveyFile(d, &d.Files[i], s); err != nil {
			return nil, err
		}
	}
	for i := range d.Also {
		if err := f.surveyElsewhere(d, &d.Also[i], s); err != nil {
			return nil, err
		}
	}
	if s.Same {
		interrupted, err := f.interrupted()
		if err != nil {
			return nil, err
		}
		s.Same = !interrupted // it may not have come to the reload
	}
	return s, nil
}

// properName tells whether name can be an entry of a folder beside those of
// certconv.
func properName(name string) bool {
	const longest = 255 // bytes, on most systems
	return filepath.IsLocal(name) && len(name) <= longest && !strings.HasPrefix(name, ".") && !strings.ContainsAny(name, "/\x00"+string(filepath.Separator))
}

func (f *folder) surveyUnit(d *Set, s *Survey) error {
	if f.root == nil {
		return nil
	}
	if _, err := f.checkStore(); err != nil {
		return err
	}
	info, err := f.root.Lstat(d.Unit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	at := filepath.Join(f.path, d.Unit)
	switch mode := info.Mode(); {
	case mode&fs.ModeSymlink != 0:
		return &Error{Path: at, Err: IsLink}
	case d.single() && mode.IsDir():
		return &Error{Path: at, Err: NeedsFile}
	case d.single() && !mode.IsRegular():
		return &Error{Path: at, Err: NotRegular}
	case !d.single() && !mode.IsDir():
		return &Error{Path: at, Err: NeedsFolder}
	}
	s.there = true
	if err := ownable(info); err != nil {
		return &Error{Path: at, Err: err}
	}
	s.existing, err = f.contents(d.Unit)
	return err
}

// surveyFile looks at what a file of the unit replaces.
func (f *folder) surveyFile(d *Set, file *File, s *Survey) error {
	name := path.Join(d.Unit, file.Name)
	at := filepath.Join(f.path, name)
	if !d.single() && !properName(file.Name) {
		return &Error{Path: at, Err: BadName}
	}
	digest, there := s.existing[file.Name]
	s.Replaced = append(s.Replaced, there)
	if !there {
		s.Modes, s.owners, s.Same = append(s.Modes, file.Mode), append(s.owners, 0), false
		return s.noteOwner(at, file, nil)
	}
	info, err := f.root.Lstat(name)
	if err != nil {
		return err
	}
	if err := s.surveyReplaced(at, file, info, digest, func() (*os.File, error) { return f.root.Open(name) }); err != nil {
		return err
	}
	return f.guardOwner(d, file, at, info)
}

// surveyReplaced looks at an existing file.
func (s *Survey) surveyReplaced(at string, file *File, info fs.FileInfo, digest string, open func() (*os.File, error)) error {
	switch mode := info.Mode(); {
	case mode&fs.ModeSymlink != 0:
		return &Error{Path: at, Err: IsLink}
	case mode.IsDir():
		return &Error{Path: at, Err: IsFolder}
	case !mode.IsRegular():
		return &Error{Path: at, Err: NotRegular}
	}
	if err := ownable(info); err != nil {
		return &Error{Path: at, Err: err}
	}
	s.owners = append(s.owners, ownerOf(info))
	was, err := open()
	if err != nil {
		return inPath(at, err)
	}
	defer was.Close()
	mode := keptMode(was, file.Mode)
	s.Modes = append(s.Modes, mode)
	if digest != digestOf(file.Data) || !hasMode(was, info, mode) {
		s.Same = false
	}
	return s.noteOwner(at, file, info)
}

// surveyElsewhere looks at what lies where a file outside the unit is to be.
func (f *folder) surveyElsewhere(d *Set, file *File, s *Survey) error {
	at := file.Name
	if !filepath.IsAbs(at) {
		return &Error{Path: at, Err: NotAbsolute}
	}
	if link := atomicfile.LinkOfOthers(filepath.Dir(at)); link != "" {
		return &Error{Path: link, Err: atomicfile.SharedLink}
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(at))
	if err != nil {
		return &Error{Path: at, Err: NoFolder}
	}
	if rel, err := filepath.Rel(f.path, filepath.Join(dir, filepath.Base(at))); err == nil && filepath.IsLocal(rel) {
		if first, _, _ := strings.Cut(filepath.ToSlash(rel), "/"); first == d.Unit || first == Store {
			return &Error{Path: at, Err: WithinUnit}
		}
	}
	if err := writable(dir); err != nil {
		return &Error{Path: at, Err: err}
	}
	info, err := os.Lstat(at)
	if errors.Is(err, fs.ErrNotExist) {
		s.Replaced, s.Modes, s.Same = append(s.Replaced, false), append(s.Modes, file.Mode), false
		return s.noteOwner(at, file, nil)
	}
	if err != nil {
		return &Error{Path: at, Err: err}
	}
	var data []byte
	if info.Mode().IsRegular() {
		if data, err = ReadFile(at); err != nil {
			return err
		}
		if !bytes.Equal(data, file.Data) && (file.Ours == nil || !file.Ours(data)) {
			return &Error{Path: at, Err: NotOurs}
		}
	}
	s.Replaced = append(s.Replaced, true)
	return s.surveyReplaced(at, file, info, digestOf(data), func() (*os.File, error) { return os.Open(at) })
}

// maxElsewhere is more than any file that certconv writes outside the unit.
const maxElsewhere = 1 << 20

// ReadFile reads a file that certconv may have written, which are not large.
func ReadFile(at string) ([]byte, error) {
	file, err := os.Open(at)
	if err != nil {
		return nil, inPath(at, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxElsewhere+1))
	if err != nil {
		return nil, inPath(at, err)
	}
	if len(data) > maxElsewhere {
		return nil, &Error{Path: at, Err: TooLarge}
	}
	return data, nil
}

// maxEntries bounds what is carried from an old unit into the new one.
const maxEntries = 10000

// What contents says of an entry that is no file.
const (
	folderEntry = "folder"
	linkEntry   = "link to "
)

// contents says what name holds, by the path below it: of each file its
// digest, of each symbolic link where it points. Of a file, the path is "".
func (f *folder) contents(name string) (map[string]string, error) {
	all := map[string]string{}
	if err := f.addContents(all, name, ""); err != nil {
		return nil, err
	}
	return all, nil
}

func (f *folder) addContents(all map[string]string, name, below string) error {
	at := path.Join(name, below)
	info, err := f.root.Lstat(at)
	if err != nil {
		return err
	}
	if len(all) >= maxEntries {
		return &Error{Path: filepath.Join(f.path, name), Err: TooMany}
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return f.addFolder(all, name, below)
	case mode&fs.ModeSymlink != 0:
		target, err := f.root.Readlink(at)
		if err != nil {
			return err
		}
		all[below] = linkEntry + target
		return nil
	case !mode.IsRegular():
		return &Error{Path: filepath.Join(f.path, at), Err: NotCarried}
	}
	file, err := f.root.Open(at)
	if err != nil {
		return err
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return err
	}
	all[below] = hex.EncodeToString(h.Sum(nil))
	return nil
}

func (f *folder) addFolder(all map[string]string, name, below string) error {
	dir, err := f.root.Open(path.Join(name, below))
	if err != nil {
		return err
	}
	names, err := dir.Readdirnames(maxEntries + 1)
	dir.Close()
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if below != "" {
		all[below] = folderEntry
	}
	for _, n := range names {
		if err := f.addContents(all, name, path.Join(below, n)); err != nil {
			return err
		}
	}
	return nil
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
