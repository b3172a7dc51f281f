package structure

import (
	"bytes"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
)

// extensions reads Extensions (RFC 5280, Section 4.1). Each extension is there
// once: Go refuses a second one, OpenSSL one of those that it looks at, and
// others take the first. inside reads the content of one, nil: nobody does.
func (c *cursor) extensions(inside func(w *walk, id, value []byte, off int, critical bool)) {
	list := c.enter(idSequence, "the extensions")
	var first [32][]byte
	n := 0
	var seen map[string]bool // from the 33rd
	for list.more() {
		e := list.enter(idSequence, "an extension")
		id := e.oid("the type")
		critical := false
		if e.peek() == idBoolean {
			critical = e.mark()
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
			switch string(id) {
			case rawSKI, rawAKI:
				by &^= note.FirefoxReads
			case rawPolicies:
				by |= note.FirefoxReads
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
			inside(c.w, id, value, off, critical)
		}
	}
}

// cachedByOpenSSL are the extensions that OpenSSL reads before it verifies.
var cachedByOpenSSL = []string{
	"\x55\x1d\x0e", "\x55\x1d\x0f", "\x55\x1d\x11", "\x55\x1d\x13", "\x55\x1d\x1e", "\x55\x1d\x1f", "\x55\x1d\x23", "\x55\x1d\x25",
	"\x60\x86\x48\x01\x86\xf8\x42\x01\x01",
}

// Content octets of extensions that are more than a row below.
const (
	rawSKI      = "\x55\x1d\x0e"
	rawAKI      = "\x55\x1d\x23"
	rawPolicies = "\x55\x1d\x20"
)

// mark reads whether an extension is critical. FALSE is the default, which is
// not written (X.690, Section 11.5).
func (c *cursor) mark() bool {
	b, off, ok := c.field(idBoolean, "the mark critical")
	if !ok {
		return false
	}
	c.checkBoolean(b, off, "the mark critical")
	if len(b) == 1 && b[0] == 0 && c.w != nil {
		c.w.fault(off, note.ChromeReads, "a mark critical that is FALSE, which is not written")
	}
	return len(b) == 1 && b[0] != 0
}

// content looks into the value of an extension. OpenSSL reads it when it first
// verifies; some it never reads, and other clients read others. Java passes over
// one that it cannot read and that is not critical.
func (w *walk) content(id, value []byte, off int, critical bool) {
	c := cursor{w, value, off, ""}
	was, tail, passed, before := w.load, note.ChromeReads, note.Readers(0), len(w.faults)
	if !critical {
		passed = note.JavaReads
	}
	switch string(id) {
	case rawSKI:
		c.what, w.load = "the subject key identifier", note.OpenSSLVerifies|note.ChromeReads|note.GoParses
		c.field(idOctets, c.what)
	case "\x55\x1d\x0f":
		c.what, w.load = "the key usage", nobodyVerifies&^passed
		c.usage()
		tail = note.JavaReads | note.ChromeReads | note.FirefoxReads
	case "\x60\x86\x48\x01\x86\xf8\x42\x01\x01":
		c.what, w.load = "Netscape's certificate type", note.OpenSSLVerifies
		c.usage()
	case "\x55\x1d\x11":
		c.what, w.load = "the subjectAltName", nobodyVerifies&^passed
		c.altName()
		tail = note.GnuTLSReads | note.ChromeReads | note.FirefoxReads
	case "\x55\x1d\x12":
		c.what, w.load = "the issuerAltName", note.GnuTLSReads
		c.altName()
		tail = 0
	case "\x55\x1d\x13":
		c.what, w.load = "the basic constraints", nobodyVerifies&^passed
		tail = note.JavaReads | note.ChromeReads | note.FirefoxReads
		if c.basicConstraints() {
			tail |= note.GnuTLSReads
		}
	case "\x55\x1d\x1e":
		c.what, w.load = "the name constraints", nobodyVerifies&^passed
		c.nameConstraints()
		tail = nobodyVerifies &^ note.OpenSSLVerifies
	case "\x55\x1d\x1f":
		c.what, w.load = "the CRL distribution points", note.OpenSSLVerifies|note.GoParses
		c.distributionPoints()
		tail = 0
	case "\x55\x1d\x21":
		c.what, w.load = "the policy mappings", (note.GoParses|note.JavaReads|note.ChromeReads)&^passed
		c.policyMappings()
	case "\x55\x1d\x24":
		c.what, w.load = "the policy constraints", (note.GoParses|note.JavaReads|note.ChromeReads)&^passed
		c.policyConstraints()
	case "\x55\x1d\x36":
		c.what, w.load = "the prohibition of any policy", (note.GoParses|note.JavaReads|note.ChromeReads)&^passed
		c.integer(c.what)
	case rawAKI:
		c.what, w.load = "the authority key identifier", note.OpenSSLVerifies|note.ChromeReads|note.GoParses
		c.authorityKeyID()
	case "\x55\x1d\x25":
		c.what, w.load = "the extended key usage", nobodyVerifies&^passed
		c.purposes()
		tail = note.GnuTLSReads | note.ChromeReads | note.FirefoxReads
	case rawPolicies:
		c.what, w.load = "the certificate policies", note.ChromeReads
		c.policies(critical)
	case "\x2b\x06\x01\x05\x05\x07\x01\x01":
		c.what, w.load = "the authority information access", goAndBrowsers
		c.informationAccess()
	default:
		c.rest = nil
	}
	c.tail(tail &^ passed)
	if by := w.load; len(w.faults) > before && !der.IsDER(value) && !w.again {
		if b, err := der.ToDER(value); err == nil && der.IsDER(b) {
			w.faults, w.load, w.again = w.faults[:before], was, true
			w.lengths(value, off, by&^note.JavaReads, c.what)
			w.content(id, b, off, critical)
			w.again = false
		}
	}
	w.load = was
}

// crlContent looks into the value of an extension of a CRL, as Go does.
func (w *walk) crlContent(id, value []byte, off int, _ bool) {
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
	if c.w != nil && len(bytes.Trim(b, "\x00")) == 0 {
		c.w.fault(off, note.OpenSSLVerifies|note.JavaReads|note.ChromeReads|note.FirefoxReads, "nothing in %s", c.what)
	}
}

// basicConstraints reports whether they are those of a CA.
func (c *cursor) basicConstraints() (ca bool) {
	s := c.enter(idSequence, c.what)
	if s.peek() == idBoolean {
		s.boolean("the mark of a CA")
		ca = true
	}
	if s.peek() == idInteger {
		switch n := s.integer("the path length"); {
		case len(n) > 0 && n[0]&0x80 != 0:
			s.w.fault(s.off-len(n), nobodyVerifies&^note.GnuTLSReads, "the path length of the basic constraints is negative")
		case len(n) > 8:
			s.w.fault(s.off-len(n), nobodyVerifies&^note.OpenSSLVerifies, "the path length of the basic constraints is a number of %d octets", len(n))
		case len(n) > 4:
			s.w.fault(s.off-len(n), nobodyVerifies&^(note.OpenSSLVerifies|note.GoParses), "the path length of the basic constraints is a number of %d octets", len(n))
		}
	}
	s.end()
	return ca
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
	named := s.peek() == constructed|1
	if named {
		names := s.enter(constructed|1, "the issuer")
		for names.more() {
			names.generalName(false)
		}
	}
	if s.w != nil && named != (s.peek() == context|2) {
		s.w.fault(s.off, note.ChromeReads|note.StandardAllows, "one of issuer and serial number without the other in %s", c.what)
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
	if c.w == nil {
		return
	}
	load := c.w.load
	defer func(w *walk) { w.load = load }(c.w)
	switch id := c.peek(); id {
	case constructed:
		c.w.load &= note.OpenSSLVerifies | note.GnuTLSReads // others do not look into it
		other := c.enter(id, name)
		other.oid("the type")
		value := other.enter(constructed, "the value")
		value.skip("the value")
		value.end()
		other.end()
	case context | 1, context | 2, context | 6:
		b, off, ok := c.field(id, name)
		if ok {
			c.hostOrAddress(id, b, off, constraint)
		}
	case constructed | 3:
		c.unreadable(load&note.GnuTLSReads, "an X.400 address")
	case constructed | 5:
		by := load & (note.GnuTLSReads | note.JavaReads)
		if !constraint {
			by |= note.JavaReads
		}
		c.unreadable(by, "the name of an EDI party")
	case constructed | 4:
		c.w.load &= note.OpenSSLVerifies | note.GnuTLSReads | note.ChromeReads
		d := c.enter(id, name)
		d.name(c.what)
		d.end()
	case context | 7:
		b, off, ok := c.field(id, name)
		if ok {
			c.address(b, off, constraint)
		}
	case context | 8:
		b, off, ok := c.field(id, name)
		if ok {
			c.checkOID(b, off, name)
		}
	default:
		c.w.fault(c.off, load&^note.GoParses, "a name of no known kind in %s", c.what)
		c.w, c.rest = nil, nil
	}
}

// unreadable passes over a name of a kind that some do not read.
func (c *cursor) unreadable(by note.Readers, kind string) {
	off := c.off
	c.skip("a name")
	c.w.fault(off, by, "%s in %s", kind, c.what)
}

// hostOrAddress checks a name that is text.
func (c *cursor) hostOrAddress(id byte, b []byte, off int, constraint bool) {
	if !der.IsASCII(b) {
		by := note.GoParses | note.ChromeReads
		if constraint {
			by |= note.FirefoxReads
		}
		if c.what == "an access description" {
			by = note.ChromeReads
		}
		c.w.fault(off, by, "a IA5String with what its type does not allow: a name of %s", c.what)
	}
	switch {
	case id != context|2:
	case len(b) == 0 && constraint:
		c.w.fault(off, note.JavaReads, "an empty name in %s", c.what)
	case len(b) == 0:
		c.w.fault(off, c.w.load&note.GnuTLSReads, "an empty name in %s", c.what)
	case constraint && bytes.ContainsFunc(b, notInHost):
		c.w.fault(off, note.FirefoxReads, "a host with characters that no host has in %s", c.what)
	}
}

func notInHost(r rune) bool {
	return r < 0x80 && r != '.' && r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// address checks an iPAddress: 4 or 16 octets, and in a constraint a mask of as
// many.
func (c *cursor) address(b []byte, off int, constraint bool) {
	n := len(b)
	if constraint {
		n /= 2
	}
	by := note.GoParses | note.ChromeReads
	switch {
	case !constraint && n == 0:
		by |= note.GnuTLSReads
		fallthrough
	case !constraint && n != 4 && n != 16:
		c.w.fault(off, by, "an address of %d octets in %s", len(b), c.what)
	case !constraint:
	case n != 4 && n != 16 || len(b)%2 != 0:
		c.w.fault(off, by|note.GnuTLSReads|note.JavaReads, "an address of %d octets in %s", len(b), c.what)
	case !isMask(b[n:]):
		c.w.fault(off, by|note.GnuTLSReads, "a network whose mask has gaps in %s", c.what)
	default:
		for i := range n {
			if b[i]&^b[n+i] != 0 {
				c.w.fault(off, note.JavaReads, "a network with bits that its mask does not cover in %s", c.what)
				return
			}
		}
	}
}

// isMask reports whether all ones come before all zeros.
func isMask(b []byte) bool {
	i := 0
	for i < len(b) && b[i] == 0xff {
		i++
	}
	if i < len(b) {
		if inverted := ^b[i]; inverted&(inverted+1) != 0 {
			return false
		}
		i++
	}
	for ; i < len(b); i++ {
		if b[i] != 0 {
			return false
		}
	}
	return true
}

func (c *cursor) nameConstraints() {
	s := c.enter(idSequence, c.what)
	if s.w != nil && !s.more() {
		s.w.fault(s.off, goAndBrowsers, "nothing in the name constraints")
	}
	for tag := byte(0); tag <= 1; tag++ {
		if s.peek() != constructed|tag {
			continue
		}
		trees := s.enter(constructed|tag, "the name constraints")
		if trees.w != nil && !trees.more() {
			trees.w.fault(trees.off, goAndBrowsers, "an empty list in the name constraints")
		}
		for trees.more() {
			t := trees.enter(idSequence, "a name constraint")
			t.generalName(true)
			for tag := byte(0); tag <= 1; tag++ {
				if t.peek() == context|tag {
					b, off, ok := t.field(context|tag, "a bound")
					if ok {
						t.bound(b, off, tag == 0)
					}
				}
			}
			t.end()
		}
	}
	s.end()
}

// bound checks the minimum or maximum of a constraint, which RFC 5280 leaves
// without use. The minimum of 0 is the default, which is not written.
func (c *cursor) bound(b []byte, off int, minimum bool) {
	c.checkInteger(b, off, "a bound", everybody)
	by := nobodyVerifies &^ (note.GnuTLSReads | note.GoParses)
	if minimum && bytes.Equal(b, []byte{0}) {
		by = note.ChromeReads | note.FirefoxReads
	}
	c.w.fault(off, by, "a name constraint has bounds, which RFC 5280 gives no use")
}

func (c *cursor) distributionPoints() {
	s := c.enter(idSequence, c.what)
	for s.more() {
		p := s.enter(idSequence, "a distribution point")
		if p.w != nil && !p.more() {
			p.w.fault(p.off, note.OpenSSLVerifies, "nothing in a distribution point")
		}
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

// policies reads them. critical: a qualifier must be one that is known.
func (c *cursor) policies(critical bool) {
	s := c.enter(idSequence, c.what)
	if s.w != nil && !s.more() {
		s.w.fault(s.off, note.ChromeReads, "nothing in %s", c.what)
	}
	var seen [][]byte
	for s.more() {
		p := s.enter(idSequence, "a policy")
		id := p.oid("the type")
		if p.w != nil && slices.ContainsFunc(seen, func(o []byte) bool { return bytes.Equal(o, id) }) {
			p.w.fault(p.off, note.GoParses|note.ChromeReads, "a policy that is there twice: %s", dotted(id))
		}
		if len(seen) < maxSeen {
			seen = append(seen, id)
		}
		if p.more() {
			list := p.enter(idSequence, "the qualifiers")
			for critical && list.more() {
				q := list.enter(idSequence, "a qualifier")
				if kind := q.oid("the type"); q.w != nil && !bytes.HasPrefix(kind, []byte(rawQualifier)) {
					q.w.fault(q.off, note.ChromeReads, "an unknown qualifier of a policy: %s", dotted(kind))
				}
			}
		}
		p.end()
	}
}

// rawQualifier is what the two known qualifiers of policies start with.
const rawQualifier = "\x2b\x06\x01\x05\x05\x07\x02"

// maxSeen bounds what a list is searched for repetitions.
const maxSeen = 64

func (c *cursor) policyMappings() {
	s := c.enter(idSequence, c.what)
	if s.w != nil && !s.more() {
		s.w.fault(s.off, note.ChromeReads, "nothing in %s", c.what)
	}
	for s.more() {
		m := s.enter(idSequence, "a mapping")
		from, to := m.oid("the policy"), m.oid("the other policy")
		if m.w != nil && (string(from) == rawAnyPolicy || string(to) == rawAnyPolicy) {
			m.w.fault(m.off, note.ChromeReads, "a mapping of any policy")
		}
		m.end()
	}
}

const rawAnyPolicy = "\x55\x1d\x20\x00"

func (c *cursor) policyConstraints() {
	s := c.enter(idSequence, c.what)
	if s.w != nil && !s.more() {
		s.w.fault(s.off, note.ChromeReads, "nothing in %s", c.what)
	}
	for tag := byte(0); tag <= 1; tag++ {
		if s.peek() != context|tag {
			continue
		}
		b, off, ok := s.field(context|tag, "a number")
		if ok && len(b) > 0 && b[0]&0x80 != 0 {
			s.w.fault(off, note.ChromeReads, "a negative number in %s", c.what)
		}
	}
	s.end()
}

func (c *cursor) informationAccess() {
	s := c.enter(idSequence, c.what)
	if s.w != nil && !s.more() {
		s.w.fault(s.off, note.ChromeReads, "nothing in %s", c.what)
	}
	var others []access
	var told []string // methods of which an address is told, or one with http is there
	for s.more() {
		d := s.enter(idSequence, "an access description")
		method := accessMethod(string(d.oid("the method")))
		name := d
		d.generalName(false)
		d.end()
		if d.w == nil || method == "" || slices.Contains(told, method) {
			continue
		}
		id, b, off, _ := name.take("a name")
		scheme, _, isURL := strings.Cut(string(b), ":")
		switch {
		case id == constructed|4 && method == issuersMethod: // a directory, which is asked in the way that it is known by
		case id != context|6:
			d.w.fault(off, note.Fetches, "an address for %s that is no URL", method)
		case !isURL || len(scheme) > 20 || strings.ContainsFunc(scheme, notInScheme):
			d.w.fault(off, note.Fetches, "an address for %s that is called a URL and is none", method)
		case !strings.EqualFold(scheme, "http"):
			others = append(others, access{method, scheme, off})
			continue
		}
		told = append(told, method)
	}
	for _, o := range others {
		if c.w != nil && !slices.Contains(told, o.method) {
			told = append(told, o.method)
			c.w.fault(o.off, note.Fetches, "no address for %s with http, which is what clients fetch, but one with %s", o.method, o.scheme)
		}
	}
}

// access is an address that is not one with http.
type access struct {
	method, scheme string
	off            int
}

const issuersMethod = "the issuer's certificate"

// accessMethod is for what clients fetch the addresses of a method of RFC 5280,
// Section 4.2.2.1, "" if they do not.
func accessMethod(oid string) string {
	return map[string]string{
		"\x2b\x06\x01\x05\x05\x07\x30\x01": "OCSP",
		"\x2b\x06\x01\x05\x05\x07\x30\x02": issuersMethod,
	}[oid]
}

// notInScheme: RFC 3986, Section 3.1.
func notInScheme(r rune) bool {
	return r != '+' && r != '-' && r != '.' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}
