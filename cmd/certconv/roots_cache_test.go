package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/testenv"
)

// What should go counts for the exit code, whether it is in the place of a list or of anything else; and so
// does what cannot be read.
func TestCacheExitCode(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "CryptnetUrlCache")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(testenv.Root(t), "testdata", "lists", "cache"))); err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(testenv.Root(t), "testdata", "lists", "ca.pem")
	run := func(more ...string) (int, string) {
		exit, stdout, stderr := runInside(t, append([]string{"roots", "cache", dir, "--roots", ca, "--at", "2026-06-01T00:00:00Z"}, more...)...)
		return exit, stdout + stderr
	}
	if exit, out := run("--clean", "--yes"); exit != 0 {
		t.Fatalf("exit code %d\n%s", exit, out)
	}
	name := lists.CacheName("http://aia.example/root-a.crt")
	page := filepath.Join(dir, "Content", name)
	if err := os.WriteFile(page, []byte("<!DOCTYPE html><html><title>login</title></html>"), 0o600); err != nil {
		t.Fatal(err)
	}
	if exit, out := run(); exit != 1 || !strings.Contains(out, "1 entry should go") {
		t.Errorf("exit code %d\n%s", exit, out)
	}
	if err := os.Remove(filepath.Join(dir, "MetaData", name)); err != nil {
		t.Fatal(err)
	}
	if exit, out := run("--clean", "--yes"); exit != 1 || !strings.Contains(out, "kept: 1") {
		t.Errorf("exit code %d\n%s", exit, out)
	}
	if _, err := os.Stat(page); err != nil {
		t.Error(err)
	}
	if exit, out := run("--max-size", "40"); exit != 3 {
		t.Errorf("exit code %d\n%s", exit, out)
	}
}
