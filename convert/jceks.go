package convert

import (
	"bytes"
	"crypto/cipher"
	"crypto/des"
	"crypto/md5"
	"encoding/binary"
	"fmt"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pbe"
)

// openJCEKSKey undoes SunJCE's PBEWithMD5AndTripleDES, which is PBES1 (RFC
// 8018, Section 6.1) stretched to a longer key: each half of the salt makes
// half of key and IV.
func (r *jksReader) openJCEKSKey(params der.Element, text []byte, at Source, what string, accept func([]byte) error) ([]byte, error) {
	salt, rounds, err := pbeParameter(params)
	if err != nil {
		return nil, damaged(at, what, err)
	}
	if len(text) == 0 || len(text)%des.BlockSize != 0 {
		return nil, damaged(at, what, &der.SyntaxError{Msg: "no whole number of cipher blocks"})
	}
	var plain []byte
	// Java takes printable ASCII passwords only here, so the bytes are it.
	err = r.d.unlock(at, what, pbe.Bytes, func(pw []byte) error {
		if err := r.d.spend(at, what, rounds, 2); err != nil {
			return err
		}
		p := decryptJCEKS(pw, salt, rounds, text)
		if p == nil || accept(p) != nil {
			clear(p)
			return pbe.ErrPassword
		}
		plain = p
		return nil
	})
	return plain, err
}

// pbeParameter reads SEQUENCE { salt, iterationCount }.
func pbeParameter(params der.Element) (salt []byte, rounds int, err error) {
	if !params.Is(der.TagSequence) {
		return nil, 0, &der.SyntaxError{Offset: params.Offset, Msg: "no PBE parameters"}
	}
	p := params.Reader()
	e, err := p.Expect(der.TagOctetString)
	if err != nil {
		return nil, 0, err
	}
	if salt, err = e.OctetString(); err != nil {
		return nil, 0, err
	}
	if len(salt) != 8 {
		return nil, 0, &der.SyntaxError{Offset: e.Offset, Msg: "a salt that is not of eight bytes"}
	}
	if e, err = p.Next(); err != nil {
		return nil, 0, err
	}
	rounds, err = e.Int()
	return salt, rounds, err
}

// decryptJCEKS returns nil if the padding is wrong.
func decryptJCEKS(pw, salt []byte, rounds int, text []byte) []byte {
	halves := bytes.Clone(salt)
	if bytes.Equal(halves[:4], halves[4:]) {
		// Meant to reverse the first half; this is what it does.
		halves[0], halves[1], halves[2] = salt[3], salt[0], salt[1]
	}
	var derived []byte
	defer func() { clear(derived) }()
	for _, half := range [][]byte{halves[:4], halves[4:]} {
		for range rounds {
			h := md5.New()
			h.Write(half)
			h.Write(pw)
			half = h.Sum(nil)
		}
		derived = append(derived, half...)
	}
	block, err := des.NewTripleDESCipher(derived[:24])
	if err != nil {
		return nil
	}
	out := make([]byte, len(text))
	cipher.NewCBCDecrypter(block, derived[24:]).CryptBlocks(out, text)
	pad := int(out[len(out)-1])
	if pad < 1 || pad > des.BlockSize || !bytes.Equal(out[len(out)-pad:], bytes.Repeat([]byte{byte(pad)}, pad)) {
		clear(out)
		return nil
	}
	return out[:len(out)-pad]
}

// A secret key of JCEKS is a Java object, sealed and serialized. It is carried
// as it is and never turned into anything, but only its grammar (Java Object
// Serialization Specification, Section 6.4) tells where it ends.
const (
	javaNull         = 0x70
	javaReference    = 0x71
	javaClassDesc    = 0x72
	javaObject       = 0x73
	javaString       = 0x74
	javaArray        = 0x75
	javaClass        = 0x76
	javaBlockData    = 0x77
	javaEndBlockData = 0x78
	javaReset        = 0x79
	javaBlockLong    = 0x7a
	javaLongString   = 0x7c
	javaProxyClass   = 0x7d
	javaEnum         = 0x7e

	javaFirstHandle = 0x7e0000
	javaMaxDepth    = 64
	javaMaxHandles  = 1 << 12 // a sealed key has about ten

	javaWriteMethod    = 1
	javaSerializable   = 2
	javaExternalizable = 4
	javaBlockWriting   = 8
)

