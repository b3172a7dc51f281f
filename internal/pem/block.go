package pem

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

// restOfLine bounds how far text after a boundary is looked at.
const restOfLine = 1024

// slowBlock reads the block that starts with b, whatever is wrong with it.
func (s *scanner) slowBlock(b boundary) {
	if l, _ := LookupLabel(b.label); l.Opaque {
		s.opaqueBlock(b)
		return
	}
	end, found := findBoundary(s.text, b.end, len(s.text), false)
	limit, hasEnd := len(s.text), found && !end.begin
	if found {
		limit = end.start
		if end.begin {
			s.peeked = &end
		}
	}
	r := s.newBody(b.label, b.end, limit, hasEnd)
	r.blk.begin = b.start
	r.prefix = s.beginLine(b, r, end, hasEnd)
	r.blk.prefix = r.prefix
	from := r.afterBegin()
	r.read(from)
	if r.chars == 0 && found && end.begin && end.label == b.label {
		// The BEGIN line is there twice: nothing is lost.
		s.note(pendingNote{Note: Note{Kind: note.EndMissing, Text: text.Of("nothing follows this BEGIN but another one"), Undone: true}, off: b.start})
		s.pos, s.glued = b.end, true
		return
	}
	r.finish()
	if hasEnd {
		s.endLine(end, r)
	} else {
		r.noteAt(note.EndMissing, r.blk.end, "END %s is missing", b.label)
	}
	s.add(r)
}

// opaqueBlock passes over a block that is not PEM in the sense of RFC 7468.
func (s *scanner) opaqueBlock(b boundary) {
	blk := Block{Label: b.label, begin: b.start, body: b.end, end: b.end}
	// The text of a signed message is no block; its signature follows as one.
	if b.label != "PGP SIGNED MESSAGE" {
		if end, found := findBoundary(s.text, b.end, len(s.text), false); found {
			blk.end = end.start
			if end.begin {
				s.peeked = &end
			} else {
				blk.EndLabel, blk.end = end.label, end.end
			}
		} else {
			blk.end = len(s.text)
		}
	}
	s.noteTextOutside(s.pos, s.lineStart(b.start))
	s.blocks = append(s.blocks, blk)
	s.pos, s.glued = blk.end, true
}

func (s *scanner) add(r *bodyReader) {
	s.blocks = append(s.blocks, r.blk)
	s.pos, s.glued = r.blk.end, true
	s.outside = max(s.outside, s.pos)
}

// lineStart returns where the line of i starts, or the end of the block before.
func (s *scanner) lineStart(i int) int {
	for i > s.pos && s.text[i-1] != '\n' && s.text[i-1] != '\r' {
		i--
	}
	return i
}

// boundaryNotes notes what is wrong with the boundary itself.
func (s *scanner) boundaryNotes(b boundary, block int) {
	where, name := note.BeforeEnd, "END"
	if b.begin {
		where, name = note.BeforeBegin, "BEGIN"
	}
	tell := func(kind note.Kind, n int, format string, args ...any) {
		s.note(pendingNote{Note: Note{Kind: kind, N: n, Where: where, Block: block, Undone: true, Text: text.Of(format, args...)}, off: b.start})
	}
	if b.typographic {
		tell(note.BoundaryDashes, b.before, "typographic dashes before %s", name)
	} else if b.before != 5 {
		tell(note.BoundaryDashes, b.before, "%d dashes instead of 5 before %s", b.before, name)
	} else if b.after != 5 {
		where = note.AfterEnd
		if b.begin {
			where = note.AfterBegin
		}
		tell(note.BoundaryDashes, b.after, "%d dashes instead of 5 after %s %s", b.after, name, b.label)
	}
	if b.word {
		tell(note.BoundaryWord, 0, "it should read %s %s", name, b.label)
	}
}

