package main

import (
	"fmt"
	"slices"
	"strings"

	knowledge "github.com/certconv/certconv/internal/explain"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/terminal"
)

// explainPage is the report of explain.
type explainPage struct {
	Schema  int              `json:"schema"`
	Matches []matchJSON      `json:"matches"`
	Unknown bool             `json:"unknown"`
	Nearest []knowledge.Near `json:"nearest"`
	Error   *report.Fault    `json:"error,omitempty"`

	run *explanation
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
	Text     string           `json:"text"`
	Checks   []string         `json:"checks"`
	Command  string           `json:"command"`
	Remedy   string           `json:"remedy"`
	Found    *bool            `json:"found,omitempty"` // with files: whether a check shows it
	Findings []report.Finding `json:"findings,omitempty"`
}

func (x *explanation) page() *explainPage {
	out := &explainPage{run: x, Schema: 1, Matches: []matchJSON{}, Nearest: []knowledge.Near{}, Unknown: x.result.Unknown() && x.report == nil}
	out.Nearest = append(out.Nearest, x.result.Nearest...)
	for _, in := range x.inputs {
		if f := in.Unread(); f != nil && out.Error == nil {
			out.Error = report.NewFault(f)
		}
	}
	for i := range x.result.Matches {
		m := &x.result.Matches[i]
		j := matchJSON{
			ID: m.ID, Title: m.Title, Meaning: m.Meaning, Matched: m.Matched, Line: m.Line, Count: m.Count,
			Causes: []causeJSON{}, References: append([]string{}, m.Refs...),
		}
		for k := range m.Causes {
			c := m.Causes[k]
			cause := causeJSON{Text: c.Text, Checks: append([]string{}, c.Checks...), Command: x.command(c), Remedy: commandWords(c.Action)}
			if x.report != nil && len(c.Checks) > 0 {
				findings := x.found(m, k)
				found := len(findings) > 0
				cause.Found = &found
				cause.Findings = report.NewFindings(findings, argWords)
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
	if len(x.plan.inputs) == 0 || c.Command.Name != "check" {
		return explainedCommand(c.Command)
	}
	words := []string{"certconv check"}
	for _, in := range x.plan.inputs {
		words = append(words, terminal.ShellWord(in.Path))
	}
	if slices.Contains(strings.Fields(c.Command.Args), "--host") {
		words = append(words, "--host www.example.com")
	}
	if x.plan.opts.Target != "" {
		words = append(words, "--for "+x.plan.opts.Target)
	}
	return strings.Join(words, " ")
}

// mostFindings is how many findings of one cause are shown.
const mostFindings = 8

// mostWhole is how many explanations of a log are shown whole.
const mostWhole = 3

func (e *explainPage) Text(p *report.Printer) {
	x := e.run
	many := len(x.result.Matches) > mostWhole && !p.Verbose
	for i := range x.result.Matches {
		if i > 0 {
			p.Printf("\n")
		}
		x.match(p, &x.result.Matches[i], many)
	}
	if len(x.result.Nearest) > 0 {
		p.Printf("The nearest that is known:\n")
		for _, n := range x.result.Nearest {
			p.Printf("  %s  %s\n", p.Bold(n.ID), p.Wrap(n.Title, strings.Repeat(" ", 4)))
		}
	}
	if x.report != nil && len(x.result.Matches) == 0 {
		p.Printf("The checks find nothing wrong with these files.\n")
	}
}

// match writes one explanation; short leaves out all causes but the likeliest.
func (x *explanation) match(p *report.Printer, m *knowledge.Match, short bool) {
	p.Printf("%s  %s\n", p.Bold(m.ID), m.Title)
	if len(x.logs) > 0 {
		times := "once"
		if m.Count > 1 {
			times = fmt.Sprintf("%d times", m.Count)
		}
		p.Printf("  %s\n", p.Dim(fmt.Sprintf("line %d, %s: %s", m.Line, times, m.Matched)))
	}
	if m.Meaning != "" {
		p.Printf("  %s\n", p.Wrap(m.Meaning, "  "))
	}
	shown := x.shown(m)
	switch {
	case len(shown) > 0:
		x.shownCauses(p, m, shown)
	case short && len(m.Causes) > 0:
		x.cause(p, m, 0)
	default:
		if len(m.Causes) > 1 {
			p.Printf("\n  %s\n", p.Dim("Causes, the likeliest first:"))
		}
		for i := range m.Causes {
			x.cause(p, m, i)
		}
	}
	if x.report != nil && len(shown) == 0 && len(m.Causes) > 0 {
		p.Printf("  %s\n", p.Yellow("The checks of these files show none of these causes."))
	}
	if short && len(shown) == 0 && len(m.Causes) > 1 {
		p.Printf("  %s\n", p.Dim(fmt.Sprintf("%d more causes: certconv explain %s", len(m.Causes)-1, m.ID)))
		return
	}
	if len(m.Refs) > 0 {
		p.Printf("\n  %s %s\n", p.Dim("see"), p.Wrap(strings.Join(m.Refs, "; "), "      "))
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
func (x *explanation) shownCauses(p *report.Printer, m *knowledge.Match, shown []int) {
	p.Printf("\n")
	for _, i := range shown {
		x.cause(p, m, i)
	}
	if len(shown) == len(m.Causes) {
		return
	}
	p.Printf("\n  %s\n", p.Dim("Other causes, which these files do not show:"))
	for i := range m.Causes {
		if !slices.Contains(shown, i) {
			p.Printf("  %s\n", p.Dim(p.Sprintf("%d. %s", i+1, p.Wrap(m.Causes[i].Text, "     "))))
		}
	}
}

func (x *explanation) cause(p *report.Printer, m *knowledge.Match, i int) {
	const indent = "           "
	c, findings := m.Causes[i], x.found(m, i)
	mark, words, action := report.Styled("  "), p.Wrap(c.Text, "     "), c.Action
	if len(findings) > 0 {
		mark, words = p.Red("→ "), p.Bold(words)
		if !findings[0].Action.IsZero() {
			action = findings[0].Action
		}
	}
	if c.Text != m.Title {
		p.Printf("%s%d. %s\n", mark, i+1, words)
	}
	for n, f := range findings {
		if n == mostFindings {
			p.Printf("%s%s\n", indent, p.Dim(fmt.Sprintf("and %d more", len(findings)-n)))
			break
		}
		where := report.Place(f.At)
		if where != "" {
			where += ": "
		}
		p.Printf("     %s %s\n", p.Red("found"), p.Wrap(where+f.Message.String(), indent))
	}
	if command := x.command(c); command != "" && len(findings) == 0 {
		p.Printf("     %s %s\n", p.Dim("check"), command)
	}
	if !action.IsZero() {
		p.Printf("     %s   %s\n", p.Dim("fix"), p.Remedy(action, indent))
	}
}
