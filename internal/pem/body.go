package pem

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

// inBase64 is true for what is in the base64 alphabet.
var inBase64 = [256]bool{
	'A': true, 'B': true, 'C': true, 'D': true, 'E': true, 'F': true, 'G': true, 'H': true, 'I': true, 'J': true, 'K': true, 'L': true, 'M': true,
	'N': true, 'O': true, 'P': true, 'Q': true, 'R': true, 'S': true, 'T': true, 'U': true, 'V': true, 'W': true, 'X': true, 'Y': true, 'Z': true,
	'a': true, 'b': true, 'c': true, 'd': true, 'e': true, 'f': true, 'g': true, 'h': true, 'i': true, 'j': true, 'k': true, 'l': true, 'm': true,
	'n': true, 'o': true, 'p': true, 'q': true, 'r': true, 's': true, 't': true, 'u': true, 'v': true, 'w': true, 'x': true, 'y': true, 'z': true,
	'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true, '+': true, '/': true,
}

// IsBase64 reports whether c is in the base64 alphabet; padding is not.
func IsBase64(c byte) bool { return inBase64[c] }

// bodyReader reads what is between two boundaries.
type bodyReader struct {
	s           *scanner
	text        []byte
	from, limit int
	hasEnd      bool
	bare        bool // there are no boundaries
	number      int  // of the block, from 1
	blk         Block
	prefix      string // before every line

	out      []byte // the base64 characters
	chars    int    // of them, and of those that could not be known
	headers  int    // 0 before, 1 within, 2 after them
	pads     int
	padAt    int // how many characters preceded the first '='
	padOff   int
	afterPad bool // characters follow a '='
	urlOff   int  // first character that only base64url has
	std      bool // one that only base64 has
	badOff   int  // first character that cannot be known
	badText  text.Text
	dropOff  int // first character that was dropped and is not white space
	quoted   int // lines with a prefix
	quoteOff int
	quote    string

	need int // characters that the DER asks for, -1 if it does not say

	blanks, blankOff int
	lines, width     int
	firstOff         int
	odd              lineLength // line of another length that may be the last one
	oddOff           int        // first line that is shorter or longer and is not the last
}

type lineLength struct{ off, n int }

func (s *scanner) newBody(label string, from, limit int, hasEnd bool) *bodyReader {
	return &bodyReader{
		s: s, text: s.text, from: from, limit: limit, hasEnd: hasEnd, number: len(s.blocks) + 1,
		blk: Block{Label: label, begin: from, body: from, end: limit}, out: s.scratch[:0],
		padOff: -1, urlOff: -1, badOff: -1, dropOff: -1, quoteOff: -1, blankOff: -1, oddOff: -1,
	}
}

func (r *bodyReader) noteAt(kind note.Kind, off int, format string, args ...any) {
	r.noteWhere(kind, off, "", 0, format, args...)
}

func (r *bodyReader) noteWhere(kind note.Kind, off int, where note.Where, n int, format string, args ...any) {
	r.s.note(pendingNote{Note: Note{Kind: kind, N: n, Text: text.Of(format, args...), Where: where, Block: r.number, Undone: true}, off: off})
}

// line returns the line at p, up to the limit, and where the next one starts.
func (r *bodyReader) line(p int) (line []byte, next int) {
	i := bytes.IndexAny(r.text[p:r.limit], "\r\n")
	if i < 0 {
		return r.text[p:r.limit], r.limit
	}
	next = p + i + 1
	if r.text[next-1] == '\r' {
		switch rest := r.text[next:r.limit]; {
		case len(rest) > 0 && rest[0] == '\n':
			next++
		case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
			next += 2
		}
	}
	return r.text[p : p+i], next
}

// bodyLine counts the base64 characters of a line and reports whether there is
// nothing else on it that has to be known.
func (r *bodyReader) bodyLine(line []byte) (n int, ok bool) {
	i := 0
	for i < len(line) && strings.IndexByte(" \t>|", line[i]) >= 0 {
		i++
	}
	for i < len(line) {
		c := line[i]
		if inBase64[c] {
			n++
			i++
			continue
		}
		if c == '=' || c == '_' || c == '-' && n > 0 {
			i++
			continue
		}
		u, size := runeAt(line, i)
		switch {
		case base64Fold(u) >= 0:
			n++
		case !isBlank(u) && !isInvisible(u) && !isQuote(u) && !latin1Space(line[i:], u, size):
			return n, false
		}
		i += size
	}
	return n, true
}

