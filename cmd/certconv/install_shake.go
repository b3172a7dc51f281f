package main

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"golang.org/x/crypto/cryptobyte"

	"github.com/certconv/certconv/internal/fault"
)

// shaken is what one handshake came to.
type shaken struct {
	protocol string
	cipher   string
	certs    [][]byte
	client   string // that it took, where it is not every one
	err      error  // why there was none
}

// String is a line for people.
func (s *shaken) String() string {
	line := fmt.Sprintf("%s: %s", s.protocol, s.cipher)
	if s.err != nil {
		line = fmt.Sprintf("%s: no handshake (%s)", s.protocol, fault.Reason(s.err))
	}
	if s.client != "" {
		line += ", with what " + s.client + " offers"
	}
	return line
}

// shakeAll tries TLS 1.3 and TLS 1.2 with a server. Where neither comes about, a
// client that offers what OpenSSL does tries TLS 1.2: it knows keys and
// certificates that Go does not. connect makes a new connection each time.
func shakeAll(connect func() (net.Conn, error), host string) []shaken {
	list := []shaken{shake(connect, host, tls.VersionTLS13), shake(connect, host, tls.VersionTLS12)}
	if list[0].err != nil && list[1].err != nil {
		if look := lookWith12(connect, host); look.err == nil {
			list[0].client, list[1], list[1].client = "Go", look, "OpenSSL"
		}
	}
	return list
}

// within connects, and gives what follows a time to end in.
func within(connect func() (net.Conn, error)) (net.Conn, error) {
	conn, err := connect()
	if err == nil {
		_ = conn.SetDeadline(time.Now().Add(shakeTime))
	}
	return conn, err
}

// shake makes a handshake of one version. What this side thinks of the
// certificates is of no account.
func shake(connect func() (net.Conn, error), host string, version uint16) shaken {
	s := shaken{protocol: tls.VersionName(version)}
	conn, err := within(connect)
	if err != nil {
		s.err = err
		return s
	}
	defer conn.Close()
	c := tls.Client(conn, &tls.Config{
		ServerName: host, InsecureSkipVerify: true, MinVersion: version, MaxVersion: version,
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			s.certs = raw
			return nil
		},
	})
	if s.err = c.Handshake(); s.err == nil {
		s.cipher = tls.CipherSuiteName(c.ConnectionState().CipherSuite)
	}
	return s
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
)

// lookWith12 reads what a server answers to a hello of TLS 1.2 (RFC 5246, Section
// 7.4), up to its certificates and the signature with its key. That is not
// verified, and the handshake goes no further.
func lookWith12(connect func() (net.Conn, error), host string) shaken {
	s := shaken{protocol: tls.VersionName(tls.VersionTLS12)}
	conn, err := within(connect)
	if err != nil {
		s.err = err
		return s
	}
	defer conn.Close()
	hello, err := clientHello(host)
	if err == nil {
		_, err = conn.Write(hello)
	}
	if err != nil {
		s.err = err
		return s
	}
	s.err = s.readFlight(conn)
	return s
}

func clientHello(host string) ([]byte, error) {
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
	extension := func(b *cryptobyte.Builder, id uint16, body func(*cryptobyte.Builder)) {
		b.AddUint16(id)
		b.AddUint16LengthPrefixed(body)
	}
	b.AddUint8(22) // handshake
	b.AddUint16(tls.VersionTLS10)
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint8(1) // client_hello
		b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint16(tls.VersionTLS12)
			b.AddBytes(random)
			b.AddUint8(0) // session
			b.AddUint16LengthPrefixed(list(openSSLSuites))
			b.AddBytes([]byte{1, 0}) // compression
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				if host != "" && net.ParseIP(host) == nil {
					extension(b, 0, func(b *cryptobyte.Builder) {
						b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
							b.AddUint8(0)
							b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(host)) })
						})
					})
				}
				extension(b, 11, func(b *cryptobyte.Builder) { b.AddBytes([]byte{1, 0}) }) // uncompressed points
				extension(b, 10, func(b *cryptobyte.Builder) { b.AddUint16LengthPrefixed(list(openSSLGroups)) })
				extension(b, 13, func(b *cryptobyte.Builder) { b.AddUint16LengthPrefixed(list(openSSLSignatures)) })
			})
		})
	})
	return b.Bytes()
}

// maxFlight bounds what is read of a server's first answer.
const maxFlight = 1 << 20

var errOther = errors.New("it answers with something other than TLS 1.2")

// readFlight reads up to the server's hello done.
func (s *shaken) readFlight(conn io.Reader) error {
	var flight cryptobyte.String
	for total := 0; total < maxFlight; {
		record := make([]byte, 5)
		if _, err := io.ReadFull(conn, record); err != nil {
			return err
		}
		size := int(record[3])<<8 | int(record[4])
		body := make([]byte, size)
		if _, err := io.ReadFull(conn, body); err != nil {
			return err
		}
		total += size
		switch {
		case record[0] == 21 && size == 2:
			return tls.AlertError(body[1])
		case record[0] != 22:
			return errOther
		}
		flight = append(bytes.Clone(flight), body...)
		for {
			rest := flight
			var kind uint8
			var message cryptobyte.String
			if !rest.ReadUint8(&kind) || !rest.ReadUint24LengthPrefixed(&message) {
				break // the rest is in the next record
			}
			flight = rest
			if done, err := s.message(kind, message); done || err != nil {
				return err
			}
		}
	}
	return errOther
}

// message takes one message of the server.
func (s *shaken) message(kind uint8, m cryptobyte.String) (done bool, err error) {
	switch kind {
	case 2: // server_hello
		var version, suite uint16
		var session cryptobyte.String
		if !m.ReadUint16(&version) || !m.Skip(32) || !m.ReadUint8LengthPrefixed(&session) || !m.ReadUint16(&suite) || version != tls.VersionTLS12 {
			return false, errOther
		}
		s.cipher = tls.CipherSuiteName(suite)
	case 11: // certificate
		var list cryptobyte.String
		if !m.ReadUint24LengthPrefixed(&list) {
			return false, errOther
		}
		for !list.Empty() {
			var cert cryptobyte.String
			if !list.ReadUint24LengthPrefixed(&cert) {
				return false, errOther
			}
			s.certs = append(s.certs, bytes.Clone(cert))
		}
	case 14: // server_hello_done
		return true, nil
	}
	return false, nil
}
