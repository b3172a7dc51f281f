package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/certconv/certconv/convert"
)

// excerpt is a line of a file as it is shown: what is invisible made visible,
// what is secret hidden.
type excerpt struct {
	line   string
	column int // of the place, from 0
}

// excerptWidth is how many characters of a line are shown.
const excerptWidth = 72

// excerptOf shows the line at at. It returns nil for files that have no lines
// which could be shown.
func excerptOf(f *File, at convert.Source) *excerpt {
	data := f.Data
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) && at.Line > 1 {
		data = data[3:]
	}
	if bytes.IndexByte(data[:min(len(data), 4096)], 0) >= 0 {
		return nil // UTF-16, or no text
	}
	line, ok := nthLine(data, at.Line)
	if !ok {
		return nil
	}
	if !utf8.Valid(line) {
		line = bytes.ToValidUTF8(line, []byte("\ufffd"))
	}
	text := []rune(string(line))
	if f.secret() {
		text = mask(text)
	}
	column := min(max(at.Column-1, 0), len(text))
	from := 0
	if column > excerptWidth*3/4 {
		from = column - excerptWidth/2
	}
	to := min(len(text), from+excerptWidth)
	x := &excerpt{}
	if from > 0 {
		x.line, x.column = "…", 1
	}
	for i, r := range text[from:to] {
		s := visible(r)
		x.line += s
		if from+i < column {
			x.column += utf8.RuneCountInString(s)
		}
	}
	if to < len(text) {
		x.line += "…"
	}
	return x
}

// nthLine finds a line. A lone CR ends one only in files without LF, as the
// PEM reader counts.
func nthLine(data []byte, n int) ([]byte, bool) {
	end := byte('\n')
	if bytes.IndexByte(data, '\n') < 0 {
		end = '\r'
	}
	for ; n > 1; n-- {
		i := bytes.IndexByte(data, end)
		if i < 0 {
			return nil, false
		}
		data = data[i+1:]
	}
	if i := bytes.IndexByte(data, end); i >= 0 {
		data = data[:i]
	}
	return bytes.TrimSuffix(data, []byte("\r")), true
}

// secret reports whether the file may hold a private key.
func (f *File) secret() bool {
	b := f.Bundle
	return len(b.Keys) > 0 || len(b.Failures) > 0 || len(b.Certs)+len(b.Requests)+len(b.CRLs) == 0 ||
		bytes.Contains(bytes.ToUpper(f.Data), []byte("PRIVATE"))
}

// boundaryWords are those of known labels alone: base64 may follow without a
// boundary's dashes.
var boundaryWords = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)-*\s*\b(BEGIN|END)\s+((NEW|RSA|EC|DSA|ANY|ENCRYPTED|OPENSSH|TRUSTED|X\.?509|USER|ATTRIBUTE) )*(PRIVATE KEY|PUBLIC KEY|CERTIFICATE REQUEST|CERTIFICATE|CRL|PKCS7|CMS|PKCS12|PARAMETERS)\b-*`)
})

// mask hides all characters of a line that may be part of a key, but for those
// of a BEGIN or END.
func mask(text []rune) []rune {
	out := make([]rune, len(text))
	for i, r := range text {
		out[i] = r
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("+/_=", r) {
			out[i] = '·'
		}
	}
	s := string(text)
	for _, m := range boundaryWords().FindAllStringIndex(s, -1) {
		from := utf8.RuneCountInString(s[:m[0]])
		copy(out[from:], []rune(s[m[0]:m[1]]))
	}
	return out
}

// visible shows a character that a terminal would obey or not show.
func visible(r rune) string {
	switch {
	case r == '\t':
		return "→"
	case shown(r) && r != '\u00a0' && r != '\u3000':
		return string(r)
	}
	return fmt.Sprintf("<U+%04X>", r)
}
