package pem

import "encoding/base64"

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
