package report

import (
	"io"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/validate"
)

// ndjsonForm is a JSON document a line: one for each site, and one for what
// could not be read.
type ndjsonForm struct {
	w    io.Writer
	opts *Options
}

func newNDJSON(w io.Writer, opts *Options) Handler { return ndjsonForm{w, opts} }

// Line is the document of one site.
type Line struct {
	Site  string   `json:"site"`
	Files []string `json:"files"`
	Document
}

func (n ndjsonForm) Failure(f *fault.Failure) error { return n.Result(failed(f)) }

func (n ndjsonForm) Result(r *Result) error {
	enc := NewEncoder(n.w)
	for _, s := range r.Sites {
		out := Line{Site: s.Files[s.Main].place(), Document: *r.document(s.Report, s.Accepted, n.opts.Wording)}
		for _, f := range s.Files {
			out.Files = append(out.Files, f.place())
			if out.Error == nil {
				out.Error = NewFault(f.Locked)
			}
		}
		if err := enc.Encode(out); err != nil {
			return err
		}
	}
	for _, f := range r.Failures() {
		if f.Exit() == fault.ExitPassword {
			continue // the line of its site says so
		}
		out := Line{f.File, []string{f.File}, *r.document(&validate.Report{}, nil, nil)}
		out.Error = NewFault(f)
		if err := enc.Encode(out); err != nil {
			return err
		}
	}
	return nil
}
