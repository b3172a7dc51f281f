package main

import (
	"io"
	"slices"

	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/terminal"
)

// outcome is what the report is made of. Only what is part of a site has to be
// open: a folder may hold other things.
func (p *checkPlan) outcome(inputs []*site.Input, sites []*site.Site) *report.Result {
	r := &report.Result{Tool: p.tool, Target: p.opts.Target, FailOn: p.failOn}
	for _, in := range inputs {
		if f := in.Unread(); f != nil {
			r.Unread = append(r.Unread, f)
		}
	}
	for _, s := range sites {
		one := reported(s)
		p.accepted.Apply(&one, p.opts.Now)
		r.Sites = append(r.Sites, one)
	}
	return r
}

// reported is a site as reports know it.
func reported(s *site.Site) report.Site {
	out := report.Site{Bundle: s.Bundle, Report: s.Report, Main: slices.Index(s.Inputs, s.Main())}
	for _, in := range s.Inputs {
		out.Files = append(out.Files, report.File{Path: in.Path, Member: in.Member(), Name: in.Name(), Data: in.Data, Bundle: in.Whole(), Locked: in.Locked()})
	}
	return out
}

// tell writes the report, and what it does not tell to standard error. Its
// error carries the exit code.
func (p *checkPlan) tell(r *report.Result) error {
	if err := p.env.writeResult(r); err != nil {
		return err
	}
	var o report.Outcome
	o.Add(r)
	p.env.tellFailures(r)
	return o.Err()
}

// writeResult writes the report of the checks.
func (e *env) writeResult(r *report.Result) error {
	e.told = true
	return e.handler(e.stdout).Result(r)
}

// writePage writes the report of a command that does not check.
func (e *env) writePage(p report.Page) error {
	e.told = true
	return e.pages().Page(p)
}

// pages is the handler of a command whose forms all have pages.
func (e *env) pages() report.PageHandler { return e.handler(e.stdout).(report.PageHandler) }

func (e *env) handler(w io.Writer) report.Handler { return e.form.Handler(w, e.formOptions()) }

// formOptions say how the form writes.
func (e *env) formOptions() *report.Options {
	return &report.Options{Colour: terminal.Colour(e.stdout.file), Quiet: e.quiet, Dense: e.dense, Verbose: e.verbose, Width: terminal.Width(e.stdout.file), Version: version(), Wording: argWords}
}

// tellFailures says what kept files from being read.
func (e *env) tellFailures(r *report.Result) {
	list := r.Failures()
	if !e.quiet {
		list = r.Untold()
	}
	for _, f := range list {
		e.errorLine(f)
	}
}
