package validate

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
)

// Whatever a file holds, every check says something of it, once: a finding,
// that it passed, or why it was not run.
func FuzzRun(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(testenv.Root(f), "testdata", "checks", "*", "*.*"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		if data, err := os.ReadFile(name); err == nil && filepath.Ext(name) != ".args" {
			f.Add(data)
		}
	}
	root := decode(f, pemOf(ca(f, nil, "Root")))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, _ := convert.Decode(data, &convert.DecodeOptions{File: "f", MaxSize: 1 << 20})
		if b == nil {
			b = &convert.Bundle{}
		}
		all := *b
		all.Certs = slices.Concat(b.Certs, root.Certs)
		for _, opts := range []*Options{
			nil,
			{Now: at, ExpiresWithin: time.Hour, Roots: NewAnchors(all.Certs), Hosts: []string{"www.example.com", "192.0.2.1"}, Target: "nginx", Profile: "classic", Files: []File{{Name: "f", Role: RoleCert, Perm: 0o644}}},
			{Now: at, Roots: NewAnchors(root.Certs), Target: "iis", Files: []File{{Name: "f"}}},
		} {
			r := Run(b, opts)
			seen := map[string]int{}
			for _, c := range r.Passed {
				seen[c]++
			}
			for _, s := range r.Skipped {
				seen[s.Code]++
			}
			for _, c := range codes(r, Info) {
				seen[c]++
			}
			for _, c := range table.Get() {
				if seen[c.Code] != 1 {
					t.Errorf("%s is there %d times", c.Code, seen[c.Code])
				}
			}
			for _, f := range r.Findings {
				if f.Message.IsZero() || f.Action.IsZero() || len(f.Refs) == 0 {
					t.Errorf("%s: message %q, remedy %q, references %q", f.Code, f.Message, f.Action, f.Refs)
				}
			}
		}
	})
}

// A list of timestamps has as many as its size allows, and each is of a year
// that a time can be written of.
func FuzzTimestamps(f *testing.F) {
	f.Add([]byte{4, 2, 0, 0})
	for _, days := range [][]string{{"2025-07-01 00:00:00"}, {"2025-07-02 00:00:00", "2025-07-01 00:00:00"}} {
		c := decode(f, pemOf(leaf(f, ca(f, nil, "Root"), logged(days...)))).Certs[0]
		value, _, _ := c.Extension(oidSCTs)
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		when, ok := firstTimestamp(value)
		if !ok {
			return
		}
		if _, err := when.MarshalText(); err != nil {
			t.Error(err)
		}
	})
}