// javaClassInfo is what a class descriptor says of the data of its objects.
type javaClassInfo struct {
	name   string
	flags  byte
	fields []byte // type codes
	super  *javaClassInfo
}

// javaStream walks a stream without building anything.
type javaStream struct {
	data    []byte
	pos     int
	depth   int
	handles []*javaClassInfo // nil for what is no class
	err     error
}

// javaUnknown is what the walker does not know the length of.
type javaUnknown string

func (u javaUnknown) Error() string { return string(u) }

// javaError turns what javaStreamSize returned into an *Error.
func javaError(at Source, err error) error {
	if u, ok := err.(javaUnknown); ok {
		return unsupported(at, "secret key, and what follows it", string(u))
	}
	return damaged(at, "secret key", err)
}

// javaStreamSize returns the length of the stream at the start of data: header
// and one object.
func javaStreamSize(data []byte) (int, error) {
	s := &javaStream{data: data}
	if head := s.take(4); head != nil && !bytes.Equal(head, []byte{0xac, 0xed, 0, 5}) {
		s.fail(&der.SyntaxError{Msg: "no Java object"})
	}
	s.content(s.byte())
	return s.pos, s.err
}

func (s *javaStream) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *javaStream) take(n int) []byte {
	if s.err != nil {
		return nil
	}
	if n > len(s.data)-s.pos {
		s.fail(&der.SyntaxError{Offset: s.pos, Missing: n - (len(s.data) - s.pos)})
		return nil
	}
	s.pos += n
	return s.data[s.pos-n : s.pos]
}

// number reads an unsigned number of n bytes; what no length can be is as
// large as can be.
func (s *javaStream) number(n int) int {
	b := s.take(n)
	if b == nil {
		return 0
	}
	var wide [8]byte
	copy(wide[8-n:], b)
	return int(min(binary.BigEndian.Uint64(wide[:]), 1<<40))
}

func (s *javaStream) byte() byte { return byte(s.number(1)) }

func (s *javaStream) newHandle(c *javaClassInfo) {
	if s.handles = append(s.handles, c); len(s.handles) > javaMaxHandles {
		s.fail(javaUnknown("Java serialization of very many objects"))
	}
}

// content reads one object of any kind whose tag was read.
func (s *javaStream) content(tag byte) {
	if s.depth++; s.depth > javaMaxDepth {
		s.fail(javaUnknown("Java objects nested deeply"))
	}
	defer func() { s.depth-- }()
	if s.err != nil {
		return
	}
	switch tag {
	case javaNull:
	case javaReset:
		s.handles = nil
	case javaReference:
		s.take(4)
	case javaClassDesc, javaProxyClass:
		s.classDesc(tag)
	case javaObject:
		c := s.classDesc(s.byte())
		s.newHandle(nil)
		s.classData(c)
	case javaString:
		s.newHandle(nil)
		s.take(s.number(2))
	case javaLongString:
		s.newHandle(nil)
		s.take(s.number(8))
	case javaArray:
		s.array()
	case javaClass:
		s.classDesc(s.byte())
		s.newHandle(nil)
	case javaEnum:
		s.classDesc(s.byte())
		s.newHandle(nil)
		s.content(s.byte())
	case javaBlockData:
		s.take(s.number(1))
	case javaBlockLong:
		s.take(s.number(4))
	default:
		s.fail(javaUnknown(fmt.Sprintf("Java serialization with tag %#x", tag)))
	}
}

