package certconv_test

import (
	"os"
	"os/exec"
	"path/filepath"
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
	testenv.Must(t, ".", "go", "build", "-o", bin, "./cmd/certconv")
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
	run := func(base string, settings ...string) (code int, text string) {
		t.Helper()
		c := exec.Command(filepath.Join(root, "contrib", "github", "check"))
		c.Dir = dir
		c.Env = append(os.Environ(), "CERTCONV="+bin, "BASE="+base, "FILES=", "SARIF="+filepath.Join(t.TempDir(), "certconv.sarif"), "ARGS=--roots "+filepath.Join(root, "testdata/servers/root.pem"))
		c.Env = append(c.Env, settings...)
		out, err := c.CombinedOutput()
		if err != nil && c.ProcessState == nil {
			t.Fatal(err)
		}
		return c.ProcessState.ExitCode(), string(out)
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
