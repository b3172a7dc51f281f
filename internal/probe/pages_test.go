package probe

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/served"
)

var pageURL = &url.URL{Scheme: "https", Host: "www.example.com", Path: "/shop/"}

// What Chromium and Firefox do with each of these is in brackets: they block it, or load
// it by https.
func TestScanPage(t *testing.T) {
	for _, c := range []struct{ page, want string }{
		{`<script src=http://x.test/a.js></script>`, "[script http://x.test/a.js 1]"},
		{"\n\n<SCRIPT SRC='HTTP://X.test/a.js'></SCRIPT>", "[script http://X.test/a.js 3]"},
		{`<link rel=stylesheet href=http://x.test/a.css>`, "[style sheet http://x.test/a.css 1]"},
		{`<link rel="alternate stylesheet" href=http://x.test/a.css>`, "[style sheet http://x.test/a.css 1]"},
		{`<link rel=canonical href=http://x.test/><link rel=alternate href=http://x.test/feed><a href=http://x.test/>x</a>`, ""},
		{`<link rel=preload as=image href=http://x.test/a.png><link rel=preload as=script href=http://x.test/a.js>`, "preload http://x.test/a.png 1 [preload http://x.test/a.js 1]"},
		{`<iframe src=http://x.test/></iframe>`, "[frame http://x.test/ 1]"},
		{`<embed src=http://x.test/e><object data=http://x.test/o></object>`, "[plugin http://x.test/e 1] [plugin http://x.test/o 1]"},
		{`<img src=http://x.test/a.png>`, "image http://x.test/a.png 1"},
		{`<img src=http://x.test/a.png><img src=http://x.test/a.png>`, "image http://x.test/a.png 1"},
		{`<img srcset="http://x.test/a,b.png 1x, /c.png 2x,http://x.test/d.png">`, "[image of a set http://x.test/a,b.png 1] [image of a set http://x.test/d.png 1]"},
		{`<picture><source srcset=http://x.test/a.webp><img src=a.png></picture>`, "[image of a set http://x.test/a.webp 1]"},
		{`<video src=http://x.test/v poster=http://x.test/p><source src=http://x.test/s><track src=http://x.test/t></video><audio src=http://x.test/a></audio>`,
			"film http://x.test/v 1 image http://x.test/p 1 film or sound http://x.test/s 1 [subtitles http://x.test/t 1] sound http://x.test/a 1"},
		{`<input type=image src=http://x.test/i><input src=http://x.test/no><table background=http://x.test/b>`, "image http://x.test/i 1 image http://x.test/b 1"},
		{`<form action=http://x.test/login><button formaction=http://x.test/b></form>`, "form http://x.test/login 1 form http://x.test/b 1"},
		{`<style>a { background: URL( 'http://x.test/a.png' ) } /* url(http://x.test/no.png) */ @import "http://x.test/i.css"; @import url(http://x.test/j.css); @font-face { src: url(http://x.test/f.woff), url("http://x.test/g.woff") }</style>`,
			"image of a style http://x.test/a.png 1 [style sheet http://x.test/i.css 1] [style sheet http://x.test/j.css 1] [font http://x.test/f.woff 1] [font http://x.test/g.woff 1]"},
		{`<p style="background:url(http://x.test/a.png)">`, "image of a style http://x.test/a.png 1"},
		{`<svg><image xlink:href=http://x.test/a.svg /></svg>`, "image http://x.test/a.svg 1"},
		{`<base href=http://x.test/><img src=a.png><script src=//y.test/a.js></script>`, "image http://x.test/a.png 1 [script http://y.test/a.js 1]"},
		{`<base href=/a/><base href=http://x.test/><img src=a.png>`, ""},
		{`<script src=//x.test/a.js></script><img src=/a.png><img src=data:image/png;base64,AA==>`, ""},
		{`<!-- <script src=http://x.test/a.js></script> --><template><img src=http://x.test/a.png></template><noscript><img src=http://x.test/b.png></noscript>`, ""},
		{`<script>document.write('<script src="http://x.test/a.js">')</script><textarea><img src=http://x.test/a.png></textarea>`, ""},
		{`<iframe srcdoc="<img src=http://x.test/a.png>"></iframe>`, "image http://x.test/a.png 1"},
		{`<script src=http://localhost:35729/a.js></script><img src=http://127.0.0.1/a.png><img src=http://[::1]/a.png>`, ""},
		{`<meta http-equiv=Content-Security-Policy content="default-src *; Upgrade-Insecure-Requests"><script src=http://x.test/a.js></script>`, "upgraded 1"},
		{`<img src="  http://x.test/a.png
">`, "image http://x.test/a.png 1"},
		{`<title>x</title><style></style><meta http-equiv=Content-Security-Policy content=upgrade-insecure-requests><script src=http://x.test/a.js></script>`, "upgraded 1"},
		// Policies in the body, in noscript and in a document in an attribute do not count for the
		// page; Chromium 156 was asked about each of these.
		{`<body><p>x<meta http-equiv=Content-Security-Policy content=upgrade-insecure-requests><script src=http://x.test/a.js></script>`, "[script http://x.test/a.js 1]"},
		{`x<meta http-equiv=Content-Security-Policy content=upgrade-insecure-requests><script src=http://x.test/a.js></script>`, "[script http://x.test/a.js 1]"},
		{`<noscript><meta http-equiv=Content-Security-Policy content=upgrade-insecure-requests></noscript><script src=http://x.test/a.js></script>`, "[script http://x.test/a.js 1]"},
		{`<iframe srcdoc="<meta http-equiv=Content-Security-Policy content=upgrade-insecure-requests>"></iframe><script src=http://x.test/a.js></script>`, "[script http://x.test/a.js 1]"},
		{`<meta http-equiv=Content-Security-Policy content=upgrade-insecure-requests><iframe srcdoc="<script src=http://x.test/a.js></script>"></iframe>`, "upgraded 1"},
		{`<iframe srcdoc="<template>"></iframe><img src=http://x.test/a.png>`, "image http://x.test/a.png 1"},
		{`<iframe srcdoc="<base href=http://x.test/>"></iframe><img src=a.png>`, ""},
		{`<iframe srcdoc="<base href=http://x.test/><img src=q.png>"></iframe>`, "image http://x.test/q.png 1"},
		{`<base href=http://x.test/><iframe srcdoc="<img src=q.png>"></iframe>`, "image http://x.test/q.png 1"},
		{`<img src=http://x.test/100%.png>`, "image http://x.test/100%25.png 1"},
		{"<img src='ht\ttp://x.te\nst/a.png'>", "image http://x.test/a.png 1"},
		{`<style/>a { background: url(http://x.test/a.png) }</style>`, "image of a style http://x.test/a.png 1"},
		{`<link rel=preload as=image imagesrcset="http://x.test/a 1x, http://x.test/b 2x" href=http://x.test/no>`, "preload http://x.test/a 1 preload http://x.test/b 1"},
		{`<script type=application/json src=http://x.test/no></script><script type=importmap src=http://x.test/no></script><script language=vbscript src=http://x.test/no></script><script nomodule src=http://x.test/no></script><script type="text/javascript;charset=utf-8" src=http://x.test/no></script>`, ""},
		{`<script type=" Text/JScript " src=http://x.test/a></script><script type src=http://x.test/b></script><script type=module src=http://x.test/c></script><script language=JavaScript src=http://x.test/d></script>`,
			"[script http://x.test/a 1] [script http://x.test/b 1] [script http://x.test/c 1] [script http://x.test/d 1]"},
		{`<svg><script href=http://x.test/a></script></svg><script href=http://x.test/no></script>`, "[script http://x.test/a 1]"},
		{`<iframe srcdoc=x src=http://x.test/no></iframe><iframe srcdoc src=http://x.test/no></iframe><frame src=http://x.test/no>`, ""},
		{`<frameset><frame src=http://x.test/a></frameset>`, "[frame http://x.test/a 1]"},
		{`<style>a { content: "url(http://x.test/no) \" url(http://x.test/no)"; background: image-set("http://x.test/a" 1x, url(http://x.test/b) type("image/png") 2x) }</style>`,
			"image of a style http://x.test/a 1 image of a style http://x.test/b 1"},
		{"<style>a { content: 'a\n b: url(http://x.test/a) }</style>", "image of a style http://x.test/a 1"},
		{`<img src="http:/\x.test/a"><img src="\\\\x.test\b"><img src=HTTP:y.test/c><svg><use href=http://x.test/d#e /></svg>`, "image http://x.test/a 1 image http://y.test/c 1 image http://x.test/d#e 1"},
		{`<meta http-equiv=Refresh content="0; URL='http://x.test/'">`, "to http://x.test/"},
		{`<img src=http://user:secret@x.test/a.png>`, "image http://x.test/a.png 1"},
	} {
		s := scanPage([]byte(c.page), pageURL, nil)
		var got []string
		for _, r := range s.loads {
			word := fmt.Sprintf("%s %s %d", r.Kind, r.URL, r.Line)
			if r.Blocked {
				word = "[" + word + "]"
			}
			got = append(got, word)
		}
		if s.upgraded > 0 {
			got = append(got, fmt.Sprintf("upgraded %d", s.upgraded))
		}
		if s.refresh != "" {
			got = append(got, "to "+s.refresh)
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s\n%s\nwant %s", c.page, text, c.want)
		}
	}
}

