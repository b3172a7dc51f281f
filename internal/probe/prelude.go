package probe

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/der"
)

// prelude is what is said before TLS on a port that begins with something else.
type prelude struct {
	name    string
	aliases []string
	ports   []uint16
	run     func(*speech) error
	// wrap is for a protocol that carries the handshake inside its own packets.
	wrap func(net.Conn) net.Conn
}

func preludes() []prelude {
	return []prelude{
		{name: "smtp", ports: []uint16{25, 2525}, run: preludeSMTP("EHLO")},
		{name: "submission", ports: []uint16{587}, run: preludeSMTP("EHLO")},
		{name: "lmtp", ports: []uint16{24}, run: preludeSMTP("LHLO")},
		{name: "imap", ports: []uint16{143}, run: preludeIMAP},
		{name: "pop3", ports: []uint16{110}, run: preludeLines("+OK", "STLS", "+OK")},
		{name: "nntp", ports: []uint16{119}, run: preludeLines("20", "STARTTLS", "382")},
		{name: "sieve", aliases: []string{"managesieve"}, ports: []uint16{4190, 2000}, run: preludeSieve},
		{name: "ftp", ports: []uint16{21}, run: preludeFTP},
		{name: "ldap", ports: []uint16{389, 3268}, run: preludeLDAP},
		{name: "postgres", aliases: []string{"postgresql", "pgsql"}, ports: []uint16{5432}, run: preludePostgres},
		{name: "mysql", aliases: []string{"mariadb"}, ports: []uint16{3306}, run: preludeMySQL},
		{name: "xmpp", aliases: []string{"xmpp-client"}, ports: []uint16{5222}, run: preludeXMPP("jabber:client")},
		{name: "xmpp-server", ports: []uint16{5269}, run: preludeXMPP("jabber:server")},
		{name: "rdp", ports: []uint16{3389}, run: preludeRDP},
		{name: "mssql", aliases: []string{"tds"}, ports: []uint16{1433}, run: preludeMSSQL, wrap: wrapTDS},
	}
}

func lookupPrelude(name string) *prelude {
	for _, p := range preludes() {
		if p.name == name || slices.Contains(p.aliases, name) {
			return &p
		}
	}
	return nil
}

func preludeOfPort(port uint16) string {
	for _, p := range preludes() {
		if slices.Contains(p.ports, port) {
			return p.name
		}
	}
	return ""
}

// Known is the name of the protocol that a word means, "" if there is none.
func Known(word string) string {
	if p := lookupPrelude(word); p != nil {
		return p.name
	}
	return ""
}

// StartTLS has a server start TLS on a new connection, by a protocol whose name
// Known knows, and that has the handshake outside its own packets; name is the host
// that protocols with names ask for. A *RefusedError is the server's refusal.
func StartTLS(conn net.Conn, protocol, name string) error {
	p := lookupPrelude(protocol)
	if p == nil || p.wrap != nil {
		return fmt.Errorf("no way to start TLS is known by the name %q", protocol)
	}
	return p.run(newSpeech(&boundConn{Conn: conn}, name))
}

// Preludes are the names of the protocols in which TLS can be asked for.
func Preludes() []string {
	var list []string
	for _, p := range preludes() {
		list = append(list, p.name)
	}
	return list
}

// RefusedError says that a server does not change to TLS.
type RefusedError struct {
	Said      string // by the server
	Temporary bool   // it may do so later
}

func (e *RefusedError) Error() string {
	if e.Said == "" {
		return "it does not offer TLS"
	}
	return "it does not change to TLS: " + e.Said
}

// speech is the conversation before TLS.
type speech struct {
	conn net.Conn
	r    *bufio.Reader
	host string // of the server
}

// What is read of a server before TLS, at most.
const (
	maxLine  = 4 << 10
	maxLines = 200
)

var errChatter = errors.New("it says too much before TLS")

func (s *speech) write(text string) error {
	_, err := io.WriteString(s.conn, text)
	return err
}

// line reads one line, without its end.
func (s *speech) line() (string, error) {
	var b []byte
	for {
		c, err := s.r.ReadByte()
		switch {
		case err != nil:
			return "", err
		case c == '\n':
			return strings.TrimSuffix(string(b), "\r"), nil
		case len(b) == maxLine:
			return "", errChatter
		}
		b = append(b, c)
	}
}

