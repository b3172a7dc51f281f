package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
)

// certconv runs the program, away from any terminal.
func certconv(t *testing.T, args ...string) (stdout, stderr []byte, code int) {
	t.Helper()
	cmd := exec.Command("certconv", args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.Bytes(), errs.Bytes(), cmd.ProcessState.ExitCode()
}

// The document of docs/json.md, decoded strictly enough to notice a renamed key.
type document struct {
	Schema int
	Files  []struct {
		Path, Format, Encryption, MAC string
		Encrypted                     *bool
		Items                         []map[string]any
		Notes                         []map[string]any
		Error                         *report.Fault
		OpensIn                       []string            `json:"opens_in"`
		RefusedBy                     []map[string]string `json:"refused_by"`
	}
	Pairs [][]map[string]any
	Error *report.Fault
}

func inspectJSON(t *testing.T, args ...string) (d document, code int) {
	t.Helper()
	out, stderr, code := certconv(t, append([]string{"inspect", "--format", "json"}, args...)...)
	dec := json.NewDecoder(bytes.NewReader(out))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		t.Fatalf("%v\n%s%s", err, out, stderr)
	}
	if dec.More() {
		t.Error("more than one document")
	}
	return d, code
}

func TestInspectJSON(t *testing.T) {
	d, code := inspectJSON(t, "../../testdata/pfx/openssl-default.p12", "--pass", "pass:secret")
	if code != 0 || d.Schema != 1 || len(d.Files) != 1 || d.Error != nil {
		t.Fatalf("code %d, %+v", code, d)
	}
	f := d.Files[0]
	if f.Format != "pfx" || f.Encrypted == nil || !*f.Encrypted || f.Encryption != "PBES2 PBKDF2-HMAC-SHA256 AES-256-CBC" {
		t.Errorf("%+v", f)
	}
	kinds := map[any]int{}
	for _, it := range f.Items {
		kinds[it["kind"]]++
		switch it["kind"] {
		case "private-key":
			for key, want := range map[string]any{
				"algorithm": "EC P-256", "bits": 256.0, "friendly_name": "site.example",
				"spki_sha256": "776f6bc6638b85b436b78ae71651b2ae0edb518fe597b85fed7f9a2af0d1a5bb",
			} {
				if it[key] != want {
					t.Errorf("%s is %v, want %v", key, it[key], want)
				}
			}
		case "certificate":
			for key, re := range map[string]string{
				"sha1": `^[0-9a-f]{40}$`, "sha256": `^[0-9a-f]{64}$`, "spki_sha256": `^[0-9a-f]{64}$`, "serial": `^([0-9a-f]{2})+$`,
				"not_before": `^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`, "not_after": `^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`,
				"subject": `^CN=`, "issuer": `^CN=`,
			} {
				if s, _ := it[key].(string); !regexp.MustCompile(re).MatchString(s) {
					t.Errorf("%s is %v", key, it[key])
				}
			}
		}
	}
	if kinds["private-key"] != 1 || kinds["certificate"] != 3 {
		t.Errorf("%v", kinds)
	}
}

func TestInspectJSONLocked(t *testing.T) {
	d, code := inspectJSON(t, "../../testdata/pfx/openssl-default.p12", "../../testdata/pairs/crl.pem")
	if code != fault.ExitPassword || d.Error == nil || d.Error.Code != "password-missing" || d.Error.Hint == "" {
		t.Errorf("code %d, %+v", code, d.Error)
	}
	if len(d.Files) != 2 || d.Files[0].Error == nil || d.Files[1].Error != nil {
		t.Fatalf("%+v", d.Files)
	}
	locked := slices.ContainsFunc(d.Files[0].Items, func(it map[string]any) bool {
		return it["kind"] == "private-key" && it["error_code"] == "password-missing" && it["error"] != ""
	})
	if !locked || !*d.Files[0].Encrypted || *d.Files[1].Encrypted {
		t.Errorf("%+v", d.Files)
	}
	if d.Files[1].Items[0]["kind"] != "crl" || d.Files[1].Items[0]["line"] != 1.0 {
		t.Errorf("%v", d.Files[1].Items)
	}
}

// Files come out in the order in which they were given, however many work on
// them, and every one is there.
func TestInspectKeepsTheOrder(t *testing.T) {
	data, err := os.ReadFile("../../testdata/pairs/request.pem")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var paths []string
	for i := range 300 {
		p := filepath.Join(dir, fmt.Sprintf("%03d.csr", i))
		if err := os.WriteFile(p, data, 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	d, code := inspectJSON(t, dir)
	if code != 0 || len(d.Files) != len(paths) {
		t.Fatalf("code %d, %d files", code, len(d.Files))
	}
	for i, f := range d.Files {
		if f.Path != paths[i] {
			t.Fatalf("place %d holds %s", i, f.Path)
		}
	}
}

func TestInspectPairs(t *testing.T) {
	dir := t.TempDir()
	key, cert := filepath.Join(dir, "a.key"), filepath.Join(dir, "b.crt")
	for out, part := range map[string]string{key: "key", cert: "fullchain"} {
		if _, stderr, code := certconv(t, "convert", "../../testdata/pairs/ed448.pem", "--only", part, "--out", out); code != 0 {
			t.Fatal(string(stderr))
		}
	}
	d, _ := inspectJSON(t, cert, key, "../../testdata/pairs/rsa512.pem")
	if len(d.Pairs) != 1 || len(d.Pairs[0]) != 2 || d.Pairs[0][0]["path"] != key || d.Pairs[0][1]["path"] != cert || d.Pairs[0][1]["index"] != 1.0 {
		t.Errorf("%v", d.Pairs)
	}
}
