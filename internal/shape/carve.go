package shape

import (
	"bytes"
	"errors"
	"math"

	"github.com/certconv/certconv/internal/der"
)

// Carved is an object found among bytes of another kind: in a Key Manager
// backup, on a disk.
type Carved struct {
	Kind   Object
	Start  int // of its wrapper, if it has one
	Offset int // of the object itself
	End    int // where it ends as its length says; may lie after the end of the data
	resume int // from here on another object may start, if bytes of this one are lost

	// fault is nil for an object that is whole. Otherwise enough of it is there
	// to know what it was.
	Fault *der.SyntaxError
}

// Carve finds the keys, certificates and requests in data, wherever they
// start, in order, until yield returns false. What only looks like the
// beginning of one is passed over; what is one without doubt, but cut short or
// broken, is reported with its fault. An object within another one is not
// reported. Every place costs a bounded number of steps, whatever the lengths
// there claim.
func Carve(data []byte, yield func(Carved) bool) {
	var open *Carved // found, but the next one may turn out to start before its end
	for at := 0; at < len(data); at++ {
		i := bytes.IndexByte(data[at:], 0x30)
		if i < 0 {
			break
		}
		at += i
		if !plausible(data[at:]) {
			continue
		}
		c, ok := CarveAt(data, at)
		if !ok {
			continue
		}
		if open != nil {
			if c.Start < open.End {
				open.cutAt(c.Start)
			}
			if !yield(*open) {
				return
			}
		}
		open = &c
		at = c.resume - 1
	}
	if open != nil {
		yield(*open)
	}
}

// cutAt says that another object begins at n, before c ends.
func (c *Carved) cutAt(n int) {
	if c.Fault == nil || c.Fault.Missing > 0 || c.Offset+c.Fault.Offset >= n {
		c.Fault = &der.SyntaxError{Missing: c.End - n}
	}
	c.End = n
}

const certificateHeader = "\x04\x0bcertificate"

// plausible looks at the first tags only, because most bytes 0x30 are nothing.
func plausible(data []byte) bool {
	inside := skipHeader(data)
	if inside == nil {
		return false
	}
	switch inside[0] {
	case 0x02: // version of a key
		return len(inside) < 3 || inside[1] == 1 && inside[2] <= 1
	case 0x04: // NET key, certificate wrapper
		return len(inside) < 14 || inside[1] == 0x0b && inside[13] == 0x30
	case 0x30:
		if len(inside) < 8 {
			return true
		}
		first := skipHeader(inside)
		return first != nil && (first[0] == 0x02 || first[0] == 0x06 || first[0] == 0xa0)
	}
	return false
}

// skipHeader returns what follows a tag and a length, nil if there is nothing.
func skipHeader(data []byte) []byte {
	if len(data) < 3 {
		return nil
	}
	n := 2
	if data[1] > 0x80 {
		n += int(data[1] & 0x7f)
	}
	if n > 6 || n >= len(data) {
		return nil
	}
	return data[n:]
}

// CarveAt tells what starts at offset.
func CarveAt(data []byte, offset int) (Carved, bool) {
	start, end, err := outer(data[offset:])
	if err != nil {
		return Carved{}, false
	}
	body := data[offset+start:]
	if !bytes.HasPrefix(body, []byte("\x04\x0b")) {
		return carveDER(data, offset)
	}
	if bytes.HasPrefix(body, []byte(certificateHeader)) {
		return carveWrapper(data, offset, start+len(certificateHeader), end)
	}
	c := Carved{Start: offset, Offset: offset}
	ok := c.carveNET(data[offset:])
	return c, ok
}

