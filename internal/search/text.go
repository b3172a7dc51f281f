package search

import (
	"bytes"
	"slices"

	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/shape"
)

const (
	labelWords = "PRIVATE KEY"
	labelV     = 3  // its rarest letter
	maxBefore  = 24 // characters of a label before its words: "ENCRYPTED "

	maxPEMText = overlap / 2 // of a block
	maxNoEnd   = 32 << 10    // how much is read of a block whose END is missing
	minBody    = 40          // base64 of the smallest key has more
	maxPrefix  = 64          // what may stand before every line
)

// label finds the boundary of a private key, of whatever encoding: a character takes one
// byte, two or four.
func (p *piece) label(at, width int, places []outline) []outline {
	if start := p.boundaryAround(at, width); start >= 0 {
		places = append(places, outline{start: start, text: width})
	}
	return places
}

// wideLabel is label for a V between zeros.
func (p *piece) wideLabel(at int, places []outline) []outline {
	at++
	for _, width := range [...]int{2, 4} {
		if at >= width && at+width < len(p.data) && p.data[at-width] == 'I' && p.data[at+width] == 'A' {
			return p.label(at-labelV*width, width, places)
		}
	}
	return places
}

// boundaryAround returns where the boundary starts whose label has its words
// at i, -1 if there is none.
func (p *piece) boundaryAround(i, width int) int {
	if !p.spells(i, width, labelWords+"-") {
		return -1
	}
	for n := 1; n <= maxBefore+len(pem.Begin) && n*width <= i; n++ {
		at := i - n*width
		switch c := p.data[at]; {
		case c == '-':
			start := at - (len(pem.Dashes)-1)*width
			if n >= len(pem.End)-len(pem.Dashes) && (p.spells(start, width, "-----BEGIN ") || p.spells(start, width, "-----END ")) {
				return start
			}
			return -1
		case c != ' ' && (c < '0' || c > 'Z'):
			return -1
		}
	}
	return -1
}

// spells reports whether text stands at i.
func (p *piece) spells(i, width int, text string) bool {
	if i < 0 || i+(len(text)-1)*width >= len(p.data) {
		return false
	}
	for n := range len(text) {
		if p.data[i+n*width] != text[n] {
			return false
		}
	}
	return true
}

// pemBlock takes the block at c.start out of what surrounds it.
func (p *piece) pemBlock(c *candidate, width int) bool {
	if !p.spells(c.start, width, pem.Begin) {
		return width == 1 && p.backwards(c)
	}
	limit := min(len(p.data), c.start+maxPEMText*width)
	body := p.dashesFrom(c.start+len(pem.Begin)*width, min(limit, c.start+2*pem.MaxLabel*width), width)
	if body < 0 {
		return false
	}
	body += len(pem.Dashes) * width
	end := p.dashesFrom(body, limit, width)
	switch {
	case end >= 0 && p.spells(end, width, pem.End):
		if c.end = p.dashesFrom(end+len(pem.End)*width, min(len(p.data), end+2*pem.MaxLabel*width), width); c.end < 0 {
			return false
		}
		c.end += len(pem.Dashes) * width
	case end >= 0 && end < body+maxNoEnd*width:
		c.end = end
	default:
		c.end = min(limit, body+maxNoEnd*width)
	}
	if c.end < body+minBody*width {
		return false
	}
	if width == 1 {
		c.text = p.data[c.start-p.prefix(c.start) : c.end]
		return true
	}
	enc := map[int][2]pem.Encoding{2: {pem.UTF16LE, pem.UTF16BE}, 4: {pem.UTF32LE, pem.UTF32BE}}[width]
	if c.start >= width-1 && p.data[c.start+1] != 0 || p.data[c.start+width-1] != 0 {
		return false
	}
	c.text = enc[0].ToUTF8(p.data[c.start:c.end])
	return true
}

// dashesFrom finds the next five dashes, -1 if there are none before limit or
// before what is no text.
func (p *piece) dashesFrom(i, limit, width int) int {
	if i >= limit {
		return -1
	}
	if width == 1 {
		j := bytes.Index(p.data[i:limit], []byte(pem.Dashes))
		if j < 0 {
			return -1
		}
		return i + j
	}
	for ; i+width <= limit; i += width {
		if p.data[i] == '-' && p.spells(i, width, pem.Dashes) {
			return i
		}
		if p.data[i+1] != 0 {
			break
		}
	}
	return -1
}

// prefix is how many bytes stand before i on its line, 0 if those are no text.
func (p *piece) prefix(i int) int {
	for n := 0; n < min(maxPrefix, i); n++ {
		switch b := p.data[i-n-1]; {
		case b == '\n' || b == '\r':
			return n
		case b < ' ' && b != '\t':
			return 0
		}
	}
	return 0
}

// backwards reads a block as vim's swap files hold the lines of a text: the
// last one first, a NUL behind each.
func (p *piece) backwards(c *candidate) bool {
	const maxLines, maxLine = 2000, 256
	var lines [][]byte
	size := 0
	for at := c.start; len(lines) < maxLines; {
		n := bytes.IndexByte(p.data[at:min(len(p.data), at+maxLine)], 0)
		if n < 0 {
			return false
		}
		line := p.data[at : at+n]
		at += n + 1
		size += n + 1
		lines = append(lines, line)
		if bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte(pem.Begin)) {
			c.end = at
			break
		}
		if len(lines) > 1 && bytes.HasPrefix(line, []byte(pem.Dashes)) {
			return false
		}
	}
	c.text = make([]byte, 0, size)
	for _, line := range slices.Backward(lines) {
		c.text = append(append(c.text, line...), '\n')
	}
	return c.end > 0
}

// mayHoldMore tells quickly whether Decode may find what a look at each offset
// does not: a container of binary data, or base64 in a text, however mangled.
// Of the files of a disk, most are neither.
func mayHoldMore(data []byte) bool {
	if len(data) > 0 && bytes.IndexByte([]byte{0x30, 0xfe, 0xce, 0x1e}, data[0]) >= 0 { // PFX, keys; JKS, JCEKS, PVK
		return true
	}
	return shape.IsBKS(data) || bytes.HasPrefix(data, []byte("b0VIM ")) || bytes.Contains(data, []byte(labelWords)) || bytes.Contains(data, []byte(shape.NETHeader)) || holdsBase64(data)
}

// holdsBase64 looks for the lines of a PEM block: many characters of base64 in
// a row, with digits and letters of both cases among them, as names of files and of
// functions and the numbers that checksums are written in do not have.
func holdsBase64(data []byte) bool {
	const step, run = 16, 40 // finds any line of 55
	for at := 0; at+run <= len(data); at += step {
		plain, kinds, n := true, 0, 0
		for ; n < run; n++ {
			c := data[at+n]
			if !pem.IsBase64(c) {
				break
			}
			plain = plain && isHex(c)
			if c >= '0' { // no + and /
				kinds |= kindOf[c>>5]
			}
		}
		if n == run && !plain && kinds == allKinds {
			return true
		}
	}
	return false
}

// kindOf has a bit for digits, for upper and for lower case, by the upper bits of a character.
var kindOf = [8]int{1: 1, 2: 2, 3: 4}

const allKinds = 1 | 2 | 4

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }
