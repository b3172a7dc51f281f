package atomicfile

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The modes of what is written.
const (
	Secret fs.FileMode = 0o600 // anything with a private key
	Public fs.FileMode = 0o644 // less the umask
)

// Guard has undo called when a signal ends the program, until release.
type Guard func(undo func()) (release func())

// Staged is a file that is written and synced but not in place yet.
type Staged struct {
	file    *os.File
	temp    string // "" while it has none
	target  string
	replace bool
	release func()
}

// Target says early what would keep path from being written, and where it really
// is: a symbolic link is followed when what it points to is to be replaced, so
// that the link stays. What is special is a pipe or device.
func Target(path string, replace bool) (target string, special bool, err error) {
	if link := LinkOfOthers(path); link != "" {
		return "", false, &Error{link, SharedLink}
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if dir, err := os.Stat(filepath.Dir(path)); err != nil || !dir.IsDir() {
			return "", false, &Error{path, NoFolder}
		}
		if bad := badName(path); bad != "" {
			return "", false, &Error{path, bad}
		}
		return path, false, nil
	case err != nil:
		return "", false, At(path, err)
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		if shared(filepath.Dir(path)) {
			return "", false, &Error{path, SharedLink}
		}
		if info, err = os.Stat(path); err != nil {
			return "", false, &Error{path, BrokenLink}
		}
		if target, err = filepath.EvalSymlinks(path); err != nil && info.Mode().IsRegular() {
			return "", false, At(path, err)
		}
	} else {
		target = path
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return "", false, &Error{path, IsFolder}
	case mode&fs.ModeNamedPipe != 0 && OfOthers(info) && target == path && shared(filepath.Dir(path)):
		return "", false, &Error{path, OthersPipe}
	case mode&(fs.ModeNamedPipe|fs.ModeCharDevice) != 0:
		return path, true, nil
	case !mode.IsRegular():
		return "", false, &Error{path, NotRegular}
	case !replace:
		return "", false, &Error{path, Exists}
	}
	return target, false, nil
}

// Write puts data where path says, whole or not at all. Its errors are *Error.
func Write(path string, data []byte, mode fs.FileMode, replace bool, guard Guard) error {
	target, special, err := Target(path, replace)
	if err != nil {
		return err
	}
	if special {
		return writeSpecial(path, data)
	}
	s, err := Stage(target, data, mode, replace, guard)
	if err == nil {
		s.likeFormer(mode)
		err = s.Commit()
	}
	if err != nil {
		return At(path, err)
	}
	return nil
}

// likeFormer gives the file the owner and attributes of what it replaces, where
// that can be done. In a folder that others can write to it may be theirs, and
// gets nothing.
func (s *Staged) likeFormer(mode fs.FileMode) {
	if shared(filepath.Dir(s.target)) {
		return
	}
	was, err := os.Open(s.target)
	if err != nil {
		return
	}
	defer was.Close()
	if info, err := was.Stat(); err == nil && info.Mode().IsRegular() {
		_ = s.Like(was, mode.Perm()&(info.Mode().Perm()|0o600))
	}
}

// writeSpecial writes to a pipe or device, which nothing may replace.
func writeSpecial(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		_, err = f.Write(data)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return At(path, err)
	}
	return nil
}

// Stage writes data beside target, to be put in place by Commit. Where the
// system can, the file has no name until it is complete: not even a kill leaves
// anything behind.
func Stage(target string, data []byte, mode fs.FileMode, replace bool, guard Guard) (*Staged, error) {
	if info, err := os.Stat(target); err == nil {
		mode &= info.Mode().Perm() | 0o600 // never open to more readers than before
	}
	s := &Staged{target: target, replace: replace}
	dir := filepath.Dir(target)
	s.file = openUnnamed(dir, mode)
	if s.file == nil {
		var err error
		s.temp = tempName(target)
		if s.file, err = create(s.temp, mode); err != nil {
			return nil, err
		}
	}
	claimTemp(s.file)
	removeAbandoned(target)
	s.release = guard(s.remove)
	_, err := s.file.Write(data)
	if err == nil {
		err = s.file.Sync()
	}
	if err != nil {
		s.Discard()
		return nil, err
	}
	return s, nil
}

func tempName(target string) string {
	var r [tempRandom]byte
	_, _ = rand.Read(r[:])
	return filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+"."+hex.EncodeToString(r[:])+".tmp")
}

func (s *Staged) remove() {
	if s.temp != "" {
		_ = os.Remove(s.temp)
	}
}

// Like gives the file the owner, group and extended attributes of was, and mode.
func (s *Staged) Like(was *os.File, mode fs.FileMode) error {
	return errors.Join(KeepAttributes(s.file, was, mode), s.file.Sync())
}

// Own gives the file to somebody.
func (s *Staged) Own(uid, gid int) error { return s.file.Chown(uid, gid) }

// Chmod gives the file a mode, whatever the umask is.
func (s *Staged) Chmod(mode fs.FileMode) error {
	return errors.Join(s.file.Chmod(mode), s.file.Sync())
}

// Discard gives the file up. It may follow Commit, and does nothing then.
func (s *Staged) Discard() {
	s.release()
	s.file.Close()
	s.remove()
}

// Commit puts the file in place: by a link or a rename that refuses to replace
// anything without a race, or by one that replaces. What it replaces must not be
// open in this program.
func (s *Staged) Commit() error {
	defer s.Discard()
	var err error
	switch {
	case s.temp == "" && !s.replace:
		err = linkUnnamed(s.file, s.target)
	case s.temp == "":
		s.temp = tempName(s.target)
		if err = linkUnnamed(s.file, s.temp); err == nil {
			err = os.Rename(s.temp, s.target)
		}
	default:
		letGo(s.file)
		err = rename(s.temp, s.target, s.replace)
	}
	if err != nil {
		return At(s.target, err)
	}
	syncDir(filepath.Dir(s.target))
	return nil
}

// removeAbandoned removes temporary files for target that a writer left when it
// was killed: between the two steps of a replacement even an unnamed file has a
// name for a moment.
func removeAbandoned(target string) {
	dir, prefix := filepath.Split(target)
	prefix = "." + prefix + "."
	if dir == "" {
		dir = "."
	}
	d, err := os.Open(dir)
	if err != nil {
		return
	}
	defer d.Close()
	for {
		names, err := d.Readdirnames(256)
		for _, name := range names {
			random, ok := strings.CutPrefix(name, prefix)
			random, isTemp := strings.CutSuffix(random, ".tmp")
			if raw, err := hex.DecodeString(random); !ok || !isTemp || err != nil || len(raw) != tempRandom {
				continue
			}
			if path := filepath.Join(dir, name); isAbandoned(path) {
				_ = os.Remove(path)
			}
		}
		if err != nil {
			return
		}
	}
}

// tempRandom is the number of random bytes in the name of a temporary file.
const tempRandom = 6

// syncDir makes the new name last. What cannot be synced is no reason to call
// a file that is in place a failure.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = SyncFolder(d)
		d.Close()
	}
}
