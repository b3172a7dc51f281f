package convert

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/note"
)

// maxNotes bounds the notes of one kind for one file: more do not help anyone.
const maxNotes = 1000

// PEMText is a PEM file taken apart.
type PEMText struct {
	Encoding string // "UTF-8", "UTF-16LE", …
	Blocks   []PEMBlock
	Notes    []Note // in the order of the file; Source.File is empty

	text  []byte // as UTF-8, without escapes
	plain bool   // text is the file itself behind its byte order mark
	bom   int
}

// PEMBlock is one encapsulated object of a PEM file.
type PEMBlock struct {
	Label    string      // of BEGIN, upper case, single spaces; that of END where BEGIN is missing; "" for bare base64
	EndLabel string      // of END, "" where it is missing
	Headers  [][2]string // RFC 1421 headers
	Body     []byte      // decoded
	Err      *Error      // why Body is not the whole object: ErrDamaged with the place
	Source   Source      // place of BEGIN, or of the first character of the body where that is missing
	End      int64       // offset behind END in the original file, its line end excluded
	Number   int         // from 1, as in Note.Block
	Clean    bool        // exactly as RFC 7468 wants it, but for the line ends

	endSource  Source
	begin, end int // in PEMText.text
	body       int // where its base64 starts
	errOff     int
}

// Text returns the text before block i, behind the block before it; for i =
// len(Blocks) what follows the last one. It is UTF-8, whatever the file is.
func (t *PEMText) Text(i int) []byte {
	from, to := 0, len(t.text)
	if i > 0 {
		from = t.Blocks[i-1].end
	}
	if i < len(t.Blocks) {
		to = t.Blocks[i].begin
	}
	return t.text[from:max(from, to)]
}

// pemNote is a note whose place is still an offset.
type pemNote struct {
	Note
	off     int  // in the text
	inPlain bool // or rather in the text that still has its escapes
	atStart bool // at the very start of the file, before the byte order mark
}

// pemScanner carries what reading one file needs.
type pemScanner struct {
	enc     textEncoding
	bom     int
	loneCR  bool
	plain   []byte   // the file as UTF-8
	text    []byte   // without escapes; plain itself if there are none
	escapes *escapes // nil if there are none

	blocks []PEMBlock
	notes  []pemNote
	counts map[note.Kind]int
	dirty  bool // something is irregular

	pos     int
	outside int       // text up to here was told of already
	glued   bool      // a block ended at pos
	strict  int       // where the next "-----BEGIN " stands, behind pos or at it
	peeked  *boundary // found already, starts behind pos or at it
	scratch []byte

	bareBudget int // how much may still be tried in vain, see bareAmong
}

var (
	beginMark = []byte("-----BEGIN ")
	endMark   = []byte("-----END ")
	dashes    = []byte("-----")
)

// ScanPEM takes a PEM file apart, undoes whatever it is certain about, and
// notes every irregularity with its place. It returns an *Error:
// ErrUnknownFormat if there is nothing like PEM in data, ErrTooLarge if there
// are more blocks than anyone can mean. What is wrong with one block is in the
// Err of that block.
func ScanPEM(data []byte) (*PEMText, error) {
	enc, bom := detectEncoding(data)
	s := &pemScanner{enc: enc, bom: bom, plain: toUTF8(data[bom:], enc)}
	s.text = s.plain
	err := s.scan()
	if s.dirty || len(s.blocks) == 0 {
		// Only a file with faults is looked at for escapes: a clean one need
		// not pay for it.
		if s.escapes = detectEscapes(s.plain); s.escapes != nil {
			wipeBlocks(s.blocks)
			s.text = s.escapes.undo(s.plain)
			err = s.scan()
			s.noteEscapes()
		}
	}
	if err == nil && len(s.blocks) == 0 {
		err = s.scanBare()
	}
	if cap(s.scratch) > 0 {
		clear(s.scratch[:cap(s.scratch)])
	}
	if err != nil {
		wipeBlocks(s.blocks)
		return nil, err
	}
	if len(s.blocks) == 0 && len(s.notes) == 0 {
		return nil, &Error{Kind: ErrUnknownFormat}
	}
	s.noteFile()
	s.locate()
	return s.result(), nil
}

func wipeBlocks(blocks []PEMBlock) {
	for i := range blocks {
		clear(blocks[i].Body)
	}
}

func (s *pemScanner) result() *PEMText {
	t := &PEMText{Encoding: s.enc.String(), Blocks: s.blocks, text: s.text, plain: s.escapes == nil && s.enc == encodingUTF8, bom: s.bom}
	for i := range t.Blocks {
		b := &t.Blocks[i]
		b.Number = i + 1
		b.Source.Format, b.Source.Entry = "pem", b.Label
		b.End = b.endSource.Offset
		if b.Err != nil {
			b.Err.Source.Format, b.Err.Source.Entry = "pem", b.Label
		}
	}
	t.Notes = make([]Note, len(s.notes))
	for i, n := range s.notes {
		n.Source.Format = "pem"
		if n.Block > 0 {
			n.Source.Entry = t.Blocks[n.Block-1].Label
		}
		t.Notes[i] = n.Note
	}
	sortNotes(t.Notes)
	return t
}

