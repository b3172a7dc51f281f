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

// WrapLine breaks one line, before which there are col characters.
func WrapLine(line string, col, width int, indent string) string {
	var b strings.Builder
	for i, word := range strings.Split(line, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case n > 0 && col+1+n > width:
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
