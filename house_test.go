// Package certconv_test holds the project to its own rules.
package certconv_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

const module = "github.com/certconv/certconv"

// arrows says which packages of the project each package imports, tests aside.
// They go one way: what is below knows nothing of what is above. A new package
// is a new row.
var arrows = map[string]string{
	"internal/archive": "",
	"internal/der":     "",
	"internal/request": "",
	"internal/note":    "",
	"internal/text":    "",
	"internal/ciphers": "",
	"internal/lazy":    "",

	"internal/client":    "internal/lazy internal/note",
	"internal/dn":        "internal/der",
	"internal/ec":        "internal/der",
	"internal/pbe":       "internal/ciphers internal/der",
	"internal/shape":     "internal/der internal/text",
	"internal/lists":     "internal/der",
	"internal/structure": "internal/der internal/note internal/text",

	"internal/pubkey": "internal/ciphers internal/der internal/ec internal/note internal/pbe internal/text",
	"internal/pem":    "internal/der internal/lazy internal/note internal/pbe internal/shape internal/text",

	"internal/carrier": "internal/pem internal/shape",

	"convert": "internal/archive internal/carrier internal/der internal/dn internal/lists internal/note internal/pbe internal/pem internal/pubkey internal/shape internal/structure internal/text",

	"internal/distrust": "convert internal/der internal/lazy internal/lists",

	"internal/target":   "convert internal/lazy internal/note internal/pbe",
	"internal/search":   "convert internal/archive internal/der internal/lazy internal/pbe internal/pem internal/pubkey internal/shape",
	"internal/signed":   "convert internal/der internal/lists internal/note internal/pbe internal/pubkey internal/structure internal/text",
	"internal/ocsp":     "convert internal/der",
	"internal/crlpoint": "convert internal/der",
	"internal/served":   "convert internal/text",
	"internal/probe":    "internal/der internal/lazy internal/served internal/text",
	"internal/issuers":  "convert internal/probe internal/served validate",
	"validate":          "convert internal/client internal/crlpoint internal/der internal/distrust internal/lazy internal/lists internal/note internal/ocsp internal/pem internal/pubkey internal/served internal/shape internal/signed internal/target internal/text",
	"internal/explain":  "internal/lazy internal/target internal/text validate",

	"internal/fault":      "convert internal/atomicfile internal/deploy internal/shape internal/terminal",
	"internal/deploy":     "internal/atomicfile internal/lazy",
	"internal/atomicfile": "",
	"internal/rootstore":  "internal/lists",
	"internal/secrecy":    "",
	"internal/signals":    "",
	"internal/terminal":   "internal/lazy",
	"internal/report":     "convert internal/client internal/fault internal/lazy internal/note internal/pubkey internal/served internal/terminal internal/text validate",
	"internal/site":       "convert internal/der internal/fault internal/note internal/pem internal/secrecy internal/served internal/shape validate",
	"internal/accept":     "internal/atomicfile internal/report validate",
	"internal/revocation": "convert internal/atomicfile internal/crlpoint internal/der internal/fault internal/lists internal/ocsp internal/probe internal/served validate",
	"internal/roots":      "convert internal/distrust internal/fault internal/lists internal/site",

	"cmd/certconv": "convert internal/accept internal/atomicfile internal/client internal/deploy internal/distrust internal/dn internal/explain internal/fault internal/issuers internal/lazy internal/lists internal/note internal/pem internal/probe internal/pubkey internal/report internal/request internal/revocation internal/roots internal/rootstore internal/search internal/secrecy internal/served internal/signals internal/signed internal/site internal/target internal/terminal internal/text validate",

	"bench/certs":      "",
	"bench/hosts":      "",
	"bench/mutate":     "",
	"internal/testenv": "",
}

// programs are the packages that open or name files, talk to people and
// know what time it is. All others are libraries, or what they are made of, and
// are handed what they need.
var programs = []string{"cmd/certconv", "internal/accept", "internal/atomicfile", "internal/deploy", "internal/fault", "internal/probe", "internal/report", "internal/revocation", "internal/roots", "internal/rootstore", "internal/secrecy", "internal/signals", "internal/site", "internal/terminal", "bench/certs", "bench/hosts", "bench/mutate", "internal/testenv"}

// forbidden reports whether libraries have no use for a package: files,
// connections, messages, flags.
func forbidden(name string) bool {
	root, _, _ := strings.Cut(name, "/")
	return slices.Contains([]string{"os", "net", "log", "flag", "syscall", "unsafe", "plugin"}, root) && name != "net/netip" || name == "path/filepath"
}

// fset has the places of all that goFiles parses.
var fset = token.NewFileSet()

// goFiles parses the Go files below dir, tests excluded or nothing else.
func goFiles(t *testing.T, dir string, tests bool) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && (e.Name() == "testdata" || strings.HasPrefix(e.Name(), ".") && path != ".") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") != tests {
			return nil
		}
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		files[path] = f
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// packages maps the folders with Go files, tests aside, to their files.
func packages(t *testing.T) map[string]map[string]*ast.File {
	t.Helper()
	folders := map[string]map[string]*ast.File{}
	for path, f := range goFiles(t, ".", false) {
		dir := filepath.ToSlash(filepath.Dir(path))
		if folders[dir] == nil {
			folders[dir] = map[string]*ast.File{}
		}
		folders[dir][path] = f
	}
	return folders
}

