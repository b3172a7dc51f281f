package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/target"
)

func formatsCommand() command {
	return command{
		name:    "formats",
		summary: "list the formats and targets that certconv knows",
		about:   "Lists the formats for --from and --to, which of them certconv reads and writes, the targets for --for, and the profiles for --profile.",
		examples: []example{
			{"what can be read and written", "certconv formats"},
			{"what each target needs, what it says, and its configuration", "certconv formats --targets"},
			{"output for a program", "certconv formats --format json"},
		},
		flags: append([]cli.Flag{boolFlag("targets", "list only the targets, with the files, configuration and messages of each")}, reportFlags()...),
		run:   runFormats,
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

type profileRow struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
}

func runFormats(e *env, c *cli.Context) error {
	if c.NArg() > 0 {
		return usagef("formats takes no file")
	}
	var report struct {
		Schema   int          `json:"schema"`
		Formats  []formatRow  `json:"formats"`
		Targets  []targetRow  `json:"targets"`
		Profiles []profileRow `json:"profiles"`
	}
	report.Schema = 1
	for _, f := range convert.Formats() {
		row := formatRow{
			Name: f.Name, Aliases: f.Aliases, Extensions: f.Exts, Holds: f.Summary, Reference: f.Ref,
			Read: f.Decode != nil, Write: f.CanEncode(),
		}
		if row.Write {
			row.Password = [...]string{convert.Never: "never", convert.Optional: "optional", convert.Required: "required"}[f.Holds.Password]
		}
		report.Formats = append(report.Formats, row)
	}
	for _, t := range target.All() {
		report.Targets = append(report.Targets, newTargetRow(&t))
	}
	for _, p := range convert.Profiles() {
		report.Profiles = append(report.Profiles, profileRow{p.Name, p.Summary})
	}
	switch {
	case e.json && c.Bool("targets"):
		return writeJSON(e.stdout, struct {
			Schema  int         `json:"schema"`
			Targets []targetRow `json:"targets"`
		}{1, report.Targets})
	case e.json:
		return writeJSON(e.stdout, report)
	case c.Bool("targets"):
		for i := range report.Targets {
			report.Targets[i].print(e.stdout)
		}
		return nil
	}
	rows := [][]string{{"FORMAT", "EXTENSION", "READ", "WRITE", "HOLDS"}}
	for _, f := range report.Formats {
		rows = append(rows, []string{f.Name, strings.Join(f.Extensions, " "), yesNo(f.Read), yesNo(f.Write), f.Holds})
	}
	printTable(e, rows)
	rows = [][]string{{"\nTARGET", "WRITES", "WHO READS IT"}}
	for _, t := range report.Targets {
		rows = append(rows, []string{t.Name, t.Format, t.Summary})
	}
	printTable(e, rows)
	rows = [][]string{{"\nPROFILE", "WHO READS IT"}}
	for _, p := range report.Profiles {
		rows = append(rows, []string{p.Name, p.Summary})
	}
	printTable(e, rows)
	return nil
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// printTable aligns all columns but the last.
func printTable(e *env, rows [][]string) {
	width := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, cell := range r {
			width[i] = max(width[i], len(strings.TrimPrefix(cell, "\n")))
		}
	}
	for _, r := range rows {
		var b strings.Builder
		for i, cell := range r {
			if i == len(r)-1 {
				b.WriteString(cell)
				break
			}
			text := strings.TrimPrefix(cell, "\n")
			b.WriteString(cell + strings.Repeat(" ", width[i]-len(text)+2))
		}
		fmt.Fprintln(e.stdout, strings.TrimRight(b.String(), " "))
	}
}
