package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/certconv/certconv/internal/served"
)

// MaxConnections is how many connections go to one address.
const MaxConnections = 12

// Options say what to ask for, and how long to wait. The zero value waits for
// nothing: take Defaults.
type Options struct {
	Hosts        []string      // names to ask for beside that of the target
	Timeout      time.Duration // for the connection, for the prelude and for the handshake, each
	Delay        time.Duration // between two connections to an address
	Retries      int           // of a step that was not answered
	MaxAddresses int
	Network      Network
	// Pages has port 443 asked for the page, by http and https.
	Pages bool
	// Page has the page looked through for what it loads by http, on any port.
	Page bool
	// Get follows redirects to other hosts; nil: they are not followed.
	Get *Getter
	// Certificates asks for certificates only, with the name alone: no other
	// names, no versions.
	Certificates bool
}

// Defaults are options that suit most servers.
func Defaults() Options {
	return Options{Timeout: 5 * time.Second, Retries: 1, MaxAddresses: 16}
}

// addressesAtOnce is how many addresses of a host are asked at a time.
const addressesAtOnce = 4

// Probe asks each address of the target.
func (t Target) Probe(ctx context.Context, o *Options) *served.Host {
	h := &served.Host{Name: t.Host, Port: t.Port, StartTLS: t.StartTLS, Path: t.Path, Begun: time.Now()}
	defer func() { h.Took = time.Since(h.Begun) }()
	list, err := t.addresses(ctx, o)
	if err != nil {
		h.Addresses = []served.Address{{Name: t.String(), State: served.NoAddress, Said: reason(err)}}
		return h
	}
	if len(list) > o.MaxAddresses {
		h.Left = len(list) - o.MaxAddresses
		list = list[:o.MaxAddresses]
	}
	h.Addresses = make([]served.Address, len(list))
	room := make(chan struct{}, addressesAtOnce)
	var all sync.WaitGroup
	for i, a := range list {
		all.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			h.Addresses[i] = t.ask(ctx, o, netip.AddrPortFrom(a, t.Port))
		})
	}
	all.Wait()
	return h
}

// addresses are those of the name, IPv4 first, each once.
func (t Target) addresses(ctx context.Context, o *Options) ([]netip.Addr, error) {
	var list []netip.Addr
	var err error
	for try := 0; ; try++ {
		within, cancel := context.WithTimeout(ctx, o.Timeout)
		list, err = o.Network.lookup(within, t.Host)
		cancel()
		var dns *net.DNSError
		if err == nil || try == o.Retries || errors.As(err, &dns) && dns.IsNotFound {
			break
		}
	}
	slices.SortStableFunc(list, func(a, b netip.Addr) int { return a.BitLen() - b.BitLen() })
	var once []netip.Addr
	for _, a := range list {
		if !slices.Contains(once, a) {
			once = append(once, a)
		}
	}
	if err == nil && len(once) == 0 {
		err = errors.New("it has no address")
	}
	return once, err
}

// session is the conversation with one address.
type session struct {
	ctx     context.Context
	o       *Options
	target  Target
	to      netip.AddrPort
	prelude *prelude
	out     *served.Address

	domain string // that a prelude asks for
	used   int    // connections
	silent int    // steps in a row that were not answered
	alpn   []string
	own    uint16 // version of our own hello, where crypto/tls does not get on with the server
}

func (t Target) ask(ctx context.Context, o *Options, to netip.AddrPort) served.Address {
	out := served.Address{Name: t.nameAt(to.Addr()), Addr: to}
	s := &session{ctx: ctx, o: o, target: t, to: to, prelude: lookupPrelude(t.StartTLS), out: &out}
	if s.prelude == nil {
		s.alpn = directALPN(t.Port)
	}
	s.run()
	return out
}

// nameAt is what reports call an address of the target.
func (t Target) nameAt(a netip.Addr) string {
	if t.IsAddress() {
		return t.String()
	}
	return t.String() + " (" + a.String() + ")"
}

// directALPN are the protocols to offer on a port that begins with TLS.
func directALPN(port uint16) []string {
	switch port {
	case 465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 3269, 5061, 5223, 6697, 8883:
		return nil // mail, directories and others, for which there is none
	case 5432:
		return []string{"postgresql"}
	case 1433:
		return []string{"tds/8.0"}
	}
	return []string{"h2", "http/1.1"}
}