// A page made to keep the scanner busy is done with in a moment.
func TestScanPageBounds(t *testing.T) {
	for _, part := range []string{
		`<img src=http://x.test/a.png>`, `url(`, `<style>url(`, `<style>image-set(`, `"`, `<style>"`, `image-set(url(`, `<svg>`, `<style>@font-face{url(`, `@import `, `<img srcset="`, `,`, `<iframe srcdoc="`, `<template>`, `<base href=http://x.test/`, `<p style="url(`, `/*`, `<a `, `&amp;`, `<img srcset="http://x.test/ ,`,
	} {
		began := time.Now()
		s := scanPage([]byte(strings.Repeat(part, maxPage/len(part))), pageURL, nil)
		if took := time.Since(began); took > 5*time.Second || len(s.loads) > maxLoads {
			t.Errorf("%s: %s, %d", part, took, len(s.loads))
		}
	}
}

func FuzzPage(f *testing.F) {
	f.Add([]byte(`<base href=http://x.test/><img srcset="a 1x, b 2x"><style>@import "a"; a{b:url(c)}</style><iframe srcdoc="<script src=//x>"></iframe>`), "default-src *; upgrade-insecure-requests")
	f.Add([]byte(`<meta http-equiv=refresh content="0;url=/x"><link rel=preload as=image href=http://x.test/>`), "")
	f.Fuzz(func(t *testing.T, page []byte, policy string) {
		s := scanPage(page, pageURL, http.Header{"Content-Security-Policy": {policy}})
		for _, r := range s.loads {
			if !strings.HasPrefix(r.URL, "http://") || r.Line < 1 || len(r.URL) > maxAddress+len("…") {
				t.Errorf("%+v", r)
			}
		}
		if len(s.loads) > maxLoads {
			t.Errorf("%d", len(s.loads))
		}
	})
}

