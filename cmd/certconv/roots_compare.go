package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/distrust"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/roots"
	"github.com/certconv/certconv/internal/text"
	"github.com/certconv/certconv/validate"
)

// comparePage is the report of roots compare.
type comparePage struct {
	Schema     int              `json:"schema"`
	OnlyHere   []rootJSON       `json:"only_here"`
	OnlyThere  []rootJSON       `json:"only_there"`
	Distrusted []distrustJSON   `json:"distrusted"`
	Private    []rootJSON       `json:"private"`
	Findings   []report.Finding `json:"findings"`
	Error      *report.Fault    `json:"error,omitempty"`

	store    *roots.Store
	with     []roots.Reference
	findings []validate.Finding
	counts   bool // a finding is at or above --fail-on
	unread   bool // a part of the stores could not be read
	altered  bool // a list is not to be believed
}

// distrustJSON is a root that somebody does not trust.
type distrustJSON struct {
	SHA1   string `json:"sha1,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	Name   string `json:"name"`
	By     string `json:"by"`
	Why    string `json:"why"`
}

// rootRoles are the roles of --with.
var rootRoles = []string{"microsoft", "mozilla", "java", "disallowed"}

// references reads the stores of --with.
func (r *rootsRun) references() ([]roots.Reference, error) {
	var list []roots.Reference
	for _, v := range r.ctx.StringSlice("with") {
		role, file, ok := strings.Cut(v, "=")
		switch {
		case v == roots.Mozilla || v == roots.System:
			role, file = v, v
		case !ok:
			role, file = "", v
		case !slices.Contains(rootRoles, role):
			if !exists(v) {
				return nil, fault.Usagef("--with %s: there is no role %q%s", v, role, didYouMean(role, rootRoles))
			}
			role, file = "", v
		case file == "":
			return nil, fault.Usagef("--with %s: a file is missing", v)
		}
		stores, err := r.loader.Load(file)
		if err != nil {
			return nil, err
		}
		for _, s := range stores {
			r.taken(s)
			list = append(list, roots.Reference{Role: role, Store: s})
		}
	}
	return list, nil
}

func (r *rootsRun) compare() error {
	store, err := r.one(r.files[0], "store")
	if err != nil {
		return err
	}
	with, err := r.references()
	if err != nil {
		return err
	}
	c := roots.Compare(store, with, r.at)
	page := &comparePage{Schema: 1, OnlyHere: rootList(c.OnlyHere), OnlyThere: rootList(c.OnlyThere), Private: rootList(c.Private), Distrusted: []distrustJSON{}, store: store, with: with, unread: r.unread != nil, altered: disbelieved(r.doubts)}
	for i := range c.Distrusted {
		d := &c.Distrusted[i]
		page.add(&d.Entry, d.By, d.Words)
		page.found(r, validate.Finding{
			Code: "cert-distrusted-after", Severity: validate.Warning, At: convert.Source{File: store.Name()},
			Message: text.Of("%s: %s, by %s", d.Entry.Name, d.Words, d.By),
			Action:  text.Of("take it out of the store where nothing needs it"),
		})
	}
	for _, f := range r.doubts {
		page.found(r, f)
	}
	page.judge(r, roots.Lists(with))
	page.Findings, page.Error = report.NewFindings(page.findings, argWords), report.NewFault(r.unread)
	if err := r.env.writePage(page); err != nil {
		return err
	}
	if r.unread != nil {
		return r.unread.Told()
	}
	if page.counts {
		return fault.New(fault.Findings, "", "").Told()
	}
	return nil
}

func (page *comparePage) add(e *roots.Entry, by, why string) {
	page.Distrusted = append(page.Distrusted, distrustJSON{e.SHA1, e.SHA256, e.Name, by, why})
}

// storeCodes are the checks of the certificates of a store.
var storeCodes = []string{"cert-distrusted", "cert-expired", "cert-not-yet-valid", "key-weak"}

// judge runs the checks on each certificate of the store. One that has expired, or is weak, harms
// nobody by being there, unlike one that is distrusted.
func (page *comparePage) judge(r *rootsRun, added *distrust.Added) {
	for i := range page.store.Entries {
		e := &page.store.Entries[i]
		b := e.Bundle()
		if b == nil {
			continue
		}
		b.Certs[0].Source.File = page.store.Name()
		rep := validate.Run(b, &validate.Options{Only: storeCodes, Now: r.at, Lists: added})
		for _, f := range rep.Findings {
			if !slices.Contains(storeCodes, f.Code) {
				continue
			}
			if f.Code == "cert-distrusted" {
				page.add(e, strings.Join(f.Refs, ", "), f.Message.String())
				f.Action = text.Of("take it out of the store, and load the system's current list of roots")
			} else if f.Severity == validate.Error {
				f.Severity = validate.Warning
			}
			f.RefusedBy = nil
			page.found(r, f)
		}
	}
}

func (page *comparePage) found(r *rootsRun, f validate.Finding) {
	page.findings = append(page.findings, f)
	page.counts = page.counts || r.counts(f)
}

func (page *comparePage) Text(p *report.Printer) {
	p.Printf("%s: %s\n", p.Bold(page.store.Name()), report.Plural(len(page.store.Entries), "root"))
	for _, w := range page.with {
		p.Printf("  with %s, %s\n", dated(w.Store), map[bool]string{false: fmt.Sprintf("%d entries", len(w.Store.Entries)), true: "1 entry"}[len(w.Store.Entries) == 1])
	}
	doubtLines(p, page.findings)
	if len(page.Distrusted) > 0 {
		p.Printf("%s (%d):\n", p.Red("distrusted"), len(page.Distrusted))
	}
	for _, d := range page.Distrusted {
		p.Printf("  %s  %s\n      %s: %s\n", p.Dim(d.SHA1), d.Name, d.By, d.Why)
	}
	rootLines(p, "private roots, on no public list", page.Private)
	if !p.Quiet {
		rootLines(p, "only here", page.OnlyHere)
		rootLines(p, "only there", page.OnlyThere)
	}
	rest := slices.DeleteFunc(slices.Clone(page.findings), func(f validate.Finding) bool {
		return strings.HasPrefix(f.Code, "cert-distrusted") || strings.HasPrefix(f.Code, "list-")
	})
	if len(rest) > 0 && !p.Quiet {
		p.Printf("%s (%d):\n", p.Bold("expired or weak"), len(rest))
		for _, f := range rest {
			p.Printf("  %s[%s] %s\n", f.Severity, f.Code, f.Message)
		}
	}
	switch {
	case page.altered:
		p.Printf("%s\n", p.Red("a list is not to be believed: what it says of these roots does not count"))
	case len(page.Distrusted) > 0:
	case page.unread:
		p.Printf("none of those that were read is distrusted\n")
	default:
		p.Printf("%s\n", p.Green("none of them is distrusted"))
	}
}
