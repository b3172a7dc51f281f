package structure

import (
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/note"
)

// A BMPString has no halves of characters, and a UniversalString none either, nor numbers
// beyond the last character.
func TestWideStrings(t *testing.T) {
	for s, want := range map[string]bool{"": true, "\x00a": true, "\xe0\x00": true, "\xd7\xff": true, "\xd8\x00": false, "\x00a\xdf\xff": false, "\x00": false, "\x00a\x00": false} {
		if got := isBMP([]byte(s)); got != want {
			t.Errorf("BMPString %x: %v", s, got)
		}
	}
	for s, want := range map[string]bool{"": true, "\x00\x00\x00a": true, "\x00\x10\xff\xff": true, "\x00\x11\x00\x00": false, "\x01\x00\x00a": false,
		"\x00\x00\xd8\x00": false, "\x00\x00\x00a\x00\x00\xdf\xff": false, "\x00\x00a": false} {
		if got := isUniversal([]byte(s)); got != want {
			t.Errorf("UniversalString %x: %v", s, got)
		}
	}
}

// Who fails for a field of another type, for a SET that says it is not constructed, and for an
// EC key of another version.
func TestWhoFails(t *testing.T) {
	set := func(c *cursor) { c.field(idSet, "the set") }
	ec := func(version ...byte) func(*cursor) { return func(c *cursor) { c.sec1(version) } }
	key := element(idOctets, make([]byte, 32))
	for name, c := range map[string]struct {
		raw  []byte
		read func(*cursor)
		by   note.Readers
	}{
		"a set":              {[]byte{idSet, 0}, set, 0},
		"not constructed":    {[]byte{idSet &^ 0x20, 0}, set, nobodyVerifies},
		"of another type":    {[]byte{idOctets, 0}, set, everybody},
		"EC key":             {key, ec(1), 0},
		"EC key, version 0":  {key, ec(0), note.GoParses},
		"EC key, version 2":  {key, ec(2), note.GoParses},
		"EC key, no version": {key, ec(), note.GoParses},
	} {
		var by note.Readers
		for _, f := range faultsOf(c.raw, c.read) {
			by |= f.By
		}
		if by != c.by {
			t.Errorf("%s: by %v, not %v", name, by, c.by)
		}
	}
}

// Which characters a host and the scheme of a URL have.
func TestCharacters(t *testing.T) {
	const letters, digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	for r := range rune(0x80) {
		if got, want := notInHost(r), !strings.ContainsRune(letters+digits+".-_", r); got != want {
			t.Errorf("host, %q: %v", r, got)
		}
		if got, want := notInScheme(r), !strings.ContainsRune(letters+digits+"+-.", r); got != want {
			t.Errorf("scheme, %q: %v", r, got)
		}
	}
}
