package certconv_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/certconv/certconv/internal/testenv"
)

// The pages, README.md, docs/*.md and those of contrib, are run from the first to the last line
// in one shell, in a copy of the project, as a reader would:
//
//	sh        commands, each must succeed
//	console   the commands after "$ ", and what they print: "…" is any text
//	          within a line, and any lines on a line of its own. A command
//	          that fails must be followed by "$ echo $?"
//	yaml      must parse; what is under script: and run: is run
//
// A block of any other kind, yaml too, whose first line is a comment with a
// file name is that file.

// A step is a command of a page and the output shown below it.
type step struct {
	line    int
	command string
	output  []string // nil: none is shown
}

// testCommand runs this test, so this test cannot run it.
const testCommand = "go test ./..."

// untried are commands of the pages that are not run.
var untried = regexp.MustCompile(`^(` + regexp.QuoteMeta(testCommand) + `|bench/compare.*)$`)

// forMachine are commands that change the machine. The page gets one of its
// own: what is written below /etc, /var and /run, and the ports, are its.
var forMachine = regexp.MustCompile(` /etc/(apache2|nginx)/`)

const ownMachine = `
ip link set lo up
base=$(mktemp -d)
mount -t tmpfs machine "$base"
for dir in etc var; do
  mkdir "$base/$dir" "$base/$dir.work"
  mount -t overlay -o "lowerdir=/$dir,upperdir=$base/$dir,workdir=$base/$dir.work" machine "/$dir"
done
mount -t tmpfs machine /run
mkdir /run/lock
mount -t proc proc /proc
exec "$@"
`

// optional are programs that pages use and not every machine has.
var optional = []string{"ansible-playbook", "openssl", "nginx", "apache2", "haproxy", "apachectl", "jq", "parallel", "keytool", "curl", "certutil", "pk12util"}

// started finds the programs that a command starts.
var started = regexp.MustCompile(`(?:^|[|;&(]|\n)\s*(?:\w+=\S* )*([\w-]+)`)

func pages(t *testing.T) []string {
	t.Helper()
	list := []string{"README.md"}
	for _, pattern := range []string{"docs/*.md", "contrib/*/README.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, found...)
	}
	return list
}

func readPage(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Every command of the pages does what the page shows.
func TestPages(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "bash", "go")
	bin := t.TempDir()
	testenv.Must(t, ".", "go", "build", "-buildvcs=false", "-o", bin+string(filepath.Separator), "./cmd/certconv")
	for _, page := range pages(t) {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			list := steps(t, page)
			for _, s := range list {
				for _, m := range started.FindAllStringSubmatch(s.command, -1) {
					if slices.Contains(optional, m[1]) {
						testenv.Programs(t, m[1])
					}
				}
			}
			runSteps(t, page, bin, list)
		})
	}
}

// A newcomer finds every page from the README, and no link leads nowhere.
func TestPagesAreLinked(t *testing.T) {
	linked := map[string]bool{}
	for _, page := range pages(t) {
		for _, m := range regexp.MustCompile(`\]\(([^):#]+)[^):]*\)`).FindAllStringSubmatch(readPage(t, page), -1) {
			to := filepath.Join(filepath.Dir(page), m[1])
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s links to %s: %v", page, m[1], err)
			}
			linked[to] = linked[to] || page == "README.md"
		}
	}
	for _, page := range pages(t)[1:] {
		if !linked[page] {
			t.Errorf("README.md does not link %s", page)
		}
	}
}

func TestReadmeSaysHowToTest(t *testing.T) {
	if !slices.ContainsFunc(steps(t, "README.md"), func(s step) bool { return s.command == testCommand }) {
		t.Errorf("README.md does not say %q", testCommand)
	}
}

// block is a fenced block of a page.
type block struct {
	line  int // of its first line
	kind  string
	lines []string
}

func blocks(markdown string) []block {
	var list []block
	open := false
	for i, line := range strings.Split(markdown, "\n") {
		switch kind, fence := strings.CutPrefix(line, "```"); {
		case fence && !open:
			open = true
			list = append(list, block{line: i + 2, kind: kind})
		case fence:
			open = false
		case open:
			b := &list[len(list)-1]
			b.lines = append(b.lines, line)
		}
	}
	return list
}

// steps finds what a page has its reader do.
func steps(t *testing.T, page string) []step {
	t.Helper()
	var list []step
	for _, b := range blocks(readPage(t, page)) {
		switch b.kind {
		case "sh":
			list = append(list, b.commands(t, page)...)
		case "console":
			list = append(list, b.session(t, page)...)
		default:
			list = append(list, b.file()...)
			if b.kind == "yaml" {
				list = append(list, b.scripts(t, page)...)
			}
		}
	}
	return list
}

// commands takes the block apart where a command ends.
func (b *block) commands(t *testing.T, page string) []step {
	var list []step
	part := ""
	for i, line := range b.lines {
		if part == "" && (line == "" || strings.HasPrefix(line, "#")) {
			continue
		}
		if part += line + "\n"; complete(part) {
			n := strings.Count(part, "\n") - 1
			list = append(list, step{line: b.line + i - n, command: strings.TrimSuffix(part, "\n")})
			part = ""
		}
	}
	if part != "" {
		t.Errorf("%s:%d: this command has no end:\n%s", page, b.line, part)
	}
	return list
}

