package explain

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mode says how much a bare number means: alone what somebody types, in a log
// only in its place.
type mode int

const (
	typed mode = iota
	logged
)

// hit is an entry in one piece of text.
type hit struct {
	entry      int
	start, end int // in the folded text
	words      bool
	gap        bool // of words with anything between them
}

// scanner looks through one folded line, once from left to right.
type scanner struct {
	ix      *table
	mode    mode
	text    []byte
	hits    []hit
	unknown []uint32 // HRESULTs that are in no table
	near    *nearby
}

// nearby is what the lines before said about where an event comes from.
type nearby struct {
	source  string // "capi2", "schannel", ""
	line    int
	channel int // line of the name of the Operational channel, 0 if it was not seen
}

// reach is how many lines an event is shown on, one field a line.
const reach = 12

func (s *scanner) scan(text []byte, line int) {
	s.text, s.hits = text, s.hits[:0]
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case wordByte(c):
			end := i + 1
			for end < len(text) && wordByte(text[end]) {
				end++
			}
			s.token(i, end, line)
			s.phrasesAt(i, line)
			i = end
		case c >= 0x80:
			s.phrasesAt(i, line)
			for i++; i < len(text) && text[i]&0xc0 == 0x80; i++ {
			}
		default:
			i++
		}
	}
}

func (s *scanner) found(entries []int, start, end int) bool {
	for _, e := range entries {
		s.hits = append(s.hits, hit{entry: e, start: start, end: end})
	}
	return len(entries) > 0
}

func (s *scanner) key(kind string, value any, start, end int) bool {
	return s.found(s.ix.keys[fmt.Sprintf("%s:%v", kind, value)], start, end)
}

// maxGap is how many bytes may stand for the * of a phrase: a long path.
const maxGap = 400

// phrasesAt looks for what begins at i.
func (s *scanner) phrasesAt(i, line int) {
	for _, n := range s.ix.at(s.text[i:]) {
		p := &s.ix.phrases[n]
		if !bytes.HasPrefix(s.text[i:], p.parts[0]) {
			continue
		}
		end := i + len(p.parts[0])
		if s.insideWord(end) && p.entry >= 0 {
			continue
		}
		for _, part := range p.parts[1:] {
			at := bytes.Index(s.text[end:min(end+maxGap+len(part), len(s.text))], part)
			if at < 0 {
				end = -1
				break
			}
			end += at + len(part)
		}
		switch {
		case end < 0 || s.insideWord(end) && p.entry >= 0:
		case p.entry >= 0:
			s.hits = append(s.hits, hit{entry: p.entry, start: i, end: end, words: true, gap: len(p.parts) > 1})
		default:
			s.form(p.kind, i, end, line)
		}
	}
}

func (s *scanner) insideWord(end int) bool {
	return end < len(s.text) && wordByte(s.text[end-1]) && wordByte(s.text[end])
}

// form reads the number behind the words that introduce it.
func (s *scanner) form(kind string, start, at, line int) {
	if kind == kindSource {
		s.near.source = ""
		return
	}
	if kind == kindChannel {
		s.near.channel = 0
		return
	}
	if s.insideWord(at) && (s.text[at] < '0' || s.text[at] > '9') {
		return
	}
	if rest, ok := bytes.CutPrefix(s.text[at:], []byte(" qualifiers=")); ok {
		close := bytes.IndexByte(rest, '>')
		if close < 0 || close > 8 {
			return
		}
		at = len(s.text) - len(rest) + close
	}
	for n := 0; at < len(s.text) && n < 4 && !wordByte(s.text[at]) && s.text[at] < 0x80; n++ {
		at++
	}
	end := at
	for end < len(s.text) && s.text[end] >= '0' && s.text[end] <= '9' {
		end++
	}
	if end == at || end-at > 10 || s.insideWord(end) {
		return
	}
	n, _ := strconv.ParseInt(string(s.text[at:end]), 10, 64)
	if s.text[at-1] == '(' && end < len(s.text) && s.text[end] == ')' {
		end++
	}
	switch kind {
	case kindEvent:
		s.event(n, start, end, line)
	case kindCAPI2:
		s.key(kindCAPI2, n, start, end)
	case kindWin32:
		if n > 0xffff {
			s.hresult(uint32(n), start, end)
			return
		}
		s.key(kindWin32, n, start, end)
	default:
		s.key(kind, n, start, end)
	}
}

