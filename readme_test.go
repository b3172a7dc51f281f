package certconv_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
)

// testCommand stands in the README and runs this test, so this test cannot
// run it.
const testCommand = "go test ./..."

// A step is a command of a README and the output shown below it.
type step struct {
	line    int
	command string
	output  []string // nil: none is shown
}

// steps finds the commands: each line of a sh block, and each line behind "$ "
// in a console block, whose other lines are output.
func steps(markdown string) []step {
	var list []step
	fence := ""
	for i, line := range strings.Split(markdown, "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			if fence == "" {
				fence = strings.TrimPrefix(line, "```") + " "
			} else {
				fence = ""
			}
		case fence == "sh " && line != "" && !strings.HasPrefix(line, "#"):
			if n := len(list); n > 0 && strings.HasSuffix(list[n-1].command, "\\") {
				list[n-1].command += "\n" + line
			} else {
				list = append(list, step{line: i + 1, command: line})
			}
		case fence == "console " && strings.HasPrefix(line, "$ "):
			list = append(list, step{line: i + 1, command: strings.TrimPrefix(line, "$ "), output: []string{}})
		case fence == "console ":
			last := &list[len(list)-1]
			last.output = append(last.output, line)
		}
	}
	return list
}

// matches compares the output shown with what was printed. "…" stands for
// any text within a line, and on a line of its own for any lines.
func matches(shown []string, printed string) error {
	var pattern strings.Builder
	for _, line := range shown {
		if strings.TrimSpace(line) == "…" {
			pattern.WriteString(`(.*\n)*?`)
			continue
		}
		parts := strings.Split(strings.TrimRight(line, " "), "…")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		pattern.WriteString(strings.Join(parts, ".*") + ` *\n`)
	}
	if !regexp.MustCompile(`^` + pattern.String() + `$`).MatchString(printed) {
		return fmt.Errorf("shows\n%s\nbut what is printed is\n%s", strings.Join(shown, "\n"), printed)
	}
	return nil
}

// Every command of the README does what the README shows.
func TestReadme(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "bash")
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	list := steps(string(text))
	if !slices.ContainsFunc(list, func(s step) bool { return s.command == testCommand }) {
		t.Errorf("README.md does not say %q", testCommand)
	}
	dir := copyOfProject(t)
	bin := t.TempDir()
	for _, s := range list {
		if s.command == testCommand || strings.HasPrefix(s.command, "bench/compare") {
			continue
		}
		cmd := exec.Command("bash", "-c", s.command)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=-buildvcs=false", "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
		var out, both bytes.Buffer
		cmd.Stdout = &out
		cmd.Stderr = &both
		if err := cmd.Run(); err != nil {
			t.Errorf("README.md:%d: %s: %v\n%s%s", s.line, s.command, err, out.String(), both.String())
			continue
		}
		if s.output == nil {
			continue
		}
		if err := matches(s.output, out.String()); err != nil {
			t.Errorf("README.md:%d: %s: %v%s", s.line, s.command, err, both.String())
		}
	}
}

// The README's table of formats is the program's.
func TestReadmeFormats(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{}
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(strings.Trim(line, "| "), "|")
		if len(cells) != 4 {
			continue
		}
		for _, m := range regexp.MustCompile("`([a-z0-9]+)`").FindAllStringSubmatch(cells[0], -1) {
			shown[m[1]] = strings.TrimSpace(cells[3])
		}
	}
	for _, f := range convert.Formats() {
		var can []string
		if f.Decode != nil {
			can = append(can, "read")
		}
		if f.CanEncode() {
			can = append(can, "write")
		}
		if want := strings.Join(can, ", "); shown[f.Name] != want {
			t.Errorf("README.md says that %s can %q, the table %q", f.Name, shown[f.Name], want)
		}
		delete(shown, f.Name)
	}
	for name := range shown {
		t.Errorf("README.md has a format %s, the table has not", name)
	}
}

// copyOfProject copies the files that git would, so that commands can write.
func copyOfProject(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.Name() == ".git" || e.Name() == "dist" {
			if e.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		to := filepath.Join(dir, path)
		if e.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, data, info.Mode())
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