// carveDER tells what starts at offset, by its outline. The fault is set also
// where it is too little to be anything.
func carveDER(data []byte, offset int) (c Carved, ok bool) {
	c.Start, c.Offset = offset, offset
	p := probe{data: data[offset:]}
	start, end, err := outer(p.data)
	if errors.As(err, &c.Fault) {
		return c, false
	}
	// Less than 40 bytes hold nothing.
	if end-start < 40 || end > math.MaxInt32 {
		return c, false
	}
	var resume int
	c.Kind, resume = p.recognise(span{start, end})
	c.Fault = p.fault
	c.End = offset + end
	c.resume = offset + resume
	if c.Fault != nil {
		c.resume = offset + start
		if c.Fault.Missing > 0 {
			c.Fault.Missing = c.End - len(data)
		}
	}
	return c, c.Kind != Unknown && (c.Fault == nil || p.sure)
}

// carveWrapper looks into the wrapper that Netscape and Microsoft put around a
// certificate, SEQUENCE { OCTET STRING "certificate", Certificate }. inner and
// end count from offset.
func carveWrapper(data []byte, offset, inner, end int) (Carved, bool) {
	c, ok := carveDER(data, offset+inner)
	if !ok && offset+end > len(data) && c.Fault != nil && c.Fault.Missing > 0 {
		// So much is missing that the certificate does not show as one.
		c.Kind, c.End, c.resume, ok = Certificate, offset+end, len(data), true
		c.Fault = &der.SyntaxError{Missing: c.End - len(data)}
	}
	c.Start = offset
	return c, ok
}

func (c *Carved) carveNET(rest []byte) bool {
	f, named, err := ParseNET(rest)
	if !named {
		return false
	}
	c.Kind = NET
	c.resume = c.Offset + f.Body
	c.End = c.Offset + f.End
	if errors.As(err, &c.Fault) {
		if f.Algorithm == "" && c.Fault.Missing == 0 {
			return false
		}
		c.End = c.Offset + c.Fault.Offset
		if c.Fault.Missing > 0 {
			c.End = c.Offset + len(rest) + c.Fault.Missing
		}
	}
	return true
}

// span is the content of an element. Its end is what the length says, which
// may lie after the end of the data.
type span struct{ pos, end int }

// probe compares bytes with the outline of an object, reading headers only.
// The first difference sticks.
type probe struct {
	data  []byte
	fault *der.SyntaxError // Missing is above 0 where the data ended
	sure  bool             // what was seen so far is nothing else
}

func (p *probe) differs(at int, msg string) {
	if p.fault == nil {
		p.fault = &der.SyntaxError{Offset: at, Msg: msg}
	}
}

func (p *probe) ended(at int) {
	if p.fault == nil {
		p.fault = &der.SyntaxError{Offset: at, Missing: 1}
	}
}

// peek returns the tag that comes next, 0 at the end.
func (p *probe) peek(s *span) byte {
	if p.fault != nil || s.pos >= s.end {
		return 0
	}
	if s.pos >= len(p.data) {
		p.ended(s.pos)
		return 0
	}
	return p.data[s.pos]
}

// next reads an element with the given tag and returns its content.
func (p *probe) next(s *span, tag byte) span {
	at := s.pos
	if p.fault != nil {
		return span{at, at}
	}
	if s.pos >= s.end {
		p.differs(at, "ends too early")
		return span{at, at}
	}
	if t := p.peek(s); p.fault != nil || t != tag {
		p.differs(at, "something else is here")
		return span{at, at}
	}
	if at+2 > len(p.data) {
		p.ended(at)
		return span{at, at}
	}
	size, n := int(p.data[at+1]), 0
	if size >= 0x80 {
		n = size & 0x7f
		if n == 0 || n > 4 {
			p.differs(at, "length")
			return span{at, at}
		}
		if at+2+n > len(p.data) {
			p.ended(at)
			return span{at, at}
		}
		size = 0
		for _, b := range p.data[at+2 : at+2+n] {
			size = size<<8 | int(b)
		}
	}
	c := span{at + 2 + n, at + 2 + n + size}
	if c.end > s.end {
		p.differs(at, "reaches beyond what it is in")
		return span{at, at}
	}
	s.pos = c.end
	return c
}

