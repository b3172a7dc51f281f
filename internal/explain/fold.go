package explain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/unicode/norm"
)

// folder brings text to the form in which it is compared: compatibility
// characters as their plain ones (NFKC), lower case, dashes plain, quotes and
// invisible characters gone, line breaks and white space one space. Next to
// Japanese there is no space, and the prolonged sound mark, which people write
// or not at the end of a word, is gone too.
type folder struct {
	out   []byte
	from  []int32 // position in the input of each byte of out, if keep
	keep  bool
	space bool // seen, not yet written
	wide  bool // the last character was Japanese
}

func fold(s string) string {
	var f folder
	return string(f.fold(s))
}

func (f *folder) fold(s string) []byte {
	f.out, f.from, f.space, f.wide = f.out[:0], f.from[:0], false, false
	for i := 0; i < len(s); {
		if c := plain[s[i]]; c != 0 && !f.space {
			f.out = append(f.out, c)
			if f.keep {
				f.from = append(f.from, int32(i))
			}
			f.wide = false
			i++
			continue
		}
		if s[i] < utf8.RuneSelf {
			i += f.ascii(s, i)
			continue
		}
		end := i + 1
		for end < len(s) && s[end] >= utf8.RuneSelf {
			end++
		}
		var it norm.Iter
		for it.InitString(norm.NFKC, s[i:end]); !it.Done(); {
			at := i + it.Pos()
			for seg := it.Next(); len(seg) > 0; {
				r, n := utf8.DecodeRune(seg)
				f.put(r, at)
				seg = seg[n:]
			}
		}
		i = end
	}
	return f.out
}

// plain has the letters, digits and signs that nothing is special about, as
// they are folded.
var plain = [256]byte{
	'0': '0', '1': '1', '2': '2', '3': '3', '4': '4', '5': '5', '6': '6', '7': '7', '8': '8', '9': '9',
	'a': 'a', 'b': 'b', 'c': 'c', 'd': 'd', 'e': 'e', 'f': 'f', 'g': 'g', 'h': 'h', 'i': 'i', 'j': 'j', 'k': 'k', 'l': 'l', 'm': 'm',
	'n': 'n', 'o': 'o', 'p': 'p', 'q': 'q', 'r': 'r', 's': 's', 't': 't', 'u': 'u', 'v': 'v', 'w': 'w', 'x': 'x', 'y': 'y', 'z': 'z',
	'A': 'a', 'B': 'b', 'C': 'c', 'D': 'd', 'E': 'e', 'F': 'f', 'G': 'g', 'H': 'h', 'I': 'i', 'J': 'j', 'K': 'k', 'L': 'l', 'M': 'm',
	'N': 'n', 'O': 'o', 'P': 'p', 'Q': 'q', 'R': 'r', 'S': 's', 'T': 't', 'U': 'u', 'V': 'v', 'W': 'w', 'X': 'x', 'Y': 'y', 'Z': 'z',
	'.': '.', ',': ',', ':': ':', ';': ';', '-': '-', '_': '_', '/': '/', '(': '(', ')': ')', '[': '[', ']': ']', '=': '=', '<': '<', '>': '>', '*': '*', '+': '+', '?': '?', '!': '!', '#': '#', '%': '%', '@': '@',
}

// entities are what XML and HTML write for characters that matter here.
var entities = []struct {
	text string
	char rune
}{{"&quot;", '"'}, {"&apos;", '\''}, {"&#39;", '\''}, {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&nbsp;", ' '}, {"&#xd;", ' '}, {"&#xa;", ' '}}

// ascii puts the character at i and returns how many bytes it takes.
func (f *folder) ascii(s string, i int) int {
	c := s[i]
	switch {
	case c == '&':
		for _, e := range entities {
			if n := len(e.text); len(s) >= i+n && strings.EqualFold(s[i:i+n], e.text) {
				f.put(e.char, i)
				return n
			}
		}
	case c == '\\' && i+1 < len(s) && strings.IndexByte(`"'nrt`, s[i+1]) >= 0:
		f.space = f.space || s[i+1] != '"' && s[i+1] != '\''
		return 2
	}
	f.put(rune(c), i)
	return 1
}

func (f *folder) put(r rune, at int) {
	switch {
	case r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '、' || r == '。' || r == '・':
		f.space = true
		return
	case r < utf8.RuneSelf:
		if r == '"' || r == '\'' || r == '`' || r < ' ' || r == 0x7f {
			return
		}
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
	case r == 'ー' || r == utf8.RuneError || unicode.In(r, unicode.Cf, unicode.Pi, unicode.Pf, unicode.Mn):
		return
	case r >= '「' && r <= '』':
		return
	case unicode.IsSpace(r):
		f.space = true
		return
	case unicode.Is(unicode.Pd, r) || r == '−':
		r = '-'
	default:
		r = unicode.ToLower(r)
	}
	wide := r >= 0x2e80
	if f.space && len(f.out) > 0 && !wide && !f.wide {
		f.write(' ', at)
	}
	f.space, f.wide = false, wide
	f.write(r, at)
}

func (f *folder) write(r rune, at int) {
	f.out = utf8.AppendRune(f.out, r)
	for f.keep && len(f.from) < len(f.out) {
		f.from = append(f.from, int32(at))
	}
}

// toUTF8 reads text that is not UTF-8 as what Japanese Windows writes, or as
// Latin-1.
func toUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	if t, err := japanese.ShiftJIS.NewDecoder().String(s); err == nil && !strings.ContainsRune(t, utf8.RuneError) {
		return t
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			r = rune(s[i])
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}
