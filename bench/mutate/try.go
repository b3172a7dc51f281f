package main

import (
	"cmp"
	"context"
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
	killed   = "killed"
	survived = "survived"
	noMutant = "no mutant" // it does not compile, or to the same code
)

type result struct {
	mutant  mutant
	verdict string
	by      []string // what killed it, or which tests came there and noticed nothing
}

// pace is how long a test takes, in steps: those of one step wait until the
// quicker ones of all packages noticed nothing.
func (t *test) pace() int {
	switch {
	case t.Seconds < 0.2: // of processor time
		return 0
	case t.Seconds < 2:
		return 1
	}
	return 2
}

// try finds out whether a test notices the mutant: those of its own package
// first, and the quick before the slow ones.
func (s *session) try(ctx context.Context, t trial) (result, error) {
	r := result{mutant: t.mutant, verdict: survived}
	dir, err := folder(s.work, "trial")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	for _, g := range s.groups(t.mutant) {
		program := filepath.Join(dir, strings.ReplaceAll(g.folder, "/", "-")+".test")
		if _, err := os.Stat(program); err != nil {
			err := t.program(ctx, g.folder, program)
			if errors.Is(err, errCompile) {
				return result{mutant: t.mutant, verdict: noMutant}, nil
			}
			if err != nil {
				return r, err
			}
		}
		if killer := g.run(ctx, program, dir); killer != "" {
			return result{t.mutant, killed, []string{killer}}, ctx.Err()
		}
		r.by = append(r.by, g.folder+": "+strings.Join(g.names, " "))
	}
	same, err := s.sameCode(ctx, t)
	if same {
		r.verdict = noMutant
	}
	return r, err
}

// sameCode reports whether the mutant in the place of the original compiles to
// what the original does, or not at all.
func (s *session) sameCode(ctx context.Context, t trial) (bool, error) {
	alone, err := s.newBatch(map[string][]byte{}, &t)
	if err != nil {
		return false, err
	}
	args := []string{"list", "-export", "-f", "{{.BuildID}}", "./" + path.Dir(t.file)}
	before, err := goTool(ctx, nil, args...)
	if err != nil {
		return false, err
	}
	after, err := goTool(ctx, alone.env(), args...)
	// The part after the slash stands for the code.
	return err != nil || path.Base(before) == path.Base(after), ctx.Err()
}

// group is some tests of one package, which are run together.
type group struct {
	folder  string
	pace    int
	names   []string
	seconds float64
}

// groups are the tests that come to the line of a mutant, in the order in which
// they are run. The slowest run alone.
func (s *session) groups(m mutant) []*group {
	var list []*group
	for _, t := range s.comingTo(m) {
		i := slices.IndexFunc(list, func(g *group) bool { return g.folder == t.Folder && g.pace == t.pace() && g.pace < 2 })
		if i < 0 {
			i = len(list)
			list = append(list, &group{folder: t.Folder, pace: t.pace()})
		}
		list[i].names = append(list[i].names, t.Name)
		list[i].seconds += t.Seconds
	}
	elsewhere := func(g *group) int {
		if g.folder == path.Dir(m.file) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b *group) int {
		return cmp.Or(a.pace-b.pace, elsewhere(a)-elsewhere(b), cmp.Compare(a.seconds, b.seconds))
	})
	return list
}

var failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// run returns the name of a test that fails, or what else ends the tests, and ""
// if nothing does.
func (g *group) run(ctx context.Context, program, scratch string) string {
	limit := 2*time.Minute + time.Duration(60*g.seconds)*time.Second // the machine may have other things to do
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := command(limited, g.folder, []string{"TMPDIR=" + scratch}, program, "-test.short", "-test.failfast", "-test.run=^("+strings.Join(g.names, "|")+")$")
	out, err := cmd.CombinedOutput()
	if err == nil {
		return ""
	}
	if limited.Err() != nil {
		return fmt.Sprintf("%s: not at its end after %v: %s", g.folder, limit, strings.Join(g.names, " "))
	}
	names := failedTest.FindAllStringSubmatch(string(out), -1)
	if len(names) == 0 {
		return fmt.Sprintf("%s: %v, %s", g.folder, err, strings.Join(g.names, " "))
	}
	return g.folder + ": " + names[len(names)-1][1]
}
