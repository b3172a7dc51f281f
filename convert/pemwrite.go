package convert

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/certconv/certconv/internal/der"
)

// pemColumns is the line length that RFC 7468, Section 2 asks writers for.
const pemColumns = 64

// writePEM appends one block as RFC 7468 wants it: 64 columns, LF. Headers,
// which only traditional encryption has, are followed by an empty line (RFC
// 1421, Section 4.4).
func writePEM(out []byte, label string, headers [][2]string, body []byte) []byte {
	out = append(out, "-----BEGIN "+label+"-----\n"...)
	for _, h := range headers {
		out = append(out, h[0]+": "+h[1]+"\n"...)
	}
	if len(headers) > 0 {
		out = append(out, '\n')
	}
	const perLine = pemColumns / 4 * 3
	for len(body) > 0 {
		n := min(len(body), perLine)
		out = base64.StdEncoding.AppendEncode(out, body[:n])
		out = append(out, '\n')
		body = body[n:]
	}
	return append(out, "-----END "+label+"-----\n"...)
}

// pemSize is how many bytes writePEM appends for a block without headers.
func pemSize(label string, body int) int {
	chars := base64.StdEncoding.EncodedLen(body)
	return len("-----BEGIN -----\n-----END -----\n") + 2*len(label) + chars + (chars+pemColumns-1)/pemColumns
}

// pemPart is a block to be written.
type pemPart struct {
	label string
	body  []byte
	names Names
}

// encodePEM writes keys (PKCS#8), certificates in the order they come in,
// requests, CRLs and public keys.
func encodePEM(b *Bundle, o *EncodeOptions) ([]byte, error) {
	parts := make([]pemPart, 0, b.Len())
	for _, k := range b.Keys {
		p := pemPart{label: labelPKCS8, body: k.PKCS8, names: k.Names}
		if o.Password != nil {
			body, err := encryptPKCS8(k.PKCS8, o)
			if err != nil {
				return nil, err
			}
			p.label, p.body = labelEncryptedPKCS8, body
		}
		parts = append(parts, p)
	}
	for _, c := range b.Certs {
		parts = append(parts, pemPart{label: labelCertificate, body: c.Raw, names: c.Names})
	}
	for _, r := range b.Requests {
		parts = append(parts, pemPart{label: labelRequest, body: r.Raw, names: r.Names})
	}
	for _, c := range b.CRLs {
		parts = append(parts, pemPart{label: labelCRL, body: c.Raw, names: c.Names})
	}
	for _, k := range b.PublicKeys {
		parts = append(parts, pemPart{label: labelPublicKey, body: k.SPKI, names: k.Names})
	}
	if len(parts) == 0 {
		return nil, &Error{Kind: ErrNothingToWrite}
	}
	texts := make([]string, len(parts))
	size := 0
	for i, p := range parts {
		if o.TextNames {
			texts[i] = bagAttributesText(p.names)
		}
		size += len(texts[i]) + pemSize(p.label, len(p.body))
	}
	out := make([]byte, 0, size)
	for i, p := range parts {
		out = append(out, texts[i]...)
		out = writePEM(out, p.label, nil, p.body)
	}
	return out, nil
}

// encodePKCS1 writes an RSA key the traditional way.
func encodePKCS1(b *Bundle, o *EncodeOptions) ([]byte, error) {
	return encodeTraditional(b, o, labelPKCS1, pkcs1FromPKCS8)
}

// encodeSEC1 writes an EC key the traditional way.
func encodeSEC1(b *Bundle, o *EncodeOptions) ([]byte, error) {
	return encodeTraditional(b, o, labelSEC1, sec1FromPKCS8)
}

func encodeTraditional(b *Bundle, o *EncodeOptions, label string, convert func([]byte) ([]byte, error)) ([]byte, error) {
	if len(b.Keys) != 1 {
		return nil, &Error{Kind: ErrNothingToWrite, What: label}
	}
	plain, err := convert(b.Keys[0].PKCS8) // may be a window on it: not to be cleared
	if err != nil {
		return nil, err
	}
	if o.Password == nil {
		return writePEM(make([]byte, 0, pemSize(label, len(plain))), label, nil, plain), nil
	}
	dekInfo, body, err := encryptTraditionalPEM(plain, o)
	if err != nil {
		return nil, err
	}
	return writePEM(nil, label, [][2]string{{"Proc-Type", "4,ENCRYPTED"}, {"DEK-Info", dekInfo}}, body), nil
}

// bagAttributesText is what OpenSSL's pkcs12 command writes before a block
// about the names of its object, "" if it has none.
func bagAttributesText(n Names) string {
	var b strings.Builder
	if n.FriendlyName != "" {
		b.WriteString("    friendlyName: " + escapeName(n.FriendlyName) + "\n")
	}
	if len(n.LocalKeyID) > 0 {
		fmt.Fprintf(&b, "    localKeyID: % X\n", n.LocalKeyID)
	}
	for _, a := range n.Attributes {
		switch a.OID {
		case oidCSPName:
			if name := cspName(a.Values); name != "" {
				b.WriteString("    Microsoft CSP Name: " + escapeName(name) + "\n")
			}
		case oidLocalKeySet:
			b.WriteString("    Microsoft Local Key set: <No Values>\n")
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "Bag Attributes\n" + b.String()
}

// cspName reads the one BMPString of Microsoft's attribute.
func cspName(values []byte) string {
	set, err := der.ParseAll(values)
	if err != nil {
		return ""
	}
	first, err := set.Reader().Next()
	if err != nil {
		return ""
	}
	name, _ := attributeText(first)
	return name
}

// escapeName keeps a name on its line: control characters, and a backslash
// that could be mistaken for the start of an escape, are written as \XX.
func escapeName(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		_, looksEscaped := nameEscape(s[i:])
		edge := c == ' ' && (i == 0 || i == len(s)-1)
		if c < 0x20 || c == 0x7f || looksEscaped || edge {
			fmt.Fprintf(&b, `\%02X`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func unescapeName(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if c, ok := nameEscape(s[i:]); ok {
			out = append(out, c)
			i += 2
		} else {
			out = append(out, s[i])
		}
	}
	return string(out)
}

// nameEscape reads an escape of escapeName at the start of s. Only control
// characters, space and backslash are written so: in CORP\admin nothing is escaped.
func nameEscape(s string) (byte, bool) {
	if len(s) < 3 || s[0] != '\\' {
		return 0, false
	}
	hi, lo := hexDigit(s[1]), hexDigit(s[2])
	if hi < 0 || lo < 0 {
		return 0, false
	}
	c := byte(hi<<4 | lo)
	return c, c <= 0x20 || c == 0x7f || c == '\\'
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
