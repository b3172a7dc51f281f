package pem

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

// What base64 without boundaries can begin with: the first bytes of a
// SEQUENCE, of PEM text that was encoded once more (Kubernetes secrets), of
// Java keystores, PVK and OpenSSH keys.
var bareStarts = []string{
	"MI", "MC", "MD", "ME", "MF", "MG", "MH", "LS0tLS1CRUdJTi", "/u3+7Q", "zs7Ozg", "HvG1sA", "b3BlbnNzaC1rZXktdjE",
	"TUl", "TFMwdExTMUN", // the first two, encoded once more
}

// minObject is how many characters the base64 of an object has at least.
const minObject = 24

// scanBare looks for base64 without boundaries. Words look like base64 too:
// only what decodes to something known counts.
func (s *scanner) scanBare() error {
	s.notes, s.counts, s.pos, s.outside, s.gaps = nil, nil, 0, 0, nil
	if s.wholeIsBase64() && s.wholeObjects() {
		return nil
	}
	s.notes, s.counts, s.pos, s.outside, s.gaps = nil, nil, 0, 0, nil
	s.bareAmong(0, len(s.text), false)
	return nil
}

// wholeObjects reads a text that is nothing but base64: one object after the
// other. It reports whether the first of them is something that is known.
func (s *scanner) wholeObjects() bool {
	for p := 0; p < len(s.text); {
		r := s.newBody("", p, s.objectEnd(p), true)
		r.bare = true
		r.read(p)
		r.finish()
		switch {
		case r.chars == 0:
			return true
		case r.known():
		case len(s.blocks) == 0:
			clear(r.blk.Body)
			return false
		default:
			s.unknownAfter(r)
		}
		p = r.limit
		s.bareBlock(r)
	}
	return true
}

// objectEnd returns where the object whose base64 starts at p ends in a text
// that is nothing but base64. What follows padding, or begins as an object
// does, is another object. All else may be bytes after the object, and is for
// its decoder.
func (s *scanner) objectEnd(p int) int {
	for p < len(s.text) && !inBase64[s.text[p]] {
		p++
	}
	want := -1
	if size, ok := derSize(s.text[p:min(len(s.text), p+8)]); ok {
		want = (size*8 + 5) / 6
	}
	n, padded := 0, false
	for i := p; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '=':
			padded = true
		case !inBase64[c] && c != '-' && c != '_':
		case padded && len(s.text)-i >= minObject, n == want && hasBareStart(s.text[i:]):
			return i
		case padded:
			return len(s.text)
		default:
			n++
		}
	}
	return len(s.text)
}

// unknownAfter fails a block of base64 that follows an object, and is nothing
// that is known.
func (s *scanner) unknownAfter(r *bodyReader) {
	clear(r.blk.Body)
	r.fail(r.blk.body, text.Of("base64 goes on after the end of an object, and is nothing that is known"))
}

// bareAmong looks for base64 without boundaries among other text, such as a
// value in a YAML or JSON file, lines in a mail, a block that lost both its
// boundaries. What is tried in vain is limited, so that the time stays linear.
// tell says whether the text before it is to be noted.
func (s *scanner) bareAmong(from, to int, tell bool) {
	for i := from; i < to && s.bareBudget > 0; i++ {
		if !inBase64[s.text[i]] || i > from && i != s.pos && inBase64[s.text[i-1]] {
			continue
		}
		follows := len(s.blocks) > 0 && s.blocks[len(s.blocks)-1].EndLabel == "" && s.follows(i)
		if !hasBareStart(s.text[i:to]) && !follows {
			continue
		}
		continues := s.continuesBase64(i)
		if continues && !beginsObject(s.text[i:to]) {
			continue
		}
		end := s.bareEnd(i, to)
		s.bareBudget -= end - i
		if end-i < minObject {
			continue
		}
		kept, dirty := len(s.notes), s.dirty
		r := s.newBody("", i, end, true)
		r.bare = true
		r.read(i)
		r.finish()
		switch known := r.known(); {
		case known && (r.blk.Err == nil || !continues):
		case follows:
			s.unknownAfter(r)
		default:
			clear(r.blk.Body)
			s.notes, s.dirty = s.notes[:kept], dirty
			continue
		}
		if tell {
			s.noteTextOutside(max(s.pos, s.outside), i)
		}
		s.bareBlock(r)
		i = end - 1
	}
	if s.bareBudget <= 0 {
		s.untried(max(from, s.pos), to)
	}
}

