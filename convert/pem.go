package convert

import (
	"bytes"
	"errors"
	"iter"
	"slices"
	"sort"

	"github.com/certconv/certconv/internal/carrier"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
)

// detectPEM is certain where there is a boundary, however mangled, in a text;
// a boundary in a binary file, or base64 alone, makes it possible.
func detectPEM(data []byte) confidence {
	enc, _ := pem.DetectEncoding(data)
	strict := bytes.Contains(data, []byte(pem.Begin))
	if enc == pem.UTF8 && pem.IsBinary(data) {
		if strict && !shape.IsProgram(data) {
			return possible
		}
		return notIt
	}
	if strict {
		return certain
	}
	t, err := pem.Read(data, knownBare)
	switch {
	case err != nil:
		return notIt
	case len(t.Blocks) == 0, t.Blocks[0].Label == "" && t.Blocks[0].EndLabel == "":
		t.Wipe()
		return possible
	}
	t.Wipe()
	return certain
}

// decodePEM reads every block of a PEM file.
func (d *decoder) decodePEM(data []byte, at Source) error {
	t, err := pem.Read(data, knownBare)
	if err != nil {
		e := ofPEM(Source{File: at.File}, err)
		if e.Kind == ErrUnknownFormat {
			e.Detail, e.Foreign = "", shape.Identify(data)
		}
		return e
	}
	d.notePEM(t, t.Notes, at)
	if t.Around.Line > 0 {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: Source{File: at.File, Format: "pem", Line: t.Around.Line, Column: t.Around.Column, Offset: t.Around.Offset}, Kind: note.Carrier})
	}
	d.bundle.Certs = slices.Grow(d.bundle.Certs, countLabel(t.Blocks, pem.LabelCertificate))
	at.Format = "pem"
	container, skipped, whole := -1, "", d.bundle.count()
	for i := range t.Blocks {
		b := &t.Blocks[i]
		before := d.bundle.count()
		src := sourceOf(b, at)
		if b.Label == "" && b.EndLabel == "" {
			err = d.decodeBare(b, src)
		} else {
			if container < 0 {
				d.container(at)
				container = d.current
			}
			d.current = container
			err = d.decodeBlock(b, src)
		}
		if err != nil {
			d.fail(src, b.Kind(), "", err)
		}
		d.settle(before, t, b, src, namesBefore(t.Before(i)))
		if l, _ := pem.LookupLabel(b.Label); l.Skip != "" {
			skipped = l.Skip
		}
		if d.over() || errors.Is(d.bundle.Err(), ErrTooLarge) {
			break
		}
	}
	if d.depth == 0 && !d.opts.bare {
		d.notePEM(t, t.Verdicts(data), at)
	}
	d.nameAcme(data, whole)
	d.besidePEM(t, at)
	if d.bundle.Len() == 0 && len(d.bundle.Failures) == 0 {
		detail := skipped
		if detail == "" {
			detail = "an END line, and no object before it"
		}
		e := &Error{Kind: ErrUnknownFormat, Source: at, Detail: detail}
		if f := shape.Identify(data); f.Kind == shape.OpenPGP || f.Kind == shape.Encrypted {
			e.Detail, e.Foreign = "", f // says how to open it
		}
		return e
	}
	return nil
}

// nameAcme names what was read of Traefik's acme.json as that file does.
func (d *decoder) nameAcme(data []byte, before tally) {
	names := carrier.AcmeNames(data)
	if len(names) == 0 {
		return
	}
	for s := range d.bundle.sources(before) {
		i := sort.Search(len(names), func(i int) bool { return names[i].To > s.Offset })
		if i < len(names) && names[i].From <= s.Offset {
			s.Object = shape.Plain(names[i].Name, maxObjectName)
		}
	}
}

// knownBare reports whether another format knows what base64 without boundaries
// holds.
func knownBare(body []byte) bool {
	for _, f := range formats() {
		if f.Name != "pem" && f.detect != nil && f.detect(body) > notIt {
			return true
		}
	}
	return false
}

// sourceOf is the place of a block in the file of at.
func sourceOf(b *pem.Block, at Source) Source {
	return Source{File: at.File, Format: "pem", Entry: b.Label, Line: b.At.Line, Column: b.At.Column, Offset: b.At.Offset}
}

