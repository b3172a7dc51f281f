package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Help fits the terminal: its prose is broken between words, in comments too, and
// what can be copied into a shell is not broken at all.
func TestHelpFitsTheTerminal(t *testing.T) {
	help := func(name, columns string) string {
		cmd := exec.Command("certconv", name, "--help")
		cmd.Env = append(os.Environ(), "COLUMNS="+columns)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	for _, c := range commands() {
		wide := help(c.name, "")
		for columns, width := range map[string]int{"60": 60, "100": 100} {
			text := help(c.name, columns)
			words := func(text string) []string { return strings.Fields(strings.ReplaceAll(text, "\n  # ", "\n")) }
			if !slices.Equal(words(text), words(wide)) {
				t.Errorf("%s at %d: other words", c.name, width)
			}
			examples := true
			for line := range strings.Lines(text) {
				line = strings.TrimRight(line, "\n")
				if examples = examples && !strings.HasPrefix(line, "Usage:"); examples && !strings.HasPrefix(line, "  # ") {
					continue
				}
				if n := utf8.RuneCountInString(line); n > width {
					t.Errorf("%s at %d: %d characters: %q", c.name, width, n, line)
				}
			}
		}
	}
}
