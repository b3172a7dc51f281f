package archive

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"unicode"
	"unicode/utf8"
)

// Carved is a compressed file among bytes of any kind, that no list of files names.
type Carved struct {
	Name string // as its header says, "" if it does not
	skip int64  // from the header to what is compressed
}

// CarveAt tells whether a gzip file, or a file in a ZIP archive, begins data and can be
// unpacked. What is stored in a ZIP archive is none: its bytes are there to be seen.
func CarveAt(data []byte) (Carved, bool) {
	const test = 64 // bytes that are unpacked to see that it can be
	c, ok := carveHeader(data, KindOf(data))
	if !ok || c.skip >= int64(len(data)) {
		return c, false
	}
	r := flate.NewReader(bytes.NewReader(data[c.skip:]))
	var out [test]byte
	n, err := io.ReadFull(r, out[:])
	return c, n > 0 && (err == nil || err == io.EOF || err == io.ErrUnexpectedEOF && c.skip+int64(n) < int64(len(data)))
}

func carveHeader(data []byte, kind Kind) (c Carved, ok bool) {
	const longest = 1024 // of a name
	switch {
	case kind == ZIP && len(data) > 30: // APPNOTE.TXT, Section 4.3.7
		name, extra := int(binary.LittleEndian.Uint16(data[26:])), int(binary.LittleEndian.Uint16(data[28:]))
		if method, flags := binary.LittleEndian.Uint16(data[8:]), data[6]; method != 8 || flags&1 != 0 || name == 0 || name > longest || len(data) < 30+name+extra {
			return c, false
		}
		c.Name, c.skip = utf8Name(string(data[30:30+name])), int64(30+name+extra)
		return c, printable(c.Name)
	case kind == Gzip && len(data) > 18: // RFC 1952, Section 2.3
		flags, at := data[3], 10
		if flags&0xe0 != 0 || data[8] != 0 && data[8] != 2 && data[8] != 4 || data[9] > 13 && data[9] != 255 {
			return c, false
		}
		if flags&4 != 0 {
			at += 2 + int(binary.LittleEndian.Uint16(data[10:]))
		}
		for _, field := range []byte{8, 16} { // name, comment
			if flags&field == 0 {
				continue
			}
			if at >= len(data) {
				return c, false
			}
			n := bytes.IndexByte(data[at:min(len(data), at+longest)], 0)
			if n < 0 {
				return c, false
			}
			if field == 8 {
				c.Name = utf8Name(string(data[at : at+n]))
			}
			at += n + 1
		}
		if flags&2 != 0 {
			at += 2
		}
		c.skip = int64(at)
		return c, printable(c.Name)
	}
	return c, false
}

func printable(name string) bool {
	for _, r := range name {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

// Open unpacks the file that begins at offset of an input.
func (c Carved) Open(r ReaderAt, offset int64) io.Reader {
	at := offset + c.skip
	return flate.NewReader(bufio.NewReaderSize(io.NewSectionReader(r, at, r.Size()-at), 64<<10))
}
