package pem

import (
	"bytes"
	"encoding/binary"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

// Encoding is how the characters of a text file are written.
type Encoding int

// The encodings that are told apart.
const (
	UTF8 Encoding = iota // or ASCII, or Latin-1: bytes as they are
	UTF16LE
	UTF16BE
	UTF32LE
	UTF32BE
)

func (e Encoding) String() string {
	return [...]string{"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"}[e]
}

// unit is the size of a code unit in bytes.
func (e Encoding) unit() int {
	switch e {
	case UTF16LE, UTF16BE:
		return 2
	case UTF32LE, UTF32BE:
		return 4
	}
	return 1
}

// DetectEncoding tells the encoding and the length of the byte order mark.
func DetectEncoding(data []byte) (enc Encoding, bom int) {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe, 0, 0}):
		return UTF32LE, 4
	case bytes.HasPrefix(data, []byte{0, 0, 0xfe, 0xff}):
		return UTF32BE, 4
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		return UTF16LE, 2
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return UTF16BE, 2
	case bytes.HasPrefix(data, []byte{0xef, 0xbb, 0xbf}):
		return UTF8, 3
	}
	// Without a mark: nearly all characters of a PEM file are ASCII, so every
	// unit has its zero bytes at the same place.
	sample := data[:min(len(data), 1024)&^3]
	if len(sample) < 16 || bytes.IndexByte(sample, 0) < 0 {
		return UTF8, 0
	}
	for _, c := range []struct {
		enc  Encoding
		byte int // where the unit has its ASCII byte
	}{{UTF32LE, 0}, {UTF32BE, 3}, {UTF16LE, 0}, {UTF16BE, 1}} {
		unit, hits := c.enc.unit(), 0
		for i := 0; i < len(sample); i += unit {
			ok := true
			for j, b := range sample[i : i+unit] {
				ok = ok && (b == 0) == (j != c.byte)
			}
			if ok {
				hits++
			}
		}
		if hits*unit*10 >= len(sample)*9 {
			return c.enc, 0
		}
	}
	return UTF8, 0
}

