package structure

import (
	"bytes"
	"slices"

	"github.com/certconv/certconv/internal/note"
)

// extensions reads Extensions (RFC 5280, Section 4.1). Each extension is there
// once: Go refuses a second one, OpenSSL one of those that it looks at, and
// others take the first. inside reads the content of one, nil: nobody does.
func (c *cursor) extensions(inside func(w *walk, id, value []byte, off int)) {
	list := c.enter(idSequence, "the extensions")
	var first [32][]byte
	n := 0
	var seen map[string]bool // from the 33rd
	for list.more() {
		e := list.enter(idSequence, "an extension")
		id := e.oid("the type")
		if e.peek() == idBoolean {
			e.boolean("the mark critical")
		}
		value, off, ok := e.field(idOctets, "the value")
		e.end()
		if !ok {
			continue
		}
		again := seen[string(id)]
		for _, o := range first[:n] {
			again = again || bytes.Equal(o, id)
		}
		switch {
		case again:
			by := twiceUnknown
			if slices.Contains(cachedByOpenSSL, string(id)) {
				by = nobodyVerifies
			}
			c.w.fault(off, by, "the extension %s is there twice", dotted(id))
		case n < len(first):
			first[n] = id
			n++
		default:
			if seen == nil {
				seen = map[string]bool{}
			}
			seen[string(id)] = true
		}
		if inside != nil {
			inside(c.w, id, value, off)
		}
	}
}

// cachedByOpenSSL are the extensions that OpenSSL reads before it verifies.
var cachedByOpenSSL = []string{
	"\x55\x1d\x0e", "\x55\x1d\x0f", "\x55\x1d\x11", "\x55\x1d\x13", "\x55\x1d\x1e", "\x55\x1d\x1f", "\x55\x1d\x23", "\x55\x1d\x25",
	"\x60\x86\x48\x01\x86\xf8\x42\x01\x01",
}

// content looks into the value of an extension. OpenSSL reads it when it first
// verifies; some it never reads, and other clients read others.
func (w *walk) content(id, value []byte, off int) {
	c := cursor{w, value, off, ""}
	was := w.load
	switch string(id) {
	case "\x55\x1d\x0e":
		c.what, w.load = "the subject key identifier", note.OpenSSLVerifies|note.ChromeReads
		c.field(idOctets, c.what)
	case "\x55\x1d\x0f":
		c.what, w.load = "the key usage", nobodyVerifies
		c.usage()
	case "\x60\x86\x48\x01\x86\xf8\x42\x01\x01":
		c.what, w.load = "Netscape's certificate type", note.OpenSSLVerifies
		c.usage()
	case "\x55\x1d\x11":
		c.what, w.load = "the subjectAltName", nobodyVerifies
		c.altName()
	case "\x55\x1d\x13":
		c.what, w.load = "the basic constraints", nobodyVerifies
		c.basicConstraints()
	case "\x55\x1d\x1e":
		c.what, w.load = "the name constraints", nobodyVerifies
		c.nameConstraints()
	case "\x55\x1d\x1f":
		c.what, w.load = "the CRL distribution points", note.OpenSSLVerifies
		c.distributionPoints()
	case "\x55\x1d\x23":
		c.what, w.load = "the authority key identifier", note.OpenSSLVerifies|note.ChromeReads
		c.authorityKeyID()
	case "\x55\x1d\x25":
		c.what, w.load = "the extended key usage", nobodyVerifies
		c.purposes()
	case "\x55\x1d\x20":
		c.what, w.load = "the certificate policies", note.ChromeReads
		c.policies()
	case "\x2b\x06\x01\x05\x05\x07\x01\x01":
		c.what, w.load = "the authority information access", note.ChromeReads
		c.informationAccess()
	default:
		c.rest = nil
	}
	c.end()
	w.load = was
}

// crlContent looks into the value of an extension of a CRL, as Go does.
func (w *walk) crlContent(id, value []byte, off int) {
	c := cursor{w, value, off, ""}
	was := w.load
	w.load = note.GoParses
	switch string(id) {
	case "\x55\x1d\x23":
		c.what = "the authority key identifier"
		c.authorityKeyID()
	case "\x55\x1d\x14":
		c.what = "the number of the CRL"
		c.integer(c.what)
	}
	w.load = was
}

func (c *cursor) usage() {
	b, off := c.bits("the value", 0)
	if c.w != nil && len(b) == 0 {
		c.w.fault(off, note.OpenSSLVerifies, "nothing in %s", c.what)
	}
}

func (c *cursor) basicConstraints() {
	s := c.enter(idSequence, c.what)
	if s.peek() == idBoolean {
		s.boolean("the mark of a CA")
	}
	if s.peek() == idInteger {
		if n := s.integer("the path length"); len(n) > 0 && n[0]&0x80 != 0 {
			s.w.fault(s.off-len(n), nobodyVerifies, "the path length of the basic constraints is negative")
		}
	}
	s.end()
}

