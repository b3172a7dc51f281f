package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
	"github.com/certconv/certconv/validate"
)

func TestStepCommands(t *testing.T) {
	for _, c := range []struct {
		step validate.Step
		want string
	}{
		{validate.Step{Do: "convert", Files: []string{"a.key", "b c.crt"}, Target: "iis", Out: "b c.pfx"}, "certconv convert a.key 'b c.crt' --for iis --out 'b c.pfx'"},
		{validate.Step{Do: "convert", Files: []string{"standard input"}, Format: "pem", Out: "NEW.pem"}, "certconv convert - --to pem --out NEW.pem"},
		{validate.Step{Do: "convert", Files: []string{"KEY"}, Locked: true, Part: "key", Out: "NEW.key"}, "certconv convert KEY --pass SOURCE --only key --out NEW.key"},
		{validate.Step{Do: "repair", Files: []string{"a.pem"}}, "certconv repair a.pem --in-place"},
		{validate.Step{Do: "repair", Files: []string{"standard input"}}, "certconv repair - --out NEW.pem"},
		{validate.Step{Do: "inspect"}, "certconv inspect"},
		{validate.Step{Do: "find-key", Files: []string{"a.crt"}}, "certconv find-key --cert a.crt DIR"},
		{validate.Step{Do: "request", Files: []string{"a b.csr"}}, "certconv request --like 'a b.csr' --key KEY --out NEW.csr"},
		{validate.Step{Do: "request", Files: []string{"a.csr"}, NewKey: true}, "certconv request --like a.csr --out NEW.csr --key-out NEW.key"},
		{validate.Step{Do: "protect", Files: []string{"a.key"}}, "chmod 600 a.key"},
		{validate.Step{Do: "give", Option: "roots"}, "--roots FILE"},
	} {
		if got := stepCommand(c.step); got != c.want {
			t.Errorf("%#v is %q, not %q", c.step, got, c.want)
		}
	}
}

// What the checks tell people to type must be accepted.
func TestStepsParse(t *testing.T) {
	table := commands()
	for _, c := range validate.Checks() {
		for _, arg := range c.Action.Args {
			step, ok := arg.(validate.Step)
			if !ok {
				continue
			}
			words := strings.Fields(stepCommand(step))
			if len(words) == 0 {
				t.Errorf("%s: no words for %#v", c.Code, step)
				continue
			}
			if words[0] != "certconv" {
				continue
			}
			if _, err := parseArgs(table, slices.Clone(words[1:])); err != nil {
				t.Errorf("%s: %s: %v", c.Code, strings.Join(words, " "), err)
			}
		}
	}
}

// What a check of requests tells people to type makes a request that it has
// nothing to say of.
func TestRequestsMadeAgain(t *testing.T) {
	tried := 0
	for _, c := range validate.Checks() {
		for _, arg := range c.Action.Args {
			step, ok := arg.(validate.Step)
			if !ok || step.Do != "request" {
				continue
			}
			files, err := filepath.Glob(filepath.Join(testenv.Root(t), "testdata", "checks", c.Code, "bad*.csr"))
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				dir := t.TempDir()
				out := filepath.Join(dir, "new.csr")
				if code, stdout, stderr := runInside(t, "request", "--like", file, "--out", out, "--key-out", filepath.Join(dir, "new.key")); code != 0 {
					t.Errorf("%s: exit code %d\n%s%s", file, code, stdout, stderr)
					continue
				}
				tried++
				if _, stdout, _ := runInside(t, "lint", "--only", c.Code, "--no-config", out); strings.Contains(stdout, c.Code) {
					t.Errorf("%s, made again:\n%s", file, stdout)
				}
			}
		}
	}
	if tried < 5 {
		t.Errorf("%d requests were made again", tried)
	}
}
