package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	knowledge "github.com/certconv/certconv/internal/explain"
	"github.com/certconv/certconv/validate"
)

// explainJSON is the report of explain.
type explainJSON struct {
	Schema  int              `json:"schema"`
	Matches []matchJSON      `json:"matches"`
	Unknown bool             `json:"unknown"`
	Nearest []knowledge.Near `json:"nearest"`
	Error   *jsonError       `json:"error,omitempty"`
}

type matchJSON struct {
	ID         string      `json:"id"`
	Title      string      `json:"title"`
	Meaning    string      `json:"meaning"`
	Matched    string      `json:"matched"`
	Line       int         `json:"line"`
	Count      int         `json:"count"`
	Causes     []causeJSON `json:"causes"`
	References []string    `json:"references"`
}

type causeJSON struct {
	Text     string        `json:"text"`
	Checks   []string      `json:"checks"`
	Command  string        `json:"command"`
	Remedy   string        `json:"remedy"`
	Found    *bool         `json:"found,omitempty"` // with files: whether a check shows it
	Findings []findingJSON `json:"findings,omitempty"`
}

func (x *explanation) json() *explainJSON {
	out := &explainJSON{Schema: 1, Matches: []matchJSON{}, Nearest: []knowledge.Near{}, Unknown: x.result.Unknown() && x.report == nil}
	out.Nearest = append(out.Nearest, x.result.Nearest...)
	for _, in := range x.inputs {
		if in.fail != nil && out.Error == nil {
			out.Error = in.fail.json()
		}
	}
	v := &verdict{all: &validate.Report{}}
	for i := range x.result.Matches {
		m := &x.result.Matches[i]
		j := matchJSON{
			ID: m.ID, Title: m.Title, Meaning: m.Meaning, Matched: valid(m.Matched), Line: m.Line, Count: m.Count,
			Causes: []causeJSON{}, References: append([]string{}, m.Refs...),
		}
		for k := range m.Causes {
			c := &m.Causes[k]
			cause := causeJSON{Text: c.Text, Checks: append([]string{}, c.Checks...), Command: x.command(c), Remedy: c.Remedy}
			if x.report != nil && len(c.Checks) > 0 {
				findings := x.found(m, k)
				found := len(findings) > 0
				cause.Found = &found
				cause.Findings = v.reportJSON(&validate.Report{Findings: findings}).Findings
			}
			j.Causes = append(j.Causes, cause)
		}
		out.Matches = append(out.Matches, j)
	}
	return out
}

// command is the one that decides about a cause, with the files that were given
// in the place of the usual names.
func (x *explanation) command(c *knowledge.Cause) string {
	if len(x.plan.inputs) == 0 || !strings.HasPrefix(c.Command, "certconv check ") {
		return c.Command
	}
	words := []string{"certconv check"}
	for _, in := range x.plan.inputs {
		words = append(words, shellWord(in.path))
	}
	if strings.Contains(c.Command, "--host") {
		words = append(words, "--host www.example.com")
	}
	if x.plan.opts.Target != "" {
		words = append(words, "--for "+x.plan.opts.Target)
	}
	return strings.Join(words, " ")
}

const (
	explainWidth = 100
	mostWhole    = 3 // explanations of a log that are shown whole
)

func (x *explanation) writeText() {
	t := &textReport{env: x.env}
	var b strings.Builder
	many := len(x.result.Matches) > mostWhole && !x.env.verbose
	for i := range x.result.Matches {
		if i > 0 {
			b.WriteString("\n")
		}
		x.match(&b, t, &x.result.Matches[i], many)
	}
	if len(x.result.Nearest) > 0 {
		b.WriteString("The nearest that is known:\n")
		for _, n := range x.result.Nearest {
			fmt.Fprintf(&b, "  %s  %s\n", t.style(styleBold, n.ID), wrap(n.Title, explainWidth, strings.Repeat(" ", 4)))
		}
	}
	if x.report != nil && len(x.result.Matches) == 0 {
		b.WriteString("The checks find nothing wrong with these files.\n")
	}
	x.env.stdout.Write([]byte(b.String()))
}

