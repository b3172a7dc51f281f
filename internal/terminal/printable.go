package terminal

import (
	"fmt"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable shows what a terminal would obey instead of display: control
// characters, line ends, and characters that turn the direction of the text.
func Printable(s string) string {
	clean := true
	for _, r := range s {
		if !shown(r) {
			clean = false
			break
		}
	}
	if clean && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i, w := 0, 0; i < len(s); i += w {
		var r rune
		r, w = utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && w == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x80 && !shown(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case !shown(r):
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func shown(r rune) bool {
	if r < 0x80 {
		return r >= 0x20 && r != 0x7f
	}
	return unicode.IsPrint(r) || r == '\u00a0' || r == '\u3000'
}

// PrintableLines is Printable for a text of several lines.
func PrintableLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = Printable(l)
	}
	return strings.Join(lines, "\n")
}

// ShellWord quotes a file name for a command line that is meant to be copied into
// the shell of this system.
func ShellWord(s string) string {
	if runtime.GOOS == "windows" {
		return windowsWord(s)
	}
	return unixWord(s)
}

// plainWord reports whether a shell takes a word as it is, whose signs beside
// letters and digits are among safe.
func plainWord(s, safe string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(safe, r) || r > 0x7f && shown(r))
	}) < 0
}

func unixWord(s string) string {
	if plainWord(s, "/._-+=:@%,") {
		return s
	}
	return "'" + strings.ReplaceAll(Printable(s), "'", `'\''`) + "'"
}

// windowsWord quotes for cmd.exe, and for PowerShell as far as they agree. No file
// can have a quotation mark in its name there.
func windowsWord(s string) string {
	if plainWord(s, `\/._-+=:`) {
		return s
	}
	word := strings.ReplaceAll(Printable(s), `"`, "'")
	if strings.HasSuffix(word, `\`) {
		word += `\` // or it would be the quotation mark's
	}
	return `"` + word + `"`
}
