package probe

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"net"

	"golang.org/x/crypto/cryptobyte"

	"github.com/certconv/certconv/internal/served"
)

// Hello is a client hello of SSL 3 to TLS 1.3 (RFC 5246, Section 7.4.1.2; RFC 8446,
// Section 4.1.2).
type Hello struct {
	Version    uint16
	Host       string // "" or an address: no name is sent
	Suites     []uint16
	Signatures []uint16
}

// What OpenSSL 3.0 offers by default, as far as it matters for the choice of the
// certificate: suites with ECDHE and DHE, groups, and signatures, which for TLS
// 1.2 say which curves a key may be on.
var (
	openSSLSuites = []uint16{
		0xc02c, 0xc030, 0x009f, 0xcca9, 0xcca8, 0xccaa, 0xc02b, 0xc02f, 0x009e, 0xc024, 0xc028, 0x006b, 0xc023, 0xc027, 0x0067,
		0xc00a, 0xc014, 0x0039, 0xc009, 0xc013, 0x0033, 0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f, 0x00ff,
	}
	openSSLGroups     = []uint16{0x001d, 0x0017, 0x001e, 0x0019, 0x0018}
	openSSLSignatures = []uint16{
		0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601,
		0x0303, 0x0301, 0x0302, 0x0402, 0x0502, 0x0602,
	}

	// Suites of one kind of key for TLS 1.2, and signatures for TLS 1.3.
	ecdsaSuites     = []uint16{0xc02c, 0xcca9, 0xc02b, 0xc024, 0xc023, 0xc00a, 0xc009, 0xc0ad, 0xc0ac, 0x00ff}
	ecdsaSignatures = []uint16{0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x081a, 0x081b, 0x081c, 0x0303, 0x0203}
	rsaSuites       = []uint16{
		0xc030, 0x009f, 0xcca8, 0xccaa, 0xc02f, 0x009e, 0xc028, 0x006b, 0xc027, 0x0067, 0xc014, 0x0039, 0xc013, 0x0033,
		0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f, 0xc012, 0x0016, 0x000a, 0x00ff,
	}
	rsaSignatures = []uint16{0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0301, 0x0201}

	// Signatures of any kind: a chain may be signed with another kind of key than that of
	// its leaf, and there are servers that look at its signatures too.
	allSignatures = []uint16{
		0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x081a, 0x081b, 0x081c, 0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601,
		0x0303, 0x0301, 0x0302, 0x0402, 0x0502, 0x0602, 0x0203, 0x0201,
	}

	// Suites of the time before TLS 1.2, down to those for export.
	oldSuites = []uint16{
		0xc00a, 0xc014, 0x0039, 0x0038, 0xc009, 0xc013, 0x0033, 0x0032, 0x0035, 0x002f, 0xc008, 0xc012, 0x0016, 0x0013, 0x000a,
		0x0005, 0x0004, 0x0096, 0x0041, 0x0084, 0x0007, 0x0015, 0x0012, 0x0009, 0x0014, 0x0011, 0x0008, 0x0006, 0x0003, 0x00ff,
	}
)

// OpenSSLHello is a hello of TLS 1.2, or of TLS 1.3 alone, that offers what OpenSSL does.
func OpenSSLHello(host string, version uint16) *Hello {
	h := &Hello{Version: version, Host: host, Suites: openSSLSuites, Signatures: openSSLSignatures}
	if version == tls.VersionTLS13 {
		h.Suites = suites13
	}
	return h
}

// Ask sends the hello and reads the answer up to the certificates and the signature
// with the server's key. That is not verified, and the handshake goes no further.
func (h *Hello) Ask(conn io.ReadWriter) (*served.Reply, error) {
	f := &flight{hello: h, reply: &served.Reply{SNI: sniOf(h.Host)}}
	var err error
	if h.Version == tls.VersionTLS13 {
		if f.shares, err = newShares(); err != nil {
			return nil, err
		}
	}
	data, err := h.bytes(f.shares)
	if err == nil {
		_, err = conn.Write(data)
	}
	if err != nil {
		return nil, err
	}
	f.sent = data[recordHead:]
	if err := f.read(conn); err != nil {
		return nil, err
	}
	return f.reply, nil
}

// sniOf is the name to send for a host: none for an address (RFC 6066, Section 3).
func sniOf(host string) string {
	if net.ParseIP(host) != nil {
		return ""
	}
	return host
}

