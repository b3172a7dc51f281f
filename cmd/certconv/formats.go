package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/target"
)

func formatsCommand() command {
	return command{
		name:    "formats",
		args:    "[TARGET…]",
		summary: "list the formats and targets that certconv knows",
		about:   "Lists the formats for --from and --to, which of them certconv reads and writes, the targets for --for, and the profiles for --profile.",
		examples: []example{
			{"what can be read and written", "certconv formats"},
			{"what each target needs, what it says, and its configuration", "certconv formats --targets"},
			{"one target", "certconv formats --targets nginx"},
			{"which clients refuse what", "certconv formats --clients"},
			{"output for a program", "certconv formats --format json"},
		},
		flags: append([]cli.Flag{
			boolFlag("targets", "list only the targets, with the files, configuration and messages of each"),
			boolFlag("clients", "list only the clients for --client, and what each of them refuses"),
		}, reportFlags()...),
		run: runFormats,
	}
}

type formatRow struct {
	Name       string   `json:"name"`
	Aliases    []string `json:"aliases,omitempty"`
	Extensions []string `json:"extensions,omitempty"`
	Holds      string   `json:"holds"`
	Reference  string   `json:"reference"`
	Read       bool     `json:"read"`
	Write      bool     `json:"write"`
	Password   string   `json:"password,omitempty"` // of what is written: never, optional, required
}

// opensslRow is a version of OpenSSL that targets read with.
type opensslRow struct {
	Version       string `json:"version"`
	Summary       string `json:"summary"`
	ByteOrderMark bool   `json:"byte_order_mark"`
	PublicKeys    bool   `json:"public_keys"`
	Signatures    bool   `json:"signatures"`
	Level         int    `json:"level"`
}

func openSSLRows() []opensslRow {
	var rows []opensslRow
	for _, v := range target.OpenSSLVersions() {
		rows = append(rows, opensslRow{v.Version, v.Summary, v.ByteOrderMark, v.PublicKeys, v.Signatures, v.Level})
	}
	return rows
}

func printOpenSSL(p *report.Printer, rows []opensslRow) {
	table := [][]string{{"OPENSSL", "WHERE", "BYTE ORDER MARK", "KEYS WITH PUBLIC KEY", "WEAK SIGNATURES"}}
	word := func(loads bool) string {
		if loads {
			return "loads"
		}
		return "refuses"
	}
	for _, v := range rows {
		table = append(table, []string{"@openssl" + v.Version, v.Summary, word(v.ByteOrderMark), word(v.PublicKeys), word(!v.Signatures)})
	}
	p.Table(table)
}

type profileRow struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
}

func runFormats(e *env, c *cli.Context) error {
	names := c.Args().Slice()
	if len(names) > 0 && !c.Bool("targets") {
		return fault.Usagef("formats takes no file").WithHint("certconv formats --targets nginx shows one target")
	}
	if c.Bool("clients") {
		return e.writePage(newClientsPage())
	}
	page := &formatsPage{Schema: 1}
	for _, f := range convert.Formats() {
		row := formatRow{
			Name: f.Name, Aliases: f.Aliases, Extensions: f.Exts, Holds: f.Summary, Reference: f.Ref,
			Read: f.Decode != nil, Write: f.CanEncode(),
		}
		if row.Write {
			row.Password = passwordWord(&f)
		}
		page.Formats = append(page.Formats, row)
	}
	for _, name := range names {
		if _, err := targetNamed(name); err != nil {
			return err
		}
	}
	for _, t := range target.All() {
		if len(names) == 0 || slices.ContainsFunc(names, func(name string) bool { v, _ := targetNamed(name); return v.Name == t.Name }) {
			page.Targets = append(page.Targets, newTargetRow(&t))
		}
	}
	for _, p := range convert.Profiles() {
		page.Profiles = append(page.Profiles, profileRow{p.Name, target.ProfileSummary(&p)})
	}
	page.OpenSSL = openSSLRows()
	if c.Bool("targets") {
		return e.writePage(&targetsPage{1, page.Targets, page.OpenSSL})
	}
	return e.writePage(page)
}

type formatsPage struct {
	Schema   int          `json:"schema"`
	Formats  []formatRow  `json:"formats"`
	Targets  []targetRow  `json:"targets"`
	OpenSSL  []opensslRow `json:"openssl"`
	Profiles []profileRow `json:"profiles"`
}

func (f *formatsPage) Text(p *report.Printer) {
	rows := [][]string{{"FORMAT", "EXTENSION", "READ", "WRITE", "HOLDS"}}
	for _, f := range f.Formats {
		rows = append(rows, []string{f.Name, strings.Join(f.Extensions, " "), yesNo(f.Read), yesNo(f.Write), f.Holds})
	}
	p.Table(rows)
	rows = [][]string{{"TARGET", "WRITES", "WHO READS IT"}}
	for _, t := range f.Targets {
		rows = append(rows, []string{t.Name, t.Format, t.Summary})
	}
	p.Printf("\n")
	p.Table(rows)
	p.Printf("\n")
	printOpenSSL(p, f.OpenSSL)
	rows = [][]string{{"PROFILE", "WHO READS IT"}}
	for _, f := range f.Profiles {
		rows = append(rows, []string{f.Name, f.Summary})
	}
	p.Printf("\n")
	p.Table(rows)
}

type targetsPage struct {
	Schema  int          `json:"schema"`
	Targets []targetRow  `json:"targets"`
	OpenSSL []opensslRow `json:"openssl"`
}

func (t *targetsPage) Text(p *report.Printer) {
	for i := range t.Targets {
		t.Targets[i].print(p)
	}
	printOpenSSL(p, t.OpenSSL)
}

// passwordWord says whether what is written in a format has a password.
func passwordWord(f *convert.Format) string {
	switch {
	case f.NeedsPassword():
		return "required"
	case f.TakesPassword():
		return "optional"
	}
	return "never"
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