// asked asks a server for its page; names of other hosts lead to others.
func asked(t *testing.T, secure, plain http.HandlerFunc, page bool, get *Getter) *served.Address {
	t.Helper()
	return askedAt(t, "192.0.2.1", secure, plain, page, get)
}

func askedAt(t *testing.T, at string, secure, plain http.HandlerFunc, page bool, get *Getter) *served.Address {
	t.Helper()
	addresses := map[uint16]string{}
	for port, h := range map[uint16]http.HandlerFunc{443: secure, 80: plain} {
		if h == nil {
			continue
		}
		server := httptest.NewUnstartedServer(h)
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		if port == 443 {
			server.StartTLS()
		} else {
			server.Start()
		}
		t.Cleanup(server.Close)
		addresses[port] = server.Listener.Addr().String()
	}
	o := Defaults()
	o.Timeout, o.Retries, o.Pages, o.Page, o.Get = 2*time.Second, 0, true, page, get
	o.Network = Network{
		Lookup: func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr(at)}, nil
		},
		Dial: func(_ context.Context, to netip.AddrPort) (net.Conn, error) {
			if addresses[to.Port()] == "" {
				return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
			}
			return net.Dial("tcp", addresses[to.Port()])
		},
	}
	host := Target{Host: "www.example.com", Port: 443, Path: "/shop/?a=b"}.Probe(context.Background(), &o)
	return &host.Addresses[0]
}

