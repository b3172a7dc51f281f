package pem

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/note"
)

// escapes undoes what programs do to text that passes through them: JSON
// strings and source code, HTML, percent encoding, quoted-printable. None of
// it can be base64, so what was meant is certain.
type escapes struct {
	form bool // "+" is a space (application/x-www-form-urlencoded)
	mime bool // quoted-printable

	frames []span // what stands around the lines of blocks, in order
}

// detectEscapes returns nil if there is nothing to undo in text.
func detectEscapes(text []byte) *escapes {
	e := &escapes{
		form: bytes.Contains(text, []byte("BEGIN+")),
		mime: bytes.Contains(text, []byte("=3D")),
	}
	if e.form || e.mime || bytes.ContainsAny(text, "\\<&%\"'\x00\x1b") {
		return e
	}
	return nil
}

var escapeStart = [256]bool{'\\': true, '<': true, '&': true, '%': true, '"': true, '\'': true, 0: true, 0x1b: true, '+': true, '=': true}

// at reads an escape at text[i:]: n bytes stand for out. n is 0 if there is
// none. Every reading looks a bounded way ahead.
func (e *escapes) at(text []byte, i int) (n int, out string, kind note.Kind) {
	rest := text[i:]
	switch rest[0] {
	case '\\':
		n, out = backslashEscape(rest, i > 1 && text[i-1] == 'n' && text[i-2] == '\\')
		return n, out, note.EscapedNewlines
	case '"', '\'':
		n, out = stringContinuation(rest, i > 1 && text[i-1] == 'n' && text[i-2] == '\\')
		return n, out, note.EscapedNewlines
	case '<':
		n, out = htmlTag(rest, i == 0 || text[i-1] == '\n' || text[i-1] == '\r')
		return n, out, note.QuotedHTML
	case '&':
		n, out = htmlEntity(rest)
		return n, out, note.QuotedHTML
	case '%':
		if c, ok := hexByte(rest, 1); ok && isTextByte(c) {
			return 3, string(rune(c)), note.QuotedHTML
		}
	case '+':
		if e.form {
			return 1, " ", note.QuotedHTML
		}
	case '=':
		if !e.mime {
			break
		}
		if c, ok := hexByte(rest, 1); ok && isTextByte(c) {
			return 3, string(rune(c)), note.QuotedMail
		}
		if n := lineEndAt(rest[1:]); n > 0 { // soft line break
			return 1 + n, "", note.QuotedMail
		}
	case 0:
		return 1, "", note.BodyCharacter
	case 0x1b:
		return terminalSequence(rest), "", note.BodyCharacter
	}
	return 0, "", ""
}

func isTextByte(c byte) bool { return c >= 0x20 && c < 0x7f || c == '\n' || c == '\r' || c == '\t' }

// hexByte reads two hexadecimal digits at b[i:].
func hexByte(b []byte, i int) (byte, bool) {
	if len(b) < i+2 {
		return 0, false
	}
	hi, lo := hexDigit(b[i]), hexDigit(b[i+1])
	return byte(hi<<4 | lo), hi >= 0 && lo >= 0
}

// lineEndAt is the length of the line end that b starts with.
func lineEndAt(b []byte) int {
	switch {
	case len(b) > 0 && b[0] == '\n':
		return 1
	case len(b) > 1 && b[0] == '\r' && b[1] == '\n':
		return 2
	case len(b) > 0 && b[0] == '\r':
		return 1
	}
	return 0
}

