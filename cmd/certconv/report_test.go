package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/certconv/certconv/internal/testenv"
)

// outcomes are runs of check with each exit code, in a folder with copies of
// testdata/servers.
var outcomes = []struct {
	name string
	exit int
	args []string
}{
	{"ok", 0, []string{"check", "--key", "rsa.key", "--cert", "full.pem", "--host", "www.example.com", "--for", "nginx"}},
	{"warnings do not count", 0, []string{"check", "--key", "rsa.key", "--cert", "full.pem", "--cert", "root.pem", "--for", "apache"}},
	{"warnings count", 1, []string{"check", "full.pem", "--at", "2049-12-20T00:00:00Z", "--fail-on", "warning"}},
	{"infos count", 1, []string{"check", "full.pem", "--cert", "root.pem", "--fail-on", "info"}},
	{"errors", 1, []string{"check", "--key", "renewed.key", "--cert", "full.pem"}},
	{"errors that do not count", 0, []string{"check", "--key", "renewed.key", "--cert", "full.pem", "--fail-on", "never"}},
	{"several sites", 1, []string{"check", "full.pem", "expired.pem", "inter.pem"}},
	{"lint", 0, []string{"lint", "rsa.csr"}},
	{"accepted", 0, []string{"check", "expired.pem", "inter.pem", "--config", "accepted.toml"}},
	{"accepted in part", 1, []string{"check", "expired.pem", "--config", "accepted.toml"}},
	{"accepted until a day", 1, []string{"check", "expired.pem", "inter.pem", "--config", "accepted.toml", "--at", "2101-01-01T00:00:00Z"}},
	{"accepted and locked", 4, []string{"check", "--key", "rsa.locked.key", "--cert", "full.pem", "--config", "accepted.toml"}},
	{"a list that is none", 2, []string{"check", "full.pem", "--config", "rsa.csr"}},
	{"unknown flag", 2, []string{"check", "--sertificate", "full.pem"}},
	{"unknown code", 2, []string{"check", "--only", "key-mismach", "full.pem"}},
	{"unknown target", 2, []string{"check", "--for", "ngnix", "full.pem"}},
	{"bad time", 2, []string{"check", "--at", "yesterday", "full.pem"}},
	{"bad span", 2, []string{"check", "--expires-within", "soon", "full.pem"}},
	{"bad level", 2, []string{"check", "--fail-on", "fatal", "full.pem"}},
	{"no file", 2, []string{"check"}},
	{"missing file", 3, []string{"check", "--key", "rsa.key", "--cert", "gone.pem"}},
	{"missing file among others", 3, []string{"check", "full.pem", "gone.pem", "expired.pem"}},
	{"roots without certificates", 3, []string{"check", "full.pem", "--roots", "rsa.key"}},
	{"locked key", 4, []string{"check", "--key", "rsa.locked.key", "--cert", "full.pem"}},
	{"wrong password", 4, []string{"check", "--key", "rsa.locked.p8.key", "--cert", "full.pem", "--pass", "env:WRONG"}},
}

func outcomeFolder(t *testing.T) {
	t.Helper()
	from := filepath.Join(testenv.Root(t), "testdata", "servers")
	dir := t.TempDir()
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, name := range []string{"rsa.key", "renewed.key", "rsa.locked.key", "rsa.locked.p8.key", "root.pem", "inter.pem", "expired.pem", "rsa.csr"} {
		write(name, read(name))
	}
	accepted := ""
	for _, code := range []string{"cert-expired", "password-missing", "cert-validity-long"} {
		accepted += "[[accept]]\ncode = \"" + code + "\"\nfile = \"*\"\nuntil = 2100-12-31\nreason = \"a test\"\n"
	}
	write("accepted.toml", []byte(accepted))
	write("full.pem", slices.Concat(read("rsa.pem"), read("inter.pem")))
	t.Chdir(dir)
	t.Setenv("SSL_CERT_FILE", filepath.Join(dir, "root.pem"))
	t.Setenv("SSL_CERT_DIR", "")
	t.Setenv("WRONG", "not it")
}

// eachOutcome runs every outcome with every format and hands over what was
// printed.
func eachOutcome(t *testing.T, format string, look func(t *testing.T, exit int, stdout string)) {
	outcomeFolder(t)
	for _, o := range outcomes {
		t.Run(o.name, func(t *testing.T) {
			args := slices.Clone(o.args)
			if format != "" {
				args = append(args, "--format", format)
			}
			if !slices.Contains(args, "--at") && args[0] == "check" {
				args = append(args, "--at", "2026-06-01T00:00:00Z")
			}
			exit, stdout, stderr := runInside(t, args...)
			if exit != o.exit {
				t.Errorf("exit code %d, want %d\n%s%s", exit, o.exit, stdout, stderr)
			}
			look(t, exit, stdout)
		})
	}
}

