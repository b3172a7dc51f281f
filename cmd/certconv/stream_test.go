package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/testenv"
)

// fleet makes folders 00000, 00001 … with a key, its certificate and the chain;
// every tenth has the key of another. The files are links to ones.
func fleet(t *testing.T, n int) (dir string) {
	t.Helper()
	from := filepath.Join(testenv.Root(t), "testdata", "servers")
	dir = t.TempDir()
	one := filepath.Join(dir, "ones")
	link := func(name, to string) {
		if err := os.Link(filepath.Join(one, name), to); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(one, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"rsa.key", "renewed.key", "rsa.pem", "inter.pem"} {
		data, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(one, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		host := filepath.Join(dir, "sites", fmt.Sprintf("%05d", i))
		if err := os.MkdirAll(host, 0o700); err != nil {
			t.Fatal(err)
		}
		link(map[bool]string{false: "rsa.key", true: "renewed.key"}[i%10 == 3], filepath.Join(host, "site.key"))
		link("rsa.pem", filepath.Join(host, "site.pem"))
		link("inter.pem", filepath.Join(host, "chain.pem"))
	}
	return dir
}

var fleetArgs = []string{"check", "--format", "ndjson", "--at", "2026-06-01T00:00:00Z", "--roots", "ones/rsa.pem"}

// documents reads the documents of a run.
func documents(t *testing.T, text string) []report.Line {
	t.Helper()
	var list []report.Line
	for line := range strings.Lines(text) {
		var d report.Line
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		list = append(list, d)
	}
	return list
}

// A document for each folder in their order, the fault told in its own only,
// and the same whether a tree is given, its folders, or a list.
func TestStreamOrder(t *testing.T) {
	const n = 250
	t.Chdir(fleet(t, n))
	t.Setenv("SSL_CERT_FILE", "/nonexistent")
	code, tree, stderr := runInside(t, append(fleetArgs, "sites")...)
	if code != fault.ExitRefused {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
	docs := documents(t, tree)
	if len(docs) != n {
		t.Fatalf("%d documents for %d sites", len(docs), n)
	}
	var folders, list []string
	for i, d := range docs {
		host := fmt.Sprintf("sites/%05d/", i)
		folders, list = append(folders, host), append(list, host+"site.key\t"+host+"chain.pem\t"+host+"site.pem")
		if filepath.ToSlash(d.Site) != host+"site.pem" || len(d.Files) != 3 {
			t.Errorf("document %d is for %s: %v", i, d.Site, d.Files)
		}
		mismatch := slices.ContainsFunc(d.Findings, func(f report.Finding) bool { return f.Code == "key-mismatch" })
		if mismatch != (i%10 == 3) {
			t.Errorf("%s: key-mismatch is found: %v", d.Site, mismatch)
		}
	}
	if _, named, _ := runInside(t, append(fleetArgs, folders...)...); named != tree {
		t.Error("folders that are named make another report than the tree")
	}
	if err := os.WriteFile("folders", []byte(strings.Join(folders, "\r\n")+"\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, listed, _ := runInside(t, append(fleetArgs, "--files-from", "folders")...); listed != tree {
		t.Error("folders on a list make another report than the tree")
	}
	if err := os.WriteFile("files", []byte(strings.Join(list, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	_, listed, _ := runInside(t, append(fleetArgs, "--files-from", "files")...)
	for i, d := range documents(t, listed) {
		if d.Site != docs[i].Site || d.Summary != docs[i].Summary {
			t.Errorf("%s: %v, in the tree %s: %v", d.Site, d.Summary, docs[i].Site, docs[i].Summary)
		}
	}
}

// What cannot be read has a document and the exit code, and the others are
// checked.
func TestStreamFaults(t *testing.T) {
	t.Chdir(fleet(t, 2))
	t.Setenv("SSL_CERT_FILE", "/nonexistent")
	list := "sites/00000\nsites/gone\nsites/00001/site.pem\tsites/00001/gone.key\n-\n"
	if err := os.WriteFile("list", []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := runInside(t, append(fleetArgs, "--files-from", "list")...)
	if code != fault.ExitInput || strings.Count(stderr, "there is no such file") != 3 {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
	var got []string
	for _, d := range documents(t, stdout) {
		got = append(got, fmt.Sprintf("%s %v", filepath.ToSlash(d.Site), d.Error != nil))
	}
	want := []string{"sites/00000/site.pem false", "sites/gone true", "sites/00001/site.pem false", "sites/00001/gone.key true", "./- true"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A line is answered before the next one is read: what another program feeds
// may never end.
func TestStreamAnswersEachLine(t *testing.T) {
	dir := fleet(t, 3)
	cmd := exec.Command("certconv", append(fleetArgs, "--files-from", "-")...)
	cmd.Dir = dir
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(out)
	for i := range 3 {
		fmt.Fprintf(in, "sites/%05d\n", i)
		line, err := answers.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if d := documents(t, line)[0]; filepath.ToSlash(d.Site) != fmt.Sprintf("sites/%05d/site.pem", i) {
			t.Errorf("line %d is answered with %s", i, d.Site)
		}
	}
	in.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// The memory is that of one site, not of all.
func TestStreamMemory(t *testing.T) {
	testenv.Slow(t)
	const n, limit = 5000, 64 << 10
	testenv.Programs(t, "/usr/bin/time") // a child of this process starts with the memory that it has
	dir := fleet(t, n)
	peakFile := filepath.Join(t.TempDir(), "peak")
	cmd := exec.Command("/usr/bin/time", slices.Concat([]string{"-o", peakFile, "-f", "%M", "certconv"}, fleetArgs, []string{"--fail-on", "never", "sites"})...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(out), "\n"); got != n {
		t.Errorf("%d lines for %d sites", got, n)
	}
	text, err := os.ReadFile(peakFile)
	if err != nil {
		t.Fatal(err)
	}
	if peak, err := strconv.Atoi(strings.TrimSpace(string(text))); err != nil || peak > limit {
		t.Errorf("%d KiB at the peak, the limit is %d", peak, limit)
	}
}
