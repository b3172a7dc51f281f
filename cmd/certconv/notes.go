package main

import (
	"fmt"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/report"
)

// important are the notes that a conversion tells without being asked: they
// concern what the file holds, not how it is written.
func important(k note.Kind) bool {
	switch k {
	case note.MACFails, note.NoMAC, note.WeakEncryption, note.PasswordVariant,
		note.KeyInconsistent, note.KeyUnusable, note.KeyNumbers, note.Skipped, note.Malformed, note.TrailingData,
		note.LabelWrong, note.BodyTruncated, note.BlocksGlued:
		return true
	}
	return false
}

// worthTelling words the notes, each kind once a file, with how often it
// occurs.
func worthTelling(notes []convert.Note, all bool) []string {
	type key struct {
		file string
		text string
	}
	count := map[key]int{}
	var order []key
	first := map[key]*convert.Note{}
	for i := range notes {
		n := &notes[i]
		if !all && !important(n.Kind) {
			continue
		}
		k := key{n.Source.File, report.NoteText(n)}
		if count[k]++; count[k] == 1 {
			order = append(order, k)
			first[k] = n
		}
	}
	var list []string
	for _, k := range order {
		s := k.file + ": " + k.text
		if line := first[k].Source.Line; line > 0 {
			s += fmt.Sprintf(" (line %d)", line)
		}
		if n := count[k]; n > 1 {
			s += fmt.Sprintf(", %d times", n)
		}
		list = append(list, s)
	}
	return list
}

// counted replaces repetitions by their number.
func counted(list []string) []string {
	times := map[string]int{}
	var out []string
	for _, s := range list {
		if times[s]++; times[s] == 1 {
			out = append(out, s)
		}
	}
	for i, s := range out {
		if times[s] > 1 {
			out[i] = fmt.Sprintf("%s (%d times)", s, times[s])
		}
	}
	return out
}

// some joins a list for one line: its beginning, unless all is wanted.
func some(list []string, all bool) string {
	const enough = 6
	if all || len(list) <= enough {
		return strings.Join(list, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(list[:enough-1], "; "), len(list)-enough+1)
}