// match writes one explanation; short leaves out all causes but the likeliest.
func (x *explanation) match(b *strings.Builder, t *textReport, m *knowledge.Match, short bool) {
	fmt.Fprintf(b, "%s  %s\n", t.style(styleBold, m.ID), m.Title)
	if len(x.logs) > 0 {
		times := "once"
		if m.Count > 1 {
			times = fmt.Sprintf("%d times", m.Count)
		}
		fmt.Fprintf(b, "  %s\n", t.style(styleDim, fmt.Sprintf("line %d, %s: %s", m.Line, times, printable(m.Matched))))
	}
	if m.Meaning != "" {
		fmt.Fprintf(b, "  %s\n", wrap(m.Meaning, explainWidth, "  "))
	}
	shown := x.shown(m)
	switch {
	case len(shown) > 0:
		x.shownCauses(b, t, m, shown)
	case short && len(m.Causes) > 0:
		x.cause(b, t, m, 0)
	default:
		if len(m.Causes) > 1 {
			fmt.Fprintf(b, "\n  %s\n", t.style(styleDim, "Causes, the likeliest first:"))
		}
		for i := range m.Causes {
			x.cause(b, t, m, i)
		}
	}
	if x.report != nil && len(shown) == 0 && len(m.Causes) > 0 {
		fmt.Fprintf(b, "  %s\n", t.style(styleYellow, "The checks of these files show none of these causes."))
	}
	if short && len(shown) == 0 && len(m.Causes) > 1 {
		fmt.Fprintf(b, "  %s\n", t.style(styleDim, fmt.Sprintf("%d more causes: certconv explain %s", len(m.Causes)-1, m.ID)))
		return
	}
	if len(m.Refs) > 0 {
		fmt.Fprintf(b, "\n  %s %s\n", t.style(styleDim, "see"), wrap(strings.Join(m.Refs, "; "), explainWidth, "      "))
	}
}

// shown are the causes that the checks of the files show.
func (x *explanation) shown(m *knowledge.Match) []int {
	var list []int
	for i := range m.Causes {
		if len(x.found(m, i)) > 0 {
			list = append(list, i)
		}
	}
	return list
}

// shownCauses writes the causes that the files show, and the others in a line
// each.
func (x *explanation) shownCauses(b *strings.Builder, t *textReport, m *knowledge.Match, shown []int) {
	fmt.Fprintf(b, "\n")
	for _, i := range shown {
		x.cause(b, t, m, i)
	}
	if len(shown) == len(m.Causes) {
		return
	}
	fmt.Fprintf(b, "\n  %s\n", t.style(styleDim, "Other causes, which these files do not show:"))
	for i := range m.Causes {
		if !slices.Contains(shown, i) {
			fmt.Fprintf(b, "  %s\n", t.style(styleDim, fmt.Sprintf("%d. %s", i+1, wrap(m.Causes[i].Text, explainWidth, "     "))))
		}
	}
}

func (x *explanation) cause(b *strings.Builder, t *textReport, m *knowledge.Match, i int) {
	const indent = "           "
	c, findings := &m.Causes[i], x.found(m, i)
	mark, text, remedy := "  ", wrap(c.Text, explainWidth, "     "), c.Remedy
	if len(findings) > 0 {
		mark, text = t.style(styleRed, "→ "), t.style(styleBold, text)
		remedy = cmp.Or(findings[0].Remedy, remedy)
	}
	if c.Text != m.Title {
		fmt.Fprintf(b, "%s%d. %s\n", mark, i+1, text)
	}
	for n, f := range findings {
		if n == mostOfOne {
			fmt.Fprintf(b, "%s%s\n", indent, t.style(styleDim, fmt.Sprintf("and %d more", len(findings)-n)))
			break
		}
		where := placeText(f.At)
		if where != "" {
			where += ": "
		}
		fmt.Fprintf(b, "     %s %s\n", t.style(styleRed, "found"), wrap(printable(where+f.Message.String()), explainWidth, indent))
	}
	if command := x.command(c); command != "" && len(findings) == 0 {
		fmt.Fprintf(b, "     %s %s\n", t.style(styleDim, "check"), command)
	}
	if remedy != "" {
		fmt.Fprintf(b, "     %s   %s\n", t.style(styleDim, "fix"), wrapWords(printable(remedy), indent))
	}
}

// wrapWords breaks what people read, and leaves a command in one piece.
func wrapWords(s, indent string) string {
	if strings.HasPrefix(s, "certconv ") && !strings.Contains(s, "; ") {
		return s
	}
	return wrap(s, explainWidth, indent)
}
