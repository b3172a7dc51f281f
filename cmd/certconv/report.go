package main

import (
	"io"
	"runtime"
	"slices"
	"sync"

	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/terminal"
	"github.com/certconv/certconv/validate"
)

// check runs the checks on each site, on all processors.
func (p *checkPlan) check(sites []*site) {
	queue := make(chan *site)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(sites)) {
		workers.Go(func() {
			for s := range queue {
				p.checkSite(s)
			}
		})
	}
	for _, s := range sites {
		queue <- s
	}
	close(queue)
	workers.Wait()
}

func (p *checkPlan) checkSite(s *site) {
	opts := p.opts
	opts.Files = s.files()
	s.report = validate.Run(s.bundle, &opts)
}

// files describes the files of the site to package validate, each once.
func (s *site) files() []validate.File {
	var list []validate.File
	for _, in := range s.inputs {
		if !slices.ContainsFunc(list, func(f validate.File) bool { return f.Name == in.name() }) {
			f := in.file()
			f.LeftOver = s.alone
			list = append(list, f)
		}
	}
	return list
}

// outcome is what the report is made of. Only what is part of a site has to be
// open: a folder may hold other things.
func (p *checkPlan) outcome(inputs []*input, sites []*site) *report.Result {
	r := &report.Result{Tool: p.tool, Target: p.opts.Target, FailOn: p.failOn}
	for _, in := range inputs {
		if f := in.unread(); f != nil {
			r.Unread = append(r.Unread, f)
		}
	}
	for _, s := range sites {
		r.Sites = append(r.Sites, s.reported())
	}
	return r
}

// reported is the site as reports know it.
func (s *site) reported() report.Site {
	out := report.Site{Bundle: s.bundle, Report: s.report, Main: slices.Index(s.inputs, s.certFile())}
	for _, in := range s.inputs {
		out.Files = append(out.Files, report.File{Path: in.place(), Name: in.name(), Data: in.data, Bundle: in.whole(), Locked: in.locked()})
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

func (e *env) handler(w io.Writer) report.Handler {
	return e.form.Handler(w, &report.Options{Colour: terminal.Colour(e.stdout.file), Quiet: e.quiet, Verbose: e.verbose, Width: terminal.Width(e.stdout.file), Version: version(), Wording: argWords})
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