// latin1Space reports whether b starts with a no-break space in Latin-1.
func latin1Space(b []byte, u rune, size int) bool {
	return u == utf8.RuneError && size == 1 && b[0] == 0xa0
}

// base64Fold is the base64 character that a full width one stands for, or -1.
func base64Fold(r rune) int {
	if c := narrow(r); c != r && (inBase64[byte(c)] || c == '=') {
		return int(c)
	}
	return -1
}

func isQuote(r rune) bool {
	switch r {
	case '"', '\'', '`', 0x2018, 0x2019, 0x201c, 0x201d, 0xab, 0xbb:
		return true
	}
	return false
}

// afterBegin deals with the rest of the BEGIN line and returns where the body
// starts.
func (r *bodyReader) afterBegin() int {
	line, next := r.line(r.from)
	rest := bytes.TrimSpace(line)
	oneLine := next == r.limit && r.from+len(line) == r.limit
	switch n, isBody := r.bodyLine(line); {
	case len(line) == 0:
	case blank(line):
		if !oneLine {
			r.noteWhere(note.BoundarySpace, r.from, note.AfterBegin, len(line), "white space after BEGIN")
		}
	case oneLine && r.hasEnd, isBody && n >= 16, len(rest) >= 40, isHeader(rest):
		r.noteWhere(note.LineEndMissing, r.from, note.AfterBegin, 0, "BEGIN and what follows it are on one line")
		return r.from
	default:
		r.noteWhere(note.BoundaryText, r.from, note.AfterBegin, 0, "text after BEGIN")
	}
	r.blk.body = next
	return next
}

// read reads headers and base64 from p up to the limit, or, where END is
// missing, up to the first line that is not base64.
func (r *bodyReader) read(p int) {
	for p < r.limit {
		line, next := r.line(p)
		last := p+len(line) == r.limit && r.hasEnd && !r.bare // END is on this line
		off, line := r.unquote(p, line)
		p = next
		if last && blank(line) {
			if len(line) > 0 && !r.sameLine(off) {
				r.noteWhere(note.BoundarySpace, off, note.BeforeEnd, len(line), "white space before END")
			}
			continue
		}
		if blank(line) {
			r.blankLine(off)
			continue
		}
		if r.chars == 0 && isHeader(line) {
			rest := r.header(off, line)
			if rest == nil {
				continue
			}
			off, line = off+len(line)-len(rest), rest
		} else if r.headers == 1 && r.continued(line) {
			continue
		}
		n, isBody := r.bodyLine(line)
		if !isBody || n == 0 && r.chars > 0 && !bytes.ContainsRune(line, '=') {
			if !r.hasEnd {
				r.blk.end, r.limit = off, off
				break
			}
			if last && r.chars > 0 {
				r.noteWhere(note.BoundaryText, off, note.BeforeEnd, 0, "text before END")
				continue
			}
		}
		if !r.hasEnd && r.complete() {
			r.blk.end, r.limit = off, off
			break
		}
		r.bodyStarts(off)
		r.bodyChars(off, line)
		if last && !r.sameLine(off) {
			r.noteWhere(note.LineEndMissing, off+len(line), note.BeforeEnd, 0, "END follows the base64 on the same line")
		}
	}
	if r.blanks > 0 && r.hasEnd && !r.bare && r.chars > 0 {
		r.noteWhere(note.BodyBlankLine, r.blankOff, note.BeforeEnd, r.blanks, "empty line before END")
	}
	if r.quoted > 0 {
		r.noteWhere(note.QuotedMail, r.quoteOff, "", r.quoted, "%q before the lines", r.quote)
	}
	r.s.scratch = r.out
}

// complete reports whether the object ends before a further line, as far as
// that can be told without END: by padding, by the length that the DER states,
// or by a line that is shorter than the others.
func (r *bodyReader) complete() bool {
	if r.pads > 0 {
		return true
	}
	if r.need == 0 && len(r.out) >= 8 {
		r.need = -1
		if _, encrypted := r.blk.DEKInfo(); !encrypted && r.blk.Label != labelTrusted {
			if size, ok := derSize(r.out); ok {
				r.need = (size*8 + 5) / 6
			}
		}
	}
	if r.need > 0 {
		return len(r.out) >= r.need
	}
	return r.odd.n > 0 && r.odd.n < r.width
}

