package validate

import (
	"strings"

	"github.com/certconv/certconv/internal/text"
)

// Step is something to do, as data: an argument of the Action of a Check or
// Finding. Whoever shows the Action puts it into the words of its own commands
// or buttons; by itself it is worded for people who have neither. In the table
// of checks, where no file is known, words in capitals stand for the names: FILE, KEY,
// TARGET, NEW.pem.
type Step struct {
	// Do is "convert", "repair", "inspect", "find-key" (Files has the
	// certificate or request), "request" (make one with the subject and names of that
	// in Files), "formats" (look at the list of them), "protect" (let only the owner
	// read), or "give" (Option and its value).
	Do     string
	Files  []string // that it is done to
	Format string   // convert: name of a convert.Format
	Target string   // convert: name of the server that it is for
	Part   string   // convert: nothing but this, "key" or "fullchain" (certificates of the server in order)
	Out    string   // convert: the file to write; repair without it writes over the file
	Locked bool     // convert: the file's password is needed
	NewKey bool     // request: not for the key that there is
	Option Option   // give
}

// Option is something that a user can say: "roots", "host", "for" (the
// target), "crl", "client-ca", "pass" (a password), "keep-text" (repair), "max-size" (of an input).
type Option string

// String names the option for people without a command line.
func (o Option) String() string { return "the option " + string(o) }

// String words the step for people without a command line.
func (s Step) String() string {
	files := strings.Join(s.Files, ", ")
	if files == "" {
		files = "the file"
	}
	switch s.Do {
	case "convert":
		return s.conversion(files)
	case "repair":
		if s.Out != "" {
			return "repairing " + files + " as " + s.Out
		}
		return "repairing " + files
	case "inspect":
		return "a look into " + files
	case "find-key":
		return "a search for the key of " + files
	case "request":
		if s.NewKey {
			return "a request like " + files + ", with a new key"
		}
		return "a request like " + files
	case "formats":
		return "the list of formats"
	case "protect":
		return "let only the owner read " + files
	}
	return s.Option.String()
}

func (s Step) conversion(files string) string {
	words := "converting " + files
	for _, p := range []struct{ before, what string }{{" to ", s.Format}, {" for ", s.Target}, {", nothing but the ", s.Part}, {", as ", s.Out}} {
		if p.what != "" {
			words += p.before + p.what
		}
	}
	return words
}

// do is an action of one step.
func do(s Step) text.Text { return text.Of("%s", s) }
