package convert

import (
	"bytes"
	"encoding/base64"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/shape"
)

// detectSPKAC takes the text that openssl spkac writes and openssl ca reads:
// a line SPKAC=base64, and perhaps further lines with the names. An SPKAC in
// DER or in base64 alone is found by its shape.
func detectSPKAC(data []byte) confidence {
	if _, _, ok := spkacLine(data); ok {
		return certain
	}
	return notIt
}

// spkacLine returns what stands behind SPKAC=, a continued line joined, and
// the offset of its line.
func spkacLine(data []byte) (value []byte, offset int, ok bool) {
	const most = 64 << 10 // the line stands near the start
	head := data[:min(len(data), most)]
	if !bytes.Contains(head, []byte("SPKAC")) {
		return nil, 0, false // sooner than line by line
	}
	for offset < len(head) {
		line := head[offset:]
		if end := bytes.IndexByte(line, '\n'); end >= 0 {
			line = line[:end+1]
		}
		name, value, found := bytes.Cut(line, []byte("="))
		if found && string(bytes.TrimSpace(name)) == "SPKAC" {
			for next := offset + len(line); bytes.HasSuffix(bytes.TrimRight(value, "\r\n"), []byte("\\")) && next < len(head); {
				more := head[next:]
				if end := bytes.IndexByte(more, '\n'); end >= 0 {
					more = more[:end+1]
				}
				value = append(bytes.TrimRight(bytes.Clone(value), "\r\n\\"), more...)
				next += len(more)
			}
			return bytes.TrimSpace(value), offset, true
		}
		offset += len(line)
	}
	return nil, 0, false
}

func (d *decoder) decodeSPKAC(data []byte, at Source) error {
	value, offset, ok := spkacLine(data)
	if !ok && detectPEM(data) > notIt {
		return d.decodePEM(data, at) // what <keygen> sends: base64 alone
	}
	d.container(at)
	if !ok {
		if shape.Of(data) == shape.SPKAC {
			return d.addRequest(data, at, Names{})
		}
		return &Error{Kind: ErrUnknownFormat, Source: at, What: "SPKAC", Foreign: shape.Identify(data)}
	}
	at.Line, at.Column, at.Offset = 1+bytes.Count(data[:offset], []byte("\n")), 1, -1
	raw := make([]byte, base64.StdEncoding.DecodedLen(len(value)))
	n, err := base64.StdEncoding.Decode(raw, value)
	if err != nil {
		return damaged(at, "SPKAC", &der.SyntaxError{Offset: offset, Msg: "not valid base64"})
	}
	if shape.Of(raw[:n]) != shape.SPKAC {
		return damaged(at, "SPKAC", &der.SyntaxError{Offset: offset, Msg: "no SignedPublicKeyAndChallenge in it"})
	}
	return d.addRequest(raw[:n], at, Names{})
}
