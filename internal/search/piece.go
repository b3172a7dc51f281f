package search

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/shape"
)

// piece is the part of a stream that one goroutine looks through: what starts
// at from or behind it, and before limit. What stands around that is there to
// complete it.
type piece struct {
	data        []byte
	from, limit int
	base        int64 // offset of data in the stream

	compressed []packedFile // found so far
	decoded    int          // characters of base64
	tooMuch    bool         // not all base64 was looked at

	runLooked        int            // what is before this of base64 with a PEM block was looked at
	textFrom, textTo int            // a part that is text all through
	absent           map[string]int // words that are not there, from where they were looked for to here
}

// candidate is a place where a key may start.
type candidate struct {
	start  int // in the piece
	offset int64
	kind   shape.Object
	end    int
	text   []byte // a PEM block, put right, or what base64 holds

	encoded bool // in base64
}

// What is found and is no ASN.1.
const (
	objPEM shape.Object = -1 - iota
	objJKS              // or JCEKS
	objPVK
	objBKS
	objBCFKS
	objPPK
	objJWK
	objXML
	objDER   // in base64
	objTwice // base64 of base64
)

// encrypted reports whether reading the candidate may take a password.
func (c *candidate) encrypted() bool {
	return c.kind == shape.NET || c.kind == shape.EncryptedPKCS8 || c.kind == shape.PFX || c.kind == objJKS || c.kind == objPVK || c.kind == objBKS || c.kind == objBCFKS || c.kind == objPPK || c.kind == objPEM && c.text != nil && c.encoded
}

// format is the name of the format that stands at the place.
func (c *candidate) format() string {
	switch c.kind {
	case objPEM:
		return "pem"
	case shape.PKCS8, shape.EncryptedPKCS8:
		return "pkcs8"
	case shape.PKCS1:
		return "pkcs1"
	case shape.SEC1:
		return "sec1"
	case shape.NET:
		return "net"
	case shape.PFX:
		return "pfx"
	case objJKS:
		return "jks"
	case objPVK:
		return "pvk"
	case objBKS:
		return "bks"
	case objBCFKS:
		return "bcfks"
	case objPPK:
		return "ppk"
	case objJWK:
		return "jwk"
	case objXML:
		return "rsa-xml"
	case objTwice:
		return "pem"
	}
	return "der"
}

// reader is the name of the format that reads it.
func (c *candidate) reader() string {
	switch f := c.format(); f {
	case "pem", "pfx", "jks", "pvk", "net", "bks", "bcfks", "ppk", "jwk", "rsa-xml":
		return f
	}
	return "der"
}

// search reads all keys that start in the piece.
func (st *streamSearch) search(p piece) {
	places := p.scan(nil)
	st.run.carve(p.compressed, st.in)
	if st.in.packed {
		if err := st.run.count(placeCost*int64(len(places)), "archive"); err != nil {
			_ = st.run.closed(st.in, err) // who reads on meets the same error
			return
		}
	}
	if len(places) == 0 {
		return
	}
	slices.SortFunc(places, func(a, b outline) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.kind, b.kind)) })
	next := 0
	for _, at := range slices.Compact(places) {
		if at.start < next || at.start < p.from || at.start >= p.limit {
			continue
		}
		c, ok := p.candidate(at)
		if !ok {
			continue
		}
		data := c.text
		if data == nil {
			data = p.data[c.start:c.end]
		}
		if st.read(c, data) && (at.kind == shape.Unknown || at.encoded) {
			next = c.end
		}
	}
	if p.tooMuch {
		st.run.giveUp(convert.Source{File: st.run.opts.File, Entry: st.in.entry, Offset: p.base})
	}
}

// outline is where something begins that has the outline of a key at first sight.
type outline struct {
	start int
	text  int          // bytes of a character of PEM; 0: it is something else
	kind  shape.Object // if that is known already

	encoded bool // in base64
}