// notePEM takes over what the PEM reader noticed in the file of at.
func (d *decoder) notePEM(t *pem.Text, list []pem.Note, at Source) {
	d.bundle.Notes = slices.Grow(d.bundle.Notes, len(list))
	for i := range list {
		n := &list[i]
		src := Source{File: at.File, Format: "pem", Line: n.At.Line, Column: n.At.Column, Offset: n.At.Offset}
		if n.Block > 0 {
			src.Entry = t.Blocks[n.Block-1].Label
		}
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: src, Kind: n.Kind, Rune: n.Rune, N: n.N, Is: n.Is.Kind(), By: n.By, Text: n.Text, Where: n.Where, Block: n.Block, Undone: n.Undone})
	}
}

func countLabel(blocks []pem.Block, label string) int {
	n := 0
	for i := range blocks {
		if blocks[i].Label == label && blocks[i].Err == nil {
			n++
		}
	}
	return n
}

// decodeBlock adds the object of one block.
func (d *decoder) decodeBlock(b *pem.Block, at Source) error {
	if b.Err != nil {
		at, err := d.next(at)
		if err != nil {
			return err
		}
		return ofPEM(at, b.Err)
	}
	label, known := pem.LookupLabel(b.Label)
	if label.Opaque {
		d.note(at, note.Skipped, label.Skip)
		return nil
	}
	if dek, encrypted := b.DEKInfo(); encrypted {
		return d.decodeTraditional(b, dek, at)
	}
	if bytes.HasPrefix(b.Body, []byte(pem.OpenSSHMagic)) {
		return d.decodeOpenSSHKey(b.Body, at)
	}
	body := b.Body
	if b.Label == "DSA PUBLIC KEY" {
		if spki := pubkey.SPKIFromDSA(body); spki != nil {
			body = spki
		}
	}
	what := shape.Of(body)
	switch {
	case what == shape.Unknown && label.Skip == "", label.Skip != "" && (what == shape.Unknown || what.Kind() == ""):
	case label.Skip != "", !known, !slices.Contains(label.Objects, what) && !(what == shape.TrustedCert && label.Kind == KindCertificate):
		n := Note{Source: at, Kind: note.LabelWrong}
		is, words := b.WrongLabel()
		n.Is, n.Text = is.Kind(), words
		d.bundle.Notes = append(d.bundle.Notes, n)
		label.Skip = ""
	case label.Modern != "":
		d.note(at, note.LabelLegacy, "%s, today %s", b.Label, label.Modern)
	}
	if label.Skip != "" {
		d.note(at, note.Skipped, label.Skip)
		return nil
	}
	notes := len(d.bundle.Notes)
	err := d.decodeObject(body, at)
	if what != shape.Unknown { // of what is damaged nobody knows the end
		d.behind(body, at, notes)
	}
	var e *Error
	if what == shape.Unknown && errors.As(err, &e) && (e.Kind != ErrUnknownFormat || e.Foreign.IsZero() || known && e.Foreign.Kind == shape.OtherASN1) {
		return underLabel(b.Label, known, e)
	}
	return err
}

// underLabel words the fault of what cannot be told from its content by its
// label: if that is known, it is damaged.
func underLabel(label string, known bool, e *Error) error {
	e.What, e.Foreign = label, shape.Foreign{}
	switch {
	case !known:
		e.Kind, e.Missing, e.Detail = ErrUnknownFormat, 0, "neither the label nor what is under it is known"
	case e.Kind == ErrUnknownFormat:
		e.Kind, e.Detail = ErrDamaged, "what is under the label is nothing that is known"
	}
	return e
}

// decodeTraditional opens a key with Proc-Type and DEK-Info headers.
func (d *decoder) decodeTraditional(b *pem.Block, dek string, at Source) error {
	what := "encrypted " + b.Label
	plain, scheme, err := d.decryptTraditionalPEM(dek, b.Body, at, what, func(plain []byte) error {
		// One in 256 wrong passwords leaves a padding that looks right.
		e, _, err := der.Parse(plain)
		if err != nil || !e.Is(der.TagSequence) || shape.Of(plain) == shape.Unknown {
			return pbe.ErrPassword
		}
		return nil
	})
	if err != nil {
		d.fail(at, KindPrivateKey, scheme, err)
		return nil
	}
	switch shape.Of(plain) {
	case shape.PKCS8, shape.PKCS1, shape.SEC1, shape.DSAKey:
		defer clear(plain)
		notes := len(d.bundle.Notes)
		if err := d.addKeyDER(plain, at, scheme, Names{}); err != nil {
			return err
		}
		d.behind(plain, at, notes)
		return nil
	}
	// OpenSSL encrypts whatever it is asked to.
	return d.decodeObject(plain, at)
}

