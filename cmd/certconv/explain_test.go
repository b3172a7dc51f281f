package main

import (
	"slices"
	"strings"
	"testing"

	knowledge "github.com/certconv/certconv/internal/explain"
)

// What an explanation tells people to type must be accepted.
func TestExplainedCommandsParse(t *testing.T) {
	table := commands()
	for _, e := range knowledge.Entries() {
		for _, c := range e.Causes {
			list := []knowledge.Command{c.Command}
			for _, arg := range c.Action.Args {
				if command, ok := arg.(knowledge.Command); ok {
					list = append(list, command)
				}
			}
			for _, command := range list {
				args, _, _ := strings.Cut(command.Args, " < ")
				if command.None() {
					continue
				}
				if _, err := parseArgs(table, append([]string{command.Name}, strings.Fields(args)...)); err != nil {
					t.Errorf("%s: %s: %v", e.ID, explainedCommand(command), err)
				}
			}
		}
		if e.Target != "" && !slices.Contains(flagWords("explain", "for"), e.Target) {
			t.Errorf("%s: there is no target %s", e.ID, e.Target)
		}
	}
}

func TestNumbersAreNoFlags(t *testing.T) {
	in, err := parseArgs(commands(), []string{"explain", "-2146885627", "--format", "json", "-202"})
	if err != nil || !slices.Equal(in.args[3:], []string{"--", "-2146885627", "-202"}) {
		t.Error(in, err)
	}
}
