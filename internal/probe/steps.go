package probe

import (
	"bufio"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
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
	s.domain = s.target.Host
	first, others, ok := s.first(s.names())
	if !ok || s.o.Certificates {
		return
	}
	s.otherKind(first)
	for _, name := range others {
		s.name(served.ForName, name)
	}
	if first != "" {
		s.name(served.ForNone, "")
	}
	if first != "" || s.target.IsAddress() {
		s.pages(first)
	}
	s.versions(first)
	s.name(served.ForNonsense, nonsense())
}

// names are those to ask for, that of the target among them. "" is none.
func (s *session) names() []string {
	var list []string
	for _, host := range s.o.Hosts {
		if !slices.Contains(list, host) {
			list = append(list, host)
		}
	}
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

// noReply says how far it went without one.
type noReply struct {
	state   served.State
	said    string
	refused bool // by a message of TLS: the server is there, and does not like what it was asked for
}

// first asks for the first name; where the server refuses that, for the next one, and at
// last for none. It returns the name that has a reply and those that come after it, and
// whether the address is worth more.
func (s *session) first(names []string) (name string, others []string, ok bool) {
	var why noReply
	var failed []*served.Reply
	for i, name := range names {
		r, no := s.firstName(name)
		if r != nil {
			s.begin(r, name, failed)
			return name, names[i+1:], true
		}
		if i == 0 {
			why = no
		}
		if !no.refused || s.o.Certificates || name == "" {
			failed = nil
			break
		}
		failed = append(failed, &served.Reply{Asked: served.ForName, SNI: name, Err: errors.New(no.said)})
	}
	if len(failed) > 0 {
		if r, _ := s.firstName(""); r != nil {
			s.begin(r, "", failed)
			return "", nil, true
		}
	}
	s.out.State, s.out.Said = why.state, why.said
	return "", nil, false
}

// begin takes in the first reply, and behind it what there was before.
func (s *session) begin(r *served.Reply, name string, failed []*served.Reply) {
	s.out.State = served.Reached
	r.Asked, r.SNI = served.ForName, name
	if name == "" {
		r.Asked = served.ForNone
	}
	s.add(r)
	for _, f := range failed {
		s.add(f)
	}
}

// firstName asks for a name, in all ways that there are.
func (s *session) firstName(name string) (r *served.Reply, no noReply) {
	if name != "" {
		s.domain = name
	}
	var head []byte
	r, err := s.shake(name, &head)
	if err != nil && len(s.alpn) > 0 && alertOf(head) == alertNoProtocol {
		s.alpn = nil
		r, err = s.shake(name, &head)
	}
	if err == nil {
		return r, no
	}
	switch no.state, no.said = s.stateOf(err, head); no.state {
	case served.Failed:
		if look := s.withOwnHello(name, head); look != nil {
			s.own = max(look.Version, tls.VersionTLS12)
			return look, no
		}
		if no.refused = isTLS(head); !no.refused {
			no.state, no.said = s.clearText(no.state, no.said)
		}
	case served.Silent:
		no.state, no.said = s.clearText(no.state, no.said)
	}
	return nil, no
}

// withOwnHello asks again where a handshake of crypto/tls was answered with head and failed:
// there are keys, certificates and suites that Go does not know. nil: no better.
func (s *session) withOwnHello(name string, head []byte) *served.Reply {
	if alertOf(head) == alertUnknownName {
		return nil
	}
	for _, version := range []uint16{tls.VersionTLS13, tls.VersionTLS12} {
		if look, err := s.hello(OpenSSLHello(name, version)); err == nil && len(look.Raw) > 0 {
			return look
		}
	}
	return nil
}

// alertOf is the error that an answer to a hello of crypto/tls begins with, 0 for none:
// the type of its own errors is not to be had.
func alertOf(head []byte) tls.AlertError {
	const fatal = 2
	if isTLS(head) && head[0] == recordAlert && len(head) > recordHead+1 && head[recordHead] == fatal {
		return tls.AlertError(head[recordHead+1])
	}
	return 0
}

const (
	alertUnknownName = tls.AlertError(112)
	alertVersion     = tls.AlertError(70)
	alertNoProtocol  = tls.AlertError(120)
)

// isTLS reports whether an answer begins with a record of TLS.
func isTLS(head []byte) bool {
	return len(head) > 2 && head[0] >= recordCipherSpec && head[0] <= recordEncrypted && head[1] == 3
}

// clearText asks a port that does not take a hello for a page: there are servers
// of HTTP that wait for the end of the line.
func (s *session) clearText(state served.State, said string) (served.State, string) {
	if s.prelude != nil {
		if s.beginsWithTLS() {
			said += "; it answers TLS at once, without " + s.prelude.name
		}
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

// beginsWithTLS reports whether the port answers a hello without what should come before.
func (s *session) beginsWithTLS() bool {
	conn, err := s.dial(s.to)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.within(s.o.Timeout)
	_, err = OpenSSLHello(s.domain, tls.VersionTLS12).Ask(conn)
	return err == nil || isTLS(conn.head)
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
		if s.own != 0 {
			r, err = s.hello(OpenSSLHello(name, s.own))
		} else {
			r, err = s.shake(name, &head)
			if wanted && err != nil && isTLS(head) {
				if look := s.withOwnHello(name, head); look != nil {
					r, err = look, nil
				}
			}
		}
	}
	if !wanted && s.missed(err, what) {
		return
	}
	if err != nil {
		r = &served.Reply{Err: errors.New(reason(err)), Left: errors.Is(err, noMoreError{})}
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
	case errors.Is(err, noMoreError{}), errors.As(err, &said):
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

// otherKind asks for the certificate of each kind of key apart: in TLS 1.2 by suites, and
// where it is not spoken in TLS 1.3 by signatures, for the kind that has not been seen.
func (s *session) otherKind(name string) {
	kinds := []struct {
		kind               string
		suites, signatures []uint16 // of TLS 1.2, and of TLS 1.3
	}{{"ECDSA", ecdsaSuites, ecdsaSignatures}, {"RSA", rsaSuites, rsaSignatures}}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		seen := &s.out.Replies[0]
		for _, k := range kinds {
			h := &Hello{Version: version, Host: name, Suites: k.suites, Signatures: allSignatures}
			if version == tls.VersionTLS13 {
				h.Suites, h.Signatures = suites13, k.signatures
				if leaf := seen.Leaf(); leaf != nil && (k.kind == "RSA") == strings.HasPrefix(leaf.Algorithm, "RSA") {
					continue
				}
			}
			what := text.Of("whether it has another certificate for %s", k.kind)
			if s.gaveUp(what) {
				return
			}
			r, err := s.hello(h)
			var alert tls.AlertError
			if errors.As(err, &alert) && alert == alertVersion {
				break
			}
			if s.missed(err, what) || err != nil || len(r.Raw) == 0 {
				continue
			}
			r.Asked, r.SNI, r.Key = seen.Asked, name, k.kind
			s.add(r)
		}
		if s.isSpoken(tls.VersionTLS12) || !s.isSpoken(tls.VersionTLS13) {
			return
		}
		if s.silent == 0 {
			s.spoken(tls.VersionTLS12, false)
		}
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
