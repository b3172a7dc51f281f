package validate

import (
	"slices"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/distrust"
	"github.com/certconv/certconv/internal/lazy"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/text"
)

// Check is a row of the table that `checks`, `explain`, SARIF rules and the
// documentation are derived from.
type Check struct {
	Code     string
	Severity Severity  // by default; a target may move it
	Title    string    // what is wrong when it speaks
	Text     string    // why that matters, for `explain`
	Action   text.Text // what to do; an argument may be a Step
	Refs     []string

	// form: it is about how the file is written, not about what it says.
	// Writing the objects anew mends it.
	form bool
	// trust: clients refuse a server for what it finds.
	trust bool
	// always: it runs too where only other checks are asked for.
	always bool
	// After names the checks whose errors make this one moot: what they found
	// is the cause, a finding here would only follow from it.
	After []string
	// needs says why the check cannot run on this input, nothing if it can. A
	// check without it always runs.
	needs func(*input) Why
	run   func(*pass)
}

// Checks returns the table, in the order in which the checks run: causes
// before what follows from them.
func Checks() []Check { return slices.Clone(table.Get()) }

var table = lazy.Value[[]Check]{Make: func() []Check {
	return slices.Concat(wrongFileChecks(), pemTextChecks(), serverChecks(), pageChecks(), keyChecks(), pairChecks(), chainChecks(), fetchedChecks(), certChecks(), nameChecks(), distrustChecks(), rootChecks(), revocationChecks(), clientCAChecks(), askedChecks(), requestChecks(), listChecks(), fileChecks())
}}

// LookupCheck finds a check by its code. It returns nil if there is none.
func LookupCheck(code string) *Check {
	list := table.Get()
	i := slices.IndexFunc(list, func(c Check) bool { return c.Code == code })
	if i < 0 {
		return nil
	}
	c := list[i]
	return &c
}

// Role is what a file was given for.
type Role string

// The roles. RoleAny lets the content decide.
const (
	RoleAny     Role = ""
	RoleKey     Role = "key"
	RoleCert    Role = "cert"
	RoleChain   Role = "chain"
	RoleRequest Role = "csr"
	RoleCRL     Role = "crl"

	// RoleClientCA is of the CAs whose clients a server takes.
	RoleClientCA Role = "client-ca"
)

// File tells Run about a file that its objects do not show. Name is the File
// of their Source.
type File struct {
	Name    string
	Archive string // the archive that the file is in, "" if it is in none
	Role    Role
	Perm    uint32 // Unix permission bits; 0 where they are not known
	Size    int64

	List     bool // a trust list belongs into it
	LeftOver bool // the caller found nothing among the other files that it belongs to
	CAKey    bool // and that its key is that of a CA, whose certificates are among them
	Replaced bool // and that a newer certificate, which took its place, is among them
	Issued   bool // of its requests: what they asked for is among the other files
	InUse    bool // nobody named it: it lies where a server may load it from, as it is
	Whole    bool // by its name it has the chain too
}

// Options say what to check against. The zero value checks what needs no
// knowledge of the server; Now must be set for the checks of dates.
type Options struct {
	Files         []File
	Target        string // what loads the files: "nginx", "apache", "iis", "tomcat" and so on, as certconv formats lists them; "" for none
	Hosts         []string
	Roots         *Anchors // nil: checks that need them are skipped
	Now           time.Time
	ExpiresWithin time.Duration
	Only, Skip    []string             // codes
	Profile       string               // for requests: the name of one of Profiles; "" is the first
	Unsent        *convert.Certificate // the root of the chain, which was given and is left out; nil: none was
	OtherServers  bool                 // the certificate is not for a server, and those of servers were given beside it
	Rewritten     bool                 // what was read is written anew before the target gets it
	Clients       []string             // whose refusal counts: "openssl", "chrome" and so on, or "all"; none: that of most

	MaxListAge time.Duration   // of trust lists; 0: that of the table
	Lists      *distrust.Added // what is distrusted, beside what is built in; nil: nothing

	// Server is what an address of a running server was seen to do; nil: none was asked.
	Server *served.Address

	// Fetched are the issuers that the chain lacks and that were fetched; what is in the
	// bundle is judged without them. nil: none was looked for.
	Fetched []served.Issuer

	// Asked are the sources that were asked whether the certificate is revoked; nil:
	// none was, beside the CRLs.
	Asked []served.Source

	// Places are where others can get at what is written for the target; nil: nothing is
	// written, or nobody has looked.
	Places []Place
}

