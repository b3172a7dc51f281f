package search

import (
	"bytes"
	"encoding/base64"

	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/shape"
)

// Base64 without PEM's armour: a value of YAML, JSON or a configuration.
const (
	tokenStride = 32 // the base64 of the shortest key, or a line of it, is longer than that
	minToken    = 40
	maxBefore64 = 8
	maxEncoded  = overlap / 2 // of the base64 of one object
	maxDecoded  = 32 << 20    // of all base64 of a piece: what is none may begin as an object on each line
)

// encodedPEM is how PEM text begins in base64.
const encodedPEM = "LS0tLS1CRUdJTi"

// token finds base64 that begins as a key or keystore does. It is given a place where a few
// characters are base64, and looks at the whole run.
func (p *piece) token(i int, places []outline) []outline {
	const probe = 6
	data := p.data
	if i >= min(len(data)-minToken, p.limit+tokenStride) || !pem.IsBase64(data[i+4]) || !pem.IsBase64(data[i+5]) {
		return places
	}
	start := i
	for start > p.from && i-start < 2*tokenStride && pem.IsBase64(data[start-1]) {
		start--
	}
	stop := i + probe
	for stop < len(data) && stop-start < minToken && pem.IsBase64(data[stop]) {
		stop++
	}
	if stop-start < minToken || i-start >= 2*tokenStride {
		return places
	}
	if start > 0 && data[start-1] == '\\' && (data[start] == 'n' || data[start] == 'r') {
		start++ // the line end of a string literal
	}
	// What happens to be before it may look like base64 too.
	for at := start; at < start+maxBefore64 && at+minToken <= len(data); at++ {
		if kind := encodedKind(data[at:]); kind != 0 {
			return append(places, outline{start: at, kind: kind, encoded: true})
		}
	}
	return places
}

// encodedLabel makes the reading of a mark of base64 with a PEM label in it, where the mark
// begins so many digits behind a group of four. It adds the run that the mark is in, once.
func encodedLabel(digits int) func(*piece, int, []outline) []outline {
	return func(p *piece, at int, places []outline) []outline { return p.encodedLabel(at, digits, places) }
}

func (p *piece) encodedLabel(at, digits int, places []outline) []outline {
	known := p.runLooked
	low := max(p.from, at-maxEncoded, known)
	start := p.base64Start(at, low)
	for {
		end, ok := p.lineBefore(start, low)
		line := p.base64Start(end, low)
		if !ok || end-line < minToken && line > low {
			break
		}
		start = line
	}
	p.runLooked = at
	if start == known && known > 0 {
		return places
	}
	for _, c := range p.data[start:at] {
		if pem.IsBase64(c) {
			digits--
		}
	}
	for digits &= 3; digits&3 != 0 && start < at; start++ { // what happens to be before it may look like base64 too
		if pem.IsBase64(p.data[start]) {
			digits++
		}
	}
	return append(places, outline{start: start, kind: objPEM, encoded: true})
}

// base64Start goes back over what is base64.
func (p *piece) base64Start(i, low int) int {
	for i > low && pem.IsBase64(p.data[i-1]) {
		i--
	}
	return i
}

// lineBefore is where the line ends that is before what begins at i; false if i is not the
// first on its line.
func (p *piece) lineBefore(i, low int) (end int, ok bool) {
	for i > low && (p.data[i-1] == ' ' || p.data[i-1] == '\t') {
		i--
	}
	for i > low {
		switch c := p.data[i-1]; {
		case c == '\n' || c == '\r':
			i--
		case (c == 'n' || c == 'r') && i > low+1 && p.data[i-2] == '\\':
			i -= 2
		default:
			return i, ok
		}
		ok = true
	}
	return i, ok
}