// beginLine notes what is wrong with a BEGIN line and returns what is
// before it and before every other line of the block, such as "> ".
func (s *scanner) beginLine(b boundary, r *bodyReader, end boundary, hasEnd bool) string {
	start := s.lineStart(b.start)
	s.noteTextOutside(max(s.pos, s.outside), start)
	defer s.boundaryNotes(b, r.number)
	before := s.text[start:b.start]
	if s.glued && start == s.pos && s.pos > 0 {
		r.noteWhere(note.BlocksGlued, b.start, note.BeforeBegin, 0, "it follows the block before it on the same line")
		before = bytes.TrimSpace(before)
	}
	if len(before) == 0 {
		return ""
	}
	first, size := runeAt(s.text, start)
	if first == 0xfeff && start+size <= b.start {
		r.noteAt(note.ByteOrderMark, start, "UTF-8, in the middle of the file")
		start += size
		if before = s.text[start:b.start]; len(before) == 0 {
			return ""
		}
	}
	if blank(before) {
		r.noteWhere(note.BoundarySpace, start, note.BeforeBegin, b.start-start, "white space before BEGIN")
		return ""
	}
	prefix := string(bytes.TrimSpace(before))
	for prefix != "" {
		if len(prefix) <= 32 && r.repeats(prefix, end, hasEnd) {
			return prefix
		}
		// Only the last word of it may be the prefix of the lines.
		i := strings.LastIndexAny(prefix, " \t")
		if i < 0 || len(prefix) > restOfLine {
			break
		}
		prefix = prefix[i+1:]
	}
	for start < b.start && (s.text[start] == ' ' || s.text[start] == '\t') {
		start++
	}
	r.noteWhere(note.BoundaryText, start, note.BeforeBegin, 0, "text before BEGIN")
	return ""
}

// repeats reports whether prefix, found before BEGIN, begins the next line of
// the block and, where it could be base64 itself, the END line too.
func (r *bodyReader) repeats(prefix string, end boundary, hasEnd bool) bool {
	i := bytes.IndexAny(r.text[r.from:min(len(r.text), r.from+restOfLine)], "\r\n")
	if i < 0 || r.from+i >= r.limit {
		return false
	}
	line := bytes.TrimLeft(r.text[r.from+i:r.limit], "\r\n \t")
	if !bytes.HasPrefix(line, []byte(prefix)) {
		return false
	}
	for _, c := range []byte(prefix) {
		if inBase64[c] {
			from := end.start
			for from > r.from && end.start-from < 64 && r.text[from-1] != '\n' && r.text[from-1] != '\r' {
				from--
			}
			return hasEnd && string(bytes.TrimSpace(r.text[from:end.start])) == prefix
		}
	}
	return true
}

// endLine notes what is wrong with an END line and takes it into the block.
func (s *scanner) endLine(e boundary, r *bodyReader) {
	s.boundaryNotes(e, r.number)
	r.blk.EndLabel, r.blk.end = e.label, e.end
	if e.label != r.blk.Label {
		r.noteAt(note.LabelMismatch, e.start, "BEGIN says %s, END says %s", shown(r.blk.Label), shown(e.label))
	}
	i := e.end
	for i < len(s.text) {
		c, n := runeAt(s.text, i)
		if !isBlank(c) && !isInvisible(c) {
			break
		}
		i += n
	}
	atEnd := i == len(s.text) || s.text[i] == '\n' || s.text[i] == '\r'
	switch next, ok, _ := parseBoundary(s.text, i); {
	case ok && next.begin && !atEnd: // noted there
	case atEnd && i > e.end && !(i == len(s.text) && onlyInvisible(s.text[e.end:i])):
		r.noteWhere(note.BoundarySpace, e.end, note.AfterEnd, i-e.end, "white space after END")
	case !atEnd:
		r.noteWhere(note.BoundaryText, i, note.AfterEnd, 0, "text after END")
		s.outside = i
		for s.outside < len(s.text) && s.outside < i+restOfLine && s.text[s.outside] != '\n' && s.text[s.outside] != '\r' {
			s.outside++
		}
	}
}

// shown is a label for a sentence.
func shown(label string) string {
	if label == "" {
		return "nothing"
	}
	return label
}

func blank(b []byte) bool {
	for i := 0; i < len(b); {
		r, n := runeAt(b, i)
		if !isBlank(r) && !isInvisible(r) {
			return false
		}
		i += n
	}
	return true
}

// onlyInvisible: what editors of old put after the last line (Ctrl-Z).
func onlyInvisible(b []byte) bool {
	for i := 0; i < len(b); {
		r, n := runeAt(b, i)
		if !isInvisible(r) {
			return false
		}
		i += n
	}
	return true
}

