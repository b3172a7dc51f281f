package convert

import (
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/dn"
)

// NameAttribute is one attribute of a distinguished name.
type NameAttribute struct {
	RDN   int    // position of the RelativeDistinguishedName it stands in, from 0; equal for the attributes of one
	OID   string // dotted
	Type  string // short name such as "CN", or the dotted OID
	Tag   int    // of the value: UTF8String 12, PrintableString 19, … (X.680); 0 if it is not of a universal class
	Value []byte // content octets of the value, as they stand
	Text  string // the value decoded, whatever its encoding; for what is no string, # and the DER in hexadecimal

}

// ParseName reads a DER Name in the order in which it is written. Where it is
// damaged it returns what could be read and an error.
func ParseName(raw []byte) ([]NameAttribute, error) {
	var list []NameAttribute
	err := eachAttribute(raw, func(rdn int, id, value der.Element) error {
		a, err := newAttribute(id, value)
		if err == nil {
			a.RDN = rdn
			list = append(list, a)
		}
		return err
	})
	return list, err
}

// eachAttribute calls f with type and value of each AttributeTypeAndValue of a Name
// (RFC 5280, Section 4.1.2.4), and the number of its RDN, until f fails.
func eachAttribute(raw []byte, f func(rdn int, id, value der.Element) error) error {
	e, err := der.ParseAll(raw)
	if err == nil && !e.Is(der.TagSequence) {
		err = &der.SyntaxError{Msg: "a Name is a SEQUENCE"}
	}
	for i, r := 0, e.Reader(); err == nil && !r.Empty(); i++ {
		var rdn der.Element
		if rdn, err = r.Expect(der.TagSet); err != nil {
			break
		}
		for r := rdn.Reader(); err == nil && !r.Empty(); {
			var id, value der.Element
			if id, value, err = readAttribute(r); err == nil {
				err = f(i, id, value)
			}
		}
	}
	if err != nil {
		return damaged(Source{}, "name", err)
	}
	return nil
}

func readAttribute(r *der.Reader) (id, value der.Element, err error) {
	pair, err := r.Expect(der.TagSequence)
	if err != nil {
		return id, value, err
	}
	r = pair.Reader()
	if id, err = r.Expect(der.TagOID); err == nil {
		value, err = r.Next()
	}
	return id, value, err
}

func newAttribute(id, value der.Element) (a NameAttribute, err error) {
	if a.OID, err = id.OID(); err != nil {
		return a, err
	}
	if a.Type = dn.Name(string(id.Content)); a.Type == "" {
		a.Type = a.OID
	}
	if value.Class == der.Universal {
		a.Tag = value.Tag
	}
	a.Value, a.Text = value.Content, decodeText(value)
	return a, nil
}

// NameString writes a DER Name as RFC 4514 wants it, most specific part first:
// "CN=www.example.com,O=Example,C=US". It never fails: what is no valid text is
// shown in hexadecimal, and control characters are escaped.
func NameString(raw []byte) string {
	list, err := ParseName(raw)
	if err != nil && len(list) == 0 {
		if len(raw) == 0 {
			return ""
		}
		return "#" + hex.EncodeToString(raw[:min(len(raw), 64)])
	}
	var b strings.Builder
	for end := len(list); end > 0; {
		start := end - 1
		for start > 0 && list[start-1].RDN == list[end-1].RDN {
			start--
		}
		for i, a := range list[start:end] {
			switch {
			case i > 0:
				b.WriteByte('+')
			case b.Len() > 0:
				b.WriteByte(',')
			}
			b.WriteString(a.Type)
			b.WriteByte('=')
			escapeValue(&b, a)
		}
		end = start
	}
	return b.String()
}

// escapeValue escapes as RFC 4514, Section 2.4 asks, and also everything that
// would play tricks on a terminal: control and formatting characters.
func escapeValue(b *strings.Builder, a NameAttribute) {
	if !isText(a.Tag) {
		b.WriteString(a.Text)
		return
	}
	for i, r := range a.Text {
		last := i+utf8.RuneLen(r) == len(a.Text)
		switch {
		case strings.ContainsRune(`"+,;<>\\`, r), r == '#' && i == 0, r == ' ' && (i == 0 || last):
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == '\u2028', r == '\u2029':
			for _, c := range []byte(string(r)) {
				b.WriteByte('\\')
				b.WriteString(hex.EncodeToString([]byte{c}))
			}
		default:
			b.WriteRune(r)
		}
	}
}

