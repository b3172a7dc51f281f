package probe

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestNear(t *testing.T) {
	own := []netip.Addr{netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("2001:db8::7")}
	for _, a := range []string{
		"0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.0.9", "169.254.169.254", "192.0.0.192", "100.100.100.200", "168.63.129.16", "224.0.0.251", "240.0.0.1", "255.255.255.255",
		"::", "::1", "fe80::1", "fe80::1%eth0", "fe80::a9fe:a9fe", "ff02::1", "fd00:ec2::254", "fd20:ce::254",
		"::ffff:127.0.0.1", "::ffff:0:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::0.0.0.0",
		"64:ff9b:1::127.0.0.1", "64:ff9b:1:7f00:0:100::", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:7f00:1::1", "2001:0:5ef5:79fb:0:59d:80ff:fffe", "2001:db8::5efe:127.0.0.1", "2001:db8::200:5efe:127.0.0.1",
		"203.0.113.7", "2001:db8::7", "::ffff:203.0.113.7", "64:ff9b::203.0.113.7", "2002:cb00:7107::1",
	} {
		if !isNear(netip.MustParseAddr(a), own) {
			t.Errorf("%s is near", a)
		}
	}
	for _, a := range []string{
		"192.0.2.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "203.0.113.8", "169.253.0.1", "8.8.8.8",
		"2001:db8::8", "fd00::1", "fd00:ec3::254", "64:ff9b::8.8.8.8", "64:ff9b:1::8.8.8.8", "64:ff9b:1:808:8:800::", "2002:808:808::1", "2001:0:808:808:0:59d:f7f7:f7f7", "2606:4700::1111",
	} {
		if isNear(netip.MustParseAddr(a), own) {
			t.Errorf("%s is far", a)
		}
	}
	for host, near := range map[string]bool{
		"localhost": true, "LOCALHOST.": true, "a.localhost": true, "127.1": true, "2130706433": true, "0x7f000001": true, "0x7f.1": true, "0177.0.0.1": true, "1.2.3.4.": true,
		"\uff11\uff12\uff17.0.0.\uff11": true, "127\u30020\u30020\u30021": true, "\u24dbocalhost": true, "b\u00fccher.example.com": false,
		"localhost.example.com": false, "www.example.com": false, "xn--p1ai": false, "1password.com": false, "0x.example": false, "8.8.8.8": false, "2606:4700::1111": false,
	} {
		if isNearHost(host) != near {
			t.Errorf("%s: %v", host, !near)
		}
	}
}

// A name is looked up, and what comes of it is near: nothing is sent, not after a redirect
// either. The addresses of this machine's interfaces are near too.
func TestFetchNear(t *testing.T) {
	asked := 0
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked++ })
	server := httptest.NewServer(handler)
	defer server.Close()
	port := strings.TrimPrefix(server.URL, "http://127.0.0.1:")
	hosts := []string{"127.0.0.1", "localhost", "[::ffff:7f00:1]", "[::ffff:0:7f00:1]", "0.0.0.0", "[::]", "[64:ff9b::7f00:1]", "2130706433"}
	for _, a := range ownAddresses() {
		host := a.String()
		if a.Is6() {
			host = "[" + host + "]"
		}
		hosts = append(hosts, host)
	}
	for _, host := range hosts {
		g := &Getter{Timeout: 2 * time.Second}
		if _, err := g.Fetch(context.Background(), "http://"+host+":"+port, "", nil, 10, time.Time{}); !errors.Is(err, errPrivate) {
			t.Errorf("%s: %v", host, err)
		}
	}
	// Beyond the look at the address that is written there: where the connection goes.
	for _, host := range []string{"127.0.0.1", "localhost"} {
		req, err := http.NewRequest(http.MethodGet, "http://"+host+":"+port, nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp, err := (&Getter{}).RoundTrip(req); !errors.Is(err, errPrivate) {
			t.Errorf("%s: %v %v", host, resp, err)
		}
	}
	if asked != 0 {
		t.Errorf("asked %d times", asked)
	}
}

