package main

import (
	"context"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
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
