//go:build unix

package main

import (
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/testenv"
)

// runProgram runs a program in a folder, and wants exit code 0.
func runProgram(t testing.TB, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// background runs a program until the end of the test, and waits for it to take
// connections.
func background(t testing.TB, dir, address, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// Keys that Go does not know are seen in TLS 1.3 too, where no certificate comes in the
// clear.
func TestProbeKeys(t *testing.T) {
	testenv.Programs(t, "openssl")
	for _, c := range []struct{ key, flags, want string }{
		{"RSA-PSS -pkeyopt rsa_keygen_bits:2048", "-tls1_3", "  TLS 1.3\n  www.example.com: CN=www.example.com, RSA-PSS 2048"},
		{"ED448", "-tls1_3", "  TLS 1.3\n  www.example.com: CN=www.example.com, Ed448"},
		{"ED448", "", "  TLS 1.3, TLS 1.2\n  www.example.com: CN=www.example.com, Ed448"},
	} {
		dir := t.TempDir()
		port, err := freePort()
		if err != nil {
			t.Fatal(err)
		}
		runProgram(t, dir, "openssl", append([]string{"genpkey", "-out", "key", "-algorithm"}, strings.Fields(c.key)...)...)
		runProgram(t, dir, "openssl", "req", "-x509", "-new", "-key", "key", "-subj", "/CN=www.example.com", "-addext", "subjectAltName=DNS:www.example.com", "-out", "cert")
		address := net.JoinHostPort("127.0.0.1", port)
		background(t, dir, address, "openssl", append([]string{"s_server", "-quiet", "-accept", address, "-key", "key", "-cert", "cert"}, strings.Fields(c.flags)...)...)
		_, stdout, stderr := runInside(t, "probe", address, "--host", "www.example.com", "--roots", filepath.Join(dir, "cert"))
		if !strings.Contains(stdout, c.want) || strings.Contains(stdout, "no name:") {
			t.Errorf("%s %s: %s%s", c.key, c.flags, stdout, stderr)
		}
	}
}
