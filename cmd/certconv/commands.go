package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/signals"
	"github.com/certconv/certconv/internal/terminal"
)

// command is a row of the table that dispatch, help, the manual page and the
// shell completions are made from.
type command struct {
	name     string
	args     string // as the usage line shows them
	summary  string
	about    string // paragraphs for help and manual
	examples []example
	flags    []cli.Flag
	checks   bool // its report is of the checks: all forms but those of monitors can write it
	monitors bool // those too
	hidden   bool
	run      func(*env, *cli.Context) error
}

type example struct{ what, line string }

// commands returns the table.
func commands() []command {
	return []command{
		convertCommand(),
		inspectCommand(),
		checkCommand(),
		lintCommand(),
		explainCommand(),
		requestCommand(),
		repairCommand(),
		installCommand(),
		findKeyCommand(),
		rootsCommand(),
		probeCommand(),
		fetchCommand(),
		revokedCommand(),
		formatsCommand(),
		checksCommand(),
		manCommand(),
		completionCommand(),
	}
}

// dispatch runs the command that the arguments name.
func dispatch(e *env, args []string) error {
	signals.IgnoreFileSize()
	if f := report.LookupForm(reportFormat(args)); f != nil {
		e.form = f
	}
	table := commands()
	if e.namesFiles(table, args) {
		args = append([]string{"inspect"}, args...)
	}
	in, err := parseArgs(table, args)
	if err != nil {
		return err
	}
	switch {
	case in.version:
		return printVersion(e)
	case in.help && in.cmd == nil:
		return printHelp(e.stdout, table, terminal.Width(e.stdout.file))
	case in.help:
		return printCommandHelp(e.stdout, in.cmd, terminal.Width(e.stdout.file))
	case in.cmd == nil:
		_ = printHelp(e.stderr, table, 0)
		return fault.Usagef("no command given")
	}
	return in.cmd.app(e).Run(in.args)
}

// app wraps the command in what urfave/cli needs to parse its flags. Help,
// unknown names and the order of arguments are dealt with before, in
// parseArgs, and errors are returned, never printed.
func (c *command) app(e *env) *cli.App {
	fail := func(_ *cli.Context, err error, _ bool) error {
		return fault.Usagef("%s", strings.ReplaceAll(err.Error(), "-", "--"))
	}
	return &cli.App{
		Name:                      "certconv",
		Writer:                    e.stderr,
		ErrWriter:                 e.stderr,
		HideHelp:                  true,
		HideVersion:               true,
		DisableSliceFlagSeparator: true,
		OnUsageError:              fail,
		ExitErrHandler:            func(*cli.Context, error) {},
		Commands: []*cli.Command{{
			Name:            c.name,
			Flags:           c.flags,
			HideHelp:        true,
			HideHelpCommand: true,
			OnUsageError:    fail,
			Action: func(ctx *cli.Context) error {
				if err := e.configure(c, ctx); err != nil {
					return err
				}
				return c.run(e, ctx)
			},
		}},
	}
}

// configure takes over the flags that all commands share.
func (e *env) configure(cmd *command, c *cli.Context) error {
	e.quiet, e.verbose = c.Bool("quiet"), c.Bool("verbose")
	if e.quiet && e.verbose {
		return fault.Usagef("--quiet and --verbose exclude each other")
	}
	f := c.String("format")
	if words := cmd.forms(); f != "" && !slices.Contains(words, f) {
		last := len(words) - 1
		return fault.Usagef("--format %s: this command writes %s or %s", f, strings.Join(words[:last], ", "), words[last])
	}
	e.form = report.LookupForm(f)
	return nil
}

// forms are the names of the forms that the command's report can have.
func (c *command) forms() []string { return forms(c.checks, c.monitors) }

func forms(checks, monitors bool) []string {
	var list []string
	for _, f := range report.Forms() {
		if f.Pages || checks && (monitors || !f.Monitor) {
			list = append(list, f.Name)
		}
	}
	return list
}

// formFlag is the flag for the form of the report.
func formFlag(checks, monitors bool) cli.Flag {
	list := forms(checks, monitors)
	last := len(list) - 1
	return stringFlag("format", fmt.Sprintf("`F` report format: %s or %s (%s)", strings.Join(list[:last], ", "), list[last], list[0]))
}

// reportFormat looks for --format before anything is parsed, so that errors
// in the arguments are reported in that format too.
func reportFormat(args []string) string {
	for i, a := range args {
		name, value, ok := strings.Cut(a, "=")
		switch {
		case a == "--":
			return ""
		case name != "--format" && name != "-format":
		case ok:
			return value
		case i+1 < len(args):
			return args[i+1]
		}
	}
	return ""
}

// Flags that several commands share.

func stringFlag(name, usage string) cli.Flag { return &cli.StringFlag{Name: name, Usage: usage} }
func boolFlag(name, usage string) cli.Flag   { return &cli.BoolFlag{Name: name, Usage: usage} }
func listFlag(name, usage string) cli.Flag {
	return &cli.StringSliceFlag{Name: name, Usage: usage, KeepSpace: true}
}

func passFlag() cli.Flag {
	return listFlag("pass", "`SOURCE` password for reading: env:NAME, file:PATH, fd:N, stdin, pass:TEXT, none; repeatable, each is tried")
}

func readFlags() []cli.Flag {
	return []cli.Flag{
		passFlag(),
		stringFlag("from", "`FORMAT` input format; default: detected from the content"),
		stringFlag("max-size", "`SIZE` refuse inputs larger than this (256MiB); a larger SIZE lets reading one take longer, too"),
	}
}

func reportFlags() []cli.Flag {
	return []cli.Flag{
		formFlag(false, false),
		boolFlag("quiet", "print no notes and no warnings"),
		boolFlag("verbose", "print more notes"),
	}
}

// exists reports whether a word that is no command may be meant as a file.
func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}
