package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/validate"
)

func checksCommand() command {
	return command{
		name:    "checks",
		args:    "[CODE…]",
		summary: "list the checks of check and lint, and what each of them means",
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
				return usagef("there is no check %q%s", code, didYouMean(code, checkNames())).withHint("certconv checks lists them")
			}
			list = append(list, *check)
		}
	}
	if e.json {
		report := struct {
			Schema int        `json:"schema"`
			Checks []checkRow `json:"checks"`
		}{Schema: 1}
		for _, c := range list {
			report.Checks = append(report.Checks, checkRow{c.Code, string(c.Severity), c.Title, c.Text, c.Remedy, append([]string{}, c.Refs...)})
		}
		return writeJSON(e.stdout, report)
	}
	if one {
		for i, c := range list {
			if i > 0 {
				fmt.Fprintln(e.stdout)
			}
			fmt.Fprintf(e.stdout, "%s (%s): %s\n\n%s\n\nfix: %s\n", c.Code, c.Severity, c.Title, wrap(c.Text, 80, ""), wrap(c.Remedy, 80, "     "))
			if len(c.Refs) > 0 {
				fmt.Fprintf(e.stdout, "see: %s\n", strings.Join(c.Refs, "; "))
			}
		}
		return nil
	}
	rows := [][]string{{"CODE", "SEVERITY", "WHAT A FINDING MEANS"}}
	for _, c := range list {
		rows = append(rows, []string{c.Code, string(c.Severity), c.Title})
	}
	printTable(e, rows)
	return nil
}