// reply reads lines up to the last of an answer: "250-" goes on, "250 " ends.
func (s *speech) reply() (lines []string, err error) {
	for len(lines) < maxLines {
		l, err := s.line()
		if err != nil {
			return nil, err
		}
		lines = append(lines, l)
		if len(l) < 4 || l[3] != '-' {
			return lines, nil
		}
	}
	return nil, errChatter
}

func refused(line string) error {
	return &RefusedError{Said: line, Temporary: strings.HasPrefix(line, "4")}
}

// preludeSMTP is RFC 3207.
func preludeSMTP(greeting string) func(*speech) error {
	return func(s *speech) error {
		hello, err := s.reply()
		if err != nil {
			return err
		}
		if !strings.HasPrefix(hello[0], "220") {
			return refused(hello[0])
		}
		if err := s.write(greeting + " localhost\r\n"); err != nil {
			return err
		}
		features, err := s.reply()
		if err != nil {
			return err
		}
		if !strings.HasPrefix(features[0], "250") {
			return refused(features[0])
		}
		if !slices.ContainsFunc(features, func(l string) bool { return len(l) > 4 && strings.EqualFold(strings.TrimSpace(l[4:]), "STARTTLS") }) {
			return &RefusedError{}
		}
		return s.ask("STARTTLS\r\n", "220")
	}
}

// ask sends a command and wants an answer that begins with good.
func (s *speech) ask(command, good string) error {
	if err := s.write(command); err != nil {
		return err
	}
	answer, err := s.reply()
	if err != nil {
		return err
	}
	if !strings.HasPrefix(answer[len(answer)-1], good) {
		return refused(answer[0])
	}
	return nil
}

// preludeLines is that of POP3 (RFC 2595) and NNTP (RFC 4642).
func preludeLines(greeting, command, good string) func(*speech) error {
	return func(s *speech) error {
		l, err := s.line()
		if err != nil {
			return err
		}
		if !strings.HasPrefix(l, greeting) {
			return refused(l)
		}
		if err := s.write(command + "\r\n"); err != nil {
			return err
		}
		if l, err = s.line(); err != nil {
			return err
		}
		if !strings.HasPrefix(l, good) {
			return refused(l)
		}
		return nil
	}
}

// preludeFTP is RFC 4217.
func preludeFTP(s *speech) error {
	// RFC 959, Section 4.2: lines within an answer may begin with anything.
	answer := func() (string, error) {
		first, err := s.line()
		if err != nil || len(first) < 4 || first[3] != '-' {
			return first, err
		}
		for range maxLines {
			l, err := s.line()
			if err != nil || strings.HasPrefix(l, first[:3]+" ") {
				return first, err
			}
		}
		return "", errChatter
	}
	for _, step := range []struct{ command, good string }{{"", "220"}, {"AUTH TLS\r\n", "234"}} {
		if err := s.write(step.command); err != nil {
			return err
		}
		l, err := answer()
		if err != nil {
			return err
		}
		if !strings.HasPrefix(l, step.good) {
			return refused(l)
		}
	}
	return nil
}

// preludeIMAP is RFC 9051, Section 6.2.1.
func preludeIMAP(s *speech) error {
	l, err := s.line()
	if err != nil {
		return err
	}
	if !strings.HasPrefix(strings.ToUpper(l), "* OK") && !strings.HasPrefix(strings.ToUpper(l), "* PREAUTH") {
		return refused(l)
	}
	if err := s.write("a STARTTLS\r\n"); err != nil {
		return err
	}
	for range maxLines {
		if l, err = s.line(); err != nil {
			return err
		}
		if tag, rest, _ := strings.Cut(l, " "); tag == "a" {
			if strings.HasPrefix(strings.ToUpper(rest), "OK") {
				return nil
			}
			return refused(l)
		}
	}
	return errChatter
}

// preludeSieve is RFC 5804, Section 2.2.
func preludeSieve(s *speech) error {
	offered := false
	for i := 0; ; i++ {
		l, err := s.line()
		switch {
		case err != nil:
			return err
		case i == maxLines:
			return errChatter
		}
		word := strings.ToUpper(l)
		offered = offered || strings.HasPrefix(word, `"STARTTLS"`)
		if strings.HasPrefix(word, "OK") {
			break
		}
		if strings.HasPrefix(word, "NO") || strings.HasPrefix(word, "BYE") {
			return refused(l)
		}
	}
	if !offered {
		return &RefusedError{}
	}
	return s.ask("STARTTLS\r\n", "OK")
}

