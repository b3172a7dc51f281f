package main

import (
	"bytes"
	"strings"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/target"
)

type jsonFile struct {
	Path       string              `json:"path"`
	Format     string              `json:"format,omitempty"`
	Encrypted  bool                `json:"encrypted"`
	Encryption string              `json:"encryption,omitempty"`
	MAC        string              `json:"mac,omitempty"`
	OpensIn    []string            `json:"opens_in,omitempty"`
	RefusedBy  []target.RefusedPFX `json:"refused_by,omitempty"`
}

type jsonNote struct {
	Kind   note.Kind `json:"kind"`
	Text   string    `json:"text,omitempty"`
	Line   int       `json:"line,omitempty"`
	Column int       `json:"column,omitempty"`
}

// JSON writes what is in the file, one object at a time.
func (r *fileReport) JSON(out *bytes.Buffer) {
	head := jsonFile{Path: r.path, Format: r.format()}
	var schemes []string
	head.Encrypted, schemes, head.MAC = r.protection()
	head.Encryption = strings.Join(schemes, ", ")
	if r.opensKnown() {
		head.OpensIn, head.RefusedBy = target.WhoOpens(r.bundle.Containers[0].Uses)
	}
	// The object is left open for the lists, which are written one element at a
	// time.
	enc := report.NewEncoder(out)
	value := func(v any) {
		_ = enc.Encode(v)
		out.Truncate(out.Len() - 1) // the line end that Encode adds
	}
	value(head)
	out.Truncate(out.Len() - 1)
	out.WriteString(`,"items":[`)
	for n := range r.order {
		if n > 0 {
			out.WriteString(",\n  ")
		}
		value(r.item(n))
	}
	out.WriteString("]")
	if notes := r.bundle.Notes; len(notes) > 0 {
		out.WriteString(`,"notes":[`)
		for i := range notes {
			if i > 0 {
				out.WriteString(",\n  ")
			}
			value(jsonNote{notes[i].Kind, report.NoteText(&notes[i]), notes[i].Source.Line, notes[i].Source.Column})
		}
		out.WriteString("]")
	}
	if r.failure != nil {
		out.WriteString(`,"error":`)
		value(report.NewFault(r.failure))
	}
	out.WriteString("}")
}
