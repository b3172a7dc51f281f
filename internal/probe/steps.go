package probe

import (
	"bufio"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/text"
)

func newSpeech(conn *boundConn, host string) *speech {
	return &speech{conn: conn, r: bufio.NewReader(conn), host: host}
}

// run takes all steps, those first that matter most: there is an end to the
// connections.
func (s *session) run() {
	names := s.names()
	s.domain = s.target.Host
	if !s.first(names[0]) {
		return
	}
	if s.o.Certificates {
		return
	}
	s.otherKind(names[0])
	for _, name := range names[1:] {
		s.name(served.ForName, name)
	}
	if names[0] != "" {
		s.name(served.ForNone, "")
	}
	s.pages(names[0])
	s.versions(names[0])
	s.name(served.ForNonsense, nonsense())
}

// names are those to ask for, that of the target among them. "" is none.
func (s *session) names() []string {
	list := slices.Clone(s.o.Hosts)
	if !s.target.IsAddress() && !slices.Contains(list, s.target.Host) {
		list = append(list, s.target.Host)
	}
	if len(list) == 0 {
		return []string{""}
	}
	return list
}

// nonsense is a name that no server knows (RFC 6761, Section 6.4).
func nonsense() string {
	b := make([]byte, 5)
	_, _ = rand.Read(b)
	return "x" + hex.EncodeToString(b) + ".invalid"
}

// first asks for the first name. It reports whether the address is worth more.
func (s *session) first(name string) bool {
	asked := served.ForName
	if name == "" {
		asked = served.ForNone
	} else {
		s.domain = name
	}
	var head []byte
	r, err := s.shake(name, &head)
	var alert tls.AlertError
	if err != nil && len(s.alpn) > 0 && errors.As(err, &alert) && alert == alertNoProtocol {
		s.alpn = nil
		r, err = s.shake(name, &head)
	}
	if err != nil {
		state, said := s.stateOf(err, head)
		switch state {
		case served.Failed:
			// Keys, certificates and suites that Go does not know.
			if look, lookErr := s.hello(OpenSSLHello(name)); lookErr == nil && len(look.Raw) > 0 {
				r, err = look, nil
			} else {
				state, said = s.clearText(state, said)
			}
		case served.Silent:
			state, said = s.clearText(state, said)
		}
		if err != nil {
			s.out.State, s.out.Said = state, said
			return false
		}
	}
	s.out.State = served.Reached
	r.Asked, r.SNI = asked, name
	s.add(r)
	return true
}

const alertNoProtocol = tls.AlertError(120)

// clearText asks a port that does not take a hello for a page: there are servers
// of HTTP that wait for the end of the line.
func (s *session) clearText(state served.State, said string) (served.State, string) {
	if s.prelude != nil {
		return state, said
	}
	var head []byte
	_ = s.once(func(conn *boundConn) error {
		_, err := io.WriteString(conn, "HEAD / HTTP/1.0\r\nHost: "+s.target.Host+"\r\n\r\n")
		if err == nil {
			_, err = io.ReadFull(conn, make([]byte, 16))
		}
		head = conn.head
		return err
	})
	if isClear(head) {
		return served.ClearText, firstLine(head)
	}
	return state, said
}

// name asks for a further name.
func (s *session) name(asked served.Asked, name string) {
	what := text.Of("what is sent for %s", name)
	switch asked {
	case served.ForNone:
		what = text.Of("what is sent to clients that name no host")
	case served.ForNonsense:
		what = text.Of("what is sent for a host that nobody knows")
	}
	// A name that somebody asked for has a reply in any case.
	wanted := asked == served.ForName
	if wanted {
		defer func(first string) { s.domain = first }(s.domain)
		s.domain = name
	}
	if !wanted && s.gaveUp(what) {
		return
	}
	var head []byte
	var r *served.Reply
	err := errGaveUp
	if s.silent < enough {
		r, err = s.shake(name, &head)
	}
	if !wanted && s.missed(err, what) {
		return
	}
	if err != nil {
		r = &served.Reply{Err: errors.New(reason(err))}
	}
	r.Asked, r.SNI = asked, name
	s.add(r)
}

const enough = 2 // steps in a row without an answer

var errGaveUp = errors.New("it had stopped answering")

// gaveUp reports whether no step is taken any more, and states what is left out.
func (s *session) gaveUp(what text.Text) bool {
	if s.silent >= enough {
		s.out.Unanswered = append(s.out.Unanswered, text.Of("%s: %s", what, errGaveUp))
		return true
	}
	return false
}

// missed reports whether a step came to nothing, and states it.
func (s *session) missed(err error, what text.Text) bool {
	var dial dialError
	var said *RefusedError
	switch {
	case err == nil:
		return false
	case errors.Is(err, errNoMore), errors.As(err, &said):
	case isTimeout(err), errors.As(err, &dial):
		s.out.Unanswered = append(s.out.Unanswered, text.Of("%s: %s", what, reason(err)))
		return true
	default:
		return false
	}
	s.out.NotChecked = append(s.out.NotChecked, text.Of("%s: %s", what, err))
	return true
}

