package search

import (
	"bytes"
	"encoding/binary"
	"sync"

	"github.com/certconv/certconv/internal/archive"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
)

// mark is a string of five bytes or more that tells what stands there.
type mark struct {
	text  string
	found func(p *piece, at int, places []outline) []outline
}

// marks are those of files, of texts, and of algorithms that have no key of ASN.1 in the
// clear in them.
var marks = []mark{
	{"\x2a\x86\x48\x86\xf7\x0d", (*piece).identifier},
	{"\xfe\xed\xfe\xed\x00\x00\x00", is(objJKS, 0)},
	{"\xce\xce\xce\xce\x00\x00\x00", is(objJKS, 0)},
	{"\x1e\xf1\xb5\xb0\x00", func(p *piece, at int, places []outline) []outline {
		if !shape.IsPVK(p.data[at:]) {
			return places
		}
		return append(places, outline{start: at, kind: objPVK})
	}},
	{"\x00RSA2", (*piece).blob},
	{"\x00DSS2", (*piece).blob},
	{"TTY-User-Key-File-", is(objPPK, 2)},
	{`"kty"`, func(p *piece, at int, places []outline) []outline {
		from := max(0, at-maxJSON)
		n := bytes.LastIndexByte(p.data[from:at], '{')
		if n < 0 {
			return places
		}
		return append(places, outline{start: from + n, kind: objJWK})
	}},
	{"<RSAKeyValue>", is(objXML, 0)},
	{"PK\x03\x04\x14", (*piece).packed},
	{"PK\x03\x04\x2d", (*piece).packed},
}

// pairs are the first four pairs of bytes in each mark: one of them stands at a place that
// four divides, wherever the mark begins.
var pairs = sync.OnceValue(func() *pairSet {
	s := &pairSet{marks: map[uint16][][2]int{}}
	for n, m := range marks {
		for at := range 4 {
			v := uint16(m.text[at]) | uint16(m.text[at+1])<<8
			s.bits[v>>6] |= 1 << (v & 63)
			s.marks[v] = append(s.marks[v], [2]int{n, at})
		}
	}
	return s
})

type pairSet struct {
	bits  [1 << 10]uint64
	marks map[uint16][][2]int // number of the mark, and where the pair is in it
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

// files finds what only a mark tells.
func (p *piece) files(places []outline) []outline {
	set := pairs()
	end := min(len(p.data)-minToken, p.limit+maxJSON)
	i := p.from
	for d := p.data[min(i, max(end, 0)):max(end, 0)]; len(d) >= 8; d, i = d[8:], i+8 {
		w := binary.LittleEndian.Uint64(d)
		if v := uint16(w); set.bits[v>>6]>>(v&63)&1 != 0 {
			places = p.marked(set, v, i, places)
		}
		if v := uint16(w >> 32); set.bits[v>>6]>>(v&63)&1 != 0 {
			places = p.marked(set, v, i+4, places)
		}
	}
	// BKS has no mark but the length of its salt, gzip too short a one.
	end = min(len(p.data)-minToken, p.limit+8)
	for i := indexFrom(p.data, max(p.from, 7), end, bksSalt); i < end; i = indexFrom(p.data, i+1, end, bksSalt) {
		if d := p.data[i-7:]; d[6] == 0 && d[0] == 0 && d[3] <= 2 && shape.IsBKS(d) {
			places = append(places, outline{start: i - 7, kind: objBKS})
		}
	}
	for i := indexFrom(p.data, p.from, end, 0x1f); i < end; i = indexFrom(p.data, i+1, end, 0x1f) {
		if p.data[i+1] == 0x8b && p.data[i+2] == 8 {
			places = p.packed(i, places)
		}
	}
	return places
}

// marked tells what stands where a pair of the marks is.
func (p *piece) marked(set *pairSet, v uint16, i int, places []outline) []outline {
	for _, m := range set.marks[v] {
		at := i - m[1]
		if mark := &marks[m[0]]; at >= 0 && bytes.HasPrefix(p.data[at:], []byte(mark.text)) {
			places = mark.found(p, at, places)
		}
	}
	return places
}

// bksSalt is how long a salt Bouncy Castle takes.
const bksSalt = 20

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
