package main

import (
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
)

// invocation is a command line in order: program, command, flags, "--", files.
type invocation struct {
	cmd     *command
	args    []string
	help    bool
	version bool
}

// parseArgs finds the command and moves the flags before the file names, where
// urfave/cli expects them: by itself it takes every flag after the first file
// name for a file. Whether a flag takes a value is known from the table.
func parseArgs(table []command, args []string) (*invocation, error) {
	if err := foreignUsage(args); err != nil {
		return nil, err
	}
	var in invocation
	var flags []flagUse
	var files []string
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--":
			files = append(files, args[i+1:]...)
			i = len(args)
		case len(a) > 1 && a[0] == '-' && !isNumber(a[1:]):
			use, next, err := takeFlag(table, args, i)
			if err != nil {
				return nil, err
			}
			i = next
			switch use.name {
			case inputFlag:
				files = append(files, use.value)
			case "help", "h":
				in.help = true
			case "version":
				in.version = true
			default:
				flags = append(flags, use)
			}
		default:
			files = append(files, a)
		}
	}
	if len(files) > 0 && files[0] == "help" {
		in.help = true
		files = files[1:]
	}
	if len(files) == 1 && len(flags) == 0 && files[0] == "version" {
		in.version = true
	}
	if in.version || len(files) == 0 {
		if len(flags) > 0 && !in.help && !in.version {
			return nil, fault.Usagef("no command given")
		}
		return &in, nil
	}
	if in.cmd = findCommand(table, files[0]); in.cmd == nil {
		return nil, unknownCommand(table, files, flags)
	}
	if in.help {
		return &in, nil
	}
	in.args = []string{"certconv", in.cmd.name}
	if err := in.addFlags(flags); err != nil {
		return nil, err
	}
	for _, f := range files[1:] {
		if f == "" {
			return nil, fault.Usagef("an empty file name: is a variable not set?")
		}
	}
	files = files[1:]
	if runtime.GOOS == "windows" && in.cmd.name != "explain" {
		var err error
		if files, err = expandAll(files); err != nil {
			return nil, err
		}
	}
	in.args = append(append(in.args, "--"), files...)
	return &in, nil
}

// isNumber keeps a negative error number, as explain takes it, from being a
// flag.
func isNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }

// flagUse is one flag as given.
type flagUse struct {
	given    string // with its dashes, for messages
	name     string
	value    string
	hasValue bool
}

// takeFlag reads the flag at args[i] and returns the index of the last
// argument that belongs to it.
func takeFlag(table []command, args []string, i int) (use flagUse, last int, err error) {
	use.given = args[i]
	name := strings.TrimPrefix(strings.TrimPrefix(use.given, "-"), "-")
	if eq := strings.IndexByte(name, '='); eq >= 0 {
		use.given = use.given[:strings.IndexByte(use.given, '=')]
		use.value, use.hasValue = name[eq+1:], true
		name = name[:eq]
	}
	use.name = name
	if name == "v" && len(args) == 1 {
		use.name = "version"
	}
	if use.name == "help" || use.name == "h" || use.name == "version" {
		return use, i, nil
	}
	f := anyFlag(table, name)
	if name == inputFlag {
		f = &cli.StringFlag{Name: name}
	}
	if f == nil {
		// The command, if it is somewhere, knows best what is near.
		for _, a := range args {
			if c := findCommand(table, a); c != nil {
				return use, i, unknownFlag(use.given, c.flags)
			}
		}
		return use, i, unknownFlag(use.given, allFlags(table))
	}
	if !takesValue(f) {
		if use.hasValue && use.value != "true" && use.value != "false" {
			return use, i, fault.Usagef("%s takes no value", use.given)
		}
		return use, i, nil
	}
	if use.hasValue {
		return use, i, nil
	}
	if i+1 == len(args) || looksLikeFlag(table, args[i+1]) {
		return use, i, fault.Usagef("%s needs a value", use.given)
	}
	use.value, use.hasValue = args[i+1], true
	return use, i + 1, nil
}

// looksLikeFlag keeps a forgotten value from swallowing the next flag.
func looksLikeFlag(table []command, a string) bool {
	if len(a) < 2 || a[0] != '-' {
		return false
	}
	name, _, _ := strings.Cut(strings.TrimLeft(a, "-"), "=")
	return a == "--" || name == "help" || anyFlag(table, name) != nil
}

