package der

import (
	"bytes"
	"fmt"
	"math/big"
)

// MaxDepth bounds nesting. Real files stay below 20.
const MaxDepth = 64

// Universal tags that the formats use.
const (
	TagBoolean         = 1
	TagInteger         = 2
	TagBitString       = 3
	TagOctetString     = 4
	TagNull            = 5
	TagOID             = 6
	TagEnumerated      = 10
	TagUTF8String      = 12
	TagSequence        = 16
	TagSet             = 17
	TagNumericString   = 18
	TagPrintableString = 19
	TagT61String       = 20
	TagIA5String       = 22
	TagUTCTime         = 23
	TagGeneralizedTime = 24
	TagVisibleString   = 26
	TagGeneralString   = 27
	TagUniversalString = 28
	TagBMPString       = 30
)

// Classes, as in the identifier octet (X.690, Section 8.1.2.2).
const (
	Universal       = 0
	Application     = 1
	ContextSpecific = 2
	Private         = 3
)

// constructed is the bit of the identifier octet that says so (X.690, Section 8.1.2.5).
const constructed = 0x20

// SyntaxError says what is wrong and where. Missing is the number of bytes
// that the declared lengths want beyond the end of the input, 0 if the fault
// is another one.
type SyntaxError struct {
	Offset  int
	Missing int
	Time    bool // it is a time that cannot be read
	Msg     string
}

func (e *SyntaxError) Error() string {
	if e.Missing > 0 {
		return fmt.Sprintf("cut short: %d more bytes should follow", e.Missing)
	}
	return fmt.Sprintf("%s at byte %d", e.Msg, e.Offset)
}

// Element is one tag-length-value. Offset counts from the start of the buffer
// given to Parse, also for the children.
type Element struct {
	Class       int
	Tag         int
	Constructed bool
	Indefinite  bool
	Offset      int
	Full        []byte // header, content and, if Indefinite, the end-of-contents octets
	Content     []byte

	depth int
}

// Is reports whether e has the universal tag t.
func (e Element) Is(t int) bool { return e.Class == Universal && e.Tag == t }

// IsContext reports whether e has the context-specific tag t.
func (e Element) IsContext(t int) bool { return e.Class == ContextSpecific && e.Tag == t }

// ContentOffset is the offset of the content in the buffer given to Parse.
func (e Element) ContentOffset() int {
	n := len(e.Full) - len(e.Content)
	if e.Indefinite {
		n -= 2
	}
	return e.Offset + n
}

// Parse reads the first element of data and returns what follows it.
func Parse(data []byte) (Element, []byte, error) {
	return parse(data, 0, 0)
}

// ParseAll reads data as exactly one element.
func ParseAll(data []byte) (Element, error) {
	e, rest, err := Parse(data)
	if err != nil {
		return e, err
	}
	if len(rest) != 0 {
		return e, &SyntaxError{Offset: len(e.Full), Msg: fmt.Sprintf("%d bytes follow the end", len(rest))}
	}
	return e, nil
}

type header struct {
	class, tag   int
	constructed  bool
	indefinite   bool
	size, length int
}

func readHeader(data []byte, off int) (h header, err error) {
	if len(data) < 2 {
		return h, &SyntaxError{Offset: off, Missing: 2 - len(data), Msg: "no element"}
	}
	h.class = int(data[0] >> 6)
	h.constructed = data[0]&constructed != 0
	h.tag = int(data[0] & 0x1f)
	i := 1
	if h.tag == 0x1f {
		h.tag = 0
		for {
			if i >= len(data) {
				return h, &SyntaxError{Offset: off, Missing: 2, Msg: "tag"}
			}
			b := data[i]
			i++
			if h.tag > 1<<20 {
				return h, &SyntaxError{Offset: off, Msg: "tag number too large"}
			}
			h.tag = h.tag<<7 | int(b&0x7f)
			if b&0x80 == 0 {
				break
			}
		}
		if i >= len(data) {
			return h, &SyntaxError{Offset: off, Missing: 1, Msg: "length"}
		}
	}
	l := data[i]
	i++
	switch {
	case l < 0x80:
		h.length = int(l)
	case l == 0x80:
		if !h.constructed {
			return h, &SyntaxError{Offset: off, Msg: "indefinite length of a primitive value"}
		}
		h.indefinite = true
	default:
		n := int(l & 0x7f)
		if n > 8 {
			return h, &SyntaxError{Offset: off, Msg: "length of more than eight bytes"}
		}
		if len(data) < i+n {
			return h, &SyntaxError{Offset: off, Missing: i + n - len(data), Msg: "length"}
		}
		var v uint64
		for _, b := range data[i : i+n] {
			v = v<<8 | uint64(b)
		}
		i += n
		if v > 1<<40 {
			return h, &SyntaxError{Offset: off, Msg: "length out of range"}
		}
		h.length = int(v)
	}
	h.size = i
	return h, nil
}

