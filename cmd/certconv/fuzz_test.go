package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/testenv"
)

// FuzzCheck gives any bytes to check, for each server: the doc is one JSON
// document that names each code once, and the exit code is one of the
// contract's.
func FuzzCheck(f *testing.F) {
	seeds, err := filepath.Glob(filepath.Join(testenv.Root(f), "testdata", "checks", "*", "bad-*.pem"))
	if err != nil {
		f.Fatal(err)
	}
	for i, name := range seeds {
		if data, err := os.ReadFile(name); err == nil && len(data) < 8<<10 {
			f.Add(data, uint8(i))
		}
	}
	targets := append([]string{""}, flagWords("check", "for")...)
	f.Setenv("SSL_CERT_FILE", "/nonexistent")
	f.Setenv("SSL_CERT_DIR", "")
	file := filepath.Join(f.TempDir(), "input")
	f.Fuzz(func(t *testing.T, data []byte, choice uint8) {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		args := []string{"check", "--format", "json", "--max-size", "1MiB", "--pass", "none", "--at", "2026-06-01T00:00:00Z"}
		if target := targets[int(choice)%len(targets)]; target != "" {
			args = append(args, "--for", target)
		}
		if role := []string{"", "--cert", "--key", "--csr"}[int(choice/16)%4]; role != "" {
			args = append(args, role)
		}
		exit, stdout, stderr := runInside(t, append(args, file)...)
		var doc report.Document
		if err := json.Unmarshal([]byte(stdout), &doc); err != nil {
			t.Fatalf("%v\n%s%s", err, stdout, stderr)
		}
		if exit == fault.ExitUsage || exit > fault.ExitPassword {
			t.Errorf("exit code %d: %s", exit, stderr)
		}
		if codes := len(doc.Passed) + len(codesOf(&doc)); codes != len(checkNames()) {
			t.Errorf("%d codes, there are %d checks\n%s", codes, len(checkNames()), stdout)
		}
		if doc.Summary.Errors > 0 && exit == 0 {
			t.Errorf("errors, and exit code 0\n%s", stdout)
		}
	})
}
