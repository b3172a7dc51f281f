package main

import (
	"runtime"
	"slices"
	"strings"

	knowledge "github.com/certconv/certconv/internal/explain"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/terminal"
	"github.com/certconv/certconv/internal/text"
	"github.com/certconv/certconv/validate"
)

// commandWords says what to do as commands and flags.
func commandWords(action text.Text) string {
	return action.Words(func(arg any) any {
		if words := argWords(arg); words != "" {
			return words
		}
		return arg
	})
}

// argWords is a part of an action that is a command or flag; "" if it is none.
func argWords(arg any) string {
	switch a := arg.(type) {
	case validate.Step:
		return stepCommand(a)
	case validate.Option:
		return "--" + string(a)
	case knowledge.Command:
		return explainedCommand(a)
	}
	return ""
}

// stepCommand is the command line of a step, or the flag to give with its value.
func stepCommand(s validate.Step) string {
	switch s.Do {
	case "give":
		return map[validate.Option]string{
			"roots": "--roots FILE", "crl": "--crl FILE", "pass": "--pass env:NAME or --pass file:PATH", "max-size": "--max-size 1GiB",
		}[s.Option]
	case "protect":
		return protectCommandLine(s.Files)
	case "find-key":
		if len(s.Files) == 0 {
			return "certconv find-key"
		}
		return commandLine("certconv find-key --cert", s.Files, "DIR")
	case "repair":
		return repairCommandLine(s)
	case "convert":
		return convertCommandLine(s)
	case "request":
		if s.NewKey {
			return commandLine("certconv request --like", s.Files, "--out NEW.csr --key-out NEW.key")
		}
		return commandLine("certconv request --like", s.Files, "--key KEY --out NEW.csr")
	}
	return commandLine("certconv "+s.Do, s.Files)
}

// protectCommandLine leaves files to their owner; on Windows to the system and to
// administrators too, as certconv does by itself.
func protectCommandLine(files []string) string {
	if runtime.GOOS != "windows" {
		return commandLine("chmod 600", files)
	}
	var lines []string
	for _, f := range files { // icacls takes one
		lines = append(lines, commandLine("icacls", []string{f}, "/inheritance:r", "/grant:r", "*S-1-3-4:F", "*S-1-5-18:F", "*S-1-5-32-544:F"))
	}
	return strings.Join(lines, " && ")
}

func repairCommandLine(s validate.Step) string {
	if slices.Contains(s.Files, site.NameOf("-")) {
		return "certconv repair - --out NEW.pem"
	}
	return commandLine("certconv repair", s.Files, "--in-place")
}

func convertCommandLine(s validate.Step) string {
	var flags []string
	add := func(flag, value string) {
		if value != "" {
			flags = append(flags, flag, value)
		}
	}
	if s.Locked {
		add("--pass", "SOURCE")
	}
	add("--to", s.Format)
	add("--for", s.Target)
	add("--only", s.Part)
	if s.Out != "" {
		add("--out", terminal.ShellWord(s.Out))
	}
	return commandLine("certconv convert", s.Files, flags...)
}

// commandLine puts file names and further words after a command.
func commandLine(command string, files []string, words ...string) string {
	list := []string{command}
	for _, f := range files {
		if f == site.NameOf("-") {
			f = "-"
		}
		list = append(list, terminal.ShellWord(f))
	}
	return strings.Join(append(list, words...), " ")
}

// explainedCommand is a command line as people type it.
func explainedCommand(c knowledge.Command) string {
	if c.None() {
		return ""
	}
	return strings.TrimSpace("certconv " + c.Name + " " + c.Args)
}
