package report

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/validate"
)

// textForm is the report for people.
type textForm struct {
	w    io.Writer
	opts *Options
}

func newText(w io.Writer, opts *Options) Handler { return &textForm{w, opts} }

func (t *textForm) Result(r *Result) error {
	p := &Printer{Options: t.opts}
	p.Result(r)
	return t.write(p)
}

// Failure writes nothing: standard error says what went wrong.
func (t *textForm) Failure(*fault.Failure) error { return nil }

func (t *textForm) Page(page Page) error {
	p := &Printer{Options: t.opts}
	page.Text(p)
	return t.write(p)
}

func (t *textForm) write(p *Printer) error {
	_, err := t.w.Write(p.out.Bytes())
	return err
}

func (t *textForm) List(string) List { return &textList{textForm: t} }

// textList has an empty line between its elements, unless it is to be dense.
type textList struct {
	*textForm
	more bool
}

func (l *textList) Begin() error { return nil }

func (l *textList) Render(out *bytes.Buffer, e Element) {
	p := &Printer{Options: l.opts}
	e.Text(p)
	_, _ = p.out.WriteTo(out)
}

func (l *textList) Add(rendered []byte) error {
	if l.more && !l.opts.Dense {
		rendered = slices.Concat([]byte("\n"), rendered)
	}
	l.more = true
	_, err := l.w.Write(rendered)
	return err
}

func (l *textList) End(rest Page) error { return l.Page(rest) }

// mostOfOne is how many findings of one check are shown without Verbose.
const mostOfOne = 8

// Result writes findings, the worst first, and a last line that says how much
// was checked.
func (p *Printer) Result(r *Result) {
	p.findings(r)
	if !p.Quiet {
		p.summary(r)
	}
}

// findings writes them, and with Verbose what passed and what was not checked.
func (p *Printer) findings(r *Result) {
	all := r.Report()
	list := WorstFirst(all.Findings)
	told := map[string]int{}
	for _, f := range list {
		if p.Quiet && !r.Counts(f.Severity) {
			continue
		}
		if told[f.Code]++; told[f.Code] <= mostOfOne || p.Verbose {
			p.finding(r, f)
		}
	}
	p.untold(told, "")
	if p.Quiet {
		return
	}
	p.accepted(r.accepted())
	if p.Verbose {
		p.details(all)
	}
}

// accepted writes a line for each finding that does not count.
func (p *Printer) accepted(list []Settled) {
	told := map[string]int{}
	for i := range list {
		f := &list[i]
		if told[f.Code]++; told[f.Code] > mostOfOne && !p.Verbose {
			continue
		}
		head, where := "accepted["+f.Code+"]", ""
		if where = Place(f.At); where != "" {
			where += ": "
		}
		p.Printf("%s %s%s\n", p.Dim(head), where, p.Fit(head+" "+where, f.Message.String()+" ("+f.until()+")", "      "))
	}
	p.untold(told, "accepted ")
}

// untold says how many findings of each check were left out.
func (p *Printer) untold(told map[string]int, which string) {
	if p.Verbose {
		return
	}
	for _, code := range slices.Sorted(maps.Keys(told)) {
		if n := told[code] - mostOfOne; n > 0 {
			p.Printf("%s %d more %sof %s; --verbose shows them\n", p.Dim("…"), n, which, code)
		}
	}
}

func severityStyle(s validate.Severity) string {
	switch s {
	case validate.Error:
		return styleRed
	case validate.Warning:
		return styleYellow
	}
	return styleCyan
}

func (p *Printer) finding(r *Result, f *validate.Finding) {
	style := severityStyle(f.Severity)
	where := Place(f.At)
	if where != "" {
		where += ": "
	}
	head := fmt.Sprintf("%s[%s]", f.Severity, f.Code)
	p.Printf("%s %s%s\n", p.style(style, head), p.Bold(where), p.Fit(head+" "+where, f.Message.String(), "      "))
	if file := r.file(f.At.File); file != nil && ofText(f) {
		if x := excerptOf(file, f.At); x != nil {
			p.Printf("%s%s\n", p.Dim(fmt.Sprintf("%5d | ", f.At.Line)), x.line)
			p.Printf("%s%s\n", p.Dim("      | "), p.style(style, strings.Repeat(" ", x.column)+"^"))
		}
	}
	const most = 5
	for i, at := range f.Related {
		if i == most {
			p.Printf("      also %d more\n", len(f.Related)-most)
			break
		}
		p.Printf("      also %s\n", Place(at))
	}
	if !f.Action.IsZero() {
		p.Printf("      %s %s\n", p.Dim("fix:"), p.Remedy(f.Action, "           "))
	}
	if was := r.endedFor(f); was != nil {
		p.Printf("      %s was accepted %s\n", p.Dim("note:"), p.Fit("      note: was accepted ", was.until(), "      "))
	}
}

