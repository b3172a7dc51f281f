package main

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is missing is fetched, and written with the chain; without the flag nothing is.
func TestInstallFetchesIssuers(t *testing.T) {
	address := (&fakeServer{HTTP: true, List: "inter.pem.der"}).start(t)
	dir := t.TempDir()
	leaf, key := filepath.Join(dir, "in", "site.pem"), filepath.Join(dir, "in", "site.key")
	certs, err := os.ReadFile("../../testdata/checks/issuer-fetched/bad.pem")
	// A folder of its own: no intermediate lies beside it.
	err = errors.Join(err, os.Mkdir(filepath.Dir(leaf), 0o700), os.WriteFile(leaf, certs, 0o600), os.WriteFile(key, probeFile(t, "listed.key"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	install := func(args ...string) (int, string, string) {
		return runInsideWith(t, func(e *env) {
			e.network.Fetch = func(context.Context, string, string) (net.Conn, error) {
				asked++
				return net.Dial("tcp", address)
			}
		}, append([]string{"install", leaf, key, "--for", "nginx", "--host", "www.example.com", "--dir", filepath.Join(dir, "ssl"), "--roots", rootOfProbe, "--at", "2026-06-01T00:00:00Z"}, args...)...)
	}
	if code, stdout, _ := install(); code != 1 || !strings.Contains(stdout, "chain-incomplete") || asked > 0 {
		t.Errorf("exit code %d, %d connections\n%s", code, asked, stdout)
	}
	code, stdout, stderr := install("--fetch-issuers")
	if code != 0 || !strings.Contains(stdout, "was fetched from http://lists.example.com/inter.der") || asked != 1 {
		t.Fatalf("exit code %d, %d connections\n%s%s", code, asked, stdout, stderr)
	}
	written, err := os.ReadFile(filepath.Join(dir, "ssl", "www.example.com", "www.example.com.fullchain.pem"))
	if err != nil || strings.Count(string(written), "BEGIN CERTIFICATE") != 2 {
		t.Errorf("%v\n%s", err, written)
	}
	if code, _, stderr := runInside(t, "install", leaf, key, "--for", "nginx", "--dir", dir, "--allow-private"); code != 2 || !strings.Contains(stderr, "--fetch-issuers") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// Lists of clients are asked for by name of a server that is known.
func TestClientCANeedsServer(t *testing.T) {
	const dir = "../../testdata/checks/crl-missing-for-ca/"
	for _, args := range [][]string{nil, {"--for", "iis"}} {
		if code, _, stderr := runInside(t, append([]string{"check", "--client-ca", dir + "good.pem", "--crl", dir + "good.crl"}, args...)...); code != 2 || !strings.Contains(stderr, "nginx") {
			t.Errorf("%v: exit code %d: %s", args, code, stderr)
		}
	}
}