func parse(data []byte, off, depth int) (Element, []byte, error) {
	if depth > MaxDepth {
		return Element{}, nil, &SyntaxError{Offset: off, Msg: fmt.Sprintf("nested deeper than %d levels", MaxDepth)}
	}
	h, err := readHeader(data, off)
	if err != nil {
		return Element{}, nil, err
	}
	e := Element{Class: h.class, Tag: h.tag, Constructed: h.constructed, Indefinite: h.indefinite, Offset: off, depth: depth}
	if !h.indefinite {
		if rest := len(data) - h.size; h.length > rest {
			return e, nil, &SyntaxError{Offset: off, Missing: h.length - rest, Msg: "content"}
		}
		end := h.size + h.length
		e.Full = data[:end:end]
		e.Content = data[h.size:end:end]
		return e, data[end:], nil
	}
	end, err := skipIndefinite(data, h.size, off)
	if err != nil {
		return e, nil, err
	}
	e.Full = data[:end:end]
	e.Content = data[h.size : end-2 : end-2]
	return e, data[end:], nil
}

// skipIndefinite returns the position after the end-of-contents octets that
// close the element whose content starts at i. One pass, whatever the nesting.
func skipIndefinite(data []byte, i, off int) (int, error) {
	for open := 1; ; {
		h, err := readHeader(data[i:], off+i)
		if err != nil {
			return 0, err
		}
		switch {
		case data[i] == 0 && data[i+1] == 0:
			i += 2
			if open--; open == 0 {
				return i, nil
			}
		case h.indefinite:
			if open++; open > MaxDepth {
				return 0, &SyntaxError{Offset: off + i, Msg: fmt.Sprintf("nested deeper than %d levels", MaxDepth)}
			}
			i += h.size
		default:
			if rest := len(data) - i - h.size; h.length > rest {
				return 0, &SyntaxError{Offset: off + i, Missing: h.length - rest, Msg: "content"}
			}
			i += h.size + h.length
		}
	}
}

// Children reads the elements inside e.
func (e Element) Children() ([]Element, error) {
	if !e.Constructed {
		return nil, &SyntaxError{Offset: e.Offset, Msg: "a constructed value is wanted"}
	}
	var list []Element
	r := e.Reader()
	for !r.Empty() {
		c, err := r.Next()
		if err != nil {
			return list, err
		}
		list = append(list, c)
	}
	return list, nil
}

// Reader reads the elements inside e one after the other.
func (e Element) Reader() *Reader {
	return &Reader{rest: e.Content, off: e.ContentOffset(), depth: e.depth + 1}
}

// Reader walks a series of elements.
type Reader struct {
	rest  []byte
	off   int
	depth int
}

// NewReader walks the elements of data.
func NewReader(data []byte) *Reader { return &Reader{rest: data} }

// Empty reports whether nothing is left.
func (r *Reader) Empty() bool { return len(r.rest) == 0 }

// Rest returns the bytes that were not read yet.
func (r *Reader) Rest() []byte { return r.rest }

// Next reads one element.
func (r *Reader) Next() (Element, error) {
	e, rest, err := parse(r.rest, r.off, r.depth)
	if err != nil {
		return e, err
	}
	r.off += len(r.rest) - len(rest)
	r.rest = rest
	return e, nil
}

