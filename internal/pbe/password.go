package pbe

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/unicode/norm"

	"github.com/certconv/certconv/internal/der"
)

// Form is how a format turns the text of a password into bytes.
type Form int

// The forms.
const (
	Bytes Form = iota // as they are: PKCS#5, PEM, NET, PVK
	BMP               // UTF-16BE with a final 0000: the PKCS#12 key derivation (RFC 7292, Appendix B.1)
	Chars             // UTF-16BE without: JKS, which takes Java chars

	// BytesOrBMP is for PBES2 in a PFX: the password should be UTF-8 there like
	// anywhere else, but NSS and others kept to the form of the rest of PKCS#12.
	BytesOrBMP
)

// Encode gives the bytes that a writer takes of a password: those that Variants
// lists first. The caller clears them.
func (f Form) Encode(pw []byte) []byte {
	switch {
	case f == Bytes, f == BytesOrBMP:
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
	Odd   bool   // not the bytes that the standard makes of any text
}

// codePage is an encoding in which programs took passwords that are not ASCII.
type codePage struct {
	name string
	encoding.Encoding
}

// codePages are those, by the language of the system that the programs ran on.
func codePages() []codePage {
	return []codePage{
		{"Latin-1", charmap.ISO8859_1},
		{"Windows-1252", charmap.Windows1252},
		{"code page 437", charmap.CodePage437},
		{"Windows-1250", charmap.Windows1250},
		{"Windows-1251", charmap.Windows1251},
		{"code page 932", japanese.ShiftJIS},
	}
}

// variants collects Variants without repetition.
type variants []Variant

func (list *variants) add(b []byte, how ...string) {
	for _, v := range *list {
		if bytes.Equal(v.Bytes, b) {
			clear(b)
			return
		}
	}
	*list = append(*list, Variant{Bytes: b, How: strings.Join(slices.DeleteFunc(how, func(s string) bool { return s == "" }), ", ")})
}

// addOdd is add for bytes that no standard makes of the text.
func (list *variants) addOdd(b []byte, how ...string) {
	n := len(*list)
	if list.add(b, how...); len(*list) > n {
		(*list)[n].Odd = true
	}
}

// Variants lists the bytes to try for one given password, the proper
// ones first, without repetition: as given; its line end dropped (password
// files); and for what is not ASCII the other forms of Unicode, as systems differ
// in what they take from the keyboard, and the encodings that old writers used.
func Variants(pw []byte, form Form) []Variant {
	var list variants
	list.text(pw, "", form)
	if t := bytes.TrimRight(pw, "\r\n"); len(t) < len(pw) {
		list.text(t, "without its trailing line end", form)
	}
	return list
}

func (list *variants) text(pw []byte, how string, form Form) {
	switch form {
	case Bytes:
		list.bytes(pw, how)
	case BytesOrBMP:
		list.bytes(pw, how)
		var wide variants
		wide.wide(pw, how, BMP)
		for _, v := range wide {
			short := bytes.Clone(v.Bytes[:max(len(v.Bytes)-2, 0)])
			list.addOdd(v.Bytes, "as BMPString", v.How)
			list.addOdd(short, "as BMPString", v.How)
		}
	default:
		list.wide(pw, how, form)
	}
}

// bytes are the variants of a text as it is.
func (list *variants) bytes(pw []byte, how string) {
	list.add(bytes.Clone(pw), how)
	switch {
	case der.IsASCII(pw):
	case utf8.Valid(pw):
		list.add(norm.NFC.Append(nil, pw...), how, composed)
		list.add(norm.NFD.Append(nil, pw...), how, decomposed)
		inCodePages(pw, func(b []byte, page string) { list.addOdd(b, how, "as "+page) })
	default:
		fromCodePages(pw, func(b []byte, page string) { list.add(b, how, "from "+page+" to UTF-8") })
	}
}

// wide are the variants of a text as UTF-16.
func (list *variants) wide(pw []byte, how string, form Form) {
	end := form == BMP
	valid := utf8.Valid(pw)
	if valid {
		list.add(form.Encode(pw), how)
	} else {
		list.add(widen(pw, end), how, "as Latin-1")
	}
	if len(pw) == 0 && end {
		list.add([]byte{}, how, "empty, without its terminator")
	}
	switch {
	case der.IsASCII(pw):
		return
	case !valid:
		fromCodePages(pw, func(b []byte, page string) {
			list.add(form.Encode(b), how, "from "+page)
			clear(b)
		})
		list.addOdd(bytes.Clone(pw), how, "as UTF-8")
		return
	}
	for _, t := range []struct {
		form norm.Form
		how  string
	}{{norm.NFC, composed}, {norm.NFD, decomposed}} {
		b := t.form.Append(nil, pw...)
		list.add(form.Encode(b), how, t.how)
		clear(b)
	}
	list.addOdd(widen(pw, end), how, "each UTF-8 byte as one character")
	inCodePages(pw, func(b []byte, page string) {
		list.addOdd(widen(b, end), how, "as "+page)
		clear(b)
	})
	list.addOdd(bytes.Clone(pw), how, "as UTF-8")
}

// The forms of Unicode, as they are told.
const (
	composed   = "in the composed form of Unicode (NFC)"
	decomposed = "in the decomposed form of Unicode (NFD)"
)

// inCodePages gives a text in each code page that has all of it.
func inCodePages(text []byte, each func(b []byte, page string)) {
	text = norm.NFC.Append(nil, text...)
	defer clear(text)
	for _, page := range codePages() {
		if b, err := page.NewEncoder().Bytes(text); err == nil {
			each(b, page.name)
		}
	}
}

// fromCodePages gives the text that bytes are in each code page that has them.
func fromCodePages(b []byte, each func(text []byte, page string)) {
	for _, page := range codePages() {
		if text, err := page.NewDecoder().Bytes(b); err == nil && !bytes.ContainsRune(text, utf8.RuneError) {
			each(text, page.name)
		}
	}
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
