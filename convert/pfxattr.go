package convert

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
)

// Bag attributes (RFC 7292, Section 4.2). Microsoft's and Java's are carried
// in Names.Attributes.
const (
	oidFriendlyName = "1.2.840.113549.1.9.20"
	oidLocalKeyID   = "1.2.840.113549.1.9.21"
	oidJavaTrust    = "2.16.840.1.113894.746875.1.1"
)

// readBagAttributes reads the attributes behind a bag's value. What does not
// have the form of RFC 7292 is carried as it is; only what is not even an
// attribute is noted and left out.
func (d *decoder) readBagAttributes(r *der.Reader, at Source) Names {
	var n Names
	set, err := r.Next()
	if err != nil || !set.Constructed {
		d.note(at, note.Malformed, "the attributes of the bag are not readable")
		return n
	}
	for r := set.Reader(); !r.Empty(); {
		attr, err := r.Next()
		if err != nil {
			d.note(at, note.Malformed, "the attributes of the bag are not readable")
			return n
		}
		ar := attr.Reader()
		t, err := ar.Expect(der.TagOID)
		if err != nil {
			d.note(at, note.Malformed, "an attribute of the bag has no type")
			continue
		}
		oid, err := t.OID()
		if err != nil {
			d.note(at, note.Malformed, "an attribute of the bag has no type")
			continue
		}
		values, err := ar.Next()
		if err != nil {
			d.note(at, note.Malformed, "an attribute of the bag has no value")
			continue
		}
		if !n.take(oid, values) {
			d.note(at, note.Malformed, "an attribute of the bag, %s, has a value of another type than it should", oid)
		}
	}
	return n
}

// take puts an attribute where it belongs. It returns false if the attribute
// is one that has a field here but does not fit it.
func (n *Names) take(oid string, values der.Element) bool {
	first, ok := values.Reader().Peek()
	fits := true
	switch {
	case oid == oidFriendlyName && n.FriendlyName == "":
		if s, isText := attributeText(first); ok && isText {
			n.FriendlyName = s
			return true
		}
		fits = !ok
	case oid == oidLocalKeyID && n.LocalKeyID == nil:
		if b, err := first.OctetString(); ok && err == nil && first.Is(der.TagOctetString) {
			n.LocalKeyID = b
			return true
		}
		fits = !ok
	}
	raw, err := der.ToDER(values.Full)
	if err != nil {
		raw = values.Full
	}
	n.Attributes = append(n.Attributes, Attribute{OID: oid, Values: raw})
	return fits
}

// attributeText reads a character string: a BMPString as it should be, or
// what old writers used instead.
func attributeText(e der.Element) (string, bool) {
	if e.Class != der.Universal || e.Constructed {
		return "", false
	}
	b := e.Content
	switch e.Tag {
	case der.TagBMPString:
		units := make([]uint16, 0, len(b)/2)
		for ; len(b) >= 2; b = b[2:] {
			units = append(units, binary.BigEndian.Uint16(b))
		}
		return strings.TrimRight(string(utf16.Decode(units)), "\x00"), true
	case der.TagUniversalString:
		var s strings.Builder
		for ; len(b) >= 4; b = b[4:] {
			s.WriteRune(rune(binary.BigEndian.Uint32(b)))
		}
		return strings.TrimRight(s.String(), "\x00"), true
	case der.TagUTF8String, der.TagPrintableString, der.TagIA5String, der.TagT61String, der.TagVisibleString, der.TagGeneralString, der.TagNumericString:
		if !utf8.Valid(b) {
			b = der.FromLatin1(b)
		}
		return strings.TrimRight(string(b), "\x00"), true
	}
	return "", false
}