// untried fails a block where an object may begin that was not looked at.
func (s *scanner) untried(from, to int) {
	for i := from; i < to; i++ {
		if hasBareStart(s.text[i:to]) && beginsObject(s.text[i:to]) && (i == from || !inBase64[s.text[i-1]]) {
			r := s.newBody("", i, i, true)
			r.fail(i, text.Of("more of the text looks like objects than can be tried"))
			r.blk.Err.Kind = ErrTooLarge
			s.bareBlock(r)
			return
		}
	}
}

// beginsObject reports whether base64 begins with a SEQUENCE whose first
// element is a SEQUENCE or an INTEGER, as all keys and certificates do.
func beginsObject(text []byte) bool {
	var b [12]byte
	if len(text) < 16 {
		return false
	}
	if _, err := base64.RawStdEncoding.Decode(b[:], text[:16]); err != nil || b[0] != 0x30 || b[1] > 0x84 {
		return false
	}
	inner := b[2]
	if b[1] > 0x80 {
		inner = b[2+b[1]&0x7f]
	}
	return inner == 0x30 || inner == 0x02
}

// follows reports whether base64 at i follows the block before it, with nothing
// but white space between, and is too long for a word.
func (s *scanner) follows(i int) bool {
	if i < s.pos || len(bytes.TrimSpace(s.text[s.pos:i])) > 0 {
		return false
	}
	n := 0
	for i+n < len(s.text) && n < minObject && inBase64[s.text[i+n]] {
		n++
	}
	if n < minObject || s.escapes == nil {
		return n == minObject
	}
	if s.gaps == nil {
		s.gaps = s.escapes.walk(s.plain)
	}
	from := s.gaps.plainOffset(s.pos)
	return bytes.IndexByte(s.plain[from:s.gaps.plainOffset(i)], '<') < 0 // another element holds something else
}

// continuesBase64 reports whether i starts a line that goes on with the base64
// of the line before, other than that of the last block: what begins there may be
// a part of something.
func (s *scanner) continuesBase64(i int) bool {
	n := 0
	for i > s.pos && n < 32 && strings.IndexByte(" \t\r\n>|", s.text[i-1]) >= 0 {
		i--
		n++
	}
	before := s.text[max(min(s.pos, i), i-32):i]
	if n == 0 || len(before) < 32 {
		return false
	}
	for _, c := range before {
		if !inBase64[c] {
			return false
		}
	}
	return true
}

func hasBareStart(text []byte) bool {
	for _, p := range bareStarts {
		if len(text) >= len(p) && string(text[:len(p)]) == p {
			return true
		}
	}
	return false
}

// wholeIsBase64 reports whether the text is nothing but lines of base64.
func (s *scanner) wholeIsBase64() bool {
	r := s.newBody("", 0, len(s.text), true)
	total := 0
	for p := 0; p < r.limit; {
		line, next := r.line(p)
		n, ok := r.bodyLine(line)
		if !ok {
			return false
		}
		total += n
		p = next
	}
	return total >= minObject
}

