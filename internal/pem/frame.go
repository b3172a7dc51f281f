package pem

import (
	"bytes"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/shape"
)

// Bounds of what a program puts around the lines of a block.
const (
	maxSeparator = 64
	maxAffix     = 200
)

// span is a piece of the text that stands for something else, or for nothing.
type span struct {
	off, n int
	out    string
	kind   note.Kind
}

// frames finds what programs put around PEM text when they print it, or write it into a
// text of their own: the same before and after each line, but for the numbers in it
// (grep -n, cat -n, logs, tables, diff), or something else in place of each line end
// (a "|", an octal escape, the end of a string literal and the start of the next one).
// It counts only where nothing but base64 is left of the whole block.
func frames(text []byte) []span {
	var list []span
	end := 0
	for p := 0; ; {
		i := bytes.Index(text[p:], beginMark)
		if i < 0 {
			return list
		}
		begin := p + i
		p = begin + len(beginMark)
		label, _, ok := bytes.Cut(text[p:min(len(text), p+MaxLabel+len(dashes))], dashes)
		if !ok || !isStrictLabel(label) {
			continue
		}
		body := p + len(label) + len(dashes)
		if end < body {
			if i = bytes.Index(text[body:], endMark); i < 0 {
				return list
			}
			end = body + i
		}
		if rest, ok := bytes.CutPrefix(text[end+len(endMark):], label); !ok || !bytes.HasPrefix(rest, dashes) || bytes.Contains(text[body:end], beginMark) {
			continue
		}
		found := separated(text, body, end)
		if found == nil {
			found = framed(text, begin, body, end)
		}
		list = append(list, found...)
		p = end
	}
}

// separated finds what stands for the line ends in text[from:to]: it is the first
// after BEGIN and the last before END.
func separated(text []byte, from, to int) []span {
	body := text[from:to]
	for n := min(maxSeparator, len(body)/2); n > 0; n-- {
		sep := body[:n]
		if !bytes.HasSuffix(body, sep) || !isSeparator(sep) {
			continue
		}
		if list := split(body, sep, from); list != nil {
			return list
		}
	}
	return nil
}

// isSeparator reports whether sep cannot be base64, nor the usual end of a line.
func isSeparator(sep []byte) bool {
	if inBase64[sep[0]] || sep[0] == '=' {
		return false
	}
	for _, c := range sep {
		if !inBase64[c] && c != '=' && c != '-' && c != '_' && c > ' ' {
			return true
		}
	}
	return false
}

// split returns the places of sep in body, nil where more than base64 and headers is
// between them.
func split(body, sep []byte, off int) []span {
	var list []span
	headers := true
	for i := 0; i < len(body); {
		if bytes.HasPrefix(body[i:], sep) {
			list = append(list, span{off + i, len(sep), "\n", note.EscapedNewlines})
			i += len(sep)
			if line, _, _ := bytes.Cut(body[i:], sep); headers && isHeader(line) {
				i += len(line)
			} else if len(line) > 0 {
				headers = false
			}
			continue
		}
		if !inBase64[body[i]] && body[i] != '=' {
			return nil
		}
		i++
	}
	return list
}

// framed finds what stands before and after the lines of the block between begin and end.
func framed(text []byte, begin, body, end int) []span {
	start := begin
	for start > 0 && text[start-1] != '\n' && text[start-1] != '\r' && begin-start <= maxAffix {
		start--
	}
	before := text[start:begin]
	first, p := frameLine(text, body, end)
	after := bytes.TrimSpace(first)
	if p >= end || len(before) > maxAffix || len(after) > maxAffix || blank(before) && len(after) == 0 {
		return nil
	}
	list := []span{{start, len(before), "", note.QuotedMail}, {body, len(first), "", note.QuotedMail}}
	for {
		line, next := frameLine(text, p, end)
		n, ok := affixLength(before, line)
		if !ok {
			return nil
		}
		list = append(list, span{p, n, "", note.QuotedMail})
		if next >= end { // the line of END
			return trimSpans(list, n == len(line))
		}
		rest := line[n:]
		core := 0
		for core < len(rest) && (inBase64[rest[core]] || rest[core] == '=') {
			core++
		}
		switch {
		case isHeader(rest):
			core = headerLength(rest, after)
		case bytes.Equal(bytes.TrimSpace(rest), after):
			core = 0 // a "+" of a table is no base64
		}
		tail := bytes.TrimSpace(rest[core:])
		if m, ok := affixLength(after, tail); !ok || m != len(tail) {
			return nil
		}
		list = append(list, span{p + n + core, len(rest) - core, "", note.QuotedMail})
		p = next
	}
}