// event finds Windows events. Numbers below 1000 are of many sources.
func (s *scanner) event(n int64, start, end, line int) {
	if n >= 1000 {
		s.key(kindEvent, n, start, end)
		return
	}
	if s.near.channel > 0 && line-s.near.channel <= reach || bytes.Contains(s.text, []byte("capi2/operational")) {
		s.key(kindOperational, n, start, end)
		return
	}
	here := bytes.Contains(s.text, []byte("capi2"))
	if s.near.source == kindCAPI2 && line-s.near.line <= reach || here {
		s.key(kindCAPI2, n, start, end)
	}
}

// token looks at a word or number.
func (s *scanner) token(i, end, line int) {
	word := s.text[i:end]
	c := word[0]
	s.code(i, end)
	switch {
	case c >= '0' && c <= '9':
		if s.mode == typed || end-i == 8 || end-i == 10 || end-i > 2 && word[1] == 'x' || string(word) == "403" || i > 0 && s.text[i-1] == '-' {
			s.number(i, end)
		}
	case end-i == 8 && c <= 'f' && isHex(string(word)):
		s.number(i, end)
	case len(word) >= 4 && c == 'a' && word[1] == 'h' && isDecimal(string(word[2:])):
		s.key(kindApache, fmt.Sprintf("%05s", word[2:]), i, end)
	case len(word) >= 4 && c == 'k' && word[1] == 'b' && isDecimal(string(word[2:])):
		s.key(kindKB, string(word[2:]), i, end)
	case string(word) == "kb" && s.mode == typed:
		s.form(kindKB, i, end, line)
	case c == 'q' && len(word) == 7 && isDecimal(string(word[1:])):
		s.key(kindKB, string(word[1:]), i, end)
	case string(word) == "capi2" || string(word) == "schannel":
		s.near.source, s.near.line = string(word), line
		if bytes.HasPrefix(s.text[end:], []byte("/operational")) {
			s.near.channel = line
		}
	}
	if len(word) >= 8 {
		s.found(s.ix.symbols[string(word)], i, end)
	}
}

// code finds the codes of findings: as people type them, and where reports
// show them.
func (s *scanner) code(i, end int) {
	if i > 0 && s.text[i-1] == '-' {
		return
	}
	for end < len(s.text) && (wordByte(s.text[end]) || (s.text[end] == '-' || s.text[end] == '.') && end+1 < len(s.text) && wordByte(s.text[end+1])) {
		end++
	}
	if s.mode == logged && !(i > 0 && s.text[i-1] == '[') && !bytes.HasSuffix(s.text[:i], []byte("code: ")) && !bytes.HasSuffix(s.text[:i], []byte("code:")) {
		return
	}
	if e, ok := s.ix.ids[string(s.text[i:end])]; ok && (bytes.IndexByte(s.text[i:end], '-') >= 0 || end-i == len(s.text)) {
		s.hits = append(s.hits, hit{entry: e, start: i, end: end})
	}
}