// addFlags checks the flags against the command's own.
func (in *invocation) addFlags(flags []flagUse) error {
	seen := map[string]string{}
	for _, use := range flags {
		f := findFlag(in.cmd.flags, use.name)
		if f == nil {
			return unknownFlag(use.given, in.cmd.flags)
		}
		name := f.Names()[0]
		if !takesValue(f) {
			if !use.hasValue {
				use.value = "true"
			}
			in.args = append(in.args, "--"+name+"="+use.value)
			continue
		}
		if use.value == "" {
			return fault.Usagef("%s has an empty value: is a variable not set?", use.given)
		}
		if before, ok := seen[name]; ok && !repeatable(f) && before != use.value {
			return fault.Usagef("%s is given twice", use.given)
		}
		seen[name] = use.value
		in.args = append(in.args, "--"+name+"="+use.value)
	}
	return nil
}

func takesValue(f cli.Flag) bool {
	d, ok := f.(cli.DocGenerationFlag)
	return ok && d.TakesValue()
}

func repeatable(f cli.Flag) bool {
	_, ok := f.(*cli.StringSliceFlag)
	return ok
}

func findFlag(flags []cli.Flag, name string) cli.Flag {
	for _, f := range flags {
		if slices.Contains(f.Names(), name) {
			return f
		}
	}
	return nil
}

// anyFlag finds a flag of any command: a flag may come before the command,
// and one name means the same everywhere.
func anyFlag(table []command, name string) cli.Flag {
	for _, c := range table {
		if f := findFlag(c.flags, name); f != nil {
			return f
		}
	}
	return nil
}

func allFlags(table []command) []cli.Flag {
	var list []cli.Flag
	for _, c := range table {
		list = append(list, c.flags...)
	}
	return list
}

func findCommand(table []command, name string) *command {
	name = ourWord(name)
	for i := range table {
		if table[i].name == name {
			return &table[i]
		}
	}
	return nil
}

func unknownCommand(table []command, files []string, flags []flagUse) error {
	name := files[0]
	var names []string
	for _, c := range table {
		if !c.hidden {
			names = append(names, c.name)
		}
	}
	if exists(name) {
		return fault.Usagef("%q is a file, not a command: %s", name, forFiles(files, flags))
	}
	return fault.Usagef("unknown command %q%s", name, didYouMean(name, append(names, "help")))
}

// forFiles is the command that is meant where none is given: what is to be written
// says it.
func forFiles(files []string, flags []flagUse) string {
	out := ""
	if last := files[len(files)-1]; len(files) > 1 && !exists(last) {
		files, out = files[:len(files)-1], last
	}
	for _, f := range flags {
		if f.name == "out" || f.name == "o" {
			out = f.value
		}
	}
	if out != "" {
		return commandLine("certconv convert", files, flagged("--out", out)...)
	}
	return commandLine("certconv inspect", files)
}

func unknownFlag(given string, flags []cli.Flag) error {
	names := []string{"help"}
	for _, f := range flags {
		names = append(names, f.Names()...)
	}
	return fault.Usagef("unknown flag %s%s", given, didYouMeanFlag(given, names))
}

func didYouMeanFlag(given string, names []string) string {
	best := nearest(strings.TrimLeft(given, "-"), names)
	if best == "" {
		return ""
	}
	return ", did you mean " + dashed(best) + "?"
}

func didYouMean(word string, names []string) string {
	if best := nearest(word, names); best != "" {
		return ", did you mean " + best + "?"
	}
	return ""
}

// nearest is the name with the fewest edits, or one that word begins.
func nearest(word string, names []string) string {
	best, least := "", 1+max(2, len(word)/2)
	for _, n := range names {
		d := edits(strings.ToLower(word), n)
		if len(word) > 1 && strings.HasPrefix(n, strings.ToLower(word)) {
			d = 1
		}
		if d < least && d < max(len(word), len(n)) {
			best, least = n, d
		}
	}
	return best
}

// edits counts what it takes to turn a into b: a letter more, less, another,
// or two swapped (optimal string alignment).
func edits(a, b string) int {
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// parseSize reads the value of --max-size, in bytes.
func parseSize(s string) (int64, error) {
	if s == "" {
		return convert.DefaultMaxSize, nil
	}
	number := strings.TrimRight(strings.ToLower(s), "kmgtib")
	unit := strings.TrimSuffix(strings.ToLower(s[len(number):]), "b")
	factor, ok := map[string]float64{
		"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12,
		"ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30, "ti": 1 << 40,
	}[unit]
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !ok || !(n > 0) || n*factor < 1 || n*factor > math.MaxInt64/2 {
		return 0, fault.Usagef("--max-size %s: it must be a size such as 512MiB or 1GiB", s)
	}
	return int64(n * factor), nil
}
