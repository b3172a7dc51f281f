package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/request"
	"github.com/certconv/certconv/internal/roots"
	"github.com/certconv/certconv/internal/target"
)

func completionCommand() command {
	return command{
		name:    "completion",
		args:    "bash|zsh|fish|powershell",
		summary: "print a shell completion script",
		about:   "Prints a script that completes commands, flags and their values.",
		examples: []example{
			{"bash, for this session", "source <(certconv completion bash)"},
			{"zsh, for this session", "source <(certconv completion zsh)"},
			{"zsh, permanently", "certconv completion zsh > /usr/local/share/zsh/site-functions/_certconv"},
			{"fish, permanently", "certconv completion fish > ~/.config/fish/completions/certconv.fish"},
			{"PowerShell, for this session", "certconv completion powershell | Out-String | Invoke-Expression"},
		},
		run: runCompletion,
	}
}

var shells = []string{"bash", "zsh", "fish", "powershell"}

func runCompletion(e *env, c *cli.Context) error {
	if c.NArg() != 1 {
		return fault.Usagef("name one shell: %s", strings.Join(shells, ", "))
	}
	var script string
	switch shell := c.Args().First(); shell {
	case "bash":
		script = bashCompletion(commands())
	case "zsh":
		script = zshCompletion(commands())
	case "fish":
		script = fishCompletion(commands())
	case "powershell":
		script = powershellCompletion(commands())
	default:
		return fault.Usagef("unknown shell %q%s", shell, didYouMean(shell, shells))
	}
	_, err := e.stdout.Write([]byte(script))
	return err
}

// flagWords lists what can follow a flag of a command, nil where it is
// a file name or free text.
func flagWords(command, name string) []string {
	var list []string
	switch name {
	case "to", "from":
		for _, f := range convert.Formats() {
			if name == "to" && f.CanEncode() || name == "from" && f.Decode != nil {
				list = append(list, f.Name)
			}
		}
	case "usage":
		list = roots.PurposeWords()
	case "for":
		if command == "roots" {
			return storeKindNames()
		}
		for _, t := range target.All() {
			list = append(list, t.Values()...)
		}
	case "profile":
		if command == "lint" || command == "request" {
			return profileNames()
		}
		for _, p := range convert.Profiles() {
			list = append(list, p.Name)
		}
	case "only", "skip":
		if command != "convert" {
			return checkNames()
		}
		for _, p := range parts {
			list = append(list, string(p))
		}
	case "type":
		list = request.KeyTypes()
	case "format":
		list = forms(false, false)
		if c := findCommand(commands(), command); c != nil {
			list = c.forms()
		}
	case "fail-on":
		list = []string{"error", "warning", "info", "never"}
	case "pass", "pass-out", "key-pass", "key-pass-out":
		list = []string{"env:", "file:", "fd:", "stdin", "none"}
	}
	return list
}

func commandNames(table []command) []string {
	var names []string
	for _, c := range table {
		if !c.hidden {
			names = append(names, c.name)
		}
	}
	return append(names, "help")
}

func flagNames(c command) []string {
	var names []string
	for _, d := range describeFlags(c.flags) {
		for _, n := range d.names {
			names = append(names, dashed(n))
		}
	}
	return append(names, "--help")
}

func bashCompletion(table []command) string {
	var b strings.Builder
	b.WriteString("_certconv() {\n  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=\n  case \"${COMP_WORDS[1]} $prev\" in\n")
	for _, c := range table {
		for _, d := range describeFlags(c.flags) {
			if w := flagWords(c.name, d.names[0]); w != nil {
				fmt.Fprintf(&b, "    \"%s --%s\") words=%q ;;\n", c.name, d.names[0], strings.Join(w, " "))
			}
		}
	}
	b.WriteString("  esac\n  if [ -z \"$words\" ]; then\n    case $cur in\n      -*) case ${COMP_WORDS[1]} in\n")
	for _, c := range table {
		fmt.Fprintf(&b, "        %s) words=%q ;;\n", c.name, strings.Join(flagNames(c), " "))
	}
	fmt.Fprintf(&b, "      esac ;;\n      *) if [ \"$COMP_CWORD\" -eq 1 ]; then words=%q; fi\n", strings.Join(commandNames(table), " "))
	fmt.Fprintf(&b, "         if [ \"${COMP_WORDS[1]}\" = completion ] && [ \"$COMP_CWORD\" -eq 2 ]; then words=%q; fi ;;\n", strings.Join(shells, " "))
	b.WriteString(`    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -o bashdefault -F _certconv certconv
`)
	return b.String()
}