func (c *cursor) purposes() {
	s := c.enter(idSequence, c.what)
	for s.more() {
		s.oid("a purpose")
	}
}

func (c *cursor) altName() {
	s := c.enter(idSequence, c.what)
	if s.w != nil && !s.more() {
		s.w.fault(s.off, note.StandardAllows, "nothing in %s", c.what)
	}
	for s.more() {
		s.generalName(false)
	}
}

func (c *cursor) authorityKeyID() {
	s := c.enter(idSequence, c.what)
	if s.peek() == context {
		s.field(context, "the key identifier")
	}
	if s.peek() == constructed|1 {
		names := s.enter(constructed|1, "the issuer")
		for names.more() {
			names.generalName(false)
		}
	}
	if s.peek() == context|2 {
		b, off, ok := s.field(context|2, "the serial number")
		if ok {
			s.checkInteger(b, off, "the serial number", everybody)
		}
	}
	s.end()
}

// generalName reads a GeneralName (RFC 5280, Section 4.2.1.6). constraint: an
// address has a mask behind it.
func (c *cursor) generalName(constraint bool) {
	const name = "a name"
	switch id := c.peek(); id {
	case constructed:
		other := c.enter(id, name)
		other.oid("the type")
		value := other.enter(constructed, "the value")
		value.skip("the value")
		value.end()
		other.end()
	case context | 1, context | 2, context | 6:
		b, off, ok := c.field(id, name)
		if ok {
			c.checkString(idIA5, b, off, name)
		}
	case constructed | 3, constructed | 5:
		c.skip(name)
	case constructed | 4:
		d := c.enter(id, name)
		d.name(c.what)
		d.end()
	case context | 7:
		b, off, ok := c.field(id, name)
		n := len(b)
		if constraint {
			n /= 2
		}
		if ok && (n != 4 && n != 16 || constraint && len(b)%2 != 0) {
			c.w.fault(off, note.GoParses, "an address of %d octets in %s", len(b), c.what)
		}
	case context | 8:
		b, off, ok := c.field(id, name)
		if ok {
			c.checkOID(b, off, name)
		}
	default:
		if c.w != nil {
			c.w.fault(c.off, everybody, "a name of no known kind in %s", c.what)
			c.w, c.rest = nil, nil
		}
	}
}

func (c *cursor) nameConstraints() {
	s := c.enter(idSequence, c.what)
	if s.w != nil && !s.more() {
		s.w.fault(s.off, note.GoParses, "nothing in the name constraints")
	}
	for tag := byte(0); tag <= 1; tag++ {
		if s.peek() != constructed|tag {
			continue
		}
		trees := s.enter(constructed|tag, "the name constraints")
		for trees.more() {
			t := trees.enter(idSequence, "a name constraint")
			t.generalName(true)
			for tag := byte(0); tag <= 1; tag++ {
				if t.peek() == context|tag {
					b, off, ok := t.field(context|tag, "a bound")
					if ok {
						t.checkInteger(b, off, "a bound", everybody)
						t.w.fault(off, nobodyVerifies, "a name constraint has bounds, which nobody takes")
					}
				}
			}
			t.end()
		}
	}
	s.end()
}

func (c *cursor) distributionPoints() {
	s := c.enter(idSequence, c.what)
	for s.more() {
		p := s.enter(idSequence, "a distribution point")
		if p.peek() == constructed {
			n := p.enter(constructed, "a distribution point")
			switch n.peek() {
			case constructed:
				names := n.enter(constructed, "a distribution point")
				for names.more() {
					names.generalName(false)
				}
			default:
				set := n.enter(constructed|1, "a distribution point")
				for set.more() {
					a := set.enter(idSequence, "an attribute")
					a.oid("the type")
					a.directoryString("a distribution point")
					a.end()
				}
			}
			n.end()
		}
		if p.peek() == context|1 {
			b, off, ok := p.field(context|1, "the reasons")
			if ok {
				p.checkBits(b, off, "the reasons", 0)
			}
		}
		if p.peek() == constructed|2 {
			names := p.enter(constructed|2, "the issuer")
			for names.more() {
				names.generalName(false)
			}
		}
		p.end()
	}
}

func (c *cursor) policies() {
	s := c.enter(idSequence, c.what)
	for s.more() {
		p := s.enter(idSequence, "a policy")
		p.oid("the type")
		if p.more() {
			p.enter(idSequence, "the qualifiers")
		}
		p.end()
	}
}

func (c *cursor) informationAccess() {
	s := c.enter(idSequence, c.what)
	for s.more() {
		d := s.enter(idSequence, "an access description")
		d.oid("the method")
		d.generalName(false)
		d.end()
	}
}
