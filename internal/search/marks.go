package search

import (
	"bytes"
	"encoding/binary"

	"github.com/certconv/certconv/internal/archive"
	"github.com/certconv/certconv/internal/lazy"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
)

// mark is a string that tells what stands there.
type mark struct {
	text  string
	pairs [2]int // where in it two pairs of bytes are that are rare, one of them at an even place
	found func(p *piece, at int, places []outline) []outline
}

// marks are those of keys, of files and of texts, and of algorithms that have no key of
// ASN.1 in the clear in them.
func marks() []mark {
	return []mark{
		{"\x02\x01\x00", [2]int{0, 1}, (*piece).number},
		{"\x02\x01\x01", [2]int{0, 1}, (*piece).number},
		{"\x02\x01\x02", [2]int{0, 1}, (*piece).number},
		{"\x02\x01\x03", [2]int{0, 1}, (*piece).number},
		{labelWords, [2]int{2, 3}, func(p *piece, at int, places []outline) []outline { return p.label(at, 1, places) }},
		{"\x00V\x00", [2]int{0, 1}, (*piece).wideLabel},
		{"UFJJVkFURSBLRVkt", [2]int{0, 1}, encodedLabel(0)}, // PRIVATE KEY- in base64, and behind one byte and two
		{"BSSVZBVEUgS0VZL", [2]int{0, 1}, encodedLabel(2)},
		{"QUklWQVRFIEtFWS", [2]int{0, 1}, encodedLabel(3)},
		{"\x2a\x86\x48\x86\xf7\x0d", [2]int{3, 4}, (*piece).identifier},
		{"\xfe\xed\xfe\xed\x00\x00\x00", [2]int{0, 1}, is(objJKS, 0)},
		{"\xce\xce\xce\xce\x00\x00\x00", [2]int{0, 1}, is(objJKS, 0)},
		{"\x01\x00\x00\x00\x14", [2]int{0, 3}, (*piece).bks}, // a salt of 20 bytes
		{"\x02\x00\x00\x00\x14", [2]int{0, 3}, (*piece).bks},
		{"\x1e\xf1\xb5\xb0\x00", [2]int{1, 2}, func(p *piece, at int, places []outline) []outline {
			if !shape.IsPVK(p.data[at:]) {
				return places
			}
			return append(places, outline{start: at, kind: objPVK})
		}},
		{"\x00RSA2", [2]int{2, 3}, (*piece).blob},
		{"\x00DSS2", [2]int{2, 3}, (*piece).blob},
		{"TTY-User-Key-File-", [2]int{2, 3}, is(objPPK, 2)},
		{`"kty"`, [2]int{0, 1}, func(p *piece, at int, places []outline) []outline {
			from := max(0, at-maxJSON)
			n := bytes.LastIndexByte(p.data[from:at], '{')
			if n < 0 {
				return places
			}
			return append(places, outline{start: from + n, kind: objJWK})
		}},
		{"<RSAKeyValue>", [2]int{3, 4}, is(objXML, 0)},
		{"PK\x03\x04\x14", [2]int{1, 2}, (*piece).packed},
		{"PK\x03\x04\x2d", [2]int{1, 2}, (*piece).packed},
		{"\x1f\x8b\x08", [2]int{0, 1}, (*piece).packed},
	}
}

// pairs are those of all marks.
var pairs = lazy.Value[*pairSet]{Make: func() *pairSet {
	s := &pairSet{marks: marks(), rows: [][]pairRow{nil}}
	for n, m := range s.marks {
		for _, at := range m.pairs {
			v := uint16(m.text[at]) | uint16(m.text[at+1])<<8
			if s.class[v] == 0 {
				s.class[v] = uint8(len(s.rows))
				s.rows = append(s.rows, nil)
			}
			s.rows[s.class[v]] = append(s.rows[s.class[v]], pairRow{n, at})
		}
	}
	for b := range s.base64 {
		if pem.IsBase64(byte(b)) {
			s.base64[b] = 1
		}
	}
	return s
}}

type pairSet struct {
	marks  []mark
	class  [1 << 16]uint8 // of a pair of bytes: its index in rows, 0 if it is of no mark
	rows   [][]pairRow
	base64 [256]uint8 // 1 for its characters
}

// pairRow is the number of a mark, and where the pair is in it.
type pairRow struct{ mark, at int }

// scan finds all places where something may begin. It looks at two bytes of two, and at four
// of tokenStride for base64: most of a disk is passed over so.
func (p *piece) scan(places []outline) []outline {
	const behind = 16 // what a mark looks at behind it; a key has more
	set := pairs.Get()
	class, chars := &set.class, &set.base64
	end := max(0, min(len(p.data)-behind, p.limit+maxJSON))
	i := p.from
	for ; i+tokenStride <= end; i += tokenStride {
		d := p.data[i : i+tokenStride]
		v, w := binary.LittleEndian.Uint64(d), binary.LittleEndian.Uint64(d[8:])
		x, y := binary.LittleEndian.Uint64(d[16:]), binary.LittleEndian.Uint64(d[24:])
		if class[uint16(v)]|class[uint16(v>>16)]|class[uint16(v>>32)]|class[uint16(v>>48)]|
			class[uint16(w)]|class[uint16(w>>16)]|class[uint16(w>>32)]|class[uint16(w>>48)] != 0 {
			places = p.marked(set, i, i+16, places)
		}
		if class[uint16(x)]|class[uint16(x>>16)]|class[uint16(x>>32)]|class[uint16(x>>48)]|
			class[uint16(y)]|class[uint16(y>>16)]|class[uint16(y>>32)]|class[uint16(y>>48)] != 0 {
			places = p.marked(set, i+16, i+32, places)
		}
		if chars[d[0]]&chars[d[1]]&chars[d[2]]&chars[d[3]] != 0 {
			places = p.token(i, places)
		}
	}
	return p.marked(set, i, end, places)
}