func (s *pemScanner) note(n pemNote) {
	s.dirty = true
	if s.counts == nil {
		s.counts = map[note.Kind]int{}
	}
	if s.counts[n.Kind]++; s.counts[n.Kind] <= maxNotes {
		s.notes = append(s.notes, n)
	}
}

// scan reads all blocks of s.text.
func (s *pemScanner) scan() error {
	s.notes, s.counts, s.peeked, s.dirty = nil, nil, nil, false
	s.blocks = make([]PEMBlock, 0, min(bytes.Count(s.text, beginMark), maxObjects))
	s.pos, s.outside, s.strict, s.glued = 0, 0, -1, false
	s.bareBudget = 4*len(s.text) + 1<<16
	for {
		if len(s.blocks) > maxObjects {
			return tooLarge(Source{Format: "pem"}, "PEM file", fmt.Sprintf("more than %d blocks", maxObjects))
		}
		b, ok := s.nextBoundary()
		if !ok {
			break
		}
		if b.begin {
			s.bareAmong(max(s.pos, s.outside), s.lineStart(b.start), true)
		}
		if b.begin && bytes.HasPrefix(s.text[b.start:], beginMark) && s.fastBlock(b.start) {
			continue
		}
		s.dirty = true
		if b.begin {
			s.slowBlock(b)
		} else {
			s.beginMissing(b)
		}
	}
	if len(s.blocks) > 0 {
		s.bareAmong(max(s.pos, s.outside), len(s.text), true)
	}
	s.noteTextOutside(max(s.pos, s.outside), len(s.text))
	return nil
}

// nextBoundary finds the first boundary behind s.pos. Where that is a strict
// BEGIN, which is searched for much faster, only the text before it is looked
// through.
func (s *pemScanner) nextBoundary() (boundary, bool) {
	if s.peeked != nil {
		b := *s.peeked
		s.peeked = nil
		return b, true
	}
	from := s.pos
	for {
		if s.strict < from {
			if i := bytes.Index(s.text[from:], beginMark); i >= 0 {
				s.strict = from + i
			} else {
				s.strict = len(s.text)
			}
		}
		if b, ok := findBoundary(s.text, from, s.strict, s.glued && from == s.pos); ok {
			return b, true
		}
		if s.strict == len(s.text) {
			return boundary{}, false
		}
		if b, ok, _ := parseBoundary(s.text, s.strict); ok {
			return b, true
		}
		from = s.strict + len(beginMark)
	}
}

// fastBlock reads a block at start that is exactly as RFC 7468 wants it (line
// ends LF or CRLF, lines of one length up to 76). It gives up, having done
// nothing, at the least irregularity.
func (s *pemScanner) fastBlock(start int) bool {
	text := s.text
	if start > 0 && text[start-1] != '\n' {
		return false
	}
	line, p, _ := cutLine(text, start+len(beginMark))
	label, found := bytes.CutSuffix(line, dashes)
	if !found || !isStrictLabel(label) {
		return false
	}
	body := p
	s.scratch = s.scratch[:0]
	for width := 0; ; {
		line, after, ended := cutLine(text, p)
		if len(line) > 0 && line[0] == '-' {
			rest, found := bytes.CutPrefix(line, endMark)
			if !found || len(s.scratch) == 0 || len(rest) != len(label)+len(dashes) ||
				!bytes.HasPrefix(rest, label) || !bytes.HasSuffix(rest, dashes) {
				return false
			}
			b := PEMBlock{begin: start, end: p + len(line), body: body, Clean: true}
			b.Label = labelString(label)
			b.EndLabel = b.Label
			b.Body = bytes.Clone(s.scratch)
			if _, err := b.checkLength(); err != nil {
				return false
			}
			s.noteTextOutside(max(s.pos, s.outside), start)
			s.blocks = append(s.blocks, b)
			s.pos, s.glued = b.end, true
			return true
		}
		switch {
		case !ended, len(line) == 0, len(line)%4 != 0, len(line) > 76:
			return false
		case width == 0:
			width = len(line)
		case len(line) > width, len(s.scratch)%3 != 0:
			return false
		}
		n := len(s.scratch)
		var err error
		if s.scratch, err = base64.StdEncoding.AppendDecode(s.scratch, line); err != nil || len(s.scratch)-n <= len(line)/4*3-3 {
			return false
		}
		if len(line) < width {
			width = -1 // no line may follow a short one
		}
		p = after
	}
}

