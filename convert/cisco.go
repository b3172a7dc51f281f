package convert

import (
	"bytes"
	"encoding/hex"
	"strings"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/shape"
)

const whatCisco = "Cisco configuration"

// ciscoCommands are how a configuration of IOS or ASA begins a list of certificates.
var ciscoCommands = []string{"crypto pki certificate chain ", "crypto ca certificate chain "}

func detectCisco(data []byte) confidence {
	for _, c := range ciscoCommands {
		if bytes.Contains(data[:min(len(data), 4<<20)], []byte(c)) {
			return certain
		}
	}
	return notIt
}

// decodeCisco reads the certificates in a configuration: after "certificate" and a serial
// number the digits, in groups of eight, up to "quit".
func (d *decoder) decodeCisco(data []byte, at Source) error {
	var list []embedded
	var digits strings.Builder
	point, open, number := "", 0, 0
	for line := range strings.Lines(plainText(data)) {
		number++
		line = strings.TrimSpace(line)
		for _, c := range ciscoCommands {
			if name, ok := strings.CutPrefix(line, c); ok {
				point = name
			}
		}
		switch {
		case open > 0 && line == "quit":
			x := embedded{line: open, name: shape.Plain(point, 60), ours: true}
			if x.data, x.err = hex.DecodeString(digits.String()); x.err != nil {
				x.err = &Error{Kind: ErrDamaged, Source: at, What: whatCisco, Detail: "a certificate has what is no hexadecimal digit, or half of one"}
			}
			list = append(list, x)
			open = 0
			digits.Reset()
		case open > 0:
			digits.WriteString(strings.Join(strings.Fields(line), ""))
		case point != "" && strings.HasPrefix(line, "certificate ") && strings.Contains(line, "nvram:"):
			at := at
			at.Line, at.Column = number, 1
			d.note(at, note.Skipped, "a certificate that is in the memory of the router (nvram:)")
		case point != "" && strings.HasPrefix(line, "certificate "):
			open = number + 1
		}
	}
	if open > 0 {
		list = append(list, embedded{line: open, name: shape.Plain(point, 60), ours: true, err: &Error{Kind: ErrDamaged, Source: at, What: whatCisco, Detail: "a certificate does not end with quit"}})
	}
	if len(list) == 0 {
		return &Error{Kind: ErrUnknownFormat, Source: at, What: whatCisco, Detail: "there is no certificate in it"}
	}
	return d.decodeEmbedded(list, at)
}
