package pem

import (
	"bytes"
	"strings"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
)

// beforeHeader is what may be before the name of a header.
const beforeHeader = " \t\"'"

// isHeader reports whether line has the form of an RFC 1421 header.
func isHeader(line []byte) bool {
	line = bytes.TrimLeft(line, beforeHeader)
	i := bytes.IndexByte(line[:min(len(line), 64)], ':')
	if i < 1 || !isLetter(line[0]) {
		return false
	}
	return strings.Trim(strings.ToLower(string(line[:i])), "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// header takes one header line. Where everything is on one line, it returns
// the rest of it.
func (r *bodyReader) header(off int, line []byte) (rest []byte) {
	r.headers = 1
	for {
		trimmed := bytes.TrimLeft(line, beforeHeader)
		off += len(line) - len(trimmed)
		line = trimmed
		i := bytes.IndexByte(line, ':')
		name, value := string(line[:i]), bytes.TrimLeft(line[i+1:], " \t")
		encryption := strings.EqualFold(name, "Proc-Type") && bytes.Contains(bytes.ToUpper(value), []byte("ENCRYPTED")) || strings.EqualFold(name, "DEK-Info")
		if encryption {
			j := headerValue(name, value)
			if len(value) < j+16 {
				j = 0
			}
			if k := bytes.IndexAny(value, " \t"); k > 0 && (j == 0 || k < j) && value[k-1] != ',' {
				j = k
			}
			if j > 0 && j < len(value) && !blank(value[j:]) {
				value, rest = value[:j], value[j:]
			}
		}
		switch {
		case !encryption:
			r.noteAt(note.Headers, off, "header %s", name)
		case !strictHeader(len(r.blk.Headers), name, value):
			r.noteAt(note.Headers, off, "header %s in another form or order than OpenSSL reads", name)
		}
		if len(r.blk.Headers) < 64 {
			r.blk.Headers = append(r.blk.Headers, [2]string{name, strings.Join(strings.Fields(string(value[:min(len(value), 4096)])), " ")})
		}
		if rest == nil {
			return nil
		}
		off += len(line) - len(rest)
		if !isHeader(rest) {
			r.headers = 2
			return rest
		}
		line, rest = rest, nil
	}
}

// strictHeader reports whether header i of a block is one of encryption as
// OpenSSL wants it: Proc-Type, then DEK-Info, in this case, and the IV right
// behind its comma.
func strictHeader(i int, name string, value []byte) bool {
	switch {
	case i == 0 && name == "Proc-Type":
		value, ok := bytes.CutPrefix(value, []byte("4,"))
		return ok && bytes.HasPrefix(bytes.TrimLeft(value, " \t"), []byte("ENCRYPTED"))
	case i == 1 && name == "DEK-Info":
		_, iv, found := bytes.Cut(value, []byte(","))
		return found && !blank(iv) && iv[0] != ' ' && iv[0] != '\t'
	}
	return false
}

// headerValue is the length that the value of an encryption header has by
// itself (RFC 1421, Section 4.6.1): the IV is one block of the cipher. 0 if
// that is not known.
func headerValue(name string, value []byte) int {
	if strings.EqualFold(name, "Proc-Type") && bytes.HasPrefix(value, []byte("4,ENCRYPTED")) {
		return len("4,ENCRYPTED")
	}
	cipher, _, ok := bytes.Cut(value, []byte(","))
	if !ok || !strings.EqualFold(name, "DEK-Info") {
		return 0
	}
	iv := pbe.DEKInfoIV(string(cipher))
	if iv == 0 {
		return 0
	}
	return len(cipher) + 1 + 2*iv
}

// continued takes the continuation of a folded header (RFC 1421, Section 4.4).
func (r *bodyReader) continued(line []byte) bool {
	h := &r.blk.Headers[len(r.blk.Headers)-1]
	encryption := strings.EqualFold(h[0], "Proc-Type") || strings.EqualFold(h[0], "DEK-Info")
	open := strings.HasSuffix(h[1], ",")
	if line[0] != ' ' && line[0] != '\t' || encryption && !open {
		return false
	}
	if len(h[1]) < 4096 {
		h[1] += string(bytes.TrimSpace(line[:min(len(line), 4096)]))
	}
	return true
}

// DEKInfo returns the DEK-Info header and whether the block is encrypted the
// traditional way (RFC 1421, Section 4.6).
func (b *Block) DEKInfo() (value string, encrypted bool) {
	for _, h := range b.Headers {
		switch {
		case strings.EqualFold(h[0], "DEK-Info"):
			value, encrypted = h[1], true
		case strings.EqualFold(h[0], "Proc-Type") && strings.Contains(strings.ToUpper(h[1]), "ENCRYPTED"):
			encrypted = true
		}
	}
	return value, encrypted
}
