package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/internal/distrust"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/validate"
)

func checksCommand() command {
	return command{
		name:    "checks",
		args:    "[CODE…]",
		summary: "list the checks of check, lint and install, and what each of them means",
		about:   "Lists the checks with their codes, which --only and --skip take. For a CODE it prints what the check is for, what to do about a finding, and the references. With --data it prints which lists of roots and of withdrawn certificates are built in, from where they are, and how old.",
		examples: []example{
			{"all checks", "certconv checks"},
			{"one check", "certconv checks key-mismatch"},
			{"how old the built-in lists are", "certconv checks --data"},
			{"output for a program", "certconv checks --format json"},
		},
		flags: append([]cli.Flag{boolFlag("data", "list the lists that are built in, with their sources and their age")}, reportFlags()...),
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
	one := c.NArg() > 0
	if c.Bool("data") {
		if one {
			return fault.Usagef("--data takes no CODE: the lists are not those of one check")
		}
		return e.writePage(builtIn(time.Now()))
	}
	list := validate.Checks()
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

// dataPage tells about the lists that are built in.
type dataPage struct {
	Schema int       `json:"schema"`
	Lists  []dataRow `json:"lists"`
}

type dataRow struct {
	Name    string `json:"name"`
	Source  string `json:"source"`
	Date    string `json:"date"`
	AgeDays int    `json:"age_days"`
	Old     bool   `json:"old"`
	Entries int    `json:"entries"`
}

func builtIn(now time.Time) *dataPage {
	page := &dataPage{Schema: 1}
	for _, l := range distrust.Lists() {
		age := int(now.Sub(l.Date) / (24 * time.Hour))
		page.Lists = append(page.Lists, dataRow{l.Name, l.Source, l.Date.Format(time.DateOnly), max(0, age), l.Stale(now), l.Entries})
	}
	return page
}

func (d *dataPage) Text(p *report.Printer) {
	rows := [][]string{{"LIST", "DATE", "AGE", "ENTRIES", "SOURCE"}}
	for _, l := range d.Lists {
		rows = append(rows, []string{l.Name, l.Date, report.Plural(l.AgeDays, "day"), strconv.Itoa(l.Entries), l.Source})
	}
	p.Table(rows)
}

// warnOfAge says which of the built-in lists are old at a time.
func (e *env) warnOfAge(now time.Time) {
	var old []string
	for _, l := range distrust.Lists() {
		if l.Stale(now) {
			old = append(old, l.Name+" ("+l.Date.Format(time.DateOnly)+")")
		}
	}
	if len(old) > 0 {
		e.warn("what certconv knows of distrusted roots and certificates is in part older than %d days: %s; certconv checks --data tells more, a newer release may know more", int(distrust.Stale/(24*time.Hour)), strings.Join(old, ", "))
	}
}
