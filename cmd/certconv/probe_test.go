package main

import (
	"bufio"
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/testenv"
)

// fakeServer says what a server of the tests does; files are those of
// testdata/probe.
type fakeServer struct {
	Certs         []string          `json:"certs"`    // for all names that Hosts does not have
	Hosts         map[string]string `json:"hosts"`    // by name; "silent": no answer for it
	Leaf          bool              `json:"leaf"`     // it sends no intermediates
	Min, Max      uint16            `json:"-"`        //
	Oldest        string            `json:"oldest"`   // version
	Newest        string            `json:"newest"`   // version
	Text          string            `json:"text"`     // what it answers in place of TLS
	Greeting      []string          `json:"greeting"` // what it says before TLS, a line after each of the client's
	Staple        string            `json:"staple"`   // good, stale, revoked, other, junk
	State         string            `json:"state"`    // closed, filtered, silent, cut, unknown, no-route, unreadable
	Client        bool              `json:"client"`   // it wants a certificate
	HTTP          bool              `json:"http"`     // it is a host of a CA: it gives List, and Staple to who posts
	List          string            `json:"list"`     // file; inter.pem.der is inter.pem in DER
	plain, secure string            // addresses of pages

	Delay string    `json:"delay"` // before it answers
	Plain *fakePage `json:"plain"` // what it answers at port 80; nothing listens there without
	Page  *fakePage `json:"page"`  // what it answers by https
}

// fakePage is an answer of HTTP.
type fakePage struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

func (p *fakePage) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	for k, v := range p.Headers {
		w.Header().Set(k, v)
	}
	w.WriteHeader(p.Status)
	_, _ = io.WriteString(w, p.Body)
}

// startPages has the server listen for requests of pages; names lead to it by network.
func (s *fakeServer) startPages(t testing.TB) {
	listen := func(handler *fakePage, config *tls.Config) string {
		server := httptest.NewUnstartedServer(handler)
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		if server.TLS = config; config != nil {
			server.StartTLS()
		} else {
			server.Start()
		}
		t.Cleanup(server.Close)
		return server.Listener.Addr().String()
	}
	s.secure = listen(s.Page, s.config(t))
	if s.Plain != nil {
		s.plain = listen(s.Plain, nil)
	}
}

// stapleTime is the time that the cases are checked for.
var stapleTime = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// probeFile reads a file of testdata/probe.
func probeFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testenv.Root(t), "testdata", "probe", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func probePair(t testing.TB, name string) *tls.Certificate {
	t.Helper()
	c, err := tls.X509KeyPair(probeFile(t, name+".pem"), probeFile(t, name+".key"))
	if err != nil {
		t.Fatal(err)
	}
	return &c
}

func parsedFile(t testing.TB, name string) *x509.Certificate {
	t.Helper()
	b, _ := pem.Decode(probeFile(t, name))
	c, err := x509.ParseCertificate(b.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// staple makes an OCSP response of the kind.
func staple(t testing.TB, kind, cert string) []byte {
	t.Helper()
	if kind == "junk" {
		return []byte("junk")
	}
	leaf, inter := parsedFile(t, cert+".pem"), parsedFile(t, "inter.pem")
	template := ocsp.Response{Status: ocsp.Good, SerialNumber: leaf.SerialNumber, ThisUpdate: stapleTime.Add(-time.Hour), NextUpdate: stapleTime.Add(24 * time.Hour)}
	switch kind {
	case "stale":
		template.ThisUpdate, template.NextUpdate = stapleTime.AddDate(0, -1, 0), stapleTime.AddDate(0, 0, -7)
	case "revoked":
		template.Status, template.RevokedAt, template.RevocationReason = ocsp.Revoked, stapleTime.AddDate(0, 0, -2), ocsp.KeyCompromise
	case "other":
		template.SerialNumber = parsedFile(t, "other.pem").SerialNumber
	}
	der, err := ocsp.CreateResponse(inter, inter, template, probePair(t, "inter").PrivateKey.(crypto.Signer))
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// start has the server listen, and gives its address. It ends with the test.
func (s *fakeServer) start(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if s.State == "closed" {
		l.Close()
		return l.Addr().String()
	}
	if s.HTTP && s.State == "" {
		go func() { _ = http.Serve(l, s.revocations(t)) }()
		return l.Addr().String()
	}
	config := s.config(t)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(conn, config)
		}
	}()
	return l.Addr().String()
}

// revocations is what a CA has for those who ask.
func (s *fakeServer) revocations(t testing.TB) http.Handler {
	var list, answer []byte
	if s.List != "" {
		list = probeFile(t, strings.TrimSuffix(s.List, ".der"))
		if b, _ := pem.Decode(list); b != nil && strings.HasSuffix(s.List, ".der") {
			list = b.Bytes
		}
	}
	if s.Staple != "" {
		answer = staple(t, s.Staple, "listed")
	}
	delay, _ := time.ParseDuration(s.Delay)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(delay)
		switch {
		case r.Method == http.MethodPost && answer != nil:
			_, _ = w.Write(answer)
		case r.Method == http.MethodGet && list != nil:
			_, _ = w.Write(list)
		default:
			http.NotFound(w, r)
		}
	})
}

