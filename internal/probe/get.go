package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"github.com/certconv/certconv/internal/served"
)

// Getter fetches what certificates name: lists, answers of responders, issuers.
// What is in a certificate is not to be trusted: a Getter goes to http and https
// only, follows few redirects, reads no more than it was told, and keeps away from
// this machine and its neighbours.
type Getter struct {
	Timeout time.Duration
	Private bool // addresses of this machine and its neighbours too
	// Dial makes the connections; nil: the system does.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	proxy func(*http.Request) (*url.URL, error) // nil: that of the environment
	tls   *tls.Config                           // nil: certificates have to be trusted
}

// Got is what an address answered.
type Got struct {
	Body  []byte
	Proxy string // that was asked, "" for none
	Times served.Times
	Same  bool // it has not changed since
}

const maxRedirects = 3

// ErrAnswers says that a server answers with a status that has nothing for who asks.
var ErrAnswers = errors.New("it answers")

// ErrTooLarge says that an answer has more bytes than it may have.
var ErrTooLarge = errors.New("it is too large")

var errPrivate = errors.New("it leads to an address of this machine or its neighbours")

// Fetch gets what is at address, or posts a body of the type to it. since is the
// time of what is there already, zero for none. No more than limit bytes are read.
func (g *Getter) Fetch(ctx context.Context, address, kind string, body []byte, limit int64, since time.Time) (got Got, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return got, fmt.Errorf("%q is no address of http or https", address)
	}
	if err := g.follows(u); err != nil { // behind a proxy the address is not looked at any more
		return got, err
	}
	ctx, cancel := context.WithTimeout(ctx, g.Timeout)
	defer cancel()
	var watch stopwatch
	method := http.MethodGet
	if body != nil {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(watch.follow(ctx), method, address, bytes.NewReader(body))
	if err != nil {
		return got, err
	}
	if body != nil {
		req.Header.Set("Content-Type", kind)
	}
	if !since.IsZero() {
		req.Header.Set("If-Modified-Since", since.UTC().Format(http.TimeFormat))
	}
	proxy, err := g.proxyFor(req)
	if err != nil {
		return got, err
	}
	if proxy != nil {
		got.Proxy = proxy.Host
	}
	watch.enter(nil)
	defer func() { got.Times = watch.stop() }()
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
		return got, fmt.Errorf("%w %s", ErrAnswers, resp.Status)
	}
	got.Body, err = readBody(resp, limit)
	return got, plainly(err)
}

// readBody reads no more than limit bytes, in one piece of memory where the length is known.
func readBody(resp *http.Response, limit int64) ([]byte, error) {
	tooLarge := fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
	if resp.ContentLength > limit {
		return nil, tooLarge
	}
	body := bytes.NewBuffer(make([]byte, 0, max(resp.ContentLength, 0)+bytes.MinRead))
	_, err := body.ReadFrom(io.LimitReader(resp.Body, limit+1))
	if err == nil && int64(body.Len()) > limit {
		return nil, tooLarge
	}
	return body.Bytes(), err
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
	case errors.Is(err, ErrTooLarge):
		return err
	}
	if isTimeout(err) {
		return fmt.Errorf("no answer in time: %w", context.DeadlineExceeded)
	}
	return errors.New(reason(err))
}

// proxyFor is the proxy that a request goes to, nil for none.
func (g *Getter) proxyFor(req *http.Request) (*url.URL, error) {
	if g.proxy != nil {
		return g.proxy(req)
	}
	return http.ProxyFromEnvironment(req)
}

// RoundTrip sends one request: to the proxy that the user has named for it, wherever that
// is, which looks names up itself; or past addresses of this machine and its neighbours,
// which are told when the connection is made, after the name was looked up.
func (g *Getter) RoundTrip(req *http.Request) (*http.Response, error) {
	proxy, err := g.proxyFor(req)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Control: func(_, to string, _ syscall.RawConn) error {
		if host, err := netip.ParseAddrPort(to); proxy == nil && !g.Private && (err != nil || isNear(host.Addr(), ownAddresses())) {
			return errPrivate
		}
		return nil
	}}
	t := &http.Transport{Proxy: http.ProxyURL(proxy), DialContext: dialer.DialContext, DisableKeepAlives: true, MaxResponseHeaderBytes: 1 << 20, TLSClientConfig: g.tls}
	if g.Dial != nil {
		t.DialContext = g.Dial
	}
	return t.RoundTrip(req)
}

func (g *Getter) client() *http.Client {
	return &http.Client{
		Transport: g,
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
	switch {
	case to.Scheme != "http" && to.Scheme != "https":
		return fmt.Errorf("a redirect to %q", to.Scheme)
	case !g.Private && isNearHost(to.Hostname()):
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
	// As at the first address, certificates are not what is asked about here.
	loose := *g
	loose.tls = &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, CipherSuites: suites(), CurvePreferences: groups}
	client := loose.client()
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

// TimedOut reports whether a fetch ended because nobody answered.
func TimedOut(err error) bool { return isTimeout(err) }
