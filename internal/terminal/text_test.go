package terminal

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain text":       "plain text",
		"größe 日本":         "größe 日本",
		"a\x1b[31mb":       `a\x1b[31mb`,
		"two\nlines\r\t":   `two\nlines\r\t`,
		"bad\xffutf8":      `bad\xffutf8`,
		"turned\u202egnp.": `turned\u{202e}gnp.`,
		"c1\u009b2J":       `c1\u{9b}2J`,
	} {
		if got := Printable(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{
		"site.key":      "site.key",
		"größe.pem":     "größe.pem",
		"":              "''",
		"two words":     "'two words'",
		"it's":          `'it'\''s'`,
		"$HOME;rm":      "'$HOME;rm'",
		"a\x1b[31m.key": `'a\x1b[31m.key'`,
	} {
		if got := unixWord(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{
		`C:\ssl\site.key`:        `C:\ssl\site.key`,
		"größe.pem":              "größe.pem",
		"":                       `""`,
		`C:\Program Files\a.key`: `"C:\Program Files\a.key"`,
		"it's":                   `"it's"`,
		"a&b|c^d(1).pem":         `"a&b|c^d(1).pem"`,
		"a,b;c.pem":              `"a,b;c.pem"`,
		`two words\`:             `"two words\\"`,
		"a\x1b[31m\".key":        `"a\x1b[31m'.key"`,
	} {
		if got := windowsWord(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

// What may be part of a key is hidden, its boundaries are not.
func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"MIIEvQIBADANBg==":                   "················",
		"-----BEGIN RSA PRIVATE KEY-----":    "-----BEGIN RSA PRIVATE KEY-----",
		"-----END PRIVATE KEY-----MIIE secr": "-----END PRIVATE KEY-----···· ····",
	} {
		if got := string(Mask([]rune(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestVisible(t *testing.T) {
	for in, want := range map[rune]string{'a': "a", '\t': "→", '\u00a0': "<U+00A0>", '\u202e': "<U+202E>", 7: "<U+0007>"} {
		if got := Visible(in); got != want {
			t.Errorf("%U: %q, want %q", in, got, want)
		}
	}
}

const prose = "A certificate that Go cannot parse still has its DER, its place and its name, and is carried byte for byte.\n" +
	"See https://www.example.com/a/very/long/address/that/is/one/word/and/longer/than/any/line/of/a/terminal/should/be for größere Umlaute, größere Umlaute, größere Umlaute."

// Words stay whole and in their order, and lines within the width unless a word
// is longer.
func TestWrap(t *testing.T) {
	for width, most := range map[int]int{40: 40, 60: 60, 100: 100, 0: textWidth, 200: textWidth} {
		for _, indent := range []string{"", "    "} {
			got := Wrap(prose, width, indent)
			if !slices.Equal(strings.Fields(got), strings.Fields(prose)) {
				t.Errorf("%d: other words: %s", width, got)
			}
			for i, line := range strings.Split(got, "\n") {
				if i > 0 && !strings.HasPrefix(line, indent) {
					t.Errorf("%d: not indented: %q", width, line)
				}
				if n := utf8.RuneCountInString(line); n > most && len(strings.Fields(line)) > 1 {
					t.Errorf("%d: %d characters: %q", width, n, line)
				}
			}
		}
	}
}
