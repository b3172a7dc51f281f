package certconv_test

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const architecturePage = "ARCHITECTURE.md"

// Every package is in the page, and imports only what is below it there.
func TestArchitecturePackages(t *testing.T) {
	rank := map[string]int{}
	for line := range strings.Lines(readPage(t, architecturePage)) {
		if m := regexp.MustCompile("^\\| `([a-z/]+)` \\| ").FindStringSubmatch(line); m != nil {
			rank[m[1]] = len(rank) + 1
		}
	}
	for p := range packages(t) {
		if rank[p] == 0 {
			t.Errorf("%s does not list %s", architecturePage, p)
		}
		for _, imported := range strings.Fields(arrows[p]) {
			if rank[imported] <= rank[p] {
				t.Errorf("%s: %s imports %s, which is not below it", architecturePage, p, imported)
			}
		}
	}
}

// The table of what to touch names files that exist, and identifiers that are
// declared in them.
func TestArchitecturePlaces(t *testing.T) {
	files := goFiles(t, ".", false)
	tests := goFiles(t, ".", true)
	places := 0
	for line := range strings.Lines(readPage(t, architecturePage)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`]+)`(?: \\(((?:`\\w+`(?:, )?)+)\\))?").FindAllStringSubmatch(strings.Join(cells[1:], " "), -1) {
			places++
			path := strings.TrimSuffix(m[1], "/")
			if found, _ := filepath.Glob(path); len(found) == 0 {
				t.Errorf("%s: there is no %s", architecturePage, path)
				continue
			}
			f := files[path]
			if f == nil {
				f = tests[path]
			}
			for name := range strings.SplitSeq(m[2], ", ") {
				if name = strings.Trim(name, "`"); name != "" && (f == nil || !declares(f, name)) {
					t.Errorf("%s: %s does not declare %s", architecturePage, path, name)
				}
			}
		}
	}
	if places < 10 {
		t.Errorf("%s names %d places to touch", architecturePage, places)
	}
}

// declares reports whether the file declares the name, of a method too.
func declares(f *ast.File, name string) bool {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name == name {
				return true
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					if s.Name.Name == name {
						return true
					}
				case *ast.ValueSpec:
					if slices.ContainsFunc(s.Names, func(id *ast.Ident) bool { return id.Name == name }) {
						return true
					}
				}
			}
		}
	}
	return false
}

// The pages for people who come new are there, and no link in them leads
// nowhere.
func TestPagesForContributors(t *testing.T) {
	for _, page := range []string{architecturePage, "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "testdata/README.md"} {
		for _, m := range regexp.MustCompile(`\]\(([^):#]+)[^):]*\)`).FindAllStringSubmatch(readPage(t, page), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", page, m[1], err)
			}
		}
	}
}