func (s *fakeServer) config(t testing.TB) *tls.Config {
	versions := map[string]uint16{"": 0, "1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}
	config := &tls.Config{MinVersion: versions[s.Oldest], MaxVersion: versions[s.Newest]}
	if config.MinVersion == 0 {
		config.MinVersion = tls.VersionTLS12
	}
	if s.Client {
		config.ClientAuth = tls.RequireAnyClientCert
	}
	prepare := func(name string) *tls.Certificate {
		c := probePair(t, name)
		if s.Leaf {
			c.Certificate = c.Certificate[:1]
		}
		if s.State == "unreadable" {
			c.Certificate[0] = []byte{0x30, 5, 2, 3, 1, 2, 3}
		}
		if s.Staple != "" {
			c.OCSPStaple = staple(t, s.Staple, name)
		}
		return c
	}
	for _, name := range s.Certs {
		config.Certificates = append(config.Certificates, *prepare(name))
	}
	hosts := map[string]*tls.Certificate{}
	for host, name := range s.Hosts {
		if name != "silent" {
			hosts[host] = prepare(name)
		}
	}
	config.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if s.Hosts[hello.ServerName] == "silent" {
			time.Sleep(3 * time.Second)
		}
		return hosts[hello.ServerName], nil
	}
	return config
}

func (s *fakeServer) serve(conn net.Conn, config *tls.Config) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	switch {
	case s.State == "silent":
		_, _ = io.Copy(io.Discard, conn)
		return
	case s.State == "cut":
		return
	case s.Text != "":
		_, _ = conn.Read(make([]byte, 16))
		_, _ = io.WriteString(conn, s.Text)
		_, _ = io.Copy(io.Discard, conn)
		return
	}
	for i, line := range s.Greeting {
		if i > 0 {
			if _, err := readLine(conn); err != nil {
				return
			}
		}
		_, _ = io.WriteString(conn, line+"\r\n")
	}
	r := bufio.NewReader(conn)
	if first, err := r.Peek(1); err == nil && first[0] != 22 {
		_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n") // as servers of HTTP do
		return
	}
	c := tls.Server(&readerConn{conn, r}, config)
	if c.Handshake() == nil {
		_, _ = io.Copy(io.Discard, c)
	}
}

// readerConn is a connection of which something was read.
type readerConn struct {
	net.Conn
	r io.Reader
}

func (c *readerConn) Read(p []byte) (int, error) { return c.r.Read(p) }

// readLine reads no more than a line.
func readLine(r io.Reader) (string, error) {
	var line []byte
	for b := make([]byte, 1); ; line = append(line, b...) {
		if _, err := io.ReadFull(r, b); err != nil || b[0] == '\n' {
			return string(line), err
		}
	}
}

// fetchingDocument runs a command that fetches what certificates name, all of it from
// the server.
func fetchingDocument(t testing.TB, command string, s *fakeServer, args ...string) (code int, doc report.Document, stdout, stderr string) {
	t.Helper()
	address := s.start(t)
	code, stdout, stderr = runInsideWith(t, func(e *env) {
		e.network.Fetch = func(context.Context, string, string) (net.Conn, error) { return net.Dial("tcp", address) }
	}, append([]string{command, "--format", "json"}, args...)...)
	if err := json.Unmarshal([]byte(stdout), &doc); err != nil {
		t.Fatalf("%v\n%s%s", err, stdout, stderr)
	}
	return code, doc, stdout, stderr
}

