package client_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
	"github.com/certconv/certconv/validate"
)

// TestClientsAgree compares what certconv says of each client with what the
// client did: in every cell they agree, or explained.json says why not. findings.txt
// has what it tells of the certificates.
func TestClientsAgree(t *testing.T) {
	var all measurement
	readData(t, "measured.json", &all)
	var why []explained
	readData(t, "explained.json", &why)
	open := map[[2]string]bool{}
	for _, e := range why {
		for _, name := range e.Clients {
			open[[2]string{e.Case, name}] = true
		}
	}
	var told strings.Builder
	trials := map[string]*trial{}
	for _, k := range newCases(t, all.Date) {
		trials[k.id] = k
	}
	for _, m := range all.Cases {
		k := trials[m.ID]
		if m.Nginx != "" || k == nil {
			continue
		}
		r := k.check(t)
		fmt.Fprintf(&told, "%s\n%s", m.ID, findings(r))
		for _, a := range askers {
			cell := [2]string{m.ID, a.name}
			got := verdictOf(r, a.name)
			agree := (got.Verdict == "accepts") == m.accepted(a.name)
			if got.Verdict == "unknown" {
				agree = false
			}
			switch {
			case agree && open[cell]:
				t.Errorf("%s: explained.json says that %s differs, and it does not", m.ID, a.name)
			case !agree && !open[cell]:
				t.Errorf("%s (%s): %s says %q; we say %s %v\n%s", m.ID, m.What, a.name, m.Refused[a.name], got.Verdict, got.Codes, findings(r))
			}
		}
	}
	testenv.Golden(t, dataFile(t, "findings.txt"), told.String())
}

// check judges the files of a trial as certconv check does that has the key, the
// chain as the server sends it, the host and the roots.
func (k *trial) check(t testing.TB) *validate.Report {
	t.Helper()
	files := &convert.Bundle{}
	for name, text := range map[string][]byte{"key": k.leaf.key.private, "chain": pemOf(k.serve...)} {
		b, err := convert.Decode(text, &convert.DecodeOptions{File: name})
		if err != nil {
			t.Fatalf("%s: %v", k.id, err)
		}
		files.Add(b)
	}
	roots, err := convert.Decode(pemOf(k.trust...), nil)
	if err != nil {
		t.Fatalf("%s: %v", k.id, err)
	}
	anchors := validate.NewAnchors(roots.Certs)
	anchors.Private = true
	return validate.Run(files, &validate.Options{Hosts: []string{k.host}, Roots: anchors, Now: k.at})
}

func verdictOf(r *validate.Report, name string) validate.ClientVerdict {
	i := slices.IndexFunc(r.Clients, func(v validate.ClientVerdict) bool { return v.Name == name })
	if i < 0 {
		return validate.ClientVerdict{Name: name, Verdict: "unknown"}
	}
	return r.Clients[i]
}

func findings(r *validate.Report) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "\t%s %s:%d", f.Severity, f.Code, f.At.Line)
		for _, other := range f.Related {
			fmt.Fprintf(&b, " %s:%d", other.File, other.Line)
		}
		fmt.Fprintf(&b, " %s: %s [%s] (%s)\n", f.Breaks, f.Message, f.Action, strings.Join(f.RefusedBy, " "))
	}
	return b.String()
}