// backslashEscape reads an escape of JSON or C, whose backslash may have been
// escaped again, or a backslash that joins two lines.
func backslashEscape(b []byte, afterNewline bool) (int, string) {
	k := 1
	for k < len(b) && k < 8 && b[k] == '\\' {
		k++
	}
	if k == len(b) {
		return 0, ""
	}
	if n := lineEndAt(b[k:]); n > 0 && k == 1 {
		if afterNewline {
			return k + n, ""
		}
		return k + n, "\n"
	}
	switch b[k] {
	case 'n':
		if lineEndAt(b[k+1:]) > 0 {
			return k + 1, ""
		}
		return k + 1, "\n"
	case 'r':
		if lineEndAt(b[k+1:]) > 0 {
			return k + 1, ""
		}
		// \r\n, and \r before a line end that is there anyway
		rest := b[k+1:]
		if len(rest) > k && bytes.Equal(rest[:k], b[:k]) && rest[k] == 'n' {
			return 2*k + 2, "\n"
		}
		return k + 1, "\n"
	case 't':
		return k + 1, "\t"
	case '/', '"', '\'', '+', '=', '-':
		return k + 1, string(b[k])
	case 'x':
		if c, ok := hexByte(b, k+1); ok && isTextByte(c) {
			return k + 3, string(rune(c))
		}
	case 'u':
		if len(b) >= k+5 {
			if v, err := strconv.ParseUint(string(b[k+1:k+5]), 16, 16); err == nil {
				return k + 5, string(rune(v))
			}
		}
	}
	return 0, ""
}

// stringContinuation reads the end of a string literal, an operator, and the
// start of the literal on the next line: `" +`, `"`.
func stringContinuation(b []byte, afterNewline bool) (int, string) {
	i, operators := 1, 0
	for i < len(b) && i < 64 && operators <= 2 && strings.IndexByte(" \t+.,&_\\", b[i]) >= 0 {
		if b[i] != ' ' && b[i] != '\t' {
			operators++
		}
		i++
	}
	n := lineEndAt(b[min(i, len(b)):])
	if n == 0 {
		return 0, ""
	}
	for i += n; i < len(b) && i < 256 && (b[i] == ' ' || b[i] == '\t'); i++ {
	}
	// Operators may also be at the start of the next line.
	for j := 0; j < 2 && operators == 0 && i < len(b) && (b[i] == '+' || b[i] == '.' || b[i] == '&'); j++ {
		for i++; i < len(b) && i < 300 && b[i] == ' '; i++ {
		}
	}
	if i >= len(b) || b[i] != b[0] {
		return 0, ""
	}
	if afterNewline {
		return i + 1, ""
	}
	return i + 1, "\n"
}

// mayBeObject reports whether text begins as PEM does, or the base64 of an object.
func mayBeObject(text []byte) bool {
	if bytes.HasPrefix(text, dashes) {
		return true
	}
	if len(text) < minObject || !hasBareStart(text) {
		return false
	}
	for _, c := range text[:minObject] {
		if !inBase64[c] {
			return false
		}
	}
	return true
}

// htmlTag reads a tag of HTML or XML. It becomes a line end, unless one is
// there anyway, or the tag is one that HTML has within a line. A tag with an object
// in an attribute is left as it is.
func htmlTag(b []byte, afterNewline bool) (int, string) {
	i := 1
	if i < len(b) && b[i] == '/' {
		i++
	}
	start := i
	for i < len(b) && i < 16 && (isLetter(b[i]) || i > start && b[i] >= '0' && b[i] <= '9') {
		i++
	}
	name := strings.ToLower(string(b[start:i]))
	if name == "" {
		return 0, ""
	}
	for ; i < len(b) && i < 256 && b[i] != '>'; i++ {
		if b[i] == '\n' || b[i] == '<' || strings.IndexByte("\"'=", b[i-1]) >= 0 && mayBeObject(b[i:]) {
			return 0, ""
		}
	}
	if i >= len(b) || b[i] != '>' {
		return 0, ""
	}
	i++
	switch name {
	case "a", "abbr", "b", "bdi", "big", "code", "em", "font", "i", "ins", "kbd", "mark", "s", "samp", "small", "span", "strong", "tt", "u", "var", "wbr":
		return i, ""
	}
	if afterNewline || lineEndAt(b[i:]) > 0 {
		return i, ""
	}
	return i, "\n"
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// htmlEntity reads a character reference.
func htmlEntity(b []byte) (int, string) {
	end := bytes.IndexByte(b[:min(len(b), 12)], ';')
	if end < 2 {
		return 0, ""
	}
	name := string(b[1:end])
	if name[0] == '#' {
		digits, base := name[1:], 10
		if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X') {
			digits, base = digits[1:], 16
		}
		v, err := strconv.ParseUint(digits, base, 21)
		if err != nil || v == 0 || !utf8.ValidRune(rune(v)) {
			return 0, ""
		}
		return end + 1, string(rune(v))
	}
	out := ""
	switch name {
	case "nbsp", "ensp", "emsp", "thinsp", "Tab":
		out = " "
	case "NewLine":
		out = "\n"
	case "amp":
		out = "&"
	case "lt":
		out = "<"
	case "gt":
		out = ">"
	case "quot":
		out = `"`
	case "apos":
		out = "'"
	case "plus":
		out = "+"
	case "sol":
		out = "/"
	case "equals":
		out = "="
	case "hyphen", "dash", "minus", "ndash", "mdash", "horbar":
		out = map[string]string{"hyphen": "‐", "dash": "‐", "minus": "−", "ndash": "–", "mdash": "—", "horbar": "―"}[name]
	case "shy", "zwnj", "zwj", "lrm", "rlm", "ZeroWidthSpace":
	default:
		return 0, ""
	}
	return end + 1, out
}

