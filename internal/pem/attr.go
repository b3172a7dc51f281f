package pem

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/der"
)

// bagAttributes is the line before the attributes.
const bagAttributes = "Bag Attributes"

// maxAttributeText bounds the text before a block in which attributes are
// looked for.
const maxAttributeText = 64 << 10

// Attribute is a line of the text that OpenSSL's pkcs12 command writes before a
// block: friendlyName, localKeyID and others, each with its value.
type Attribute struct{ Name, Value string }

// ReadAttributes reads the attributes in the text before a block, see
// (*Text).Before. There may be none.
func ReadAttributes(text []byte) []Attribute {
	if len(text) < len(bagAttributes) {
		return nil
	}
	if len(text) > maxAttributeText {
		text = text[len(text)-maxAttributeText:]
	}
	var list []Attribute
	began := false
	for line := range bytes.Lines(text) {
		before, _, _ := bytes.Cut(line, []byte(":")) // behind it is a value, which may say anything
		if bytes.Contains(before, []byte(bagAttributes)) {
			began, list = true, nil
		}
		name, value, found := strings.Cut(strings.TrimRight(attributeLine(line), "\r\n"), ":")
		if found && began {
			list = append(list, Attribute{strings.TrimSpace(name), unescapeName(strings.TrimPrefix(value, " "))})
		}
	}
	return list
}

// attributeLine is a line as UTF-8. OpenSSL 3.0 writes the low bytes of a
// BMPString, which is Latin-1 for whom that suffices.
func attributeLine(line []byte) string {
	if utf8.Valid(line) {
		return string(line)
	}
	return string(der.FromLatin1(line))
}

// AppendAttributes writes attributes the way OpenSSL's pkcs12 command does; for
// none it writes nothing.
func AppendAttributes(out []byte, list []Attribute) []byte {
	if len(list) == 0 {
		return out
	}
	out = append(out, bagAttributes+"\n"...)
	for _, a := range list {
		out = fmt.Appendf(out, "    %s: %s\n", a.Name, escapeName(a.Value))
	}
	return out
}

// escapeName keeps a name on its line: control characters, and a backslash
// that could be mistaken for the start of an escape, are written as \XX.
func escapeName(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		_, looksEscaped := nameEscape(s[i:])
		edge := c == ' ' && (i == 0 || i == len(s)-1)
		if c < 0x20 || c == 0x7f || looksEscaped || edge {
			fmt.Fprintf(&b, `\%02X`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func unescapeName(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if c, ok := nameEscape(s[i:]); ok {
			out = append(out, c)
			i += 2
		} else {
			out = append(out, s[i])
		}
	}
	return string(out)
}

// nameEscape reads an escape of escapeName at the start of s. Only control
// characters, space and backslash are written so: in CORP\admin nothing is escaped.
func nameEscape(s string) (byte, bool) {
	if len(s) < 3 || s[0] != '\\' {
		return 0, false
	}
	hi, lo := hexDigit(s[1]), hexDigit(s[2])
	if hi < 0 || lo < 0 {
		return 0, false
	}
	c := byte(hi<<4 | lo)
	return c, c <= 0x20 || c == 0x7f || c == '\\'
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
