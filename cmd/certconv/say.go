package main

import (
	"fmt"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/terminal"
)

// Everything on standard error is one line each, and says first whether it is
// an error, a warning, a note or a hint.

func (e *env) say(level, text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.progress.Away(func() { fmt.Fprintf(e.stderr, "certconv: %s: %s\n", level, terminal.Printable(text)) })
}

func (e *env) errorLine(f *fault.Failure) {
	e.say("error", f.Error())
	if f.Hint != "" {
		e.say("hint", f.Hint)
	}
}

func (e *env) warn(format string, args ...any) {
	if !e.quiet {
		e.say("warning", fmt.Sprintf(format, args...))
	}
}

func (e *env) note(format string, args ...any) {
	if !e.quiet {
		e.say("note", fmt.Sprintf(format, args...))
	}
}

func (e *env) detail(format string, args ...any) {
	if e.verbose {
		e.say("note", fmt.Sprintf(format, args...))
	}
}