// terminalSequence is the length of an escape sequence of a terminal (ECMA-48,
// Section 5.4), such as a colour or a bracketed paste.
func terminalSequence(b []byte) int {
	if len(b) < 2 || b[1] != '[' {
		return 1
	}
	i := 2
	for i < len(b) && i < 32 && b[i] >= 0x20 && b[i] < 0x40 {
		i++
	}
	if i < len(b) && b[i] >= 0x40 && b[i] < 0x7f {
		return i + 1
	}
	return 1
}

// undo returns text without escapes.
func (e *escapes) undo(text []byte) []byte {
	out := make([]byte, 0, len(text))
	w := e.walk(text)
	for ; w.n > 0; w.skip() {
		out = append(append(out, text[w.pos:w.next]...), w.with...)
	}
	return append(out, text[w.pos:]...)
}

// escapeWalk maps offsets of the text without escapes to the one with them,
// by reading it again alongside.
type escapeWalk struct {
	e         *escapes
	plain     []byte
	pos, text int // the same place in both
	next      int // start of the next escape, len(plain) if there is none
	n, out    int // its length, and that of what it stands for
	with      string
	kind      note.Kind
	frames    []span // from here on
}

func (e *escapes) walk(plain []byte) *escapeWalk {
	w := &escapeWalk{e: e, plain: plain, frames: e.frames}
	w.find()
	return w
}

func (w *escapeWalk) find() {
	for len(w.frames) > 0 && w.frames[0].off < w.pos {
		w.frames = w.frames[1:]
	}
	limit := len(w.plain)
	if len(w.frames) > 0 {
		limit = w.frames[0].off
	}
	for i := w.pos; i < limit; i++ {
		if !escapeStart[w.plain[i]] {
			continue
		}
		if n, out, kind := w.e.at(w.plain, i); n > 0 {
			w.next, w.n, w.out, w.with, w.kind = i, n, len(out), out, kind
			return
		}
	}
	w.next, w.n, w.out, w.with = limit, 0, 0, ""
	if len(w.frames) > 0 {
		f := w.frames[0]
		w.n, w.out, w.with, w.kind = f.n, len(f.out), f.out, f.kind
	}
}

// skip moves past the next escape.
func (w *escapeWalk) skip() {
	w.text += w.next - w.pos + w.out
	w.pos = w.next + w.n
	w.find()
}

// plainOffset maps an offset that is not before the ones asked earlier. What
// was dropped at it is before the place that is returned.
func (w *escapeWalk) plainOffset(off int) int {
	for w.n > 0 && w.text+(w.next-w.pos)+w.out <= off {
		w.skip()
	}
	return w.pos + min(off-w.text, w.next-w.pos)
}