// sameLine reports whether off is on the line of BEGIN, which was told already.
func (r *bodyReader) sameLine(off int) bool {
	return !bytes.ContainsAny(r.text[r.from:off], "\r\n")
}

// unquote drops what mail programs and the like put before every line.
func (r *bodyReader) unquote(off int, line []byte) (int, []byte) {
	trimmed := bytes.TrimLeft(line, " \t")
	var rest []byte
	if r.prefix != "" && bytes.HasPrefix(trimmed, []byte(r.prefix)) {
		rest = trimmed[len(r.prefix):]
		if t := bytes.TrimLeft(rest, " \t"); len(t) > 0 && (t[0] == '>' || t[0] == '|') {
			rest = bytes.TrimLeft(t, ">| \t")
		}
	} else if rest = bytes.TrimLeft(trimmed, ">| \t"); len(trimmed) == 0 || trimmed[0] != '>' && trimmed[0] != '|' {
		return off, line
	}
	if r.quoted == 0 {
		r.quoteOff, r.quote = off, string(trimmed[:min(len(trimmed)-len(rest), 8)])
		if r.prefix != "" {
			r.quoteOff = r.s.lineStart(r.blk.begin)
		}
	}
	r.quoted++
	// One space belongs to the quotation mark.
	if len(rest) > 0 && rest[0] == ' ' {
		rest = rest[1:]
	}
	return off + len(line) - len(rest), rest
}

func (r *bodyReader) blankLine(off int) {
	if r.headers == 1 {
		r.headers = 2
		return
	}
	if r.blanks == 0 {
		r.blankOff = off
	}
	r.blanks++
}

// bodyStarts tells of empty lines before a line of base64.
func (r *bodyReader) bodyStarts(off int) {
	if r.headers == 1 {
		r.noteAt(note.Headers, off, "no empty line between the headers and the base64")
	}
	r.headers = 2
	if r.chars == 0 {
		r.blk.body = off
	}
	if r.blanks > 0 {
		where := note.Where("")
		if r.chars == 0 {
			where = note.AfterBegin
		}
		r.noteWhere(note.BodyBlankLine, r.blankOff, where, r.blanks, "empty line in the base64")
		r.blanks = 0
	}
}

// bodyChars takes the characters of one line.
func (r *bodyReader) bodyChars(off int, line []byte) {
	start, spaceOff, charsBefore := off, -1, r.chars
	lead := true // only white space and quotation marks so far
	for i := 0; i < len(line); {
		c := line[i]
		if inBase64[c] {
			r.take(c, off+i)
			lead = false
			i++
			continue
		}
		u, size := runeAt(line, i)
		at := off + i
		i += size
		switch {
		case c == '=':
			r.pad(at)
			lead = false
		case c == '-' || c == '_':
			if r.urlOff < 0 {
				r.urlOff = at
			}
			r.take(map[byte]byte{'-': '+', '_': '/'}[c], -1)
		case u == ' ' || u == '\t' || u == '\v' || u == '\f':
			if spaceOff < 0 {
				spaceOff = at
			}
		case isBlank(u), isInvisible(u), isQuote(u) && (lead || blankOrQuote(line[i:])), latin1Space(line[i-size:], u, size):
			if u == utf8.RuneError {
				u = 0xa0
			}
			r.character(Note{Rune: u, Undone: true, Text: text.Of("it is left out")}, at)
			if r.dropOff < 0 {
				r.dropOff = at
			}
			continue
		case base64Fold(u) >= 0:
			r.character(Note{Rune: u, Undone: true, Text: text.Of("full width form of a base64 character")}, at)
			if w := byte(base64Fold(u)); w == '=' {
				r.pad(at)
			} else {
				r.take(w, at)
			}
			lead = false
		default:
			r.bad(u, c, size, at)
		}
		if u != ' ' && u != '\t' {
			lead = false
		}
	}
	if spaceOff >= 0 {
		r.noteWhere(note.BodySpace, spaceOff, "", 0, "white space within the base64")
	}
	if n := r.chars - charsBefore; n > 0 {
		r.lineLength(start, n)
	}
}

