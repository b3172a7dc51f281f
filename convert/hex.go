package convert

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/shape"
)

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// hexObjects takes apart a text: a dump with offsets (certutil -encodehex, xxd, hexdump
// -C), arrays of a programming language, or digits alone.
func hexObjects(text string) []embedded {
	if b, ok := hexDump(text); ok {
		return []embedded{b}
	}
	if list := hexArrays(text); len(list) > 0 {
		return list
	}
	if b, ok := hexDigits(text); ok {
		return []embedded{b}
	}
	return nil
}

// dumpLine splits a line of a dump into offset and what follows. gap is how many
// spaces come before the column of characters.
func dumpLine(line string) (offset uint64, rest string, gap int, ok bool) {
	line = strings.TrimLeft(line, " \t")
	n := 0
	for n < len(line) && n < 16 && isHex(line[n]) {
		offset = offset<<4 | uint64(hexValue(line[n]))
		n++
	}
	if n < 4 {
		return 0, "", 0, false
	}
	gap = 3
	if rest = strings.TrimRight(line[n:], " "); rest == "" {
		return offset, "", gap, true // how hexdump ends
	}
	if rest[0] == ':' {
		rest, gap = rest[1:], 2
	}
	if rest == "" || rest[0] != ' ' && rest[0] != '\t' {
		return 0, "", 0, false
	}
	return offset, strings.TrimLeft(rest, " \t"), gap, true
}

func hexValue(c byte) int {
	switch {
	case c <= '9':
		return int(c - '0')
	case c <= 'F':
		return int(c-'A') + 10
	}
	return int(c-'a') + 10
}

// hexDump reads a dump. Each line says by the offset of the next how many bytes are in
// it; the last one ends where the column of characters begins.
func hexDump(text string) (embedded, bool) {
	var b embedded
	var rest string
	var gap int
	var at uint64
	open := false
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\r\n")
		offset, next, g, ok := dumpLine(line)
		switch {
		case !ok && strings.TrimSpace(line) == "":
			continue
		case !ok, !open && offset != 0, open && (offset <= at || offset-at > 64):
			return b, false
		case !open:
			b.line = number
		default:
			data, ok := takeHex(rest, int(offset-at))
			if !ok {
				return b, false
			}
			b.data = append(b.data, data...)
		}
		open, at, rest, gap = true, offset, next, g
	}
	data, ok := takeHex(rest, lineBytes(rest, gap))
	b.data = append(b.data, data...)
	return b, ok && len(b.data) > 1
}

// lineBytes counts the bytes of a line up to the column of characters.
func lineBytes(rest string, gap int) int {
	digits, spaces := 0, 0
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == ' ' || c == '\t' || c == '-':
			if spaces++; spaces >= gap {
				return digits / 2
			}
			continue
		case isHex(c):
			digits++
		default:
			return digits / 2
		}
		spaces = 0
	}
	return digits / 2
}

// takeHex reads n bytes from the start of a line.
func takeHex(s string, n int) ([]byte, bool) {
	digits := make([]byte, 0, 2*n)
	for i := 0; i < len(s) && len(digits) < 2*n; i++ {
		switch c := s[i]; {
		case isHex(c):
			digits = append(digits, c)
		case c != ' ' && c != '\t' && c != '-':
			return nil, false
		}
	}
	out := make([]byte, n)
	_, err := hex.Decode(out, digits)
	return out, err == nil && len(digits) == 2*n
}

