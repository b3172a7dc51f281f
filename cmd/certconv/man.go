package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/target"
)

func manCommand() command {
	return command{
		name:    "man",
		summary: "print the manual page",
		about:   "Prints the manual page in roff format.",
		examples: []example{
			{"read it", "certconv man | man -l -"},
			{"install it", "certconv man > /usr/local/share/man/man1/certconv.1"},
		},
		run: func(e *env, _ *cli.Context) error {
			_, err := e.stdout.Write([]byte(manualPage(commands())))
			return err
		},
	}
}

// roff writes a manual page for man(7).
type roff struct{ strings.Builder }

// text escapes what roff would take for markup.
func (r *roff) text(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", "...", "→", `\(->`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}

func (r *roff) macro(name string, args ...string) {
	r.WriteString("." + name)
	for _, a := range args {
		fmt.Fprintf(r, " \"%s\"", strings.ReplaceAll(r.text(a), `"`, `\(dq`))
	}
	r.WriteString("\n")
}

func (r *roff) para(s string) {
	for _, line := range strings.Split(s, "\n") {
		if line == "" {
			r.macro("PP")
			continue
		}
		r.WriteString(r.text(line) + "\n")
	}
}

func (r *roff) item(term, text string) {
	r.macro("TP")
	r.WriteString(`\fB` + r.text(term) + `\fR` + "\n")
	r.para(text)
}

func manualPage(table []command) string {
	var r roff
	r.macro("TH", "CERTCONV", "1", "", "certconv", "User Commands")
	r.macro("SH", "NAME")
	r.para("certconv - " + programSummary)
	r.macro("SH", "SYNOPSIS")
	for _, c := range table {
		if !c.hidden {
			r.para("certconv " + c.usageLine())
			r.macro("br")
		}
	}
	r.macro("SH", "COMMANDS")
	for _, c := range table {
		if c.hidden {
			continue
		}
		r.macro("SS", c.name)
		r.para(c.about)
		for _, d := range describeFlags(c.flags) {
			r.item(d.left(), d.text)
		}
		if len(c.examples) > 0 {
			r.macro("PP")
			r.para("Examples:")
			for _, ex := range c.examples {
				r.item(ex.line, ex.what)
			}
		}
	}
	r.macro("SH", "FORMATS")
	for _, f := range convert.Formats() {
		r.item(strings.Join(append([]string{f.Name}, f.Exts...), " "), f.Summary)
	}
	r.macro("SH", "TARGETS")
	for _, t := range target.All() {
		r.item(t.Name, t.Summary)
	}
	r.macro("SH", "EXIT STATUS")
	for _, x := range exitCodes {
		r.item(x.code, x.meaning)
	}
	r.macro("SH", "ENVIRONMENT")
	r.item("NO_COLOR", "If set, text reports have no colours.")
	return r.String()
}

var exitCodes = [...]struct{ code, meaning string }{
	{"0", "Done; no finding at or above --fail-on."},
	{"1", "Findings at or above --fail-on. Or refused because the result would not work: the key does not match, or something would be lost."},
	{"2", "Usage."},
	{"3", "An input could not be read, has no known format, or is damaged."},
	{"4", "A password is missing or wrong."},
	{"5", "The output could not be written. Existing files are unchanged."},
}
