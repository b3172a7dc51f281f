package convert

import (
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
)

const whatMAC = "MAC of a PFX"

// checkMAC is called when the contents have been read. A password is asked for
// only if nothing in the file is encrypted; otherwise the ones that are known
// by now are all there are.
func (p *pfxReader) checkMAC(m *pbe.MAC, content []byte, at Source) {
	try := func(pw []byte) error {
		if err := p.d.spend(at, whatMAC, m.Rounds, m.Weight); err != nil {
			return err
		}
		return m.Verify(pw, content)
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

// tellPasswords says of the parts that did not open, in a file whose MAC the
// password fits, that they have another one.
func (p *pfxReader) tellPasswords() {
	for _, f := range p.d.bundle.Failures {
		if e, ok := f.Err.(*Error); ok && e.Kind == ErrPasswordIncorrect && e.Detail == "" {
			e.Detail = "the MAC of the file has this password, this part has another"
		}
	}
}
