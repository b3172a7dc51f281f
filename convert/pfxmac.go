package convert

import (
	"bytes"
	"errors"
	"slices"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
)

const whatMAC = "MAC of a PFX"

// checkMAC is called when the contents have been read. A password is asked for
// only if nothing in the file is encrypted; otherwise the ones that are known
// by now are all there are.
func (p *pfxReader) checkMAC(at Source) {
	m := p.mac
	try := func(pw []byte) error {
		if err := p.d.spend(at, whatMAC, m.Rounds, m.Weight); err != nil {
			return err
		}
		return m.Verify(pw, p.content)
	}
	if p.locked > 0 {
		ok, err := p.d.tryKnown(at, m.Form, try)
		switch {
		case err != nil:
			p.d.fail(at, "", "", err)
		case ok:
			p.tellPasswords()
		case p.opened > 0:
			p.d.note(at, note.MACFails, "the MAC does not verify with the password that opens the contents: they were altered, or the MAC has another password")
		}
		return
	}
	err := p.d.unlock(at, whatMAC, m.Form, try)
	if e, ok := err.(*Error); ok && e.Kind == ErrPasswordRequired {
		p.d.note(at, note.Skipped, "the MAC was not checked: that takes a password, the contents do not")
		return
	}
	if err != nil {
		p.d.fail(at, "", "", err)
	}
}

// scout reads the file without opening anything, for the keys that it will ask
// for, and has them derived side by side.
func (p *pfxReader) scout(at Source) {
	d := &decoder{opts: p.d.opts, bundle: &Bundle{}, work: p.d.work, ahead: &pbe.Ahead{}, scouting: true}
	if m := p.mac; m != nil && d.spend(at, whatMAC, m.Rounds, m.Weight) == nil {
		d.ahead.AddMAC(m)
		p.mac = d.ahead.MAC(m)
		p.d.rejects = p.rejects
	}
	_ = (&pfxReader{d: d}).authenticatedSafe(p.content, at) // whoever reads tells the faults
	p.d.ahead = d.ahead
}

// macTrial is what the MAC says of a password.
type macTrial struct {
	password     []byte
	parts        int // that it was tried on
	asked, fails bool
}

// rejects reports whether a form of a password (0 is the proper one) need not be
// tried on a part of the file: the MAC does not know the password in any form. The
// proper form always is, because a part may have a password of its own, and every
// form once a part has opened; so is one that is not ASCII, of which writers make
// different bytes, on the first part: a file that was altered has another MAC.
func (p *pfxReader) rejects(password []byte, form int) bool {
	i := slices.IndexFunc(p.tried, func(t macTrial) bool { return bytes.Equal(t.password, password) })
	if i < 0 {
		i = len(p.tried)
		p.tried = append(p.tried, macTrial{password: password})
	}
	t := &p.tried[i]
	if form == 0 {
		t.parts++
	}
	if form == 0 || p.opened > 0 || t.parts == 1 && !der.IsASCII(password) {
		return false
	}
	if !t.asked {
		t.asked, t.fails = true, p.macFails(password)
	}
	return t.fails
}

// macFails tries the MAC with all forms of a password that can be afforded.
func (p *pfxReader) macFails(password []byte) bool {
	all := pbe.Variants(password, p.mac.Form)
	defer func() {
		for _, v := range all {
			clear(v.Bytes)
		}
	}()
	for _, v := range all {
		if !p.d.work.Again(p.mac.Rounds, p.mac.Weight) {
			return false // it may be right
		}
		if !errors.Is(p.mac.Verify(v.Bytes, p.content), pbe.ErrPassword) {
			return false
		}
	}
	return true
}

// tellPasswords says of the parts that did not open, in a file whose MAC the
// password fits, that they have another one.
func (p *pfxReader) tellPasswords() {
	for _, f := range p.d.bundle.Failures {
		if e, ok := f.Err.(*Error); ok && e.Kind == ErrPasswordIncorrect && e.Detail == "" {
			e.Detail = "the MAC of the file has this password, this part has another"
		}
	}
}
