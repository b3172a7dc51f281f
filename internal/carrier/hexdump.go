package carrier

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// dumpLine is a line of a dump.
type dumpLine struct {
	number int
	offset string // its digits; "" in a dump without
	rest   string // what follows it
	gap    int    // how many spaces come before the column of characters
	again  bool   // "*": the line before is repeated up to the next offset
}

// dumpLines takes dumps apart that stand one after the other, nil for what is none. Each
// begins at offset zero.
func dumpLines(text string) (dumps [][]dumpLine) {
	var list []dumpLine
	number, titles := 0, 0 // titles are those before the next line
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		l, ok := splitDumpLine(line)
		if !ok || strings.HasPrefix(line, "00 01 02 03 04 05 06 07") {
			// Format-Hex and others have a title, and one of the columns.
			if titles++; titles > 4 {
				return nil
			}
			continue
		}
		if len(list) > 0 {
			switch {
			case l.offset != "" && strings.Trim(l.offset, "0") == "":
				dumps, list = append(dumps, list), nil
			case titles > 0:
				return nil
			}
		}
		l.number, titles = number, 0
		list = append(list, l)
	}
	if titles > 0 || len(list) == 0 {
		return nil
	}
	return append(dumps, list)
}

func splitDumpLine(line string) (dumpLine, bool) {
	if line == "*" {
		return dumpLine{again: true}, true
	}
	line = strings.TrimPrefix(line, "0x") // tcpdump -x
	n := 0
	for n < len(line) && n < 17 && isHex(line[n]) {
		n++
	}
	if n > 16 || n == 1 {
		return dumpLine{}, false
	}
	l := dumpLine{offset: line[:n], rest: line[n:], gap: 3}
	if n < 4 { // no offsets
		l.offset, l.rest = "", line
		return l, n == 2
	}
	if r, ok := strings.CutPrefix(l.rest, ":"); ok {
		l.rest, l.gap = r, 2
	} else if r, ok := strings.CutPrefix(l.rest, " - "); ok { // OpenSSL's BIO_dump
		l.rest = " " + r
	}
	if l.rest != "" && l.rest[0] != ' ' && l.rest[0] != '\t' {
		return dumpLine{}, false
	}
	l.rest = strings.TrimLeft(l.rest, " \t")
	return l, true
}

// HexDump reads dumps, nil where the text is something else. Each line says by the offset
// of the next how many bytes are in it; the last one ends where the column of characters
// begins.
func HexDump(text string) (list []Part) {
	size, room := 0, 3*MaxSize // what stars stand for takes more than the text says, in each base
	for _, lines := range dumpLines(text) {
		b, ok := readDump(lines, &room)
		if size += len(b.Data); !ok || size > MaxSize {
			return nil
		}
		list = append(list, b)
	}
	return list
}

// readDump reads one dump. room is how many bytes may yet be made of the text in all.
func readDump(list []dumpLine, room *int) (Part, bool) {
	if list[0].again {
		return Part{}, false
	}
	if list[0].offset == "" {
		return dumpWithoutOffsets(list)
	}
	var best Part
	least := -1
	for _, base := range []int{16, 8, 10} { // od counts in octal
		if b, odd, ok := dumpInBase(list, base, room); ok && (least < 0 || odd < least) {
			best, least = b, odd
		}
	}
	return best, least >= 0
}

// dumpInBase reads a dump by its offsets. odd is how many lines have not as many bytes
// as the offset after them says.
func dumpInBase(list []dumpLine, base int, room *int) (b Part, odd int, ok bool) {
	defer func() { *room -= len(b.Data) }()
	b.Line = list[0].number
	at, err := strconv.ParseUint(list[0].offset, base, 63)
	if err != nil || at != 0 && len(list) < 3 {
		return b, 0, false
	}
	if at != 0 {
		b.Err = dumpFault("the bytes before offset %s, in line %d, are missing", list[0].offset, list[0].number)
	}
	little := inWords(list[0].rest)
	for i := 0; i < len(list); i++ {
		l := list[i]
		next, following, again := at, 0, false
		for following = i + 1; following < len(list) && list[following].again; following++ {
			again = true
		}
		if following < len(list) {
			if next, err = strconv.ParseUint(list[following].offset, base, 63); err != nil || next <= at || next-at > MaxSize {
				return b, 0, false
			}
		}
		size := lineBytes(l.rest, l.gap)
		if next > at { // the characters beside them may be read as digits
			if size != int(next-at) {
				odd++
			}
			size = min(size, int(next-at))
		}
		data, ok := takeHex(l.rest, size+size%2*little)
		if !ok {
			return b, 0, false
		}
		b.Data = append(b.Data, data...)
		if again && len(b.Data)+int(next-at) > min(MaxSize, *room) { // a star may stand for any number of lines
			return b, 0, false
		}
		for at += uint64(size); again && size > 0 && at < next; at += uint64(size) {
			b.Data = append(b.Data, data[:min(len(data), int(next-at))]...)
		}
		if at < next && b.Err == nil {
			b.Err = dumpFault("%d bytes are missing after line %d", next-at, l.number)
		}
		at, i = max(at, next), following-1
	}
	if little == 1 {
		for i := 0; i+1 < len(b.Data); i += 2 {
			b.Data[i], b.Data[i+1] = b.Data[i+1], b.Data[i]
		}
		b.Data = b.Data[:min(len(b.Data), int(at))] // the last word may be half one
	}
	return b, odd, len(b.Data) > 1
}

