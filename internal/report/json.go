package report

import (
	"bytes"
	"io"
	"strings"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/validate"
)

// jsonForm is one JSON document. What is no UTF-8 in a file becomes U+FFFD, by
// the encoder.
type jsonForm struct {
	w    io.Writer
	opts *Options
}

func newJSON(w io.Writer, opts *Options) Handler { return jsonForm{w, opts} }

func (j jsonForm) Result(r *Result) error { return writeJSON(j.w, NewDocument(r, j.opts.Wording)) }

func (j jsonForm) Failure(f *fault.Failure) error {
	return writeJSON(j.w, struct {
		Schema int    `json:"schema"`
		Error  *Fault `json:"error"`
	}{1, NewFault(f)})
}

func (j jsonForm) Page(p Page) error { return writeJSON(j.w, p) }

func (j jsonForm) List(name string) List { return &jsonList{jsonForm: j, name: name} }

// writeJSON writes v as one document.
func writeJSON(w io.Writer, v any) error {
	enc := NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// jsonList is {"schema":1,"NAME":[…],…}, with the fields of the rest of the
// page at its end.
type jsonList struct {
	jsonForm
	name string
	more bool
}

func (l *jsonList) Begin() error {
	_, err := io.WriteString(l.w, `{"schema":1,"`+l.name+`":[`)
	return err
}

func (l *jsonList) Render(out *bytes.Buffer, e Element) { e.JSON(out) }

func (l *jsonList) Add(rendered []byte) error {
	before := "\n "
	if l.more {
		before = ",\n "
	}
	l.more = true
	if _, err := io.WriteString(l.w, before); err != nil {
		return err
	}
	_, err := l.w.Write(rendered)
	return err
}

func (l *jsonList) End(rest Page) error {
	var b bytes.Buffer
	enc := NewEncoder(&b)
	if err := enc.Encode(rest); err != nil {
		return err
	}
	fields := strings.TrimPrefix(b.String(), "{")
	if fields != "}\n" {
		fields = "," + fields
	}
	_, err := io.WriteString(l.w, "\n]"+fields)
	return err
}

// Document is the report of commands that check.
type Document struct {
	Schema   int       `json:"schema"`
	Findings []Finding `json:"findings"`
	Passed   []string  `json:"passed"`
	Skipped  []Skip    `json:"skipped"`
	Summary  Summary   `json:"summary"`
	Clients  []Client  `json:"clients,omitempty"`
	Error    *Fault    `json:"error,omitempty"`
}

// Finding is a finding in JSON.
type Finding struct {
	Code      string      `json:"code"`
	Severity  string      `json:"severity"`
	File      string      `json:"file"`
	Line      int         `json:"line,omitempty"`
	Column    int         `json:"column,omitempty"`
	Item      string      `json:"item,omitempty"`
	Message   string      `json:"message"`
	Remedy    string      `json:"remedy,omitempty"`
	Breaks    string      `json:"breaks,omitempty"`
	Reference string      `json:"reference,omitempty"`
	Related   []placeJSON `json:"related,omitempty"`
	RefusedBy []string    `json:"refused_by,omitempty"`
	Accepted  *Acceptance `json:"accepted,omitempty"`
	Ended     *Acceptance `json:"acceptance_ended,omitempty"`
}

// Acceptance is why a finding does not count, in JSON.
type Acceptance struct {
	Reason string `json:"reason"`
	Until  string `json:"until"`
}

func newAcceptance(s *Settled) *Acceptance {
	if s == nil {
		return nil
	}
	return &Acceptance{s.Reason, s.Until.Format(time.DateOnly)}
}

// Client is what one client makes of the certificates, in JSON.
type Client struct {
	Name    string   `json:"name"`
	Verdict string   `json:"verdict"`
	Codes   []string `json:"codes"`
}

type placeJSON struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// Skip is a check that was not run, in JSON.
type Skip struct {
	Code string `json:"code"`
	Why  string `json:"why"`
}

// Summary counts findings.
type Summary struct {
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Infos    int `json:"infos"`
	Accepted int `json:"accepted,omitempty"`
}

// Fault is what kept a command from doing its work, in JSON.
type Fault struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// NewFault is nil for none.
func NewFault(f *fault.Failure) *Fault {
	if f == nil {
		return nil
	}
	return &Fault{Code: string(f.Code), Message: f.Error(), Hint: f.Hint}
}

// NewDocument makes the document of a result.
func NewDocument(r *Result, w Wording) *Document {
	out := r.document(r.Report(), r.accepted(), w)
	if list := r.Failures(); len(list) > 0 {
		out.Error = NewFault(list[0])
	}
	return out
}

func (r *Result) document(rep *validate.Report, accepted []Settled, w Wording) *Document {
	out := &Document{
		Schema: 1, Findings: r.findings(r.all(rep.Findings, accepted), w), Passed: append([]string{}, rep.Passed...), Skipped: []Skip{},
		Summary: Summary{rep.Count(validate.Error), rep.Count(validate.Warning), rep.Count(validate.Info), len(accepted)},
	}
	for _, s := range rep.Skipped {
		out.Skipped = append(out.Skipped, Skip{s.Code, w.text(s.Why.Text)})
	}
	for _, c := range rep.Clients {
		out.Clients = append(out.Clients, Client{c.Name, c.Verdict, append([]string{}, c.Codes...)})
	}
	return out
}

// NewFindings are findings without a result that they belong to.
func NewFindings(list []validate.Finding, w Wording) []Finding {
	r := new(Result)
	return r.findings(r.all(list, nil), w)
}

func (r *Result) findings(list []told, w Wording) []Finding {
	out := []Finding{}
	for _, f := range list {
		j := Finding{
			Code: f.Code, Severity: string(f.Severity), File: r.path(f.At), Line: f.At.Line, Column: f.At.Column, Item: r.item(f.At),
			Message: f.Message.String(), Remedy: w.text(f.Action), Breaks: string(f.Breaks), Reference: strings.Join(f.Refs, "; "), RefusedBy: f.RefusedBy,
			Accepted: newAcceptance(f.accepted), Ended: newAcceptance(f.ended),
		}
		for _, at := range f.Related {
			j.Related = append(j.Related, r.placeJSON(at))
		}
		out = append(out, j)
	}
	return out
}

func (r *Result) placeJSON(at convert.Source) placeJSON {
	return placeJSON{r.path(at), at.Line, at.Column}
}