// Place is a folder that somebody can write to, or a file that belongs to
// somebody, who is neither root nor the one who writes nor the target's user.
type Place struct {
	Path    string
	Owner   string // of the file, "" of a folder
	Secret  bool   // the file will hold the private key
	Planted bool   // and its owner could have put it there
}

// pass is one check at work on one input.
type pass struct {
	*input
	check  *Check
	report *Report
}

// Report adds a finding of the running check. Code, and where they are not
// set Severity, Action and Refs, come from its row.
func (p *pass) Report(f Finding) {
	f.Code = p.check.Code
	if f.Severity == "" {
		f.Severity = p.check.Severity
	}
	if f.Action.IsZero() {
		f.Action = p.check.Action
	}
	if f.Refs == nil {
		f.Refs = p.check.Refs
	}
	if f.RefusedBy == nil && f.Severity == Error && f.Breaks == BreaksTrust {
		f.RefusedBy = client.All()
	}
	p.report.Findings = append(p.report.Findings, f)
}

// Run runs the checks on what b holds. It never fails: what cannot be checked
// is in Skipped with the reason.
func Run(b *convert.Bundle, opts *Options) *Report {
	if opts == nil {
		opts = &Options{}
	}
	return run(table.Get(), newInput(b, opts))
}

func run(checks []Check, in *input) *Report {
	// There may be a report for each of many sites: as much room as most need.
	r := &Report{Schema: 1, Passed: make([]string, 0, len(checks)*2/3), Skipped: make([]Skip, 0, len(checks)*2/3)}
	p := &pass{input: in, report: r}
	var errors []string // codes of checks that found some
	blind := false      // a check that speaks for clients was left out
	for i := range checks {
		c := &checks[i]
		if why := in.skip(c, errors); !why.none() {
			blind = blind || c.trust && (why.Chosen() || why.Kind == "after")
			r.Skipped = append(r.Skipped, Skip{c.Code, why})
			continue
		}
		before := len(r.Findings)
		p.check = c
		c.run(p)
		found := r.Findings[before:]
		if c.form && in.Rewritten {
			in.mended(found)
		}
		switch {
		case len(found) > 0:
		case in.unasked(c):
			blind = blind || c.trust
			r.Skipped = append(r.Skipped, Skip{c.Code, notAsked})
		default:
			r.Passed = append(r.Passed, c.Code)
		}
		for _, f := range found {
			if f.Severity == Error && !in.nothingBeside(&f) {
				errors = append(errors, c.Code)
				break
			}
		}
	}
	in.together(r)
	r.sort()
	r.Clients = in.verdicts(r, blind)
	return r
}

// nothingBeside reports whether a finding is that nothing is in a file which
// others go without: all the rest is judged as if it had not been given.
func (in *input) nothingBeside(f *Finding) bool {
	switch in.role(f.At.File) {
	case RoleChain, RoleCRL, RoleRequest, RoleClientCA:
		return f.Code == "file-empty"
	}
	return false
}

// mended makes findings about the form of files a matter of information, where
// all that is in the file could be read.
func (in *input) mended(found []Finding) {
	for i := range found {
		f := &found[i]
		if len(in.objects(f.At.File).failed) > 0 {
			continue
		}
		f.Severity, f.Breaks, f.Action = Info, breaksNothing, text.Of("nothing to do: it is rewritten")
	}
}

var notAsked = Why{"unasked", text.Text{Format: "not asked for"}}

// unasked reports whether only other checks were asked for.
func (in *input) unasked(c *Check) bool {
	return len(in.Only) > 0 && !slices.Contains(in.Only, c.Code)
}

// skip says why c does not run, nothing if it does.
func (in *input) skip(c *Check, errors []string) Why {
	if in.unasked(c) && !c.always {
		return notAsked
	}
	if slices.Contains(in.Skip, c.Code) {
		return Why{"told", text.Of("told to skip it")}
	}
	if len(errors) > 0 {
		if i := slices.IndexFunc(c.After, func(code string) bool { return slices.Contains(errors, code) }); i >= 0 {
			return Why{"after", text.Of("%s comes first", c.After[i])}
		}
	}
	if c.needs != nil {
		return c.needs(in)
	}
	return Why{}
}

// pemDamage are the checks of the text whose errors leave the objects in
// doubt: nothing is said about a chain that could not be read.
var pemDamage = []string{
	"pem-body-character", "pem-body-truncated", "pem-begin-missing", "pem-end-missing", "der-malformed",
	"file-empty", "file-unrecognised", "file-is-web-page", "wrong-object", "password-missing", "password-wrong",
}
