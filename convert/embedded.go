package convert

import (
	"bytes"
	"cmp"
	"errors"

	"github.com/certconv/certconv/internal/carrier"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/shape"
)

// embedded is an object that a text of another kind carries: digits of a dump, a value of
// a Kubernetes Secret, a certificate in a configuration.
type embedded struct {
	data []byte
	err  error  // why data is not there: not the digits or the base64 that it should be
	line int    // where it begins, from 1
	name string // what the text calls it, "" if it does not
	ours bool   // the text says that it is a key or certificate

	object  string // that it is part of, for Source.Object
	goReads bool   // programs in Go read it, as PEM
}

// decodeEmbedded reads each object as whatever it is. What cannot be read is a fault,
// unless there are others and nothing says that it is one of ours.
func (d *decoder) decodeEmbedded(list []embedded, at Source) error {
	if err := d.enter(at); err != nil {
		return err
	}
	defer func() { d.depth-- }()
	d.container(at)
	for _, x := range list {
		at := at
		at.Line, at.Column, at.Offset, at.Entry, at.Object = x.line, 1, -1, x.name, x.object
		if len(x.data) == 0 && x.err == nil {
			d.note(at, note.Skipped, "%s: an empty value", cmp.Or(x.name, "a list"))
			continue
		}
		before := d.bundle.count()
		err := x.err
		if err == nil {
			err = d.decodeAny(x.data, at)
		}
		d.settleEmbedded(before, at)
		if x.goReads && err == nil {
			d.noteGo(x.data, before)
		}
		var own *Error
		switch {
		case err == nil:
		case errors.As(err, &own) && own.Kind == ErrUnknownFormat && len(list) > 1 && !x.ours && !carrier.Begins(x.data):
			d.note(at, note.Skipped, "%s: %d bytes that are no key or certificate", cmp.Or(x.name, "a list"), len(x.data))
		case own != nil:
			if own.Kind == ErrUnknownFormat && own.Foreign.IsZero() && carrier.Begins(x.data) {
				own = &Error{Kind: ErrDamaged, What: cmp.Or(x.name, "object"), Detail: "it begins as a key or certificate does, and is none: something is missing or was changed"}
			}
			own.Source = at
			d.fail(at, "", "", own)
		default:
			d.fail(at, "", "", err)
		}
		if d.ended != nil {
			return d.ended
		}
		if d.over() {
			return nil
		}
	}
	return nil
}

// settleEmbedded puts the place in the text on all that an object brought: lines and
// offsets within it mean nothing to somebody who has the text.
func (d *decoder) settleEmbedded(before tally, at Source) {
	place := func(s *Source) {
		s.Format, s.Line, s.Column, s.Offset, s.Object = at.Format, at.Line, at.Column, at.Offset, at.Object
		if s.Entry == "" {
			s.Entry = at.Entry
		}
	}
	for s := range d.bundle.sources(before) {
		place(s)
	}
	for o := range d.bundle.objects(before) {
		if at.Object != "" { // which value it is says more than a label of PEM in it
			o.Source.Entry = at.Entry
		}
	}
	for i := range d.bundle.Failures[before.failures:] {
		var e *Error
		if errors.As(d.bundle.Failures[before.failures+i].Err, &e) {
			place(&e.Source)
		}
	}
}

// decodeAny reads data by the decoder of the format that it is.
func (d *decoder) decodeAny(data []byte, at Source) error {
	f := Detect(data)
	if f == nil {
		return &Error{Kind: ErrUnknownFormat, Source: at, Foreign: shape.Identify(data)}
	}
	at.Format = f.Name
	notes := len(d.bundle.Notes)
	err := f.read(d, data, at)
	d.following(data, at, notes)
	return err
}

// maxTextSize bounds a text that is looked through for what it carries.
const maxTextSize = carrier.MaxSize

// plainText is data as text in UTF-8, "" where it is none or too long.
func plainText(data []byte) string {
	if len(data) > maxTextSize {
		return ""
	}
	text := pem.ToUTF8(data)
	if bytes.IndexByte(text[:min(len(text), 4096)], 0) >= 0 {
		return ""
	}
	return string(text)
}

// isObject reports whether data is what some format is certain of.
func isObject(data []byte) bool {
	if shape.Of(data) != shape.Unknown || shape.IsBKS(data) || detectPEM(data) >= likely || isArchive(data) {
		return true
	}
	for _, detect := range []func([]byte) confidence{detectPFX, detectJKS, detectJCEKS, detectBCFKS, detectPVK, detectNET, detectSST} {
		if detect(data) == certain {
			return true
		}
	}
	return false
}
