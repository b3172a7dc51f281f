package convert

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/der"
)

func detectPEM(data []byte) Confidence {
	if bytes.Contains(data, beginMark) {
		return Certain
	}
	return No
}

// decodePEM reads every block of a PEM file.
func (d *decoder) decodePEM(data []byte, at Source) error {
	t, err := ScanPEM(data)
	if err != nil {
		return d.placed(err, at)
	}
	at.Format = "pem"
	d.container(at)
	current := len(d.bundle.Containers) - 1
	for _, n := range t.Notes {
		n.Source.File = at.File
		d.bundle.Notes = append(d.bundle.Notes, n)
	}
	for i := range t.Blocks {
		b := &t.Blocks[i]
		src := b.Source
		src.File = at.File
		src, err := d.next(src)
		if err != nil {
			return err
		}
		d.current = current
		if err := d.decodeBlock(b, src); err != nil {
			d.fail(src, b.kind(), "", err)
		}
	}
	return nil
}

// placed puts the name of the file into an error of the reader.
func (d *decoder) placed(err error, at Source) error {
	var e *Error
	if errors.As(err, &e) {
		e.Source.File = at.File
	}
	return err
}

// kind is what the label says the block is.
func (b *PEMBlock) kind() Kind {
	l, _ := lookupLabel(b.Label)
	return l.kind
}

// decodeBlock adds the object of one block.
func (d *decoder) decodeBlock(b *PEMBlock, at Source) error {
	if b.Err != nil {
		return d.placed(b.Err, at)
	}
	label, known := lookupLabel(b.Label)
	if label.skip != "" {
		d.note(at, NoteSkipped, label.skip)
		return nil
	}
	if dek, encrypted := b.dekInfo(); encrypted {
		return d.decodeTraditional(b, dek, at)
	}
	if b.Label == labelOpenSSH {
		return d.decodeOpenSSHKey(b.Body, at)
	}
	what := classify(b.Body)
	switch {
	case what == objUnknown:
	case known && !slices.Contains(label.objects, what):
		d.note(at, NoteLabelWrong, "labelled "+b.Label+", but it is "+what.String())
	case label.modern != "":
		d.note(at, NoteLabelLegacy, b.Label+", today "+label.modern)
	}
	return d.decodeObject(b.Body, at)
}

// dekInfo returns the DEK-Info header and whether the block is encrypted the
// traditional way (RFC 1421, Section 4.6).
func (b *PEMBlock) dekInfo() (value string, encrypted bool) {
	for _, h := range b.Headers {
		switch {
		case strings.EqualFold(h[0], "DEK-Info"):
			value, encrypted = h[1], true
		case strings.EqualFold(h[0], "Proc-Type") && strings.Contains(strings.ToUpper(h[1]), "ENCRYPTED"):
			encrypted = true
		}
	}
	return value, encrypted
}

// decodeTraditional opens a key with Proc-Type and DEK-Info headers.
func (d *decoder) decodeTraditional(b *PEMBlock, dek string, at Source) error {
	what := "encrypted " + b.Label
	if dek == "" {
		return &Error{Kind: ErrDamaged, Source: at, What: what, Detail: "the DEK-Info header, which says how it is encrypted, is missing"}
	}
	plain, scheme, err := d.decryptTraditionalPEM(dek, b.Body, at, what, func(plain []byte) error {
		if _, err := der.ParseAll(plain); err != nil {
			return errPassword
		}
		return nil
	})
	if err != nil {
		d.fail(at, KindPrivateKey, scheme, err)
		return nil
	}
	defer clear(plain)
	return d.addKeyDER(plain, at, scheme, Names{})
}
