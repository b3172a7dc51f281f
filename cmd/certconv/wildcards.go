package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/certconv/certconv/internal/fault"
)

// expandAll puts the files that wildcards stand for in their place, as a Unix
// shell does before it starts a program; those of Windows leave it to the
// program.
func expandAll(names []string) ([]string, error) {
	var list []string
	for _, name := range names {
		files, err := expand(name)
		if err != nil {
			return nil, err
		}
		list = append(list, files...)
	}
	return list, nil
}

// expand gives the files that a name with wildcards stands for, in order: * is any
// number of characters, ? is one. A name without them is itself.
func expand(name string) ([]string, error) {
	volume := filepath.VolumeName(name) // which may have a question mark
	if !isPattern(name[len(volume):]) {
		return []string{name}, nil
	}
	list := walkPattern(volume, name[len(volume):])
	if len(list) == 0 {
		return nil, fault.New(fault.NotFound, name, "no file matches it")
	}
	return list, nil
}

func isPattern(name string) bool { return strings.ContainsAny(name, "*?") }

// walkPattern gives what is there below a folder, whose name ends as the rest of
// the path needs it.
func walkPattern(above, pattern string) []string {
	at := strings.IndexFunc(pattern, isSeparator)
	step, rest := pattern, ""
	if at >= 0 {
		step, rest = pattern[:at], pattern[at:]
	}
	behind := strings.TrimLeftFunc(rest, isSeparator)
	separator := rest[:len(rest)-len(behind)]
	if !isPattern(step) {
		next := above + step + separator
		if behind != "" {
			return walkPattern(next, behind)
		}
		if _, err := os.Lstat(next); err != nil {
			return nil
		}
		return []string{next}
	}
	dir := above
	if dir == "" {
		dir = "."
	}
	entries, _ := os.ReadDir(dir)
	var list []string
	for _, e := range entries {
		switch {
		case !matches(step, e):
		case behind != "":
			list = append(list, walkPattern(above+e.Name()+separator, behind)...)
		default:
			list = append(list, above+e.Name())
		}
	}
	return list
}

func isSeparator(r rune) bool { return r < 0x80 && os.IsPathSeparator(uint8(r)) }

// matches reports whether a pattern stands for an entry of a folder. *.* is all,
// as it always was on Windows.
func matches(pattern string, e fs.DirEntry) bool {
	if pattern == "*.*" {
		pattern = "*"
	}
	name := e.Name()
	return strings.HasPrefix(name, ".") == strings.HasPrefix(pattern, ".") && matchRunes([]rune(pattern), []rune(name))
}

// matchRunes goes back to the last star alone, so that it takes no longer than
// the product of the lengths.
func matchRunes(pattern, name []rune) bool {
	p, n, star, taken := 0, 0, -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, taken = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || unicode.ToLower(pattern[p]) == unicode.ToLower(name[n])):
			p, n = p+1, n+1
		case star >= 0:
			taken++
			p, n = star+1, taken
		default:
			return false
		}
	}
	return strings.Trim(string(pattern[p:]), "*") == ""
}