// noMoreError says that as many connections were made as may be.
type noMoreError struct{}

func (noMoreError) Error() string {
	return fmt.Sprintf("%d connections went to this address, and no more do", MaxConnections)
}

// dialError is a fault of the connection, before anything was said.
type dialError struct{ error }

func (e dialError) Unwrap() error { return e.error }

// open makes a connection that is ready for TLS.
func (s *session) open() (*boundConn, error) {
	conn, err := s.dial(s.to)
	if err != nil {
		return nil, err
	}
	if s.prelude != nil {
		conn.within(s.o.Timeout)
		if err := s.prelude.run(newSpeech(conn, s.domain)); err != nil {
			conn.Close()
			return nil, err
		}
		if s.prelude.wrap != nil {
			conn = &boundConn{Conn: s.prelude.wrap(conn)}
		}
	}
	conn.within(s.o.Timeout)
	return conn, nil
}

// dial makes a connection to a port of the address.
func (s *session) dial(to netip.AddrPort) (*boundConn, error) {
	if s.used == MaxConnections {
		return nil, noMoreError{}
	}
	if s.used > 0 && s.o.Delay > 0 {
		select {
		case <-time.After(s.o.Delay):
		case <-s.ctx.Done():
		}
	}
	s.used++
	ctx, cancel := context.WithTimeout(s.ctx, s.o.Timeout)
	defer cancel()
	raw, err := s.o.Network.dial(ctx, to)
	if err != nil {
		return nil, dialError{err}
	}
	return &boundConn{Conn: raw}, nil
}

// try makes a connection and has step do its work, again where there was no
// answer.
func (s *session) try(step func(*boundConn) error) (err error) {
	for n := 0; ; n++ {
		began := s.used
		err = s.once(step)
		var said *RefusedError
		again := isTimeout(err) || isCut(err) && n == 0 || errors.As(err, &said) && said.Temporary
		if !again || n >= s.o.Retries || s.ctx.Err() != nil {
			break
		}
		if s.used == began || s.silent > 0 {
			break // it has been silent before
		}
	}
	if isTimeout(err) {
		s.silent++
	} else if err == nil {
		s.silent = 0
	}
	return err
}

func (s *session) once(step func(*boundConn) error) error {
	conn, err := s.open()
	if err != nil {
		return err
	}
	defer conn.Close()
	return step(conn)
}

// stateOf says how far a first step went that failed with err, with what was read.
func (s *session) stateOf(err error, head []byte) (served.State, string) {
	var dial dialError
	var said *RefusedError
	line := firstLine(head)
	switch {
	case errors.As(err, &dial) && isRefused(err):
		return served.Closed, reason(err)
	case errors.As(err, &dial) && noRoute(err):
		return served.NoRoute, reason(err)
	case errors.As(err, &dial):
		return served.Filtered, reason(err)
	case errors.As(err, &said):
		return served.NoStartTLS, said.Error()
	case s.prelude == nil && isClear(head):
		return served.ClearText, line
	case isTimeout(err):
		return served.Silent, "no answer in " + s.o.Timeout.String()
	}
	return served.Failed, reason(err)
}

// reason is err without the addresses that package net puts before it.
func reason(err error) string {
	if isTimeout(err) {
		return "no answer in time"
	}
	var errno syscall.Errno
	var op *net.OpError
	var dns *net.DNSError
	switch {
	case errors.As(err, &errno):
		err = errno
	case errors.As(err, &op):
		err = op.Err
	case errors.As(err, &dns):
		err = errors.New(dns.Err)
	}
	if isCut(err) {
		return "it closes the connection"
	}
	return strings.TrimPrefix(err.Error(), "tls: ")
}

// isClear reports whether an answer to a hello is text.
func isClear(head []byte) bool {
	if len(head) < 4 {
		return false
	}
	for _, c := range head[:min(len(head), 16)] {
		if c != '\r' && c != '\n' && c != '\t' && (c < ' ' || c > '~') {
			return false
		}
	}
	return true
}

// IsHTTP reports whether what a server said in clear text is the beginning of an
// answer of HTTP.
func IsHTTP(said string) bool {
	return strings.HasPrefix(said, "HTTP/") || strings.HasPrefix(said, "<")
}

func firstLine(head []byte) string {
	line, _, _ := strings.Cut(string(head), "\n")
	return strings.TrimSuffix(line, "\r")
}
