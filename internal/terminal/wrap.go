package terminal

import (
	"strings"
	"unicode/utf8"
)

// textWidth is where prose is broken at the latest: longer lines are hard to
// read.
const textWidth = 100

// Wrap breaks each line of text at spaces, never within a word, so that it
// takes at most width characters, 0 for a width that is not known. indent goes
// before all lines but the first.
func Wrap(text string, width int, indent string) string {
	if width <= 0 || width > textWidth {
		width = textWidth
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = WrapLine(l, len(indent), width, indent)
	}
	return strings.Join(lines, "\n"+indent)
}

// WrapLine breaks one line, before which there are col characters. It begins a new
// one where the first word fits only there.
func WrapLine(line string, col, width int, indent string) string {
	var b strings.Builder
	for i, word := range strings.Split(line, " ") {
		n := utf8.RuneCountInString(word)
		over := n > 0 && col > len(indent) && col+n > width && len(indent)+n <= width
		switch {
		case i == 0 && !over:
		case i == 0, n > 0 && col+1+n > width:
			b.WriteString("\n" + indent)
			col = len(indent)
		default:
			b.WriteByte(' ')
			col++
		}
		b.WriteString(word)
		col += n
	}
	return b.String()
}

// Hang breaks one line that begins after col characters, if a width is known, and
// goes on below its beginning; where too little is left there, on lines of its own.
func Hang(line string, col, width int) string {
	const least, indent = 20, "    "
	switch {
	case width == 0 || col+utf8.RuneCountInString(line) <= width:
		return line
	case width < col+least:
		return "\n" + indent + WrapLine(line, len(indent), width, indent)
	}
	return WrapLine(line, col, width, strings.Repeat(" ", col))
}
