package pem

import (
	"bytes"
	"encoding/base64"
)

// columns is the line length that RFC 7468, Section 2 asks writers for.
const columns = 64

// Append appends one block as RFC 7468 wants it: 64 columns, LF. Headers,
// which only traditional encryption has, are followed by an empty line (RFC
// 1421, Section 4.4).
func Append(out []byte, label string, headers [][2]string, body []byte) []byte {
	out = append(out, "-----BEGIN "+label+"-----\n"...)
	for _, h := range headers {
		out = append(out, h[0]+": "+h[1]+"\n"...)
	}
	if len(headers) > 0 {
		out = append(out, '\n')
	}
	const perLine = columns / 4 * 3
	for len(body) > 0 {
		n := min(len(body), perLine)
		out = base64.StdEncoding.AppendEncode(out, body[:n])
		out = append(out, '\n')
		body = body[n:]
	}
	return append(out, "-----END "+label+"-----\n"...)
}

// Size is how many bytes writePEM appends for a block without headers.
func Size(label string, body int) int {
	chars := base64.StdEncoding.EncodedLen(body)
	return len("-----BEGIN -----\n-----END -----\n") + 2*len(label) + chars + (chars+columns-1)/columns
}

// Pieces cuts text that consists of what Append wrote behind about each MiB, between two blocks.
func Pieces(text []byte) [][]byte {
	const size = 1 << 20
	var list [][]byte
	for len(text) > size {
		end := size + bytes.Index(text[size:], []byte("\n-----END ")) + 1
		n := bytes.IndexByte(text[end:], '\n') + 1
		if end == size || n == 0 || end+n == len(text) {
			break
		}
		list = append(list, text[:end+n])
		text = text[end+n:]
	}
	return append(list, text)
}