// vector is a list of values, and vector16 one with its length.
func vector(values []uint16) func(*cryptobyte.Builder) {
	return func(b *cryptobyte.Builder) {
		for _, v := range values {
			b.AddUint16(v)
		}
	}
}

func vector16(values []uint16) func(*cryptobyte.Builder) {
	return func(b *cryptobyte.Builder) { b.AddUint16LengthPrefixed(vector(values)) }
}

func (h *Hello) bytes(shares []shareOf) ([]byte, error) {
	random := make([]byte, 64)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	random, session := random[:32], random[32:]
	if h.Version < tls.VersionTLS13 {
		session = nil
	}
	var b cryptobyte.Builder
	b.AddUint8(recordHandshake)
	b.AddUint16(min(h.Version, tls.VersionTLS10))
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint8(1) // client_hello
		b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint16(min(h.Version, tls.VersionTLS12))
			b.AddBytes(random)
			b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(session) })
			b.AddUint16LengthPrefixed(vector(h.Suites))
			b.AddBytes([]byte{1, 0}) // compression
			if h.Version > served.SSL3 {
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { h.extensions(b, shares) })
			}
		})
	})
	return b.Bytes()
}

func (h *Hello) extensions(b *cryptobyte.Builder, shares []shareOf) {
	add := func(id uint16, body func(*cryptobyte.Builder)) {
		b.AddUint16(id)
		b.AddUint16LengthPrefixed(body)
	}
	if name := sniOf(h.Host); name != "" {
		add(0, func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				b.AddUint8(0)
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(name)) })
			})
		})
	}
	groups := openSSLGroups
	if h.Version == tls.VersionTLS13 {
		groups = nil
		for _, s := range shares {
			groups = append(groups, s.group)
		}
	} else {
		add(11, func(b *cryptobyte.Builder) { b.AddBytes([]byte{1, 0}) }) // uncompressed points
	}
	add(10, vector16(groups))
	if h.Version >= tls.VersionTLS12 {
		add(5, func(b *cryptobyte.Builder) { b.AddBytes([]byte{statusOCSP, 0, 0, 0, 0}) })
		add(13, vector16(h.Signatures))
	}
	if h.Version == tls.VersionTLS13 {
		h.extensions13(add, shares)
	}
}

// statusOCSP is the kind of a staple (RFC 6066, Section 8).
const statusOCSP = 1

const (
	recordCipherSpec = 20
	recordAlert      = 21
	recordHandshake  = 22
	recordEncrypted  = 23
	recordHead       = 5 // bytes

	maxFlight = 256 << 10 // of a server's first answer
)

var errOther = errors.New("it answers with something other than what was asked for")

// flight is the answer of a server, up to the end of its hello.
type flight struct {
	hello *Hello
	reply *served.Reply
	heard bool // its hello

	// For TLS 1.3: our keys, our hello, and what opens its records.
	shares []shareOf
	sent   []byte
	keys   *recordKeys
}

// read takes one message after the other. Before TLS 1.2 the version in the hello of
// the server is all that is asked for.
func (f *flight) read(conn io.Reader) error {
	var messages cryptobyte.String
	for total := 0; total < maxFlight; {
		kind, body, err := f.record(conn)
		if err != nil {
			return err
		}
		total += recordHead + len(body)
		switch kind {
		case recordCipherSpec:
			continue
		case recordAlert:
			const warning = 1
			if len(body) != 2 {
				return errOther
			}
			if body[0] == warning && !f.heard {
				continue // such as unrecognized_name
			}
			return tls.AlertError(body[1])
		}
		messages = append(messages, body...)
		for {
			rest := messages
			var kind uint8
			var message cryptobyte.String
			if !rest.ReadUint8(&kind) || !rest.ReadUint24LengthPrefixed(&message) {
				break // the rest is in the next record
			}
			whole := messages[:len(messages)-len(rest)]
			messages = rest
			if done, err := f.message(kind, message, whole); done || err != nil {
				return err
			}
		}
	}
	return errOther
}

// record reads one record, and opens it if it is encrypted.
func (f *flight) record(conn io.Reader) (kind byte, body []byte, err error) {
	head := make([]byte, recordHead)
	if _, err := io.ReadFull(conn, head); err != nil {
		return 0, nil, err
	}
	kind = head[0]
	size := int(head[3])<<8 | int(head[4])
	encrypted := kind == recordEncrypted && f.keys != nil
	if head[1] != 3 || size == 0 || kind != recordAlert && kind != recordHandshake && !encrypted && (kind != recordCipherSpec || f.hello.Version != tls.VersionTLS13) {
		return 0, nil, errOther
	}
	body = make([]byte, size)
	if _, err = io.ReadFull(conn, body); err == nil && encrypted {
		kind, body, err = f.keys.open(head, body)
		if err == nil && (kind != recordAlert && kind != recordHandshake || len(body) == 0) {
			err = errOther
		}
	} else if err == nil && kind == recordHandshake && f.keys != nil {
		err = errOther
	}
	return kind, body, err
}

