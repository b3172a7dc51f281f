package probe

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/served"
)

// listen has each connection served by serve.
func listen(t testing.TB, serve func(net.Conn)) Target {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
				serve(conn)
			}()
		}
	}()
	target, err := ParseTarget(l.Addr().String(), "none")
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// certificateMessage is a server's hello and a certificate message that says it has
// size bytes.
func certificateMessage(size int) []byte {
	hello := append([]byte{2, 0, 0, 38, 3, 3}, make([]byte, 32)...)
	hello = append(hello, 0, 0xc0, 0x2f, 0)
	record := append([]byte{22, 3, 3, 0, byte(len(hello))}, hello...)
	head := []byte{11, byte(size >> 16), byte(size >> 8), byte(size)}
	return append(record, append([]byte{22, 3, 3, 0x40, 0}, append(head, make([]byte, 0x4000-4)...)...)...)
}

func TestHostileServers(t *testing.T) {
	for name, serve := range map[string]func(net.Conn){
		"silence": func(c net.Conn) { _, _ = io.Copy(io.Discard, c) },
		"close":   func(net.Conn) {},
		"a byte a while": func(c net.Conn) {
			for _, b := range certificateMessage(1 << 20) {
				time.Sleep(100 * time.Millisecond)
				if _, err := c.Write([]byte{b}); err != nil {
					return
				}
			}
		},
		"garbage": func(c net.Conn) {
			record := append([]byte{22, 3, 3, 0xff, 0xff}, make([]byte, 0xffff)...)
			for {
				_, _ = rand.Read(record[5:])
				if _, err := c.Write(record); err != nil {
					return
				}
			}
		},
		"a large certificate message": func(c net.Conn) {
			_, _ = c.Write(certificateMessage(10 << 20))
			for more := append([]byte{22, 3, 3, 0x40, 0}, make([]byte, 0x4000)...); ; {
				if _, err := c.Write(more); err != nil {
					return
				}
			}
		},
		"warnings": func(c net.Conn) {
			for {
				if _, err := c.Write([]byte{21, 3, 3, 0, 2, 1, 112}); err != nil {
					return
				}
			}
		},
		"close after the hello": func(c net.Conn) { _, _ = c.Write(certificateMessage(100)[:47]) },
		"text without an end":   func(c net.Conn) { _, _ = io.Copy(c, neverEnding('a')) },
	} {
		t.Run(name, func(t *testing.T) {
			target := listen(t, serve)
			o := Defaults()
			o.Timeout, o.Retries = 300*time.Millisecond, 0
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := time.Now()
			h := target.Probe(context.Background(), &o)
			took := time.Since(began)
			runtime.ReadMemStats(&after)
			if s := h.Addresses[0].State; s == served.Reached || s == "" {
				t.Errorf("state %q", s)
			}
			if took > 3*time.Second {
				t.Errorf("it took %s", took)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
				t.Errorf("%d bytes were allocated", n)
			}
		})
	}
}

// neverEnding is one byte again and again.
type neverEnding byte

func (n neverEnding) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(n)
	}
	return len(p), nil
}

