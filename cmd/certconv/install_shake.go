package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/probe"
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
// client that offers what OpenSSL does tries both: it knows keys and certificates that
// Go does not. connect makes a new connection each time.
func shakeAll(connect func() (net.Conn, error), host string) []shaken {
	versions := []uint16{tls.VersionTLS13, tls.VersionTLS12}
	var list, looks []shaken
	some := false
	for _, v := range versions {
		list = append(list, shake(connect, host, v))
		some = some || list[len(list)-1].err == nil
	}
	if some {
		return list
	}
	for _, v := range versions {
		looks = append(looks, look(connect, host, v))
		some = some || looks[len(looks)-1].err == nil
	}
	if some {
		return looks
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

// look reads what a server answers to a hello of OpenSSL's kind, up to its certificates
// and the signature with its key. That is not verified, and the handshake goes no further.
func look(connect func() (net.Conn, error), host string, version uint16) shaken {
	s := shaken{protocol: tls.VersionName(version), client: "OpenSSL"}
	conn, err := within(connect)
	if err != nil {
		s.err = err
		return s
	}
	defer conn.Close()
	reply, err := probe.OpenSSLHello(host, version).Ask(conn)
	switch {
	case err != nil:
		s.err = err
	case reply.Version != version:
		s.err = errors.New("it answers with something other than " + s.protocol)
	default:
		s.cipher, s.certs = tls.CipherSuiteName(reply.Cipher), reply.Raw
	}
	return s
}
