package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/testenv"
	"github.com/certconv/certconv/validate"
)

// runInside runs certconv in this process, without a terminal, and returns the
// exit code and what it printed.
func runInside(t testing.TB, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return runInsideWith(t, func(*env) {}, args...)
}

// runInsideWith is runInside in a world of its own.
func runInsideWith(t testing.TB, change func(*env), args ...string) (code int, stdout, stderr string) {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	in, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var errs bytes.Buffer
	e := newEnv()
	e.stdin, e.stdout, e.stderr = in, &output{file: out}, &errs
	change(e)
	code = run(e, args)
	text, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return code, string(text), errs.String()
}

// fixture is a case of testdata/checks/CODE: the files of one name, bad-NAME or
// good-NAME, and the flags in NAME.args, where another command than check may
// come first.
type fixture struct {
	name    string
	bad     bool
	command string
	args    []string
	server  string // of probe: the file that says what the server does
}

func fixtures(t *testing.T, dir string) []fixture {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	files := map[string][]string{}
	for _, e := range entries {
		name, _, _ := strings.Cut(e.Name(), ".")
		if strings.HasPrefix(name, "bad") || strings.HasPrefix(name, "good") {
			files[name] = append(files[name], e.Name())
		}
	}
	var list []fixture
	for name, members := range files {
		f := fixture{name: name, bad: strings.HasPrefix(name, "bad"), command: "check"}
		for _, m := range members {
			if strings.HasSuffix(m, ".args") {
				text, err := os.ReadFile(filepath.Join(dir, m))
				if err != nil {
					t.Fatal(err)
				}
				f.args = append(f.args, strings.Fields(string(text))...)
			}
		}
		if len(f.args) > 0 && slices.Contains([]string{"install", "probe", "revoked"}, f.args[0]) {
			f.command, f.args = f.args[0], f.args[1:]
		}
		for _, m := range members {
			if strings.HasSuffix(m, ".server") {
				f.server = filepath.Join(dir, m)
			} else if !strings.HasSuffix(m, ".args") && !slices.Contains(f.args, m) {
				f.args = append(f.args, m)
			}
		}
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b fixture) int { return strings.Compare(a.name, b.name) })
	return list
}

// Every check has a file that makes it speak and one that does not. Where one
// speaks there is no other error: followers of one fault are not told. What is said
// is in words.txt, with where it is and what to do.
func TestEveryCheckSpeaks(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", "/nonexistent") // what the system trusts is not for a test
	t.Setenv("SSL_CERT_DIR", "")
	root := filepath.Join(testenv.Root(t), "testdata", "checks")
	var missing []string
	var words strings.Builder
	for _, check := range validate.Checks() {
		dir := filepath.Join(root, check.Code)
		list := fixtures(t, dir)
		for _, kind := range []bool{true, false} {
			if !slices.ContainsFunc(list, func(f fixture) bool { return f.bad == kind }) {
				missing = append(missing, map[bool]string{true: "bad-* ", false: "good-* "}[kind]+check.Code)
			}
		}
		for _, f := range list {
			t.Run(check.Code+"/"+f.name, func(t *testing.T) { told(&words, check.Code, f.name, speaks(t, check.Code, dir, f)) })
		}
	}
	if len(missing) > 0 {
		t.Errorf("no fixture in testdata/checks:\n%s", strings.Join(missing, "\n"))
	}
	if runtime.GOOS == "linux" { // others say otherwise why nobody answers
		testenv.Golden(t, filepath.Join(root, "words.txt"), words.String())
	}
	entries, _ := os.ReadDir(root)
	for _, e := range entries {
		if e.IsDir() && validate.LookupCheck(e.Name()) == nil {
			t.Errorf("testdata/checks/%s is the folder of no check", e.Name())
		}
	}
}

// passing is what differs from run to run, and from copy to copy of the files.
var passing = regexp.MustCompile(`(127\.\d+\.\d+\.\d+:|\[::1\]:|port )\d{4,}|(there since )[^;]*|(took )[\d.]+m?s`)

// told adds what was found in a fixture.
func told(b *strings.Builder, code, name string, doc *report.Document) {
	if doc == nil {
		return
	}
	fmt.Fprintf(b, "%s/%s\n", code, name)
	for _, f := range doc.Findings {
		fmt.Fprintf(b, "\t%s %s %s:%d:%d %s\n", f.Severity, f.Code, passing.ReplaceAllString(f.File, "${1}N"), f.Line, f.Column, f.Item)
		for _, text := range append([]string{f.Message, f.Remedy, f.Breaks}, f.RefusedBy...) {
			if text != "" {
				fmt.Fprintf(b, "\t\t%s\n", passing.ReplaceAllString(text, "${1}${2}${3}N"))
			}
		}
	}
}

func speaks(t *testing.T, code, dir string, f fixture) *report.Document {
	t.Chdir(dir)
	args := append([]string{f.command, "--format", "json"}, f.args...)
	if !slices.Contains(f.args, "--at") {
		args = append(args, "--at", "2026-06-01T00:00:00Z")
	}
	var exit int
	var stdout, stderr string
	var doc report.Document
	switch {
	case f.server != "" && f.command != "probe":
		exit, doc, stdout, stderr = fetchingDocument(t, f.command, readServer(t, f.server), args[3:]...)
	case f.server != "":
		exit, doc, stdout, stderr = probeDocument(t, readServer(t, f.server), args[3:]...)
	default:
		exit, stdout, stderr = runInside(t, args...)
		if err := json.Unmarshal([]byte(stdout), &doc); err != nil {
			t.Fatalf("%v\n%s%s", err, stdout, stderr)
		}
	}
	if exit != 0 && exit != fault.ExitRefused && exit != fault.ExitPassword && (f.server == "" || exit != fault.ExitInput) {
		t.Fatalf("exit code %d: %s", exit, stderr)
	}
	var others []string
	found := false
	for _, o := range doc.Findings {
		switch {
		case o.Code == code:
			found = true
		case o.Severity == "error":
			others = append(others, o.File+": "+o.Code+": "+o.Message)
		}
	}
	if found != f.bad {
		t.Errorf("it speaks: %v, want %v\n%s", found, f.bad, stdout)
	}
	if f.bad && len(others) > 0 {
		t.Errorf("beside it there are the errors\n%s", strings.Join(others, "\n"))
	}
	if !f.bad && slices.ContainsFunc(doc.Skipped, func(s report.Skip) bool { return s.Code == code }) {
		t.Errorf("it does not run at all\n%s", stdout)
	}
	if f.command == "revoked" {
		return &doc // its document has certificates in place of what passed
	}
	codes := append(slices.Clone(doc.Passed), codesOf(&doc)...)
	slices.Sort(codes)
	if all := checkNames(); len(codes) != len(all) {
		t.Errorf("%d codes in findings, passed and skipped, %d checks", len(codes), len(all))
	}
	return &doc
}

// codesOf are those with findings and those skipped, each once.
func codesOf(r *report.Document) []string {
	var list []string
	for _, f := range r.Findings {
		if !slices.Contains(list, f.Code) {
			list = append(list, f.Code)
		}
	}
	for _, s := range r.Skipped {
		list = append(list, s.Code)
	}
	return list
}
