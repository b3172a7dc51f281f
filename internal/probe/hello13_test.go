package probe

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/served"
)

// selfSigned is a certificate for the key.
func selfSigned(t testing.TB, key crypto.Signer) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a.test"}, DNSNames: []string{"a.test"}, NotBefore: time.Unix(1e9, 0), NotAfter: time.Unix(4e9, 0)}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
}

func bothKinds(t testing.TB) (ec, rs tls.Certificate) {
	t.Helper()
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return selfSigned(t, ecKey), selfSigned(t, rsaKey)
}

// serveTLS is a server of crypto/tls.
func serveTLS(config *tls.Config) func(net.Conn) {
	return func(c net.Conn) {
		s := tls.Server(c, config)
		if s.Handshake() == nil {
			_, _ = io.Copy(io.Discard, s)
		}
	}
}

// The hello of TLS 1.3 gets what is encrypted, with each suite and each group.
func TestHello13(t *testing.T) {
	ec, rs := bothKinds(t)
	ec.OCSPStaple, rs.OCSPStaple = []byte("a staple"), []byte("a staple")
	ca, err := x509.ParseCertificate(ec.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	ask := func(h *Hello, group tls.CurveID) (*served.Reply, error) {
		target := listen(t, serveTLS(&tls.Config{
			MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{ec, rs}, CurvePreferences: []tls.CurveID{group}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool,
		}))
		conn, err := net.Dial("tcp", target.String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		return h.Ask(conn)
	}
	for _, suite := range suites13 {
		for _, group := range groups {
			h := OpenSSLHello("a.test", tls.VersionTLS13)
			h.Suites = []uint16{suite}
			r, err := ask(h, group)
			if err != nil {
				t.Errorf("suite %04x, group %v: %v", suite, group, err)
				continue
			}
			if r.Version != tls.VersionTLS13 || r.Cipher != suite || len(r.Raw) != 1 || !bytes.Equal(r.Raw[0], ec.Certificate[0]) || string(r.Staple) != "a staple" {
				t.Errorf("suite %04x, group %v: %+v", suite, group, r)
			}
			if !r.Client || len(r.ClientCA) != 1 || !bytes.Equal(r.ClientCA[0], ca.RawSubject) {
				t.Errorf("the CAs of clients: %v %x", r.Client, r.ClientCA)
			}
		}
	}
	r, err := ask(&Hello{Version: tls.VersionTLS13, Host: "a.test", Suites: suites13, Signatures: rsaSignatures}, tls.X25519)
	if err != nil || !bytes.Equal(r.Raw[0], rs.Certificate[0]) {
		t.Errorf("RSA only: %+v %v", r, err)
	}
}

// A server has certificates for both kinds of key, whatever version it speaks, and a name
// that it refuses, a protocol that it does not know.
func TestReplies(t *testing.T) {
	ec, rs := bothKinds(t)
	both := []tls.Certificate{rs, ec}
	for _, c := range []struct {
		name   string
		config *tls.Config
		seen   [][]byte // different certificates
	}{
		{"TLS 1.3", &tls.Config{MinVersion: tls.VersionTLS13, Certificates: both}, [][]byte{ec.Certificate[0], rs.Certificate[0]}},
		{"TLS 1.2", &tls.Config{MaxVersion: tls.VersionTLS12, Certificates: both}, [][]byte{ec.Certificate[0], rs.Certificate[0]}},
		{"TLS 1.0", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10, Certificates: both}, [][]byte{ec.Certificate[0], rs.Certificate[0]}},
		{"another certificate for each version", &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			if slices.Contains(hello.SupportedVersions, tls.VersionTLS13) {
				return &tls.Config{Certificates: []tls.Certificate{ec}}, nil
			}
			return &tls.Config{Certificates: []tls.Certificate{rs}}, nil
		}}, [][]byte{ec.Certificate[0], rs.Certificate[0]}},
		{"another protocol, TLS 1.3", &tls.Config{MinVersion: tls.VersionTLS13, Certificates: both[:1], NextProtos: []string{"imap"}}, [][]byte{rs.Certificate[0]}},
	} {
		target := listen(t, serveTLS(c.config))
		o := Defaults()
		o.Hosts = []string{"a.test"}
		a := &target.Probe(context.Background(), &o).Addresses[0]
		var seen [][]byte
		for _, r := range a.Replies {
			if r.Asked == served.ForName && len(r.Raw) > 0 && !slices.ContainsFunc(seen, func(raw []byte) bool { return bytes.Equal(raw, r.Raw[0]) }) {
				seen = append(seen, r.Raw[0])
			}
		}
		same := len(seen) == len(c.seen)
		for _, raw := range c.seen {
			same = same && bytes.Contains(bytes.Join(seen, nil), raw)
		}
		if a.State != served.Reached || !same || len(a.NotChecked)+len(a.Unanswered) > 0 {
			t.Errorf("%s: %s, %s: %d certificates, not checked %v", c.name, a.State, a.Said, len(seen), a.NotChecked)
		}
	}
}

// A port that begins with TLS is told where TLS was to be asked for first.
func TestTLSAtOnce(t *testing.T) {
	ec, _ := bothKinds(t)
	target := listen(t, serveTLS(&tls.Config{Certificates: []tls.Certificate{ec}}))
	target.StartTLS = "smtp"
	o := Defaults()
	o.Timeout, o.Retries = 300*time.Millisecond, 0
	a := &target.Probe(context.Background(), &o).Addresses[0]
	if a.State != served.Silent || !strings.HasSuffix(a.Said, "it answers TLS at once, without smtp") {
		t.Errorf("%s: %s", a.State, a.Said)
	}
}

// A long message in very many records costs no more than its length.
func TestSmallRecords(t *testing.T) {
	whole := certificateMessage(200 << 10)
	data := bytes.Clone(whole[:47])
	for _, b := range append(whole[52:], make([]byte, 150<<10)...) {
		data = append(data, 22, 3, 3, 0, 1, b)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := helloTo(bytes.NewReader(data))
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; err == nil || n > 16<<20 {
		t.Errorf("%v, %d bytes were allocated", err, n)
	}
}
