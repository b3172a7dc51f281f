package explain

import (
	"bufio"
	"bytes"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxLine bounds how much of a line is looked at in one piece.
const maxLine = 64 << 10

// Log explains the lines of a log that are known, each once, with the first
// line and the number of lines. It reads as it goes; UTF-16 is recognised. The
// error is that of reading.
func Log(r io.Reader) (*Result, error) {
	in := bufio.NewReaderSize(r, maxLine)
	if start, _ := in.Peek(512); isUTF16(start) {
		order := unicode.LittleEndian
		if start[0] == 0xfe || start[0] == 0 {
			order = unicode.BigEndian
		}
		in = bufio.NewReaderSize(transform.NewReader(in, unicode.UTF16(order, unicode.UseBOM).NewDecoder()), maxLine)
	}
	c := newCollector(index.Get())
	var head strings.Builder // the whole, as long as it may be one message
	whole := true
	line := 1
	var carry []byte
	for {
		piece, err := in.ReadSlice('\n')
		if whole = whole && head.Len()+len(piece) <= maxText; whole {
			head.Write(piece)
		}
		ended := err != bufio.ErrBufferFull
		text := piece
		if len(carry) > 0 {
			text = append(carry, piece...)
			carry = nil
		}
		if !ended {
			cut := lastBreak(text)
			carry = bytes.Clone(text[cut:])
			text = text[:cut]
		}
		c.records(text, line)
		if ended && len(piece) > 0 {
			line++
		}
		if err == io.EOF {
			break
		}
		if err != nil && err != bufio.ErrBufferFull {
			return c.result(""), err
		}
	}
	// One message, perhaps wrapped: what Text does with it. What has times in it
	// is a log.
	if whole && c.empty() && !timeOfDay(head.String()) {
		return Text(head.String()), nil
	}
	return c.result(""), nil
}

// timeOfDay reports whether a time such as 02:00:01 is in text.
func timeOfDay(text string) bool {
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	for i := 2; i+5 < len(text); i++ {
		if text[i] == ':' && text[i+3] == ':' && digit(text[i-2]) && digit(text[i-1]) && digit(text[i+1]) && digit(text[i+2]) && digit(text[i+4]) && digit(text[i+5]) {
			return true
		}
	}
	return false
}

// isUTF16 looks for the mark, or for text in which every other byte is 0.
func isUTF16(b []byte) bool {
	if len(b) >= 2 && (b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff) {
		return true
	}
	if len(b) < 16 {
		return false
	}
	return bytes.Count(b, []byte{0}) > len(b)/3
}

// lastBreak is where a piece of an endless line is best cut.
func lastBreak(b []byte) int {
	if i := bytes.LastIndex(b, endOfEvent); i > 0 {
		return i + len(endOfEvent)
	}
	if i := bytes.LastIndexAny(b, " >"); i > len(b)/2 {
		return i + 1
	}
	return len(b)
}

// endOfEvent ends a record of an event log in XML, which may all be in one
// line.
var endOfEvent = []byte("</Event>")

func (c *collector) records(text []byte, line int) {
	for len(text) > 0 {
		record := text
		if i := bytes.Index(text, endOfEvent); i >= 0 {
			record = text[:i+len(endOfEvent)]
		}
		text = text[len(record):]
		c.add(toUTF8(string(record)), line, logged)
	}
}