// blankOrQuote reports whether nothing but the end of a string literal follows.
func blankOrQuote(rest []byte) bool {
	return len(bytes.Trim(rest, " \t\"',;+\\")) == 0 && len(rest) < 16
}

func (r *bodyReader) take(c byte, at int) {
	if at >= 0 && (c == '+' || c == '/') {
		r.std = true
	}
	if r.pads > 0 {
		r.afterPad = true
	}
	r.out = append(r.out, c)
	r.chars++
}

func (r *bodyReader) pad(at int) {
	if r.pads == 0 {
		r.padAt, r.padOff = len(r.out), at
	}
	r.pads++
}

// bad records a character in place of one that cannot be known.
func (r *bodyReader) bad(u rune, c byte, size, at int) {
	n := Note{Rune: u, Text: text.Of("%U is not base64", u)}
	if u == utf8.RuneError && size == 1 {
		n.N, n.Text = int(c), text.Of("byte %02X is not base64", c)
	}
	r.character(n, at)
	if r.badOff < 0 {
		r.badOff, r.badText = at, n.Text
	}
	r.chars++
}

func (r *bodyReader) character(n Note, at int) {
	n.Kind, n.Block = note.BodyCharacter, r.number
	r.s.note(pendingNote{Note: n, off: at})
}

// lineLength compares the length of a line with the others. The last one may
// be shorter.
func (r *bodyReader) lineLength(off, n int) {
	r.lines++
	switch {
	case r.lines == 1:
		r.width, r.firstOff = n, off
	case r.odd.n > 0 && r.lines == 3 && r.odd.n == n:
		r.oddLine(lineLength{r.firstOff, r.width}, n) // it was the first that differs
		r.width, r.odd = n, lineLength{}
	default:
		if r.odd.n > 0 {
			r.oddLine(r.odd, r.width)
			r.odd = lineLength{}
		}
		if n != r.width {
			r.odd = lineLength{off, n}
		}
	}
}

func (r *bodyReader) oddLine(l lineLength, width int) {
	if r.oddOff < 0 {
		r.oddOff = l.off
	}
	r.noteWhere(note.LineLength, l.off, "", l.n, "%d characters where the other lines have %d", l.n, width)
}

// finish decodes what was read, checks it and completes the block.
func (r *bodyReader) finish() {
	r.finishLines()
	if !r.hasEnd {
		r.trimEnd()
	}
	if r.chars == 0 {
		r.fail(r.blk.begin, text.Of("nothing is between BEGIN and END"))
		return
	}
	if r.badOff < 0 && r.urlOff >= 0 {
		if r.std {
			r.bad(rune(r.text[r.urlOff]), 0, 1, r.urlOff)
		} else {
			r.character(Note{Rune: rune(r.text[r.urlOff]), Undone: true, Text: text.Of("base64url alphabet")}, r.urlOff)
		}
	}
	if r.badOff >= 0 {
		r.fail(r.badOff, r.badText)
		return
	}
	n := len(r.out)
	if r.afterPad {
		n = r.padAt
	}
	if n%4 == 1 {
		r.decode(n - 1)
		r.truncated(&Error{Kind: ErrDamaged, What: r.blk.what(), Detail: text.Of("a base64 character is missing or superfluous")}, 1)
		return
	}
	r.decode(n)
	size, err := r.blk.checkLength()
	switch {
	case r.afterPad && (err != nil || size == 0 || size != len(r.blk.Body) || len(r.out)-r.padAt >= minObject):
		r.noteAt(note.BodyPadding, r.padOff, "base64 goes on after the padding")
		r.fail(r.padOff, text.Of("base64 goes on after the padding"))
		return
	case err != nil:
		r.truncated(err, err.Missing)
		return
	case r.afterPad:
		r.noteAt(note.BodyPadding, r.padOff, "base64 goes on after the padding and the end of the object")
	case r.pads != (4-n%4)%4:
		off := r.padOff
		if off < 0 {
			off = r.blk.end
		}
		kind := note.BodyPadding
		if r.pads < (4-n%4)%4 {
			kind = note.PaddingMissing
		}
		r.noteWhere(kind, off, "", r.pads, "%d padding characters instead of %d", r.pads, (4-n%4)%4)
	}
	switch {
	case size <= 0 || size >= len(r.blk.Body):
	case !r.hasEnd && r.blk.Label != labelTrusted:
		r.cut(size)
	case !r.bare && r.holdsMore(size):
		r.fail(r.place(size), text.Of("another object follows the first one, without an END and a BEGIN line between them"))
	}
}