// headerLength is how long the header is that line begins with and after follows.
func headerLength(line, after []byte) int {
	if len(after) == 0 {
		return len(line)
	}
	for i := 0; i < len(line); i++ {
		if line[i] == after[0] && (i == 0 || !isDigit(after[0]) || !isDigit(line[i-1])) { // a number is taken whole
			if n, ok := affixLength(after, line[i:]); ok && i+n == len(line) {
				return i
			}
		}
	}
	return 0
}

// trimSpans drops the spans of nothing; all, where the frame is none.
func trimSpans(list []span, ok bool) []span {
	if !ok {
		return nil
	}
	kept := list[:0]
	for _, s := range list {
		if s.n > 0 {
			kept = append(kept, s)
		}
	}
	return kept
}

// frameLine is the line at p, up to limit, and where the next one starts.
func frameLine(text []byte, p, limit int) ([]byte, int) {
	n := bytes.IndexByte(text[p:limit], '\n')
	if n < 0 {
		return text[p:limit], limit
	}
	return bytes.TrimSuffix(text[p:p+n], []byte("\r")), p + n + 1
}

// affixLength is how long the start of line is that reads as affix, but for the
// numbers and the white space in it, the dash that grep has in place of a colon, and
// the cells of a table that are empty in all rows but the first.
func affixLength(affix, line []byte) (int, bool) {
	j := 0
	for i := 0; i < len(affix); {
		c := affix[i]
		switch {
		case isSpace(c):
			for i < len(affix) && isSpace(affix[i]) {
				i++
			}
			for j < len(line) && isSpace(line[j]) {
				j++
			}
		case isDigit(c):
			for i < len(affix) && isDigit(affix[i]) {
				i++
			}
			for j < len(line) && isSpace(line[j]) { // aligned to the right
				j++
			}
			n := j
			for j < len(line) && isDigit(line[j]) {
				j++
			}
			if n == j || i == len(affix) {
				return emptyCells(affix, line)
			}
		case j < len(line) && (line[j] == c || c == ':' && line[j] == '-'):
			i++
			j++
		default:
			return emptyCells(affix, line)
		}
	}
	return j, true
}

// emptyCells is affixLength for the further rows of a table.
func emptyCells(affix, line []byte) (int, bool) {
	if len(line) < len(affix) || bytes.IndexByte(affix, '|') < 0 {
		return 0, false
	}
	for i, c := range affix {
		if line[i] != c && (line[i] != ' ' || c == '|') {
			return 0, false
		}
	}
	return len(affix), true
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// whole counts the blocks that hold what is known.
func (s *scanner) whole() int {
	n := 0
	for i := range s.blocks {
		b := &s.blocks[i]
		_, encrypted := b.DEKInfo()
		if b.Err == nil && (encrypted || shape.Of(b.Body) != shape.Unknown || bytes.HasPrefix(b.Body, []byte(OpenSSHMagic))) {
			n++
		}
	}
	return n
}

// unframe reads the text again without what frames it, where more blocks are whole
// then.
func (s *scanner) unframe() {
	before := s.whole()
	if before > 0 && before == len(s.blocks) {
		return
	}
	list := frames(s.plain)
	if list == nil {
		return
	}
	old := *s
	if s.escapes = detectEscapes(s.plain); s.escapes == nil {
		s.escapes = &escapes{}
	}
	s.escapes.frames = list
	s.text = s.escapes.undo(s.plain)
	err := s.scan()
	s.noteEscapes()
	if err != nil || s.whole() <= before {
		wipe(s.blocks)
		scratch := s.scratch
		*s = old
		s.scratch = scratch
		return
	}
	wipe(old.blocks)
}
