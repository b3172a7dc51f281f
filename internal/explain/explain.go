// Package explain knows what the messages of servers, browsers and libraries
// about keys and certificates mean, what causes them, and what decides
// between the causes. The knowledge is data: one table a subject.
package explain

import (
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/lazy"
	"github.com/certconv/certconv/internal/text"
	"github.com/certconv/certconv/validate"
)

// Entry is something that people see, and what it means.
type Entry struct {
	ID      string
	Title   string // what it says, in a line
	Meaning string
	Causes  []*Cause // the likeliest first
	Refs    []string

	// Keys are the numbers and names it has. "hr:80093005" is an HRESULT,
	// "win32:86" a Windows error, alone or within an HRESULT; other kinds are
	// named in number.go. A key without a colon is a symbol.
	Keys []string
	// Phrases are the words of it; * stands for anything.
	Phrases []string
	// Words are what people say who do not quote it: all words of one of
	// them, in any order, alternatives with | between them.
	Words []string
	// Over are the entries that say less of the same event.
	Over []string
	Rank Rank
	// Target is the server it comes from, as --for names it.
	Target string
}

// Rank is what an entry says beside others in one message.
type Rank int

const (
	// Report names what failed and whose words these are: "nginx: cannot load
	// certificate". The reasons beside it put its causes in order.
	Report Rank = iota
	// Vague says that something failed and no more. It is told if nothing else
	// in the message is known.
	Vague
	// Reason says why: "ca md too weak", "certificate has expired".
	Reason
	// SystemReason is a reason that systems give for files of all kinds:
	// "Permission denied". It counts beside another entry, and where keys or
	// certificates are spoken of.
	SystemReason
)

// Cause is one of the reasons for what an Entry describes.
type Cause struct {
	Text   string
	Checks []string // codes of the checks that find it
	// Cases and Format tell it from other causes with the same check: one of
	// them is the Case of the finding, the other the format of its file.
	Cases   []string
	Format  string
	Command Command   // that decides, or helps
	Action  text.Text // what to do; an argument may be a Command or a validate.Step
}

// Command is a command line of the program, as data: the command and what
// follows it. The zero value is none.
type Command struct{ Name, Args string }

// None reports whether there is no command.
func (c Command) None() bool { return c.Name == "" }

// fits reports whether f is a finding of the cause, and whether it tells the
// cause from others with the same check.
func (c *Cause) fits(f *validate.Finding) (fits, particular bool) {
	if !slices.Contains(c.Checks, f.Code) {
		return false, false
	}
	return true, slices.Contains(c.Cases, f.Case) || c.Format != "" && c.Format == f.At.Format
}

// Show adds to the causes those that findings are by themselves: all that are
// an error or break something. It is for files that show none of the causes of
// the message.
func (m *Match) Show(findings []*validate.Finding) {
	own := slices.Clip(m.Causes)
	for _, f := range findings {
		if f.Severity != validate.Error && (f.Breaks == "" || !f.Severity.AtLeast(validate.Warning)) {
			continue
		}
		if e := Lookup(f.Code); e != nil && e.ID != m.ID && m.CauseOf(f) < 0 {
			own = append(own, e.Causes[0])
			m.Causes = own
		}
	}
}

// Match is an entry that was found.
type Match struct {
	*Entry
	Meaning string   // that of the entry and of the reason that was given
	Causes  []*Cause // those of the entry, as the reason orders them
	Matched string   // what of the text, as it stood there
	Line    int      // the first one
	Count   int      // lines or records
}

// CauseOf is the position of the cause that a finding shows, -1 if none has its
// code: one that it tells from the others, else one that stands for any finding
// of the check.
func (m *Match) CauseOf(f *validate.Finding) int {
	general, first := -1, -1
	for i := range m.Causes {
		c := m.Causes[i]
		fits, particular := c.fits(f)
		switch {
		case particular:
			return i
		case !fits:
			continue
		case first < 0:
			first = i
		}
		if general < 0 && len(c.Cases) == 0 && c.Format == "" {
			general = i
		}
	}
	if general >= 0 {
		return general
	}
	return first
}

// Near is something known that a text which is not resembles.
type Near struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Result is what is known of a text or log.
type Result struct {
	Matches []Match
	Nearest []Near // only without matches
}

// Unknown reports whether nothing in the text is known.
func (r *Result) Unknown() bool { return len(r.Matches) == 0 }

