package report

import (
	"bytes"
	"io"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/text"
)

// Form is a row of the table of forms that a report can be written in.
type Form struct {
	Name    string
	Handler func(io.Writer, *Options) Handler
	// Pages: its handler also is a PageHandler. The other forms are for
	// commands that check.
	Pages bool
	// Document: it is for programs. Nothing else goes to standard output, and
	// a run that got nowhere has its report too.
	Document bool
	// Monitor: it is for programs that watch servers, and not for files.
	Monitor bool
	// Streams: each site is written as soon as it was checked.
	Streams bool
}

// Forms returns the table; the first one is the default.
func Forms() []Form {
	return []Form{
		{Name: "text", Handler: newText, Pages: true},
		{Name: "json", Handler: newJSON, Pages: true, Document: true},
		{Name: "sarif", Handler: newSARIF, Document: true},
		{Name: "junit", Handler: newJUnit, Document: true},
		{Name: "ndjson", Handler: newNDJSON, Document: true, Streams: true},
		{Name: "prometheus", Handler: newPrometheus, Document: true, Monitor: true},
		{Name: "nagios", Handler: newNagios, Document: true, Monitor: true},
	}
}

// LookupForm finds a form by its name, "" is the default. It returns nil if
// there is none.
func LookupForm(name string) *Form {
	for _, f := range Forms() {
		if f.Name == name || name == "" {
			return &f
		}
	}
	return nil
}

// Options say how to write, where a form leaves that open.
type Options struct {
	Colour  bool
	Quiet   bool   // only what counts
	Dense   bool   // no empty lines between the elements of a list
	Verbose bool   // everything
	Width   int    // of the terminal in characters, 0 if it is not known
	Version string // of the program
	Wording Wording
}

// Wording words an argument of a text that is a command or an option, such as
// a validate.Step, for those who get the report; "" if it is neither.
type Wording func(arg any) string

func (w Wording) text(t text.Text) string {
	return t.Words(func(arg any) any {
		if w != nil {
			if words := w(arg); words != "" {
				return words
			}
		}
		return arg
	})
}

// Handler writes reports in one form.
type Handler interface {
	// Result takes the outcome of the checks: of a whole run, or of one site
	// after the other.
	Result(*Result) error
	// Failure takes what kept a run from getting anywhere.
	Failure(*fault.Failure) error
}

// PageHandler also writes the reports of commands that do not check.
type PageHandler interface {
	Handler
	Page(Page) error
	// List is a page whose elements, called name, come one after the other.
	List(name string) List
}

// Page is the report of one command. Programs get its exported fields.
type Page interface {
	Text(*Printer) // writes it for people
}

// List writes the elements of a page. Begin comes first, End last.
type List interface {
	Begin() error
	// Render writes an element into out; several goroutines may do so.
	Render(out *bytes.Buffer, e Element)
	Add(rendered []byte) error // in the order of the report
	End(rest Page) error
}

// Element is one of many that a page lists. It writes itself, so that one with
// very many parts never is in memory whole.
type Element interface {
	Page
	JSON(*bytes.Buffer)
}
