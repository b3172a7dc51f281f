package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/certconv/certconv/internal/deploy"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
)

// installResult is what the report of install is made of, beside the checks.
type installResult struct {
	Target        string          `json:"target"`
	Files         []installedFile `json:"files"`
	Configuration string          `json:"configuration"`
	Written       bool            `json:"written"`
	Same          bool            `json:"same"` // all of it is there already
	Undo          string          `json:"undo"`
	Backup        string          `json:"backup,omitempty"`
	Unused        []unusedJSON    `json:"unused,omitempty"`
	Notes         []string        `json:"notes,omitempty"`
}

type installedFile struct {
	Role     string `json:"role"`
	Path     string `json:"path"`
	Mode     string `json:"mode"`
	SHA256   string `json:"sha256"`
	Replaced bool   `json:"replaced"`
	Owner    string `json:"owner,omitempty"`
}

type unusedJSON struct {
	File string `json:"file"`
	Item string `json:"item"`
	Why  string `json:"why"`
}

func (r *installResult) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// plan takes over what is to be written.
func (r *installResult) plan(d *deploy.Set, s *deploy.Survey) {
	for i := range d.Files {
		r.add(&d.Files[i], d.Path(&d.Files[i]), s, i)
	}
	for i := range d.Also {
		r.add(&d.Also[i], d.Also[i].Name, s, len(d.Files)+i)
	}
	r.Same = s.Same
	r.Notes = append(r.Notes, noteLines(s.Notes)...)
}

func (r *installResult) add(f *deploy.File, path string, s *deploy.Survey, i int) {
	sum := sha256.Sum256(f.Data)
	r.Files = append(r.Files, installedFile{f.Role, path, modeText(s.Modes[i]), hex.EncodeToString(sum[:]), s.Replaced[i], f.Owner})
}

// refuse ends a run whose files do not pass the checks.
func (p *installation) refuse(r *report.Result) error {
	if err := p.write(r, nil); err != nil {
		return err
	}
	var o report.Outcome
	o.Add(r)
	p.env.tellFailures(r)
	return o.Err()
}

// fail ends a run that something kept from being done.
func (p *installation) fail(r *report.Result, err error) error {
	f := fault.Of(err)
	p.result.Written, p.result.Undo, p.result.Backup = false, "", ""
	if err := p.write(r, f); err != nil {
		return err
	}
	return f
}

func (p *installation) finish(r *report.Result) error { return p.write(r, nil) }

// installPage is the report: that of the checks, and what was done.
type installPage struct {
	*report.Document
	installResult

	plan   *installation
	checks *report.Result
	failed bool
}

func (p *installation) write(r *report.Result, f *fault.Failure) error {
	page := &installPage{Document: report.NewDocument(r, argWords), installResult: p.result, plan: p, checks: r, failed: f != nil}
	page.Target = p.target.Name
	if page.Files == nil {
		page.Files = []installedFile{}
	}
	switch {
	case f != nil:
		page.Error = report.NewFault(f)
	case page.Error == nil && r.Refuses():
		worst := report.WorstFirst(r.Report().Findings)[0]
		page.Error = report.NewFault(fault.New(fault.Code(worst.Code), report.Place(worst.At), "%s", worst.Message).WithHint("%s", commandWords(worst.Action)))
	}
	for _, u := range p.unused {
		page.Unused = append(page.Unused, unusedJSON{u.at.String(), u.what, u.why})
	}
	return p.env.writePage(page)
}

func (i *installPage) Text(p *report.Printer) {
	p.Result(i.checks)
	if i.failed {
		return
	}
	for _, u := range i.plan.unused {
		p.Printf("not used: %s\n", u)
	}
	if i.checks.Refuses() || len(i.Files) == 0 {
		return
	}
	head := "written"
	switch {
	case i.Same:
		head = "there already"
	case i.plan.dryRun:
		head = "would be written"
	}
	p.Printf("\n%s\n", p.Bold(head))
	for _, f := range i.Files {
		replaces := ""
		if f.Replaced && !i.Same {
			replaces = ", replaces the one there"
		}
		p.Printf("  %s  %-9s  %s%s\n", accessWords(f.Mode), f.Role, f.Path, replaces)
	}
	if i.plan.config == "" && i.Configuration != "" {
		p.Printf("\n%s\n", p.Bold("configuration for "+i.Target))
		for line := range strings.Lines(i.Configuration) {
			p.Printf("  %s\n", strings.TrimRight(line, "\n"))
		}
	}
	p.Printf("\n")
	for _, n := range i.Notes {
		p.Printf("%s\n", n)
	}
	i.next(p)
}

// next says what there is to do, and how to take it back.
func (i *installPage) next(p *report.Printer) {
	switch {
	case i.Same:
		p.Printf("nothing was written, tried or reloaded: all of it is there already\n")
		return
	case i.plan.dryRun:
		p.Printf("nothing was written (--dry-run)\n")
		return
	}
	if reload := i.plan.target.Reload; reload != "" && i.plan.reload == "" {
		p.Printf("to have %s read them: %s\n", i.Target, reload)
	}
	p.Printf("to take it back: %s\n", i.Undo)
}

// undoPage is the report of --undo.
type undoPage struct {
	Schema   int      `json:"schema"`
	Path     string   `json:"path"`
	Restored bool     `json:"restored"`
	Backup   string   `json:"backup"`
	Also     []string `json:"also,omitempty"`
	Written  bool     `json:"written"`
	Notes    []string `json:"notes,omitempty"`
}

// reportUndo says what --undo did.
func (e *env) reportUndo(u *deploy.Undone, more []string) error {
	return e.writePage(&undoPage{1, u.Unit, u.Restored, u.Backup, u.Also, true, append(noteLines(u.Notes), more...)})
}

func (u *undoPage) Text(p *report.Printer) {
	text := "there was nothing before the last run, and there is nothing again"
	if u.Restored {
		text = "as it was before the last run"
	}
	p.Printf("%s: %s\n", u.Path, text)
	for _, path := range u.Also {
		p.Printf("%s: as it was before the last run\n", path)
	}
	p.Printf("what was taken away is in %s\n", u.Backup)
	for _, n := range u.Notes {
		p.Printf("%s\n", n)
	}
}