// ToUTF8 decodes data after the byte order mark. UTF-8 is returned as it is.
func (e Encoding) ToUTF8(data []byte) []byte {
	if e == UTF8 {
		return data
	}
	unit := e.unit()
	out := make([]byte, 0, len(data)/unit+len(data)/64+16)
	var high rune
	for ; len(data) >= unit; data = data[unit:] {
		var r rune
		switch e {
		case UTF16LE:
			r = rune(binary.LittleEndian.Uint16(data))
		case UTF16BE:
			r = rune(binary.BigEndian.Uint16(data))
		case UTF32LE:
			r = rune(binary.LittleEndian.Uint32(data) & 0x7fffffff)
		default:
			r = rune(binary.BigEndian.Uint32(data) & 0x7fffffff)
		}
		if unit == 2 && r < 0x80 && high == 0 {
			out = append(out, byte(r))
			continue
		}
		if high != 0 {
			if pair := utf16.DecodeRune(high, r); pair != utf8.RuneError {
				out, high = utf8.AppendRune(out, pair), 0
				continue
			}
			out, high = utf8.AppendRune(out, utf8.RuneError), 0
		}
		if unit == 2 && 0xd800 <= r && r < 0xdc00 {
			high = r
			continue
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// ToUTF8 gives a text file in UTF-8, without its byte order mark.
func ToUTF8(data []byte) []byte {
	enc, bom := DetectEncoding(data)
	return enc.ToUTF8(data[bom:])
}

// locate turns the offsets of notes, blocks and errors into places of the
// original file. All are handled in one pass over the text, in their order,
// so that it takes no table of lines and the time does not depend on how many
// there are.
func (s *scanner) locate() {
	type mark struct {
		off   int
		at    *Place
		plain *int
	}
	marks := make([]mark, 0, len(s.notes)+4*len(s.blocks))
	add := func(off int, at *Place) { marks = append(marks, mark{off: off, at: at}) }
	plainNotes := 0
	for i := range s.notes {
		if s.notes[i].atStart {
			s.notes[i].At.Line, s.notes[i].At.Column = 1, 1
			continue
		}
		if s.notes[i].inPlain {
			plainNotes++
			continue
		}
		add(s.notes[i].off, &s.notes[i].At)
	}
	for i := range s.blocks {
		b := &s.blocks[i]
		marks = append(marks, mark{b.begin, &b.At, &b.plainBegin}, mark{off: max(b.begin, b.end-1), plain: &b.plainEnd})
		add(b.end, &b.endAt)
		if b.Err != nil {
			add(b.errOff, &b.Err.At)
		}
	}
	byOffset := func(a, b mark) int { return a.off - b.off }
	slices.SortStableFunc(marks, byOffset)
	if s.escapes != nil {
		w := s.escapes.walk(s.plain)
		for i := range marks {
			marks[i].off = w.plainOffset(marks[i].off)
		}
	}
	if plainNotes > 0 {
		for i := range s.notes {
			if s.notes[i].inPlain {
				add(s.notes[i].off, &s.notes[i].At)
			}
		}
		slices.SortStableFunc(marks, byOffset)
	}
	l := lineWalker{text: s.plain, enc: s.enc, orig: int64(s.bom), line: 1, column: 1, lone: s.loneCR}
	for _, m := range marks {
		if m.plain != nil {
			*m.plain = m.off
		}
		if m.at != nil {
			l.advance(m.off)
			*m.at = Place{l.line, l.column, l.orig}
		}
	}
	for i := range s.blocks {
		if b := &s.blocks[i]; b.end > b.begin {
			b.plainEnd++
		}
	}
}

// lineWalker counts lines, columns and original bytes along a text.
type lineWalker struct {
	text         []byte
	enc          Encoding
	lone         bool // a CR alone ends a line
	pos          int
	line, column int
	orig         int64
}

func (l *lineWalker) advance(to int) {
	seg := l.text[l.pos:to]
	if len(seg) == 0 {
		return
	}
	if l.enc == UTF8 {
		l.orig += int64(len(seg))
	} else {
		l.orig += int64(originalSize(seg, l.enc))
	}
	start := 0
	if !l.lone {
		if n := bytes.Count(seg, []byte{'\n'}); n > 0 {
			l.line += n
			start = bytes.LastIndexByte(seg, '\n') + 1
			l.column = 1
		}
	} else {
		for i, c := range seg {
			// A CR belongs to the LF that follows, also in the CR CR LF that a
			// second conversion makes of CR LF.
			if c == '\n' || c == '\r' && !startsLF(l.text[l.pos+i+1:]) {
				l.line++
				start = i + 1
				l.column = 1
			}
		}
	}
	l.column += utf8.RuneCount(seg[start:])
	l.pos = to
}

// startsLF reports whether a line feed follows, at most one CR before it.
func startsLF(rest []byte) bool {
	return len(rest) > 0 && rest[0] == '\n' || len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n'
}

// originalSize is how many bytes UTF-8 text takes in enc.
func originalSize(seg []byte, enc Encoding) int {
	n := 0
	for _, c := range seg {
		switch {
		case c&0xc0 == 0x80: // continuation byte: counted with its first
		case c >= 0xf0 && enc.unit() == 2:
			n += 4
		default:
			n += enc.unit()
		}
	}
	return n
}

// noteLineEnds notes line ends that are not LF or CRLF throughout.
func (s *scanner) noteLineEnds() {
	cr := bytes.Count(s.plain, []byte{'\r'})
	if cr == 0 {
		return
	}
	lf := bytes.Count(s.plain, []byte{'\n'})
	crlf := bytes.Count(s.plain, []byte("\r\n"))
	s.loneCR = cr > crlf
	if lf == 0 {
		s.note(pendingNote{Note: Note{Kind: note.LineEndCR, N: cr, Text: text.Of("lines end in CR"), Undone: true}, off: bytes.IndexByte(s.plain, '\r'), inPlain: true})
		return
	}
	if cr == crlf && lf == crlf {
		return
	}
	lineEnd := func(i int) string {
		switch {
		case s.plain[i] == '\n':
			return "LF"
		case i+1 < len(s.plain) && s.plain[i+1] == '\n':
			return "CR LF"
		case startsLF(s.plain[i+1:]):
			return "CR CR LF"
		}
		return "CR"
	}
	first := bytes.IndexAny(s.plain, "\r\n")
	want := lineEnd(first)
	for i := first; i < len(s.plain); i++ {
		if c := s.plain[i]; c != '\r' && c != '\n' {
			continue
		}
		if got := lineEnd(i); got != want {
			n := Note{Kind: note.LineEndMixed, Text: text.Of("%s here, %s before", got, want), Undone: true}
			if got == "CR" || want == "CR" {
				n.Rune = '\r'
			}
			s.note(pendingNote{Note: n, off: i, inPlain: true})
			return
		}
		i += len(want) / 3 // the rest of CR LF, CR CR LF
	}
	s.note(pendingNote{Note: Note{Kind: note.LineEndMixed, Text: text.Of("lines end in %s", want), Undone: true}, off: first, inPlain: true})
}

// IsBinary reports whether data is no text in an encoding based on ASCII.
func IsBinary(data []byte) bool {
	if bytes.IndexByte(data, 0) >= 0 {
		return true
	}
	sample := data[:min(len(data), 4096)]
	control := 0
	for _, c := range sample {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1a && c != 0x1b {
			control++
		}
	}
	return control*32 > len(sample)
}

// Within finds where in the file byte number within of the decoded b is. That can be
// told only where the text is the file itself.
func (t *Text) Within(b *Block, within int64) (Place, bool) {
	if !t.plain || within >= int64(len(b.Body)) {
		return Place{}, false
	}
	left := within / 3 * 4 // characters before the group of four
	at := b.At
	for i := b.begin; i < b.end; i++ {
		c := t.text[i]
		if i >= b.body && inBase64[c] {
			if left == 0 {
				at.Offset = int64(i + t.bom)
				return at, true
			}
			left--
		}
		switch {
		case c == '\n' || c == '\r' && !startsLF(t.text[i+1:]):
			at.Line, at.Column = at.Line+1, 1
		case utf8.RuneStart(c):
			at.Column++
		}
	}
	return Place{}, false
}