// network leads names to the servers of the tests, and has the states that no
// server on this machine can be in.
func (s *fakeServer) network() probe.Network {
	n := probe.Network{Lookup: func(context.Context, string) ([]netip.Addr, error) {
		if s.State == "unknown" {
			return nil, &net.DNSError{Err: "no such host", IsNotFound: true}
		}
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}}
	if s.secure != "" {
		n.Dial = func(_ context.Context, to netip.AddrPort) (net.Conn, error) {
			if to.Port() == 443 {
				return net.Dial("tcp", s.secure)
			} else if to.Port() == 80 && s.plain != "" {
				return net.Dial("tcp", s.plain)
			}
			return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		}
	}
	switch s.State {
	case "filtered":
		n.Dial = func(context.Context, netip.AddrPort) (net.Conn, error) { return nil, os.ErrDeadlineExceeded }
	case "no-route":
		n.Dial = func(context.Context, netip.AddrPort) (net.Conn, error) { return nil, errNoRoute }
	}
	return n
}

// probed runs probe against a fake server: ADDRESS among the arguments is its
// address.
func probed(t testing.TB, s *fakeServer, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	address := ""
	if s.Page != nil {
		s.startPages(t)
	} else {
		address = s.start(t)
	}
	args = slices.Clone(args)
	for i, a := range args {
		_, port, _ := strings.Cut(address, ":")
		args[i] = strings.ReplaceAll(strings.ReplaceAll(a, "ADDRESS", address), "PORT", port)
	}
	return runInsideWith(t, func(e *env) { e.network, e.settle = s.network(), time.Second }, args...)
}

// readServer reads the case of a server.
func readServer(t testing.TB, file string) *fakeServer {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := &fakeServer{}
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return s
}

// probeDocument runs probe, and puts what it says of all servers into the document
// of the other checks.
func probeDocument(t testing.TB, s *fakeServer, args ...string) (code int, doc report.Document, stdout, stderr string) {
	t.Helper()
	code, stdout, stderr = probed(t, s, append([]string{"probe", "--format", "json", "--timeout", "700ms", "--retries", "0"}, args...)...)
	var out struct{ Hosts []report.Document }
	if err := json.Unmarshal([]byte(stdout), &out); err != nil || len(out.Hosts) != 1 {
		t.Fatalf("%v\n%s%s", err, stdout, stderr)
	}
	return code, out.Hosts[0], stdout, stderr
}

const rootOfProbe = "../../testdata/probe/root.pem"