// bytes returns the content if it is all there.
func (p *probe) bytes(s span) []byte {
	if p.fault == nil && s.end > len(p.data) {
		p.ended(s.pos)
	}
	if p.fault != nil {
		return nil
	}
	return p.data[s.pos:s.end]
}

// done wants nothing more in s.
func (p *probe) done(s span) {
	if p.fault == nil && s.pos != s.end {
		p.differs(s.pos, "more follows than belongs there")
	}
}

// algorithm reads an AlgorithmIdentifier and returns the content of its OBJECT
// IDENTIFIER.
func (p *probe) algorithm(s *span) []byte {
	seq := p.next(s, 0x30)
	id := p.bytes(p.next(&seq, 0x06))
	if p.fault == nil && (len(id) < 3 || len(id) > 32 || id[len(id)-1]&0x80 != 0) {
		p.differs(seq.pos, "no OBJECT IDENTIFIER")
	}
	return id
}

// name reads a Name so far that nothing else is mistaken for one.
func (p *probe) name(s *span) {
	seq := p.next(s, 0x30)
	if p.peek(&seq) == 0 {
		return
	}
	set := p.next(&seq, 0x31)
	attribute := p.next(&set, 0x30)
	p.next(&attribute, 0x06)
}

// integer reads an INTEGER of at most size bytes.
func (p *probe) integer(s *span, size int) span {
	at := s.pos
	v := p.next(s, 0x02)
	if p.fault == nil && (v.end == v.pos || v.end-v.pos > size) {
		p.differs(at, "a number of another size")
	}
	return v
}

// small reads an INTEGER of one byte up to limit.
func (p *probe) small(s *span, limit byte) {
	at := s.pos
	if v := p.bytes(p.integer(s, 1)); p.fault == nil && v[0] > limit {
		p.differs(at, "another version")
	}
}

func (p *probe) publicKey(s *span) {
	seq := p.next(s, 0x30)
	p.algorithm(&seq)
	p.next(&seq, 0x03)
	p.done(seq)
}

// recognise tells what the SEQUENCE with content s is, and from where on an
// object that starts does not belong to it.
func (p *probe) recognise(s span) (Object, int) {
	switch p.peek(&s) {
	case 0x30:
		inner := s
		first := p.next(&inner, 0x30)
		switch p.peek(&first) {
		case 0xa0:
			return Certificate, p.certificate(s)
		case 0x02:
			// A certificate of version 1 has an algorithm after the first
			// number, a request a name.
			if id := p.next(&first, 0x02); p.fault == nil && id.end-id.pos <= maxSerial {
				if seq := p.next(&first, 0x30); p.fault == nil && p.peek(&seq) == 0x06 {
					return Certificate, p.certificate(s)
				}
				if p.fault == nil {
					return Request, p.request(s)
				}
			}
		case 0x06:
			return EncryptedPKCS8, p.encryptedKey(s)
		}
	case 0x02:
		return p.key(s)
	}
	return Unknown, 0
}

// maxSerial is generous: RFC 5280 allows 20 octets, some CAs took more.
const maxSerial = 64

// certificate follows RFC 5280, Section 4.1.
func (p *probe) certificate(s span) int {
	tbs := p.next(&s, 0x30)
	if p.peek(&tbs) == 0xa0 {
		v := p.next(&tbs, 0xa0)
		p.small(&v, 3)
		p.done(v)
	}
	p.integer(&tbs, maxSerial)
	p.algorithm(&tbs)
	p.name(&tbs)
	p.sure = p.fault == nil
	validity := p.next(&tbs, 0x30)
	for range 2 {
		tag := byte(der.TagUTCTime)
		if p.peek(&validity) == der.TagGeneralizedTime {
			tag = der.TagGeneralizedTime
		}
		p.next(&validity, tag)
	}
	p.done(validity)
	p.name(&tbs)
	p.publicKey(&tbs)
	p.algorithm(&s)
	return p.signature(s)
}

