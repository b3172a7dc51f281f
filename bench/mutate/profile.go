package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// module is the path of go.mod.
const module = "github.com/certconv/certconv"

// test is one test, and the lines of the program that it comes to.
type test struct {
	Folder  string // of its package, below the folder of go.mod
	Name    string
	Seconds float64 // of processor time
	Lines   map[string][]int
}

// comingTo are the tests that may notice the mutant.
func (s *session) comingTo(m mutant) []*test {
	var line, file, pkg []*test
	for _, t := range s.tests {
		lines := t.Lines[m.file]
		if _, ok := slices.BinarySearch(lines, m.reached); ok {
			line = append(line, t)
		}
		if len(lines) > 0 {
			file = append(file, t)
		}
		for name := range t.Lines {
			if path.Dir(name) == path.Dir(m.file) {
				pkg = append(pkg, t)
				break
			}
		}
	}
	switch {
	case m.reached != 0:
		return line
	case len(file) > 0:
		return file
	}
	return pkg // no statement is in the file
}

// profile runs each test once on the program as it is, and notes the lines of
// files that it comes to. Tests that fail are left out: they tell nothing.
func (s *session) profile(ctx context.Context, files []string, keep string) ([]*test, error) {
	var tests []*test
	if data, err := os.ReadFile(keep); err == nil {
		return tests, json.Unmarshal(data, &tests)
	} else if keep != "" && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	tests, err := s.list(ctx, files)
	if err != nil {
		return nil, err
	}
	left := make(chan *test, len(tests))
	for _, t := range tests {
		left <- t
	}
	close(left)
	var wg sync.WaitGroup
	for range s.workers {
		wg.Go(func() {
			for t := range left {
				if err := s.cover(ctx, t); err != nil && ctx.Err() == nil {
					log.Printf("left out: %s of %s: %v", t.Name, t.Folder, err)
				}
			}
		})
	}
	wg.Wait()
	tests = slices.DeleteFunc(tests, func(t *test) bool { return len(t.Lines) == 0 })
	if keep == "" || ctx.Err() != nil {
		return tests, ctx.Err()
	}
	data, err := json.Marshal(tests)
	if err != nil {
		return nil, err
	}
	return tests, os.WriteFile(keep, data, 0o644)
}

// list compiles the tests of all packages so that they count lines, and returns
// them.
func (s *session) list(ctx context.Context, files []string) ([]*test, error) {
	listed, err := goTool(ctx, nil, "list", "-f", "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}", "./...")
	if err != nil {
		return nil, err
	}
	var tests []*test
	for _, pkg := range strings.Fields(listed) {
		folder := strings.TrimPrefix(strings.TrimPrefix(pkg, module), "/")
		if folder == "" {
			continue // these build the program themselves, to try what pages show
		}
		program := s.counting(folder)
		if _, err := goTool(ctx, nil, "test", "-c", "-vet=off", "-cover", "-coverpkg="+packagesOf(files), "-o", program, pkg); err != nil {
			return nil, err
		}
		out, err := command(ctx, folder, nil, program, "-test.list", "^(Test|Fuzz|Example)").Output()
		if err != nil {
			return nil, err
		}
		for _, name := range strings.Fields(string(out)) {
			tests = append(tests, &test{Folder: folder, Name: name})
		}
	}
	return tests, nil
}

// counting is the name of the test program of a package that counts lines.
func (s *session) counting(folder string) string {
	return filepath.Join(s.work, strings.ReplaceAll(folder, "/", "-")+".cover.test")
}

func packagesOf(files []string) string {
	var list []string
	for _, name := range files {
		list = append(list, path.Join(module, path.Dir(name)))
	}
	return strings.Join(slices.Compact(list), ",")
}

// cover runs a test alone. The programs that it starts are often the test
// program itself, under the name of certconv; they leave their counts in
// GOCOVERDIR.
func (s *session) cover(ctx context.Context, t *test) error {
	dir, err := folder(s.work, "cover")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	counts, scratch, profile := filepath.Join(dir, "counts"), filepath.Join(dir, "tmp"), filepath.Join(dir, "profile")
	if err := errors.Join(os.Mkdir(counts, 0o755), os.Mkdir(scratch, 0o755)); err != nil {
		return err
	}
	env := []string{"GOCOVERDIR=" + counts, "TMPDIR=" + scratch}
	cmd := command(ctx, t.Folder, env, s.counting(t.Folder),
		"-test.short", "-test.timeout=20m", "-test.run=^"+t.Name+"$", "-test.coverprofile="+profile)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, tail(out))
	}
	t.Seconds = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	lines := map[string][]int{}
	if err := readProfile(profile, lines); err != nil {
		return err
	}
	if entries, err := os.ReadDir(counts); err == nil && len(entries) > 0 {
		children := filepath.Join(dir, "children")
		if _, err := goTool(ctx, nil, "tool", "covdata", "textfmt", "-i="+counts, "-o="+children); err != nil {
			return err
		}
		if err := readProfile(children, lines); err != nil {
			return err
		}
	}
	for name, list := range lines {
		slices.Sort(list)
		lines[name] = slices.Compact(list)
	}
	t.Lines = lines
	return nil
}

// block is a line of a profile: file:line.column,line.column statements count.
var block = regexp.MustCompile(`^` + regexp.QuoteMeta(module) + `/(.+):(\d+)\.\d+,(\d+)\.\d+ \d+ [1-9]\d*$`)

func readProfile(name string, lines map[string][]int) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for r := bufio.NewScanner(f); r.Scan(); err = r.Err() {
		m := block.FindStringSubmatch(r.Text())
		if m == nil {
			continue
		}
		first, _ := strconv.Atoi(m[2])
		last, _ := strconv.Atoi(m[3])
		for n := first; n <= last; n++ {
			lines[m[1]] = append(lines[m[1]], n)
		}
	}
	return err
}

// goTool runs go, and returns what it prints.
func goTool(ctx context.Context, env []string, args ...string) (string, error) {
	cmd := command(ctx, "", env, "go", args...)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("go %s: %w\n%s", args[0], err, tail(exit.Stderr))
	}
	return string(out), err
}

func command(ctx context.Context, dir string, env []string, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	cmd.WaitDelay = 5 * time.Second // a server that outlives its test keeps the output open
	return cmd
}

// tail is the end of what a program printed.
func tail(out []byte) string {
	const end = 2000
	return strings.TrimSpace(string(out[max(0, len(out)-end):]))
}