func moved(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

func TestPages(t *testing.T) {
	ok := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<img src=http://x.test/%s>", url.QueryEscape(r.Host+r.RequestURI))
	}
	for _, c := range []struct {
		name          string
		secure, plain http.HandlerFunc
		page          bool
		want          []string // of pages
		unchecked     string
	}{
		{"sent on", ok, moved("https://www.example.com/shop/"), false, []string{"http://www.example.com/shop/?a=b 302 https://www.example.com/shop/", "https://www.example.com/shop/?a=b 200 "}, ""},
		{"sent on by another header", ok, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Refresh", "0; URL=https://www.example.com/")
		}, false, []string{"http://www.example.com/shop/?a=b 200 https://www.example.com/", "https://www.example.com/shop/?a=b 200 "}, ""},
		{"nothing at port 80", ok, nil, false, []string{"http://www.example.com/shop/?a=b 0 ", "https://www.example.com/shop/?a=b 200 "}, ""},
		{"looked through", ok, moved("https://www.example.com/"), true, []string{"http://www.example.com/shop/?a=b 302 https://www.example.com/", "https://www.example.com/shop/?a=b 200 read 1"}, ""},
		{"not followed without need", moved("/there"), moved("https://www.example.com/"), false, []string{"http://www.example.com/shop/?a=b 302 https://www.example.com/", "https://www.example.com/shop/?a=b 302 https://www.example.com/there"}, ""},
		{"in a circle", moved("/shop/?a=b"), nil, true, slices.Concat([]string{"http://www.example.com/shop/?a=b 0 "}, slices.Repeat([]string{"https://www.example.com/shop/?a=b 302 https://www.example.com/shop/?a=b"}, 4)), "more than 3 redirects"},
		{"to this machine", moved("https://127.0.0.1/"), nil, true, []string{"http://www.example.com/shop/?a=b 0 ", "https://www.example.com/shop/?a=b 302 https://127.0.0.1/", "https://127.0.0.1/ 0 "}, "it leads to an address of this machine"},
		{"to a name of this machine", moved("http://localhost:1/"), nil, true, []string{"http://www.example.com/shop/?a=b 0 ", "https://www.example.com/shop/?a=b 302 http://localhost:1/", "http://localhost:1/ 0 "}, "it leads to an address of this machine"},
		{"to a file", moved("file:///etc/passwd"), nil, true, []string{"http://www.example.com/shop/?a=b 0 ", "https://www.example.com/shop/?a=b 302 file:///etc/passwd"}, "which is not followed"},
		{"no HTML", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "plain text") }, nil, true, []string{"http://www.example.com/shop/?a=b 0 ", "https://www.example.com/shop/?a=b 200 "}, "it is no HTML"},
		{"silent", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, nil, false, []string{"http://www.example.com/shop/?a=b 0 ", "https://www.example.com/shop/?a=b 0 "}, "no answer in time"},
		{"without an end", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			for {
				if _, err := w.Write([]byte(strings.Repeat("<p>", 10000))); err != nil {
					return
				}
			}
		}, nil, true, []string{"http://www.example.com/shop/?a=b 0 ", "https://www.example.com/shop/?a=b 200 read 0"}, "or breaks off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := asked(t, c.secure, c.plain, c.page, &Getter{Timeout: 2 * time.Second})
			var got []string
			for _, p := range a.Pages {
				word := fmt.Sprintf("%s %d %s", p.URL, p.Status, p.Location)
				if p.Read {
					word += fmt.Sprintf("read %d", len(p.Loads))
				}
				got = append(got, word)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
			var notes []string
			for _, n := range slices.Concat(a.NotChecked, a.Unanswered) {
				notes = append(notes, n.String())
			}
			if text := strings.Join(notes, "\n"); !strings.Contains(text, c.unchecked) {
				t.Errorf("%q is not in %q", c.unchecked, text)
			}
		})
	}
}

// The page of another host is looked through, whatever its certificate is.
func TestPageElsewhere(t *testing.T) {
	other := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<script src=http://x.test/></script>")
	}))
	defer other.Close()
	a := asked(t, moved("https://shop.example.net/"), nil, true, &Getter{Timeout: 5 * time.Second, Dial: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("tcp", other.Listener.Addr().String())
	}})
	if n := len(a.Pages); n != 3 || a.Pages[2].URL != "https://shop.example.net/" || !a.Pages[2].Read || len(a.Pages[2].Loads) != 1 {
		t.Errorf("%+v, not checked %v", a.Pages, a.NotChecked)
	}
}

// A server of this machine may send on to another name of it.
func TestPageOfThisMachine(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") }))
	defer other.Close()
	for at, status := range map[string]int{"192.0.2.1": 0, "127.0.0.1": http.StatusOK} {
		a := askedAt(t, at, moved(other.URL+"/"), nil, true, &Getter{Timeout: 5 * time.Second})
		if n := len(a.Pages); n != 3 || a.Pages[2].Status != status {
			t.Errorf("%s: %+v, not checked %v", at, a.Pages, a.NotChecked)
		}
	}
}

// Servers that want a certificate of the client say so by ending the connection, before
// or after the handshake.
func TestPageForClients(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		server := httptest.NewUnstartedServer(http.NotFoundHandler())
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.TLS = &tls.Config{MaxVersion: version, ClientAuth: tls.RequireAnyClientCert}
		server.StartTLS()
		defer server.Close()
		target, err := ParseTarget("https://"+server.Listener.Addr().String()+"/x", "")
		if err != nil || target.Path != "/x" {
			t.Fatal(err, target)
		}
		o := Defaults()
		o.Page = true
		a := target.Probe(context.Background(), &o).Addresses[0]
		if len(a.Pages) != 1 || !a.Pages[0].WantsCert || a.Pages[0].Err != nil {
			t.Errorf("%s: %+v", served.VersionName(version), a.Pages)
		}
	}
}
