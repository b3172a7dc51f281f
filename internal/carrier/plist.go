package carrier

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"io"
	"math"
	"strings"
	"unicode/utf16"

	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/shape"
)

const (
	plistMagic   = "bplist00"
	maxPlistDeep = 64
	maxPlistObjs = 100_000 // a binary one may name the same object many times
)

// plistNode is a value of a property list.
type plistNode struct {
	data []byte // of <data>; nil for all else
	err  *Error // why data is not there
	text string // of <string>
	line int
	keys []string // of <dict>, beside kids
	kids []*plistNode
}

// Plist is what a property list holds.
type Plist struct {
	Parts     []Part
	Passwords []string // that stand beside a PKCS#12
}

// IsPlist tells quickly what may be a property list: a binary one certainly is.
func IsPlist(data []byte) (binary, xml bool) {
	binary = bytes.HasPrefix(data, []byte(plistMagic))
	return binary, !binary && bytes.Contains(pem.ToUTF8(data[:min(len(data), 4096)]), []byte("<plist"))
}

// ReadPlist takes a property list apart, in XML or binary: its data, and those of its
// strings that known says are objects.
func ReadPlist(data []byte, known func([]byte) bool) (*Plist, *Error) {
	read := xmlPlist
	if binary, _ := IsPlist(data); binary {
		read = binaryPlist
	}
	root, err := read(data)
	if err != nil {
		return nil, err
	}
	p := &Plist{}
	p.walk(root, "", false, known)
	return p, nil
}

// walk goes through a value; name is what the payload that it is in is called.
func (p *Plist) walk(n *plistNode, name string, ours bool, known func([]byte) bool) {
	if n.data != nil || n.err != nil {
		p.Parts = append(p.Parts, Part{Data: n.data, Err: n.err, Line: n.line, Name: name, Ours: ours})
		return
	}
	if n.text != "" && known([]byte(n.text)) {
		p.Parts = append(p.Parts, Part{Data: []byte(n.text), Line: n.line, Name: name})
	}
	file, title := "", ""
	for i, k := range n.keys {
		switch s := n.kids[i].text; k {
		case "PayloadCertificateFileName":
			file = s
		case "PayloadDisplayName":
			title = s
		case "PayloadType":
			ours = strings.HasPrefix(s, "com.apple.security.")
		case "Password":
			if s != "" && len(p.Passwords) < 100 {
				p.Passwords = append(p.Passwords, s)
			}
		}
	}
	name = cmp.Or(shape.Plain(cmp.Or(file, title), 80), name)
	for _, kid := range n.kids {
		p.walk(kid, name, ours, known)
	}
}

// xmlPlist reads a property list in XML (plist(5)).
func xmlPlist(data []byte) (*plistNode, *Error) {
	if len(data) > MaxSize {
		return nil, damaged("it is too long")
	}
	x := xml.NewDecoder(bytes.NewReader(pem.ToUTF8(data)))
	x.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // the text is UTF-8 here, whatever it was
	root := &plistNode{}
	open := []*plistNode{root}
	var text strings.Builder
	key := ""
	for {
		t, err := x.Token()
		if err == io.EOF && len(open) == 1 {
			return root, nil
		}
		if err != nil {
			return nil, damaged("it is no XML from there on")
		}
		switch t := t.(type) {
		case xml.StartElement:
			if len(open) > maxPlistDeep {
				return nil, damaged("it is nested too deep")
			}
			text.Reset()
			n := &plistNode{}
			n.line, _ = x.InputPos()
			if top := open[len(open)-1]; t.Name.Local != "key" {
				top.keys, key = append(top.keys, key), ""
				top.kids = append(top.kids, n)
			}
			open = append(open, n)
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			n := open[len(open)-1]
			open = open[:len(open)-1]
			switch t.Name.Local {
			case "key":
				key = strings.TrimSpace(text.String())
			case "string":
				n.text = text.String()
			case "data":
				if n.data, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text.String()), "")); err != nil {
					n.data, n.err = nil, damaged("its data is not base64")
				}
			}
			text.Reset()
		}
	}
}

