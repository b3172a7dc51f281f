package atomicfile

import (
	"errors"
	"io/fs"
)

// Reason says what is in the way of a file. It is an error to compare with.
type Reason string

// The reasons.
const (
	Exists     Reason = "it exists already" // and is not to be replaced
	NoFolder   Reason = "there is no folder to put it in"
	BrokenLink Reason = "it is a symbolic link to something that is not there"
	SharedLink Reason = "it is a symbolic link in a folder that others can write to, and is not followed"
	OthersPipe Reason = "it is a pipe of another user, in a folder that others can write to"
	IsFolder   Reason = "it is a folder"
	NotRegular Reason = "it is not a regular file"
	BadName    Reason = "its name has a sign that Windows does not take in one"
	DeviceName Reason = "Windows keeps this name for a device, whatever follows the first dot"
)

func (r Reason) Error() string { return string(r) }

// Error is what kept a file from being written.
type Error struct {
	Path string
	Err  error // a Reason, or what the system says
}

func (e *Error) Error() string { return e.Path + ": " + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// At is err, about path.
func At(path string, err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		err = known.Err
	}
	if errors.Is(err, fs.ErrExist) {
		err = Exists
	}
	return &Error{path, err}
}