// preludeLDAP is the extended request of RFC 4511, Section 4.14.
func preludeLDAP(s *speech) error {
	const oid = "1.3.6.1.4.1.1466.20037"
	if err := s.write("\x30\x1d\x02\x01\x01\x77\x18\x80\x16" + oid); err != nil {
		return err
	}
	head := make([]byte, 2)
	if _, err := io.ReadFull(s.r, head); err != nil {
		return err
	}
	more := int(head[1])
	if n := more & 0x7f; more > 0x7f {
		if n == 0 || n > 4 { // Active Directory writes four
			return errChatter
		}
		size := make([]byte, n)
		if _, err := io.ReadFull(s.r, size); err != nil {
			return err
		}
		head, more = append(head, size...), 0
		for _, b := range size {
			more = more<<8 | int(b)
		}
	}
	if more > maxLine {
		return errChatter
	}
	message := append(head, make([]byte, more)...)
	if _, err := io.ReadFull(s.r, message[len(head):]); err != nil {
		return err
	}
	e, _, err := der.Parse(message)
	if err != nil || !e.Is(der.TagSequence) {
		return &RefusedError{Said: "no LDAP"}
	}
	parts, err := e.Children()
	if err != nil || len(parts) < 2 {
		return &RefusedError{Said: "no LDAP"}
	}
	fields, err := parts[1].Children()
	if err != nil || len(fields) < 3 || len(fields[0].Content) != 1 {
		return &RefusedError{Said: "no LDAP"}
	}
	if code := fields[0].Content[0]; code != 0 {
		return &RefusedError{Said: strings.TrimSpace(fmt.Sprintf("result %d %s", code, fields[2].Content))}
	}
	return nil
}

// preludePostgres is the SSLRequest of PostgreSQL's protocol.
func preludePostgres(s *speech) error {
	if err := s.write("\x00\x00\x00\x08\x04\xd2\x16\x2f"); err != nil {
		return err
	}
	c, err := s.r.ReadByte()
	switch {
	case err != nil:
		return err
	case c == 'S':
		return nil
	case c == 'N':
		return &RefusedError{}
	}
	return &RefusedError{Said: fmt.Sprintf("%q", c)}
}

