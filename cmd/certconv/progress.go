package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// progress counts the files on standard error while a person waits: only where
// that is a terminal, and the report goes elsewhere.
type progress struct {
	out   io.Writer // nil: nobody is watching
	done  int
	next  time.Time
	shown bool
}

const (
	progressAfter = time.Second
	progressEvery = 200 * time.Millisecond
)

func newProgress(e *env) *progress {
	p := &progress{next: time.Now().Add(progressAfter)}
	if f, ok := e.stderr.(*os.File); ok && !e.quiet && !e.stdout.isTerminal() && term.IsTerminal(int(f.Fd())) {
		p.out = f
	}
	return p
}

func (p *progress) step() {
	p.done++
	if p.out == nil || p.done%16 != 0 {
		return
	}
	if now := time.Now(); now.After(p.next) {
		p.next = now.Add(progressEvery)
		p.shown = true
		fmt.Fprintf(p.out, "\r%d files", p.done)
	}
}

// clear takes the line away before another is written.
func (p *progress) clear() {
	if p.shown {
		p.shown = false
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
