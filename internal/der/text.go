package der

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// BMPString encodes s as the content of a BMPString. What is beyond 16 bits
// becomes two surrogates, as Windows and Java write it.
func BMPString(s string) []byte {
	units := utf16.Encode([]rune(s))
	out := make([]byte, 0, 2*len(units))
	for _, u := range units {
		out = binary.BigEndian.AppendUint16(out, u)
	}
	return out
}

// FromLatin1 turns Latin-1 into UTF-8: what most programs that wrote a T61String
// meant, and what is in strings that should be UTF-8 and are not.
func FromLatin1(b []byte) []byte {
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = utf8.AppendRune(out, rune(c))
	}
	return out
}

// IsASCII reports whether b holds ASCII alone.
func IsASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
