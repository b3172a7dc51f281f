package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What becomes of a mutant.
const (
	killed     = "killed"
	survived   = "survived"
	noMutant   = "no mutant"   // it does not compile, or to the same code
	passedOver = "passed over" // nobody asked for it
)

type result struct {
	mutant  mutant
	verdict string
	by      []string // what killed it, or which tests came there and noticed nothing
}

// slow is how long a test takes that waits until the others of all packages
// noticed nothing.
const slow = 2.0 // seconds of processor time

// try finds out whether a test notices the mutant: those of its own package
// first, and the quick before the slow ones.
func (s *session) try(ctx context.Context, m mutant) (result, error) {
	r := result{mutant: m, verdict: survived}
	dir, err := folder(s.work, "mutant")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	overlay, err := m.overlay(dir)
	if err != nil {
		return r, err
	}
	changed := []string{"GOFLAGS=-overlay=" + overlay, "TMPDIR=" + dir}
	own := path.Dir(m.file)
	built := map[string]bool{}
	for _, g := range s.groups(m) {
		program := filepath.Join(dir, strings.ReplaceAll(g.folder, "/", "-")+".test")
		if !built[g.folder] {
			if _, err := goTool(ctx, changed, "test", "-c", "-vet=off", "-ldflags=-s -w", "-o", program, "./"+g.folder); err != nil {
				return result{mutant: m, verdict: noMutant}, ctx.Err()
			}
			built[g.folder] = true
		}
		if killer := g.run(ctx, program, changed); killer != "" {
			return result{m, killed, []string{killer}}, ctx.Err()
		}
		r.by = append(r.by, g.folder+": "+strings.Join(g.names, " "))
	}
	before, err := goTool(ctx, nil, "list", "-export", "-f", "{{.BuildID}}", "./"+own)
	if err != nil {
		return r, err
	}
	after, err := goTool(ctx, changed, "list", "-export", "-f", "{{.BuildID}}", "./"+own)
	if err != nil || content(before) == content(after) {
		r.verdict = noMutant
	}
	return r, ctx.Err()
}

// content is the part of a build ID that stands for the code.
func content(id string) string { return strings.TrimSpace(id[strings.LastIndex(id, "/")+1:]) }

// overlay writes the changed file, and the list that has go read it in place of
// the other.
func (m mutant) overlay(dir string) (string, error) {
	original, err := filepath.Abs(m.file)
	if err != nil {
		return "", err
	}
	src, err := os.ReadFile(original)
	if err != nil {
		return "", err
	}
	copied, list := filepath.Join(dir, path.Base(m.file)), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {original: copied}})
	if err != nil {
		return "", err
	}
	return list, errors.Join(os.WriteFile(copied, m.apply(src), 0o644), os.WriteFile(list, replace, 0o644))
}

// group is some tests of one package, which are run together.
type group struct {
	folder  string
	names   []string
	seconds float64
	slow    bool
}

// groups are the tests that come to the line of a mutant, in the order in which
// they are run.
func (s *session) groups(m mutant) []*group {
	var list []*group
	for _, t := range s.tests {
		if !t.comesTo(m) {
			continue
		}
		i := slices.IndexFunc(list, func(g *group) bool { return g.folder == t.Folder && !g.slow && t.Seconds <= slow })
		if i < 0 {
			i = len(list)
			list = append(list, &group{folder: t.Folder, slow: t.Seconds > slow})
		}
		list[i].names = append(list[i].names, t.Name)
		list[i].seconds += t.Seconds
	}
	order := func(g *group) int {
		switch {
		case g.slow:
			return 2
		case g.folder == path.Dir(m.file):
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b *group) int {
		return cmp.Or(order(a)-order(b), cmp.Compare(a.seconds, b.seconds))
	})
	return list
}

var failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// run returns the name of a test that fails, or what else ends the tests, and ""
// if nothing does.
func (g *group) run(ctx context.Context, program string, env []string) string {
	limit := 2*time.Minute + time.Duration(20*g.seconds)*time.Second // the machine may have other things to do
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := command(ctx, g.folder, env, program, "-test.short", "-test.failfast", "-test.run=^("+strings.Join(g.names, "|")+")$")
	out, err := cmd.CombinedOutput()
	if err == nil {
		return ""
	}
	if ctx.Err() != nil {
		return fmt.Sprintf("%s: not at its end after %v: %s", g.folder, limit, strings.Join(g.names, " "))
	}
	names := failedTest.FindAllStringSubmatch(string(out), -1)
	if len(names) == 0 {
		return fmt.Sprintf("%s: %v, %s", g.folder, err, strings.Join(g.names, " "))
	}
	return g.folder + ": " + names[len(names)-1][1]
}
