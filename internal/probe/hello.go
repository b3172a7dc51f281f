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

// Hello is a client hello of SSL 3 to TLS 1.2 (RFC 5246, Section 7.4.1.2).
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

	// Suites and signatures of one kind of key.
	ecdsaSuites     = []uint16{0xc02c, 0xcca9, 0xc02b, 0xc024, 0xc023, 0xc00a, 0xc009, 0xc0ad, 0xc0ac, 0x00ff}
	ecdsaSignatures = []uint16{0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x081a, 0x081b, 0x081c, 0x0303, 0x0203}
	rsaSuites       = []uint16{
		0xc030, 0x009f, 0xcca8, 0xccaa, 0xc02f, 0x009e, 0xc028, 0x006b, 0xc027, 0x0067, 0xc014, 0x0039, 0xc013, 0x0033,
		0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f, 0xc012, 0x0016, 0x000a, 0x00ff,
	}
	rsaSignatures = []uint16{0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0301, 0x0201}

	// Suites of the time before TLS 1.2, down to those for export.
	oldSuites = []uint16{
		0xc00a, 0xc014, 0x0039, 0x0038, 0xc009, 0xc013, 0x0033, 0x0032, 0x0035, 0x002f, 0xc008, 0xc012, 0x0016, 0x0013, 0x000a,
		0x0005, 0x0004, 0x0096, 0x0041, 0x0084, 0x0007, 0x0015, 0x0012, 0x0009, 0x0014, 0x0011, 0x0008, 0x0006, 0x0003, 0x00ff,
	}
)

// OpenSSLHello is the hello of TLS 1.2 that OpenSSL sends.
func OpenSSLHello(host string) *Hello {
	return &Hello{Version: tls.VersionTLS12, Host: host, Suites: openSSLSuites, Signatures: openSSLSignatures}
}

// Ask sends the hello and reads the answer up to the certificates and the signature
// with the server's key. That is not verified, and the handshake goes no further.
func (h *Hello) Ask(conn io.ReadWriter) (*served.Reply, error) {
	data, err := h.bytes()
	if err == nil {
		_, err = conn.Write(data)
	}
	if err != nil {
		return nil, err
	}
	f := &flight{hello: h, reply: &served.Reply{SNI: sniOf(h.Host)}}
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

func (h *Hello) bytes() ([]byte, error) {
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	list := func(values []uint16) func(*cryptobyte.Builder) {
		return func(b *cryptobyte.Builder) {
			for _, v := range values {
				b.AddUint16(v)
			}
		}
	}
	var b cryptobyte.Builder
	b.AddUint8(recordHandshake)
	b.AddUint16(min(h.Version, tls.VersionTLS10))
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint8(1) // client_hello
		b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint16(h.Version)
			b.AddBytes(random)
			b.AddUint8(0) // session
			b.AddUint16LengthPrefixed(list(h.Suites))
			b.AddBytes([]byte{1, 0}) // compression
			if h.Version > served.SSL3 {
				b.AddUint16LengthPrefixed(h.extensions)
			}
		})
	})
	return b.Bytes()
}

func (h *Hello) extensions(b *cryptobyte.Builder) {
	add := func(id uint16, body func(*cryptobyte.Builder)) {
		b.AddUint16(id)
		b.AddUint16LengthPrefixed(body)
	}
	list := func(values []uint16) func(*cryptobyte.Builder) {
		return func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				for _, v := range values {
					b.AddUint16(v)
				}
			})
		}
	}
	if name := sniOf(h.Host); name != "" {
		add(0, func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				b.AddUint8(0)
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(name)) })
			})
		})
	}
	add(11, func(b *cryptobyte.Builder) { b.AddBytes([]byte{1, 0}) }) // uncompressed points
	add(10, list(openSSLGroups))
	if h.Version >= tls.VersionTLS12 {
		add(13, list(h.Signatures))
	}
}

const (
	recordAlert     = 21
	recordHandshake = 22

	maxFlight = 256 << 10 // of a server's first answer
)

var errOther = errors.New("it answers with something other than TLS 1.2")

// flight is the answer of a server, up to the end of its hello.
type flight struct {
	hello *Hello
	reply *served.Reply
	heard bool // its hello
}

// read takes one message after the other. Before TLS 1.2 the version in the hello of
// the server is all that is asked for.
func (f *flight) read(conn io.Reader) error {
	var messages cryptobyte.String
	for total := 0; total < maxFlight; {
		head := make([]byte, 5)
		if _, err := io.ReadFull(conn, head); err != nil {
			return err
		}
		size := int(head[3])<<8 | int(head[4])
		if head[0] != recordAlert && head[0] != recordHandshake || head[1] != 3 || size == 0 {
			return errOther
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(conn, body); err != nil {
			return err
		}
		total += size
		if head[0] == recordAlert {
			const warning = 1
			if size == 2 && body[0] == warning && !f.heard {
				continue // such as unrecognized_name
			}
			if size == 2 {
				return tls.AlertError(body[1])
			}
			return errOther
		}
		messages = append(bytes.Clone(messages), body...)
		for {
			rest := messages
			var kind uint8
			var message cryptobyte.String
			if !rest.ReadUint8(&kind) || !rest.ReadUint24LengthPrefixed(&message) {
				break // the rest is in the next record
			}
			messages = rest
			if done, err := f.message(kind, message); done || err != nil {
				return err
			}
		}
	}
	return errOther
}

// message takes one message of the server.
func (f *flight) message(kind uint8, m cryptobyte.String) (done bool, err error) {
	if !f.heard && kind != 2 {
		return false, errOther
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
func requestedCAs(m cryptobyte.String, version uint16) (list [][]byte) {
	var types, signatures, names cryptobyte.String
	if !m.ReadUint8LengthPrefixed(&types) || version >= tls.VersionTLS12 && !m.ReadUint16LengthPrefixed(&signatures) || !m.ReadUint16LengthPrefixed(&names) {
		return nil
	}
	for !names.Empty() {
		var name cryptobyte.String
		if !names.ReadUint16LengthPrefixed(&name) {
			return list
		}
		list = append(list, bytes.Clone(name))
	}
	return list
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
