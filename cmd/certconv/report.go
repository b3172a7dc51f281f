package main

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/certconv/certconv/convert"
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
		i := slices.IndexFunc(list, func(f validate.File) bool { return f.Name == in.name() })
		if i < 0 {
			f := in.file()
			f.LeftOver = s.alone
			list = append(list, f)
		} else if list[i].Err == nil {
			list[i].Err = in.err
		}
	}
	return list
}

// verdict is the outcome of a run of the checks: what the reports are made of.
type verdict struct {
	tool     string
	target   string
	sites    []*site
	all      *validate.Report // of all sites
	failOn   validate.Severity
	failures []*failure // what could not be read or opened
	files    map[string]*input
	items    map[itemKey]string
}

type itemKey struct {
	file  string
	index int
}

// report renders the verdict and gives the exit code as an error.
func (p *checkPlan) report(inputs []*input, sites []*site) error {
	v := p.verdict(inputs, sites)
	if err := p.env.render(v); err != nil {
		return err
	}
	p.env.told = true
	var t tally
	t.add(p.env, v)
	return t.outcome()
}

func (p *checkPlan) verdict(inputs []*input, sites []*site) *verdict {
	v := &verdict{tool: p.tool, target: p.opts.Target, sites: sites, failOn: p.failOn, files: map[string]*input{}}
	for _, in := range inputs {
		v.files[in.name()] = in
		if in.fail != nil {
			v.failures = append(v.failures, in.fail)
		}
	}
	// Only what is part of a site has to be open: a folder may hold other things.
	for _, s := range sites {
		for _, in := range s.inputs {
			if f := in.locked(); f != nil && !slices.ContainsFunc(v.failures, func(o *failure) bool { return o.file == f.file }) {
				v.failures = append(v.failures, f)
			}
		}
	}
	v.all = merge(sites)
	return v
}

// tally is what the exit code is made of.
type tally struct {
	worst *failure
	found bool // findings that count
}

// add takes in a verdict, and says on standard error what kept a file from
// being read.
func (t *tally) add(e *env, v *verdict) {
	for _, f := range v.failures {
		if f.exit != exitPassword || e.quiet || !v.toldOf(f) {
			e.errorLine(f)
		}
		if t.worst == nil || f.exit < t.worst.exit {
			t.worst = f
		}
	}
	t.found = t.found || v.counts(v.all.Worst())
}

// outcome is nil, or the failure that carries the exit code.
func (t *tally) outcome() error {
	switch {
	case t.worst != nil:
		return &failure{exit: t.worst.exit, code: t.worst.code, err: errTold}
	case t.found:
		return &failure{exit: exitRefused, code: "findings", err: errTold}
	}
	return nil
}

// toldOf reports whether a finding says what the failure does.
func (v *verdict) toldOf(f *failure) bool {
	return slices.ContainsFunc(v.all.Findings, func(o validate.Finding) bool { return o.Code == f.code && o.At.File == f.file })
}

// counts reports whether a finding of this severity makes the exit code 1.
func (v *verdict) counts(s validate.Severity) bool {
	return v.failOn != "never" && s != "" && s.AtLeast(v.failOn)
}

