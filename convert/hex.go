package convert

import (
	"bytes"
	"encoding/hex"
	"strings"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/shape"
)

// maxHexSize bounds the text that is looked through for digits.
const maxHexSize = 32 << 20

// hexBlob is what a stretch of hexadecimal text stands for.
type hexBlob struct {
	data []byte
	line int    // where it begins, from 1
	name string // what the text calls it, "" if it does not
}

// hexText is data as text in UTF-8, "" where it is none or too long.
func hexText(data []byte) string {
	if len(data) > maxHexSize {
		return ""
	}
	text := pem.ToUTF8(data)
	if bytes.IndexByte(text[:min(len(text), 4096)], 0) >= 0 {
		return ""
	}
	return string(text)
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// hexBlobs takes apart a text: a dump with offsets (certutil -encodehex, xxd, hexdump
// -C), arrays of a programming language, or digits alone.
func hexBlobs(text string) []hexBlob {
	if b, ok := hexDump(text); ok {
		return []hexBlob{b}
	}
	if list := hexArrays(text); len(list) > 0 {
		return list
	}
	if b, ok := hexDigits(text); ok {
		return []hexBlob{b}
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
func hexDump(text string) (hexBlob, bool) {
	var b hexBlob
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
func hexArrays(text string) []hexBlob {
	var list []hexBlob
	var now hexBlob
	last := 0
	flush := func() {
		if len(now.data) >= 16 {
			list = append(list, now)
		}
		now = hexBlob{}
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
func hexDigits(text string) (hexBlob, bool) {
	s := strings.TrimSpace(text)
	line := 1 + strings.Count(text[:len(text)-len(strings.TrimLeft(text, " \t\r\n"))], "\n")
	s = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "0x"), "0X"), `\x`)
	digits := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isHex(c):
			digits = append(digits, c)
		case !strings.ContainsRune(" \t\r\n:,-", rune(c)):
			return hexBlob{}, false
		}
	}
	out := make([]byte, len(digits)/2)
	_, err := hex.Decode(out, digits)
	return hexBlob{data: out, line: line}, err == nil && len(out) >= 16
}

// detectHex: what the digits stand for must be something that is known.
func detectHex(data []byte) confidence {
	head := bytes.TrimLeft(data[:min(len(data), 64)], " \t\r\n\xef\xbb\xbf\xff\xfe\x00")
	if len(head) == 0 || !isHex(head[0]) && !bytes.Contains(data[:min(len(data), 1<<20)], []byte("0x")) && !bytes.Contains(data[:min(len(data), 1<<20)], []byte(`\x`)) && !bytes.Contains(data[:min(len(data), 1<<20)], []byte("&H")) {
		return notIt
	}
	text := hexText(data)
	if b, ok := hexDump(text); ok && knownBlob(b.data) {
		return whole // a BEGIN line among its characters is not one
	}
	for _, b := range hexBlobs(text) {
		if knownBlob(b.data) {
			return likely
		}
	}
	return notIt
}

// knownBlob reports whether data is what some format is certain of.
func knownBlob(data []byte) bool {
	if shape.Of(data) != shape.Unknown || detectPEM(data) >= likely {
		return true
	}
	for _, detect := range []func([]byte) confidence{detectPFX, detectJKS, detectJCEKS, detectPVK, detectNET, detectZIP, detectSST} {
		if detect(data) == certain {
			return true
		}
	}
	return false
}

// decodeHex reads what hexadecimal text stands for, each part as its own format.
func (d *decoder) decodeHex(data []byte, at Source) error {
	blobs := hexBlobs(hexText(data))
	if len(blobs) == 0 {
		return &Error{Kind: ErrUnknownFormat, Source: at, Detail: "it is no hexadecimal text"}
	}
	return d.blobs(blobs, at)
}

// blobs reads each blob as whatever it is.
func (d *decoder) blobs(list []hexBlob, at Source) error {
	if err := d.enter(at); err != nil {
		return err
	}
	defer func() { d.depth-- }()
	d.container(at)
	for _, b := range list {
		at := at
		at.Line, at.Column, at.Offset, at.Entry = b.line, 1, -1, b.name
		before := d.count()
		err := d.blob(b, at)
		for s := range d.bundle.sources(before) {
			s.Format, s.Line, s.Column, s.Offset = at.Format, b.line, 1, -1
			if s.Entry == "" {
				s.Entry = b.name
			}
		}
		if err != nil {
			if len(list) > 1 && !knownBlob(b.data) {
				d.note(at, note.Skipped, "%d bytes that are no key or certificate", len(b.data))
				continue
			}
			d.fail(at, "", "", err)
		}
		if d.ended != nil {
			return d.ended
		}
		if d.over() {
			return nil
		}
	}
	return nil
}

func (d *decoder) blob(b hexBlob, at Source) error {
	f := Detect(b.data)
	if f == nil {
		return &Error{Kind: ErrUnknownFormat, Source: at, Foreign: shape.Identify(b.data)}
	}
	return f.read(d, b.data, at)
}

// ciscoCommand is how a configuration of IOS or ASA begins a list of certificates.
var ciscoCommands = []string{"crypto pki certificate chain ", "crypto ca certificate chain "}

func detectCisco(data []byte) confidence {
	for _, c := range ciscoCommands {
		if bytes.Contains(data[:min(len(data), 4<<20)], []byte(c)) {
			return certain
		}
	}
	return notIt
}

// decodeCisco reads the certificates in a configuration: after "certificate" and a serial
// number the digits, in groups of eight, up to "quit".
func (d *decoder) decodeCisco(data []byte, at Source) error {
	var list []hexBlob
	var digits strings.Builder
	point, open, number := "", 0, 0
	for line := range strings.Lines(hexText(data)) {
		number++
		line = strings.TrimSpace(line)
		for _, c := range ciscoCommands {
			if name, ok := strings.CutPrefix(line, c); ok {
				point = name
			}
		}
		switch {
		case open > 0 && line == "quit":
			raw, err := hex.DecodeString(digits.String())
			if err != nil {
				return &Error{Kind: ErrDamaged, Source: at, What: "Cisco configuration", Detail: "a certificate has what is no hexadecimal digit"}
			}
			list = append(list, hexBlob{raw, open, shape.Plain(point, 60)})
			open = 0
			digits.Reset()
		case open > 0:
			digits.WriteString(strings.Join(strings.Fields(line), ""))
		case point != "" && strings.HasPrefix(line, "certificate ") && !strings.Contains(line, "nvram:"):
			open = number + 1
		}
	}
	switch {
	case open > 0:
		at.Line = open
		return &Error{Kind: ErrDamaged, Source: at, What: "Cisco configuration", Detail: "a certificate does not end with quit"}
	case len(list) == 0:
		return &Error{Kind: ErrUnknownFormat, Source: at, What: "Cisco configuration", Detail: "there is no certificate in it"}
	}
	return d.blobs(list, at)
}
