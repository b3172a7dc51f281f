package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Compiling a program for each mutant would take most of the time. A batch is a
// copy of the program that has many mutants in it, each beside the original
// statement, and a switch. The number of the one in force is a string in the
// program, so that the programs that tests start have it too.
const (
	inForce = "certconv-mutant-in-force:"
	nobody  = "000000"
)

// trial is a mutant with the batch that it is in.
type trial struct {
	mutant
	batch *batch
	id    string
}

type batch struct {
	dir     string
	overlay string // the list of replaced files
	mu      sync.Mutex
	builds  map[string]func() error // by package: builds its test program, once
}

// prepare puts the mutants into batches. One that compiles in none gets its own,
// where it is in the place of the original.
func (s *session) prepare(ctx context.Context, some []mutant) ([]trial, error) {
	var trials []trial
	left := some
	for len(left) > 0 {
		var together, rest []trial
		for i, m := range left {
			t := trial{mutant: m, id: fmt.Sprintf("%06d", i+1)}
			if m.statement.end == 0 || slices.ContainsFunc(together, t.overlaps) {
				rest = append(rest, t)
			} else {
				together = append(together, t)
			}
		}
		refused, err := s.compile(ctx, &together)
		if err != nil {
			return nil, err
		}
		trials = append(trials, together...)
		left = nil
		for _, t := range append(rest, refused...) {
			if t.statement.end != 0 && !slices.ContainsFunc(refused, func(r trial) bool { return r.id == t.id }) {
				left = append(left, t.mutant)
				continue
			}
			b, err := s.newBatch(map[string][]byte{}, &t)
			if err != nil {
				return nil, err
			}
			trials = append(trials, trial{mutant: t.mutant, batch: b})
		}
	}
	return trials, nil
}

func (t trial) overlaps(o trial) bool {
	return t.file == o.file && t.statement.start < o.statement.end && o.statement.start < t.statement.end
}

// compile makes a batch of the trials. It takes those out that do not compile,
// and returns them.
func (s *session) compile(ctx context.Context, together *[]trial) (refused []trial, err error) {
	for len(*together) > 0 {
		files, lines, err := guardedFiles(*together)
		if err != nil {
			return nil, err
		}
		b, err := s.newBatch(files, nil)
		if err != nil {
			return nil, err
		}
		args := []string{"build", "-gcflags=-e"}
		for _, t := range *together {
			args = append(args, "./"+path.Dir(t.file))
		}
		slices.Sort(args[2:])
		cmd := command(ctx, "", b.env(), "go", slices.Compact(args)...)
		out, err := cmd.CombinedOutput()
		if err == nil {
			for i := range *together {
				(*together)[i].batch = b
			}
			return refused, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		n := len(refused)
		*together = slices.DeleteFunc(*together, func(t trial) bool {
			bad := lines.complainsOf(t, string(out))
			if bad {
				refused = append(refused, t)
			}
			return bad
		})
		if len(refused) == n {
			return nil, fmt.Errorf("go build: %w\n%s", err, tail(out))
		}
	}
	return refused, nil
}

// span is where a trial is in the changed file.
type span struct{ first, last int }

type spans map[string]span // by the number of the trial

var complaint = regexp.MustCompile(`(?m)([\w/]+\.go):(\d+):\d+: `)

// complainsOf reports whether the compiler does not like a trial.
func (s spans) complainsOf(t trial, out string) bool {
	for _, m := range complaint.FindAllStringSubmatch(out, -1) {
		line, _ := strconv.Atoi(m[2])
		if strings.HasSuffix(t.file, path.Base(m[1])) && s[t.id].first <= line && line <= s[t.id].last {
			return true
		}
	}
	return false
}

// guardedFiles are the files with all trials in them, and for each package one
// more with the switch.
func guardedFiles(trials []trial) (map[string][]byte, spans, error) {
	files, lines := map[string][]byte{}, spans{}
	byFile := map[string][]trial{}
	for _, t := range trials {
		byFile[t.file] = append(byFile[t.file], t)
	}
	for name, list := range byFile {
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, err
		}
		slices.SortFunc(list, func(a, b trial) int { return a.statement.start - b.statement.start })
		var out []byte
		end := 0
		for _, t := range list {
			e := t.guarded(src, t.id)
			out = append(out, src[end:e.start]...)
			first := bytes.Count(out, []byte("\n")) + 1
			out = append(out, e.text...)
			lines[t.id] = span{first, bytes.Count(out, []byte("\n")) + 1}
			end = e.end
		}
		files[name] = append(out, src[end:]...)
		files[path.Join(path.Dir(name), "mutant_on.go")] = fmt.Appendf(nil, `package %s

var mutantInForce = %q

//go:noinline
func mutantOn(id string) bool { return mutantInForce[%d:] == id }
`, list[0].pkg, inForce+nobody, len(inForce))
	}
	return files, lines, nil
}

// newBatch writes the changed files, and the list that has go read them in place
// of the others. alone is a trial that replaces the original.
func (s *session) newBatch(files map[string][]byte, alone *trial) (*batch, error) {
	if alone != nil {
		src, err := os.ReadFile(alone.file)
		if err != nil {
			return nil, err
		}
		files[alone.file] = alone.edit.apply(src)
	}
	dir, err := folder(s.work, "batch")
	if err != nil {
		return nil, err
	}
	b := &batch{dir: dir, overlay: filepath.Join(dir, "overlay.json"), builds: map[string]func() error{}}
	replace := map[string]string{}
	for name, data := range files {
		original, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		replace[original] = filepath.Join(dir, strings.ReplaceAll(name, "/", "-"))
		if err := os.WriteFile(replace[original], data, 0o644); err != nil {
			return nil, err
		}
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	return b, errors.Join(err, os.WriteFile(b.overlay, list, 0o644))
}

func (b *batch) env() []string {
	return []string{"GOFLAGS=-overlay=" + b.overlay}
}

// errCompile says that a mutant is none.
var errCompile = errors.New("it does not compile")

func (b *batch) build(folder string, how func() error) error {
	b.mu.Lock()
	once := b.builds[folder]
	if once == nil {
		once = sync.OnceValue(how)
		b.builds[folder] = once
	}
	b.mu.Unlock()
	return once()
}

// program writes the test program of a package with one mutant in force.
func (t *trial) program(ctx context.Context, folder, name string) error {
	all := filepath.Join(t.batch.dir, strings.ReplaceAll(folder, "/", "-")+".test")
	if err := t.batch.build(folder, func() error {
		_, err := goTool(ctx, t.batch.env(), "test", "-c", "-vet=off", "-ldflags=-s -w", "-o", all, "./"+folder)
		if err != nil && ctx.Err() == nil && t.id == "" {
			return errCompile
		}
		return err
	}); err != nil {
		return err
	}
	data, err := os.ReadFile(all)
	if err != nil {
		return err
	}
	if t.id != "" {
		data = bytes.ReplaceAll(data, []byte(inForce+nobody), []byte(inForce+t.id))
		if !bytes.Contains(data, []byte(inForce+t.id)) {
			return fmt.Errorf("the tests of %s have no mutants in them", folder)
		}
	}
	return os.WriteFile(name, data, 0o755)
}
