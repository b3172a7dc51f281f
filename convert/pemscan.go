package convert

import (
	"bytes"
	"encoding/base64"
)

// PEMText is a PEM file taken apart.
type PEMText struct {
	Blocks []PEMBlock
	Notes  []Note // in the order of the file

	data  []byte // the original file
	notes map[NoteKind]int
}

// PEMBlock is one encapsulated object of a PEM file.
type PEMBlock struct {
	Label    string      // of BEGIN, upper case, single spaces; that of END where BEGIN is missing
	EndLabel string      // of END, "" where it is missing
	Headers  [][2]string // RFC 1421 headers
	Body     []byte      // decoded
	Err      *Error      // why Body is not the whole object: ErrDamaged with the place
	Source   Source      // place of BEGIN, or of the first character of the body where that is missing
	Begin    int64       // extent in the original file, boundaries included, final line end excluded
	End      int64
}

// pemScanner carries what reading one text needs.
type pemScanner struct {
	t       *PEMText
	text    []byte
	pos     int
	scratch []byte
}

var (
	beginMark = []byte("-----BEGIN ")
	endMark   = []byte("-----END ")
	dashes    = []byte("-----")
)

// ScanPEM takes a PEM file apart, undoes what can be undone, and notes every
// irregularity with its place. It returns ErrUnknownFormat if there is nothing
// like PEM in data.
func ScanPEM(data []byte) (*PEMText, error) {
	s := &pemScanner{t: &PEMText{data: data}, text: data}
	line, col, seen := 1, 1, 0
	for {
		i := bytes.Index(s.text[s.pos:], beginMark)
		if i < 0 {
			break
		}
		start := s.pos + i
		b, next, ok := s.fastBlock(start)
		if !ok {
			s.pos = start + len(beginMark)
			continue
		}
		line += bytes.Count(s.text[seen:start], []byte{'\n'})
		seen = start
		b.Source = Source{Format: "pem", Entry: b.Label, Line: line, Column: col, Offset: int64(start)}
		b.Begin, b.End = int64(start), int64(next)
		s.t.Blocks = append(s.t.Blocks, b)
		s.pos = next
	}
	clear(s.scratch)
	if len(s.t.Blocks) == 0 {
		return s.t, &Error{Kind: ErrUnknownFormat}
	}
	return s.t, nil
}

// fastBlock reads a block at start that is exactly as RFC 7468 wants it (line
// ends of any one kind, any line length that is a multiple of four). It gives
// up at the least irregularity.
func (s *pemScanner) fastBlock(start int) (b PEMBlock, next int, ok bool) {
	text := s.text
	if start > 0 && text[start-1] != '\n' {
		return b, 0, false
	}
	p := start + len(beginMark)
	line, p, _ := cutLine(text, p)
	label, found := bytes.CutSuffix(line, dashes)
	if !found || !isStrictLabel(label) {
		return b, 0, false
	}
	s.scratch = s.scratch[:0]
	width := 0
	for {
		line, after, ended := cutLine(text, p)
		if len(line) > 0 && line[0] == '-' {
			rest, found := bytes.CutPrefix(line, endMark)
			if !found || !bytes.Equal(rest, text[start+len(beginMark):start+len(beginMark)+len(label)+5]) || len(s.scratch) == 0 {
				return b, 0, false
			}
			b.Label, b.EndLabel = string(label), string(label)
			b.Body = bytes.Clone(s.scratch)
			return b, p + len(line), true
		}
		if !ended || len(line) == 0 || len(line)%4 != 0 || len(line) > 76 {
			return b, 0, false
		}
		if width == 0 {
			width = len(line)
		} else if len(line) > width || len(s.scratch)%3 != 0 {
			return b, 0, false
		}
		n := len(s.scratch)
		var err error
		s.scratch, err = base64.StdEncoding.AppendDecode(s.scratch, line)
		if err != nil || len(s.scratch)-n == 0 {
			return b, 0, false
		}
		if len(line) < width {
			width = -1 // no line may follow a short one
		}
		p = after
	}
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
	if len(label) == 0 || len(label) > 64 || label[0] == ' ' || label[len(label)-1] == ' ' {
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
	return true
}
