package main

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/target"
)

// What servers say before TLS starts, and what they say in its place.
func TestHello(t *testing.T) {
	greeting := func(able byte) string {
		text := "\x0a5.7.1-x\x00\x01\x00\x00\x0012345678\x00\xff" + string([]byte{able}) + "\x08\x02\x00" + string(make([]byte, 12))
		return string([]byte{byte(len(text)), 0, 0, 0}) + text
	}
	for _, c := range []struct {
		name    string
		hello   target.Hello
		says    []string // by turns; the client speaks in between
		starts  bool
		refuses bool
	}{
		{"nothing", target.HelloNone, nil, true, false},
		{"SMTP", target.HelloSMTP, []string{"220-a\r\n220 b\r\n", "250-b\r\n250 STARTTLS\r\n", "220 go\r\n"}, true, false},
		{"SMTP without a certificate", target.HelloSMTP, []string{"220 a\r\n", "250 b\r\n", "454 4.7.0 TLS not available\r\n"}, false, true},
		{"SMTP with a line without end", target.HelloSMTP, []string{string(make([]byte, 5000))}, false, false},
		{"SMTP with a short line", target.HelloSMTP, []string{"22\n"}, false, true},
		{"PostgreSQL", target.HelloPostgreSQL, []string{"", "S"}, true, false},
		{"PostgreSQL without TLS", target.HelloPostgreSQL, []string{"", "N"}, false, true},
		{"MySQL", target.HelloMySQL, []string{greeting(0xff), ""}, true, false},
		{"MySQL without TLS", target.HelloMySQL, []string{greeting(0xf7)}, false, true},
		{"MySQL that refuses the host", target.HelloMySQL, []string{"\x05\x00\x00\x00\xff\x6a\x04no"}, false, true},
		{"MySQL with a long greeting", target.HelloMySQL, []string{"\xff\xff\xff\x00"}, false, true},
		{"MySQL with an empty greeting", target.HelloMySQL, []string{"\x00\x00\x00\x00"}, false, true},
		{"MySQL without an end of its version", target.HelloMySQL, []string{"\x03\x00\x00\x00\x0aab"}, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go func() {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
				for i, s := range c.says {
					if _, err := io.WriteString(conn, s); err != nil {
						return
					}
					if _, err := conn.Read(make([]byte, 100)); err != nil && i < len(c.says)-1 {
						return
					}
				}
			}()
			conn, err := dialTrial(l.Addr().String(), "www.example.com", c.hello)
			if err == nil {
				conn.Close()
			}
			var refused *probe.RefusedError
			if (err == nil) != c.starts || errors.As(err, &refused) != c.refuses {
				t.Errorf("%v", err)
			}
		})
	}
}

// The folders above the staged files let others through while the server is
// tried, and not the files, nor a folder that a link leads to.
func TestOpenWays(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // no modes
	}
	dir, outside := t.TempDir(), t.TempDir()
	inner := filepath.Join(dir, "a", "b")
	file := filepath.Join(inner, "key")
	for _, err := range []error{os.MkdirAll(inner, 0o700), os.WriteFile(file, nil, 0o600), os.Chmod(outside, 0o700), os.Symlink(outside, filepath.Join(dir, "link"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	modes := func(a, b, key, out os.FileMode) {
		t.Helper()
		for path, want := range map[string]os.FileMode{filepath.Dir(inner): a, inner: b, file: key, outside: out} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %v (%v), want %v", path, info.Mode(), err, want)
			}
		}
	}
	shut, err := openWays(dir, map[string]string{"key": file, "host": "www.example.com", "port": "443", "folder": outside})
	if err != nil {
		t.Fatal(err)
	}
	modes(0o711, 0o711, 0o600, 0o700)
	shut()
	modes(0o700, 0o700, 0o600, 0o700)
	if shut, err = openWays(dir, map[string]string{"key": filepath.Join(dir, "link", "key")}); err == nil {
		shut()
	}
	modes(0o700, 0o700, 0o600, 0o700)
}

// Where nobody listens there is no handshake, whatever the client.
func TestNoHandshake(t *testing.T) {
	gone := errors.New("connection refused")
	for name, try := range map[string]func(func() (net.Conn, error), string, uint16) shaken{"Go": shake, "OpenSSL": look} {
		s := try(func() (net.Conn, error) { return nil, gone }, "www.example.com", tls.VersionTLS13)
		if !errors.Is(s.err, gone) || s.cipher != "" || s.certs != nil {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// What is no host name is refused before anything is read.
func TestInstallHostNames(t *testing.T) {
	for host, want := range map[string]int{"www example.com": fault.ExitUsage, "../www": fault.ExitUsage, "www.example.com": 0, "[::1]": fault.ExitRefused} {
		code, _, stderr := runInside(t, "install", "../../testdata/servers/rsa.key", "../../testdata/servers/rsa.pem", "../../testdata/servers/inter.pem",
			"--for", "nginx", "--dir", filepath.Join(t.TempDir(), "ssl"), "--roots", "../../testdata/servers/root.pem", "--host", host, "--dry-run")
		if code != want {
			t.Errorf("%q: exit code %d, want %d: %s", host, code, want, stderr)
		}
	}
}
