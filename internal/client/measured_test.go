package client_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/testenv"
)

// measurement is testdata/clients/measured.json: what the clients did with the
// cases, as the test below saw it.
type measurement struct {
	Date     time.Time         `json:"date"` // that the certificates were made for
	Versions map[string]string `json:"versions"`
	Cases    []*measured       `json:"cases"`
}

type measured struct {
	ID    string `json:"id"`
	Group string `json:"group"`
	What  string `json:"what"`
	Host  string `json:"host"`
	// Nginx is what it said, if it did not take the files. Nobody was asked then.
	Nginx string `json:"nginx,omitempty"`
	// Refused has what the clients said that refused. The others accept.
	Refused map[string]string `json:"refused,omitempty"`
}

// explained are cells in which certconv says something else than the client
// does, and why that is right.
type explained struct {
	Case    string   `json:"case"`
	Clients []string `json:"clients"`
	Why     string   `json:"why"`
}

const page = "docs/clients.md"

func dataFile(t testing.TB, name string) string {
	return filepath.Join(testenv.Root(t), "testdata/clients", name)
}

func readData(t testing.TB, name string, v any) {
	t.Helper()
	text, err := os.ReadFile(dataFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// TestClients asks the clients themselves, and compares what they do with what
// they did before. With CERTCONV_UPDATE=1 it writes that down anew.
func TestClients(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "nginx", "curl", "python3", "gnutls-cli", "javac", "java", "node", "chromium", "firefox-esr", "certutil")
	now := time.Now()
	trials := newCases(t, now)
	list, unloaded := serve(t, t.TempDir(), trials)
	answers := ask(t, list, func(string, *served) bool { return true })

	// A busy machine makes a client late; a client that does not answer at all
	// is asked again too.
	late := func(client string, s *served) bool {
		why, asked := answers[client][s.id]
		return !asked || strings.Contains(why, "timeout") || strings.Contains(why, "timed out")
	}
	before := measurement{}
	update := os.Getenv("CERTCONV_UPDATE") != ""
	if !update {
		readData(t, "measured.json", &before)
		old := map[string]*measured{}
		for _, m := range before.Cases {
			old[m.ID] = m
		}
		late = func(client string, s *served) bool {
			why, asked := answers[client][s.id]
			m := old[s.id]
			return !asked || m != nil && m.accepted(client) != (why == "")
		}
	}
	for client, again := range ask(t, list, late) {
		for id, why := range again {
			answers[client][id] = why
		}
	}

	after := measurement{Date: now.UTC().Truncate(time.Second), Versions: map[string]string{}}
	for _, a := range askers {
		after.Versions[a.name] = versionOf(t, a)
	}
	for _, k := range trials {
		m := &measured{ID: k.id, Group: k.group, What: k.what, Host: k.host, Nginx: unloaded[k.id]}
		for _, a := range askers {
			why, asked := answers[a.name][k.id]
			switch {
			case m.Nginx != "" || asked && why == "":
				continue
			case !asked:
				t.Fatalf("%s did not answer about %s", a.name, k.id)
			case m.Refused == nil:
				m.Refused = map[string]string{}
			}
			m.Refused[a.name] = why
		}
		after.Cases = append(after.Cases, m)
	}
	if update {
		write(t, dataFile(t, "measured.json"), indented(t, after))
		return
	}
	for _, d := range differences(&before, &after) {
		t.Error(d)
	}
}

func (m *measured) accepted(client string) bool {
	_, refused := m.Refused[client]
	return m.Nginx == "" && !refused
}

// differences are the cells in which two measurements differ, as text.
func differences(before, after *measurement) []string {
	var list []string
	old := map[string]*measured{}
	for _, m := range before.Cases {
		old[m.ID] = m
	}
	for _, m := range after.Cases {
		o := old[m.ID]
		if o == nil || o.What != m.What || o.Group != m.Group || o.Host != m.Host {
			list = append(list, m.ID+" is not what was measured; CERTCONV_UPDATE=1 measures again")
			continue
		}
		delete(old, m.ID)
		if (o.Nginx == "") != (m.Nginx == "") {
			list = append(list, fmt.Sprintf("%s: nginx said %q, now %q", m.ID, o.Nginx, m.Nginx))
			continue
		}
		for _, a := range askers {
			if o.accepted(a.name) != m.accepted(a.name) {
				list = append(list, fmt.Sprintf("%s (%s): %s said %q, %s says %q", m.ID, m.What, before.Versions[a.name], o.Refused[a.name], after.Versions[a.name], m.Refused[a.name]))
			}
		}
	}
	for id := range old {
		list = append(list, id+" was measured, and there is no such case")
	}
	return list
}

func indented(t testing.TB, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestClientsPage keeps the page current with the measurement, and the
// measurement with the cases.
func TestClientsPage(t *testing.T) {
	var all measurement
	readData(t, "measured.json", &all)
	var why []explained
	readData(t, "explained.json", &why)
	want := clientsPage(&all, why)
	testenv.Golden(t, filepath.Join(testenv.Root(t), page), string(want))
	known := map[string]bool{}
	asked := 0
	for _, m := range all.Cases {
		if known[m.ID] {
			t.Errorf("two cases are called %s", m.ID)
		}
		if known[m.ID] = true; m.Nginx == "" {
			asked++
		}
	}
	if asked < 150 {
		t.Errorf("%d cases that the clients were asked about", asked)
	}
	for _, e := range why {
		if !known[e.Case] || e.Why == "" || len(e.Clients) == 0 {
			t.Errorf("explained.json: there is no such case, or no reason: %v", e)
		}
	}
}

const pageHead = `# What clients do

nginx served each of the certificates below, and eight clients connected to it. "yes" means that the client made a connection: it accepted the chain, the
host name and the key. The root was added to what the client trusts, so the rules that bind only public authorities do not count here. All certificates have one
fault or form each, and are valid otherwise: a P-256 key, one intermediate, ` + "`www.example.com`" + `.

` + "`certconv check --client NAME`" + ` says what is in the column of the client. Where it says something else, the cell has an asterisk, and the reason is below the table.

The certificates are made, and the clients asked, by ` + "`internal/client/measured_test.go`" + `. This page is made from ` + "`testdata/clients/measured.json`" + `, which also has
the words of each client. To measure again: ` + "`CERTCONV_UPDATE=1 go test ./internal/client -run TestClients`" + `.

`

func clientsPage(all *measurement, why []explained) []byte {
	var b bytes.Buffer
	b.WriteString(pageHead)
	fmt.Fprintf(&b, "Measured on %s with:\n\n| client | version |\n| --- | --- |\n", all.Date.Format(time.DateOnly))
	for _, a := range askers {
		fmt.Fprintf(&b, "| %s | %s |\n", a.name, all.Versions[a.name])
	}
	reasons := map[string][]explained{}
	for _, e := range why {
		reasons[e.Case] = append(reasons[e.Case], e)
	}
	for _, g := range groups {
		fmt.Fprintf(&b, "\n## %s\n\n| case | |", g.name)
		for _, a := range askers {
			fmt.Fprintf(&b, " %s |", a.name)
		}
		b.WriteString("\n" + strings.Repeat("| --- ", 2+len(askers)) + "|\n")
		var notes []string
		for _, m := range all.Cases {
			if m.Group != g.name || m.Nginx != "" {
				continue
			}
			fmt.Fprintf(&b, "| `%s` | %s |", m.ID, m.What)
			for _, a := range askers {
				cell := "no"
				if m.accepted(a.name) {
					cell = "yes"
				}
				if slices.ContainsFunc(reasons[m.ID], func(e explained) bool { return slices.Contains(e.Clients, a.name) }) {
					cell += "\\*"
				}
				fmt.Fprintf(&b, " %s |", cell)
			}
			b.WriteString("\n")
			for _, e := range reasons[m.ID] {
				notes = append(notes, fmt.Sprintf("\\* `%s`, %s: %s.", m.ID, strings.Join(e.Clients, ", "), e.Why))
			}
		}
		if len(notes) > 0 {
			b.WriteString("\n" + strings.Join(notes, "\n\n") + "\n")
		}
	}
	b.WriteString("\n## Revoked certificates\n\nUnless they are told otherwise, clients do this about a revoked certificate of a server:\n\n| client | | from |\n| --- | --- | --- |\n")
	for _, c := range client.Clients() {
		r := c.Revoked()
		fmt.Fprintf(&b, "| %s | %s | %s |\n", c.Name, r.Does, r.Source)
	}
	b.WriteString("\nand servers about one of a client:\n\n| server | | from |\n| --- | --- | --- |\n")
	for _, v := range client.Verifiers() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", v.Name, v.Revoked.Does, v.Revoked.Source)
	}
	b.WriteString("\n## What nginx does not take\n\nNobody could be asked about these.\n\n| case | | nginx |\n| --- | --- | --- |\n")
	for _, m := range all.Cases {
		if m.Nginx != "" {
			fmt.Fprintf(&b, "| `%s` | %s | `%s` |\n", m.ID, m.What, strings.ReplaceAll(m.Nginx, "|", " "))
		}
	}
	return b.Bytes()
}