// classDesc reads a class descriptor; nil is the null reference.
func (s *javaStream) classDesc(tag byte) *javaClassInfo {
	if s.depth++; s.depth > javaMaxDepth {
		s.fail(javaUnknown("Java classes nested deeply"))
	}
	defer func() { s.depth-- }()
	if s.err != nil {
		return nil
	}
	c := &javaClassInfo{}
	switch tag {
	case javaNull:
		return nil
	case javaReference:
		i := s.number(4) - javaFirstHandle
		if s.err == nil && (i < 0 || i >= len(s.handles) || s.handles[i] == nil) {
			s.fail(&der.SyntaxError{Offset: s.pos - 4, Msg: "a reference to no class"})
		}
		if s.err != nil {
			return nil
		}
		return s.handles[i]
	case javaClassDesc:
		c.name = string(s.take(s.number(2)))
		s.take(8) // serialVersionUID
		s.newHandle(c)
		c.flags = s.byte()
		for n := s.number(2); n > 0 && s.err == nil; n-- {
			code := s.byte()
			c.fields = append(c.fields, code)
			s.take(s.number(2))
			if code == '[' || code == 'L' {
				s.content(s.byte())
			}
		}
	case javaProxyClass:
		s.newHandle(c)
		c.flags = javaSerializable
		for n := s.number(4); n > 0 && s.err == nil; n-- {
			s.take(s.number(2))
		}
	default:
		s.fail(javaUnknown(fmt.Sprintf("Java serialization with tag %#x", tag)))
		return nil
	}
	s.annotations()
	c.super = s.classDesc(s.byte())
	return c
}

func (s *javaStream) annotations() {
	for s.err == nil {
		tag := s.byte()
		if tag == javaEndBlockData {
			return
		}
		s.content(tag)
	}
}

// classData reads what an object has of its classes, the topmost first.
func (s *javaStream) classData(c *javaClassInfo) {
	var line []*javaClassInfo
	for ; c != nil && s.err == nil; c = c.super {
		if line = append(line, c); len(line) > javaMaxDepth {
			s.fail(javaUnknown("Java classes nested deeply"))
		}
	}
	for i := len(line) - 1; i >= 0 && s.err == nil; i-- {
		c := line[i]
		switch {
		case c.flags&javaSerializable != 0:
			for _, code := range c.fields {
				s.value(code)
			}
			if c.flags&javaWriteMethod != 0 {
				s.annotations()
			}
		case c.flags&javaExternalizable != 0 && c.flags&javaBlockWriting != 0:
			s.annotations()
		case c.flags&javaExternalizable != 0:
			s.fail(javaUnknown("Java serialization of the class " + c.name))
		}
	}
}

// javaSizes are the lengths of the primitive types.
var javaSizes = [...]struct {
	code byte
	size int
}{{'B', 1}, {'C', 2}, {'D', 8}, {'F', 4}, {'I', 4}, {'J', 8}, {'S', 2}, {'Z', 1}}

func javaSize(code byte) int {
	for _, t := range javaSizes {
		if t.code == code {
			return t.size
		}
	}
	return 0
}

func (s *javaStream) value(code byte) {
	switch size := javaSize(code); {
	case size > 0:
		s.take(size)
	case code == '[' || code == 'L':
		s.content(s.byte())
	default:
		s.fail(javaUnknown(fmt.Sprintf("Java serialization with type %q", code)))
	}
}

func (s *javaStream) array() {
	c := s.classDesc(s.byte())
	s.newHandle(nil)
	n := s.number(4)
	if s.err != nil {
		return
	}
	if c == nil || len(c.name) < 2 || c.name[0] != '[' {
		s.fail(&der.SyntaxError{Offset: s.pos, Msg: "an array of no class"})
		return
	}
	if size := javaSize(c.name[1]); size > 0 {
		s.take(n * size)
		return
	}
	for ; n > 0 && s.err == nil; n-- {
		s.value(c.name[1])
	}
}