// add takes in a reply.
func (s *session) add(r *served.Reply) {
	r.Read(s.out.Name)
	s.out.Replies = append(s.out.Replies, *r)
	if r.Version != 0 {
		s.spoken(r.Version, true)
	}
}

// spoken notes what is known of a version.
func (s *session) spoken(number uint16, yes bool) {
	if !slices.ContainsFunc(s.out.Versions, func(v served.Version) bool { return v.Number == number }) {
		s.out.Versions = append(s.out.Versions, served.Version{Number: number, Spoken: yes})
	}
}

func (s *session) isSpoken(number uint16) bool {
	return slices.ContainsFunc(s.out.Versions, func(v served.Version) bool { return v.Number == number && v.Spoken })
}

// otherKind asks for the certificate of each kind of key apart. That takes TLS 1.2.
func (s *session) otherKind(name string) {
	for _, h := range []struct {
		kind               string
		suites, signatures []uint16
	}{{"ECDSA", ecdsaSuites, ecdsaSignatures}, {"RSA", rsaSuites, rsaSignatures}} {
		what := text.Of("whether it has another certificate for %s", h.kind)
		if s.gaveUp(what) {
			return
		}
		r, err := s.hello(&Hello{Version: tls.VersionTLS12, Host: name, Suites: h.suites, Signatures: h.signatures})
		if s.missed(err, what) || err != nil || len(r.Raw) == 0 {
			continue
		}
		r.Asked, r.SNI, r.Key = s.out.Replies[0].Asked, name, h.kind
		s.add(r)
	}
	if !s.isSpoken(tls.VersionTLS12) && s.isSpoken(tls.VersionTLS13) {
		s.spoken(tls.VersionTLS12, false)
		s.out.NotChecked = append(s.out.NotChecked, text.Of("whether it has certificates for RSA and ECDSA apart: it speaks TLS 1.3 only, which hides that"))
	}
}

// versions asks for the old versions of the protocol.
func (s *session) versions(name string) {
	for _, v := range []uint16{tls.VersionTLS11, tls.VersionTLS10, served.SSL3} {
		what := text.Of("whether it speaks %s", served.VersionName(v))
		if s.isSpoken(v) {
			continue
		}
		if s.gaveUp(what) {
			return
		}
		r, err := s.hello(&Hello{Version: v, Host: name, Suites: oldSuites})
		if s.missed(err, what) {
			continue
		}
		if err == nil {
			s.spoken(r.Version, true)
		}
		s.spoken(v, false)
	}
	what := text.Of("whether it speaks %s", served.VersionName(served.SSL2))
	if s.gaveUp(what) {
		return
	}
	yes := false
	err := s.try(func(conn *boundConn) (err error) {
		yes, err = speaksSSL2(conn)
		return err
	})
	if !s.missed(err, what) {
		s.spoken(served.SSL2, yes)
	}
}

// hello sends a hello of our own.
func (s *session) hello(h *Hello) (r *served.Reply, err error) {
	err = s.try(func(conn *boundConn) error {
		began := time.Now()
		r, err = h.Ask(conn)
		if r != nil {
			r.Took = time.Since(began)
		}
		return err
	})
	return r, err
}

// groups without those of post-quantum cryptography: their hello is larger than
// what some servers and firewalls take.
var groups = []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}

// suites are all that crypto/tls has, weak ones last.
func suites() []uint16 {
	var list []uint16
	for _, c := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		list = append(list, c.ID)
	}
	return list
}

// shake makes a handshake of crypto/tls. head is what the server said first.
func (s *session) shake(name string, head *[]byte) (r *served.Reply, err error) {
	err = s.try(func(conn *boundConn) error {
		began := time.Now()
		r, err = shakeTLS(conn, name, s.alpn)
		*head = conn.head
		if r != nil {
			r.Took = time.Since(began)
		}
		return err
	})
	return r, err
}

// shakeTLS makes a handshake of any version that crypto/tls speaks, and says what
// the server sent. One that ends after the certificates, because the server wants
// one of the client, counts.
func shakeTLS(conn *boundConn, name string, alpn []string) (*served.Reply, error) {
	r := &served.Reply{}
	c := tls.Client(conn, &tls.Config{
		ServerName: name, InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, CipherSuites: suites(), CurvePreferences: groups, NextProtos: alpn,
		VerifyConnection: func(cs tls.ConnectionState) error {
			r.Version, r.Cipher, r.Staple, r.SCTs = cs.Version, cs.CipherSuite, cs.OCSPResponse, len(cs.SignedCertificateTimestamps)
			r.ALPN = cs.NegotiatedProtocol
			for _, cert := range cs.PeerCertificates {
				r.Raw = append(r.Raw, cert.Raw)
			}
			return nil
		},
		GetClientCertificate: func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			r.Client, r.ClientCA = true, info.AcceptableCAs
			return &tls.Certificate{}, nil
		},
	})
	err := c.Handshake()
	if len(r.Raw) > 0 {
		if err == nil {
			_ = c.CloseWrite()
		}
		return r, nil
	}
	if err == nil {
		err = errors.New("it sends no certificate")
	}
	return nil, err
}
