package main

import (
	"os"
	"strings"

	"github.com/urfave/cli/v2"
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
	hidden   bool
	run      func(*env, *cli.Context) error
}

type example struct{ what, line string }

// commands returns the table.
func commands() []command {
	return []command{
		convertCommand(),
		inspectCommand(),
		formatsCommand(),
		manCommand(),
		completionCommand(),
	}
}

// dispatch runs the command that the arguments name.
func dispatch(e *env, args []string) error {
	ignoreFileSizeSignal()
	e.json = wantsJSON(args)
	table := commands()
	in, err := parseArgs(table, args)
	if err != nil {
		return err
	}
	switch {
	case in.version:
		return printVersion(e)
	case in.help && in.cmd == nil:
		return printHelp(e.stdout, table)
	case in.help:
		return printCommandHelp(e.stdout, in.cmd)
	case in.cmd == nil:
		_ = printHelp(e.stderr, table)
		return usagef("no command given")
	}
	return in.cmd.app(e).Run(in.args)
}

// app wraps the command in what urfave/cli needs to parse its flags. Help,
// unknown names and the order of arguments are dealt with before, in
// parseArgs, and errors are returned, never printed.
func (c *command) app(e *env) *cli.App {
	fail := func(_ *cli.Context, err error, _ bool) error {
		return usagef("%s", strings.ReplaceAll(err.Error(), "-", "--"))
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
				if err := e.configure(ctx); err != nil {
					return err
				}
				return c.run(e, ctx)
			},
		}},
	}
}

// configure takes over the flags that all commands share.
func (e *env) configure(c *cli.Context) error {
	e.quiet, e.verbose = c.Bool("quiet"), c.Bool("verbose")
	if e.quiet && e.verbose {
		return usagef("--quiet and --verbose exclude each other")
	}
	switch f := c.String("format"); f {
	case "", "text":
		e.json = false
	case "json":
		e.json = true
	default:
		return usagef("--format %s: this command writes text or json", f)
	}
	return nil
}

// wantsJSON looks for --format json before anything is parsed, so that errors
// in the arguments are reported in JSON too.
func wantsJSON(args []string) bool {
	for i, a := range args {
		switch {
		case a == "--":
			return false
		case a == "--format=json", a == "-format=json":
			return true
		case (a == "--format" || a == "-format") && i+1 < len(args) && args[i+1] == "json":
			return true
		}
	}
	return false
}

// Flags that several commands share.

func stringFlag(name, usage string) cli.Flag { return &cli.StringFlag{Name: name, Usage: usage} }
func boolFlag(name, usage string) cli.Flag   { return &cli.BoolFlag{Name: name, Usage: usage} }
func listFlag(name, usage string) cli.Flag {
	return &cli.StringSliceFlag{Name: name, Usage: usage, KeepSpace: true}
}

func readFlags() []cli.Flag {
	return []cli.Flag{
		listFlag("pass", "`SOURCE` password for reading: env:NAME, file:PATH, fd:N, stdin, pass:TEXT, none; may be repeated, each is tried"),
		stringFlag("from", "`FORMAT` read as this format instead of looking at the content"),
		stringFlag("max-size", "`SIZE` refuse larger inputs (256MiB)"),
	}
}

func reportFlags() []cli.Flag {
	return []cli.Flag{
		stringFlag("format", "`F` of the report: text or json"),
		boolFlag("quiet", "no notes and warnings"),
		boolFlag("verbose", "more notes"),
	}
}

// exists tells whether a word that is no command may be meant as a file.
func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}
