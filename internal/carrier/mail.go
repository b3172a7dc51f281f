package carrier

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"io"
	"mime/quotedprintable"
	"strings"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/shape"
)

const (
	maxMailParts = 10_000
	maxMailDeep  = 16
	maxMailHead  = 256 << 10 // of the header of a message or part
	maxMailField = 8 << 10   // of a field, of which no more counts
)

// mail takes messages apart (RFC 5322, RFC 2045, RFC 2046; mbox as of RFC 4155).
type mail struct {
	text  []byte
	parts []Part
}

// mailHeader has the fields of a header that say what the body is.
type mailHeader struct {
	known            int // fields that mails have
	media, boundary  string
	encoding         string
	name             string
	body             int // where it starts
	disposition, typ string
}

// parseMailHeader reads the header at off. Known is 0 for what is none.
func (m *mail) parseMailHeader(off, limit int) (h mailHeader) {
	field := ""
	done := func() {
		key, value, ok := strings.Cut(field, ":")
		field = ""
		if !ok {
			return
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(key) {
		case "content-type":
			h.typ = value
		case "content-disposition":
			h.disposition = value
		case "content-transfer-encoding":
			h.encoding = strings.ToLower(value)
		case "from", "to", "subject", "date", "received", "return-path", "message-id", "mime-version", "delivered-to":
		default:
			return
		}
		h.known++
	}
	for h.body = off; h.body < limit; {
		line, next := mailLine(m.text, h.body, limit)
		switch {
		case len(line) == 0:
			h.body = next
			done()
			h.fields()
			return h
		case next-off > maxMailHead:
			return mailHeader{body: limit}
		case line[0] == ' ' || line[0] == '\t':
			if len(field) < maxMailField {
				field += " " + string(bytes.TrimSpace(line))
			}
		case h.body == off && bytes.HasPrefix(line, []byte("From ")): // mbox
		case !isFieldName(line):
			return mailHeader{body: limit}
		default:
			done()
			field = string(line)
		}
		h.body = next
	}
	return mailHeader{body: limit}
}

// isFieldName reports whether a line of a header begins with a name and a colon.
func isFieldName(line []byte) bool {
	i := bytes.IndexByte(line, ':')
	return i > 0 && i < 80 && !bytes.ContainsAny(line[:i], " \t\"{}<>()=;,")
}

// fields completes h with the parameters.
func (h *mailHeader) fields() {
	media, _, _ := strings.Cut(h.typ, ";")
	h.media = strings.ToLower(strings.TrimSpace(media))
	h.boundary = mailParameter(h.typ, "boundary")
	h.name = shape.Plain(cmp.Or(mailParameter(h.disposition, "filename"), mailParameter(h.typ, "name")), 80)
}

// mailParameter is a parameter of a field (RFC 2045, Section 5.1).
func mailParameter(value, name string) string {
	for _, p := range strings.Split(value, ";")[1:] {
		key, v, ok := strings.Cut(p, "=")
		if !ok {
			continue
		}
		if key = strings.ToLower(strings.TrimSpace(key)); key == name || key == name+"*" {
			v = strings.Trim(strings.TrimSpace(v), `"`)
			if key != name { // RFC 2231: charset'language'value
				v = v[strings.LastIndexByte(v, '\'')+1:]
			}
			return v
		}
	}
	return ""
}

// mailLine is the line at p without its end, and where the next one starts.
func mailLine(text []byte, p, limit int) ([]byte, int) {
	n := bytes.IndexByte(text[p:limit], '\n')
	if n < 0 {
		return text[p:limit], limit
	}
	return bytes.TrimSuffix(text[p:p+n], []byte("\r")), p + n + 1
}

// entity reads a message or a part of one.
func (m *mail) entity(off, limit, depth int) {
	h := m.parseMailHeader(off, limit)
	if depth > maxMailDeep || len(m.parts) >= maxMailParts {
		m.add(Part{Err: &Error{TooLarge: true, Detail: "it has too many parts, or they are nested too deep"}, Name: h.name}, off)
		return
	}
	switch {
	case strings.HasPrefix(h.media, "multipart/") && h.boundary != "":
		m.multipart(h.boundary, h.body, limit, depth)
	case h.media == "message/rfc822" && h.encoding != "base64":
		m.entity(h.body, limit, depth+1)
	default:
		m.leaf(&h, m.text[h.body:limit])
	}
}

// multipart reads the parts between the lines that begin with the boundary, and
// the text around them, which programs for mail do not show.
func (m *mail) multipart(boundary string, off, limit, depth int) {
	mark := "--" + boundary
	from := -1
	for p := off; p < limit; {
		line, next := mailLine(m.text, p, limit)
		if rest, ok := bytes.CutPrefix(line, []byte(mark)); ok && (len(bytes.TrimSpace(rest)) == 0 || bytes.HasPrefix(rest, []byte("--"))) {
			if from >= 0 {
				m.entity(from, p, depth+1)
			} else {
				m.between(off, p)
			}
			if from = next; bytes.HasPrefix(rest, []byte("--")) {
				m.between(from, limit)
				return
			}
		}
		p = next
	}
	if from >= 0 {
		m.entity(from, limit, depth+1)
	} else {
		m.between(off, limit)
	}
}

// between adds the text from off to limit, if there is any.
func (m *mail) between(off, limit int) {
	if text := m.text[off:limit]; len(bytes.TrimSpace(text)) > 0 {
		m.add(Part{Data: text, Name: "text", Plain: true}, off)
	}
}

// leaf decodes a body.
func (m *mail) leaf(h *mailHeader, body []byte) {
	p := Part{Data: body, Name: cmp.Or(h.name, h.media, "text"), Plain: h.name == "" && (h.media == "" || strings.HasPrefix(h.media, "text/"))}
	p.Ours = strings.Contains(h.media, "pkcs") || strings.Contains(h.media, "x509") || strings.Contains(h.media, "pkix-cert")
	switch h.encoding {
	case "base64":
		p.Encoded = true
		var bad int
		if p.Data, bad, p.Err = mailBase64(body); p.Err != nil {
			p.Err.Detail = fmt.Sprintf("the base64 of %s: %s", p.Name, p.Err.Detail)
			m.add(p, h.body+bad)
			return
		}
	case "quoted-printable":
		if data, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(body))); err == nil {
			p.Data = data
		}
	}
	m.add(p, h.body)
}