// encodedKind tells what base64 holds by how it begins, 0 for nothing that may have a key.
func encodedKind(text []byte) shape.Object {
	starts := func(s string) bool { return bytes.HasPrefix(text, []byte(s)) }
	switch text[0] {
	case 'M':
		var head [24]byte
		if _, err := base64.RawStdEncoding.Decode(head[:], text[:32]); err != nil || head[0] != 0x30 {
			return 0
		}
		at := headerSize(head[1])
		if at > 6 {
			return 0
		}
		// A version; the algorithm of an encrypted key, which is one of RSA Security's.
		if b := head[at:]; b[0] == 2 && b[1] == 1 && b[2] <= 3 || bytes.HasPrefix(b, []byte(shape.NETHeader)) || b[0] == 0x30 && bytes.Contains(head[at:], []byte{6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d}) {
			return objDER
		}
	case 'L':
		if starts(encodedPEM) {
			return objPEM
		}
	case 'T':
		if starts("TFMwdExTMUNSVWRKVGl") || starts("TUl") { // the same, encoded once more
			return objTwice
		}
	case 'U':
		if starts("UHVUVFktVXNlci1LZXktRmls") { // PuTTY-User-Key-Fil
			return objPPK
		}
	case 'P':
		if starts("PFJTQUtleVZhbHVlPg") || starts("PFJTQUtleVZhbHVlPj") { // <RSAKeyValue>
			return objXML
		}
	case 'e':
		if starts("eyJ") || starts("ewo") || starts("ew0K") { // { and a name
			return objJWK
		}
	case 'B':
		if starts("BwIAAA") {
			return objPVK
		}
	case 'A':
		if starts("AAAAAQAAAB") || starts("AAAAAgAAAB") {
			return objBKS
		}
	case '/':
		if starts("/u3+7Q") {
			return objJKS
		}
	case 'z':
		if starts("zs7Ozg") {
			return objJKS
		}
	case 'H':
		if starts("HvG1sA") {
			return objPVK
		}
	}
	return 0
}

// decodeText turns the base64 at c.start into bytes, over line ends, white space and the
// escapes of string literals. Of DER no more is taken than its header says.
func (p *piece) decodeText(c *candidate, kind shape.Object) bool {
	text := p.data[c.start:min(len(p.data), c.start+maxEncoded)]
	digits, end := make([]byte, 0, 4096), 0
	enough := maxEncoded
	if kind == objDER {
		enough = encodedLength(text)
	}
	for end < len(text) && len(digits) < enough {
		switch ch := text[end]; {
		case pem.IsBase64(ch):
			digits = append(digits, ch)
			end++
			continue
		case ch == '\\' && end+1 < len(text) && (text[end+1] == 'n' || text[end+1] == 'r'):
			end += 2
			continue
		case ch == '\n' || ch == '\r':
			next := end
			for next < len(text) && (text[next] == '\n' || text[next] == '\r' || text[next] == ' ' || text[next] == '\t') {
				next++
			}
			// What goes on is base64 for most of a line, or its end.
			n := next
			for n < len(text) && n-next < minToken && pem.IsBase64(text[n]) {
				n++
			}
			if n-next == minToken || n > next && (n == len(text) || text[n] == '=' || text[n] == '\n' || text[n] == '\r') {
				end = next
				continue
			}
		}
		break
	}
	p.decoded += end
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(digits)/4*4+len(digits)%4))
	if len(digits)%4 == 1 {
		digits = digits[:len(digits)-1]
	}
	n, err := base64.RawStdEncoding.Decode(out, digits)
	clear(digits)
	c.end = c.start + end
	c.text = out[:n]
	return err == nil && n >= 16
}

// encodedLength is how many characters of base64 the element of DER has that begins text.
func encodedLength(text []byte) int {
	var head [12]byte
	n, _ := base64.RawStdEncoding.Decode(head[:], text[:min(len(text), 16)])
	if n < len(head) || head[1] == 0x80 { // of no length that is known
		return maxEncoded
	}
	size := headerSize(head[1])
	length := int(head[1])
	if size > 2 {
		length = 0
		for _, b := range head[2:min(size, len(head))] {
			length = min(length<<8|int(b), maxEncoded)
		}
	}
	return base64.RawStdEncoding.EncodedLen(size + length)
}

// encodedCandidate looks closely at base64.
func (p *piece) encodedCandidate(c *candidate, kind shape.Object) bool {
	if p.decoded > maxDecoded {
		p.tooMuch = true
		return false
	}
	if !p.decodeText(c, kind) {
		return false
	}
	c.kind = kind
	switch kind {
	case objDER:
	case objJWK:
		return bytes.Contains(c.text, []byte(`"kty"`)) && bytes.Contains(c.text, []byte(`"d"`))
	default:
		return true
	}
	inner := piece{data: c.text, limit: len(c.text)}
	found, ok := inner.candidate(outline{})
	if !ok {
		clear(c.text)
		return false
	}
	c.kind, c.text = found.kind, c.text[found.start:found.end]
	return true
}
