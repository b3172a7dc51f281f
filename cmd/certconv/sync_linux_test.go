package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// traced runs certconv, and returns what it synced and what it renamed, in turn.
func traced(t *testing.T, args ...string) []string {
	t.Helper()
	testenv.Programs(t, "strace", "certconv")
	log := filepath.Join(t.TempDir(), "log")
	_, stderr, err := testenv.Run(".", "strace", append([]string{"-f", "-y", "-e", "trace=fsync,fdatasync,rename,renameat,renameat2,linkat", "-o", log, "certconv"}, args...)...)
	if strings.Contains(stderr, "PTRACE") || strings.Contains(stderr, "ptrace") {
		testenv.Skip(t, "nothing can be traced here")
	}
	if err != nil {
		t.Fatal(stderr)
	}
	text, err := os.ReadFile(log)
	check(t, err)
	return strings.Split(string(text), "\n")
}

// inTurn fails unless the patterns match lines in this order.
func inTurn(t *testing.T, lines []string, patterns ...string) {
	t.Helper()
	at := 0
	for _, p := range patterns {
		r := regexp.MustCompile(p)
		for at < len(lines) && !r.MatchString(lines[at]) {
			at++
		}
		if at == len(lines) {
			t.Fatalf("%q is not there, or not in its turn:\n%s", p, strings.Join(lines, "\n"))
		}
	}
}

// What is written lasts: the data before it has its name, and then the name.
func TestSynced(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.pem")
	inTurn(t, traced(t, "convert", "../../testdata/servers/rsa.pem", "--out", out), `fsync\(\d+<`+dir+`/`, `linkat\(.*out\.pem`, `fsync\(\d+<`+dir+`>`)
	inTurn(t, traced(t, "convert", "../../testdata/servers/rsa.pem", "--out", out, "--force"), `fsync\(\d+<`+dir+`/`, `rename.*out\.pem"`, `fsync\(\d+<`+dir+`>`)

	ssl := filepath.Join(dir, "ssl")
	const unit = `/www\.example\.com`
	parts := []string{unit + `/www\.example\.com\.key>`, unit + `/www\.example\.com\.fullchain\.pem>`, `new` + unit + `>`, `Z(-\d)?/new>`, dir + `/[^/]*>`, `/record\.new>`}
	for _, pair := range []string{"rsa", "renewed"} {
		lines := traced(t, "install", "../../testdata/servers/"+pair+".key", "../../testdata/servers/"+pair+".pem", "../../testdata/servers/inter.pem", "--for", "nginx",
			"--host", "www.example.com", "--dir", ssl, "--roots", "../../testdata/servers/root.pem", "--write-config", filepath.Join(dir, "site.conf"))
		for _, before := range parts {
			inTurn(t, lines, `fsync\(\d+<.*`+before, `renameat2\(.*"www\.example\.com"`, `fsync\(\d+<`+ssl+`>`, `(rename|linkat).*site\.conf`, `fsync\(\d+<`+dir+`>`, `fsync\(.*/record\.new>`, `rename.*record\.json"`, `fsync\(.*Z(-\d)?>`)
		}
		parts = append(parts, `/also/1>`) // the configuration that is replaced, kept to go back to
	}
}
