package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// sockets are the lines of a trace in which certconv turns to the network.
func sockets(t *testing.T, args ...string) (list []string) {
	t.Helper()
	testenv.Programs(t, "strace", "certconv")
	log := filepath.Join(t.TempDir(), "log")
	_, stderr, _ := testenv.Run(".", "strace", append([]string{"-f", "-e", "trace=socket,connect", "-o", log, "certconv"}, args...)...)
	if strings.Contains(stderr, "PTRACE") || strings.Contains(stderr, "ptrace") {
		testenv.Skip(t, "nothing can be traced here")
	}
	text, err := os.ReadFile(log)
	check(t, err)
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "AF_INET") || strings.Contains(line, "AF_NETLINK") {
			list = append(list, line)
		}
	}
	return list
}

// No connection is opened unless a command or flag is for that. The certificate names a
// list, a responder and its issuer, all of which would be of use.
func TestNoConnections(t *testing.T) {
	const leaf, key = "../../testdata/checks/issuer-fetched/bad.pem", "../../testdata/probe/listed.key"
	roots := []string{"--roots", rootOfProbe, "--at", "2026-06-01T00:00:00Z"}
	dir := t.TempDir()
	for _, args := range [][]string{
		{"inspect", leaf},
		{"convert", leaf, "--to", "der", "--out", filepath.Join(dir, "out.der")},
		append([]string{"check", leaf, "--host", "www.example.com", "--for", "nginx"}, roots...),
		append([]string{"check", leaf, "--format", "ndjson"}, roots...),
		append([]string{"install", leaf, key, "--for", "nginx", "--host", "www.example.com", "--dir", dir, "--dry-run"}, roots...),
		append([]string{"revoked", leaf}, roots...),
		append([]string{"revoked", leaf, "--cache", dir}, roots...),
	} {
		if list := sockets(t, args...); len(list) > 0 {
			t.Errorf("%s:\n%s", strings.Join(args, " "), strings.Join(list, ""))
		}
	}
	// It would be seen.
	for _, args := range [][]string{
		append([]string{"check", leaf, "--fetch-issuers", "--timeout", "500ms"}, roots...),
		append([]string{"revoked", leaf, "--online", "--timeout", "500ms"}, roots...),
	} {
		if len(sockets(t, args...)) == 0 {
			t.Errorf("%s opens no connection", strings.Join(args, " "))
		}
	}
}

// The proxy of the environment is asked in place of the address, and named.
func TestFetchIssuersByProxy(t *testing.T) {
	testenv.Programs(t, "certconv")
	inter := probeFile(t, "inter.pem")
	var asked string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.String()
		_, _ = w.Write(inter)
	}))
	defer proxy.Close()
	t.Setenv("http_proxy", proxy.URL)
	stdout, stderr, _ := testenv.Run(".", "certconv", "check", "../../testdata/checks/issuer-fetched/bad.pem", "--fetch-issuers", "--roots", rootOfProbe, "--at", "2026-06-01T00:00:00Z")
	host := strings.TrimPrefix(proxy.URL, "http://")
	if asked != "http://lists.example.com/inter.der" || !strings.Contains(string(stdout), "http://lists.example.com/inter.der by the proxy "+host) {
		t.Errorf("asked for %q\n%s%s", asked, stdout, stderr)
	}
}
