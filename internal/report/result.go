package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/text"
	"github.com/certconv/certconv/validate"
)

// Result is the outcome of a run of the checks, or of one site of it: what
// reports are made of, and exit codes.
type Result struct {
	Tool   string            // name of the command
	Target string            // that the files are for, "" for none
	FailOn validate.Severity // from which findings count; Never: none do
	Sites  []Site
	Unread []*fault.Failure // what could not be read

	merged *validate.Report
	ended  map[findingKey]*Settled
	files  map[string]*File // by the names that findings use
	items  map[itemKey]item
	alike  alike // what sites that were added have in common
}

// Never is the FailOn that lets all findings pass.
const Never validate.Severity = "never"

// Site is what was checked together.
type Site struct {
	Files  []File
	Main   int             // the one of Files that the site is called by
	Bundle *convert.Bundle // what they hold; nil where that was let go of
	Report *validate.Report

	Accepted []Settled // findings that do not count, and are not in Report
	Ended    []Settled // those of Report that did not count until some day
}

// File is a file of a site, or the part of one that belongs to the site.
type File struct {
	Path   string          // as it was given, "-" for standard input
	Member string          // which file of the archive at Path it is; "" if Path is none
	Name   string          // as findings call it
	Data   []byte          // of the whole file; nil where no finding shows it
	Bundle *convert.Bundle // what the whole file holds; nil as Data
	Locked *fault.Failure  // no password opened it
}

// failed is the result of a run that got nowhere.
func failed(f *fault.Failure) *Result {
	return &Result{Unread: []*fault.Failure{f}, merged: &validate.Report{}}
}

// file is the one that findings call name, nil if there is none.
func (r *Result) file(name string) *File {
	if r.files == nil {
		r.files = map[string]*File{}
		for i := range r.Sites {
			for j := range r.Sites[i].Files {
				if f := &r.Sites[i].Files[j]; f.Data != nil || r.files[f.Name] == nil {
					r.files[f.Name] = f
				}
			}
		}
	}
	return r.files[name]
}

// path is the file as it was given.
func (r *Result) path(at convert.Source) string {
	if f := r.file(at.File); f != nil {
		return f.place()
	}
	return at.File
}

// place is the file as it was given, with the one in it if it is an archive.
func (f *File) place() string {
	if f.Member != "" {
		return f.Path + " (" + f.Member + ")"
	}
	return f.Path
}

// Failures are what kept files from being read, or opened where they are part
// of a site, each file once.
func (r *Result) Failures() []*fault.Failure {
	list := slices.Clone(r.Unread)
	for _, s := range r.Sites {
		for _, f := range s.Files {
			if f.Locked != nil && !slices.ContainsFunc(list, func(o *fault.Failure) bool { return o.File == f.Locked.File }) {
				list = append(list, f.Locked)
			}
		}
	}
	return list
}

// Untold are the failures that no finding tells of.
func (r *Result) Untold() []*fault.Failure {
	return slices.DeleteFunc(r.Failures(), func(f *fault.Failure) bool {
		return f.Exit() == fault.ExitPassword && slices.ContainsFunc(r.Report().Findings, func(o validate.Finding) bool { return o.Code == string(f.Code) && o.At.File == f.File })
	})
}

// Counts reports whether a finding of this severity makes the exit code 1.
func (r *Result) Counts(s validate.Severity) bool {
	return r.FailOn != Never && s != "" && s.AtLeast(r.FailOn)
}

// Refuses reports whether there are findings that count.
func (r *Result) Refuses() bool { return r.Counts(r.Report().Worst()) }

// Outcome is what the exit code of a run is made of, whatever the form of its
// report.
type Outcome struct {
	worst *fault.Failure
	found bool // findings that count
}

// Add takes in a result: that of the run, or of one site after the other.
func (o *Outcome) Add(r *Result) {
	for _, f := range r.Failures() {
		if o.worst == nil || f.Exit() < o.worst.Exit() {
			o.worst = f
		}
	}
	o.found = o.found || r.Refuses()
}

// Err is nil, or the failure that carries the exit code.
func (o *Outcome) Err() error {
	switch {
	case o.worst != nil:
		return o.worst.Told()
	case o.found:
		return fault.New(fault.Findings, "", "").Told()
	}
	return nil
}

// Report is that of all sites. A check that could not be run for one of them
// has not passed.
func (r *Result) Report() *validate.Report {
	if r.merged == nil {
		r.merged = merge(r.Sites)
	}
	return r.merged
}

func merge(sites []Site) *validate.Report {
	if len(sites) == 1 {
		return sites[0].Report
	}
	out := &validate.Report{Schema: 1, Findings: mergeFindings(sites)}
	found := map[string]bool{}
	for i := range out.Findings {
		found[out.Findings[i].Code] = true
	}
	checked := 0 // sites; of a list that is not to be believed there are findings only
	for _, s := range sites {
		for i := range s.Accepted {
			found[s.Accepted[i].Code] = true
		}
		if len(s.Report.Passed)+len(s.Report.Skipped) > 0 {
			checked++
		}
	}
	passed := map[string]bool{}
	for _, l := range distinct(sites, func(r *validate.Report) []string { return r.Passed }) {
		for _, code := range l.list {
			passed[code] = true
		}
	}
	skipped := map[string]*reasons{}
	for _, l := range distinct(sites, func(r *validate.Report) []validate.Skip { return r.Skipped }) {
		for _, k := range l.list {
			if skipped[k.Code] == nil {
				skipped[k.Code] = &reasons{count: map[string]int{}, why: map[string]validate.Why{}}
			}
			skipped[k.Code].add(k.Why, l.n)
		}
	}
	for _, c := range validate.Checks() {
		switch why := skipped[c.Code]; {
		case found[c.Code]:
		case passed[c.Code] && (why == nil || why.chosen()):
			out.Passed = append(out.Passed, c.Code)
		case why != nil:
			out.Skipped = append(out.Skipped, validate.Skip{Code: c.Code, Why: why.common(checked)})
		default:
			out.Skipped = append(out.Skipped, validate.Skip{Code: c.Code, Why: validate.Why{Kind: "needs", Text: text.Of("nothing to check")}})
		}
	}
	out.Clients = mergeClients(sites)
	return out
}

