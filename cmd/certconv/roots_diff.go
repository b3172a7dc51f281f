package main

import (
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/roots"
	"github.com/certconv/certconv/validate"
)

// diffPage is the report of roots diff.
type diffPage struct {
	Schema   int              `json:"schema"`
	Added    []rootJSON       `json:"added"`
	Removed  []rootJSON       `json:"removed"`
	Changed  []changeJSON     `json:"changed"`
	Findings []report.Finding `json:"findings"`
	Error    *report.Fault    `json:"error,omitempty"`

	from, to *roots.Store
	doubts   []validate.Finding
}

type changeJSON struct {
	SHA1   string `json:"sha1,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	Name   string `json:"name"`
	Change string `json:"change"`
}

func (r *rootsRun) diff() error {
	from, err := r.one(r.files[0])
	if err != nil {
		return err
	}
	to, err := r.one(r.files[1])
	if err != nil {
		return err
	}
	d := roots.Diff(from, to)
	page := &diffPage{Schema: 1, Added: rootList(d.Added), Removed: rootList(d.Removed), Changed: []changeJSON{}, from: from, to: to}
	for i := range d.Changed {
		e := &d.Changed[i].Entry
		page.Changed = append(page.Changed, changeJSON{e.SHA1, e.SHA256, e.Name, strings.Join(d.Changed[i].Words, "; ")})
	}
	// That the older one is old is no news.
	page.doubts = slices.DeleteFunc(r.doubts, func(f validate.Finding) bool { return f.Code == "list-stale" })
	page.Findings = report.NewFindings(page.doubts, argWords)
	page.Error = report.NewFault(r.unread)
	if err := r.env.writePage(page); err != nil {
		return err
	}
	if r.unread != nil {
		return r.unread.Told()
	}
	if !d.None() || slices.ContainsFunc(page.doubts, r.counts) {
		return fault.New(fault.Findings, "", "").Told()
	}
	return nil
}

func rootList(entries []roots.Entry) []rootJSON {
	list := []rootJSON{}
	for i := range entries {
		list = append(list, newRootJSON(&entries[i]))
	}
	return list
}

func (page *diffPage) Text(p *report.Printer) {
	p.Printf("%s -> %s\n", p.Bold(dated(page.from)), p.Bold(dated(page.to)))
	doubtLines(p, page.doubts)
	if len(page.Added)+len(page.Removed)+len(page.Changed) == 0 {
		p.Printf("no difference in the %d entries\n", len(page.to.Entries))
		return
	}
	rootLines(p, "added", page.Added)
	rootLines(p, "removed", page.Removed)
	if len(page.Changed) > 0 {
		p.Printf("%s (%d):\n", p.Bold("changed"), len(page.Changed))
	}
	for _, c := range page.Changed {
		p.Printf("  %s  %s\n", p.Dim(c.SHA1+map[bool]string{true: c.SHA256}[c.SHA1 == ""]), c.Name)
		p.Printf("      %s\n", c.Change)
	}
}

// doubtLines prints why lists are not to be believed.
func doubtLines(p *report.Printer, list []validate.Finding) {
	findingLines(p, slices.DeleteFunc(slices.Clone(list), func(f validate.Finding) bool { return !strings.HasPrefix(f.Code, "list-") }))
}

// dated is the name of a store, with the day of a list.
func dated(s *roots.Store) string {
	if s.Date.IsZero() {
		return s.Name()
	}
	return s.Name() + " (" + s.Date.Format("2006-01-02") + ")"
}

// rootLines lists roots below a title; nothing if there is none.
func rootLines(p *report.Printer, title string, list []rootJSON) {
	if len(list) == 0 {
		return
	}
	p.Printf("%s (%d):\n", p.Bold(title), len(list))
	for _, e := range list {
		digest := e.SHA1
		if digest == "" {
			digest = e.SHA256
		}
		p.Printf("  %s  %s\n", p.Dim(digest), e.Name)
	}
}
