package report

import (
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// NewEncoder is the encoder of all JSON that the program writes. What a terminal
// would obey instead of showing it, such as marks that turn the direction of the
// text, is written as \u and its number: programs read the same string, and people who look
// at the document or at a log are not deceived.
func NewEncoder(w io.Writer) *json.Encoder {
	enc := json.NewEncoder(escaper{w})
	enc.SetEscapeHTML(false)
	return enc
}

// escaper is handed whole documents, in which such characters are only in
// strings.
type escaper struct{ w io.Writer }

func (e escaper) Write(p []byte) (int, error) {
	var out []byte // nil as long as it is p so far
	done := 0
	for i := 0; i < len(p); {
		if p[i] < utf8.RuneSelf && p[i] != 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRune(p[i:])
		if !unicode.IsPrint(r) && r != '\u00a0' && r != '\u3000' {
			out = append(out, p[done:i]...)
			for _, unit := range utf16.Encode([]rune{r}) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
			done = i + n
		}
		i += n
	}
	if out == nil {
		return e.w.Write(p)
	}
	if _, err := e.w.Write(append(out, p[done:]...)); err != nil {
		return 0, err
	}
	return len(p), nil
}
