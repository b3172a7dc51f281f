package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/validate"
)

const styleYellow = "33"
const styleCyan = "36"

// writeText writes the report for people: the worst first, and a last line
// that says how much was checked.
func (v *verdict) writeText(e *env) error {
	t := &textReport{env: e}
	var b strings.Builder
	list := worstFirst(v.all.Findings)
	told := map[string]int{}
	for i := range list {
		f := &list[i]
		if e.quiet && !v.counts(f.Severity) {
			continue
		}
		if told[f.Code]++; told[f.Code] <= mostOfOne || e.verbose {
			v.finding(&b, t, f)
		}
	}
	v.untold(&b, t, told)
	if !e.quiet {
		if e.verbose {
			v.details(&b, t)
		}
		v.summary(&b, t)
	}
	_, err := e.stdout.Write([]byte(b.String()))
	return err
}

// mostOfOne is how many findings of one check are shown without --verbose.
const mostOfOne = 8

// untold says how many findings of each check were left out.
func (v *verdict) untold(b *strings.Builder, t *textReport, told map[string]int) {
	if t.env.verbose {
		return
	}
	for _, code := range slices.Sorted(maps.Keys(told)) {
		if n := told[code] - mostOfOne; n > 0 {
			fmt.Fprintf(b, "%s %d more of %s; --verbose shows them\n", t.style(styleDim, "…"), n, code)
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

func (v *verdict) finding(b *strings.Builder, t *textReport, f *validate.Finding) {
	head := t.style(severityStyle(f.Severity), fmt.Sprintf("%s[%s]", f.Severity, f.Code))
	where := placeText(f.At)
	if where != "" {
		where += ": "
	}
	fmt.Fprintf(b, "%s %s%s\n", head, t.style(styleBold, printable(where)), printable(f.Message.String()))
	if in := v.files[f.At.File]; in != nil && ofText(f) {
		if x := excerptOf(in, f.At); x != nil {
			number := fmt.Sprintf("%5d | ", f.At.Line)
			fmt.Fprintf(b, "%s%s\n", t.style(styleDim, number), x.line)
			fmt.Fprintf(b, "%s%s\n", t.style(styleDim, "      | "), t.style(severityStyle(f.Severity), strings.Repeat(" ", x.column)+"^"))
		}
	}
	const most = 5
	for i, at := range f.Related {
		if i == most {
			fmt.Fprintf(b, "      also %d more\n", len(f.Related)-most)
			break
		}
		fmt.Fprintf(b, "      also %s\n", printable(placeText(at)))
	}
	if f.Remedy != "" {
		fmt.Fprintf(b, "      %s %s\n", t.style(styleDim, "fix:"), printable(f.Remedy))
	}
}

// ofText reports whether a finding is about the text at its place, so that the
// line is worth showing; others are about the object that begins there.
func ofText(f *validate.Finding) bool {
	return f.At.Line > 0 && (f.At.Column > 1 || strings.HasPrefix(f.Code, "pem-"))
}

func placeText(at convert.Source) string {
	s := at.File
	if at.Line > 0 {
		s += fmt.Sprintf(":%d", at.Line)
		if at.Column > 0 {
			s += fmt.Sprintf(":%d", at.Column)
		}
	}
	return s
}

// details lists what passed and what was not checked.
func (v *verdict) details(b *strings.Builder, t *textReport) {
	for _, code := range v.all.Passed {
		fmt.Fprintf(b, "%s %s\n", t.style(styleDim, "passed "), code)
	}
	for _, s := range v.all.Skipped {
		fmt.Fprintf(b, "%s %s: %s\n", t.style(styleDim, "skipped"), s.Code, printable(s.Why))
	}
}

func (v *verdict) summary(b *strings.Builder, t *textReport) {
	r := v.all
	counts := []string{}
	for _, c := range []struct {
		n    int
		word string
	}{{r.Count(validate.Error), "error"}, {r.Count(validate.Warning), "warning"}, {r.Count(validate.Info), "info"}} {
		if c.n > 0 {
			counts = append(counts, plural(c.n, c.word))
		}
	}
	head := t.style(styleBold, strings.Join(counts, ", "))
	if r.Worst() == "" {
		head = t.style(styleBold, "ok") + ": " + v.subject()
	}
	line := head + "; " + plural(len(r.Passed), "check") + " passed"
	if list := notChecked(r.Skipped); len(list) > 0 {
		line += fmt.Sprintf(", %d skipped (%s)", len(list), skipSummary(list))
	}
	fmt.Fprintln(b, line)
}

// subject says what was checked.
func (v *verdict) subject() string {
	var s string
	switch len(v.sites) {
	case 0:
		return "nothing to check"
	case 1:
		var names []string
		for _, in := range v.sites[0].inputs {
			if name := printable(in.name()); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		s = strings.Join(names, ", ")
		if len(names) > 4 {
			s = strings.Join(names[:3], ", ") + fmt.Sprintf(" and %d more", len(names)-3)
		}
	default:
		s = fmt.Sprintf("%d checked, each for itself", len(v.sites))
	}
	if v.target != "" {
		s += " for " + v.target
	}
	return s
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// notChecked leaves out what the user did not want to be checked.
func notChecked(list []validate.Skip) []validate.Skip {
	return slices.DeleteFunc(slices.Clone(list), func(s validate.Skip) bool { return s.Why == "not asked for" || s.Why == "told to skip it" })
}

// skipSummary gives the reasons why something was not checked, the most
// frequent first.
func skipSummary(list []validate.Skip) string {
	count := map[string]int{}
	var order []string
	for _, s := range list {
		if count[s.Why]++; count[s.Why] == 1 {
			order = append(order, s.Why)
		}
	}
	slices.SortStableFunc(order, func(a, b string) int { return count[b] - count[a] })
	const most = 4
	if len(order) > most {
		order = append(order[:most-1], "…; --verbose lists them")
	}
	for i, why := range order {
		order[i] = printable(why)
	}
	return strings.Join(order, "; ")
}
