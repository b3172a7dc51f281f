package probe

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/lazy"
)

const maxAttributes = 100 // of a tag; the rest is passed over

// spaces are what HTML takes for white space.
const spaces = " \t\n\f\r"

// attributes reads the attributes of a tag, of two of one name the first (HTML,
// "Before attribute name state" and those after it). The tokenizer of x/net can do that
// too. But its table of 2,231 character references is made at each start of the program,
// if it is used; that of the standard library is made when it is asked.
func attributes(tag string) map[string]string {
	attr := map[string]string{}
	rest := tag[min(len(tag), strings.IndexAny(tag+">", spaces+"/>")):]
	for len(attr) < maxAttributes {
		rest = strings.TrimLeft(rest, spaces+"/")
		if rest == "" || rest[0] == '>' {
			break
		}
		end := 1 + strings.IndexAny(rest[1:]+">", spaces+"/>=") // a name may begin with =
		name, value := rest[:end], ""
		rest = strings.TrimLeft(rest[end:], spaces)
		if after, ok := strings.CutPrefix(rest, "="); ok {
			value, rest = attributeValue(strings.TrimLeft(after, spaces))
		}
		name = asciiLower(strings.ReplaceAll(name, "\x00", "\ufffd"))
		if _, again := attr[name]; !again {
			attr[name] = references(htmlText.Get().Replace(value))
		}
	}
	return attr
}

// attributeValue takes the value off the text that begins with it.
func attributeValue(s string) (value, rest string) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		value, rest, _ = strings.Cut(s[1:], s[:1])
		return value, rest
	}
	end := strings.IndexAny(s+">", spaces+">")
	return s[:end], s[end:]
}

// htmlText are what HTML reads of characters that are not as they should be.
var htmlText = lazy.Value[*strings.Replacer]{Make: func() *strings.Replacer {
	return strings.NewReplacer("\x00", "\ufffd", "\r\n", "\n", "\r", "\n")
}}

func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] += 'a' - 'A'
		}
	}
	return string(b)
}

// references replaces the character references of an attribute.
func references(value string) string {
	var out strings.Builder
	for {
		text, ref, found := strings.Cut(value, "&")
		out.WriteString(text)
		if !found {
			return out.String()
		}
		if number, ok := strings.CutPrefix(ref, "#"); ok {
			text, value = numberReference(number)
		} else {
			text, value = nameReference(ref)
		}
		out.WriteString(text)
	}
}

// numberReference takes a reference by number off what follows "&#".
func numberReference(s string) (text, rest string) {
	digits, base := s, 10
	if s != "" && s[0]|0x20 == 'x' {
		digits, base = s[1:], 16
	}
	rest = strings.TrimLeftFunc(digits, func(r rune) bool {
		return '0' <= r && r <= '9' || base == 16 && 'a' <= r|0x20 && r|0x20 <= 'f'
	})
	digits = digits[:len(digits)-len(rest)]
	if digits == "" {
		return "&#", s
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > unicode.MaxRune {
		n = unicode.MaxRune + 1
	}
	return html.UnescapeString(fmt.Sprintf("&#x%06x;", n)), strings.TrimPrefix(rest, ";")
}

// nameReference takes a reference by name off what follows "&". In an attribute, other
// than in text, the name ends where the letters and digits end, and no = follows (HTML,
// "Named character reference state"): "?a=1&copy=2" has none.
func nameReference(s string) (text, rest string) {
	rest = strings.TrimLeftFunc(s, func(r rune) bool {
		return '0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z'
	})
	rest, closed := strings.CutPrefix(rest, ";")
	ref := "&" + s[:len(s)-len(rest)]
	text = html.UnescapeString(ref)
	n := utf8.RuneCountInString(text)
	whole := n == 1 || closed && n == 2 && !strings.HasSuffix(text, ";") // nothing of the name is left
	if !whole || !closed && strings.HasPrefix(rest, "=") {
		text = ref
	}
	return text, rest
}
