package terminal

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/lazy"
)

// boundaryWords are those of known labels alone: base64 may follow without a
// boundary's dashes.
var boundaryWords = lazy.Regexp{Expr: `(?i)-*\s*\b(BEGIN|END)\s+((NEW|RSA|EC|DSA|ANY|ENCRYPTED|OPENSSH|TRUSTED|X\.?509|USER|ATTRIBUTE) )*(PRIVATE KEY|PUBLIC KEY|CERTIFICATE REQUEST|CERTIFICATE|CRL|PKCS7|CMS|PKCS12|PARAMETERS)\b-*`}

// Mask hides all characters of a line that may be part of a key, but for those
// of a BEGIN or END.
func Mask(text []rune) []rune {
	out := make([]rune, len(text))
	for i, r := range text {
		out[i] = r
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("+/_=", r) {
			out[i] = '·'
		}
	}
	s := string(text)
	from, done := 0, 0
	for _, m := range boundaryWords.Get().FindAllStringIndex(s, -1) {
		from, done = from+utf8.RuneCountInString(s[done:m[0]]), m[0]
		copy(out[from:], []rune(s[m[0]:m[1]]))
	}
	return out
}

// Visible shows a character that a terminal would obey or not show.
func Visible(r rune) string {
	switch {
	case r == '\t':
		return "→"
	case shown(r) && r != '\u00a0' && r != '\u3000':
		return string(r)
	}
	return fmt.Sprintf("<U+%04X>", r)
}
