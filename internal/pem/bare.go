package pem

import (
	"bytes"
	"strings"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/shape"
)

// What base64 without boundaries can begin with: the first bytes of a
// SEQUENCE, of PEM text that was encoded once more (Kubernetes secrets), of
// Java keystores, PVK and OpenSSH keys.
var bareStarts = []string{"MI", "MC", "MD", "ME", "MF", "MG", "MH", "LS0tLS1CRUdJTi", "/u3+7Q", "zs7Ozg", "HvG1sA", "b3BlbnNzaC1rZXktdjE"}

// scanBare looks for base64 without boundaries. Words look like base64 too:
// only what decodes to something known counts.
func (s *scanner) scanBare() error {
	s.notes, s.counts = nil, nil
	if s.wholeIsBase64() {
		r := s.newBody("", 0, len(s.text), true)
		r.bare = true
		r.read(0)
		r.finish()
		if r.known() {
			s.bareBlock(r)
			return nil
		}
		s.notes, s.counts = nil, nil
	}
	s.bareAmong(0, len(s.text), false)
	return nil
}

// bareAmong looks for base64 without boundaries among other text, such as a
// value in a YAML or JSON file, lines in a mail, a block that lost both its
// boundaries. What is tried in vain is limited, so that the time stays linear.
// tell says whether the text before it is to be noted.
func (s *scanner) bareAmong(from, to int, tell bool) {
	for i := from; i < to && s.bareBudget > 0; i++ {
		if base64Value[s.text[i]] < 0 || i > from && base64Value[s.text[i-1]] >= 0 {
			continue
		}
		if !hasBareStart(s.text[i:to]) || s.continuesBase64(i) {
			continue
		}
		end := s.bareEnd(i, to)
		s.bareBudget -= end - i
		if end-i < 24 {
			continue
		}
		kept, dirty := len(s.notes), s.dirty
		r := s.newBody("", i, end, true)
		r.bare = true
		r.read(i)
		r.finish()
		if !r.known() {
			s.notes, s.dirty = s.notes[:kept], dirty
			continue
		}
		if tell {
			s.noteTextOutside(max(s.pos, s.outside), i)
		}
		s.bareBlock(r)
		i = end - 1
	}
}

// continuesBase64 reports whether i starts a line that goes on with the base64
// of the line before: what begins there is a part of something.
func (s *scanner) continuesBase64(i int) bool {
	n := 0
	for i > 0 && n < 32 && strings.IndexByte(" \t\r\n>|", s.text[i-1]) >= 0 {
		i--
		n++
	}
	before := s.text[max(0, i-32):i]
	if n == 0 || len(before) < 32 {
		return false
	}
	for _, c := range before {
		if base64Value[c] < 0 {
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
	return total >= 24
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
		if base64Value[c] >= 0 || c == '-' || c == '_' {
			if n == want {
				return j
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
	if r.blk.Err != nil {
		// cut short: two levels of ASN.1 that fit into each other
		return r.badOff < 0 && body[0] == 0x30 && looksNested(body)
	}
	return shape.Of(body) != shape.Unknown || bytes.HasPrefix(body, []byte(OpenSSHMagic)) || r.s.known != nil && r.s.known(body)
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
