package main

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/testenv"
)

// The name of a file, and the names in a certificate, reach no terminal as
// they are, whichever command meets them.
func TestCommandsEscape(t *testing.T) {
	if runtime.GOOS == "windows" {
		testenv.Skip(t, "Windows has no such names")
	}
	outcomeFolder(t)
	name := "x\x1b[31m\u202e\n\xff"
	var none *authority
	site := none.issue(t, "www.example.com\x1b]0;title\x07", isServer)
	for file, text := range map[string]string{name + ".key": site.keyPEM(t), name + ".pem": site.certPEM(), name + ".bad": "-----BEGIN CERTIFICATE-----\n\x1b[31m\u202e\n-----END CERTIFICATE-----\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	key, cert, bad := name+".key", name+".pem", name+".bad"
	for _, args := range [][]string{
		{"check", key, cert, bad, name, "--verbose"},
		{"check", ".", "--fail-on", "never"},
		{"inspect", ".", "--details"},
		{"inspect", name},
		{"lint", key, bad},
		{"repair", "--dry-run", bad},
		{"repair", "--in-place", cert},
		{"convert", key, cert, "--out", name + ".new", "--verbose"},
		{"convert", key, cert, "--out", name + ".new"},
		{"find-key", "--cert", cert, ".", "--verbose"},
		{"find-key", "--cert", "full.pem", name, "."},
		{"explain", key, cert},
		{"explain", name},
		{"install", key, cert, "--for", "nginx", "--dir", name, "--dry-run"},
		{"install", key, cert, "--for", "nginx", "--dir", "installed", "--host", "www.example.com", "--skip", "chain-incomplete,chain-self-signed,chain-untrusted"},
		{"check", "--" + name},
		{"inspect", "--from", name, cert},
		{name},
	} {
		_, stdout, stderr := runInside(t, args...)
		if !harmless(stdout + stderr) {
			t.Errorf("%q: %q", args, stdout+stderr)
		}
	}
}

// harmless reports whether a terminal shows all of the text and obeys none of
// it, but for line ends.
func harmless(out string) bool {
	return utf8.ValidString(out) && strings.IndexFunc(out, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) < 0
}
