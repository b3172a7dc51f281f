package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/certconv/certconv/internal/terminal"
)

// diffContext is how many unchanged lines are shown around a change.
const diffContext = 3

// maxDiff bounds the table of the comparison; beyond it, all that lies between
// the first and the last difference counts as changed.
const maxDiff = 4 << 20

// diffLines prepares a text for comparison by people: invisible characters and
// white space at the edges of lines are shown, keys are hidden.
func diffLines(text []byte, secret bool) []string {
	var lines []string
	for len(text) > 0 {
		line, rest, ended := bytes.Cut(text, []byte{'\n'})
		text = rest
		runes := []rune(string(bytes.ToValidUTF8(line, []byte("\ufffd"))))
		if secret {
			runes = terminal.Mask(runes)
		}
		from, to := 0, len(runes)
		for from < to && runes[from] == ' ' {
			from++
		}
		for to > from && runes[to-1] == ' ' {
			to--
		}
		var b strings.Builder
		for i, r := range runes {
			switch {
			case i < from || i >= to:
				b.WriteRune('␠')
			case r == '\r':
				b.WriteString("␍")
			default:
				b.WriteString(terminal.Visible(r))
			}
		}
		if !ended {
			b.WriteString("<no line end>")
		}
		lines = append(lines, b.String())
	}
	return lines
}

// edit is a run of lines that one side has and the other has not.
type edit struct{ a0, a1, b0, b1 int }

// compare gives the edits that lead from a to b.
func compare(a, b []string) []edit {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	endA, endB := len(a), len(b)
	for endA > start && endB > start && a[endA-1] == b[endB-1] {
		endA, endB = endA-1, endB-1
	}
	n, m := endA-start, endB-start
	if n == 0 && m == 0 {
		return nil
	}
	if n*m > maxDiff {
		return []edit{{start, endA, start, endB}}
	}
	// common[i*(m+1)+j]: length of what a[start+i:] and b[start+j:] have in common
	common := make([]int32, (n+1)*(m+1))
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			at := i*(m+1) + j
			if a[start+i] == b[start+j] {
				common[at] = common[at+m+2] + 1
			} else {
				common[at] = max(common[at+m+1], common[at+1])
			}
		}
	}
	var edits []edit
	for i, j := 0, 0; i < n || j < m; {
		if i < n && j < m && a[start+i] == b[start+j] {
			i, j = i+1, j+1
			continue
		}
		e := edit{start + i, start + i, start + j, start + j}
		for i < n || j < m {
			if i < n && j < m && a[start+i] == b[start+j] {
				break
			}
			if j == m || i < n && common[(i+1)*(m+1)+j] >= common[i*(m+1)+j+1] {
				i++
			} else {
				j++
			}
		}
		e.a1, e.b1 = start+i, start+j
		edits = append(edits, e)
	}
	return edits
}

// writeDiff writes the hunks of a unified diff.
func writeDiff(w io.Writer, a, b []string) {
	edits := compare(a, b)
	for len(edits) > 0 {
		n := 1
		for n < len(edits) && edits[n].a0-edits[n-1].a1 <= 2*diffContext {
			n++
		}
		writeHunk(w, a, b, edits[:n])
		edits = edits[n:]
	}
}

func writeHunk(w io.Writer, a, b []string, edits []edit) {
	first, last := edits[0], edits[len(edits)-1]
	before, after := min(diffContext, first.a0), min(diffContext, len(a)-last.a1)
	a0, a1, b0, b1 := first.a0-before, last.a1+after, first.b0-before, last.b1+after
	fmt.Fprintf(w, "@@ -%s +%s @@\n", hunkRange(a0, a1), hunkRange(b0, b1))
	for _, e := range edits {
		writeLines(w, " ", a[a0:e.a0])
		writeLines(w, "-", a[e.a0:e.a1])
		writeLines(w, "+", b[e.b0:e.b1])
		a0 = e.a1
	}
	writeLines(w, " ", a[a0:a1])
}

func hunkRange(from, to int) string {
	if from == to {
		return fmt.Sprintf("%d,0", from)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}

func writeLines(w io.Writer, mark string, lines []string) {
	for _, l := range lines {
		fmt.Fprintf(w, "%s%s\n", mark, l)
	}
}
