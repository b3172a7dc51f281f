package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/testenv"
)

// Of what a server prints the reason is kept, also where it stands on the line
// behind the error.
func TestTail(t *testing.T) {
	for text, want := range map[string]string{
		"": "it says nothing",
		"AH00526: Syntax error on line 16 of /x/server.conf:\nSSLCertificateFile takes one argument\n": "AH00526: Syntax error on line 16 of /x/server.conf: SSLCertificateFile takes one argument",
		"nginx: [warn] something\nnginx: [emerg] cannot load certificate\n":                            "nginx: [emerg] cannot load certificate",
		strings.Repeat("noise\n", 2000) + "nginx: [emerg] last\n":                                      "nginx: [emerg] last",
	} {
		said := &tail{}
		_, _ = said.Write([]byte(text))
		if got := said.last(); got != want {
			t.Errorf("%.40q: %q", text, got)
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
	if err := os.WriteFile(filepath.Join(bin, "nginx"), []byte("#!/bin/sh\necho 'nginx: [emerg] bind() failed (98: Address already in use)'\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	dir := filepath.Join(t.TempDir(), "ssl")
	code, _, stderr := runInside(t, "install", "../../testdata/servers/rsa.key", "../../testdata/servers/rsa.pem", "../../testdata/servers/inter.pem",
		"--for", "nginx", "--dir", dir, "--roots", "../../testdata/servers/root.pem", "--test")
	if _, err := os.Stat(dir); code != fault.ExitRefused || err == nil || !strings.Contains(stderr, "each port taken") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
