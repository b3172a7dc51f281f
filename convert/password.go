package convert

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// passwordVariant is one way to turn the given password into bytes.
type passwordVariant struct {
	bytes []byte
	how   string // what a person reads when it is this one that worked
}

// passwordVariants lists the bytes to try for one given password, the proper
// ones first, without repetition: as given; its line end dropped (password
// files); and the encodings that old writers used for what is not ASCII.
func passwordVariants(pw []byte, form passwordForm) []passwordVariant {
	var list []passwordVariant
	add := func(b []byte, how string) {
		for _, v := range list {
			if bytes.Equal(v.bytes, b) {
				return
			}
		}
		list = append(list, passwordVariant{b, how})
	}
	texts := []passwordVariant{{pw, ""}}
	if t := bytes.TrimRight(pw, "\r\n"); len(t) < len(pw) {
		texts = append(texts, passwordVariant{t, "without its trailing line end"})
	}
	for _, t := range texts {
		with := func(how string) string {
			if t.how == "" {
				return how
			}
			return t.how + ", " + how
		}
		latin1, isLatin1 := toLatin1(t.bytes)
		ascii := isASCII(t.bytes)
		switch form {
		case passwordBytes:
			add(bytes.Clone(t.bytes), t.how)
			if ascii {
				continue
			}
			if isLatin1 {
				add(latin1, with("as Latin-1"))
			}
			if cp, ok := toCodePage(t.bytes, cp1252High); ok {
				add(cp, with("as Windows-1252"))
			}
			if cp, ok := toCodePage(t.bytes, cp437High); ok {
				add(cp, with("as code page 437"))
			}
			if !utf8.Valid(t.bytes) {
				add(fromLatin1(t.bytes), with("from Latin-1 to UTF-8"))
			}
		default:
			end := form == passwordBMP
			if utf8.Valid(t.bytes) {
				add(utf16BE(utf16.Encode([]rune(string(t.bytes))), end), t.how)
			} else {
				add(widen(t.bytes, end), with("as Latin-1"))
			}
			if len(t.bytes) == 0 && end {
				add([]byte{}, with("empty, without its terminator"))
			}
			if !ascii {
				add(widen(t.bytes, end), with("each UTF-8 byte as one character"))
				if cp, ok := toCodePage(t.bytes, cp1252High); ok {
					add(widen(cp, end), with("as Windows-1252"))
				}
				if cp, ok := toCodePage(t.bytes, cp437High); ok {
					add(widen(cp, end), with("as code page 437"))
				}
				add(bytes.Clone(t.bytes), with("as UTF-8"))
			}
		}
	}
	return list
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// utf16BE writes code units big-endian, with a final 0000 if end is set.
func utf16BE(units []uint16, end bool) []byte {
	out := make([]byte, 0, 2*len(units)+2)
	for _, u := range units {
		out = binary.BigEndian.AppendUint16(out, u)
	}
	if end {
		out = append(out, 0, 0)
	}
	return out
}

// widen makes each byte one UTF-16 unit, as OpenSSL before 1.1.0 did.
func widen(b []byte, end bool) []byte {
	units := make([]uint16, len(b))
	for i, c := range b {
		units[i] = uint16(c)
	}
	return utf16BE(units, end)
}

func toLatin1(b []byte) ([]byte, bool) {
	if !utf8.Valid(b) {
		return nil, false
	}
	out := make([]byte, 0, len(b))
	for _, r := range string(b) {
		if r > 0xff {
			return nil, false
		}
		out = append(out, byte(r))
	}
	return out, true
}

func fromLatin1(b []byte) []byte {
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = utf8.AppendRune(out, rune(c))
	}
	return out
}

// The upper halves of the code pages that Windows and DOS programs passed on
// as password bytes.
const (
	cp1252High = "€\x00‚ƒ„…†‡ˆ‰Š‹Œ\x00Ž\x00\x00‘’“”•–—˜™š›œ\x00žŸ" +
		"\u00a0¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"
	cp437High = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐" +
		"└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0"
)

func toCodePage(b []byte, high string) ([]byte, bool) {
	if !utf8.Valid(b) {
		return nil, false
	}
	out := make([]byte, 0, len(b))
	for _, r := range string(b) {
		if r < 0x80 {
			out = append(out, byte(r))
			continue
		}
		i, found := 0, false
		for _, h := range high {
			if h == r {
				found = true
				break
			}
			i++
		}
		if !found {
			return nil, false
		}
		out = append(out, byte(0x80+i))
	}
	return out, true
}
