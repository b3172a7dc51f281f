package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	knowledge "github.com/certconv/certconv/internal/explain"
)

// What an explanation tells people to type must be accepted.
func TestExplainedCommandsParse(t *testing.T) {
	table := commands()
	for _, e := range knowledge.Entries() {
		for _, c := range e.Causes {
			if c.Command == "" {
				continue
			}
			args := strings.Fields(c.Command)[1:]
			if _, err := parseArgs(table, args); err != nil {
				t.Errorf("%s: %s: %v", e.ID, c.Command, err)
			}
		}
		if e.Target != "" && !slices.Contains(flagWords("explain", "for"), e.Target) {
			t.Errorf("%s: there is no target %s", e.ID, e.Target)
		}
	}
}

// The codes of failures are promised to be explained.
func TestFailureCodesAreExplained(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	known := func(code string) {
		found++
		if knowledge.Lookup(code) == nil {
			t.Errorf("the code %s of a failure is not explained", code)
		}
	}
	for _, k := range kinds {
		known(k.code)
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if id, ok := lit.Type.(*ast.Ident); !ok || id.Name != "failure" {
				return true
			}
			for _, e := range lit.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				if k, ok := kv.Key.(*ast.Ident); ok && k.Name == "code" {
					if v, ok := kv.Value.(*ast.BasicLit); ok {
						code, _ := strconv.Unquote(v.Value)
						known(code)
					}
				}
			}
			return true
		})
	}
	if found < 10 {
		t.Errorf("only %d codes of failures were found", found)
	}
}

func TestNumbersAreNoFlags(t *testing.T) {
	in, err := parseArgs(commands(), []string{"explain", "-2146885627", "--format", "json", "-202"})
	if err != nil || !slices.Equal(in.args[3:], []string{"--", "-2146885627", "-202"}) {
		t.Error(in, err)
	}
}
