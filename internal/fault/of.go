package fault

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/deploy"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/terminal"
)

// Of makes a failure of any error. One that is a Failure already stays as it
// is.
func Of(err error) *Failure {
	var f *Failure
	var loss *convert.LossError
	var lib *convert.Error
	var file *atomicfile.Error
	var set *deploy.Error
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &loss):
		f = New(Loss, "", "%s", loss)
	case errors.As(err, &lib):
		f = ofConvert(lib)
	case errors.As(err, &file):
		f = ofFile(file)
	case errors.As(err, &set):
		f = ofDeploy(set)
	default:
		f = New(Internal, "", "%s", err)
	}
	f.Err = err
	return f
}

// In is Of, with the name of the input where the error has none.
func In(err error, file string) *Failure {
	f := Of(err)
	if f.File == "" {
		f.File = file
	}
	return f
}

func ofConvert(e *convert.Error) *Failure {
	code := rowOf(e, Damaged).code
	if e.Foreign.Kind == shape.WebPage {
		code = FileIsWebPage
	}
	f := New(code, e.Source.File, "%s", e)
	if e.Source.Line > 1 {
		f.Text += fmt.Sprintf(" (line %d)", e.Source.Line)
	}
	if e.MaxSize > 0 {
		f.Hint = moreHint(e.MaxSize)
	}
	return f
}

func ofFile(e *atomicfile.Error) *Failure {
	r := rowOf(e, WriteFailed)
	return &Failure{Code: r.code, File: e.Path, Text: Reason(e.Err), Hint: r.hint}
}

func ofDeploy(e *deploy.Error) *Failure {
	r := rowOf(e, WriteFailed)
	f := &Failure{Code: r.code, File: e.Path, Text: Reason(e.Err)}
	f.Hint = strings.ReplaceAll(r.hint, kept, terminal.ShellWord(e.Kept))
	if e.Back != nil {
		first := Of(e.Err)
		f.File = cmp.Or(first.File, e.Path)
		f.Text = fmt.Sprintf("%s; and %v: %s", first.Text, deploy.NotRestored, Reason(e.Back))
	}
	return f
}

// Brief words what is wrong with an object whose kind and encryption are said
// beside it.
func Brief(err error) string {
	var e *convert.Error
	if !errors.As(err, &e) {
		return Of(err).Text
	}
	short := *e
	short.Member, short.What = "", ""
	return short.Error()
}

// Reading words what kept file from being read.
func Reading(file string, err error) *Failure {
	f := New(NotReadable, file, "%s", Reason(err))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.Code, f.Text = NotFound, "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		f.Text = "no permission to read it"
	}
	f.Err = err
	return f
}

// Writing words what kept file from being written.
func Writing(file string, err error) *Failure {
	f := New(WriteFailed, file, "%s", Reason(err))
	f.Err = err
	return f
}

// Reason is what the operating system says, without the call and the path.
func Reason(err error) string {
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

// OverLimit is a file that is larger than the limit. size is 0 or less where it
// is not known.
func OverLimit(name string, size, limit int64) *Failure {
	f := New(TooLarge, name, "")
	f.Text = fmt.Sprintf("it is larger than the limit of %s", sizeText(limit))
	if size > 0 {
		f.Text = fmt.Sprintf("it has %s, the limit is %s", sizeText(size), sizeText(limit))
		f.Hint = fmt.Sprintf("--max-size %dMiB reads it", size>>20+1)
	} else {
		f.Hint = moreHint(limit)
	}
	return f
}

func moreHint(limit int64) string {
	return fmt.Sprintf("--max-size %s reads more", sizeText(2*limit))
}

// sizeText is a size that --max-size takes, exact or rounded up.
func sizeText(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%dMiB", (n+1<<20-1)>>20)
	case n >= 10<<10:
		return fmt.Sprintf("%dKiB", (n+1<<10-1)>>10)
	}
	return fmt.Sprintf("%dB", n)
}