// candidate looks at a place closely.
func (p *piece) candidate(at outline) (candidate, bool) {
	c := candidate{start: at.start, offset: p.base + int64(at.start), kind: objPEM}
	if at.text > 0 {
		ok := p.pemBlock(&c, at.text)
		return c, ok
	}
	if at.encoded {
		c.encoded = true
		ok := p.encodedCandidate(&c, at.kind)
		return c, ok
	}
	data := p.data[:min(len(p.data), at.start+overlap)]
	switch at.kind {
	case shape.Unknown:
	case objPPK, objJWK, objXML:
		c.kind = at.kind
		ok := p.textCandidate(&c)
		return c, ok
	default: // it says itself where it ends
		c.kind, c.end = at.kind, len(data)
		return c, true
	}
	if found, ok := shape.CarveAt(data, at.start); ok && found.Kind.Kind() == convert.KindPrivateKey {
		c.kind, c.end = found.Kind, found.End
		return c, found.Fault == nil && c.end <= len(data)
	}
	head := data[at.start:]
	if shape.IsBCFKS(head) {
		if e, _, err := der.Parse(head); err == nil {
			c.kind, c.end = objBCFKS, at.start+len(e.Full)
			return c, true
		}
	}
	if version, ok := shape.PFXVersion(head[:min(len(head), 64)]); !ok || version != 3 {
		return c, false
	}
	e, _, err := der.Parse(head)
	if err != nil || len(e.Full) < 64 {
		return c, false
	}
	c.kind, c.end = shape.PFX, at.start+len(e.Full)
	return c, true
}

// number finds keys and PFX by the version that they begin with: an INTEGER
// of one byte behind the header of a SEQUENCE.
func (p *piece) number(at int, places []outline) []outline {
	if followsVersion(p.data[at+2], p.data[at+3:]) {
		places = p.sequences(places, at)
	}
	return places
}

// followsVersion looks at what comes behind the version, and at the tag
// behind that.
func followsVersion(version byte, next []byte) bool {
	if version == 3 { // RFC 7292: ContentInfo
		return next[0] == 0x30
	}
	size, body := 0, 2
	switch n := next[1]; {
	case n < 0x80:
		size = int(n)
	case n == 0x81:
		size, body = int(next[2]), 3
	case n == 0x82:
		size, body = int(next[2])<<8|int(next[3]), 4
	default:
		return false
	}
	behind := byte(0)
	if body+size < len(next) {
		behind = next[body+size]
	}
	switch next[0] {
	case 0x02: // RFC 8017: the modulus, and a prime of DSA
		return size >= 32 && (behind == 0x02 || behind == 0)
	case 0x04: // RFC 5915: the private number
		return size >= 14 && size <= 72 && (behind == 0xa0 || behind == 0xa1)
	case 0x30: // RFC 5958: AlgorithmIdentifier
		return next[body] == 0x06 && (behind == 0x04 || behind == 0)
	}
	return false
}

// sequences adds each SEQUENCE whose header ends at i and that is no
// shorter than a key.
func (p *piece) sequences(places []outline, i int) []outline {
	d := p.data
	switch {
	case i >= 2 && d[i-2] == 0x30 && (d[i-1] >= 40 && d[i-1] <= 0x80):
		return append(places, outline{start: i - 2})
	case i >= 3 && d[i-3] == 0x30 && d[i-2] == 0x81:
		return append(places, outline{start: i - 3})
	case i >= 4 && d[i-4] == 0x30 && d[i-3] == 0x82:
		return append(places, outline{start: i - 4})
	case i >= 5 && d[i-5] == 0x30 && d[i-4] == 0x83:
		return append(places, outline{start: i - 5})
	case i >= 6 && d[i-6] == 0x30 && d[i-5] == 0x84:
		return append(places, outline{start: i - 6})
	}
	return places
}

// identifier finds what is encrypted by its algorithm: those of RSA Security,
// 1.2.840.113549, are 2a 86 48 86 f7 0d and what follows.
func (p *piece) identifier(at int, places []outline) []outline {
	data, id := p.data, at-2
	if id < 0 || id >= p.limit+64 || data[id] != 0x06 {
		return places
	}
	switch data = data[at+6:]; {
	case data[0] == 1 && (data[1] == 5 || data[1] == 12): // PKCS#5, PKCS#12: an encrypted key
		for _, size := range [...]int{2, 3, 4} {
			if id >= size && p.data[id-size] == 0x30 && headerSize(p.data[id-size+1]) == size {
				n := len(places)
				places = p.sequences(places, id-size)
				for _, inner := range places[n:] { // a BCFKS begins with what looks like an encrypted key
					places = p.sequences(places, inner.start)
				}
			}
		}
	case data[0] == 3 && data[1] == 4: // RC4: a NET key
		from := max(id-32, 0)
		if k := bytes.LastIndex(p.data[from:id], []byte(shape.NETHeader)); k >= 0 {
			places = p.sequences(places, from+k)
		}
	}
	return places
}

// headerSize is the size of a header with that first byte of a length.
func headerSize(length byte) int {
	if length <= 0x80 {
		return 2
	}
	return 2 + int(length&0x7f)
}