// labelString saves the allocation for the labels that files have thousands of.
func labelString(label []byte) string {
	switch string(label) {
	case labelCertificate:
		return labelCertificate
	case labelCRL:
		return labelCRL
	}
	return string(label)
}

// cutLine returns the line that starts at p without its end, where the next
// one starts, and whether it had a line end.
func cutLine(text []byte, p int) (line []byte, next int, ended bool) {
	i := bytes.IndexByte(text[p:], '\n')
	if i < 0 {
		return text[p:], len(text), false
	}
	line = text[p : p+i]
	if i > 0 && line[i-1] == '\r' {
		line = line[:i-1]
	}
	return line, p + i + 1, true
}

func isStrictLabel(label []byte) bool {
	if len(label) == 0 || len(label) > maxLabel || label[0] == ' ' || label[len(label)-1] == ' ' {
		return false
	}
	for i, c := range label {
		switch {
		case 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '#':
		case c == ' ' && label[i-1] != ' ':
		default:
			return false
		}
	}
	l, _ := lookupLabel(string(label))
	return !l.opaque
}

// noteTextOutside notes text that stands between blocks.
func (s *pemScanner) noteTextOutside(from, to int) {
	for i := from; i < to; {
		r, n := runeAt(s.text, i)
		if r == utf8.RuneError || r != '\n' && r != '\r' && !isBlank(r) && !isInvisible(r) {
			dirty := s.dirty
			s.note(pemNote{Note: Note{Kind: note.TextOutside, N: to - i, Text: outsideText(s.text[i:to]), Undone: true}, off: i})
			// A boundary among it that was not recognised may be escaped.
			s.dirty = dirty || bytes.Contains(s.text[i:to], []byte("BEGIN")) || bytes.IndexByte(s.text[i:to], 0) >= 0
			return
		}
		i += n
	}
}

func outsideText(text []byte) string {
	if bytes.Contains(text, []byte("Bag Attributes")) {
		return "bag attributes"
	}
	return "text that belongs to no block"
}

// noteFile notes what concerns the file as a whole.
func (s *pemScanner) noteFile() {
	switch {
	case s.enc != encodingUTF8:
		text := s.enc.String()
		if s.bom > 0 {
			text += " with byte order mark"
		}
		s.note(pemNote{Note: Note{Kind: note.UTF16, Text: text, Undone: true}, atStart: true})
	case s.bom > 0:
		s.note(pemNote{Note: Note{Kind: note.ByteOrderMark, Text: "UTF-8", Undone: true}, atStart: true})
	}
	s.noteLineEnds()
}

// noteEscapes notes the escapes within blocks, once a block and kind.
func (s *pemScanner) noteEscapes() {
	w := s.escapes.walk(s.plain)
	literal := map[int]bool{} // blocks in string literals
	for i := range s.blocks {
		b := &s.blocks[i]
		for w.n > 0 && w.text+(w.next-w.pos)+w.out <= b.begin {
			w.skip()
		}
		seen := map[note.Kind]int{} // index in s.notes, or -1 over the limit
		for ; w.n > 0 && w.text+(w.next-w.pos) < b.end; w.skip() {
			b.Clean = false
			literal[i+1] = literal[i+1] || w.kind == note.EscapedNewlines
			j, ok := seen[w.kind]
			if !ok {
				j = len(s.notes)
				n := pemNote{Note: Note{Kind: w.kind, Block: i + 1, Undone: true, Text: escapeText(s.plain, w)}, off: w.next, inPlain: true}
				if w.kind == note.BodyCharacter {
					n.Rune = rune(s.plain[w.next])
				}
				if s.note(n); len(s.notes) == j {
					j = -1
				}
				seen[w.kind] = j
			}
			if j >= 0 {
				s.notes[j].N++
			}
		}
	}
	// What stands around a string literal belongs to it.
	s.notes = slices.DeleteFunc(s.notes, func(n pemNote) bool {
		switch n.Kind {
		case note.BoundaryText:
			return literal[n.Block]
		case note.TextOutside:
			rest := s.text[n.off:min(n.off+n.N, n.off+256)]
			return len(literal) > 0 && n.N <= 256 && len(bytes.Trim(rest, " \t\r\n\"'{}[]();,+")) == 0
		}
		return false
	})
}

// escapeText shows the escape that w stands at.
func escapeText(plain []byte, w *escapeWalk) string {
	esc := plain[w.next:min(w.next+w.n, w.next+12)]
	switch esc[0] {
	case 0:
		return "NUL bytes"
	case 0x1b:
		return "terminal escape sequences"
	case '<':
		return "HTML tags"
	case '"', '\'':
		return "string literals"
	case '=':
		return "quoted-printable"
	}
	return string(esc)
}
