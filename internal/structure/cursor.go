package structure

import (
	"time"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

// Fault is a deviation from the standard.
type Fault struct {
	Offset int          // from the start of the object; 0 where that is not known
	By     note.Readers // who refuses the object for it
	Text   text.Text
}

// MaxFaults bounds the faults that are reported of one object.
const MaxFaults = 8

// everybody is what no reader takes.
const everybody = note.OpenSSLLoads | note.GoParses

// goAndBrowsers are those who keep to DER.
const goAndBrowsers = note.GoParses | note.ChromeReads | note.FirefoxReads

// Identifier octets.
const (
	idBoolean    = 0x01
	idInteger    = 0x02
	idBits       = 0x03
	idOctets     = 0x04
	idNull       = 0x05
	idOID        = 0x06
	idEnumerated = 0x0a
	idUTF8       = 0x0c
	idNumeric    = 0x12
	idPrintable  = 0x13
	idT61        = 0x14
	idIA5        = 0x16
	idUTCTime    = 0x17
	idTime       = 0x18
	idUniversal  = 0x1c
	idBMP        = 0x1e
	idSequence   = 0x30
	idSet        = 0x31

	context     = 0x80 // [0] IMPLICIT of a primitive type
	constructed = 0xa0 // [0] EXPLICIT, or IMPLICIT of a constructed type
)

// walk collects the faults of one object.
type walk struct {
	faults []Fault
	// load stands for everybody where OpenSSL reads a part later: the content of
	// extensions.
	load note.Readers
	// strict: what only the standard is against counts too.
	strict bool
	ber    []byte // what was turned into DER; nil if it is
	again  bool   // the content of an extension is looked at as DER, which it is not
}

func (w *walk) fault(off int, by note.Readers, format string, args ...any) {
	if by&note.OpenSSLLoads == note.OpenSSLLoads && w.load != note.OpenSSLLoads {
		by = by&^everybody | w.load
	}
	if !w.strict {
		by &^= note.StandardAllows
	}
	if by != 0 && len(w.faults) < MaxFaults {
		w.faults = append(w.faults, Fault{off, by, text.Of(format, args...)})
	}
}

// cursor reads the fields of one constructed value. After a field that is not
// what it should be nothing more is read.
type cursor struct {
	w    *walk
	rest []byte
	off  int
	what string
}

// walkThrough walks through raw. BER is turned into DER where raw has a fault as
// it is: most objects are DER, and need no other look at them.
func walkThrough(raw []byte, what string, read func(w *walk, raw []byte)) []Fault {
	w := walk{load: note.OpenSSLLoads}
	read(&w, raw)
	if len(w.faults) == 0 || der.IsDER(raw) {
		return w.faults
	}
	w.faults = nil
	if longEmpty(raw) {
		w.fault(0, everybody, "a length of 0 in more octets than one, at the end of what it is in: %s", what)
	}
	b, err := der.ToDER(raw)
	if err != nil || !der.IsDER(b) {
		w.fault(0, everybody, "what cannot be written as DER: %s", what)
		return w.faults
	}
	w.ber = raw
	read(&w, b)
	return w.faults
}

// longEmpty reports whether an element of BER that is the last of what it is in has a length
// of 0 in more octets than one. OpenSSL takes it for a header that is too long
// (asn1_get_length wants an octet behind such a length), and reads it where more follows.
func longEmpty(ber []byte) bool {
	e, err := der.ParseAll(ber)
	if err != nil {
		return false
	}
	for list := []der.Element{e}; len(list) > 0; {
		e, list = list[len(list)-1], list[:len(list)-1]
		children, err := e.Children()
		if !e.Constructed || err != nil || len(children) == 0 {
			continue
		}
		if last := children[len(children)-1]; !e.Indefinite && !last.Indefinite && len(last.Content) == 0 && last.Tag < 0x1f && len(last.Full) > 2 {
			return true
		}
		list = append(list, children...)
	}
	return false
}

// lengths reports the first indefinite length in BER, or the first in more
// octets than it takes, as far as by refuse it. OpenSSL takes both.
func (w *walk) lengths(ber []byte, off int, by note.Readers, what string) {
	e, err := der.ParseAll(ber)
	if err != nil {
		return
	}
	long := -1
	for list := []der.Element{e}; len(list) > 0; {
		e, list = list[len(list)-1], list[:len(list)-1]
		if e.Indefinite {
			w.fault(off+e.Offset, by&^note.OpenSSLVerifies, "an indefinite length in %s", what)
			return
		}
		if head := len(e.Full) - len(e.Content); long < 0 && e.Tag < 0x1f && head > 2 && (len(e.Content) < 1<<7 || len(e.Content)>>(8*(head-3)) == 0) {
			long = off + e.Offset
		}
		if children, err := e.Children(); e.Constructed && err == nil {
			list = append(list, children...)
		}
	}
	if long >= 0 {
		w.fault(long, by&(note.GoParses|note.ChromeReads|note.FirefoxReads), "a length in more octets than it takes in %s", what)
	}
}

// start goes into an object that is one SEQUENCE.
func start(w *walk, raw []byte, what string) cursor {
	c := cursor{w, raw, 0, what}
	return c.enter(idSequence, what)
}

// named says which field name is.
func (c *cursor) named(name string) text.Text {
	if name == c.what {
		return text.Of("%s", name)
	}
	return text.Of("%s of %s", name, c.what)
}

// peek is the identifier of the next field, 0 if there is none.
func (c *cursor) peek() byte {
	if len(c.rest) == 0 {
		return 0
	}
	return c.rest[0]
}

func (c *cursor) more() bool { return len(c.rest) > 0 }

// take reads the next field, whatever it is. The framing of the whole object is
// right, but not that of what lies in an OCTET STRING or BIT STRING.
func (c *cursor) take(name string) (id byte, content []byte, off int, ok bool) {
	b := c.rest
	fail := func() (byte, []byte, int, bool) {
		c.w.fault(c.off, everybody, "a field that cannot be read: %s", c.named(name))
		c.rest = nil
		return 0, nil, 0, false
	}
	if len(b) < 2 || b[0]&0x1f == 0x1f {
		return fail()
	}
	n, head := int(b[1]), 2
	if n >= 0x80 {
		size := n & 0x7f
		if size == 0 || size > 4 || len(b) < 2+size || b[2] == 0 {
			return fail()
		}
		n = 0
		for _, x := range b[2 : 2+size] {
			n = n<<8 | int(x)
		}
		head += size
		if n < 0x80 {
			return fail()
		}
	}
	if n > len(b)-head {
		return fail()
	}
	off = c.off + head
	c.rest, c.off = b[head+n:], off+n
	return b[0], b[head : head+n], off, true
}

// field reads the next field, which must have the identifier id.
func (c *cursor) field(id byte, name string) (content []byte, off int, ok bool) {
	switch {
	case c.w == nil:
		return nil, 0, false
	case len(c.rest) == 0:
		c.w.fault(c.off, everybody, "a missing field: %s", c.named(name))
		c.w = nil
		return nil, 0, false
	case c.rest[0] != id:
		by := everybody
		if id == idSet && c.rest[0] == idSet&^0x20 {
			by = nobodyVerifies // OpenSSL does not look
		}
		c.w.fault(c.off, by, "a field of the wrong type: %s", c.named(name))
		c.w, c.rest = nil, nil
		return nil, 0, false
	}
	_, content, off, ok = c.take(name)
	return content, off, ok
}

// enter reads the next field and goes into it.
func (c *cursor) enter(id byte, name string) cursor {
	content, off, ok := c.field(id, name)
	if !ok {
		return cursor{}
	}
	return cursor{c.w, content, off, name}
}

// end reports what follows the last field.
func (c *cursor) end() { c.endBy(everybody) }

// endBy is end where only some readers look.
func (c *cursor) endBy(by note.Readers) {
	if c.w != nil && len(c.rest) > 0 {
		c.w.fault(c.off, by, "%d bytes after the last field of %s", len(c.rest), c.what)
	}
	c.rest = nil
}

// tail is end where not everybody looks.
func (c *cursor) tail(by note.Readers) {
	if c.w != nil && len(c.rest) > 0 {
		c.w.fault(c.off, by|note.StandardAllows, "%d bytes after the last field of %s", len(c.rest), c.what)
	}
	c.rest = nil
}

// skip passes over a field of any type. OpenSSL looks into those of a simple
// universal type also where any type is allowed.
func (c *cursor) skip(name string) {
	if c.w == nil {
		return
	}
	if len(c.rest) == 0 {
		c.w.fault(c.off, everybody, "a missing field: %s", c.named(name))
		c.w = nil
		return
	}
	id, b, off, ok := c.take(name)
	if !ok {
		return
	}
	switch id {
	case idBoolean:
		c.checkBoolean(b, off, name)
	case idInteger, idEnumerated:
		c.checkInteger(b, off, name, everybody)
	case idBits:
		c.checkBits(b, off, name, 0)
	case idNull:
		if len(b) > 0 {
			c.w.fault(off, everybody, "a NULL that is not empty: %s", c.named(name))
		}
	case idOID:
		c.checkOID(b, off, name)
	case idBMP:
		if len(b)%2 != 0 {
			c.w.fault(off, everybody, "half a character in a BMPString: %s", c.named(name))
		}
	case idUniversal:
		if len(b)%4 != 0 {
			c.w.fault(off, everybody, "part of a character in a UniversalString: %s", c.named(name))
		}
	case 0, idSequence &^ 0x20, idSet &^ 0x20, idBoolean | 0x20, idInteger | 0x20, idEnumerated | 0x20, idNull | 0x20, idOID | 0x20:
		c.w.fault(off, everybody, "a field of the wrong type: %s", c.named(name))
	}
}

// integer reads an INTEGER (X.690, Section 8.3.2: the first nine bits are not
// all the same).
func (c *cursor) integer(name string) []byte {
	b, off, ok := c.field(idInteger, name)
	if ok {
		c.checkInteger(b, off, name, everybody)
	}
	return b
}

// number reads an INTEGER of which OpenSSL makes an unsigned number, whatever
// its first octets are.
func (c *cursor) number(name string) {
	b, off, ok := c.field(idInteger, name)
	if !ok {
		return
	}
	c.checkInteger(b, off, name, goAndBrowsers)
	if len(b) > 0 && b[0]&0x80 != 0 {
		c.w.fault(off, goAndBrowsers, "a negative number: %s", c.named(name))
	}
}

func (c *cursor) checkInteger(b []byte, off int, name string, padded note.Readers) {
	switch {
	case len(b) == 0:
		c.w.fault(off, everybody, "an INTEGER without content: %s", c.named(name))
	case len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80):
		c.w.fault(off, padded, "an INTEGER that is longer than it has to be: %s", c.named(name))
	}
}