// complete reports whether the shell waits for nothing more.
func complete(command string) bool {
	if strings.HasSuffix(command, "\\\n") {
		return false
	}
	cmd := exec.Command("bash", "-n")
	cmd.Stdin = strings.NewReader(command)
	said, err := cmd.CombinedOutput() // an open here-document is only warned of
	return err == nil && len(said) == 0
}

// session reads commands and what is shown of their output.
func (b *block) session(t *testing.T, page string) []step {
	var list []step
	for i, line := range b.lines {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			list = append(list, step{line: b.line + i, command: command, output: []string{}})
			continue
		}
		if len(list) == 0 {
			t.Errorf("%s:%d: output without a command", page, b.line+i)
			return nil
		}
		last := &list[len(list)-1]
		if len(last.output) == 0 && !complete(last.command+"\n") {
			last.command += "\n" + line
			continue
		}
		last.output = append(last.output, line)
	}
	return list
}

// file is the step that writes the block to the file that its first line
// names.
func (b *block) file() []step {
	if len(b.lines) == 0 {
		return nil
	}
	name := regexp.MustCompile(`^(?:#|//) ([\w./-]+\.[\w-]+|\S+file)$`).FindStringSubmatch(b.lines[0])
	if name == nil {
		return nil
	}
	const end = "END-OF-PAGE"
	text := strings.Join(b.lines, "\n")
	return []step{{line: b.line, command: fmt.Sprintf("mkdir -p %s && cat >%s <<'%s'\n%s\n%s", filepath.Dir(name[1]), name[1], end, text, end)}}
}

// scripts are the commands in a pipeline's description.
func (b *block) scripts(t *testing.T, page string) []step {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(strings.Join(b.lines, "\n")), &doc); err != nil {
		t.Errorf("%s:%d: %v", page, b.line, err)
	}
	var list []step
	var walk func(n *yaml.Node, run bool)
	walk = func(n *yaml.Node, run bool) {
		for i, c := range n.Content {
			script := n.Kind == yaml.MappingNode && i%2 == 1 && slices.Contains([]string{"script", "run"}, n.Content[i-1].Value)
			walk(c, run && n.Kind == yaml.SequenceNode || script)
		}
		if n.Kind == yaml.ScalarNode && run {
			list = append(list, step{line: b.line + n.Line - 1, command: n.Value})
		}
	}
	walk(&doc, false)
	return list
}

// runSteps runs the steps in one shell and compares what each prints with what
// the page shows.
func runSteps(t *testing.T, page, bin string, list []step) {
	t.Helper()
	list = slices.DeleteFunc(list, func(s step) bool { return untried.MatchString(s.command) })
	work := t.TempDir()
	result := func(i int, kind string) string { return filepath.Join(work, strconv.Itoa(i)+kind) }
	var script strings.Builder
	for i, s := range list {
		fmt.Fprintf(&script, "exec >'%s' 2>'%s'; (exit ${last_code:-0})\n%s\nlast_code=$?; echo $last_code >'%s'\n",
			result(i, ".out"), result(i, ".err"), s.command, result(i, ".code"))
	}
	file := filepath.Join(work, "script")
	if err := os.WriteFile(file, []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, "bash", "--noprofile", "--norc", file)
	if slices.ContainsFunc(list, func(s step) bool { return forMachine.MatchString(s.command) }) {
		testenv.Programs(t, "unshare", "ip")
		if os.Getuid() != 0 {
			testenv.Skip(t, "only root can have a machine of its own")
		}
		cmd.Args = slices.Concat([]string{"unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "bash", "-ec", ownMachine, "machine"}, cmd.Args)
		var err error
		if cmd.Path, err = exec.LookPath("unshare"); err != nil {
			t.Fatal(err)
		}
	}
	cmd.Dir = copyOfProject(t)
	cmd.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=-buildvcs=false", "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	_ = cmd.Run()
	read := func(i int, kind string) string {
		text, _ := os.ReadFile(result(i, kind))
		return string(text)
	}
	for i, s := range list {
		out, errs, code := read(i, ".out"), read(i, ".err"), strings.TrimSpace(read(i, ".code"))
		asked := i+1 < len(list) && list[i+1].command == "echo $?"
		if code == "" {
			t.Fatalf("%s:%d: %s: does not come to its end\n%s%s", page, s.line, s.command, out, errs)
		}
		if code != "0" && !asked {
			t.Errorf("%s:%d: %s: exit code %s\n%s%s", page, s.line, s.command, code, out, errs)
		}
		if s.output == nil {
			continue
		}
		if err := matches(s.output, out); err != nil {
			t.Errorf("%s:%d: %s: %v%s", page, s.line, s.command, err, errs)
		}
	}
}

// matches compares the output shown with what was printed.
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