func isText(tag int) bool {
	switch tag {
	case der.TagUTF8String, der.TagNumericString, der.TagPrintableString, der.TagT61String, der.TagIA5String,
		der.TagVisibleString, der.TagGeneralString, der.TagUniversalString, der.TagBMPString:
		return true
	}
	return false
}

// decodeText turns the value of a string type into UTF-8. Bytes that do not
// fit the declared type are taken for Latin-1, what old software wrote; a value
// of another type gives # and its DER in hexadecimal.
func decodeText(e der.Element) string {
	if e.Class != der.Universal || !isText(e.Tag) {
		return "#" + hex.EncodeToString(e.Full)
	}
	s := e.Content
	if e.Constructed {
		s = nil
		parts, _ := e.Children()
		for _, p := range parts {
			s = append(s, p.Content...)
		}
	}
	switch e.Tag {
	case der.TagBMPString:
		return decodeUTF16BE(s)
	case der.TagUniversalString:
		out := make([]rune, 0, len(s)/4)
		for ; len(s) >= 4; s = s[4:] {
			out = append(out, rune(uint32(s[0])<<24|uint32(s[1])<<16|uint32(s[2])<<8|uint32(s[3])))
		}
		return string(out)
	case der.TagT61String:
		return string(der.FromLatin1(s))
	}
	if utf8.Valid(s) {
		return string(s)
	}
	return string(der.FromLatin1(s))
}

func decodeUTF16BE(s []byte) string {
	units := make([]uint16, 0, len(s)/2)
	for ; len(s) >= 2; s = s[2:] {
		units = append(units, uint16(s[0])<<8|uint16(s[1]))
	}
	return string(utf16.Decode(units))
}

// nameKey is equal for two Names that a certificate reader takes for the same:
// string types, case and runs of spaces do not count (RFC 5280, Section 7.1).
func nameKey(raw []byte) string { return string(appendNameKey(nil, raw)) }

func appendNameKey(dst, raw []byte) []byte {
	e, rest, err := der.Parse(raw)
	if err != nil || len(rest) > 0 {
		return append(dst, raw...)
	}
	out := slices.Grow(dst, len(raw))
	for r := e.Reader(); !r.Empty(); {
		rdn, err := r.Expect(der.TagSet)
		if err != nil {
			return append(dst, raw...)
		}
		out = append(out, '\n')
		for r := rdn.Reader(); !r.Empty(); {
			pair, err := r.Expect(der.TagSequence)
			if err != nil {
				return append(dst, raw...)
			}
			f := pair.Reader()
			id, err := f.Expect(der.TagOID)
			if err != nil {
				return append(dst, raw...)
			}
			value, err := f.Next()
			if err != nil {
				return append(dst, raw...)
			}
			out = append(append(out, id.Content...), 0)
			out = append(appendFolded(out, value), 0)
		}
	}
	return out
}

// appendFolded appends the text of a value in lower case, with single spaces.
func appendFolded(out []byte, value der.Element) []byte {
	if value.Class != der.Universal || !isText(value.Tag) {
		return append(out, value.Full...)
	}
	text := value.Content
	if value.Constructed || !der.IsASCII(text) || value.Tag == der.TagBMPString || value.Tag == der.TagUniversalString {
		text = []byte(strings.ToLower(decodeText(value)))
	}
	start, space := len(out), false
	for _, c := range text {
		switch {
		case c == ' ' || c >= '\t' && c <= '\r':
			space = true
			continue
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		if space && len(out) > start {
			out = append(out, ' ')
		}
		space = false
		out = append(out, c)
	}
	return out
}

// CommonNames lists the common names of the subject, in their order. What cannot be
// read has none.
func (c *Certificate) CommonNames() []string { return commonNames(c.Subject) }

// CommonNames lists the common names that the request asks for, in their order.
func (q *Request) CommonNames() []string { return commonNames(q.Subject) }

func commonNames(name []byte) []string {
	var list []string
	_ = eachAttribute(name, func(_ int, id, value der.Element) error {
		if dn.Name(string(id.Content)) == "CN" {
			list = append(list, decodeText(value))
		}
		return nil
	})
	return list
}
