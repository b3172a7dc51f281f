package pbe

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/certconv/certconv/internal/der"
)

// Form is how a format turns the text of a password into bytes.
type Form int

// The forms.
const (
	Bytes Form = iota // as they are: PKCS#5, PEM, NET, PVK
	BMP               // UTF-16BE with a final 0000: the PKCS#12 key derivation (RFC 7292, Appendix B.1)
	Chars             // UTF-16BE without: JKS, which takes Java chars
)

// Encode gives the bytes that a writer takes of a password: those that Variants
// lists first. The caller clears them.
func (f Form) Encode(pw []byte) []byte {
	switch {
	case f == Bytes:
		return bytes.Clone(pw)
	case utf8.Valid(pw):
		return terminated(der.BMPString(string(pw)), f == BMP)
	}
	return widen(pw, f == BMP)
}

// Variant is one way to turn the given password into bytes.
type Variant struct {
	Bytes []byte
	How   string // "" for the proper way; otherwise what a person reads when it is this one that worked
}

// Variants lists the bytes to try for one given password, the proper
// ones first, without repetition: as given; its line end dropped (password
// files); and the encodings that old writers used for what is not ASCII.
func Variants(pw []byte, form Form) []Variant {
	var list []Variant
	add := func(b []byte, how string) {
		for _, v := range list {
			if bytes.Equal(v.Bytes, b) {
				return
			}
		}
		list = append(list, Variant{b, how})
	}
	texts := []Variant{{pw, ""}}
	if t := bytes.TrimRight(pw, "\r\n"); len(t) < len(pw) {
		texts = append(texts, Variant{t, "without its trailing line end"})
	}
	for _, t := range texts {
		with := func(how string) string {
			if t.How == "" {
				return how
			}
			return t.How + ", " + how
		}
		ascii := der.IsASCII(t.Bytes)
		switch form {
		case Bytes:
			add(bytes.Clone(t.Bytes), t.How)
			if ascii {
				continue
			}
			if latin1, ok := inCodePage(t.Bytes, charmap.ISO8859_1); ok {
				add(latin1, with("as Latin-1"))
			}
			if cp, ok := inCodePage(t.Bytes, charmap.Windows1252); ok {
				add(cp, with("as Windows-1252"))
			}
			if cp, ok := inCodePage(t.Bytes, charmap.CodePage437); ok {
				add(cp, with("as code page 437"))
			}
			if !utf8.Valid(t.Bytes) {
				add(der.FromLatin1(t.Bytes), with("from Latin-1 to UTF-8"))
			}
		default:
			end := form == BMP
			if utf8.Valid(t.Bytes) {
				add(form.Encode(t.Bytes), t.How)
			} else {
				add(widen(t.Bytes, end), with("as Latin-1"))
			}
			if len(t.Bytes) == 0 && end {
				add([]byte{}, with("empty, without its terminator"))
			}
			if !ascii {
				add(widen(t.Bytes, end), with("each UTF-8 byte as one character"))
				if cp, ok := inCodePage(t.Bytes, charmap.Windows1252); ok {
					add(widen(cp, end), with("as Windows-1252"))
				}
				if cp, ok := inCodePage(t.Bytes, charmap.CodePage437); ok {
					add(widen(cp, end), with("as code page 437"))
				}
				add(bytes.Clone(t.Bytes), with("as UTF-8"))
			}
		}
	}
	return list
}

// widen makes each byte one UTF-16 unit, as OpenSSL before 1.1.0 did.
func widen(b []byte, end bool) []byte {
	out := make([]byte, 0, 2*len(b)+2)
	for _, c := range b {
		out = append(out, 0, c)
	}
	return terminated(out, end)
}

// terminated appends the 0000 that ends a BMPString password.
func terminated(b []byte, end bool) []byte {
	if end {
		b = append(b, 0, 0)
	}
	return b
}

// inCodePage is text in a code page, if all of it is there.
func inCodePage(text []byte, page *charmap.Charmap) ([]byte, bool) {
	if !utf8.Valid(text) {
		return nil, false
	}
	out := make([]byte, 0, len(text))
	for _, r := range string(text) {
		c, ok := page.EncodeRune(r)
		if !ok {
			return nil, false
		}
		out = append(out, c)
	}
	return out, true
}