// request follows RFC 2986, Section 4.2. Old programs leave the attributes out.
func (p *probe) request(s span) int {
	info := p.next(&s, 0x30)
	p.small(&info, 2)
	p.name(&info)
	p.publicKey(&info)
	p.sure = p.fault == nil
	if p.peek(&info) != 0 {
		p.next(&info, 0xa0)
	}
	p.done(info)
	p.algorithm(&s)
	return p.signature(s)
}

// signature reads the BIT STRING at the end of certificates and requests. It
// is opaque: what begins in there is another object.
func (p *probe) signature(s span) int {
	bits := p.next(&s, 0x03)
	p.done(s)
	if p.fault == nil && bits.end > len(p.data) {
		p.ended(bits.pos)
	}
	return bits.pos
}

// encryptedKey follows RFC 5958, Section 3: the algorithm is one of PKCS#5
// (1.2.840.113549.1.5) or PKCS#12 (1.2.840.113549.1.12.1).
func (p *probe) encryptedKey(s span) int {
	id := p.algorithm(&s)
	pbe := bytes.HasPrefix(id, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05}) ||
		bytes.HasPrefix(id, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01})
	if p.fault == nil && !pbe {
		p.differs(s.pos, "no password based encryption")
	}
	text := p.next(&s, 0x04)
	p.sure = p.fault == nil
	p.done(s)
	p.bytes(text)
	return text.pos
}

// key reads the forms of private keys in the clear.
func (p *probe) key(s span) (Object, int) {
	p.small(&s, 1)
	switch p.peek(&s) {
	case 0x30: // RFC 5958, Section 2
		p.algorithm(&s)
		key := p.next(&s, 0x04)
		p.sure = p.fault == nil
		p.bytes(key)
		for _, tag := range []byte{0xa0, 0x81, 0xa1} {
			if p.peek(&s) == tag {
				p.next(&s, tag)
			}
		}
		p.done(s)
		return PKCS8, s.end
	case 0x04: // RFC 5915, Section 3
		at := s.pos
		if k := p.bytes(p.next(&s, 0x04)); p.fault == nil && (len(k) < 14 || len(k) > 72) {
			p.differs(at, "no private key of a curve")
		}
		if t := p.peek(&s); t != 0xa0 && t != 0xa1 {
			p.differs(s.pos, "neither curve nor public key")
		}
		p.sure = p.fault == nil
		for _, tag := range []byte{0xa0, 0xa1} {
			if p.peek(&s) == tag {
				p.next(&s, tag)
			}
		}
		p.done(s)
		return SEC1, s.end
	case 0x02:
		return p.numbers(s)
	}
	return Unknown, 0
}

// numbers reads RSAPrivateKey (RFC 8017, Appendix A.1.2), and OpenSSL's DSA
// key, which has five numbers after the version.
func (p *probe) numbers(s span) (Object, int) {
	const largest = maxRSANumber
	first := p.integer(&s, largest)
	size := first.end - first.pos
	if p.fault == nil && size < 32 {
		p.differs(first.pos, "too small for a key")
	}
	count := 1
	for ; count < 8 && p.peek(&s) == 0x02; count++ {
		p.integer(&s, size+1)
		p.sure = p.fault == nil && count >= 4
	}
	if count == 8 && p.peek(&s) == 0x30 {
		p.next(&s, 0x30)
	}
	if count != 8 && count != 5 {
		p.differs(s.pos, "not the numbers of a key")
	}
	p.bytes(span{s.pos, s.end})
	p.done(s)
	if count == 5 {
		return DSAKey, s.end
	}
	return PKCS1, s.end
}

// HoldsObject reports whether Carve finds anything in data.
func HoldsObject(data []byte) bool {
	found := false
	Carve(data, func(Carved) bool {
		found = true
		return false
	})
	return found
}