// mergeFindings are those of all sites by their place, each once.
func mergeFindings(sites []Site) []validate.Finding {
	n := 0
	for _, s := range sites {
		n += len(s.Report.Findings)
	}
	all := make([]validate.Finding, 0, n)
	for _, s := range sites {
		all = append(all, s.Report.Findings...)
	}
	slices.SortStableFunc(all, func(a, b validate.Finding) int { return byPlace(&a, &b) })
	list := all[:0]
	for len(all) > 0 {
		same := 1 // in what they are sorted by
		for same < len(all) && byPlace(&all[0], &all[same]) == 0 {
			same++
		}
		list = appendEachOnce(list, all[:same])
		all = all[same:]
	}
	return list
}

// appendEachOnce appends those of more that are not the same as another one of them.
func appendEachOnce(list, more []validate.Finding) []validate.Finding {
	if len(more) == 1 {
		return append(list, more[0])
	}
	seen := map[findingKey]bool{}
	for i := range more {
		if k := keyOf(&more[i]); !seen[k] {
			seen[k] = true
			list = append(list, more[i])
		}
	}
	return list
}

// held is a list that n reports have.
type held[T any] struct {
	list []T
	n    int
}

// distinct gives each list of the reports once: those of many sites share them.
func distinct[T any](sites []Site, of func(*validate.Report) []T) []*held[T] {
	var all []*held[T]
	at := map[*T]*held[T]{}
	for _, s := range sites {
		list := of(s.Report)
		if len(list) == 0 {
			continue
		}
		h := at[&list[0]]
		if h == nil {
			h = &held[T]{list: list}
			at[&list[0]], all = h, append(all, h)
		}
		h.n++
	}
	return all
}

// Verdicts of clients.
const (
	clientAccepts = "accepts"
	clientRefuses = "refuses"
)

// mergeClients is what each client makes of all sites: the worst that it makes
// of one.
func mergeClients(sites []Site) []validate.ClientVerdict {
	var out []validate.ClientVerdict
	for _, l := range distinct(sites, func(r *validate.Report) []validate.ClientVerdict { return r.Clients }) {
		for _, v := range l.list {
			i := slices.IndexFunc(out, func(o validate.ClientVerdict) bool { return o.Name == v.Name })
			if i < 0 {
				v.Codes = slices.Clone(v.Codes)
				out = append(out, v)
				continue
			}
			o := &out[i]
			o.Codes = append(o.Codes, v.Codes...)
			slices.Sort(o.Codes)
			o.Codes = slices.Compact(o.Codes)
			if v.Verdict == clientRefuses || o.Verdict == clientAccepts {
				o.Verdict = v.Verdict
			}
		}
	}
	return out
}

// reasons are why a check was not run for some of the sites, by the words: of
// many sites there are few.
type reasons struct {
	count map[string]int
	why   map[string]validate.Why
}

// add takes in that of n sites.
func (r *reasons) add(w validate.Why, n int) {
	words := w.String()
	r.count[words] += n
	if r.count[words] == n || !w.Chosen() {
		r.why[words] = w
	}
}

// chosen reports whether none was for another reason than the user's will.
func (r *reasons) chosen() bool {
	for _, w := range r.why {
		if !w.Chosen() {
			return false
		}
	}
	return true
}

// common is the most frequent one.
func (r *reasons) common(sites int) validate.Why {
	words, all := "", 0
	for w, n := range r.count {
		all += n
		if words == "" || cmp.Or(r.count[words]-n, cmp.Compare(w, words)) < 0 {
			words = w
		}
	}
	most := r.why[words]
	if all != sites || len(r.count) > 1 {
		most.Text = text.Of("%s (for %d of %d)", most.Text, all, sites)
	}
	return most
}

// WorstFirst sorts as people want to read: what stops the server first.
func WorstFirst(findings []validate.Finding) []*validate.Finding {
	list := make([]*validate.Finding, len(findings))
	for i := range findings {
		list[i] = &findings[i]
	}
	breaks := map[validate.Breaks]int{validate.BreaksLoad: 0, validate.BreaksTrust: 1, validate.BreaksIssue: 2, "": 3}
	slices.SortStableFunc(list, func(a, b *validate.Finding) int {
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

// Place is where a finding is, for people.
func Place(at convert.Source) string {
	s := at.File
	if at.Line > 0 {
		s += fmt.Sprintf(":%d", at.Line)
		if at.Column > 0 {
			s += fmt.Sprintf(":%d", at.Column)
		}
	}
	return s
}
