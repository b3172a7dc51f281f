package shape

import (
	"bytes"
	"errors"

	"github.com/certconv/certconv/internal/der"
)

// NETHeader is what the key file of Netscape's servers has after its first tag
// and length: the OCTET STRING "private-key".
const NETHeader = "\x04\x0bprivate-key"

// NETKey is a NET structure taken apart.
type NETKey struct {
	Algorithm  string // identifier of the cipher
	Ciphertext []byte
	Body       int  // where what follows "private-key" begins
	End        int  // after the last octet that belongs to it
	BadLength  bool // the outer length is wrong
}

// ParseNET reads a NET structure at the start of data. The outer length is not
// believed: some writers got it wrong, and OpenSSL never looked at it.
// Everything within has to fit. named is false if not even "private-key" is
// where it has to be.
func ParseNET(data []byte) (f NETKey, named bool, err error) {
	start, wanted, err := outer(data)
	if err != nil {
		return f, false, err
	}
	if head := data[start:]; len(head) < len(NETHeader) {
		if bytes.HasPrefix([]byte(NETHeader), head) {
			return f, false, &der.SyntaxError{Offset: start, Missing: max(len(NETHeader)-len(head), wanted-len(data))}
		}
		return f, false, &der.SyntaxError{Offset: start, Msg: `no "private-key" header`}
	} else if !bytes.HasPrefix(head, []byte(NETHeader)) {
		return f, false, &der.SyntaxError{Offset: start, Msg: `no "private-key" header`}
	}
	start += len(NETHeader)
	f.Body = start
	if err := f.parseBody(data, start); err != nil {
		if se := (*der.SyntaxError)(nil); errors.As(err, &se) && se.Missing > 0 {
			if _, _, cut := outer(data[start:]); cut != nil {
				// Only the outer length can say what is missing.
				se.Missing = max(se.Missing, wanted-len(data))
			}
		}
		return f, true, err
	}
	f.BadLength = wanted != 0 && wanted != f.End
	if rest := data[f.End:]; wanted == 0 && bytes.HasPrefix(rest, []byte{0, 0}) {
		f.End += 2
	}
	return f, true, nil
}

// outer reads the tag and length of the outer SEQUENCE and returns where
// its content starts and would end; end is 0 for the indefinite form.
func outer(data []byte) (start, end int, err error) {
	if len(data) < 2 {
		return 0, 0, &der.SyntaxError{Missing: 2 - len(data)}
	}
	if data[0] != 0x30 {
		return 0, 0, &der.SyntaxError{Msg: "no SEQUENCE"}
	}
	l := int(data[1])
	if l < 0x80 {
		return 2, 2 + l, nil
	}
	n := l & 0x7f
	if n > 4 {
		return 0, 0, &der.SyntaxError{Msg: "length of more than four bytes"}
	}
	if len(data) < 2+n {
		return 0, 0, &der.SyntaxError{Missing: 2 + n - len(data)}
	}
	for _, b := range data[2 : 2+n] {
		end = end<<8 | int(b)
	}
	if n > 0 {
		end += 2 + n
	}
	return 2 + n, end, nil
}

// parseBody reads the inner SEQUENCE, which starts at start.
func (f *NETKey) parseBody(data []byte, start int) error {
	if len(data) > start && data[start] != 0x30 {
		return &der.SyntaxError{Offset: start, Msg: "no SEQUENCE after the header"}
	}
	first, size, err := outer(data[start:])
	if err != nil {
		return shifted(err, start)
	}
	if size > len(data)-start {
		return f.cutBody(data[start+first:], start, size-(len(data)-start))
	}
	body, rest, err := der.Parse(data[start:])
	if err != nil {
		return shifted(err, start)
	}
	r := body.Reader()
	alg, err := r.Next()
	if err != nil {
		return shifted(err, start)
	}
	if f.Algorithm, _, err = der.ParseAlgorithm(alg); err != nil {
		return shifted(err, start)
	}
	text, err := r.Expect(der.TagOctetString)
	if err != nil {
		return shifted(err, start)
	}
	if !r.Empty() {
		return &der.SyntaxError{Offset: start + text.Offset + len(text.Full), Msg: "something follows the ciphertext"}
	}
	if f.Ciphertext, err = text.OctetString(); err != nil {
		return shifted(err, start)
	}
	f.End = len(data) - len(rest)
	return nil
}

// cutBody judges a body that misses bytes at its end by what is there: the
// algorithm, so far as it goes, and the start of the ciphertext.
func (f *NETKey) cutBody(content []byte, start, missing int) error {
	cut := &der.SyntaxError{Offset: start, Missing: missing}
	alg, rest, err := der.Parse(content)
	if se := (*der.SyntaxError)(nil); errors.As(err, &se) {
		if se.Missing > 0 && len(content) < 16 && (len(content) == 0 || content[0] == 0x30) {
			return cut
		}
		return &der.SyntaxError{Offset: start, Msg: "no algorithm after the header"}
	}
	oid, _, err := der.ParseAlgorithm(alg)
	if err != nil || len(rest) > 0 && rest[0]&^0x20 != der.TagOctetString {
		return &der.SyntaxError{Offset: start, Msg: "no algorithm after the header"}
	}
	f.Algorithm = oid
	return cut
}

// shifted moves the place of a fault that was counted from n.
func shifted(err error, n int) error {
	if se := (*der.SyntaxError)(nil); errors.As(err, &se) {
		se.Offset += n
	}
	return err
}

// IndexNamed is the position of the OCTET STRING whose tag, length and content are header,
// -1 if it is not there. It looks for the content: tags are everywhere.
func IndexNamed(data []byte, header string) int {
	for at := 2; at <= len(data); at++ {
		i := bytes.Index(data[at:], []byte(header[2:]))
		if i < 0 {
			break
		}
		if at += i; string(data[at-2:at]) == header[:2] {
			return at - 2
		}
	}
	return -1
}

// HoldsNET reports whether a NET key starts anywhere in data.
func HoldsNET(data []byte) bool {
	for at := 0; ; at += len(NETHeader) {
		i := IndexNamed(data[at:], NETHeader)
		if i < 0 {
			return false
		}
		at += i
		for size := 2; size <= min(6, at); size++ {
			c := Carved{Offset: at - size}
			if start, _, err := outer(data[c.Offset:]); err == nil && start == size && c.carveNET(data[c.Offset:]) {
				return true
			}
		}
	}
}
