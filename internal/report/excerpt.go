package report

import (
	"bytes"
	"unicode/utf8"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/terminal"
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
	column := min(max(at.Column-1, 0), len(text))
	from := 0
	if column > excerptWidth*3/4 {
		from = column - excerptWidth/2
	}
	to := min(len(text), from+excerptWidth)
	if f.secret() { // with what is around it, where a boundary may begin or end; all of a long line is too much
		const around = 200
		first, last := max(from-around, 0), min(to+around, len(text))
		copy(text[first:last], terminal.Mask(text[first:last]))
	}
	x := &excerpt{}
	if from > 0 {
		x.line, x.column = "…", 1
	}
	for i, r := range text[from:to] {
		s := terminal.Visible(r)
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