// Add takes over what another text or log has. What both have keeps its first
// place.
func (r *Result) Add(o *Result) {
	for _, m := range o.Matches {
		i := slices.IndexFunc(r.Matches, func(k Match) bool { return k.ID == m.ID })
		if i < 0 {
			r.Matches = append(r.Matches, m)
		} else {
			r.Matches[i].Count += m.Count
		}
	}
	for _, n := range o.Nearest {
		if !slices.Contains(r.Nearest, n) {
			r.Nearest = append(r.Nearest, n)
		}
	}
	if len(r.Matches) > 0 {
		r.Nearest = nil
	}
}

// maxText bounds what is taken for one message rather than a log.
const maxText = 8 << 10

// Text explains what somebody typed or pasted: a code, a number, a message,
// or words that describe what is seen.
func Text(s string) *Result {
	s = toUTF8(s[:min(len(s), 1<<20)])
	ix := index.Get()
	c := newCollector(ix)
	c.add(s, 1, typed)
	if len(s) <= maxText {
		c.described(s)
	}
	return c.result(s)
}

// Lookup returns the entry with an id, nil if there is none.
func Lookup(id string) *Entry {
	list := Entries()
	if i := slices.IndexFunc(list, func(e Entry) bool { return strings.EqualFold(e.ID, id) }); i >= 0 {
		return &list[i]
	}
	return nil
}

// Entries returns all that is known: first the codes of the checks.
func Entries() []Entry { return entries.Get() }

var entries = lazy.Value[[]Entry]{Make: func() []Entry {
	return slices.Concat(
		checkEntries(), programEntries(), reasonEntries(), faqEntries(), keyManagerEntries(), windowsEntries(), cryptoEntries(), trustEntries(), schannelEntries(),
		iisEntries(), updateEntries(), apacheEntries(), nginxEntries(), haproxyEntries(), serviceEntries(), opensslEntries(), verifyEntries(),
		alertEntries(), browserEntries(), javaEntries(), clientEntries(), toolEntries(), mailEntries(), acmeEntries(), kubernetesEntries(), gnutlsEntries(), rustlsEntries(), capiEntries(),
		databaseEntries(), vpnEntries(), cloudEntries(), platformEntries(), requestEntries(),
	)
}}

// checkEntries are the checks themselves, in the words of their table.
func checkEntries() []Entry {
	var list []Entry
	for _, c := range validate.Checks() {
		list = append(list, Entry{
			ID: c.Code, Title: c.Title, Meaning: c.Text, Refs: c.Refs,
			Causes: []*Cause{{Text: c.Title, Checks: []string{c.Code}, Command: commandFor(c.Code), Action: c.Action}},
		})
	}
	return list
}

// commandFor is the command that runs a check on the usual files.
func commandFor(code string) Command {
	prefix, _, _ := strings.Cut(code, "-")
	switch {
	case prefix == "csr":
		return lintRequest
	case strings.HasPrefix(code, "request-"), code == "name-not-in-request":
		return checkRequest
	case prefix == "key", strings.HasPrefix(code, "password-"):
		return checkPair
	case prefix == "chain":
		return checkChain
	case prefix == "name":
		return checkName
	case code == "cert-revoked", code == "revocation-unknown", code == "crl-stale", code == "crl-next-update-missing":
		return checkCRL
	case code == "folder-writable":
		return tryInstall
	}
	return checkCert
}

// The commands that decide between causes, with the usual names of files.
var (
	checkPair    = Command{"check", "--key site.key --cert site.crt"}
	checkCert    = Command{"check", "--cert site.crt"}
	checkChain   = Command{"check", "--cert site.crt --chain chain.crt"}
	verifyList   = Command{"roots", "verify authrootstl.cab"}
	checkName    = Command{"check", "--cert site.crt --host www.example.com"}
	checkCRL     = Command{"check", "--cert site.crt --chain chain.crt --crl issuer.crl"}
	checkRequest = Command{"check", "--key site.key --csr site.csr --cert site.crt"}
	tryInstall   = Command{"install", "site.key site.crt chain.crt --for nginx --dir /etc/nginx/ssl --dry-run"}
	lintRequest  = Command{"lint", "site.csr"}
	inspectAll   = Command{"inspect", "site.key site.crt site.csr"}
	inspectPFX   = Command{"inspect", "site.pfx"}
	findKey      = Command{"find-key", "--cert site.crt /backup"}
)