// hexArrays reads lists of bytes as programs have them: 0x30, (byte)0x30, &H30, \x30.
func hexArrays(text string) []embedded {
	var list []embedded
	var now embedded
	last := 0
	flush := func() {
		if len(now.data) >= 16 {
			list = append(list, now)
		}
		now = embedded{}
	}
	line, counted := 1, 0
	for i := 0; i+3 < len(text); i++ {
		if !(text[i] == '0' && (text[i+1] == 'x' || text[i+1] == 'X') || text[i] == '\\' && text[i+1] == 'x' || text[i] == '&' && (text[i+1] == 'H' || text[i+1] == 'h')) ||
			!isHex(text[i+2]) || i > 0 && isHex(text[i-1]) && text[i] == '0' {
			continue
		}
		if now.data != nil && !joinsArray(text[last:i]) {
			flush()
		}
		end := i + 3
		if end < len(text) && isHex(text[end]) {
			end++
		}
		if end < len(text) && isHex(text[end]) && text[i] != '\\' {
			flush() // a number that is no byte
			for end < len(text) && isHex(text[end]) {
				end++
			}
			i, last = end-1, end
			continue
		}
		v := 0
		for _, c := range []byte(text[i+2 : end]) {
			v = v<<4 | hexValue(c)
		}
		if now.data == nil {
			line += strings.Count(text[counted:i], "\n")
			counted = i
			now.line, now.name = line, arrayName(text[:i])
		}
		now.data = append(now.data, byte(v))
		i, last = end-1, end
	}
	flush()
	return list
}

// joinsArray reports whether two bytes with this between them belong to one list.
func joinsArray(between string) bool {
	if len(between) > 200 || strings.ContainsAny(between, ";{}[]=") {
		return false
	}
	s := strings.NewReplacer("(byte)", "", "(char)", "", "(sbyte)", "", "_", "").Replace(between)
	return strings.Trim(s, " \t\r\n,\"'+\\&") == ""
}

// arrayName is the name of the variable before a list: the word before [ or =.
func arrayName(before string) string {
	before = before[max(0, len(before)-200):]
	i := strings.LastIndexByte(before, '=')
	if i < 0 {
		return ""
	}
	head := before[:i]
	if b := strings.LastIndexByte(head, '['); b >= 0 && strings.TrimSpace(strings.Trim(head[b:], "[] 0123456789")) == "" {
		head = head[:b]
	}
	fields := strings.FieldsFunc(head, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if len(fields) == 0 {
		return ""
	}
	return shape.Plain(fields[len(fields)-1], 60)
}

// hexDigits reads a text of nothing but digits, with what people put between them.
func hexDigits(text string) (embedded, bool) {
	s := strings.TrimSpace(text)
	line := 1 + strings.Count(text[:len(text)-len(strings.TrimLeft(text, " \t\r\n"))], "\n")
	s = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "0x"), "0X"), `\x`)
	digits := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isHex(c):
			digits = append(digits, c)
		case !strings.ContainsRune(" \t\r\n:,-", rune(c)):
			return embedded{}, false
		}
	}
	out := make([]byte, len(digits)/2)
	_, err := hex.Decode(out, digits)
	return embedded{data: out, line: line}, err == nil && len(out) >= 16
}

// detectHex: what the digits stand for must be something that is known.
func detectHex(data []byte) confidence {
	head := bytes.TrimLeft(data[:min(len(data), 64)], " \t\r\n\xef\xbb\xbf\xff\xfe\x00")
	sample := data[:min(len(data), 1<<20)]
	marked := func(m string) bool { return bytes.Contains(sample, []byte(m)) }
	if len(head) == 0 || !isHex(head[0]) && !slices.ContainsFunc([]string{"0x", `\x`, "&H"}, marked) {
		return notIt
	}
	text := plainText(data)
	if b, ok := hexDump(text); ok && isObject(b.data) {
		return whole // a BEGIN line among its characters is not one
	}
	for _, b := range hexObjects(text) {
		if isObject(b.data) {
			return likely
		}
	}
	return notIt
}

// decodeHex reads what hexadecimal text stands for, each part as its own format.
func (d *decoder) decodeHex(data []byte, at Source) error {
	list := hexObjects(plainText(data))
	if len(list) == 0 {
		return &Error{Kind: ErrUnknownFormat, Source: at, Detail: "it is no hexadecimal text"}
	}
	return d.decodeEmbedded(list, at)
}