// zshCompletion describes commands and flags. It can be sourced, and it can lie in
// fpath as _certconv: then the first TAB runs the file, which replaces the function
// of that name and has to answer too.
func zshCompletion(table []command) string {
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
	spec := strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, ":", `\:`)
	var b strings.Builder
	b.WriteString("#compdef certconv\n_certconv() {\n  if (( CURRENT == 2 )); then\n    local -a commands=(\n")
	for _, c := range table {
		if !c.hidden {
			fmt.Fprintf(&b, "      %s\n", quote(c.name+":"+spec.Replace(c.summary)))
		}
	}
	b.WriteString("      'help:show help'\n    )\n    _describe command commands\n    return\n  fi\n  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n")
	for _, c := range table {
		fmt.Fprintf(&b, "    %s) _arguments \\\n", c.name)
		for _, d := range describeFlags(c.flags) {
			value := ""
			if w := flagWords(c.name, d.names[0]); w != nil {
				value = ":" + d.value + ":(" + spec.Replace(strings.Join(w, " ")) + ")"
			} else if d.value != "" {
				value = ":" + spec.Replace(d.value) + ":_files"
			}
			for _, n := range d.names {
				fmt.Fprintf(&b, "      %s \\\n", quote("*"+dashed(n)+"["+spec.Replace(d.text)+"]"+value))
			}
		}
		rest := "*:file:_files"
		if c.name == "completion" {
			rest = "1:shell:(" + strings.Join(shells, " ") + ")"
		}
		fmt.Fprintf(&b, "      '--help[show help]' %s ;;\n", quote(rest))
	}
	b.WriteString("  esac\n}\nif [ \"${funcstack[1]}\" = _certconv ]; then _certconv \"$@\"; else compdef _certconv certconv; fi\n")
	return b.String()
}

func fishCompletion(table []command) string {
	quote := func(s string) string {
		return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
	}
	var b strings.Builder
	for _, c := range table {
		if !c.hidden {
			fmt.Fprintf(&b, "complete -c certconv -n __fish_use_subcommand -f -a %s -d %s\n", c.name, quote(c.summary))
		}
	}
	for _, c := range table {
		for _, d := range describeFlags(c.flags) {
			fmt.Fprintf(&b, "complete -c certconv -n '__fish_seen_subcommand_from %s' -l %s", c.name, d.names[0])
			for _, n := range d.names[1:] {
				b.WriteString(" -s " + n)
			}
			if w := flagWords(c.name, d.names[0]); w != nil {
				b.WriteString(" -x -a " + quote(strings.Join(w, " ")))
			} else if d.value != "" {
				b.WriteString(" -r")
			}
			b.WriteString(" -d " + quote(d.text) + "\n")
		}
	}
	fmt.Fprintf(&b, "complete -c certconv -n '__fish_seen_subcommand_from completion' -f -a %s\n", quote(strings.Join(shells, " ")))
	return b.String()
}

func powershellCompletion(table []command) string {
	quoted := func(words []string) string {
		if len(words) == 0 {
			return "@()"
		}
		return "@('" + strings.Join(words, "','") + "')"
	}
	var b strings.Builder
	b.WriteString("Register-ArgumentCompleter -Native -CommandName certconv -ScriptBlock {\n  param($word, $ast, $cursor)\n")
	b.WriteString("  $tokens = @($ast.CommandElements | ForEach-Object { $_.ToString() })\n  $flags = @{\n")
	for _, c := range table {
		fmt.Fprintf(&b, "    '%s' = %s\n", c.name, quoted(flagNames(c)))
	}
	b.WriteString("  }\n  $values = @{\n")
	for _, c := range table {
		for _, d := range describeFlags(c.flags) {
			if w := flagWords(c.name, d.names[0]); w != nil {
				fmt.Fprintf(&b, "    '%s --%s' = %s\n", c.name, d.names[0], quoted(w))
			}
		}
	}
	fmt.Fprintf(&b, "    'completion' = %s\n  }\n", quoted(shells))
	fmt.Fprintf(&b, `  $last = if ($word -eq '') { $tokens[-1] } else { $tokens[-2] }
  $key = if ($tokens.Count -gt 2) { $tokens[1] + ' ' + $last } else { $last }
  $words = if ($values.ContainsKey($key)) { $values[$key] }
    elseif ($tokens.Count -le 1 -or ($tokens.Count -eq 2 -and $word -ne '')) { %s }
    elseif ($word.StartsWith('-')) { $flags[$tokens[1]] }
    else { @() }
  $words | Where-Object { $_ -like "$word*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`, quoted(commandNames(table)))
	return b.String()
}
