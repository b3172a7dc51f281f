package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/internal/terminal"
)

const programSummary = "any key, certificate or request in, any other out"

func printHelp(w io.Writer, table []command, columns int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "certconv: %s\n\nUsage: certconv COMMAND [FLAGS] FILE…\n\nCommands:\n", programSummary)
	width := 0
	for _, c := range table {
		width = max(width, len(c.name))
	}
	for _, c := range table {
		if !c.hidden {
			fmt.Fprintf(&b, "  %-*s  %s\n", width, c.name, terminal.Hang(c.summary, width+4, columns))
		}
	}
	b.WriteString("\nExamples:\n")
	for _, c := range table {
		if len(c.examples) > 0 && !c.hidden {
			fmt.Fprintf(&b, "  %s\n", c.examples[0].line)
		}
	}
	b.WriteString("\ncertconv COMMAND --help shows more; certconv --version shows the version.\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// printCommandHelp opens with examples: most people need nothing else.
func printCommandHelp(w io.Writer, c *command, columns int) error {
	var b strings.Builder
	if len(c.examples) > 0 {
		b.WriteString("Examples:\n")
		for _, ex := range c.examples {
			fmt.Fprintf(&b, "  # %s\n  %s\n", strings.ReplaceAll(terminal.Hang(ex.what, 4, columns), "\n    ", "\n  # "), ex.line)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "Usage: certconv %s\n\n%s\n", c.usageLine(), terminal.Wrap(c.about, columns, ""))
	if len(c.flags) > 0 {
		b.WriteString("\nFlags:\n")
		docs := describeFlags(c.flags)
		width := 0
		for _, d := range docs {
			width = max(width, len(d.left()))
		}
		for _, d := range docs {
			fmt.Fprintf(&b, "  %-*s  %s\n", width, d.left(), terminal.Wrap(d.text, columns, strings.Repeat(" ", width+4)))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (c *command) usageLine() string {
	s := c.name
	if len(c.flags) > 0 {
		s += " [FLAGS]"
	}
	if c.args != "" {
		s += " " + c.args
	}
	return s
}

// flagDoc is what help, manual and completions say of a flag.
type flagDoc struct {
	names      []string
	value      string // placeholder, "" if it takes no value
	text       string
	repeatable bool
}

func describeFlags(flags []cli.Flag) []flagDoc {
	var docs []flagDoc
	for _, f := range flags {
		usage := f.(cli.DocGenerationFlag).GetUsage()
		d := flagDoc{names: f.Names(), text: usage, repeatable: repeatable(f)}
		if rest, ok := strings.CutPrefix(usage, "`"); ok {
			d.value, d.text, _ = strings.Cut(rest, "`")
			d.text = strings.TrimSpace(d.text)
		}
		docs = append(docs, d)
	}
	return docs
}

func (d flagDoc) left() string {
	var names []string
	for _, n := range d.names {
		names = append(names, dashed(n))
	}
	s := strings.Join(names, ", ")
	if d.value != "" {
		s += " " + d.value
	}
	return s
}
