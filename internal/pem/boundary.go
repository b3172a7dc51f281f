package pem

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// boundary is a BEGIN or END line, however mangled.
type boundary struct {
	start, end int // of the boundary itself, without what else is on its line
	begin      bool
	label      string // upper case, single spaces

	before, after int  // how many dashes
	typographic   bool // some of them are not ASCII
	word          bool // case, spelling or spacing is not as it should be
}

// MaxLabel bounds the length of a label in characters.
const MaxLabel = 64

// runeAt decodes one character; a byte that is not UTF-8 counts as one, and is
// returned as U+FFFD with size 1.
func runeAt(text []byte, i int) (rune, int) {
	if i >= len(text) {
		return -1, 0
	}
	if c := text[i]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRune(text[i:])
}

// dashAt reports whether there is a dash at i: the ASCII one, one that a word
// processor or a Japanese keyboard put in its place, or one of Windows-1252.
func dashAt(text []byte, i int) (size int, ascii bool) {
	r, n := runeAt(text, i)
	switch {
	case r == '-':
		return 1, true
	case r >= 0x2010 && r <= 0x2015, r == 0x2043, r == 0x2212, r == 0x2500, r == 0x2501, r == 0x30fc, r == 0xfe58, r == 0xfe63, r == 0xff0d:
		return n, false
	case r == utf8.RuneError && n == 1 && (text[i] == 0x96 || text[i] == 0x97):
		return 1, false
	}
	return 0, false
}

// boundaryStart tells which bytes a boundary can start with: dashes, and the
// letters of BEGIN and END (at the start of a line).
var boundaryStart = [256]uint8{
	'-': 1, 0xe2: 1, 0xe3: 1, 0xef: 1, 0x96: 1, 0x97: 1,
	'B': 2, 'b': 2, 'E': 2, 'e': 2,
}

// findBoundary looks for the next boundary that starts in text[from:limit].
// glued says that one ends at from.
func findBoundary(text []byte, from, limit int, glued bool) (boundary, bool) {
	for i := from; i < limit; {
		switch boundaryStart[text[i]] {
		case 0:
			i++
		case 1:
			size, _ := dashAt(text, i)
			if size == 0 {
				i++
				continue
			}
			b, ok, next := parseBoundary(text, i)
			if ok {
				return b, true
			}
			i = max(next, i+size)
		default:
			if i == 0 || glued && i == from || lineStartBefore(text, i) {
				if b, ok, _ := parseBoundary(text, i); ok {
					return b, true
				}
			}
			i++
		}
	}
	return boundary{}, false
}

// lineStartBefore reports whether only a little white space or a quotation
// mark is between i and the start of the line.
func lineStartBefore(text []byte, i int) bool {
	for n := 0; i > 0 && n < 16; n++ {
		i--
		switch text[i] {
		case '\n', '\r':
			return true
		case ' ', '\t', '"', '\'', '>', '|', 0xa0, 0xc2, 0xef, 0xbb, 0xbf:
		default:
			return false
		}
	}
	return i == 0
}

// parseBoundary reads a boundary at i. If there is none, next is where to go
// on (after a run of dashes).
func parseBoundary(text []byte, i int) (b boundary, ok bool, next int) {
	b.start = i
	for {
		size, ascii := dashAt(text, i)
		if size == 0 {
			break
		}
		b.before++
		b.typographic = b.typographic || !ascii
		i += size
	}
	next = i
	i, spaces := skipSpaces(text, i, 4)
	word, i := letters(text, i, 16)
	upper := strings.ToUpper(word)
	rest := "" // of a word that has the label glued to it
	exact := true
	switch {
	case upper == "BEGIN" || upper == "END":
		b.begin = upper == "BEGIN"
	case strings.HasPrefix(upper, "BEGIN"):
		b.begin, rest = true, upper[len("BEGIN"):]
	case strings.HasPrefix(upper, "END"):
		rest = upper[len("END"):]
	case b.before >= 3 && distance1(upper, "BEGIN"):
		b.begin, exact = true, false
	case b.before >= 3 && distance1(upper, "END"):
		exact = false
	default:
		return b, false, next
	}
	b.word = word != upper || spaces > 0 || rest != "" || !exact
	if after, spaces := skipSpaces(text, i, 1); rest != "" && spaces > 0 && after > i {
		rest += " "
	}
	label, i, odd := readLabel(text, i, rest == "")
	b.label = strings.TrimSuffix(rest+label, " ")
	b.word = b.word || odd
	i, more := skipSpaces(text, i, 4)
	trailing := i
	for {
		size, ascii := dashAt(text, i)
		if size == 0 {
			break
		}
		// Ten dashes before the next BEGIN are five of each boundary.
		if b.after >= 5 && gluedWord(text, i) {
			break
		}
		b.after++
		b.typographic = b.typographic || !ascii
		i += size
	}
	b.end = i
	if b.after == 0 {
		b.end = trailing
		for b.end > b.start && (text[b.end-1] == ' ' || text[b.end-1] == '\t') {
			b.end--
		}
	} else if more > 0 {
		b.word = true
	}
	return b, b.credible(text, exact, rest), next
}