// inWords is 1 for a dump in words of a little-endian machine, as hexdump and od -x write
// it: DER does not begin with its length.
func inWords(first string) int {
	if word, _, _ := strings.Cut(first, " "); len(word) == 4 && word[0] == '8' && word[2:] == "30" {
		return 1
	}
	return 0
}

func dumpFault(format string, args ...any) *Error { return damaged(fmt.Sprintf(format, args...)) }

// dumpWithoutOffsets reads lines of bytes with a column of characters (certutil
// -encodehex, type 5).
func dumpWithoutOffsets(list []dumpLine) (Part, bool) {
	b := Part{Line: list[0].number}
	for _, l := range list {
		data, ok := takeHex(l.rest, lineBytes(l.rest, l.gap))
		if l.again || l.offset != "" || !ok {
			return b, false
		}
		b.Data = append(b.Data, data...)
	}
	return b, len(b.Data) >= 16
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

// hexRuns finds objects among other text: 0x3082…, \x3082…, X'3082…' of databases, and
// digits with colons.
func hexRuns(text string, known func([]byte) bool) (list []Part) {
	line, counted := 1, 0
	for i := 0; i+minRun < len(text); i++ {
		if text[i] != '3' || text[i+1] != '0' || i > 0 && isHex(text[i-1]) && !(i > 1 && text[i-1] == '0' && text[i-2] == 'x') {
			continue
		}
		end := i
		for end < len(text) && (isHex(text[end]) || text[end] == ':' && end > i && isHex(text[end-1])) {
			end++
		}
		data, err := hex.DecodeString(strings.ReplaceAll(text[i:end], ":", ""))
		if err == nil && len(data) >= minPart && (known(data) || Begins(data)) {
			line += strings.Count(text[counted:i], "\n")
			counted = i
			list = append(list, Part{Data: data, Line: line})
		}
		i = end
	}
	return list
}

// minRun is how many digits an object has at least, minPart how many bytes.
const (
	minRun  = 2 * minPart
	minPart = 16
)

// byteLiterals finds objects as Python prints bytes: b'0\x82\x03…', characters as they
// are where they can be printed.
func byteLiterals(text string) (list []Part) {
	line, counted := 1, 0
	for i := 0; i+minRun < len(text); i++ {
		if text[i] != '\'' && text[i] != '"' || text[i+1] != '0' || text[i+2] != '\\' || text[i+3] != 'x' || text[i+4] != '8' {
			continue
		}
		data, end, ok := unquoteBytes(text, i)
		if ok && Begins(data) {
			line += strings.Count(text[counted:i], "\n")
			counted = i
			list = append(list, Part{Data: data, Line: line, Name: arrayName(text[:i])})
		}
		i = end
	}
	return list
}

// unquoteBytes reads the literal of bytes whose quotation mark is at i.
func unquoteBytes(text string, i int) (data []byte, end int, ok bool) {
	quote := text[i]
	for i++; i < len(text); i++ {
		switch c := text[i]; {
		case c == quote:
			return data, i, true
		case c == '\n':
			return nil, i, false
		case c != '\\':
			data = append(data, c)
			continue
		}
		if i++; i == len(text) {
			break
		}
		switch c := text[i]; c {
		case 'n':
			data = append(data, '\n')
		case 'r':
			data = append(data, '\r')
		case 't':
			data = append(data, '\t')
		case 'x':
			v, err := hex.DecodeString(text[i+1 : min(len(text), i+3)])
			if err != nil || len(v) == 0 {
				return nil, i, false
			}
			data, i = append(data, v...), i+2
		default:
			data = append(data, c)
		}
	}
	return nil, len(text), false
}

// decimalArrays finds lists of decimal numbers: [48, 130, 3, …] of JavaScript, {48, -126,
// 3, …} of Java.
func decimalArrays(text string) (list []Part) {
	line, counted := 1, 0
	for i := 0; i+minRun < len(text); {
		if !strings.HasPrefix(text[i:], "48,") || i > 0 && isHex(text[i-1]) {
			n := strings.Index(text[i+1:], "48,")
			if n < 0 {
				return list
			}
			i += 1 + n
			continue
		}
		start := i
		var data []byte
		for i < len(text) {
			n := i
			for n < len(text) && (text[n] >= '0' && text[n] <= '9' || n == i && text[n] == '-') {
				n++
			}
			v, err := strconv.Atoi(text[i:n])
			if err != nil || v < -128 || v > 255 {
				break
			}
			data = append(data, byte(v))
			for i = n; i < len(text) && strings.IndexByte(", \t\r\n", text[i]) >= 0; i++ {
			}
			if i == n {
				break
			}
		}
		if len(data) >= minPart && Begins(data) {
			line += strings.Count(text[counted:start], "\n")
			counted = start
			list = append(list, Part{Data: data, Line: line, Name: arrayName(text[:start])})
		}
		i = max(i, start+1)
	}
	return list
}