func TestProbeExitCodes(t *testing.T) {
	good := &fakeServer{Certs: []string{"site"}}
	at := []string{"--roots", rootOfProbe, "--at", "2026-06-01T00:00:00Z", "--host", "www.example.com", "--timeout", "2s", "--retries", "0"}
	for _, c := range []struct {
		name   string
		server *fakeServer
		args   []string
		code   int
		want   string
	}{
		{"good", good, nil, 0, "ok: 127.0.0.1"},
		{"closed", &fakeServer{State: "closed"}, nil, 3, "port-closed"},
		{"leaf only", &fakeServer{Certs: []string{"site"}, Leaf: true}, nil, 1, "chain-incomplete"},
		{"unreadable", &fakeServer{Certs: []string{"site"}, State: "unreadable"}, nil, 1, "certificate 1 of 2 that it sends cannot be read"},
		{"no answer for one name", &fakeServer{Certs: []string{"site"}, Hosts: map[string]string{"b.example.com": "silent"}}, []string{"--host", "b.example.com"}, 1, `the handshake for "b.example.com" fails: no answer in time`},
		{"one name refused", &fakeServer{Hosts: map[string]string{"b.example.com": "site"}}, []string{"--host", "b.example.com"}, 1, "b.example.com: CN=www.example.com, EC P-256"},
		{"the only name refused", &fakeServer{Hosts: map[string]string{"": "site"}}, nil, 1, "no name: CN=www.example.com, EC P-256"},
		{"more names than connections", good, strings.Fields(strings.Repeat("--host www.example.com ", 9) + "--host a.example.com --host b.example.com --host c.example.com --host d.example.com --host e.example.com --host f.example.com --host g.example.com --host h.example.com --host i.example.com --host j.example.com --fail-on never"), 0, `error[not-checked] 127.0.0.1`},
		{"unreachable beside others", good, []string{"--only", "cert-expired", "127.0.0.1:1"}, 1, "port-closed"},
		{"nagios good", good, []string{"--format", "nagios"}, 0, "CERTCONV OK - 1 server in order | '127.0.0.1:"},
		{"nagios warning", good, []string{"--format", "nagios", "--expires-within", "90d"}, 1, "CERTCONV WARNING - "},
		{"nagios closed", &fakeServer{State: "closed"}, []string{"--format", "nagios"}, 2, "CERTCONV CRITICAL - "},
		{"nagios no route", &fakeServer{State: "no-route"}, []string{"--format", "nagios"}, 3, "CERTCONV UNKNOWN - "},
		{"nagios usage", good, []string{"--format", "nagios", "--retries", "x"}, 3, "CERTCONV UNKNOWN - "},
		{"prometheus", good, []string{"--format", "prometheus"}, 0, `sni="www.example.com",position="0",role="leaf",key=""} 1785369600`},
		{"sarif", &fakeServer{State: "closed"}, []string{"--format", "sarif"}, 3, `"ruleId": "port-closed"`},
		{"junit", &fakeServer{State: "closed"}, []string{"--format", "junit"}, 3, `<testcase name="port-closed"`},
		{"ndjson", good, []string{"--format", "ndjson"}, 0, `"findings":[]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := probed(t, c.server, slices.Concat([]string{"probe", "ADDRESS"}, at, c.args)...)
			if code != c.code || !strings.Contains(stdout, c.want) {
				t.Errorf("exit code %d, want %d, with %q in\n%s%s", code, c.code, c.want, stdout, stderr)
			}
		})
	}
}

// A name leads to several addresses, and what they share is told once.
func TestProbeAddresses(t *testing.T) {
	s := &fakeServer{Certs: []string{"site"}, Leaf: true}
	_, port, _ := strings.Cut(s.start(t), ":")
	var doc struct {
		Hosts []struct {
			Addresses []struct{ Address, State string }
			Findings  []report.Finding
		}
	}
	_, stdout, stderr := runInsideWith(t, func(e *env) {
		e.network = probe.Network{
			Lookup: func(context.Context, string) ([]netip.Addr, error) {
				return []netip.Addr{netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.2")}, nil
			},
			Dial: func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
				if to.Addr().Is6() {
					return nil, errNoRoute
				}
				return net.Dial("tcp", "127.0.0.1:"+port)
			},
		}
	}, "probe", "www.example.com:8443", "--roots", rootOfProbe, "--at", "2026-06-01T00:00:00Z", "--format", "json")
	if err := json.Unmarshal([]byte(stdout), &doc); err != nil {
		t.Fatal(err, stdout, stderr)
	}
	h := doc.Hosts[0]
	if len(h.Addresses) != 3 || h.Addresses[0].State != "reached" || h.Addresses[2].State != "no-route" {
		t.Errorf("%+v", h.Addresses)
	}
	var codes []string
	for _, f := range h.Findings {
		codes = append(codes, f.Code)
		if f.Code == "chain-incomplete" && (len(f.Related) != 1 || f.Related[0].File != "www.example.com:8443 (127.0.0.2)") {
			t.Errorf("%+v", f)
		}
	}
	slices.Sort(codes)
	if !slices.Equal(codes, []string{"chain-incomplete", "not-checked"}) {
		t.Errorf("%v", codes)
	}
}

func TestProbeList(t *testing.T) {
	s := &fakeServer{Certs: []string{"site"}}
	address := s.start(t)
	list := filepath.Join(t.TempDir(), "hosts.txt")
	var text strings.Builder
	text.WriteString("\ufeff# as Notepad writes it\r\n")
	for range 30 {
		text.WriteString(address + "  # one\n\n")
	}
	if err := os.WriteFile(list, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := runInside(t, "probe", "--files-from", list, "--format", "ndjson", "--roots", rootOfProbe, "--at", "2026-06-01T00:00:00Z", "--host", "www.example.com")
	n := 0
	for lines := bufio.NewScanner(strings.NewReader(stdout)); lines.Scan(); n++ {
		if !json.Valid(lines.Bytes()) {
			t.Errorf("%s", lines.Text())
		}
	}
	if code != 0 || n != 30 {
		t.Errorf("exit code %d, %d lines\n%s", code, n, stderr)
	}
	if code, _, stderr = runInside(t, "probe", "https://me:geheim@a.example/"); code != 2 || strings.Contains(stderr, "geheim") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	for _, command := range []string{"probe", "fetch"} {
		if code, _, stderr = runInside(t, command, address, "--host", "*.example.com"); code != 2 || !strings.Contains(stderr, "is no name of a host") {
			t.Errorf("exit code %d: %s", code, stderr)
		}
	}
	if code, _, stderr = runInside(t, "probe", "--files-from", rootOfProbe); code != 2 || !strings.Contains(stderr, "line 1") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

var errNoRoute = errors.Join(errors.New("dial"), noRouteHere)