// number finds what a number means by itself.
func (s *scanner) number(i, end int) {
	word := string(s.text[i:end])
	digits, hex := strings.CutPrefix(word, "0x")
	before := byte(' ')
	if i > 0 {
		before = s.text[i-1]
	}
	switch {
	case hex:
		if n, ok := hexNumber(digits); ok && isHex(digits) {
			s.hresult(n, i, end)
		}
	case word == "403" && before != '.':
		s.substatus(i, end)
	case before == '-' && isDecimal(word):
		s.negative(word, i-1, end)
	case len(word) == 8 && isHex(word):
		if s.guid(i, end) || s.mode == logged && before == '/' {
			return
		}
		n, _ := hexNumber(word)
		if bytes.HasSuffix(s.text[:i], []byte("error:")) || bytes.HasSuffix(s.text[:i], []byte("error: ")) || s.mode == typed && !s.hresult(n, i, end) {
			if s.openssl(n, i, end) {
				s.unknown = slices.DeleteFunc(s.unknown, func(u uint32) bool { return u == n })
				return
			}
		}
		if s.mode == logged {
			s.hresult(n, i, end)
		}
	case len(word) == 10 && isDecimal(word):
		if n, err := strconv.ParseUint(word, 10, 32); err == nil && n>>31 == 1 {
			s.hresult(uint32(n), i, end)
		}
	case s.mode == typed && isDecimal(word):
		n, _ := strconv.Atoi(word)
		if len(word) >= 4 && len(word) <= 5 {
			s.key(kindEvent, n, i, end)
			s.key(kindWin32, n, i, end)
		}
		if len(word) == 6 || len(word) == 7 {
			s.key(kindKB, word, i, end)
		}
	}
}

func (s *scanner) guid(i, end int) bool {
	return i > 0 && s.text[i-1] == '{' || end+5 < len(s.text) && s.text[end] == '-' && s.text[end+5] == '-' || i > 0 && s.text[i-1] == '-'
}

// hresult reports whether n is known; if not, it is remembered.
func (s *scanner) hresult(n uint32, start, end int) bool {
	for _, k := range hresultKeys(n) {
		if s.found(s.ix.keys[k], start, end) {
			return true
		}
	}
	if n>>28 == 8 && len(s.unknown) < 5 && !slices.Contains(s.unknown, n) {
		s.unknown = append(s.unknown, n)
	}
	return false
}

func (s *scanner) openssl(n uint32, start, end int) bool {
	for _, k := range opensslKeys(n) {
		if s.found(s.ix.keys[k], start, end) {
			return true
		}
	}
	return false
}

// negative finds signed HRESULTs, and the small numbers of Chrome and Apple: in
// a log only where an error is spoken of.
func (s *scanner) negative(word string, start, end int) {
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil || start > 0 && wordByte(s.text[start-1]) {
		return
	}
	if n > 1<<28 && n <= 1<<31 {
		s.hresult(uint32(-n), start, end)
		return
	}
	if s.mode == logged {
		window := s.text[max(0, start-24):start]
		if !slices.ContainsFunc([]string{"error", "code", "failed", "osstatus"}, func(w string) bool { return bytes.Contains(window, []byte(w)) }) {
			return
		}
	}
	s.key(kindNet, -n, start, end)
}

// substatus finds "403.4", and "403 4 5" as the log of IIS has it.
func (s *scanner) substatus(start, end int) {
	rest := string(s.text[end:])
	if len(rest) == 0 || rest[0] != '.' && rest[0] != ' ' {
		return
	}
	sub := rest[1:]
	n := len(sub) - len(strings.TrimLeft(sub, "0123456789"))
	if n == 0 || n > 2 || n < len(sub) && wordByte(sub[n]) {
		return
	}
	if s.mode == logged {
		third := strings.TrimPrefix(sub[n:], " ")
		triple := rest[0] == ' ' && len(third) < len(sub[n:]) && third != "" && third[0] >= '0' && third[0] <= '9'
		spoken := rest[0] == '.' && bytes.Contains(s.text[max(0, start-12):start], []byte("http")) || bytes.HasSuffix(s.text[:start], []byte("error "))
		if !triple && !spoken {
			return
		}
	}
	s.key(kindIIS, "403."+sub[:n], start, end+1+n)
}