// merge makes one report of those of the sites. A check that could not be run
// for one of them has not passed.
func merge(sites []*site) *validate.Report {
	if len(sites) == 1 {
		return sites[0].report
	}
	type place struct {
		code, message string
		at            convert.Source
	}
	out := &validate.Report{Schema: 1}
	seen := map[place]bool{}
	found := map[string]bool{}
	skipped := map[string]map[string]int{}
	for _, s := range sites {
		for _, f := range s.report.Findings {
			k := place{f.Code, f.Message.String(), f.At}
			if !seen[k] {
				seen[k] = true
				out.Findings = append(out.Findings, f)
			}
			found[f.Code] = true
		}
		for _, k := range s.report.Skipped {
			if skipped[k.Code] == nil {
				skipped[k.Code] = map[string]int{}
			}
			skipped[k.Code][k.Why]++
		}
	}
	for _, c := range validate.Checks() {
		switch why := skipped[c.Code]; {
		case found[c.Code]:
		case why != nil:
			out.Skipped = append(out.Skipped, validate.Skip{Code: c.Code, Why: skipText(why, len(sites))})
		case len(sites) > 0:
			out.Passed = append(out.Passed, c.Code)
		default:
			out.Skipped = append(out.Skipped, validate.Skip{Code: c.Code, Why: "nothing to check"})
		}
	}
	slices.SortStableFunc(out.Findings, func(a, b validate.Finding) int {
		return cmp.Or(cmp.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.Code, b.Code))
	})
	return out
}

// skipText says why a check was not run for some of the sites.
func skipText(why map[string]int, sites int) string {
	total, most := 0, ""
	for text, n := range why {
		total += n
		if most == "" || n > why[most] || n == why[most] && text < most {
			most = text
		}
	}
	if total == sites && len(why) == 1 {
		return most
	}
	return fmt.Sprintf("%s (for %d of %d)", most, total, sites)
}

// item names the object that a finding is about.
func (v *verdict) item(at convert.Source) string {
	if v.items == nil {
		v.items = map[itemKey]string{}
		for _, s := range v.sites {
			v.collectItems(s.bundle)
		}
	}
	if name := v.items[itemKey{at.File, at.Index}]; name != "" && at.Index > 0 {
		return name
	}
	return at.Entry
}

func (v *verdict) collectItems(b *convert.Bundle) {
	add := func(at convert.Source, kind, name string) {
		v.items[itemKey{at.File, at.Index}] = strings.TrimSuffix(kind+" "+name, " ")
	}
	for i := range b.Keys {
		add(b.Keys[i].Source, "private key", b.Keys[i].Algorithm)
	}
	for i := range b.Certs {
		add(b.Certs[i].Source, "certificate", convert.NameString(b.Certs[i].Subject))
	}
	for i := range b.Requests {
		add(b.Requests[i].Source, "request", convert.NameString(b.Requests[i].Subject))
	}
	for i := range b.CRLs {
		add(b.CRLs[i].Source, "CRL", convert.NameString(b.CRLs[i].Issuer))
	}
}

// worstFirst sorts as people want to read: what stops the server first.
func worstFirst(findings []validate.Finding) []validate.Finding {
	list := slices.Clone(findings)
	breaks := map[validate.Breaks]int{validate.BreaksLoad: 0, validate.BreaksTrust: 1, validate.BreaksIssue: 2, validate.BreaksNothing: 3}
	slices.SortStableFunc(list, func(a, b validate.Finding) int {
		if a.Severity != b.Severity {
			if a.Severity.AtLeast(b.Severity) {
				return -1
			}
			return 1
		}
		return cmp.Compare(breaks[a.Breaks], breaks[b.Breaks])
	})
	return list
}

// render writes the report in the format asked for.
func (e *env) render(v *verdict) error {
	switch e.report {
	case "json":
		return writeJSON(e.stdout, v.json())
	case "ndjson":
		return v.writeLines(e.stdout)
	case "sarif":
		return writeJSON(e.stdout, v.sarif())
	case "junit":
		return v.writeJUnit(e.stdout)
	}
	e.useColour()
	return v.writeText(e)
}

// errorReport is the report of a run that got nowhere, where the format asked
// for is one for programs.
func (e *env) errorReport(f *failure) {
	v := &verdict{failures: []*failure{f}, all: &validate.Report{}}
	switch e.report {
	case "json":
		writeErrorDocument(e.stdout, f)
	case "ndjson":
		_ = v.writeLines(e.stdout)
	case "sarif":
		_ = writeJSON(e.stdout, v.sarif())
	case "junit":
		_ = v.writeJUnit(e.stdout)
	}
}