func TestImports(t *testing.T) {
	folders := packages(t)
	for dir := range arrows {
		if folders[dir] == nil {
			t.Errorf("arrows has a row for %s, which is no package", dir)
		}
	}
	for dir, files := range folders {
		row, known := arrows[dir]
		if !known {
			t.Errorf("arrows has no row for %s", dir)
			continue
		}
		allowed, used := strings.Fields(row), map[string]bool{}
		for path, f := range files {
			for _, imp := range f.Imports {
				name, _ := strconv.Unquote(imp.Path.Value)
				own, ok := strings.CutPrefix(name, module+"/")
				if ok && !slices.Contains(allowed, own) {
					t.Errorf("%s imports %s", path, own)
				}
				used[own] = ok
			}
		}
		for _, own := range allowed {
			if !used[own] {
				t.Errorf("%s does not import %s: arrows has it for nothing", dir, own)
			}
		}
	}
}

func TestLibrariesAreHandedWhatTheyNeed(t *testing.T) {
	for dir, files := range packages(t) {
		if slices.Contains(programs, dir) {
			continue
		}
		for path, f := range files {
			for _, imp := range f.Imports {
				name, _ := strconv.Unquote(imp.Path.Value)
				if forbidden(name) {
					t.Errorf("%s imports %s", path, name)
				}
				if name == "time" && imp.Name != nil {
					t.Errorf("%s gives package time another name", path)
				}
			}
			ast.Inspect(f, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				id, ok := sel.X.(*ast.Ident)
				if ok && id.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
					t.Errorf("%s calls time.%s", path, sel.Sel.Name)
				}
				return true
			})
		}
	}
}

// Sizes that a reader can take in. Tests do not count.
const (
	maxPackageLines  = 13_000 // cmd/certconv has a file or more for each command
	maxPackageFiles  = 70
	maxFileLines     = 600
	maxFunctionLines = 80 // tables of data aside
)

func TestSizes(t *testing.T) {
	lines := func(n ast.Node) int { return fset.Position(n.End()).Line - fset.Position(n.Pos()).Line + 1 }
	for dir, files := range packages(t) {
		total := 0
		for path, f := range files {
			n := fset.Position(f.FileEnd).Line
			total += n
			if n > maxFileLines {
				t.Errorf("%s has %d lines, the limit is %d", path, n, maxFileLines)
			}
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				code := lines(fn)
				ast.Inspect(fn, func(n ast.Node) bool {
					table, ok := n.(*ast.CompositeLit)
					if ok {
						code -= lines(table) - 1
					}
					return !ok
				})
				if code > maxFunctionLines {
					t.Errorf("%s: %s has %d lines, the limit is %d", path, fn.Name.Name, code, maxFunctionLines)
				}
			}
		}
		if total > maxPackageLines || len(files) > maxPackageFiles {
			t.Errorf("%s has %d lines in %d files, the limits are %d and %d", dir, total, len(files), maxPackageLines, maxPackageFiles)
		}
	}
}

// maxExported is how many names an importer of the two libraries has to know.
const maxExported = 111

func TestExportedNames(t *testing.T) {
	folders := packages(t)
	var names []string
	add := func(dir string, id *ast.Ident) {
		if id.IsExported() {
			names = append(names, dir+"."+id.Name)
		}
	}
	for _, dir := range []string{"convert", "validate"} {
		for _, f := range folders[dir] {
			for _, d := range f.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					if d.Recv == nil {
						add(dir, d.Name)
					}
				case *ast.GenDecl:
					for _, s := range d.Specs {
						switch s := s.(type) {
						case *ast.TypeSpec:
							add(dir, s.Name)
						case *ast.ValueSpec:
							for _, id := range s.Names {
								add(dir, id)
							}
						}
					}
				}
			}
		}
	}
	if len(names) >= maxExported {
		slices.Sort(names)
		t.Errorf("convert and validate export %d names, which has to stay under %d:\n%s", len(names), maxExported, strings.Join(names, " "))
	}
}

// atTheCommandLine are the packages that speak to people who type commands.
var atTheCommandLine = append(slices.Clone(programs), "internal/explain", "internal/fault")

// ofServers are the packages whose tables have arguments of servers. Those of
// certconv they do not know.
var ofServers = []string{"internal/target"}

// What a library says is read by people who may have no command line.
func TestLibrariesNameNoCommands(t *testing.T) {
	command := regexp.MustCompile(`certconv [a-z]|(^|[^-\w])--[a-z]`)
	ours := regexp.MustCompile(`certconv [a-z]`)
	others := regexp.MustCompile(`(?m)^kubectl .*$`) // what takes the place of a configuration
	for dir, files := range packages(t) {
		if slices.Contains(atTheCommandLine, dir) {
			continue
		}
		command := command
		if slices.Contains(ofServers, dir) {
			command = ours
		}
		for path, f := range files {
			ast.Inspect(f, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && command.MatchString(others.ReplaceAllString(lit.Value, "")) {
					t.Errorf("%s: %s", path, lit.Value)
				}
				return true
			})
		}
	}
}

