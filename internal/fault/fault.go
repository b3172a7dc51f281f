package fault

import (
	"errors"
	"fmt"
)

// Failure is an error with all that a person, a script and a program need.
type Failure struct {
	Code Code   // stable name for JSON and explain
	File string // what it is about, if it is about a file
	Text string // what is wrong: lower case, no period
	Hint string // what to type next, if there is something
	Err  error  // what it was made of, if anything

	told bool
}

// New makes a failure with the usual hint of its code. file may be empty.
func New(code Code, file, format string, args ...any) *Failure {
	return &Failure{Code: code, File: file, Text: fmt.Sprintf(format, args...), Hint: code.row().hint}
}

// Usagef is a mistake in the command line.
func Usagef(format string, args ...any) *Failure { return New(Usage, "", format, args...) }

// WithHint replaces the hint of f, and returns f.
func (f *Failure) WithHint(format string, args ...any) *Failure {
	f.Hint = fmt.Sprintf(format, args...)
	return f
}

// Exit is the exit code of the program.
func (f *Failure) Exit() int { return f.Code.Exit() }

func (f *Failure) Error() string {
	if f.File == "" {
		return f.Text
	}
	return f.File + ": " + f.Text
}

func (f *Failure) Unwrap() error { return f.Err }

// Told is f once it has been reported: only its exit code still counts.
func (f *Failure) Told() *Failure {
	g := *f
	g.told = true
	return &g
}

// WasTold reports whether err was reported where it happened.
func WasTold(err error) bool {
	var f *Failure
	return errors.As(err, &f) && f.told
}
