package convert

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte/asn1"
)

// Microsoft's bag attributes.
const (
	oidCSPName     = "1.3.6.1.4.1.311.17.1"
	oidLocalKeySet = "1.3.6.1.4.1.311.17.2"
)

// maxAttributeText bounds the text before a block in which names are looked for.
const maxAttributeText = 64 << 10

// bagAttributes reads the names that OpenSSL's pkcs12 command, or bagAttributesText,
// wrote before a block.
func bagAttributes(text []byte) Names {
	var n Names
	if len(text) < len("Bag Attributes") {
		return n
	}
	if len(text) > maxAttributeText {
		text = text[len(text)-maxAttributeText:]
	}
	i := bytes.LastIndex(text, []byte("Bag Attributes"))
	if i < 0 {
		return n
	}
	for line := range bytes.Lines(text[i:]) {
		name, value, found := strings.Cut(strings.TrimRight(attributeLine(line), "\r\n"), ":")
		if !found {
			continue
		}
		value = strings.TrimPrefix(value, " ")
		switch strings.TrimSpace(name) {
		case "friendlyName":
			n.FriendlyName = unescapeName(value)
		case "localKeyID":
			n.LocalKeyID = hexBytes(value)
		case "Microsoft CSP Name":
			text := utf16BE(utf16.Encode([]rune(unescapeName(value))), false)
			n.Attributes = append(n.Attributes, Attribute{OID: oidCSPName, Values: setOf(asn1.Tag(30), text)}) // BMPString
		case "Microsoft Local Key set":
			n.Attributes = append(n.Attributes, Attribute{OID: oidLocalKeySet, Values: []byte{0x31, 0}})
		}
	}
	return n
}

// attributeLine is a line as UTF-8. OpenSSL 3.0 writes the low bytes of a
// BMPString, which is Latin-1 for whom that suffices.
func attributeLine(line []byte) string {
	if utf8.Valid(line) {
		return string(line)
	}
	return string(fromLatin1(line))
}

// hexBytes reads pairs of hexadecimal digits, nil if there is anything else.
func hexBytes(s string) []byte {
	var out []byte
	for _, f := range strings.Fields(s) {
		c, ok := hexByte([]byte(f), 0)
		if !ok || len(f) != 2 {
			return nil
		}
		out = append(out, c)
	}
	return out
}