// mailBase64 decodes a body in base64, over what is none (RFC 2045, Section 6.8). Where that
// does not come out even, it gives what comes before the damage, and its place and kind.
func mailBase64(body []byte) (data []byte, bad int, fault *Error) {
	digits := make([]byte, 0, len(body))
	for _, c := range body {
		if pem.IsBase64(c) || c == '=' {
			digits = append(digits, c)
		}
	}
	data = make([]byte, base64.StdEncoding.DecodedLen(len(digits)))
	n, err := base64.StdEncoding.Decode(data, digits)
	if err == nil {
		return data[:n], 0, nil
	}
	bad, detail := mailDamage(body)
	return data[:n], bad, damaged(detail)
}

// mailDamage finds where base64 is damaged: a character that is none, a = before the end, a
// line of another length than those around it, or the end.
func mailDamage(body []byte) (off int, what string) {
	pad, full, before := -1, 0, 0 // length of the lines, and of the one before
	for p := 0; p < len(body); {
		line, next := mailLine(body, p, len(body))
		line = bytes.TrimRight(line, " \t")
		for i, c := range line {
			switch {
			case c == '=':
				if pad < 0 {
					pad = p + i
				}
			case !pem.IsBase64(c):
				r, _ := utf8.DecodeRune(line[i:])
				return p + i, fmt.Sprintf("there is the character %q", r)
			case pad >= 0:
				return pad, "there is a = with more behind it"
			}
		}
		if len(line) > 0 {
			if full == 0 {
				full = len(line)
			}
			if before != 0 && before != full {
				return p - 1, fmt.Sprintf("there is a line of %d characters, where others have %d", before, full)
			}
			before, off = len(line), p
		}
		p = next
	}
	return off, "it ends early"
}

func (m *mail) add(p Part, off int) {
	p.Line = off // turned into a line when all are there
	m.parts = append(m.parts, p)
}

// Mail takes a mail, or a folder of mails (mbox), apart. It returns nil for what is none.
func Mail(data []byte) []Part {
	head := data[:min(len(data), 4096)]
	if len(data) > MaxSize || !isFieldName(head) && !bytes.HasPrefix(head, []byte("From ")) {
		return nil
	}
	m := &mail{text: data}
	if m.parseMailHeader(0, len(data)).known < 2 {
		return nil
	}
	m.messages()
	line, at := 1, 0
	for i := range m.parts {
		off := m.parts[i].Line
		line += bytes.Count(data[at:max(at, off)], []byte("\n"))
		at = max(at, off)
		m.parts[i].Line = line
	}
	return m.parts
}

// messages reads one mail after the other.
func (m *mail) messages() {
	mark := []byte("\nFrom ")
	mbox := bytes.HasPrefix(m.text, mark[1:])
	for off, n := 0, 1; off < len(m.text); n++ {
		limit := len(m.text)
		for p := off; mbox; {
			i := bytes.Index(m.text[p:], mark)
			if i < 0 {
				break
			}
			p += i + 1
			// Such a line may stand in a text, too.
			if m.parseMailHeader(p, len(m.text)).known >= 2 {
				limit = p
				break
			}
		}
		first := len(m.parts)
		m.entity(off, limit, 0)
		for i := first; mbox && i < len(m.parts); i++ {
			m.parts[i].Name = fmt.Sprintf("mail %d: %s", n, m.parts[i].Name)
		}
		off = limit
	}
}