// ofText reports whether a finding is about the text at its place, so that the
// line is worth showing; others are about the object that begins there.
func ofText(f *validate.Finding) bool {
	return f.At.Line > 0 && (f.At.Column > 1 || strings.HasPrefix(f.Code, "pem-"))
}

// details lists what passed and what was not checked.
func (p *Printer) details(r *validate.Report) {
	for _, code := range r.Passed {
		p.Printf("%s %s\n", p.Dim("passed "), code)
	}
	for _, s := range r.Skipped {
		p.Printf("%s %s: %s\n", p.Dim("skipped"), s.Code, p.Wording.text(s.Why.Text))
	}
}

func (p *Printer) summary(r *Result) {
	all := r.Report()
	counts := []string{}
	for _, c := range []struct {
		n    int
		word string
	}{{all.Count(validate.Error), "error"}, {all.Count(validate.Warning), "warning"}, {all.Count(validate.Info), "info"}} {
		if c.n > 0 {
			counts = append(counts, Plural(c.n, c.word))
		}
	}
	head, rest := strings.Join(counts, ", "), ""
	if all.Worst() == "" {
		head, rest = "ok", ": "+r.subject()
	}
	if n := len(r.accepted()); n > 0 {
		head += fmt.Sprintf(", %d accepted", n)
	}
	rest += fmt.Sprintf("; %s passed", Plural(len(all.Passed), "check"))
	if list := notChecked(all.Skipped); len(list) > 0 {
		rest += fmt.Sprintf(", %d skipped (%s)", len(list), p.skipSummary(list))
	}
	p.clients(all.Clients)
	p.Printf("%s%s\n", p.Bold(head), p.Fit(head, rest, "      ")) // the last line: scripts take it by tail -1
}

// clients says which clients accept the certificates, where it is known.
func (p *Printer) clients(list []validate.ClientVerdict) {
	var accept, refuse []string
	for _, v := range list {
		c := client.Lookup(v.Name)
		switch {
		case !c.Measured:
		case v.Verdict == clientAccepts:
			accept = append(accept, c.Title)
		case v.Verdict == clientRefuses:
			refuse = append(refuse, c.Title)
		}
	}
	words := strings.Join(accept, ", ")
	switch {
	case len(accept) == 0:
		return
	case len(refuse) == 0:
		words = "all"
	}
	const head = "clients that accept this: "
	p.Printf("%s%s\n", head, p.Fit(head, words, "      "))
}

// subject says what was checked.
func (r *Result) subject() string {
	var s string
	switch len(r.Sites) {
	case 0:
		return "nothing to check"
	case 1:
		var names []string
		for _, f := range r.Sites[0].Files {
			if !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
		s = strings.Join(names, ", ")
		if len(names) > 4 {
			s = strings.Join(names[:3], ", ") + fmt.Sprintf(" and %d more", len(names)-3)
		}
	default:
		s = fmt.Sprintf("%d checked, each for itself", len(r.Sites))
	}
	if r.Target != "" {
		s += " for " + r.Target
	}
	return s
}

// notChecked leaves out what the user did not want to be checked.
func notChecked(list []validate.Skip) []validate.Skip {
	return slices.DeleteFunc(slices.Clone(list), func(s validate.Skip) bool { return s.Why.Chosen() })
}

// skipSummary gives the reasons why something was not checked, the most
// frequent first.
func (p *Printer) skipSummary(list []validate.Skip) string {
	count := map[string]int{}
	var order []string
	for _, s := range list {
		why := p.Wording.text(s.Why.Text)
		if count[why]++; count[why] == 1 {
			order = append(order, why)
		}
	}
	slices.SortStableFunc(order, func(a, b string) int { return count[b] - count[a] })
	const most = 4
	if len(order) > most {
		order = append(order[:most-1], "…; --verbose lists them")
	}
	return strings.Join(order, "; ")
}
