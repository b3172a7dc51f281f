package main

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/certconv/certconv/internal/deploy"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/rootstore"
	"github.com/certconv/certconv/internal/signals"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/terminal"
)

// env is what the outside world is to a command: streams, terminal, signals.
type env struct {
	stdin  *os.File
	stdout *output
	stderr io.Writer

	quiet   bool
	verbose bool
	dense   bool         // no empty lines between files
	form    *report.Form // of the report, errors included

	network   probe.Network // where connections come from
	settle    time.Duration // how long a reload may take
	signals   signals.Watch
	secrets   *secrets
	stdinUsed string     // what standard input was taken for
	told      bool       // the report has been written
	monitor   int        // the exit code for a monitor; see report.Form
	done      string     // what was changed, where nothing but the report says so
	mu        sync.Mutex // standard error: one line at a time
	progress  *terminal.Progress
}

func newEnv() *env {
	e := &env{stdin: os.Stdin, stdout: &output{file: os.Stdout}, stderr: os.Stderr, form: report.LookupForm(""), monitor: report.NagiosUnknown, settle: settleTime}
	e.secrets = &secrets{env: e}
	return e
}

// output is standard output. It remembers its first fault, so that a report
// which did not get out is not taken for success.
type output struct {
	file *os.File
	buf  bytes.Buffer
	err  error
}

const outputBuffer = 64 << 10

func (o *output) Write(p []byte) (int, error) {
	o.buf.Write(p)
	if o.buf.Len() >= outputBuffer {
		o.flush()
	}
	return len(p), o.err
}

func (o *output) flush() {
	if o.err == nil && o.buf.Len() > 0 {
		_, o.err = o.file.Write(o.buf.Bytes())
	}
	clear(o.buf.Bytes()) // may have held a key
	o.buf.Reset()
}

// startProgress shows on standard error how far a command came, where that is a
// terminal. One that reports as it goes shows it by its report where that is on
// the terminal too.
func (e *env) startProgress(task string, unit terminal.Unit, reports bool) *terminal.Progress {
	var out io.Writer
	if f, ok := e.stderr.(*os.File); ok && !e.quiet && terminal.Is(f) && !(reports && terminal.Is(e.stdout.file)) {
		out = f
	}
	e.progress = terminal.NewProgress(out, task, unit)
	return e.progress
}

// claimStdin guards against two readers of standard input.
func (e *env) claimStdin(what string) error {
	if e.stdinUsed != "" {
		return fault.Usagef("standard input cannot be both %s and %s", e.stdinUsed, what)
	}
	e.stdinUsed = what
	return nil
}

// claimInputs claims standard input if it is among the inputs.
func (e *env) claimInputs(paths []string) error {
	for _, p := range paths {
		if p != "-" {
			continue
		}
		if e.stdinUsed == anInput {
			return fault.Usagef("standard input is named twice")
		}
		if err := e.claimStdin(anInput); err != nil {
			return err
		}
	}
	return nil
}

const anInput = "an input"

// print writes data to standard output in one piece.
func (e *env) print(data []byte) error {
	if _, err := e.stdout.Write(data); err != nil {
		return fault.Writing("standard output", err)
	}
	return nil
}

// finish reports err, writes out what is buffered, and gives the exit code.
func (e *env) finish(err error) int {
	defer e.secrets.wipe()
	code := 0
	if err != nil {
		f := fault.Of(err)
		code = f.Exit()
		if !e.told {
			_ = e.handler(e.stdout).Failure(f) // the exit code is that of f
		}
		if !fault.WasTold(err) {
			e.errorLine(f)
		}
	}
	e.stdout.flush()
	if e.stdout.err != nil && !errors.Is(err, e.stdout.err) { // nobody sees the findings that the code is of
		f := fault.Writing("standard output", e.stdout.err)
		f.Hint = e.done
		e.errorLine(f)
		code = cmp.Or(code, f.Exit())
	}
	if e.form.Name == "nagios" {
		code = e.monitor
	}
	e.signals.End()
	return code
}

// reader reads files of the command line.
func (e *env) reader(from string, limit int64) *site.Reader {
	return &site.Reader{Files: systemFiles{e.stdin}, Passwords: e.secrets.forInput, From: from, MaxSize: limit, Ignored: deploy.Store}
}

// systemFiles are the files of the system, and standard input.
type systemFiles struct{ stdin *os.File }

func (s systemFiles) Open(path string) (fs.File, error) {
	if path == "-" {
		return keptOpen{s.stdin}, nil
	}
	return os.Open(path)
}

func (systemFiles) Stat(path string) (fs.FileInfo, error)      { return os.Stat(path) }
func (systemFiles) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }
func (systemFiles) Link(path string) (string, error)           { return os.Readlink(path) }
func (systemFiles) Real(path string) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	return filepath.Abs(real)
}

// keptOpen is standard input, which stays open.
type keptOpen struct{ *os.File }

func (keptOpen) Close() error { return nil }

// systemStore is where the system keeps its roots, nil if that is in files.
func systemStore() *site.System {
	if runtime.GOOS != "windows" && runtime.GOOS != "darwin" {
		return nil
	}
	return &site.System{Bundle: rootstore.Bundle, Fetches: rootstore.Fetches}
}
