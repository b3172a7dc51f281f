package validate

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/testenv"
)

// truthCase is a certificate of the folder truth, and what nginx and eight
// clients did with it.
type truthCase struct {
	ID    string `json:"id"`
	Key   string `json:"key"`
	Roots string `json:"roots"`
	Host  string `json:"host"`

	refused []string
}

// truthErrors are errors of ours where fewer clients refuse than an error
// takes: what was an error before clients were asked stays one.
var truthErrors = map[string]string{
	"name-cn-only":   "Go and the browsers look at no common name",
	"name-mail-only": "the same, beside a mail address",
	"version-1":      "the same, without extensions",
}

// Each certificate gets the severity that the clients make of it, and each
// client the verdict that it gave.
func TestClientTruth(t *testing.T) {
	dir := filepath.Join(testenv.Suites(t), "..", "truth")
	cases, now := readTruth(t, dir)
	cells := 0
	for _, c := range cases {
		opts := &Options{Now: now, Hosts: []string{c.Host}, Roots: NewAnchors(readTruthFile(t, dir, c.Roots).Certs), Skip: []string{"chain-unrelated", "chain-order"}}
		opts.Roots.Private = true
		b := readTruthFile(t, dir, c.ID+".pem")
		b.Add(readTruthFile(t, dir, c.Key))
		r := Run(b, opts)
		want := (&input{Options: &Options{}}).grave("", c.refused)
		if truthErrors[c.ID] != "" {
			want = Error
		}
		if got := r.Worst(); got != want && (want != "" || got != Info) {
			t.Errorf("%s: %q, want %q: %v refuse%s", c.ID, got, want, c.refused, messages(r))
		}
		for _, v := range r.Clients {
			cl := client.Lookup(v.Name)
			if !cl.Measured {
				continue
			}
			cells++
			refused := slices.Contains(c.refused, v.Name)
			if (v.Verdict == refuses) != refused || v.Verdict == unknown && !strings.Contains(c.ID, "chain") {
				t.Errorf("%s: %s %s it, which is wrong%s", c.ID, v.Name, v.Verdict, messages(r))
			}
			asked := *opts
			asked.Clients = []string{v.Name}
			if got := Run(b, &asked); (got.Worst() == Error) != refused {
				t.Errorf("%s for %s: %q%s", c.ID, v.Name, got.Worst(), messages(got))
			}
		}
		asked := *opts
		asked.Clients = []string{allClients}
		if got := Run(b, &asked); (got.Worst() == Error) != (len(c.refused) > 0) && !slices.ContainsFunc(got.Findings, onlyDocumented) {
			t.Errorf("%s for all: %q%s", c.ID, got.Worst(), messages(got))
		}
	}
	if cells < 700 {
		t.Errorf("%d cells", cells)
	}
}

// onlyDocumented reports whether only clients refuse that were not measured.
func onlyDocumented(f Finding) bool {
	return len(f.RefusedBy) > 0 && !slices.ContainsFunc(f.RefusedBy, func(name string) bool { return client.Lookup(name).Measured })
}

// readTruth reads the cases that nginx serves.
func readTruth(t *testing.T, dir string) (list []truthCase, now time.Time) {
	t.Helper()
	read := func(name string, v any) {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = json.Unmarshal(text, v)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var all []truthCase
	var said map[string]map[string]string
	read("cases.json", &all)
	read("truth.json", &said)
	made, err := os.ReadFile(filepath.Join(dir, "made.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if now, err = time.Parse(time.RFC3339, strings.TrimSpace(string(made))); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if said[c.ID]["nginx"] != "accepts" {
			continue
		}
		for _, cl := range client.Clients() {
			if s := said[c.ID][cl.Name]; s != "accepts" && cl.Measured {
				c.refused = append(c.refused, cl.Name)
			}
		}
		list = append(list, c)
	}
	return list, now
}

func readTruthFile(t *testing.T, dir, name string) *convert.Bundle {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	b, err := convert.Decode(text, &convert.DecodeOptions{File: name})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b
}