// bplist reads a binary property list (CFBinaryPList.c of Apple's CoreFoundation).
type bplist struct {
	data    []byte // up to the table
	table   []byte // of offsets
	offSize int
	refSize int
	left    int // values that may still be read
}

var errPlist = damaged("its table of objects does not fit what is in it")

func binaryPlist(data []byte) (*plistNode, *Error) {
	const trailer = 32
	if len(data) < len(plistMagic)+trailer || len(data) > MaxSize {
		return nil, errPlist
	}
	t := data[len(data)-trailer:]
	count, top, table := binary.BigEndian.Uint64(t[8:]), binary.BigEndian.Uint64(t[16:]), binary.BigEndian.Uint64(t[24:])
	b := &bplist{offSize: int(t[6]), refSize: int(t[7]), left: maxPlistObjs}
	if b.offSize < 1 || b.offSize > 8 || b.refSize < 1 || b.refSize > 8 || table > uint64(len(data)-trailer) || count > maxPlistObjs {
		return nil, errPlist
	}
	b.data, b.table = data[:table], data[table:len(data)-trailer]
	if uint64(len(b.table)) < count*uint64(b.offSize) {
		return nil, errPlist
	}
	b.table = b.table[:int(count)*b.offSize]
	return b.object(top, 0)
}

func bigEndian(b []byte) uint64 {
	v := uint64(0)
	for _, c := range b {
		if v > math.MaxUint64>>8 {
			return math.MaxUint64
		}
		v = v<<8 | uint64(c)
	}
	return v
}

// object reads value number ref.
func (b *bplist) object(ref uint64, depth int) (*plistNode, *Error) {
	if b.left--; b.left < 0 || depth > maxPlistDeep || ref >= uint64(len(b.table)/b.offSize) {
		return nil, errPlist
	}
	off := bigEndian(b.table[int(ref)*b.offSize:][:b.offSize])
	if off >= uint64(len(b.data)) {
		return nil, errPlist
	}
	kind, rest := b.data[off]>>4, b.data[off+1:]
	n := uint64(b.data[off] & 15)
	if n == 15 && kind >= 4 {
		if len(rest) == 0 || rest[0]>>4 != 1 || len(rest) < 1+1<<(rest[0]&3) {
			return nil, errPlist
		}
		size := 1 << (rest[0] & 3)
		n, rest = bigEndian(rest[1:1+size]), rest[1+size:]
	}
	width := map[byte]uint64{4: 1, 5: 1, 6: 2, 0xa: uint64(b.refSize), 0xc: uint64(b.refSize), 0xd: 2 * uint64(b.refSize)}[kind]
	if width == 0 {
		return &plistNode{}, nil // a number or date
	}
	if n > uint64(len(rest))/width {
		return nil, errPlist
	}
	rest = rest[:n*width]
	node := &plistNode{}
	switch kind {
	case 4:
		node.data = rest
		return node, nil
	case 5:
		node.text = string(rest)
		return node, nil
	case 6:
		units := make([]uint16, n)
		for i := range units {
			units[i] = binary.BigEndian.Uint16(rest[2*i:])
		}
		node.text = string(utf16.Decode(units))
		return node, nil
	}
	for i := range int(n) {
		key := ""
		at := i
		if kind == 0xd {
			k, err := b.object(bigEndian(rest[i*b.refSize:][:b.refSize]), depth+1)
			if err != nil {
				return nil, err
			}
			key, at = k.text, int(n)+i
		}
		kid, err := b.object(bigEndian(rest[at*b.refSize:][:b.refSize]), depth+1)
		if err != nil {
			return nil, err
		}
		node.keys, node.kids = append(node.keys, key), append(node.kids, kid)
	}
	return node, nil
}