func TestExitCodesText(t *testing.T) {
	eachOutcome(t, "", func(t *testing.T, exit int, stdout string) {
		if strings.Contains(stdout, "\x1b") {
			t.Errorf("colours, but no terminal:\n%s", stdout)
		}
		last := stdout[strings.LastIndex(strings.TrimSuffix(stdout, "\n"), "\n")+1:]
		if (exit == 0 || exit == 1) && !strings.Contains(last, "passed") {
			t.Errorf("the last line does not sum up: %q", last)
		}
	})
}

func TestExitCodesJSON(t *testing.T) {
	eachOutcome(t, "json", func(t *testing.T, exit int, stdout string) {
		dec := json.NewDecoder(strings.NewReader(stdout))
		var report map[string]any
		if err := dec.Decode(&report); err != nil {
			t.Fatalf("%v\n%s", err, stdout)
		}
		if _, err := dec.Token(); err != io.EOF {
			t.Errorf("more than one document:\n%s", stdout)
		}
		if report["schema"] != 1.0 {
			t.Errorf("no schema:\n%s", stdout)
		}
		if _, ok := report["error"]; ok != (exit > 1) {
			t.Errorf("error is there: %v, exit code %d", ok, exit)
		}
		for _, key := range []string{"findings", "passed", "skipped", "summary"} {
			if _, ok := report[key]; !ok && exit < 2 {
				t.Errorf("no %s:\n%s", key, stdout)
			}
		}
	})
}

func TestExitCodesLines(t *testing.T) {
	eachOutcome(t, "ndjson", func(t *testing.T, _ int, stdout string) {
		for line := range strings.Lines(stdout) {
			if !json.Valid([]byte(line)) {
				t.Errorf("not JSON: %s", line)
			}
		}
		if stdout == "" {
			t.Error("nothing was written")
		}
	})
}

// The schema is that of OASIS.
func TestExitCodesSARIF(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(testenv.Root(t), "testdata", "reports", "sarif-2.1.0.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	eachOutcome(t, "sarif", func(t *testing.T, exit int, stdout string) {
		log, err := jsonschema.UnmarshalJSON(strings.NewReader(stdout))
		if err != nil {
			t.Fatalf("%v\n%s", err, stdout)
		}
		if err := schema.Validate(log); err != nil {
			t.Errorf("%v\n%s", err, stdout)
		}
		var s struct {
			Runs []struct {
				Tool struct {
					Driver struct {
						Rules []struct{ ID, HelpURI string }
					}
				}
				Invocations []struct{ ExecutionSuccessful bool }
				Results     []struct {
					RuleID              string
					RuleIndex           int
					PartialFingerprints map[string]string
					Locations           []struct {
						PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
					}
				}
			}
		}
		if err := json.Unmarshal([]byte(stdout), &s); err != nil {
			t.Fatal(err)
		}
		run := s.Runs[0]
		if run.Invocations[0].ExecutionSuccessful != (exit < 2) {
			t.Errorf("executionSuccessful is %v, exit code %d", run.Invocations[0].ExecutionSuccessful, exit)
		}
		used, prints := map[string]bool{}, map[string]bool{}
		for _, r := range run.Results {
			used[r.RuleID] = true
			prints[r.PartialFingerprints["primaryLocationLineHash"]] = true
			if uri := r.Locations[0].PhysicalLocation.ArtifactLocation.URI; strings.Contains(uri, "%20(") {
				t.Errorf("%s names a file in an archive", uri)
			}
		}
		if len(used) != len(run.Tool.Driver.Rules) || len(prints) != len(run.Results) {
			t.Errorf("%d rules for %d codes, %d fingerprints for %d results", len(run.Tool.Driver.Rules), len(used), len(prints), len(run.Results))
		}
		for _, rule := range run.Tool.Driver.Rules {
			if !strings.HasPrefix(rule.HelpURI, "https://") {
				t.Errorf("%s: help is at %q", rule.ID, rule.HelpURI)
			}
		}
		for _, r := range run.Results {
			// GitHub shows only results with a place, and takes the rule by its index.
			if len(r.Locations) != 1 || r.Locations[0].PhysicalLocation.ArtifactLocation.URI == "" || run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
				t.Errorf("%+v", r)
			}
		}
	})
}

