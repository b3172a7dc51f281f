package validate

import (
	"cmp"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/text"
)

// Severity of a finding.
type Severity string

// The severities, worst first.
const (
	Error   Severity = "error"   // the target refuses, or its users are refused
	Warning Severity = "warning" // some readers do
	Info    Severity = "info"    // worth knowing
)

// AtLeast reports whether s is as bad as t or worse.
func (s Severity) AtLeast(t Severity) bool { return s.rank() >= t.rank() }

func (s Severity) rank() int {
	switch s {
	case Error:
		return 3
	case Warning:
		return 2
	case Info:
		return 1
	}
	return 0
}

// Breaks says what will go wrong; "" if nothing does.
type Breaks string

// What a finding breaks.
const (
	BreaksLoad  Breaks = "load"  // the server does not start, or does not import it
	BreaksTrust Breaks = "trust" // it starts, clients refuse it
	BreaksIssue Breaks = "issue" // the certificate authority refuses it

	breaksNothing Breaks = ""
)

// Finding is what one check says of one place.
type Finding struct {
	Code     string
	Severity Severity
	Breaks   Breaks
	Case     string // which of several faults with this Code, where they are told apart: "order", "renewal", "request"
	At       convert.Source
	Message  text.Text // one sentence, lower case, without a period
	Action   text.Text // what to do; an argument may be a Step
	Refs     []string
	Related  []convert.Source // further places of the same fault

	RefusedBy []string // names of the clients that refuse the server for it

	allowed bool // by the standard: it is no error, whoever refuses
}

// Skip is a check that was not run.
type Skip struct {
	Code string
	Why  Why
}

// Why is the reason why a check was not run.
type Why struct {
	// Kind is "unasked" (it is not in Options.Only), "told" (it is in
	// Options.Skip), "after" (another check has found the cause), "needs"
	// (something is not there that it looks at), or "moot" (it does not matter
	// for what was given).
	Kind string
	Text text.Text // in words; an argument may be an Option
}

// Chosen reports whether the caller did not want the check to run.
func (w Why) Chosen() bool { return w.Kind == "unasked" || w.Kind == "told" }

// String is the reason in words.
func (w Why) String() string { return w.Text.String() }

func (w Why) none() bool { return w.Kind == "" }

// needs is the reason of a check that looks at something which is not there.
func needs(format string, args ...any) Why { return Why{"needs", text.Of(format, args...)} }

// moot is the reason of a check of what does not matter here.
func moot(format string, args ...any) Why { return Why{"moot", text.Of(format, args...)} }

// Report is the outcome of Run. A code is in exactly one of Findings (by way
// of its findings), Passed and Skipped.
type Report struct {
	Schema   int
	Findings []Finding // sorted by file, line, column, code
	Passed   []string
	Skipped  []Skip
	Clients  []ClientVerdict // nothing where there is no certificate of a server
}

// Count is the number of findings of severity s.
func (r *Report) Count(s Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// Worst is the highest severity of the report, "" without findings.
func (r *Report) Worst() Severity {
	var worst Severity
	for _, f := range r.Findings {
		if f.Severity.AtLeast(worst) {
			worst = f.Severity
		}
	}
	return worst
}

func (r *Report) sort() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.At.File, b.At.File),
			cmp.Compare(a.At.Line, b.At.Line),
			cmp.Compare(a.At.Column, b.At.Column),
			cmp.Compare(a.Code, b.Code),
		)
	})
}
