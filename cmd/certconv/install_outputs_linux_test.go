package main

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/testenv"
)

// TestInstallOutputs installs a site for every target whose key belongs to nobody else: first to see what would be done, then
// with the lines of configuration, again, another certificate in its place, and back.
// testdata/installs.txt has what is said, and the files that are there then.
func TestInstallOutputs(t *testing.T) {
	servers, err := filepath.Abs("../../testdata/servers")
	check(t, err)
	golden, err := filepath.Abs("testdata/installs.txt")
	check(t, err)
	changing := regexp.MustCompile(`(?s)\d{8}T\d{6}[^\s"]*|"[0-9a-f]{64}"|"passed": \[.*?\],\n *|"skipped": \[.*?\n  \],\n *`)
	var b strings.Builder
	for _, g := range target.All() {
		if slices.ContainsFunc(g.Files, func(f target.File) bool { return f.Owner != "" }) {
			continue // what is said hangs on the users of the machine, and on who asks
		}
		dir := t.TempDir()
		t.Chdir(dir)
		t.Setenv("PW", "secret")
		files := func(names ...string) (list []string) {
			for _, name := range names {
				list = append(list, filepath.Join(servers, name))
			}
			return list
		}
		site := files("rsa.key", "rsa.pem", "inter.pem")
		for _, run := range []struct {
			what string
			args []string
		}{
			{"to see", append(site, "--dry-run")},
			{"alone", files("rsa.pem", "inter.pem")},
			{"first", append(site, "--write-config", "site.conf")},
			{"again", append(site, "--write-config", "site.conf")},
			{"as JSON", append(site, "--format", "json", "--dry-run")},
			{"another", append(files("ec-P-256.key", "ec-P-256.pem", "ec-inter.pem"), "--name", "other")},
			{"back", []string{"--undo"}},
			{"back again", []string{"--undo"}},
		} {
			args := append([]string{"install", "--dir", "ssl"}, run.args...)
			if !strings.HasPrefix(run.what, "back") {
				args = append(args, "--for", g.Name, "--host", "www.example.com", "--roots", filepath.Join(servers, "root.pem"), "--at", "2026-06-01T00:00:00Z", "--skip", "key-permissions", "--skip", "cert-validity-long")
				if (&installation{target: &g}).locks() {
					args = append(args, "--pass-out", "env:PW")
				}
			}
			code, stdout, stderr := runInside(t, args...)
			said := strings.NewReplacer(servers+"/", "", dir, "DIR").Replace(stdout + stderr)
			fmt.Fprintf(&b, "%s, %s: exit code %d\n%s", g.Name, run.what, code, changing.ReplaceAllString(said, "…"))
			check(t, filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
				if err != nil || e.IsDir() || strings.Contains(path, ".certconv") {
					return err
				}
				info, err := e.Info()
				fmt.Fprintf(&b, "%s %v\n", path, info.Mode())
				return err
			}))
		}
	}
	testenv.Golden(t, golden, b.String())
}