// finishLines tells of the length of the lines as far as it did not.
func (r *bodyReader) finishLines() {
	if r.odd.n > r.width {
		r.oddLine(r.odd, r.width)
	}
	switch {
	case r.lines == 1 && r.width > 76:
		r.noteWhere(note.LineUnwrapped, r.firstOff, "", r.width, "the whole body is on one line")
	case r.lines > 1 && r.width > 76:
		r.noteWhere(note.LineLength, r.firstOff, "", r.width, "lines of %d characters", r.width)
	case r.width > opensslHeaded || r.lines > 1 && r.width < opensslHeaded:
		// Without headers no reader minds.
		if _, encrypted := r.blk.DEKInfo(); encrypted {
			r.noteWhere(note.LineLength, r.firstOff, "", r.width, "%d characters where a key with headers has %d", r.width, opensslHeaded)
		}
	}
}

func (r *bodyReader) decode(n int) {
	r.blk.Body = make([]byte, base64.RawStdEncoding.DecodedLen(n))
	// Cannot fail: r.out holds the alphabet alone, and n is not 1 modulo 4.
	m, _ := base64.RawStdEncoding.Decode(r.blk.Body, r.out[:n])
	r.blk.Body = r.blk.Body[:m]
}

// fail makes the block one that could not be read.
func (r *bodyReader) fail(off int, detail text.Text) {
	r.blk.Err = &Error{Kind: ErrDamaged, What: r.blk.what(), Detail: detail}
	r.blk.errOff = off
}

// truncated fails the block where characters got lost, as well as that can be
// told: on a line of another length, where something was dropped, at the end.
func (r *bodyReader) truncated(err *Error, missing int) {
	off := r.blk.end
	switch {
	case r.oddOff >= 0:
		off = r.oddOff
		err.Missing, err.Detail = 0, text.Of("this line is not as long as the others, and the object is not whole")
	case r.dropOff >= 0:
		off = r.dropOff
	case r.hasEnd && r.limit < len(r.text):
		off = r.limit
	}
	r.s.note(pendingNote{Note: Note{Kind: note.BodyTruncated, N: missing, Text: text.Of("the base64 ends early"), Block: r.number}, off: off})
	r.blk.Err, r.blk.errOff = err, off
}

// trimEnd leaves the line ends after a body without END to what follows.
func (r *bodyReader) trimEnd() {
	for r.blk.end > r.from && strings.IndexByte(" \t\r\n", r.text[r.blk.end-1]) >= 0 {
		r.blk.end--
	}
}

// cut drops what looks like base64 after the end of the object, where no END
// says that it belongs to it.
func (r *bodyReader) cut(size int) {
	clear(r.blk.Body[size:])
	r.blk.Body = r.blk.Body[:size]
	if end := r.place(size); end < r.limit {
		for r.blk.end = end; r.blk.end < r.limit && r.text[r.blk.end] == '='; r.blk.end++ {
		}
	}
}

// holdsMore reports whether a further object follows the one of this size.
func (r *bodyReader) holdsMore(size int) bool {
	switch shape.Of(r.blk.Body) {
	case shape.Unknown, shape.TrustedCert, shape.NET:
		return false
	}
	// Without the padding between them, the bytes of the second one are shifted.
	after := bytes.TrimLeft(r.text[r.place(size):r.limit], " \t\r\n>|")
	_, begins := derSize(after)
	return shape.Of(r.blk.Body[size:]) != shape.Unknown || begins && hasBareStart(after)
}

// place is where the base64 of so many bytes ends.
func (r *bodyReader) place(size int) int {
	left := (size*8 + 5) / 6
	for i := r.blk.body; i < r.limit; i++ {
		if !inBase64[r.text[i]] {
			continue
		}
		if left--; left == 0 {
			return i + 1
		}
	}
	return r.limit
}