// boolean reads a BOOLEAN (X.690, Sections 8.2 and 11.1).
func (c *cursor) boolean(name string) {
	b, off, ok := c.field(idBoolean, name)
	if ok {
		c.checkBoolean(b, off, name)
	}
}

func (c *cursor) checkBoolean(b []byte, off int, name string) {
	switch {
	case len(b) != 1:
		c.w.fault(off, everybody, "a BOOLEAN of %d octets: %s", len(b), c.named(name))
	case b[0] != 0 && b[0] != 0xff:
		c.w.fault(off, goAndBrowsers, "a BOOLEAN that is neither 00 nor FF: %s", c.named(name))
	}
}

// oid reads an OBJECT IDENTIFIER (X.690, Section 8.19).
func (c *cursor) oid(name string) []byte {
	b, off, ok := c.field(idOID, name)
	if ok {
		c.checkOID(b, off, name)
	}
	return b
}

func (c *cursor) checkOID(b []byte, off int, name string) {
	bad := len(b) == 0 || b[len(b)-1]&0x80 != 0
	for i := range b {
		bad = bad || b[i] == 0x80 && (i == 0 || b[i-1]&0x80 == 0)
	}
	switch {
	case bad:
		c.w.fault(off, everybody, "no valid OBJECT IDENTIFIER: %s", c.named(name))
	case longArc(b):
		c.w.fault(off, note.GoParses|note.GnuTLSReads, "a number of more than 63 bits in an OBJECT IDENTIFIER: %s", c.named(name))
	}
}

