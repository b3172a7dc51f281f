package report

import (
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
)

// The excerpt points at the place, however odd the line is.
func TestExcerpt(t *testing.T) {
	for _, c := range []struct {
		text         string
		line, column int
		want         string
		caret        int
	}{
		{"-----BEGIN CERTIFICATE-----\nMIIB\u200bAA\n", 2, 5, "MIIB<U+200B>AA", 4},
		{"\ufeff-----BEGIN CERTIFICATE-----\n", 1, 1, "<U+FEFF>-----BEGIN CERTIFICATE-----", 0},
		{"-----BEGIN CERTIFICATE-----\t \r\n", 1, 28, "-----BEGIN CERTIFICATE-----→ ", 27},
		{"a\rb\u00a0c\r", 2, 3, "b<U+00A0>c", 9},
		{strings.Repeat("A", 100) + "*" + strings.Repeat("B", 100), 1, 101, "…" + strings.Repeat("A", 36) + "*" + strings.Repeat("B", 35) + "…", 37},
		{"bell\x07 esc\x1b[31m", 1, 5, "bell<U+0007> esc<U+001B>[31m", 4},
	} {
		in := &File{Data: []byte(c.text), Bundle: &convert.Bundle{Certs: make([]convert.Certificate, 1)}}
		x := excerptOf(in, convert.Source{Line: c.line, Column: c.column})
		if x == nil || x.line != c.want || x.column != c.caret {
			t.Errorf("%q: got %+v, want %q and %d", c.text, x, c.want, c.caret)
		}
	}
}