// What Jenkins' and GitLab's readers rely on: the elements and attributes of
// the JUnit format, and counts that add up.
func TestExitCodesJUnit(t *testing.T) {
	allowed := map[string][]string{
		"testsuites": {"name", "tests", "failures", "errors", "skipped"},
		"testsuite":  {"name", "tests", "failures", "errors", "skipped"},
		"testcase":   {"name", "classname", "file"},
		"failure":    {"message", "type"}, "error": {"message", "type"}, "skipped": {"message"}, "system-out": {},
	}
	inside := map[string]string{"testsuites": "", "testsuite": "testsuites", "testcase": "testsuite", "failure": "testcase", "error": "testcase", "skipped": "testcase", "system-out": "testcase"}
	eachOutcome(t, "junit", func(t *testing.T, exit int, stdout string) {
		var stack []string
		var counts [4]int
		dec := xml.NewDecoder(strings.NewReader(stdout))
		for {
			tok, err := dec.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, stdout)
			}
			switch e := tok.(type) {
			case xml.StartElement:
				name := e.Name.Local
				if parent := strings.Join(stack[max(0, len(stack)-1):], ""); allowed[name] == nil || inside[name] != parent {
					t.Errorf("<%s> in <%s>", name, parent)
				}
				for _, a := range e.Attr {
					if !slices.Contains(allowed[name], a.Name.Local) {
						t.Errorf("attribute %s of <%s>", a.Name.Local, name)
					}
				}
				stack = append(stack, name)
				if i := slices.Index([]string{"testcase", "failure", "error", "skipped"}, name); i >= 0 {
					counts[i]++
				}
			case xml.EndElement:
				stack = stack[:len(stack)-1]
			}
		}
		var suites struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Errors   int `xml:"errors,attr"`
			Skipped  int `xml:"skipped,attr"`
		}
		if err := xml.Unmarshal([]byte(stdout), &suites); err != nil {
			t.Fatal(err)
		}
		if got := [4]int{suites.Tests, suites.Failures, suites.Errors, suites.Skipped}; got != counts || counts[0] == 0 {
			t.Errorf("tests, failures, errors, skipped: %v, there are %v", got, counts)
		}
		if (counts[1]+counts[2] > 0) != (exit > 0) {
			t.Errorf("%d failures and %d errors, exit code %d", counts[1], counts[2], exit)
		}
	})
}

// A line of a key is shown without what the key is made of.
func TestExcerptsHideKeys(t *testing.T) {
	outcomeFolder(t)
	key, err := os.ReadFile("rsa.key")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(key), "\n")
	for _, n := range []int{0, 1, 8, len(lines) - 3, len(lines) - 2} {
		for _, damage := range []string{" ", "\u00a0", "\u200b", "*", "x", "\t", "\n", "-", "\r"} {
			for at := 0; at <= len(lines[n]); at += 21 {
				bad := slices.Clone(lines)
				bad[n] = bad[n][:at] + damage + bad[n][at:]
				if err := os.WriteFile("bad.key", []byte(strings.Join(bad, "\n")), 0o600); err != nil {
					t.Fatal(err)
				}
				for _, format := range []string{"text", "json", "sarif", "junit"} {
					_, stdout, stderr := runInside(t, "check", "--key", "bad.key", "--cert", "full.pem", "--for", "nginx", "--verbose=true", "--format", format)
					for _, l := range lines[1 : len(lines)-2] {
						for i := 0; i+12 <= len(l); i += 6 {
							if strings.Contains(stdout+stderr, l[i:i+12]) {
								t.Fatalf("%q in line %d: a part of the key is shown\n%s%s", damage, n+1, stdout, stderr)
							}
						}
					}
				}
			}
		}
	}
}

func TestParseSpan(t *testing.T) {
	for s, want := range map[string]time.Duration{"": 720 * time.Hour, "0": 0, "30d": 720 * time.Hour, "2w": 336 * time.Hour, "12h": 12 * time.Hour, "90m": 90 * time.Minute} {
		if got, err := parseSpan(s); got != want || err != nil {
			t.Errorf("%q: %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"d", "-1d", "1.5d", "1y", "99999999999999w", "4294967295w", "30 d", "m"} {
		if got, err := parseSpan(s); err == nil {
			t.Errorf("%q is taken for %v", s, got)
		}
	}
}
