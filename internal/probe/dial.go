package probe

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// Network is where connections come from. The zero value is that of the system.
type Network struct {
	Dial   func(ctx context.Context, to netip.AddrPort) (net.Conn, error)
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	Fetch  func(ctx context.Context, network, address string) (net.Conn, error) // for a Getter
}

func (n *Network) dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	if n.Dial != nil {
		return n.Dial(ctx, to)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", to.String())
}

func (n *Network) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	if n.Lookup != nil {
		return n.Lookup(ctx, host)
	}
	list, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	for i := range list {
		list[i] = list[i].Unmap()
	}
	return list, err
}

// isTimeout reports whether the other side was waited for in vain.
func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &t) && t.Timeout()
}

// isCut reports whether the other side closed the connection.
func isCut(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, net.ErrClosed)
}

// isRefused reports whether nothing listens at the port.
func isRefused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, windowsRefused)
}

// noRoute reports whether this machine has no way to an address, such as one
// without IPv6.
func noRoute(err error) bool {
	return errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT) || errors.Is(err, windowsNoRoute)
}

// Windows' own numbers (WSAECONNREFUSED, WSAENETUNREACH); elsewhere nothing has
// them.
const (
	windowsRefused = syscall.Errno(10061)
	windowsNoRoute = syscall.Errno(10051)
)

const (
	maxRead = 1 << 20 // of one connection
	maxHead = 512     // of what was read first, which tells what is there instead of TLS
)

var errFlood = errors.New("it sends more than a handshake takes")

// boundConn reads no more than maxRead, and keeps what came first.
type boundConn struct {
	net.Conn
	read  int
	limit int // 0: maxRead
	head  []byte
}

func (c *boundConn) Read(p []byte) (int, error) {
	if c.read >= max(c.limit, maxRead) {
		return 0, errFlood
	}
	n, err := c.Conn.Read(p)
	c.read += n
	if room := maxHead - len(c.head); room > 0 {
		c.head = append(c.head, p[:min(n, room)]...)
	}
	return n, err
}

// within gives what follows a time to end in.
func (c *boundConn) within(d time.Duration) { _ = c.SetDeadline(time.Now().Add(d)) }