// A proxy is where the user says. What it is asked for is not near, and its port is no way
// to this machine.
func TestFetchByProxy(t *testing.T) {
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.String())
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "http://"+r.URL.Query().Get("to"), http.StatusFound)
		}
	}))
	defer proxy.Close()
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	g := &Getter{Timeout: 2 * time.Second, proxy: func(r *http.Request) (*url.URL, error) {
		if strings.Contains(r.URL.Host, "direct") || r.URL.Host == at.Host {
			return nil, nil
		}
		return at, nil
	}}
	for address, want := range map[string]string{
		"http://lists.example.com/a":                          "",
		"http://127.0.0.1/a":                                  errPrivate.Error(),
		"http://[64:ff9b::7f00:1]/a":                          errPrivate.Error(),
		"https://%EF%BC%91%EF%BC%92%EF%BC%97.0.0.%EF%BC%91/a": errPrivate.Error(),
		"http://x.example/moved?to=127.1/":                    errPrivate.Error(),
		"http://x.example/moved?to=" + at.Host:                errPrivate.Error(), // that of the proxy itself, past it
		"http://x.example/moved?to=[fd00:ec2::254]":           errPrivate.Error(),
	} {
		got, err := g.Fetch(context.Background(), address, "", nil, 10, time.Time{})
		if text := plain(err); text != want || err == nil && got.Proxy != at.Host {
			t.Errorf("%s: %q by %q, want %q", address, text, got.Proxy, want)
		}
	}
	if len(asked) != 4 {
		t.Errorf("%q", asked)
	}
	for _, a := range asked {
		if strings.Contains(a, "GET /") {
			t.Errorf("the proxy was asked for a page of its own: %s", a)
		}
	}
}

func plain(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// The parts of a fetch add up to all of it, and what hangs is where it hangs.
func TestTimes(t *testing.T) {
	const pause = 60 * time.Millisecond
	handler := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/", http.StatusFound)
			return
		}
		time.Sleep(pause)
		_, _ = io.WriteString(w, "first")
		w.(http.Flusher).Flush()
		time.Sleep(pause)
		_, _ = io.WriteString(w, "rest")
	}
	server := httptest.NewServer(http.HandlerFunc(handler))
	defer server.Close()
	g := &Getter{Timeout: 5 * time.Second, Private: true}
	for _, path := range []string{"/", "/moved"} {
		got, err := g.Fetch(context.Background(), strings.Replace(server.URL, "127.0.0.1", "localhost", 1)+path, "", nil, 100, time.Time{})
		w := got.Times
		if err != nil || string(got.Body) != "firstrest" || w.DNS <= 0 || w.Connect <= 0 || w.TLS != 0 || w.First < pause || w.All < w.DNS+w.Connect+w.First+pause {
			t.Errorf("%s: %v, %+v", path, err, w)
		}
	}

	// It takes the connection, and is silent in the handshake, or after it.
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	secure := httptest.NewUnstartedServer(http.HandlerFunc(handler))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	g.Timeout = 200 * time.Millisecond
	got, err := g.Fetch(context.Background(), "https://"+silent.Addr().String(), "", nil, 100, time.Time{})
	if w := got.Times; !TimedOut(err) || w.TLS < g.Timeout/2 || w.First != 0 {
		t.Errorf("silent in the handshake: %v, %+v", err, w)
	}
	got, err = g.Fetch(context.Background(), "http://"+silent.Addr().String(), "", nil, 100, time.Time{})
	if w := got.Times; !TimedOut(err) || w.TLS != 0 || w.First < g.Timeout/2 {
		t.Errorf("silent: %v, %+v", err, w)
	}
	got, err = g.Fetch(context.Background(), secure.URL, "", nil, 100, time.Time{})
	if w := got.Times; err == nil || w.TLS <= 0 || w.First != 0 {
		t.Errorf("a certificate that nobody trusts: %v, %+v", err, w)
	}
}