// longArc reports whether a number in an OBJECT IDENTIFIER has more than nine
// octets, of seven bits each.
func longArc(b []byte) bool {
	n := 0
	for _, x := range b {
		if n++; n > 9 {
			return true
		}
		if x&0x80 == 0 {
			n = 0
		}
	}
	return false
}

// bits reads a BIT STRING (X.690, Sections 8.6 and 11.2) and returns its octets.
// whole refuse one that is no sequence of whole octets.
func (c *cursor) bits(name string, whole note.Readers) (content []byte, off int) {
	b, off, ok := c.field(idBits, name)
	if !ok {
		return nil, off
	}
	return c.checkBits(b, off, name, whole), off + 1
}

func (c *cursor) checkBits(b []byte, off int, name string, whole note.Readers) []byte {
	switch {
	case len(b) == 0 || b[0] > 7:
		c.w.fault(off, everybody, "no valid BIT STRING: %s", c.named(name))
		return nil
	case b[0] == 0:
	case whole != 0:
		c.w.fault(off, whole, "a BIT STRING with unused bits: %s", c.named(name))
	case len(b) == 1 || b[len(b)-1]&(1<<b[0]-1) != 0:
		c.w.fault(off, goAndBrowsers, "a BIT STRING with unused bits that are set: %s", c.named(name))
	}
	return b[1:]
}