// preludeMySQL answers the greeting with an SSLRequest (Protocol::SSLRequest of
// MySQL's documentation).
func preludeMySQL(s *speech) error {
	head := make([]byte, 4)
	if _, err := io.ReadFull(s.r, head); err != nil {
		return err
	}
	size := int(head[0]) | int(head[1])<<8 | int(head[2])<<16
	if size > maxLine || size < 1 {
		return &RefusedError{Said: "no MySQL"}
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(s.r, body); err != nil {
		return err
	}
	const errorPacket, version10 = 0xff, 10
	if body[0] == errorPacket && size > 3 {
		return &RefusedError{Said: string(body[3:])}
	}
	end := bytes.IndexByte(body, 0)
	// After the version: thread 4, data 8, filler 1, capabilities 2.
	if body[0] != version10 || end < 0 || len(body) < end+1+15 {
		return &RefusedError{Said: "no MySQL"}
	}
	const clientSSL = 0x0800
	if binary.LittleEndian.Uint16(body[end+1+13:])&clientSSL == 0 {
		return &RefusedError{}
	}
	request := []byte{0x20, 0, 0, 1, 0, 0x8a, 0, 0, 0, 0, 0, 1, 0x21}
	return s.write(string(append(request, make([]byte, 23)...)))
}

// preludeXMPP is RFC 6120, Section 5.4.
func preludeXMPP(namespace string) func(*speech) error {
	return func(s *speech) error {
		const tls = "urn:ietf:params:xml:ns:xmpp-tls"
		if err := s.write("<?xml version='1.0'?><stream:stream xmlns='" + namespace + "' xmlns:stream='http://etherx.jabber.org/streams' to='" + s.host + "' version='1.0'>"); err != nil {
			return err
		}
		features, err := s.until("</stream:features>", "<stream:features/>", "</stream:stream>", "</stream:error>")
		if err != nil {
			return err
		}
		if !strings.Contains(features, tls) {
			if i := strings.Index(features, "<stream:error>"); i >= 0 {
				return &RefusedError{Said: features[i:]}
			}
			return &RefusedError{}
		}
		if err := s.write("<starttls xmlns='" + tls + "'/>"); err != nil {
			return err
		}
		answer, err := s.until(">")
		if err != nil {
			return err
		}
		if !strings.Contains(answer, "<proceed") {
			return &RefusedError{Said: answer}
		}
		return nil
	}
}

// until reads up to one of ends.
func (s *speech) until(ends ...string) (string, error) {
	var b []byte
	for len(b) < 4*maxLine {
		c, err := s.r.ReadByte()
		if err != nil {
			return "", err
		}
		b = append(b, c)
		if c == '>' && slices.ContainsFunc(ends, func(end string) bool { return bytes.HasSuffix(b, []byte(end)) }) {
			return string(b), nil
		}
	}
	return "", errChatter
}

// preludeRDP is the negotiation of [MS-RDPBCGR], Section 2.2.1.1.1, for TLS.
func preludeRDP(s *speech) error {
	if err := s.write("\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00"); err != nil {
		return err
	}
	head := make([]byte, 4)
	if _, err := io.ReadFull(s.r, head); err != nil {
		return err
	}
	size := int(binary.BigEndian.Uint16(head[2:]))
	if head[0] != 3 || size < 11 || size > maxLine {
		return &RefusedError{Said: "no RDP"}
	}
	body := make([]byte, size-len(head))
	if _, err := io.ReadFull(s.r, body); err != nil {
		return err
	}
	const response, failure = 2, 3
	if len(body) < 15 {
		return &RefusedError{} // a server from before the negotiation
	}
	switch n := body[len(body)-8:]; {
	case n[0] == failure:
		return &RefusedError{Said: fmt.Sprintf("failure %d", n[4])}
	case n[0] != response || n[4]&3 == 0:
		return &RefusedError{}
	}
	return nil
}

const (
	tdsPreLogin = 0x12
	tdsHeader   = 8
)

func tdsPacket(body []byte) []byte {
	head := []byte{tdsPreLogin, 1, 0, 0, 0, 0, 0, 0}
	binary.BigEndian.PutUint16(head[2:], uint16(tdsHeader+len(body)))
	return append(head, body...)
}

// readTDS reads the body of one packet.
func readTDS(r io.Reader) ([]byte, error) {
	head := make([]byte, tdsHeader)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	size := int(binary.BigEndian.Uint16(head[2:]))
	const reply = 4
	if head[0] != reply && head[0] != tdsPreLogin || size < tdsHeader {
		return nil, &RefusedError{Said: "no TDS"}
	}
	body := make([]byte, size-tdsHeader)
	_, err := io.ReadFull(r, body)
	return body, err
}

// preludeMSSQL is PRELOGIN of [MS-TDS], Section 2.2.6.5, with its options VERSION
// and ENCRYPTION.
func preludeMSSQL(s *speech) error {
	const encryptionOn = 1
	options := []byte{0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 17, 0, 0, 0, 0, 0, encryptionOn}
	if err := s.write(string(tdsPacket(options))); err != nil {
		return err
	}
	body, err := readTDS(s.r)
	if err != nil {
		return err
	}
	for i := 0; i+5 <= len(body) && body[i] != 0xff; i += 5 {
		at := int(binary.BigEndian.Uint16(body[i+1:]))
		const encryption, notSupported = 1, 2
		if body[i] != encryption || at >= len(body) {
			continue
		}
		if body[at] == notSupported {
			return &RefusedError{}
		}
		return nil
	}
	return &RefusedError{Said: "no TDS"}
}

// tdsConn carries a handshake in packets of TDS.
type tdsConn struct {
	net.Conn
	rest []byte
}

func wrapTDS(conn net.Conn) net.Conn { return &tdsConn{Conn: conn} }

func (c *tdsConn) Write(data []byte) (int, error) {
	const most = 4096 - tdsHeader
	for done := 0; done < len(data); {
		n := min(most, len(data)-done)
		if _, err := c.Conn.Write(tdsPacket(data[done : done+n])); err != nil {
			return done, err
		}
		done += n
	}
	return len(data), nil
}

func (c *tdsConn) Read(data []byte) (int, error) {
	for len(c.rest) == 0 {
		var err error
		if c.rest, err = readTDS(c.Conn); err != nil {
			return 0, err
		}
	}
	n := copy(data, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}