// message takes one message of the server, which is m without its head.
func (f *flight) message(kind uint8, m cryptobyte.String, whole []byte) (done bool, err error) {
	switch {
	case !f.heard && kind != 2:
		return false, errOther
	case f.keys != nil:
		return f.message13(kind, m)
	case f.hello.Version == tls.VersionTLS13:
		return false, f.hello13(m, whole)
	}
	switch kind {
	case 2: // server_hello
		var session cryptobyte.String
		if !m.ReadUint16(&f.reply.Version) || !m.Skip(32) || !m.ReadUint8LengthPrefixed(&session) || !m.ReadUint16(&f.reply.Cipher) || f.reply.Version > f.hello.Version {
			return false, errOther
		}
		f.heard = true
		return f.hello.Version < tls.VersionTLS12, nil
	case 11: // certificate
		var list cryptobyte.String
		if !m.ReadUint24LengthPrefixed(&list) {
			return false, errOther
		}
		for !list.Empty() {
			var cert cryptobyte.String
			if !list.ReadUint24LengthPrefixed(&cert) || len(f.reply.Raw) == maxCerts {
				return false, errOther
			}
			f.reply.Raw = append(f.reply.Raw, bytes.Clone(cert))
		}
	case 22: // certificate_status
		f.staple(m)
	case 13: // certificate_request
		f.reply.Client = true
		f.reply.ClientCA = requestedCAs(m, f.reply.Version)
	case 14: // server_hello_done
		return true, nil
	}
	return false, nil
}

// maxCerts bounds a chain. Clients end at ten or so.
const maxCerts = 100

// requestedCAs reads the names of CAs (RFC 5246, Section 7.4.4).
func requestedCAs(m cryptobyte.String, version uint16) [][]byte {
	var types, signatures, names cryptobyte.String
	if !m.ReadUint8LengthPrefixed(&types) || version >= tls.VersionTLS12 && !m.ReadUint16LengthPrefixed(&signatures) || !m.ReadUint16LengthPrefixed(&names) {
		return nil
	}
	return distinguishedNames(names)
}

func distinguishedNames(list cryptobyte.String) (names [][]byte) {
	for !list.Empty() {
		var name cryptobyte.String
		if !list.ReadUint16LengthPrefixed(&name) {
			break
		}
		names = append(names, bytes.Clone(name))
	}
	return names
}

// staple takes in an OCSP response that came with the certificate.
func (f *flight) staple(m cryptobyte.String) {
	var kind uint8
	var response cryptobyte.String
	if m.ReadUint8(&kind) && kind == statusOCSP && m.ReadUint24LengthPrefixed(&response) {
		f.reply.Staple = bytes.Clone(response)
	}
}

// ssl2Hello is the hello of SSL 2: all of its ciphers, no session, a challenge.
func ssl2Hello() []byte {
	ciphers := []byte{7, 0, 0xc0, 5, 0, 0x80, 3, 0, 0x80, 1, 0, 0x80, 6, 0, 0x40, 4, 0, 0x80, 2, 0, 0x80}
	body := []byte{1, 0, 2, 0, byte(len(ciphers)), 0, 0, 0, 16}
	body = append(append(body, ciphers...), make([]byte, 16)...)
	_, _ = rand.Read(body[len(body)-16:])
	return append([]byte{0x80, byte(len(body))}, body...)
}

// speaksSSL2 reports whether a server answers the hello of SSL 2 with its own.
func speaksSSL2(conn io.ReadWriter) (bool, error) {
	if _, err := conn.Write(ssl2Hello()); err != nil {
		return false, err
	}
	answer := make([]byte, 7)
	n, err := io.ReadFull(conn, answer)
	if err != nil && (n == 0 && !errors.Is(err, io.EOF)) {
		return false, err
	}
	const serverHello = 4
	return n == len(answer) && answer[0]&0x80 != 0 && answer[2] == serverHello && answer[5] == 0 && answer[6] == 2, nil
}
