package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/testenv"
)

// Of what a server prints the reason is kept, also where it stands on the line
// behind the error.
func TestTail(t *testing.T) {
	for text, want := range map[string]string{
		"": "it says nothing",
		"AH00526: Syntax error on line 16 of /x/server.conf:\nSSLCertificateFile takes one argument\n": "AH00526: Syntax error on line 16 of /x/server.conf: SSLCertificateFile takes one argument",
		"AH00526: Syntax error on line 16:\n\nfailed to open\n":                                        "AH00526: Syntax error on line 16: failed to open",
		"nginx: [warn] something\nnginx: [emerg] cannot load certificate\n":                            "nginx: [emerg] cannot load certificate",
		strings.Repeat("noise\n", 2000) + "nginx: [emerg] last\n":                                      "nginx: [emerg] last",
	} {
		said := &tail{}
		_, _ = said.Write([]byte(text))
		if len(said.text) > tailSize {
			t.Errorf("%d bytes are kept", len(said.text))
		}
		if got := said.last(); got != want {
			t.Errorf("%.40q: %q", text, got)
		}
	}
}

// What a server on trial serves is held against what it was given.
func TestInstallTrialCompares(t *testing.T) {
	h := newHierarchy(t)
	leaf, inter, other := h.site.cert.Raw, h.inter.cert.Raw, newHierarchy(t).site.cert.Raw
	broken := errors.New("remote error: tls: handshake failure")
	for _, c := range []struct {
		what   string
		served [][]byte
		broken error
		passes bool
	}{
		{"the same", [][]byte{leaf, inter}, nil, true},
		{"another one", [][]byte{other, inter}, nil, false},
		{"another intermediate", [][]byte{leaf, other}, nil, false},
		{"another order", [][]byte{inter, leaf}, nil, false},
		{"fewer", [][]byte{leaf}, nil, false},
		{"more", [][]byte{leaf, inter, other}, nil, false},
		{"none", nil, nil, false},
		{"no handshake", nil, broken, false},
	} {
		p := &installation{site: &site.Site{Bundle: &convert.Bundle{Certs: []convert.Certificate{{Raw: leaf}, {Raw: inter}}}}}
		none := shaken{protocol: "TLS 1.3", err: broken}
		err := p.compare("nginx", []shaken{none, {protocol: "TLS 1.2", certs: c.served, err: c.broken}}, "")
		if (err == nil) != c.passes || err != nil && fault.Of(err).Code != fault.TestFailed || (len(p.result.Notes) == 3) != c.passes {
			t.Errorf("%s: %v, %q", c.what, err, p.result.Notes)
		}
	}
}

// A server that starts and then fails in the handshake, or has other
// certificates, is refused, and nothing is in place.
func TestInstallTrialRefuses(t *testing.T) {
	if runtime.GOOS == "windows" {
		testenv.Skip(t, "a shell script stands for the server")
	}
	testenv.Programs(t, "openssl")
	abs, err := filepath.Abs("../../testdata/servers")
	if err != nil {
		t.Fatal(err)
	}
	for flags, says := range map[string]string{
		"-nocert": "the handshake fails",
		"-key " + abs + "/renewed.key -cert " + abs + "/renewed.pem": "it serves other certificates than it was given",
	} {
		bin := t.TempDir()
		script := `#!/bin/sh
test "$1" = -t && exit 0
port=$(sed -n 's/.*listen 127.0.0.1:\([0-9]*\).*/\1/p' "$6")
exec openssl s_server -quiet -accept 127.0.0.1:$port ` + flags + "\n"
		if err := os.WriteFile(filepath.Join(bin, "nginx"), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
		dir := filepath.Join(t.TempDir(), "ssl")
		code, _, stderr := runInside(t, "install", "../../testdata/servers/rsa.key", "../../testdata/servers/rsa.pem", "../../testdata/servers/inter.pem",
			"--for", "nginx", "--dir", dir, "--roots", "../../testdata/servers/root.pem", "--test")
		if _, err := os.Stat(dir); code != fault.ExitRefused || err == nil || !strings.Contains(stderr, says) {
			t.Errorf("%s: exit code %d: %s", flags, code, stderr)
		}
	}
}

// A server that finds its port taken each time says nothing about the files,
// and the run is refused all the same.
func TestInstallTrialPortTaken(t *testing.T) {
	if runtime.GOOS == "windows" {
		testenv.Skip(t, "a shell script stands for the server")
	}
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "nginx"), []byte("#!/bin/sh\ncase \"$*\" in *server.conf*) echo >>\"$0.runs\" ;; esac\necho 'nginx: [emerg] bind() failed (98: Address already in use)'\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	dir := filepath.Join(t.TempDir(), "ssl")
	code, _, stderr := runInside(t, "install", "../../testdata/servers/rsa.key", "../../testdata/servers/rsa.pem", "../../testdata/servers/inter.pem",
		"--for", "nginx", "--dir", dir, "--roots", "../../testdata/servers/root.pem", "--test")
	if _, err := os.Stat(dir); code != fault.ExitRefused || err == nil || !strings.Contains(stderr, "each port taken") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if runs := len(read(t, filepath.Join(bin, "nginx.runs"))); runs != 3 {
		t.Errorf("it was started %d times, want 3", runs)
	}
}
