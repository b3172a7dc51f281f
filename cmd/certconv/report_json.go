package main

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/validate"
)

// verdictJSON is the report of commands that check.
type verdictJSON struct {
	Schema   int           `json:"schema"`
	Findings []findingJSON `json:"findings"`
	Passed   []string      `json:"passed"`
	Skipped  []skipJSON    `json:"skipped"`
	Summary  summaryJSON   `json:"summary"`
	Error    *jsonError    `json:"error,omitempty"`
}

// lineJSON is the document of one of many sites.
type lineJSON struct {
	Site  string   `json:"site"`
	Files []string `json:"files"`
	verdictJSON
}

type findingJSON struct {
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
}

type placeJSON struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

type skipJSON struct {
	Code string `json:"code"`
	Why  string `json:"why"`
}

type summaryJSON struct {
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Infos    int `json:"infos"`
}

func (v *verdict) json() *verdictJSON {
	out := v.reportJSON(v.all)
	if len(v.failures) > 0 {
		out.Error = v.failures[0].json()
	}
	return out
}

func (v *verdict) reportJSON(r *validate.Report) *verdictJSON {
	out := &verdictJSON{
		Schema: 1, Findings: []findingJSON{}, Passed: []string{}, Skipped: []skipJSON{},
		Summary: summaryJSON{r.Count(validate.Error), r.Count(validate.Warning), r.Count(validate.Info)},
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		j := findingJSON{
			Code: f.Code, Severity: string(f.Severity), File: v.path(f.At), Line: f.At.Line, Column: f.At.Column, Item: valid(v.item(f.At)),
			Message: valid(f.Message.String()), Remedy: valid(f.Remedy), Breaks: string(f.Breaks), Reference: strings.Join(f.Refs, "; "),
		}
		for _, at := range f.Related {
			j.Related = append(j.Related, placeJSON{v.path(at), at.Line, at.Column})
		}
		out.Findings = append(out.Findings, j)
	}
	out.Passed = append(out.Passed, r.Passed...)
	for _, s := range r.Skipped {
		out.Skipped = append(out.Skipped, skipJSON{s.Code, valid(s.Why)})
	}
	return out
}

// path is the file as it was given, "-" for standard input.
func (v *verdict) path(at convert.Source) string {
	if in := v.files[at.File]; in != nil {
		return valid(in.place())
	}
	return valid(at.File)
}

func valid(s string) string { return strings.ToValidUTF8(s, "�") }

// writeLines writes a document a line for each site, and one for what could
// not be read.
func (v *verdict) writeLines(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, s := range v.sites {
		out := lineJSON{Site: valid(s.certFile().place()), verdictJSON: *v.reportJSON(s.report)}
		for _, in := range s.inputs {
			out.Files = append(out.Files, valid(in.place()))
			if f := in.locked(); f != nil && out.Error == nil {
				out.Error = f.json()
			}
		}
		if err := enc.Encode(out); err != nil {
			return err
		}
	}
	for _, f := range v.failures {
		if f.exit == exitPassword {
			continue
		}
		out := lineJSON{valid(f.file), []string{valid(f.file)}, *v.reportJSON(&validate.Report{})}
		out.Error = f.json()
		if err := enc.Encode(out); err != nil {
			return err
		}
	}
	return nil
}