// marked tells what stands where the pairs from i to end are.
func (p *piece) marked(set *pairSet, i, end int, places []outline) []outline {
	for ; i < end; i += 2 {
		c := set.class[uint16(p.data[i])|uint16(p.data[i+1])<<8]
		if c == 0 {
			continue
		}
		for _, r := range set.rows[c] {
			at := i - r.at
			m := &set.marks[r.mark]
			if at >= 0 && p.data[at] == m.text[0] && bytes.HasPrefix(p.data[at:], []byte(m.text)) {
				places = m.found(p, at, places)
			}
		}
	}
	return places
}

// maxJSON is how long a JSON Web Key is at most, before and after its kty.
const maxJSON = 16 << 10

// is makes the reading of a mark that says all, and is so far behind the start.
func is(kind shape.Object, behind int) func(*piece, int, []outline) []outline {
	return func(_ *piece, at int, places []outline) []outline {
		if at < behind {
			return places
		}
		return append(places, outline{start: at - behind, kind: kind})
	}
}

// blob adds a PRIVATEKEYBLOB, in whose header the mark is.
func (p *piece) blob(at int, places []outline) []outline {
	const behind = 7
	if at < behind || !pubkey.IsBlob(p.data[at-behind:]) {
		return places
	}
	return append(places, outline{start: at - behind, kind: objPVK})
}

// bks adds a keystore of Bouncy Castle, which has no mark but its version and the length of
// its salt.
func (p *piece) bks(at int, places []outline) []outline {
	const behind = 3
	if at < behind || !shape.IsBKS(p.data[at-behind:]) {
		return places
	}
	return append(places, outline{start: at - behind, kind: objBKS})
}

// textEnd is where a text that begins at start ends: at what is no text, or at the limit.
func (p *piece) textEnd(start, limit int) int {
	end := min(len(p.data), start+limit)
	i := start
	if p.textFrom <= start && start < p.textTo {
		i = min(p.textTo, end)
	} else {
		p.textFrom = start
	}
	for ; i < end; i++ {
		if c := p.data[i]; c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7f {
			break
		}
	}
	if i > p.textTo || p.textFrom == start {
		p.textTo = i
	}
	return i
}

// index is the place of word in data[start:end], -1 if it is not there. Texts are
// looked at in their order: where it was not, it is not looked for again.
func (p *piece) index(start, end int, word string) int {
	from := start
	if to, ok := p.absent[word]; ok {
		from = max(from, min(to-len(word)+1, end))
	}
	i := bytes.Index(p.data[from:end], []byte(word))
	if i < 0 {
		if p.absent == nil {
			p.absent = map[string]int{}
		}
		p.absent[word] = max(end, p.absent[word])
		return -1
	}
	return from - start + i
}

// textCandidate finds the end of a key that is text.
func (p *piece) textCandidate(c *candidate) bool {
	c.end = p.textEnd(c.start, 2*maxJSON)
	text := p.data[c.start:c.end]
	cut := func(last string) bool {
		i := p.index(c.start, c.start+len(text), last)
		c.end = c.start + i + len(last)
		return i >= 0
	}
	switch c.kind {
	case objJWK:
		if !cut("}") {
			return false
		}
		if text = p.data[c.start:c.end]; bytes.Contains(text, []byte(`"oth"`)) {
			text = p.data[c.start:p.textEnd(c.start, 2*maxJSON)]
			return cut("]}") || cut("}]")
		}
		return bytes.Contains(text, []byte(`"d"`))
	case objXML:
		return cut("</RSAKeyValue>") && bytes.Contains(text, []byte("<D>"))
	case objPPK:
		i := p.index(c.start, c.start+len(text), "Private-MAC:")
		if i < 0 {
			return false
		}
		n := bytes.IndexByte(text[i:], '\n')
		if n < 0 {
			n = len(text) - i
		}
		c.end = c.start + i + n
	}
	return true
}

// packed adds a compressed file, to be searched later.
func (p *piece) packed(at int, places []outline) []outline {
	if at >= p.limit || at < p.from {
		return places
	}
	if f, ok := archive.CarveAt(p.data[at:]); ok {
		p.compressed = append(p.compressed, packedFile{f, p.base + int64(at)})
	}
	return places
}

// packedFile is a compressed file at some offset of the input.
type packedFile struct {
	archive.Carved
	offset int64
}
