package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestParseArgs(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"convert a --out b", "convert --out=b -- a"},
		{"convert --out b a", "convert --out=b -- a"},
		{"--out b convert a", "convert --out=b -- a"},
		{"convert a -o b c", "convert --out=b -- a c"},
		{"convert a -o=b", "convert --out=b -- a"},
		{"convert a -out b", "convert --out=b -- a"},
		{"convert a --force --out -", "convert --force=true --out=- -- a"},
		{"convert a --force=false", "convert --force=false -- a"},
		{"convert -- --force -o", "convert -- --force -o"},
		{"-- convert a", "convert -- a"},
		{"convert - --pass pass:a=b,c", "convert --pass=pass:a=b,c -- -"},
		{"convert a --pass x --pass y", "convert --pass=x --pass=y -- a"},
		{"convert a --name -x-", "convert --name=-x- -- a"},
		{"convert a --to pem --to pem", "convert --to=pem --to=pem -- a"},
		{"inspect help", "inspect -- help"},
	} {
		in, err := parseArgs(commands(), strings.Fields(tt.in))
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		if got := strings.TrimSpace(strings.Join(in.args[1:], " ")); got != strings.TrimSpace(tt.want) {
			t.Errorf("%s: got %s, want %s", tt.in, got, tt.want)
		}
	}
}

// A flag before the command is only known by its name, and completion scripts
// know values by the flag's name: one name means one thing.
func TestFlagsMeanTheSameEverywhere(t *testing.T) {
	takes := map[string]bool{}
	for _, c := range commands() {
		for _, f := range c.flags {
			for _, n := range f.Names() {
				if before, ok := takes[n]; ok && before != takesValue(f) {
					t.Errorf("--%s takes a value in one command and none in another", n)
				}
				takes[n] = takesValue(f)
			}
		}
	}
}

func TestEveryCommandIsDocumented(t *testing.T) {
	for _, c := range commands() {
		if c.summary == "" || c.about == "" || len(c.examples) == 0 {
			t.Errorf("%s: summary, text or examples are missing", c.name)
		}
		for _, d := range describeFlags(c.flags) {
			if d.text == "" {
				t.Errorf("%s --%s has no text", c.name, d.names[0])
			}
		}
		for _, ex := range c.examples {
			line := regexp.MustCompile(`'[^']*'`).ReplaceAllString(ex.line, "QUOTED")
			for part := range strings.SplitSeq(line, ";") {
				words := strings.Fields(part)
				if len(words) > 1 && words[0] == "certconv" {
					line, _, _ := strings.Cut(strings.Join(words[1:], " "), " | ")
					line, _, _ = strings.Cut(line, " > ")
					if _, err := parseArgs(commands(), strings.Fields(line)); err != nil {
						t.Errorf("%s: %v", part, err)
					}
				}
			}
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"convert", "inspect", "formats", "man", "completion", "help"}
	for word, want := range map[string]string{
		"convrt": "convert", "insepct": "inspect", "format": "formats", "Convert": "convert", "comp": "completion",
		"zzzzzzz": "", "x": "",
	} {
		if got := nearest(word, names); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}

func TestParseSize(t *testing.T) {
	for in, want := range map[string]int64{
		"": 256 << 20, "1": 1, "1000": 1000, "1k": 1000, "1KiB": 1024, "1.5MiB": 3 << 19, "1GiB": 1 << 30, "2GB": 2e9, "512 MiB": 512 << 20,
	} {
		if got, err := parseSize(in); err != nil || got != want {
			t.Errorf("%q: %d, %v, want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"0", "-1", "x", "1QiB", "MiB", "1e30", "NaN", "1Mi B"} {
		if n, err := parseSize(in); err == nil {
			t.Errorf("%q is taken for %d", in, n)
		}
	}
}
