package probe

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/certconv/certconv/internal/lazy"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/text"
)

// Bounds of what is read of a page.
const (
	maxPage  = 4 << 20  // that is looked through
	maxSaid  = 64 << 10 // that is read where nobody looks a page through
	maxMoved = 8 << 10  // length of an address that browsers are sent on to
	maxHSTS  = 5        // headers
	maxExtra = 5        // answers before the answer, such as 103
)

// pages asks for the page of a name: by http, where browsers should be sent on to https,
// and by https.
func (s *session) pages(name string) {
	if s.prelude != nil || !s.o.Page && (!s.o.Pages || s.target.Port != 443) {
		return
	}
	v := &visitor{session: s, host: name}
	if v.host == "" {
		v.host = s.target.Host
	}
	if s.target.Port == 443 {
		v.walk(v.address("http", 80), func(to *url.URL) bool { return to.Scheme == "https" })
	}
	v.walk(v.address("https", s.target.Port), func(*url.URL) bool { return !s.o.Page })
}

// visitor asks for pages of a host, at the address of its session.
type visitor struct {
	*session
	host string
}

// address is that of the page of the target.
func (v *visitor) address(scheme string, port uint16) *url.URL {
	u := &url.URL{Scheme: scheme, Host: v.host, Path: "/"}
	if p, err := url.ParseRequestURI(v.target.Path); err == nil {
		u.Path, u.RawPath, u.RawQuery = p.Path, p.RawPath, p.RawQuery
	}
	if strings.Contains(v.host, ":") {
		u.Host = "[" + v.host + "]"
	}
	if number := strconv.Itoa(int(port)); hostPort(u) != net.JoinHostPort(v.host, number) {
		u.Host = net.JoinHostPort(v.host, number)
	}
	return u
}

// walk asks for a page, and for those that browsers are sent on to, as long as last does
// not say that it is not needed.
func (v *visitor) walk(u *url.URL, last func(*url.URL) bool) {
	what := text.Of("what is at %s", u)
	if v.gaveUp(what) {
		return
	}
	for range maxRedirects + 1 {
		a := v.visit(u)
		var dial dialError
		if a.Err != nil && !(u.Scheme == "http" && errors.As(a.Err, &dial) && isRefused(a.Err)) {
			list := &v.out.NotChecked
			if isTimeout(a.Err) || errors.As(a.Err, &dial) {
				list = &v.out.Unanswered
			}
			*list = append(*list, text.Of("what is at %s: %s", u, reason(a.Err)))
		}
		if a.Err != nil {
			a.Err = errors.New(reason(a.Err))
		}
		to, moved := a.next(u)
		if v.o.Page && a.Err == nil && !moved {
			a.look(u)
			v.unseen(a)
		}
		v.out.Pages = append(v.out.Pages, a.Page)
		if !moved || last(to) {
			return
		}
		u = to
	}
	v.out.NotChecked = append(v.out.NotChecked, text.Of("%s: more than %d redirects", what, maxRedirects))
}

// unseen states what was not looked into of a page.
func (v *visitor) unseen(a *answer) {
	say := func(t text.Text) { v.out.NotChecked = append(v.out.NotChecked, t) }
	if a.Unread != nil {
		say(text.Of("what %s loads: %s", a.URL, a.Unread))
	}
	if a.Read && a.Cut {
		say(text.Of("the end of %s: it is larger than %d bytes, or breaks off", a.URL, maxPage))
	}
}

// answer is a page with its content.
type answer struct {
	served.Page
	header http.Header
	body   []byte
	most   int // bytes to read of the body
}

// next is where browsers are sent on to.
func (a *answer) next(from *url.URL) (*url.URL, bool) {
	if len(a.Location) > maxMoved {
		a.Location = a.Location[:maxAddress] + "…"
		return nil, false
	}
	to, err := from.Parse(a.Location)
	if a.Location == "" || err != nil || to.Scheme != "http" && to.Scheme != "https" || to.Host == "" {
		return nil, false
	}
	to.User, to.Fragment = nil, ""
	a.Location = to.String()
	return to, true
}

// visit asks for a page: pages of the host at the address of the session, others where
// their names lead to.
func (v *visitor) visit(u *url.URL) *answer {
	a := &answer{Page: served.Page{URL: u.String()}, most: maxSaid}
	if v.o.Page {
		a.most = maxPage
	}
	if strings.EqualFold(u.Hostname(), v.host) {
		for n := 0; ; n++ {
			if a.Err = v.here(u, a); !isTimeout(a.Err) {
				return a
			}
			if n >= v.o.Retries || v.silent > 0 || v.ctx.Err() != nil {
				v.silent++
				return a
			}
		}
	}
	if v.o.Get == nil {
		a.Err = errors.New("redirects to other hosts are not followed")
		return a
	}
	ctx, cancel := context.WithTimeout(v.ctx, v.o.Timeout)
	defer cancel()
	get := *v.o.Get
	get.Private = get.Private || isNear(v.to.Addr(), ownAddresses()) // who asks a server of this machine may be sent on to it
	resp, err := get.visit(ctx, u)
	if err != nil {
		a.Err = err
		return a
	}
	defer resp.Body.Close()
	a.take(resp)
	return a
}

