package pem

import (
	"bytes"
	"encoding/base64"
	"slices"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

// Limits of one file.
const (
	maxNotes  = 1000    // of one kind: more do not help anyone
	maxBlocks = 500_000 // more nobody can mean
	maxNested = 8       // PEM text within base64
)

// Text is a PEM file taken apart.
type Text struct {
	Encoding Encoding
	Blocks   []Block
	Notes    []Note // in the order of the file
	Around   Place  // of the first text around or between the blocks that is no attribute, no object in words and no comment; its Line is 0 if there is none

	text   []byte // as UTF-8, without escapes
	source []byte // as UTF-8, with them
	plain  bool   // text is the file itself after its byte order mark
	bom    int
}

// Block is one encapsulated object of a PEM file.
type Block struct {
	Label    string      // of BEGIN, upper case, single spaces; that of END where BEGIN is missing; "" for bare base64
	EndLabel string      // of END, "" where it is missing
	Headers  [][2]string // RFC 1421 headers
	Body     []byte      // decoded
	Err      *Error      // why Body is not the whole object: ErrDamaged with the place; nil if it is
	At       Place       // of BEGIN, or of the first character of the body where that is missing
	End      int64       // offset after END in the original file, its line end excluded
	Number   int         // from 1, as in Note.Block
	Clean    bool        // exactly as RFC 7468 wants it, but for the line ends

	endAt      Place
	begin, end int // in Text.text
	body       int // where its base64 starts
	errOff     int
	prefix     string // before each of its lines

	plainBegin, plainEnd int // in Text.source
}

// Before returns the text before block i, after the block before it; for i =
// len(Blocks) what follows the last one. It is UTF-8, whatever the file is.
func (t *Text) Before(i int) []byte {
	from, to := 0, len(t.text)
	if i > 0 {
		from = t.Blocks[i-1].end
	}
	if i < len(t.Blocks) {
		to = t.Blocks[i].begin
	}
	return t.text[from:max(from, to)]
}

// pendingNote is a note whose place is still an offset.
type pendingNote struct {
	Note
	off     int  // in the text
	inPlain bool // or rather in the text that still has its escapes
	atStart bool // at the very start of the file, before the byte order mark
}

// scanner carries what reading one file needs.
type scanner struct {
	known func([]byte) bool

	enc     Encoding
	bom     int
	loneCR  bool
	plain   []byte   // the file as UTF-8
	text    []byte   // without escapes; plain itself if there are none
	escapes *escapes // nil if there are none

	blocks []Block
	notes  []pendingNote
	counts map[note.Kind]int
	dirty  bool // something is irregular

	pos     int
	outside int       // text up to here was told of already
	glued   bool      // a block ended at pos
	strict  int       // where the next "-----BEGIN " is, at pos or after it
	peeked  *boundary // found already, starts at pos or after it
	scratch []byte

	bareBudget int         // how much may still be tried in vain, see bareAmong
	gaps       *escapeWalk // to where base64 without boundaries was looked at, see follows
}

// What boundaries are made of (RFC 7468, Section 3).
const (
	Begin  = "-----BEGIN "
	End    = "-----END "
	Dashes = "-----"
)

var (
	beginMark = []byte(Begin)
	endMark   = []byte(End)
	dashes    = []byte(Dashes)
)

// Read takes a PEM file apart, undoes whatever it is certain about, and
// notes every irregularity with its place. It returns an *Error: ErrNone if
// there is nothing like PEM in data, ErrTooLarge if there are more blocks than
// anyone can mean. What is wrong with one block is in the Err of that block.
//
// Words look like base64, so base64 without boundaries counts only if it holds
// something that is known: ASN.1 of a known shape, an OpenSSH key, PEM text
// again, or what known says; known may be nil.
func Read(data []byte, known func([]byte) bool) (*Text, error) {
	enc, bom := DetectEncoding(data)
	s := &scanner{known: known, enc: enc, bom: bom, plain: enc.ToUTF8(data[bom:])}
	s.text = s.plain
	err := s.scan()
	if s.dirty || len(s.blocks) == 0 {
		// Only a file with faults is looked at for escapes: a clean one need
		// not pay for it.
		if s.escapes = detectEscapes(s.plain); s.escapes != nil {
			wipe(s.blocks)
			s.text = s.escapes.undo(s.plain)
			err = s.scan()
			s.noteEscapes()
		}
	}
	if err == nil && s.dirty {
		s.unframe()
	}
	if err == nil && len(s.blocks) == 0 {
		err = s.scanBare()
	}
	if cap(s.scratch) > 0 {
		clear(s.scratch[:cap(s.scratch)])
	}
	if err != nil {
		wipe(s.blocks)
		return nil, err
	}
	if len(s.blocks) == 0 && len(s.notes) == 0 {
		return nil, &Error{Kind: ErrNone}
	}
	s.noteFile()
	s.locate()
	return s.result(), nil
}

// Wipe overwrites the bodies of all blocks, of which some may be private keys.
func (t *Text) Wipe() { wipe(t.Blocks) }

func wipe(blocks []Block) {
	for i := range blocks {
		clear(blocks[i].Body)
	}
}

func (s *scanner) result() *Text {
	t := &Text{Encoding: s.enc, Blocks: s.blocks, text: s.text, source: s.plain, Around: s.around(), plain: s.escapes == nil && s.enc == UTF8, bom: s.bom}
	for i := range t.Blocks {
		b := &t.Blocks[i]
		b.Number = i + 1
		b.End = b.endAt.Offset
	}
	t.Notes = make([]Note, len(s.notes))
	for i := range s.notes {
		t.Notes[i] = s.notes[i].Note
	}
	sortNotes(t.Notes)
	return t
}

func (s *scanner) note(n pendingNote) {
	s.dirty = true
	if s.counts == nil {
		s.counts = map[note.Kind]int{}
	}
	if s.counts[n.Kind]++; s.counts[n.Kind] <= maxNotes {
		s.notes = append(s.notes, n)
	}
}

// scan reads all blocks of s.text.
func (s *scanner) scan() error {
	s.notes, s.counts, s.peeked, s.dirty = nil, nil, nil, false
	s.blocks = make([]Block, 0, min(bytes.Count(s.text, beginMark), maxBlocks))
	s.pos, s.outside, s.strict, s.glued, s.gaps = 0, 0, -1, false, nil
	s.bareBudget = 4*len(s.text) + 1<<16
	for {
		if len(s.blocks) > maxBlocks {
			return &Error{Kind: ErrTooLarge, What: text.Of("PEM file"), Detail: text.Of("more than %d blocks", maxBlocks)}
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

// nextBoundary finds the first boundary after s.pos. Where that is a strict
// BEGIN, which is searched for much faster, only the text before it is looked
// through.
func (s *scanner) nextBoundary() (boundary, bool) {
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
func (s *scanner) fastBlock(start int) bool {
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
	if s.scratch == nil {
		const most = 3 << 10 // certificates are shorter
		s.scratch = make([]byte, 0, min(len(text)-p, most)/4*3)
	}
	s.scratch = s.scratch[:0]
	for width := 0; ; {
		line, after, ended := cutLine(text, p)
		if len(line) > 0 && line[0] == '-' {
			rest, found := bytes.CutPrefix(line, endMark)
			if !found || len(s.scratch) == 0 || len(rest) != len(label)+len(dashes) ||
				!bytes.HasPrefix(rest, label) || !bytes.HasSuffix(rest, dashes) {
				return false
			}
			b := Block{begin: start, end: p + len(line), body: body, Clean: true}
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

// Plain reports whether text is nothing but blocks as RFC 7468 wants them: BEGIN,
// lines of base64, END, and nothing between them.
func Plain(text []byte) bool {
	inside := false
	for p := 0; p < len(text); {
		line, next, _ := cutLine(text, p)
		p = next
		mark := beginMark
		if inside {
			mark = endMark
		}
		switch {
		case bytes.HasPrefix(line, mark) && bytes.HasSuffix(line, dashes):
			inside = !inside
		case !inside && len(line) > 0, inside && !isBase64(line):
			return false
		}
	}
	return !inside && bytes.HasPrefix(text, beginMark)
}

func isBase64(line []byte) bool {
	for _, c := range line {
		if !inBase64[c] && c != '=' {
			return false
		}
	}
	return len(line) > 0
}

// labelString saves the allocation for the labels that files have thousands of.
func labelString(label []byte) string {
	switch string(label) {
	case LabelCertificate:
		return LabelCertificate
	case LabelCRL:
		return LabelCRL
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
	if len(label) == 0 || len(label) > MaxLabel || label[0] == ' ' || label[len(label)-1] == ' ' {
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
	l, _ := LookupLabel(string(label))
	return !l.Opaque
}

// noteTextOutside notes text between blocks.
func (s *scanner) noteTextOutside(from, to int) {
	s.dirty = s.dirty || from < to && bytes.IndexByte(s.text[from:to], 0) >= 0
	for i := from; i < to; {
		r, n := runeAt(s.text, i)
		if r == utf8.RuneError || r != '\n' && r != '\r' && !isBlank(r) && !isInvisible(r) {
			dirty := s.dirty
			s.note(pendingNote{Note: Note{Kind: note.TextOutside, N: to - i, Text: text.Of(outsideText(s.text[i:to])), Undone: true}, off: i})
			// A boundary among it that was not recognised may be escaped.
			s.dirty = dirty || bytes.Contains(s.text[i:to], []byte("BEGIN"))
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
func (s *scanner) noteFile() {
	switch {
	case s.enc != UTF8:
		n := Note{Kind: note.UTF16, Text: text.Of("%s", s.enc), Undone: true}
		if s.bom > 0 {
			n.Text = text.Of("%s with byte order mark", s.enc)
		}
		s.note(pendingNote{Note: n, atStart: true})
	case s.bom > 0:
		s.note(pendingNote{Note: Note{Kind: note.ByteOrderMark, Text: text.Of("UTF-8"), Undone: true}, atStart: true})
	}
	s.noteLineEnds()
}

// noteEscapes notes the escapes within blocks, once a block and kind.
func (s *scanner) noteEscapes() {
	w := s.escapes.walk(s.plain)
	literal := map[int]bool{} // blocks in string literals
	for i := range s.blocks {
		b := &s.blocks[i]
		for w.n > 0 && w.text+(w.next-w.pos)+w.out <= b.begin {
			if s.plain[w.next] == 0 && (w.text+(w.next-w.pos) == b.begin || w.next == 0 || s.plain[w.next-1] == '\n') {
				break // OpenSSL does not find a BEGIN behind a NUL, and ends at a line that begins with one
			}
			w.skip()
		}
		seen := map[note.Kind]int{} // index in s.notes, or -1 over the limit
		for ; w.n > 0 && w.text+(w.next-w.pos) < b.end; w.skip() {
			b.Clean = false
			literal[i+1] = literal[i+1] || w.kind == note.EscapedNewlines
			j, ok := seen[w.kind]
			if !ok {
				j = len(s.notes)
				n := pendingNote{Note: Note{Kind: w.kind, Block: i + 1, Undone: true}, off: w.next, inPlain: true}
				n.Text, n.Rune = escapeText(s.plain, w)
				if s.plain[w.next] == 0 && w.text+(w.next-w.pos) <= b.begin {
					n.Where = note.BeforeBegin
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
	// What is around a string literal belongs to it.
	s.notes = slices.DeleteFunc(s.notes, func(n pendingNote) bool {
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

// escapeText shows the escape that w is at. A character that is nothing but an
// escape, or that begins one shown as it is, comes with it.
func escapeText(plain []byte, w *escapeWalk) (text.Text, rune) {
	esc := plain[w.next:min(w.next+w.n, w.next+12)]
	if w.kind == note.QuotedMail && esc[0] != '=' {
		if esc = bytes.TrimSpace(esc); len(esc) == 0 {
			return text.Of("a table"), 0
		}
		return text.Of("%q around the lines", esc), 0
	}
	switch esc[0] {
	case 0:
		return text.Of("NUL bytes"), 0
	case 0x1b:
		return text.Of("terminal escape sequences"), 0x1b
	case '<':
		return text.Of("HTML tags"), 0
	case '"', '\'':
		return text.Of("string literals"), 0
	case '=':
		return text.Of("quoted-printable"), 0
	}
	return text.Of("%s", string(esc)), rune(esc[0])
}

// tooShort is what no key and no certificate is: the shortest, an Ed25519 key,
// has 44 octets.
const tooShort = 16

// Mentions reports whether a text only speaks of PEM: none of its blocks holds
// enough to be what is left of an object, and there is other text.
func Mentions(data []byte) bool {
	t, err := Read(data, nil)
	if err != nil {
		return false
	}
	defer t.Wipe()
	return t.Around.Line > 0 && !slices.ContainsFunc(t.Blocks, func(b Block) bool { return len(b.Body) >= tooShort })
}
