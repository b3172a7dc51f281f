package main

import (
	"cmp"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/lazy"
	"github.com/certconv/certconv/internal/terminal"
)

// ourWord is the name of a command of ours that other programs call by another
// word; word itself where there is none.
func ourWord(word string) string {
	switch word {
	case "show", "view", "info", "print", "dump":
		return "inspect"
	case "verify", "validate", "test":
		return "check"
	}
	return word
}

// foreign is the command line of another program, read as far as it takes to
// say what to type here.
type foreign struct {
	values map[string]string // of the flags that have one
	set    map[string]bool   // flags
	files  []string
}

// opensslValues are the flags of OpenSSL's commands that have a value, as far as
// they are told from file names.
var opensslValues = []string{
	"in", "out", "inkey", "certfile", "passin", "passout", "password", "inform", "outform", "keyform", "name", "CAfile", "CApath", "untrusted", "connect",
	"servername", "subj", "addext", "newkey", "days", "keyout", "key", "config", "host", "port", "starttls", "purpose", "CRLfile", "certopt", "nameopt", "pkeyopt", "algorithm",
}

func readForeign(args []string) *foreign {
	f := &foreign{values: map[string]string{}, set: map[string]bool{}}
	for i := 0; i < len(args); i++ {
		name := strings.TrimPrefix(strings.TrimPrefix(args[i], "-"), "-")
		switch {
		case name == args[i]:
			f.files = append(f.files, args[i])
		case slices.Contains(opensslValues, name) && i+1 < len(args):
			f.values[name] = args[i+1]
			i++
		default:
			f.set[name] = true
		}
	}
	return f
}

// value is that of a flag, or a placeholder where it was not given.
func (f *foreign) value(flag, placeholder string) string { return cmp.Or(f.values[flag], placeholder) }

// opensslCommand is a row of the table of OpenSSL's commands.
type opensslCommand struct {
	name string
	here func(*foreign) string // the line to type
}

var opensslCommands = []opensslCommand{
	{"pkcs12", pkcs12Line},
	{"x509", objectLine}, {"rsa", objectLine}, {"ec", objectLine}, {"dsa", objectLine}, {"pkey", objectLine}, {"crl", objectLine},
	{"pkcs7", objectLine}, {"pkcs8", objectLine}, {"asn1parse", objectLine}, {"storeutl", objectLine}, {"crl2pkcs7", objectLine},
	{"req", requestLine}, {"genrsa", requestLine}, {"genpkey", requestLine}, {"ecparam", requestLine},
	{"s_client", func(f *foreign) string { return commandLine("certconv probe", []string{f.value("connect", "HOST")}) }},
	{"verify", verifyLine},
}

func verifyLine(f *foreign) string {
	files := f.files
	if u := f.values["untrusted"]; u != "" {
		files = append(files, u)
	}
	if len(files) == 0 {
		files = []string{"FILE"}
	}
	if roots := f.values["CAfile"]; roots != "" {
		return commandLine("certconv check", files, flagged("--roots", roots)...)
	}
	return commandLine("certconv check", files)
}

// flagged is a flag and its value, as words of a command line.
func flagged(flag, value string) []string { return []string{flag, terminal.ShellWord(value)} }

func pkcs12Line(f *foreign) string {
	in := []string{f.value("in", "FILE")}
	switch out := f.values["out"]; {
	case f.set["export"]:
		for _, flag := range []string{"inkey", "certfile"} {
			if v := f.values[flag]; v != "" {
				in = append(in, v)
			}
		}
		return commandLine("certconv convert", in, flagged("--out", cmp.Or(out, "NEW.pfx"))...)
	case out == "":
		return commandLine("certconv inspect", in)
	case f.set["nocerts"]:
		return commandLine("certconv convert", in, append([]string{"--only", "key"}, flagged("--out", out)...)...)
	case f.set["nokeys"]:
		return commandLine("certconv convert", in, append([]string{"--only", "fullchain"}, flagged("--out", out)...)...)
	default:
		return commandLine("certconv convert", in, flagged("--out", out)...)
	}
}

func objectLine(f *foreign) string {
	in := []string{f.value("in", "FILE")}
	if out := f.values["out"]; out != "" {
		return commandLine("certconv convert", in, flagged("--out", out)...)
	}
	return commandLine("certconv inspect", in, "--details")
}

func requestLine(f *foreign) string {
	if f.values["in"] != "" {
		return objectLine(f)
	}
	words := []string{"--host", "NAME"}
	if f.set["x509"] {
		words = append(words, "--self-signed")
	}
	if key := f.values["key"]; key != "" {
		words = append(words, flagged("--key", key)...)
	} else {
		words = append(words, flagged("--key-out", f.value("keyout", "NEW.key"))...)
	}
	return commandLine("certconv request", nil, append(words, flagged("--out", f.value("out", "NEW.csr"))...)...)
}

// foreignUsage says what to type instead of a command line of OpenSSL; nil if
// args is none.
func foreignUsage(args []string) error {
	if len(args) > 0 && args[0] == "openssl" {
		args = args[1:]
	}
	if len(args) == 0 {
		return nil
	}
	for _, c := range opensslCommands {
		if c.name != args[0] {
			continue
		}
		f := readForeign(args[1:])
		if c.name == "verify" && f.values["CAfile"] == "" && f.values["untrusted"] == "" {
			return nil // the word for check
		}
		return fault.Usagef("%s is a command of OpenSSL", c.name).WithHint("%s", c.here(f))
	}
	return nil
}

// piped gives the files, or standard input where none was named and something
// is piped into the program.
func (e *env) piped(files []string) []string {
	if len(files) > 0 {
		return files
	}
	info, err := e.stdin.Stat()
	if err != nil || info.Mode()&fs.ModeNamedPipe == 0 && !info.Mode().IsRegular() {
		return nil
	}
	return []string{"-"}
}

// namesFiles reports whether a person at a terminal typed the names of files and
// nothing else. A script has to say what it wants.
func (e *env) namesFiles(table []command, args []string) bool {
	return len(args) > 0 && terminal.Is(e.stdin) && terminal.Is(e.stdout.file) &&
		!slices.ContainsFunc(args, func(a string) bool { return !exists(a) || findCommand(table, a) != nil })
}

// serverName is a host with a port, or the address of a page.
var serverName = lazy.Regexp{Expr: `^(?:https?://)?((?:[\w-]+\.)*[\w-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?(?:/.*)?$`}

// missing adds to the fault of a file that is not there what its name tells: it
// was to be written, or it is a server.
func missing(err error, inputs []string, i int) error {
	f := fault.Of(err)
	if f.Code != fault.NotFound {
		return err
	}
	name := inputs[i]
	format := convert.Lookup(strings.ToLower(filepath.Ext(name)))
	m := serverName.Get().FindStringSubmatch(name)
	switch {
	case i > 0 && i == len(inputs)-1 && format != nil && format.CanEncode():
		f.Hint = "if it is to be written: " + commandLine("certconv convert", inputs[:i], flagged("--out", name)...)
	case m != nil && (m[2] != "" || strings.Contains(name, "://")):
		f.Hint = "what a server sends: " + commandLine("certconv probe", []string{m[1] + m[2]})
	}
	return f
}

// inputFlag names an input file, as OpenSSL's users type it.
const inputFlag = "in"