// here asks the address of the session.
func (v *visitor) here(u *url.URL, a *answer) error {
	_, digits, _ := net.SplitHostPort(hostPort(u))
	port, err := strconv.ParseUint(digits, 10, 16)
	if err != nil {
		return fmt.Errorf("%q is no port", digits)
	}
	conn, err := v.dial(netip.AddrPortFrom(v.to.Addr(), uint16(port)))
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.limit = 2 * a.most
	conn.within(v.o.Timeout)
	var stream io.ReadWriter = conn
	asked := false
	if u.Scheme == "https" {
		name := v.host
		if _, err := netip.ParseAddr(name); err == nil {
			name = ""
		}
		stream = tls.Client(conn, &tls.Config{
			ServerName: name, InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, CipherSuites: suites(), CurvePreferences: groups, NextProtos: []string{"http/1.1"},
			// IIS asks for a certificate after the request, and answers those that have none.
			Renegotiation: tls.RenegotiateOnceAsClient,
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				asked = true
				return &tls.Certificate{}, nil
			},
		})
	}
	req, err := http.NewRequest(http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	setHeaders(req)
	req.Close = true
	if err = req.Write(stream); err == nil {
		err = a.read(bufio.NewReader(stream), req)
	}
	var op *net.OpError
	if asked && errors.As(err, &op) && op.Op == "remote error" { // an alert
		a.WantsCert = true
		return nil
	}
	return err
}

// setHeaders are those of a program that reads text.
func setHeaders(req *http.Request) {
	req.Header.Set("User-Agent", "certconv")
	req.Header.Set("Accept", "text/html, */*;q=0.1")
	req.Header.Set("Accept-Encoding", "gzip;q=0.5, identity")
}

// read reads the answer to a request.
func (a *answer) read(r *bufio.Reader, req *http.Request) error {
	for range maxExtra {
		resp, err := http.ReadResponse(r, req)
		if err != nil {
			return err
		}
		if resp.StatusCode >= 200 {
			a.take(resp)
			return nil
		}
	}
	return errors.New("it gives no answer")
}

// substatus is the number by which IIS says why it forbids a page.
var substatus = lazy.Regexp{Expr: `\b403\.[0-9]{1,2}\b`}

// noCert is how nginx says that the client sent no certificate.
const noCert = "No required SSL certificate was sent"

// take takes over what an answer says.
func (a *answer) take(resp *http.Response) {
	a.Status, a.header = resp.StatusCode, resp.Header
	if slices.Contains([]int{301, 302, 303, 307, 308}, a.Status) {
		a.Location = resp.Header.Get("Location")
	}
	a.Server = resp.Header.Get("Server")
	a.HSTS = resp.Header.Values("Strict-Transport-Security")
	a.HSTS = a.HSTS[:min(len(a.HSTS), maxHSTS)]
	var body io.Reader = io.LimitReader(resp.Body, int64(a.most)+1)
	switch coding := strings.ToLower(resp.Header.Get("Content-Encoding")); coding {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(body)
		if err != nil {
			a.Unread = errors.New("it is not compressed as it says")
			return
		}
		body = io.LimitReader(z, int64(a.most)+1)
	default:
		a.Unread = fmt.Errorf("it is compressed as %q", coding)
		return
	}
	var err error
	if a.body, err = io.ReadAll(body); len(a.body) > a.most {
		a.body, a.Cut = a.body[:a.most], true
	} else if err != nil {
		a.Cut = true
	}
	said := a.body[:min(len(a.body), maxSaid)]
	switch {
	case a.Status == http.StatusForbidden:
		a.Substatus = string(substatus.Get().Find(said))
	case a.Status == http.StatusBadRequest:
		a.WantsCert = strings.Contains(string(said), noCert)
	case a.Status == http.StatusOK && a.Plain() && refreshTo(a.header.Get("Refresh")) != "":
		a.Location = refreshTo(a.header.Get("Refresh"))
	case a.Status == http.StatusOK && a.Plain() && a.isHTML():
		u, _ := url.Parse(a.URL)
		a.Location = scanPage(said, u, a.header).refresh
	}
}

func (a *answer) isHTML() bool {
	kind, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	return kind == "text/html" || kind == "application/xhtml+xml"
}

// look looks a page through for what it loads by http. There is nothing to say of a page
// that is itself loaded by http.
func (a *answer) look(u *url.URL) {
	_, params, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	switch charset := strings.ToLower(params["charset"]); {
	case u.Scheme == "http" || a.Unread != nil || a.header == nil:
		return
	case a.Location != "":
		a.Unread = fmt.Errorf("browsers are sent on to %q, which is not followed", a.Location)
		return
	case a.Status >= http.StatusBadRequest:
		a.Unread = fmt.Errorf("it is answered with %d", a.Status)
		return
	case !a.isHTML():
		a.Unread = fmt.Errorf("it is no HTML, but %q", a.header.Get("Content-Type"))
		return
	case strings.HasPrefix(charset, "utf-16") || strings.HasPrefix(charset, "utf-7") || strings.HasPrefix(charset, "iso-2022") || charset == "hz-gb-2312",
		len(a.body) > 1 && (a.body[0] == 0xfe && a.body[1] == 0xff || a.body[0] == 0xff && a.body[1] == 0xfe):
		a.Unread = errors.New("its encoding is not one that is made of ASCII")
		return
	}
	f := scanPage(a.body, u, a.header)
	a.Read, a.Loads, a.Left, a.Upgraded = true, f.loads, f.left, f.upgraded
}
