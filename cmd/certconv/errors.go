package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/certconv/certconv/convert"
)

// The exit codes, the same for every report format.
const (
	exitRefused  = 1 // what was asked would not work
	exitUsage    = 2
	exitInput    = 3 // an input could not be read, or not understood
	exitPassword = 4
	exitWrite    = 5 // the output could not be written
)

// failure is an error with all that a person, a script and a program need.
type failure struct {
	exit int
	code string // stable name for JSON and explain
	file string // what it is about, if it is about a file
	text string // what is wrong: lower case, no period
	hint string // what to type next
	err  error
}

func (f *failure) Error() string {
	if f.file == "" {
		return f.text
	}
	return f.file + ": " + f.text
}

func (f *failure) Unwrap() error { return f.err }

// errTold marks a failure that was reported where it happened.
var errTold = errors.New("told before")

func usagef(format string, args ...any) *failure {
	return &failure{exit: exitUsage, code: "usage", text: fmt.Sprintf(format, args...)}
}

func (f *failure) withHint(format string, args ...any) *failure {
	f.hint = fmt.Sprintf(format, args...)
	return f
}

// explain makes a failure of any error.
func explain(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	if f := explainLoss(err); f != nil {
		return f
	}
	var e *convert.Error
	if errors.As(err, &e) {
		return explainConvert(e)
	}
	return &failure{exit: exitInput, code: "internal", text: err.Error(), err: err}
}

func explainLoss(err error) *failure {
	var loss *convert.LossError
	if !errors.As(err, &loss) {
		return nil
	}
	return &failure{
		exit: exitRefused, code: "loss", text: loss.Error(), err: err,
		hint: "choose what to write with --only PART, or drop the rest with --allow-loss",
	}
}

// kinds says for each kind of fault of the library which exit code and name it
// has, and what to do.
var kinds = []struct {
	kind error
	exit int
	code string
	hint string
}{
	{convert.ErrPasswordRequired, exitPassword, "password-missing", "give the password with --pass env:NAME or --pass file:PATH, or run certconv in a terminal to be asked for it"},
	{convert.ErrPasswordIncorrect, exitPassword, "password-wrong", "upper and lower case count; look at Caps Lock and the keyboard layout, or give several passwords with --pass"},
	{convert.ErrUnsupported, exitInput, "unsupported-algorithm", ""},
	{convert.ErrDamaged, exitInput, "damaged", "get the file anew from where it came from, in binary mode"},
	{convert.ErrUnknownFormat, exitInput, "file-unrecognised", "certconv formats lists what can be read"},
	{convert.ErrTooLarge, exitInput, "too-large", ""},
	{convert.ErrKeyMismatch, exitRefused, "key-mismatch", "certconv inspect shows which key belongs to which certificate; --force writes them all the same"},
	{convert.ErrNothingToWrite, exitRefused, "nothing-to-write", "certconv inspect shows what the input holds"},
}

func explainConvert(e *convert.Error) *failure {
	f := &failure{exit: exitInput, code: "damaged", file: e.Source.File, text: e.Error(), err: e}
	for _, k := range kinds {
		if errors.Is(e, k.kind) {
			f.exit, f.code, f.hint = k.exit, k.code, k.hint
			break
		}
	}
	if e.Source.Line > 1 {
		f.text += fmt.Sprintf(" (line %d)", e.Source.Line)
	}
	if e.Kind == convert.ErrUnknownFormat && strings.Contains(e.Detail, "web page") {
		f.code = "file-is-web-page"
		f.hint = "this is what the browser or a proxy showed; download the file itself"
	}
	return f
}

// brief words what is wrong with an object whose kind and encryption are said
// beside it.
func brief(err error) string {
	var e *convert.Error
	if !errors.As(err, &e) {
		return explain(err).text
	}
	short := *e
	short.Member, short.What = "", ""
	return short.Error()
}

// inputFailure words what kept file from being read.
func inputFailure(file string, err error) *failure {
	f := &failure{exit: exitInput, code: "not-readable", file: file, text: reason(err), err: err}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.code, f.text = "not-found", "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		f.text = "no permission to read it"
	}
	return f
}

// reason is what the operating system says, without the call and the path.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	var n syscall.Errno
	if errors.As(err, &n) {
		return n.Error()
	}
	return err.Error()
}