// Servers that turn hostile somewhere in the conversation before TLS, or after it, end in
// their time and take no memory.
func TestHostilePreludes(t *testing.T) {
	endless := func(data []byte) func(net.Conn) {
		return func(c net.Conn) {
			for {
				if _, err := c.Write(data); err != nil {
					return
				}
			}
		}
	}
	behaviours := map[string]func(net.Conn){
		"silence": func(c net.Conn) { _, _ = io.Copy(io.Discard, c) },
		"close":   func(net.Conn) {},
		"a byte a while": func(c net.Conn) {
			for {
				if _, err := c.Write([]byte{'2'}); err != nil {
					return
				}
				time.Sleep(50 * time.Millisecond)
			}
		},
		"lines":   endless([]byte("250-and so on\r\n")),
		"no line": endless(bytes.Repeat([]byte{'2'}, 64<<10)),
		"garbage": endless(append([]byte{22, 3, 3, 0xff, 0xff}, bytes.Repeat([]byte{0xa5}, 0xffff)...)),
		"a large certificate message": func(c net.Conn) {
			_, _ = c.Write(certificateMessage(10 << 20))
			endless(append([]byte{22, 3, 3, 0x40, 0}, make([]byte, 0x4000)...))(c)
		},
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var all sync.WaitGroup
	for _, c := range conversations() {
		if c.refuses {
			continue
		}
		for _, cut := range []int{0, len(c.says) / 2, len(c.says)} {
			for name, behave := range behaviours {
				target := listen(t, func(conn net.Conn) {
					_, _ = io.WriteString(conn, c.says[:cut])
					behave(conn)
				})
				target.StartTLS = c.name
				all.Go(func() {
					o := Defaults()
					o.Timeout, o.Retries = 300*time.Millisecond, 0
					h := target.Probe(context.Background(), &o)
					if s := h.Addresses[0].State; s == served.Reached || s == "" || h.Took > 10*time.Second {
						t.Errorf("%s after %d bytes, %s: %s in %s", c.name, cut, name, s, h.Took)
					}
				})
			}
		}
	}
	all.Wait()
	runtime.ReadMemStats(&after)
	if n := after.HeapSys - before.HeapSys; after.HeapSys > before.HeapSys && n > 64<<20 {
		t.Errorf("%d bytes for all of them at once", n)
	}
}

type conversation struct {
	name, says string // of the server
	refuses    bool
}

// conversations are some with each protocol.
func conversations() []conversation {
	const tds = "\x04\x01\x00\x1a\x00\x00\x01\x00" + "\x00\x00\x0b\x00\x06\x01\x00\x11\x00\x01\xff" + "\x10\x00\x00\x00\x00\x00"
	greeting := "\x0a8.0.36\x00\x01\x00\x00\x00abcdefgh\x00\x00\x0a\x21\x02\x00"
	mysql := string([]byte{byte(len(greeting)), 0, 0, 0}) + greeting
	plain := strings.Replace(mysql, "\x00\x00\x0a\x21", "\x00\x00\x02\x21", 1)
	return []conversation{
		{"smtp", "220-a\r\n220 b\r\n250-x\r\n250 STARTTLS\r\n220 ok\r\n", false},
		{"smtp", "220 b\r\n250 x\r\n", true},
		{"smtp", "421 too busy\r\n", true},
		{"lmtp", "220 b\r\n250-x\r\n250 starttls\r\n220 ok\r\n", false},
		{"imap", "* OK hi\r\n* CAPABILITY x\r\na OK go\r\n", false},
		{"imap", "* OK hi\r\na BAD no\r\n", true},
		{"pop3", "+OK hi\r\n+OK go\r\n", false},
		{"pop3", "+OK hi\r\n-ERR no\r\n", true},
		{"nntp", "201 hi\r\n382 go\r\n", false},
		{"sieve", "\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK\r\nOK go\r\n", false},
		{"sieve", "\"IMPLEMENTATION\" \"x\"\r\nOK\r\n", true},
		{"ftp", "220-a\r\n  b\r\n220 c\r\n234 go\r\n", false},
		{"ftp", "220 a\r\n502 no\r\n", true},
		{"ldap", "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00", false},
		{"ldap", "\x30\x84\x00\x00\x00\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\x00\x04\x00", true},
		{"postgres", "S", false},
		{"postgres", "N", true},
		{"mysql", mysql, false},
		{"mysql", plain, true},
		{"xmpp", "<?xml version='1.0'?><stream:stream><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features><proceed xmlns='x'/>", false},
		{"xmpp", "<stream:stream><stream:features></stream:features>", true},
		{"rdp", "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x02\x00\x08\x00\x01\x00\x00\x00", false},
		{"rdp", "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x03\x00\x08\x00\x05\x00\x00\x00", true},
		{"mssql", tds + "\x01", false},
		{"mssql", tds + "\x02", true},
	}
}

func TestPreludes(t *testing.T) {
	for _, c := range conversations() {
		err := lookupPrelude(c.name).run(speechOf(strings.NewReader(c.says)))
		var refused *RefusedError
		if c.refuses != errors.As(err, &refused) || !c.refuses && err != nil {
			t.Errorf("%s %q: %v", c.name, c.says, err)
		}
	}
}

// deaf is a connection to nobody.
type deaf struct {
	net.Conn
	io.Reader
}

func (deaf) Write(p []byte) (int, error)  { return len(p), nil }
func (d deaf) Read(p []byte) (int, error) { return d.Reader.Read(p) }
func (deaf) Close() error                 { return nil }
func speechOf(r io.Reader) *speech {
	return &speech{conn: deaf{nil, r}, r: bufio.NewReader(r), host: "h"}
}
func (deaf) SetDeadline(time.Time) error { return nil }
func helloTo(r io.Reader) (*served.Reply, error) {
	return OpenSSLHello("h", tls.VersionTLS12).Ask(deaf{nil, r})
}

func FuzzPreludes(f *testing.F) {
	f.Add(uint8(0), []byte("220 a\r\n250 STARTTLS\r\n220 b\r\n"))
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		list := preludes()
		_ = list[int(which)%len(list)].run(speechOf(bytes.NewReader(data)))
	})
}

func FuzzServerHello(f *testing.F) {
	f.Add(certificateMessage(20))
	f.Add(certificateMessage(10 << 20))
	f.Add(append([]byte{0, 0, 0, 9, 0, 0, 1, 1, 0, 3, 0, 5, 0}, 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := helloTo(bytes.NewReader(data))
		if err == nil && r == nil {
			t.Error("neither an answer nor an error")
		}
		h := OpenSSLHello("h", tls.VersionTLS13)
		_, _ = h.Ask(deaf{nil, bytes.NewReader(data)})
		f := &flight{hello: h, reply: &served.Reply{}, keys: &recordKeys{}}
		for kind := range uint8(32) {
			_, _ = f.message(kind, data, data)
		}
		_, _ = speaksSSL2(deaf{nil, bytes.NewReader(data)})
	})
}