// date reads a time (RFC 5280, Section 4.1.2.5). Servers load a certificate with
// another form; who verifies it depends on what is wrong.
func (c *cursor) date(name string) {
	if c.w == nil {
		return
	}
	id := byte(idUTCTime)
	if c.peek() == idTime {
		id = idTime
	}
	b, off, ok := c.field(id, name)
	if !ok {
		return
	}
	years := 4
	if id == idUTCTime {
		years = 2
	}
	if by, why := wrongTime(b, years); by != 0 {
		c.w.fault(off, by, "%s: %s", why, c.named(name))
		return
	}
	if year := string(b[:years]); year < "1970" && years == 4 || years == 2 && year >= "50" && year < "70" {
		c.w.fault(off, note.FirefoxReads, "a time before 1970: %s", c.named(name))
	}
}

// wrongTime are those who do not take a time, whose year has so many digits, and
// what is wrong with it. RFC 5280, Section 4.1.2.5: times have seconds, no
// fractions of them, and end in Z.
func wrongTime(b []byte, years int) (note.Readers, text.Text) {
	digits := 0
	for digits < len(b) && b[digits] >= '0' && b[digits] <= '9' {
		digits++
	}
	rest := string(b[digits:])
	switch full := years + len("0102150405"); {
	case digits == full-2 && rest == "Z":
		return note.OpenSSLVerifies | note.ChromeReads | note.FirefoxReads, text.Of("a time without seconds")
	case digits != full:
		return nobodyVerifies, text.Of("a time that is none")
	case rest == "":
		return nobodyVerifies, text.Of("a time without the Z at its end")
	case rest == "z":
		return nobodyVerifies, text.Of("a time with a small z")
	case rest[0] == '.' || rest[0] == ',':
		return nobodyVerifies &^ note.JavaReads, text.Of("a time with a fraction of a second")
	case rest[0] == '+' || rest[0] == '-':
		return nobodyVerifies &^ note.JavaReads, text.Of("a time with an offset in place of Z")
	case rest != "Z":
		return nobodyVerifies &^ note.JavaReads, text.Of("a time that is none")
	}
	two := func(i int) int { return int(b[i]-'0')*10 + int(b[i+1]-'0') }
	year, month, day := 2000+two(0), two(years), two(years+2) // the years from 1950 have the same leap years a century later
	if years == 4 {
		year = 100*two(0) + two(2)
	}
	switch {
	case month < 1 || month > 12 || day < 1 || day > daysIn(month, year):
		return nobodyVerifies, text.Of("a day that there is not")
	case two(years+4) > 23 || two(years+6) > 59 || two(years+8) > 60:
		return nobodyVerifies, text.Of("a time of day that there is not")
	case two(years+8) == 60:
		return nobodyVerifies &^ (note.GnuTLSReads | note.ChromeReads), text.Of("a leap second")
	}
	return 0, text.Text{}
}

func daysIn(month, year int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day() // the day before the first of the next
}

// checkString compares a string with what its type allows.
func (c *cursor) checkString(id byte, b []byte, off int, name string) {
	wrong := func(by note.Readers, kind string) {
		c.w.fault(off, by, "a %s with what its type does not allow: %s", kind, c.named(name))
	}
	switch id {
	case idUTF8:
		if !utf8.Valid(b) {
			wrong(everybody, "UTF8String")
		}
	case idBMP:
		if !isBMP(b) {
			wrong(everybody, "BMPString")
		}
	case idUniversal:
		if !isUniversal(b) {
			wrong(everybody, "UniversalString")
		}
	case idPrintable:
		if !isPrintable(b) {
			wrong(note.GoParses|note.ChromeReads, "PrintableString")
		}
	case idNumeric:
		for _, x := range b {
			if (x < '0' || x > '9') && x != ' ' {
				wrong(note.GoParses|note.ChromeReads, "NumericString")
				break
			}
		}
	case idIA5:
		if !der.IsASCII(b) {
			wrong(note.GoParses|note.ChromeReads, "IA5String")
		}
	}
}

func isBMP(b []byte) bool {
	for i := 0; i+1 < len(b); i += 2 {
		if b[i]&0xf8 == 0xd8 {
			return false // half of a character, or one of two halves
		}
	}
	return len(b)%2 == 0
}

func isUniversal(b []byte) bool {
	if len(b)%4 != 0 {
		return false
	}
	for ; len(b) > 0; b = b[4:] {
		if r := rune(b[1])<<16 | rune(b[2])<<8 | rune(b[3]); b[0] != 0 || !utf8.ValidRune(r) {
			return false
		}
	}
	return true
}

// isPrintable takes, beside what PrintableString allows, the * and & that CAs
// wrote, which all readers take.
func isPrintable(b []byte) bool {
	for _, x := range b {
		switch {
		case x >= 'a' && x <= 'z', x >= 'A' && x <= 'Z', x >= '0' && x <= '9', x >= '\'' && x <= ')', x >= '*' && x <= '/':
		case x == ' ', x == ':', x == '=', x == '?', x == '&':
		default:
			return false
		}
	}
	return true
}
