package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/roots"
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

// Between reading and deleting somebody may put a link in the place of a folder, or Windows a newer file in the
// place of one: what is deleted is what was read, in the cache.
func TestCacheSwapped(t *testing.T) {
	for what, swap := range map[string]func(t *testing.T, content, elsewhere string){
		"a folder for a link": func(t *testing.T, content, elsewhere string) {
			if err := os.Rename(content, elsewhere); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(elsewhere, content); err != nil {
				testenv.Skip(t, err.Error())
			}
		},
		"the files for newer ones": func(t *testing.T, content, elsewhere string) {
			if err := os.CopyFS(elsewhere, os.DirFS(content)); err != nil {
				t.Fatal(err)
			}
			for _, name := range names(t, content) {
				if err := os.WriteFile(filepath.Join(content, name), []byte("newer"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		},
	} {
		dir := filepath.Join(t.TempDir(), "CryptnetUrlCache")
		if err := os.CopyFS(dir, os.DirFS(filepath.Join(testenv.Root(t), "testdata", "lists", "cache"))); err != nil {
			t.Fatal(err)
		}
		content, elsewhere := filepath.Join(dir, "Content"), filepath.Join(t.TempDir(), "elsewhere")
		page := &cachePage{clean: true, yes: true}
		for _, c := range roots.ReadCache(newEnv().reader("", 1<<20), dir, func(err error) { t.Fatal(err) }) {
			page.Entries = append(page.Entries, cacheJSON{Verdict: cacheBad, of: c})
		}
		all := len(names(t, content))
		swap(t, content, elsewhere)
		if err := page.remove(); err == nil && len(page.Kept) != all {
			t.Errorf("%s: %d of %d are kept", what, len(page.Kept), all)
		}
		if n := len(names(t, elsewhere)); n != all || len(page.Deleted) != 0 {
			t.Errorf("%s: %d of %d are there, deleted are %v", what, n, all, page.Deleted)
		}
	}
}

// names are those in a folder.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}