// decodeBare reads what base64 without boundaries holds, as the format that it
// is.
func (d *decoder) decodeBare(b *pem.Block, at Source) error {
	if err := d.enter(at); err != nil {
		return err
	}
	defer func() { d.depth-- }()
	if b.Err != nil {
		return ofPEM(at, b.Err)
	}
	f := Detect(b.Body)
	if f == nil {
		if bytes.HasPrefix(b.Body, []byte(pem.OpenSSHMagic)) {
			at.Format = "openssh"
			d.container(at)
			return d.decodeOpenSSHKey(b.Body, at)
		}
		return d.decodeObject(b.Body, at)
	}
	at.Format = f.Name
	notes := len(d.bundle.Notes)
	err := f.read(d, b.Body, at)
	d.following(b.Body, at, notes)
	return err
}

// tally is how much of everything a bundle holds.
type tally struct {
	keys, publicKeys, certs, requests, crls, others, notes, failures, containers int
}

func (b *Bundle) count() tally {
	return tally{len(b.Keys), len(b.PublicKeys), len(b.Certs), len(b.Requests), len(b.CRLs), len(b.Others), len(b.Notes), len(b.Failures), len(b.Containers)}
}

// sources are the places of all that came into b since it was counted.
func (b *Bundle) sources(since tally) iter.Seq[*Source] {
	return func(yield func(*Source) bool) {
		if !eachSource(b.Containers[since.containers:], func(c *Container) *Source { return &c.Source }, yield) {
			return
		}
		for o := range b.objects(since) {
			if !yield(o.Source) {
				return
			}
		}
		_ = eachSource(b.Notes[since.notes:], func(n *Note) *Source { return &n.Source }, yield) &&
			eachSource(b.Failures[since.failures:], func(f *Failure) *Source { return &f.Source }, yield)
	}
}

func eachSource[T any](list []T, source func(*T) *Source, yield func(*Source) bool) bool {
	for i := range list {
		if !yield(source(&list[i])) {
			return false
		}
	}
	return true
}

// settle gives everything that a block brought the place of the block in the
// file, and the names in the text before it. Offsets that the decoders counted
// within the object become places in the text as far as that can be done.
func (d *decoder) settle(before tally, t *pem.Text, b *pem.Block, at Source, names Names) {
	bundle := d.bundle
	place := func(s *Source) {
		s.Line, s.Column, s.Offset = at.Line, at.Column, at.Offset
		if s.Entry == "" {
			s.Entry = at.Entry
		}
	}
	add := func(n *Names) {
		if n.FriendlyName == "" {
			n.FriendlyName = names.FriendlyName
		}
		if n.LocalKeyID == nil {
			n.LocalKeyID = names.LocalKeyID
		}
		if n.Attributes == nil {
			n.Attributes = names.Attributes
		}
	}
	for i := range bundle.Containers[before.containers:] {
		if c := &bundle.Containers[before.containers+i]; c.Format != "pem" || b.Label == "" {
			place(&c.Source)
		}
	}
	for o := range bundle.objects(before) {
		place(o.Source)
		add(o.Names)
	}
	for i := range bundle.Notes[before.notes:] {
		place(&bundle.Notes[before.notes+i].Source)
		bundle.Notes[before.notes+i].Block = b.Number
	}
	for i := range bundle.Failures[before.failures:] {
		f := &bundle.Failures[before.failures+i]
		place(&f.Source)
		var e *Error
		if b.Err == nil && errors.As(f.Err, &e) {
			within := e.Source.Offset - at.Offset
			place(&e.Source)
			// A look at each place takes the length of the block: not for all of a thousand.
			if e.Kind == ErrDamaged && within > 0 && e.Missing == 0 && i < 10 {
				if p, ok := t.Within(b, within); ok {
					e.Source.Line, e.Source.Column, e.Source.Offset = p.Line, p.Column, p.Offset
				}
			}
		}
	}
}