// Peek returns the next element without consuming it; ok is false at the end
// or where no element starts.
func (r *Reader) Peek() (e Element, ok bool) {
	if r.Empty() {
		return e, false
	}
	e, _, err := parse(r.rest, r.off, r.depth)
	return e, err == nil
}

// Expect reads one element with the universal tag t.
func (r *Reader) Expect(t int) (Element, error) {
	e, err := r.Next()
	if err == nil && !e.Is(t) {
		err = &SyntaxError{Offset: e.Offset, Msg: fmt.Sprintf("tag %d instead of %d", e.Tag, t)}
	}
	return e, err
}

// Content reads one element with the universal tag t as Expect does, and gives what is
// inside.
func (r *Reader) Content(t int) ([]byte, error) {
	inside, err := r.Enter(t)
	return inside.rest, err
}

// Enter reads one element with the universal tag t as Expect does, and gives a Reader of
// what is inside. Lists have tens of thousands of elements: those with a short length make
// no Element.
func (r *Reader) Enter(t int) (Reader, error) {
	if b := r.rest; len(b) >= 2 && b[1] < 0x80 && int(b[0]&^constructed) == t && t < 0x1f && r.depth <= MaxDepth {
		if end := 2 + int(b[1]); end <= len(b) {
			inside := Reader{rest: b[2:end:end], off: r.off + 2, depth: r.depth + 1}
			r.rest, r.off = b[end:], r.off+end
			return inside, nil
		}
	}
	e, err := r.Expect(t)
	return Reader{rest: e.Content, off: e.ContentOffset(), depth: e.depth + 1}, err
}

// Int reads one small non-negative INTEGER.
func (r *Reader) Int() (int, error) {
	e, err := r.Next()
	if err != nil {
		return 0, err
	}
	return e.Int()
}

// Optional reads the next element if it has context-specific tag t.
func (r *Reader) Optional(t int) (e Element, ok bool) {
	e, ok = r.Peek()
	if !ok || !e.IsContext(t) {
		return Element{}, false
	}
	e, _ = r.Next()
	return e, true
}

// OctetString returns the octets of an OCTET STRING (or of an implicitly
// tagged one), joining the pieces of a constructed one.
func (e Element) OctetString() ([]byte, error) {
	if !e.Constructed {
		return e.Content, nil
	}
	var out []byte
	parts, err := e.Children()
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if !p.Is(TagOctetString) {
			return nil, &SyntaxError{Offset: p.Offset, Msg: "a piece of an OCTET STRING is something else"}
		}
		b, err := p.OctetString()
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, nil
}

// Octets returns the octets of an OCTET STRING, like OctetString, and refuses
// every other type.
func (e Element) Octets() ([]byte, error) {
	if !e.Is(TagOctetString) {
		return nil, &SyntaxError{Offset: e.Offset, Msg: "OCTET STRING expected"}
	}
	return e.OctetString()
}

// BitString returns the whole octets of a BIT STRING without unused bits.
func (e Element) BitString() ([]byte, error) {
	if !e.Is(TagBitString) || e.Constructed || len(e.Content) == 0 || e.Content[0] > 7 {
		return nil, &SyntaxError{Offset: e.Offset, Msg: "BIT STRING"}
	}
	return e.Content[1:], nil
}

// Int returns a small non-negative INTEGER.
func (e Element) Int() (int, error) {
	b := e.Content
	if (!e.Is(TagInteger) && !e.Is(TagEnumerated)) || e.Constructed || len(b) == 0 || b[0]&0x80 != 0 {
		return 0, &SyntaxError{Offset: e.Offset, Msg: "INTEGER"}
	}
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	if len(b) > 7 {
		return 0, &SyntaxError{Offset: e.Offset, Msg: "INTEGER out of range"}
	}
	v := 0
	for _, c := range b {
		v = v<<8 | int(c)
	}
	return v, nil
}

// BigInt returns an INTEGER of any size, two's complement.
func (e Element) BigInt() (*big.Int, error) {
	if !e.Is(TagInteger) || e.Constructed || len(e.Content) == 0 {
		return nil, &SyntaxError{Offset: e.Offset, Msg: "INTEGER"}
	}
	v := new(big.Int).SetBytes(e.Content)
	if e.Content[0]&0x80 != 0 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(len(e.Content))*8))
	}
	return v, nil
}

