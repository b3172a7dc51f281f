package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"syscall"
	"time"
)

// Getter fetches what certificates name: lists, answers of responders, issuers.
// What is in a certificate is not to be trusted: a Getter goes to http and https
// only, follows few redirects, reads no more than it was told, and keeps away from
// this machine and its neighbours.
type Getter struct {
	Timeout time.Duration
	Private bool // loopback and link-local addresses too
	// Dial makes the connections; nil: the system does.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Got is what an address answered.
type Got struct {
	Body  []byte
	Proxy string // that was asked, "" for none
	Took  time.Duration
	Same  bool // it has not changed since
}

const maxRedirects = 3

// ErrTooLarge says that an answer has more bytes than it may have.
var ErrTooLarge = errors.New("it is too large")

var errPrivate = errors.New("it leads to an address of this machine or its neighbours")

// Fetch gets what is at address, or posts a body of the type to it. since is the
// time of what is there already, zero for none. No more than limit bytes are read.
func (g *Getter) Fetch(ctx context.Context, address, kind string, body []byte, limit int64, since time.Time) (got Got, err error) {
	began := time.Now()
	defer func() { got.Took = time.Since(began) }()
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return got, fmt.Errorf("%q is no address of http or https", address)
	}
	if err := g.follows(u); err != nil { // behind a proxy the address is not looked at any more
		return got, err
	}
	ctx, cancel := context.WithTimeout(ctx, g.Timeout)
	defer cancel()
	method := http.MethodGet
	if body != nil {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return got, err
	}
	if body != nil {
		req.Header.Set("Content-Type", kind)
	}
	if !since.IsZero() {
		req.Header.Set("If-Modified-Since", since.UTC().Format(http.TimeFormat))
	}
	proxy, err := http.ProxyFromEnvironment(req)
	if err != nil {
		return got, err
	}
	if proxy != nil {
		got.Proxy = proxy.Host
	}
	resp, err := g.client().Do(req)
	if err != nil {
		return got, plainly(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified && !since.IsZero() {
		got.Same = true
		return got, nil
	}
	if resp.StatusCode != http.StatusOK {
		return got, fmt.Errorf("it answers %s", resp.Status)
	}
	got.Body, err = io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err == nil && int64(len(got.Body)) > limit {
		return got, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
	}
	return got, plainly(err)
}

// plainly is err without the method and address that net/http puts before it.
func plainly(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errPrivate):
		return errPrivate
	}
	if isTimeout(err) {
		return fmt.Errorf("no answer in time: %w", context.DeadlineExceeded)
	}
	return errors.New(reason(err))
}

func (g *Getter) client() *http.Client {
	var proxies sync.Map // their addresses; behind one those of names are its own affair
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		_, proxied := proxies.Load(address)
		return (&net.Dialer{Control: func(_, to string, _ syscall.RawConn) error {
			if host, err := netip.ParseAddrPort(to); !proxied && !g.Private && (err != nil || isNear(host.Addr())) {
				return errPrivate
			}
			return nil
		}}).DialContext(ctx, network, address)
	}
	if g.Dial != nil {
		dial = g.Dial
	}
	return &http.Client{
		Transport: &http.Transport{
			Proxy: func(req *http.Request) (*url.URL, error) {
				proxy, err := http.ProxyFromEnvironment(req)
				if proxy != nil {
					proxies.Store(hostPort(proxy), true)
				}
				return proxy, err
			},
			DialContext: dial, DisableKeepAlives: true, MaxResponseHeaderBytes: 1 << 20,
		},
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects {
				return fmt.Errorf("more than %d redirects", maxRedirects)
			}
			return g.follows(req.URL)
		},
	}
}

// follows is an error if a redirect leads where a Getter does not go.
func (g *Getter) follows(to *url.URL) error {
	a, err := netip.ParseAddr(to.Hostname())
	switch {
	case to.Scheme != "http" && to.Scheme != "https":
		return fmt.Errorf("a redirect to %q", to.Scheme)
	case err == nil && !g.Private && isNear(a):
		return errPrivate
	}
	return nil
}

// visit asks for a page that somebody was sent on to. Further redirects are for the
// caller.
func (g *Getter) visit(ctx context.Context, u *url.URL) (*http.Response, error) {
	if err := g.follows(u); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	setHeaders(req)
	client := g.client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Do(req)
	return resp, plainly(err)
}

// hostPort is what a connection for u goes to.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// isNear reports whether an address is of this machine or its neighbours.
func isNear(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsLinkLocalMulticast() || a.IsUnspecified() || a.IsMulticast()
}

// TimedOut reports whether a fetch ended because nobody answered.
func TimedOut(err error) bool { return isTimeout(err) }