// bareEnd returns where the base64 at i ends: after the object, where its
// length is known, else after the token and the lines that continue it.
func (s *scanner) bareEnd(i, limit int) int {
	want := -1
	if size, ok := derSize(s.text[i:min(limit, i+8)]); ok {
		want = (size*8 + 5) / 6
	}
	n, j := 0, i
	for j < limit {
		c := s.text[j]
		if inBase64[c] || c == '-' || c == '_' {
			if n == want && (!inBase64[s.text[j-1]] || hasBareStart(s.text[j:limit])) {
				return j
			}
			if n == want {
				want = -1 // more bytes are encoded with the object, for its decoder
			}
			n++
			j++
			continue
		}
		if c == '=' {
			for j < limit && s.text[j] == '=' {
				j++
			}
			return j
		}
		// A line end, with indentation or quotation after it.
		k := j
		for k < limit && (s.text[k] == '\r' || s.text[k] == '\n' || k > j && bytes.IndexByte([]byte(" \t>|"), s.text[k]) >= 0) {
			k++
		}
		if k == j || k == limit || n == want {
			return j
		}
		r := bodyReader{text: s.text, limit: limit}
		if line, _ := r.line(k); want < 0 {
			if _, ok := r.bodyLine(line); !ok {
				return j
			}
		}
		j = k
	}
	return j
}

// known reports whether the bytes are something that is known, or the start of
// it.
func (r *bodyReader) known() bool {
	body := r.blk.Body
	if len(body) < 16 {
		return false
	}
	if bytes.HasPrefix(body, dashes) && bytes.Contains(body, beginMark) {
		return true
	}
	if r.s.encodedAgain(body, 0) {
		return true
	}
	if r.blk.Err != nil {
		// cut short: two levels of ASN.1 that fit into each other
		return r.badOff < 0 && body[0] == 0x30 && looksNested(body)
	}
	return shape.Of(body) != shape.Unknown || bytes.HasPrefix(body, []byte(OpenSSHMagic)) || r.s.known != nil && r.s.known(body)
}

// encodedAgain reports whether body is the base64 of something that is known, perhaps
// several times over.
func (s *scanner) encodedAgain(body []byte, depth int) bool {
	if depth == maxNested || len(body) < minObject || !inBase64[body[0]] {
		return false
	}
	digits := make([]byte, 0, len(body))
	for i, c := range body {
		switch {
		case inBase64[c]:
			digits = append(digits, c)
		case c == '\n', c == '\r', c == '=' && len(body)-i < 5:
		default:
			return false
		}
	}
	inner := make([]byte, base64.RawStdEncoding.DecodedLen(len(digits)))
	defer clear(inner)
	n, err := base64.RawStdEncoding.Decode(inner, digits)
	if inner = inner[:n]; err != nil || len(inner) < 16 {
		return false
	}
	return bytes.HasPrefix(inner, dashes) && bytes.Contains(inner, beginMark) || shape.Of(inner) != shape.Unknown ||
		bytes.HasPrefix(inner, []byte(OpenSSHMagic)) || s.known != nil && s.known(inner) || s.encodedAgain(inner, depth+1)
}

// looksNested reports whether a SEQUENCE that is cut short begins with another
// element that is plausible there and lies within it.
func looksNested(body []byte) bool {
	if len(body) < 64 || body[1] < 0x80 || body[1] > 0x84 {
		return false
	}
	inner := body[2+int(body[1]&0x7f):]
	if inner[0] != 0x30 && inner[0] != 0x02 {
		return false
	}
	e, rest, err := der.Parse(inner)
	return err == nil && len(rest) > 0 && (e.Constructed || len(e.Content) < 64) || err != nil && inner[0] == 0x30 && inner[1] > 0x80 && inner[1] < 0x85
}

// bareBlock adds a block without boundaries.
func (s *scanner) bareBlock(r *bodyReader) {
	r.noteAt(note.NoBoundaries, r.blk.body, "base64 without BEGIN and END")
	r.blk.begin = r.blk.body
	r.trimEnd()
	r.blk.errOff = min(max(r.blk.errOff, r.blk.begin), r.blk.end)
	s.add(r)
}