// beginMissing reads the base64 before an END without BEGIN.
func (s *scanner) beginMissing(e boundary) {
	if l, _ := LookupLabel(e.label); l.Opaque {
		s.pos, s.glued = e.end, true
		return
	}
	r := s.newBody(e.label, s.pos, e.start, true)
	start, certain := r.findStart()
	if start < 0 {
		s.noteTextOutside(max(s.pos, s.outside), s.lineStart(e.start))
		s.boundaryNotes(e, 0)
		s.note(pendingNote{Note: Note{Kind: note.BeginMissing, Text: text.Of("END %s without anything before it", shown(e.label)), Undone: true}, off: e.start})
		s.pos, s.glued = e.end, true
		return
	}
	s.noteTextOutside(max(s.pos, s.outside), start)
	r.from, r.blk.begin, r.blk.body = start, start, start
	r.noteAt(note.BeginMissing, start, "BEGIN %s is missing", e.label)
	r.read(start)
	r.finish()
	if r.blk.Err == nil && !certain && !bytes.HasPrefix(r.blk.Body, []byte(OpenSSHMagic)) {
		clear(r.blk.Body)
		r.fail(start, text.Of("it has no BEGIN, and where it begins cannot be told"))
	}
	s.endLine(e, r)
	s.add(r)
}

// findStart looks for the line where the base64 before an END begins, -1 if
// there is none. It is certain if headers or the length of the DER tell.
func (r *bodyReader) findStart() (int, bool) {
	start, total, locked := -1, 0, false
	for p := r.from; p < r.limit; {
		line, next := r.line(p)
		switch n, isBody := r.bodyLine(line); {
		case isBody && n > 0:
			if start < 0 {
				start = p
			}
			total += n
		case bytes.HasPrefix(bytes.TrimSpace(line), []byte("Proc-Type:")):
			start, total, locked = p, 0, true
		case !blank(line) && !(locked && isHeader(line)):
			start, total, locked = -1, 0, false
		}
		p = next
	}
	if start < 0 || locked {
		return start, locked
	}
	// Words before it may look like base64. The length that the DER states
	// tells which line is the first.
	left, fallback := total, -1
	for p := start; p < r.limit; {
		line, next := r.line(p)
		n, _ := r.bodyLine(line)
		if size, ok := derSize(bytes.TrimLeft(line, " \t>|")); ok {
			if need := (size*8 + 5) / 6; need == left {
				return p, true
			} else if fallback < 0 && n >= 16 {
				fallback = p
			}
		}
		left -= n
		p = next
	}
	if fallback >= 0 {
		return fallback, r.blk.Label == labelTrusted
	}
	return start, false
}

// derSize reads, from base64, how long the SEQUENCE is that it begins with.
func derSize(line []byte) (int, bool) {
	var b [6]byte
	if len(line) < 8 {
		return 0, false
	}
	if n, err := base64.RawStdEncoding.Decode(b[:], line[:8]); err != nil || n != 6 || b[0] != 0x30 {
		return 0, false
	}
	_, _, err := der.Parse(b[:])
	var se *der.SyntaxError
	if errors.As(err, &se) && se.Missing > 0 && se.Offset == 0 && b[1] != 0x80 {
		return 6 + se.Missing, true
	}
	return 0, false
}

// checkLength reports the length of the ASN.1 in b.Body, and an error if it
// ends before it should. It knows nothing (0, nil) of what is not ASN.1.
func (b *Block) checkLength() (int, *Error) {
	if _, encrypted := b.DEKInfo(); encrypted || len(b.Body) == 0 || b.Body[0] != 0x30 {
		return 0, nil
	}
	e, _, err := der.Parse(b.Body)
	if err == nil {
		return len(e.Full), nil
	}
	var se *der.SyntaxError
	if errors.As(err, &se) && se.Missing > 0 {
		return 0, &Error{Kind: ErrDamaged, What: b.what(), Missing: se.Missing}
	}
	return 0, nil
}

// what names the block in an error.
func (b *Block) what() text.Text {
	if b.Label == "" {
		return text.Of("base64")
	}
	return text.Of("%s", b.Label)
}
