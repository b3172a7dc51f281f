package deploy

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"
)

// Reason says what is in the way of a set of files. It is an error to compare
// with.
type Reason string

// The reasons.
const (
	IsLink          Reason = "it is a symbolic link, which is not followed"
	BrokenLink      Reason = "it is a symbolic link to something that is not there"
	IsFolder        Reason = "it is a folder"
	NeedsFile       Reason = "it is a folder, and a file has to be there"
	NotFolder       Reason = "it is not a folder"
	NeedsFolder     Reason = "it is not a folder, and one has to be there"
	NotRegular      Reason = "it is not a regular file"
	NotCarried      Reason = "it is neither a file nor a folder nor a link"
	NoFolder        Reason = "there is no folder to put it in"
	NoSuchFolder    Reason = "there is no such folder"
	BadName         Reason = "nothing can have this name"
	NotAbsolute     Reason = "its path has to be absolute"
	WithinUnit      Reason = "it cannot be in the folder that certconv replaces"
	NotOurs         Reason = "it exists already and certconv did not write it"
	TooLarge        Reason = "it is too large for something that certconv wrote"
	TooMany         Reason = "it holds too many files"
	OtherOwner      Reason = "it belongs to another user, and only root can keep that"
	OtherGroup      Reason = "it belongs to a group that you are not in, and only root can keep that"
	OthersGetIt     Reason = "it belongs to another user, who would get the private key"
	OtherFileSystem Reason = "it is not on the file system of the folder that it is in"
	Busy            Reason = "another certconv is at work in it"
	ChangedNow      Reason = "it changed while certconv was at work"

	// Of the dated folders and their records.
	OthersWrite   Reason = "others can write to it"
	DamagedRecord Reason = "it is damaged"
	LaterRecord   Reason = "a later certconv wrote it"

	// Of what is to be taken back.
	NothingToUndo Reason = "there is no run of certconv install to take back"
	WasRemoved    Reason = "it was removed since certconv wrote it"
	WasAdded      Reason = "it was added since certconv wrote it"
	WasChanged    Reason = "it was changed since certconv wrote it"

	NotRestored Reason = "what was there before could not be put back"
)

func (r Reason) Error() string { return string(r) }

// Error is what kept a set of files from being put in place, or taken back.
type Error struct {
	Path string
	Err  error  // a Reason, or what the system says
	Kept string // the dated folder, where that matters

	// Back is what kept the former files from being put back after that; Err is
	// then whatever came first.
	Back error
}

func (e *Error) Error() string {
	if e.Back != nil {
		return fmt.Sprintf("%v; and %v: %v", e.Err, NotRestored, e.Back)
	}
	return e.Path + ": " + e.Err.Error()
}

// Unwrap is what e is to compare with: of one that left the former files
// unrestored, this matters most.
func (e *Error) Unwrap() error {
	if e.Back != nil {
		return NotRestored
	}
	return e.Err
}

// callersError is what a function of the caller returned. It goes back to the
// caller as it is.
type callersError struct{ error }

// inPath makes err an error about path.
func inPath(path string, err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return &Error{Path: path, Err: known.Err, Kept: known.Kept}
	}
	return &Error{Path: path, Err: err}
}

// failure says what kept files from being put in place.
func (f *folder) failure(err error) error {
	var callers callersError
	var known *Error
	switch {
	case errors.As(err, &callers):
		return callers.error
	case errors.As(err, &known):
		return known
	}
	w := &Error{Path: f.path, Err: err}
	var p *fs.PathError
	if errors.As(err, &p) {
		w.Path = p.Path
		if filepath.IsLocal(p.Path) {
			w.Path = filepath.Join(f.path, p.Path)
		}
	}
	if errors.Is(err, syscall.EXDEV) { // a mount, or what came with a container's image
		w.Err = OtherFileSystem
	}
	return w
}