func TestNoInit(t *testing.T) {
	for path, f := range goFiles(t, ".", false) {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s has an init function: tables here are explicit", path)
			}
		}
	}
}

func TestExportedIdentifiersAreDocumented(t *testing.T) {
	for path, f := range goFiles(t, ".", false) {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
					t.Errorf("%s: %s has no comment", path, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
							t.Errorf("%s: %s has no comment", path, s.Name.Name)
						}
					case *ast.ValueSpec:
						for _, name := range s.Names {
							if name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
								t.Errorf("%s: %s has no comment", path, name.Name)
							}
						}
					}
				}
			}
		}
	}
}

// exportedReceiver reports whether a function is one, or a method that
// importers can call by name. Error, String and the like explain themselves.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	if slices.Contains([]string{"Error", "String", "Unwrap", "Is"}, d.Name.Name) {
		return false
	}
	typ := d.Recv.List[0].Type
	if p, ok := typ.(*ast.StarExpr); ok {
		typ = p.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && id.IsExported()
}

// Only testenv skips, so that CI can turn skipping into failure. A fuzz
// target skips an input, which is something else.
func TestOnlyTestenvSkips(t *testing.T) {
	for path, f := range goFiles(t, ".", true) {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || strings.HasPrefix(fn.Name.Name, "Fuzz") {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok {
					if id, ok := sel.X.(*ast.Ident); ok && (id.Name == "t" || id.Name == "b") && strings.HasPrefix(sel.Sel.Name, "Skip") {
						t.Errorf("%s: %s calls %s.%s; use internal/testenv", path, fn.Name.Name, id.Name, sel.Sel.Name)
					}
				}
				return true
			})
		}
	}
}

// What is linked must be a choice: a new module is written down here with the
// reason.
func TestDependencies(t *testing.T) {
	known := map[string]string{
		"github.com/c2sp/wycheproof":               "tests of signatures",
		"github.com/cloudflare/circl":              "Ed448, X448",
		"github.com/creack/pty":                    "tests of the password prompt",
		"github.com/pelletier/go-toml/v2":          "lists of accepted findings; strict, with lines in its errors, and no work at the start of the program",
		"github.com/rogpeppe/go-internal":          "testscript",
		"github.com/santhosh-tekuri/jsonschema/v6": "tests of SARIF reports",
		"github.com/schollz/progressbar/v3":        "progress on a terminal",
		"github.com/smallstep/certinfo":            "inspect --details",
		"github.com/urfave/cli/v2":                 "the command line",
		"github.com/xrash/smetrics":                "the nearest name to a mistyped one; linked by urfave/cli anyway",
		"golang.org/x/net":                         "names beyond ASCII (idna); what pages load (html)",
		"github.com/youmark/pkcs8":                 "encrypted PKCS#8",
		"go.yaml.in/yaml/v3":                       "Kubernetes Secrets; tests of the pipelines in docs/",
		"golang.org/x/crypto":                      "cryptobyte, scrypt, OpenSSH keys, old ciphers",
		"golang.org/x/crypto/x509roots/fallback":   "the table of roots is made of it",
		"golang.org/x/sys":                         "file replacement on Windows",
		"golang.org/x/term":                        "the password prompt",
		"golang.org/x/text":                        "encodings of passwords and names",
		"software.sslmate.com/src/go-pkcs12":       "writing PFX",
	}
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(mod), "\n") {
		fields := strings.Fields(strings.TrimPrefix(line, "require "))
		if len(fields) != 2 || !strings.Contains(fields[0], ".") || !strings.HasPrefix(fields[1], "v") {
			continue // indirect ones carry a comment
		}
		if known[fields[0]] == "" {
			t.Errorf("go.mod requires %s; known are %v", fields[0], slices.Sorted(maps.Keys(known)))
		}
	}
}

func TestTestdataFoldersAreExplained(t *testing.T) {
	text, err := os.ReadFile("testdata/README.md")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !strings.Contains(string(text), "`"+e.Name()+"/`") {
			t.Errorf("testdata/README.md does not say what `%s/` is and who wrote it", e.Name())
		}
		if strings.HasPrefix(e.Name(), "make-") && !strings.Contains(string(text), "make-") {
			t.Errorf("testdata/README.md does not mention the make scripts")
		}
	}
}

// TestNothingBuiltIsKept keeps programs and other large files, which a build
// leaves in the folder, out of the repository.
func TestNothingBuiltIsKept(t *testing.T) {
	const limit = 1 << 20
	list, _, err := testenv.Run(".", "git", "ls-files", "-z")
	if err != nil {
		testenv.Skip(t, "not a checkout, or no git")
	}
	for _, name := range strings.Split(list, "\x00") {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() && info.Size() > limit {
			t.Errorf("%s has %d bytes, the limit is %d", name, info.Size(), limit)
		}
	}
}
