package main

import (
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/validate"
)

func checksCommand() command {
	return command{
		name:    "checks",
		args:    "[CODE…]",
		summary: "list the checks of check, lint and install, and what each of them means",
		about:   "Lists the checks with their codes, which --only and --skip take. For a CODE it prints what the check is for, what to do about a finding, and the references.",
		examples: []example{
			{"all checks", "certconv checks"},
			{"one check", "certconv checks key-mismatch"},
			{"output for a program", "certconv checks --format json"},
		},
		flags: reportFlags(),
		run:   runChecks,
	}
}

type checkRow struct {
	Code       string   `json:"code"`
	Severity   string   `json:"severity"`
	Title      string   `json:"title"`
	Text       string   `json:"text"`
	Remedy     string   `json:"remedy"`
	References []string `json:"references"`
}

func runChecks(e *env, c *cli.Context) error {
	list := validate.Checks()
	one := c.NArg() > 0
	if one {
		list = nil
		for _, code := range c.Args().Slice() {
			check := validate.LookupCheck(strings.ToLower(code))
			if check == nil {
				return fault.Usagef("there is no check %q%s", code, didYouMean(code, checkNames())).WithHint("certconv checks lists them")
			}
			list = append(list, *check)
		}
	}
	page := &checksPage{Schema: 1, one: one}
	for _, c := range list {
		page.Checks = append(page.Checks, checkRow{c.Code, string(c.Severity), c.Title, c.Text, commandWords(c.Action), append([]string{}, c.Refs...)})
	}
	return e.writePage(page)
}

type checksPage struct {
	Schema int        `json:"schema"`
	Checks []checkRow `json:"checks"`
	one    bool       // each is told whole
}

func (k *checksPage) Text(p *report.Printer) {
	if !k.one {
		rows := [][]string{{"CODE", "SEVERITY", "WHAT A FINDING MEANS"}}
		for _, c := range k.Checks {
			rows = append(rows, []string{c.Code, c.Severity, c.Title})
		}
		p.Table(rows)
		return
	}
	for i, c := range k.Checks {
		if i > 0 {
			p.Printf("\n")
		}
		p.Printf("%s (%s): %s\n\n%s\n\nfix: %s\n", c.Code, c.Severity, c.Title, p.Wrap(c.Text, ""), p.Wrap(c.Remedy, "     "))
		if len(c.References) > 0 {
			p.Printf("see: %s\n", strings.Join(c.References, "; "))
		}
	}
}
