package main

import (
	"context"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/testenv"
)

// A server that goes on sending the former certificate gets its files back, and is
// reloaded again.
func TestInstallProbe(t *testing.T) {
	testenv.Programs(t, "sh")
	for _, c := range []struct {
		name, sends string
		code        int
	}{{"sent", "site", 0}, {"not sent", "newer", 1}} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			ssl, log := filepath.Join(dir, "ssl"), filepath.Join(dir, "log")
			s := &fakeServer{Certs: []string{c.sends}}
			code, stdout, stderr := probed(t, s, "install", "../../testdata/probe/site.pem", "../../testdata/probe/site.key", "--for", "nginx", "--dir", ssl,
				"--roots", rootOfProbe, "--at", "2026-06-01T00:00:00Z", "--host", "www.example.com", "--reload", "echo x >>"+log, "--probe", "ADDRESS")
			reloads, _ := os.ReadFile(log)
			if code != c.code || strings.Count(string(reloads), "x") != 1+c.code {
				t.Errorf("exit code %d, reloads %q\n%s%s", code, reloads, stdout, stderr)
			}
			if _, err := os.Stat(filepath.Join(ssl, "www.example.com")); (err == nil) != (c.code == 0) {
				t.Errorf("the files: %v", err)
			}
		})
	}
	// Each address of a name counts.
	for name, second := range map[string]*fakeServer{"another certificate": {Certs: []string{"newer"}}, "closed": {State: "closed"}, "refused": {Hosts: map[string]string{"": "site"}}, "sent": {Certs: []string{"site"}}, "sent for its own name only": {Hosts: map[string]string{"www.example.com": "site"}}} {
		t.Run("second address, "+name, func(t *testing.T) {
			ssl := filepath.Join(t.TempDir(), "ssl")
			addresses := []string{(&fakeServer{Certs: []string{"site"}}).start(t), second.start(t)}
			code, stdout, stderr := runInsideWith(t, func(e *env) {
				e.settle = time.Second
				e.network = probe.Network{
					Lookup: func(context.Context, string) ([]netip.Addr, error) {
						return []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")}, nil
					},
					Dial: func(_ context.Context, to netip.AddrPort) (net.Conn, error) {
						return net.Dial("tcp", addresses[to.Addr().As4()[3]-1])
					},
				}
			}, "install", "../../testdata/probe/site.pem", "../../testdata/probe/site.key", "--for", "nginx", "--dir", ssl,
				"--roots", rootOfProbe, "--at", "2026-06-01T00:00:00Z", "--host", "www.example.com", "--reload", "true", "--probe", "entry.example.com:8443")
			_, err := os.Stat(filepath.Join(ssl, "www.example.com"))
			if want := strings.HasPrefix(name, "sent"); (code == 0) != want || (err == nil) != want || strings.Contains(stderr, "192.0.2.2") == want {
				t.Errorf("exit code %d, %v\n%s%s", code, err, stdout, stderr)
			}
		})
	}
	if code, _, stderr := runInside(t, "install", "x", "--for", "nginx", "--dir", t.TempDir(), "--probe", "127.0.0.1:1"); code != 2 {
		t.Errorf("without --reload: exit code %d: %s", code, stderr)
	}
}

// An address that this machine has no way to does not count beside one that it reaches; without
// --host the server is asked for the name in the certificate.
func TestInstallProbeAddresses(t *testing.T) {
	testenv.Programs(t, "sh") // true
	address := (&fakeServer{Hosts: map[string]string{"www.example.com": "site"}}).start(t)
	for reached, want := range map[bool]int{true: 0, false: 1} {
		ssl := filepath.Join(t.TempDir(), "ssl")
		code, _, stderr := runInsideWith(t, func(e *env) {
			e.settle = 0
			e.network = probe.Network{
				Lookup: func(context.Context, string) ([]netip.Addr, error) {
					return []netip.Addr{netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("192.0.2.1")}, nil
				},
				Dial: func(_ context.Context, to netip.AddrPort) (net.Conn, error) {
					if to.Addr().Is6() || !reached {
						return nil, syscall.ENETUNREACH
					}
					return net.Dial("tcp", address)
				},
			}
		}, "install", "../../testdata/probe/site.pem", "../../testdata/probe/site.key", "--for", "nginx", "--dir", ssl,
			"--roots", rootOfProbe, "--at", "2026-06-01T00:00:00Z", "--reload", "true", "--probe", "entry.example.com:8443")
		if code != want || !reached && !strings.Contains(stderr, "entry.example.com:8443 was not reached") {
			t.Errorf("reached %v: exit code %d: %s", reached, code, stderr)
		}
	}
	s := &fakeServer{State: "unreadable", Certs: []string{"site"}}
	address = s.start(t)
	code, _, stderr := runInsideWith(t, func(e *env) { e.settle, e.network = 0, s.network() }, "install", "../../testdata/probe/site.pem", "../../testdata/probe/site.key", "--for", "nginx",
		"--dir", filepath.Join(t.TempDir(), "ssl"), "--roots", rootOfProbe, "--at", "2026-06-01T00:00:00Z", "--reload", "true", "--probe", address)
	if code != 1 || !strings.Contains(stderr, "but a certificate that cannot be read") {
		t.Errorf("unreadable: exit code %d: %s", code, stderr)
	}
}