// IsDER reports whether data is exactly one element in which every length is
// definite and minimal and no string is constructed.
func IsDER(data []byte) bool {
	n, ok := derElement(data, 0)
	return ok && n == len(data)
}

// derElement is IsDER for the element that data starts with, whose size it
// returns. It is run on every certificate of a bundle: no Element is made.
func derElement(data []byte, depth int) (size int, ok bool) {
	if len(data) < 2 || depth > MaxDepth {
		return 0, false
	}
	id, i := data[0], 1
	if id&0x1f == 0x1f {
		for {
			if i >= len(data) || i > 4 {
				return 0, false
			}
			i++
			if data[i-1]&0x80 == 0 {
				break
			}
		}
		if i >= len(data) || data[1] == 0x80 || data[1] < 0x1f {
			return 0, false
		}
	}
	length := int(data[i])
	i++
	if length >= 0x80 {
		n := length & 0x7f
		if n == 0 || n > 5 || len(data) < i+n || data[i] == 0 {
			return 0, false
		}
		length = 0
		for _, b := range data[i : i+n] {
			length = length<<8 | int(b)
		}
		i += n
		if length < 0x80 {
			return 0, false
		}
	}
	if length > len(data)-i {
		return 0, false
	}
	size = i + length
	if id&0x20 == 0 {
		return size, true
	}
	if id>>6 == Universal && id != 0x20|TagSequence && id != 0x20|TagSet {
		return 0, false
	}
	for rest := data[i:size]; len(rest) > 0; {
		n, ok := derElement(rest, depth+1)
		if !ok {
			return 0, false
		}
		rest = rest[n:]
	}
	return size, true
}

// ToDER rewrites BER as DER: definite minimal lengths, strings in one piece.
// It does not sort SETs. Input that is DER already is returned as it is.
func ToDER(data []byte) ([]byte, error) {
	e, err := ParseAll(data)
	if err != nil {
		return nil, err
	}
	if IsDER(e.Full) {
		return data, nil
	}
	var out bytes.Buffer
	out.Grow(len(data))
	if err := e.writeDER(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (e Element) writeDER(out *bytes.Buffer) error {
	content, constructed := e.Content, e.Constructed
	if e.Constructed {
		switch {
		case e.Is(TagOctetString):
			b, err := e.OctetString()
			if err != nil {
				return err
			}
			content, constructed = b, false
		case e.Class == Universal && e.Tag != TagSequence && e.Tag != TagSet:
			return &SyntaxError{Offset: e.Offset, Msg: fmt.Sprintf("constructed value of tag %d", e.Tag)}
		default:
			var inner bytes.Buffer
			for r := e.Reader(); !r.Empty(); {
				c, err := r.Next()
				if err != nil {
					return err
				}
				if err := c.writeDER(&inner); err != nil {
					return err
				}
			}
			content = inner.Bytes()
		}
	}
	id := e.Full[0] &^ 0x3f
	if constructed {
		id |= 0x20
	}
	writeTag(out, id, e.Tag)
	writeLength(out, len(content))
	out.Write(content)
	return nil
}

// writeTag writes class and form with the number in its shortest form (X.690,
// Section 8.1.2).
func writeTag(out *bytes.Buffer, id byte, tag int) {
	if tag < 0x1f {
		out.WriteByte(id | byte(tag))
		return
	}
	out.WriteByte(id | 0x1f)
	shift := 0
	for tag>>(shift+7) > 0 {
		shift += 7
	}
	for ; shift > 0; shift -= 7 {
		out.WriteByte(byte(tag>>shift) | 0x80)
	}
	out.WriteByte(byte(tag & 0x7f))
}

func writeLength(out *bytes.Buffer, n int) {
	if n < 0x80 {
		out.WriteByte(byte(n))
		return
	}
	var b [8]byte
	i := len(b)
	for ; n > 0; n >>= 8 {
		i--
		b[i] = byte(n)
	}
	out.WriteByte(0x80 | byte(len(b)-i))
	out.Write(b[i:])
}
