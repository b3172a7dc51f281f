package convert

import "encoding/base64"

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
