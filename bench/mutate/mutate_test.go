package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

const sample = `package p

func judge(n int, ok bool) error {
	if n < 20 || !ok {
		return errTooShort
	}
	if err := sync(n); err != nil {
		return err
	}
	for i := 0; i < n; i++ {
		write(
			i)
	}
	clear(key)
	wait(5 * time.Second)
	return fmt.Errorf("%d is %d too many", n, 7)
}

func (e kind) String() string { return names[1] }

func rows() []row {
	return []row{
		{1, func() bool { return false }},
		{3, nil},
	}
}
`

// A mutant is one change that parses, on the line that it names, and no other
// line moves. With the original beside it the file parses too.
func TestMutants(t *testing.T) {
	found, err := mutants("p.go", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	reached := map[int]int{}
	for _, m := range found {
		got = append(got, fmt.Sprintf("%d %s", m.line, m.change))
		reached[m.line] = m.reached
		changed := m.edit.apply([]byte(sample))
		for _, src := range [][]byte{changed, m.guarded([]byte(sample), "1").apply([]byte(sample))} {
			if _, err := parser.ParseFile(token.NewFileSet(), "p.go", src, 0); err != nil {
				t.Errorf("%v: %v\n%s", m, err, src)
			}
		}
		if a, b := strings.Count(sample, "\n"), strings.Count(string(changed), "\n"); a != b {
			t.Errorf("%v: %d lines, not %d", m, b, a)
		}
	}
	want := []string{
		"4 condition negated", "4 condition never true", "4 || becomes &&", "4 < becomes >=", "4 < becomes <=", "4 20 becomes 21", "4 ! dropped",
		"5 error not returned",
		"7 call and test of its result dropped", "7 != becomes ==", "8 error not returned",
		"11 statement dropped",
		"15 statement dropped", "16 error not returned",
		"23 1 becomes 2", "23 false becomes true", "24 3 becomes 4",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant\n%q", got, want)
	}
	if reached[4] != 4 || reached[11] != 11 || reached[24] != 22 {
		t.Errorf("%v: no counter is on other lines", reached)
	}
}

// What is taken does not depend on where the line is.
func TestRank(t *testing.T) {
	a, _ := mutants("p.go", []byte(sample))
	b, _ := mutants("p.go", []byte("// Package p is moved down.\n"+sample))
	for i := range a {
		if a[i].rank(1) != b[i].rank(1) || a[i].rank(1) == a[i].rank(2) {
			t.Errorf("%v", a[i])
		}
	}
}
