package certconv_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/certconv/certconv/internal/testenv"
)

// What the GitHub Action runs judges what changed since a commit, requests by
// their own rules, and nothing else.
func TestAction(t *testing.T) {
	testenv.Programs(t, "bash", "git", "jq")
	dir, bin := t.TempDir(), filepath.Join(t.TempDir(), "certconv")
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	take := func(name, from string) {
		t.Helper()
		data, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	commit := func() string {
		t.Helper()
		testenv.Must(t, dir, "git", "add", "-A")
		testenv.Must(t, dir, "git", "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-qm", "change")
		return strings.TrimSpace(string(testenv.Must(t, dir, "git", "rev-parse", "HEAD")))
	}
	values := map[string]string{"runner.temp": filepath.Dir(bin), "inputs.args": "--roots " + filepath.Join(root, "testdata/servers/root.pem")}
	build, check := actionSteps(t, values)
	sarif := filepath.Join(t.TempDir(), "certconv.sarif")
	start := func(s actionStep, settings ...string) (code int, text string) {
		t.Helper()
		c := exec.Command("bash", "-e", "-o", "pipefail", "-c", s.Run)
		c.Dir = dir
		c.Env = append(os.Environ(), "GITHUB_ACTION_PATH="+root, "RUNNER_TEMP="+filepath.Dir(bin), "GOFLAGS=-buildvcs=false")
		for name, value := range s.Env {
			c.Env = append(c.Env, name+"="+value)
		}
		c.Env = append(append(c.Env, "SARIF="+sarif), settings...)
		out, err := c.CombinedOutput()
		if err != nil && c.ProcessState == nil {
			t.Fatal(err)
		}
		return c.ProcessState.ExitCode(), string(out)
	}
	if code, text := start(build); code != 0 {
		t.Fatalf("the step that builds: exit code %d\n%s", code, text)
	}
	run := func(base string, settings ...string) (code int, text string) {
		t.Helper()
		return start(check, append([]string{"BASE=" + base}, settings...)...)
	}
	testenv.Must(t, dir, "git", "init", "-q")
	take("old.pem", "testdata/servers/future.pem")
	first := commit()
	take("with space.csr", "testdata/checks/csr-ou/good.csr")
	take("notes.txt", "LICENSE")
	second := commit()
	if code, text := run(first); code != 0 || strings.Contains(text, "old.pem") || !strings.Contains(text, "with space.csr") {
		t.Errorf("a good request: exit code %d\n%s", code, text)
	}
	take("bad.csr", "testdata/checks/csr-country/bad-uk.csr")
	take("new.pem", "testdata/servers/expired.pem")
	third := commit()
	if code, text := run(second); code != 1 || !strings.Contains(text, "csr-country") || !strings.Contains(text, "cert-expired") || strings.Contains(text, "with space") {
		t.Errorf("faults: exit code %d\n%s", code, text)
	}
	if code, text := run(third); code != 0 || !strings.Contains(text, "no certificate, key or request changed") {
		t.Errorf("no change: exit code %d\n%s", code, text)
	}
	accepted := ""
	for _, entry := range []string{"csr-country\"\nfile=\"bad.csr", "cert-expired\"\nfile=\"**", "chain-incomplete\"\nfile=\"new.pem"} {
		accepted += "[[accept]]\ncode=\"" + entry + "\"\nuntil=2100-01-01\nreason=\"a test\"\n"
	}
	if err := os.WriteFile(filepath.Join(dir, ".certconv.toml"), []byte(accepted), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, text := run(second); code != 0 || strings.Count(text, "until 2100-01-01: a test") != 3 {
		t.Errorf("accepted: exit code %d\n%s", code, text)
	}
	output := filepath.Join(t.TempDir(), "output")
	if code, text := run(second, "GITHUB_OUTPUT="+output); code != 0 {
		t.Errorf("accepted, uploaded: exit code %d\n%s", code, text)
	}
	told, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	folder := strings.TrimSpace(strings.TrimPrefix(string(told), "reports="))
	if uploaded := testenv.Must(t, folder, "bash", "-c", "jq -c '[.runs[].results, .version]' *.sarif"); uploaded != "[[],\"2.1.0\"]\n[[],\"2.1.0\"]\n" {
		t.Errorf("uploaded are %s", uploaded)
	}
	if code, text := run(second, "CONFIG=none"); code != 1 || strings.Contains(text, "accepted") {
		t.Errorf("nothing accepted: exit code %d\n%s", code, text)
	}
	if code, text := run(second, "CONFIG=there is none"); code != 3 || !strings.Contains(text, "there is none: there is no such file") {
		t.Errorf("a list that is missing: exit code %d\n%s", code, text)
	}
	if code, text := run("", "CONFIG=none"); code != 1 || !strings.Contains(text, "old.pem:1") {
		t.Errorf("no commit to compare with: exit code %d\n%s", code, text)
	}
}

// actionStep is a step of action.yml that is a command.
type actionStep struct {
	Run, Shell string
	Env        map[string]string
}

// actionSteps are the two commands of action.yml, with the values of their
// expressions: those given, and the defaults of the inputs.
func actionSteps(t *testing.T, values map[string]string) (build, check actionStep) {
	t.Helper()
	data, err := os.ReadFile("action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var action struct {
		Inputs map[string]struct{ Description, Default string }
		Runs   struct {
			Using string
			Steps []actionStep
		}
	}
	if err := yaml.Unmarshal(data, &action); err != nil || action.Runs.Using != "composite" {
		t.Fatal(err, action.Runs.Using)
	}
	used := map[string]bool{}
	value := func(expression string) string {
		expression = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(expression, "${{"), "}}"))
		name, input := strings.CutPrefix(expression, "inputs.")
		used[name] = true
		given, ok := values[expression]
		switch one, known := action.Inputs[name]; {
		case ok:
			return given
		case input && !known:
			t.Errorf("action.yml has no input %s", name)
		case input:
			return one.Default
		}
		return ""
	}
	var commands []actionStep
	for _, s := range action.Runs.Steps {
		for name, text := range s.Env {
			s.Env[name] = regexp.MustCompile(`\$\{\{.*?\}\}`).ReplaceAllStringFunc(text, value)
		}
		if s.Run != "" {
			if s.Shell != "bash" || strings.Contains(s.Run, "${{") {
				t.Errorf("action.yml: %+v", s)
			}
			commands = append(commands, s)
		}
	}
	for name, one := range action.Inputs {
		if one.Description == "" || !used[name] && name != "upload" {
			t.Errorf("action.yml: the input %s is not used, or has no description", name)
		}
	}
	if len(commands) != 2 {
		t.Fatalf("action.yml has %d commands", len(commands))
	}
	return commands[0], commands[1]
}

// The entries of the hooks of pre-commit are command lines that there are.
func TestPreCommitHooks(t *testing.T) {
	data, err := os.ReadFile(".pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var hooks []struct{ ID, Name, Entry, Language, Files string }
	if err := yaml.Unmarshal(data, &hooks); err != nil || len(hooks) != 2 {
		t.Fatal(err, len(hooks))
	}
	for _, h := range hooks {
		words := strings.Fields(h.Entry)
		if h.ID == "" || h.Name == "" || h.Language != "golang" || h.Files == "" || len(words) != 2 || words[0] != "certconv" {
			t.Errorf("%+v", h)
			continue
		}
		if out, err := exec.Command("go", "run", "./cmd/certconv", words[1], "testdata/checks/csr-ou/good.csr").CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", h.Entry, err, out)
		}
	}
}
