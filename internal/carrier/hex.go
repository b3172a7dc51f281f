package carrier

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

// Hex takes apart a text: a dump (certutil -encodehex, xxd, hexdump), arrays of a
// programming language, digits alone, or digits within a text.
func Hex(text string, known func([]byte) bool) []Part {
	if list := HexDump(text); list != nil {
		return list
	}
	if b, ok := hexDigits(text); ok {
		return []Part{b}
	}
	// A program may have each object in another way.
	list := hexArrays(text)
	more := slices.Concat(byteLiterals(text), decimalArrays(text), hexRuns(text, known))
	if len(more) > 0 { // some of what looks like an array are the escapes in a literal
		list = slices.DeleteFunc(list, func(p Part) bool { return !known(p.Data) && !Begins(p.Data) })
	}
	list = append(list, more...)
	slices.SortStableFunc(list, func(a, b Part) int { return a.Line - b.Line })
	return list
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

// hexArrays reads lists of bytes as programs have them: 0x30, (byte)0x30, &H30, \x30.
func hexArrays(text string) []Part {
	var list []Part
	var now Part
	last := 0
	flush := func() {
		if len(now.Data) >= 16 {
			list = append(list, now)
		}
		now = Part{}
	}
	line, counted := 1, 0
	for i := 0; i+3 < len(text); i++ {
		if !(text[i] == '0' && (text[i+1] == 'x' || text[i+1] == 'X') || text[i] == '\\' && text[i+1] == 'x' || text[i] == '&' && (text[i+1] == 'H' || text[i+1] == 'h')) ||
			!isHex(text[i+2]) || i > 0 && isHex(text[i-1]) && text[i] == '0' {
			continue
		}
		if now.Data != nil && !joinsArray(text[last:i]) {
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
		if now.Data == nil {
			line += strings.Count(text[counted:i], "\n")
			counted = i
			now.Line, now.Name = line, arrayName(text[:i])
		}
		now.Data = append(now.Data, byte(v))
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
func hexDigits(text string) (Part, bool) {
	s := strings.TrimSpace(text)
	line := 1 + strings.Count(text[:len(text)-len(strings.TrimLeft(text, " \t\r\n"))], "\n")
	s = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "0x"), "0X"), `\x`)
	digits := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isHex(c):
			digits = append(digits, c)
		case !strings.ContainsRune(" \t\r\n:,-", rune(c)):
			return Part{}, false
		}
	}
	out := make([]byte, len(digits)/2)
	_, err := hex.Decode(out, digits)
	return Part{Data: out, Line: line}, err == nil && len(out) >= 16
}

// MayBeHex reports whether a text may hold bytes as digits. sample is how it begins, to be
// judged quickly.
func MayBeHex(sample []byte) bool {
	head := bytes.TrimLeft(sample[:min(len(sample), 64)], " \t\r\n\xef\xbb\xbf\xff\xfe\x00")
	return len(head) > 0 && (isHex(head[0]) || slices.ContainsFunc(hexMarks, func(m string) bool { return bytes.Contains(sample, []byte(m)) }))
}

// hexMarks are what a text has in it that holds bytes as digits: the marks of digits, and
// how DER begins in digits, in a literal of Python, and in decimal numbers.
var hexMarks = []string{"0x", `\x`, "&H", "3082", "3081", "30 82", "30 81", "30:82", "30:81", "48,"}