// credible weighs what was found: the fewer dashes, the more the rest must be right.
func (b *boundary) credible(text []byte, exact bool, rest string) bool {
	l, known := LookupLabel(b.label)
	known = known || l.Kind != ""
	strong := func(n int) bool { return n >= 2 || n >= 1 && b.typographic }
	endOfLine := b.end >= len(text) || strings.IndexByte("\r\n\"'", text[b.end]) >= 0
	switch {
	case !exact, rest != "":
		return known && strong(b.before) && strong(b.after)
	case strong(b.before) && strong(b.after):
		return b.label != "" || b.before == 5 && b.after == 5
	case strong(b.before):
		return known && (b.after > 0 || endOfLine)
	default:
		return known && (strong(b.after) || endOfLine)
	}
}

// gluedWord reports whether only dashes are between i and a BEGIN or END.
func gluedWord(text []byte, i int) bool {
	for n := 0; n < 12; n++ {
		size, _ := dashAt(text, i)
		if size == 0 {
			break
		}
		i += size
	}
	word, _ := letters(text, i, 6)
	word = strings.ToUpper(word)
	return word == "BEGIN" || word == "END"
}

// skipSpaces passes over at most limit white space or invisible characters.
func skipSpaces(text []byte, i, limit int) (next, n int) {
	for n < limit {
		r, size := runeAt(text, i)
		if size == 0 || r == '\n' || r == '\r' || !isBlank(r) && !isInvisible(r) {
			break
		}
		i += size
		n++
	}
	return i, n
}

// letters reads up to limit ASCII letters, also in the full width form of
// Japanese keyboards.
func letters(text []byte, i, limit int) (string, int) {
	var buf [16]byte
	n := 0
	for n < min(limit, len(buf)) {
		r, size := runeAt(text, i)
		r = narrow(r)
		if size == 0 || r >= utf8.RuneSelf || !isLetter(byte(r)) {
			break
		}
		buf[n] = byte(r)
		n++
		i += size
	}
	return string(buf[:n]), i
}

// readLabel reads a label up to the dashes after it. odd says that it is not
// written as it should be.
func readLabel(text []byte, i int, wantSpace bool) (label string, next int, odd bool) {
	var out []byte
	spaces, end := 0, i
	for n := 0; n < MaxLabel; n++ {
		r, size := runeAt(text, i)
		if size == 0 || r == '\n' || r == '\r' {
			break
		}
		if r == ' ' || isBlank(r) {
			odd = odd || r != ' '
			spaces++
			i += size
			continue
		}
		if isInvisible(r) {
			odd = true
			i += size
			continue
		}
		if d, _ := dashAt(text, i); d > 0 {
			// one dash within the label: PRIVACY-ENHANCED MESSAGE
			c, _ := runeAt(text, i+1)
			if d > 1 || len(out) == 0 || spaces > 0 || c < 0 || c >= utf8.RuneSelf || !isLetter(byte(c)) {
				break
			}
		}
		c := narrow(r)
		if c >= utf8.RuneSelf || !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("-._#/", c) {
			break
		}
		switch {
		case len(out) == 0:
			odd = odd || wantSpace && spaces != 1
		case spaces > 0:
			odd = odd || spaces > 1
			out = append(out, ' ')
		}
		spaces = 0
		if up := unicode.ToUpper(c); up != c || c != r {
			odd = true
			c = up
		}
		out = append(out, byte(c))
		i += size
		end = i
	}
	return string(out), end, odd
}

// narrow folds the full width forms of ASCII (U+FF01 to U+FF5E).
func narrow(r rune) rune {
	if r >= 0xff01 && r <= 0xff5e {
		return r - 0xff01 + '!'
	}
	return r
}

// isBlank reports whether r is a space of some width.
func isBlank(r rune) bool {
	switch r {
	case ' ', '\t', '\v', '\f', 0xa0, 0x1680, 0x202f, 0x205f, 0x3000:
		return true
	}
	return r >= 0x2000 && r <= 0x200a
}

// isInvisible reports whether r has no glyph: nothing can be lost with it.
func isInvisible(r rune) bool {
	switch {
	case r >= 0 && r < 0x20 && r != '\t' && r != '\n' && r != '\v' && r != '\f' && r != '\r', r >= 0x7f && r < 0xa0:
		return true
	case r == 0xad, r == 0x61c, r == 0x180e, r == 0xfeff:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r >= 0xfe00 && r <= 0xfe0f:
		return true
	}
	return false
}

// distance1 reports whether one letter put in, left out, replaced, or
// exchanged with its neighbour makes a into b.
func distance1(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 0:
		if i == len(a) {
			return true
		}
		if a[i+1:] == b[i+1:] {
			return true
		}
		return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
	case 1:
		return a[i:] == b[i+1:]
	}
	return false
}
