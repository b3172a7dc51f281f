package validate

import (
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/text"
)

// allClients in Options.Clients stands for each client that is known.
const allClients = "all"

// ClientVerdict is what one client makes of the server's certificate and its
// chain.
type ClientVerdict struct {
	Name    string   // as in Options.Clients
	Verdict string   // "accepts", "refuses", or "unknown": what was given, or what was asked for, is too little to tell
	Codes   []string // of the checks whose findings it refuses for, sorted
}

const (
	accepts = "accepts"
	refuses = "refuses"
	unknown = "unknown"
)

// refused reports a finding that is one of clients: those that refuse a
// certificate for this fact. Its Severity, where it is set, is the least that it
// gets. Without it a fact that no client minds is passed over.
func (p *pass) refused(f Finding, fact client.Fact) {
	p.refusedBy(f, client.Refusers(fact, p.public()))
}

// refusedAt is refused for a fact of c, which may be the root that is trusted.
func (p *pass) refusedAt(c *convert.Certificate, f Finding, fact client.Fact) {
	if path := p.path(); path.anchored && c == path.top() && len(path.certs) > 1 {
		p.refusedBy(f, client.AnchorRefusers(fact, p.public()))
		return
	}
	p.refused(f, fact)
}

// refusedBy is refused with the names of the clients. What was not given as a
// server's is no matter of theirs.
func (p *pass) refusedBy(f Finding, by []string) {
	if p.caOnly {
		if f.Severity == "" && len(by) > 0 {
			f.Severity = Warning
		}
		if f.Severity != "" {
			p.Report(f)
		}
		return
	}
	if f.Severity = p.grave(f.Severity, by); f.Severity == "" {
		return
	}
	if f.Severity == Error && f.Breaks == breaksNothing {
		f.Breaks = BreaksTrust
	}
	if len(by) > 0 {
		f.RefusedBy = by
		f.Message = f.Message.Add("; %s", whoRefuses(by))
	}
	p.Report(f)
}

// deviates is refusedBy for what the standard allows: who refuses it has less
// than the standard asks for, and a warning is the most that it gets.
func (p *pass) deviates(f Finding, by []string) {
	if len(p.Clients) == 0 && len(by) > 0 {
		f.Severity, f.RefusedBy, f.allowed = Warning, by, true
		f.Message = f.Message.Add("; %s", whoRefuses(by))
		p.Report(f)
		return
	}
	p.refusedBy(f, by)
}

// together makes errors of warnings that are none each by itself, where the
// clients that refuse for one of them are as many as an error takes.
func (in *input) together(r *Report) {
	if len(in.Clients) > 0 {
		return
	}
	var by []string
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Severity == Error && len(f.RefusedBy) > 0 {
			return
		} else if !f.allowed {
			by = append(by, f.RefusedBy...)
		}
	}
	if in.grave("", client.Sorted(by)) != Error {
		return
	}
	for i := range r.Findings {
		if f := &r.Findings[i]; !f.allowed && in.grave("", f.RefusedBy) == Warning {
			f.Severity, f.Breaks = Error, BreaksTrust
			f.Message = f.Message.Add("; with those that refuse for another reason they are too many")
		}
	}
}

// public reports whether the chain ends at a root that clients bring themselves.
func (in *input) public() bool {
	return in.Leaf >= 0 && !in.Roots.private() && !in.Roots.none() && in.path().anchored
}

// grave is the severity of what these clients refuse, and at least that of
// least. Of those that were asked for, one is enough for an error, and others
// are a matter of information. Else it is an error where half of the clients
// that were measured refuse, or two of the three libraries that most programs
// are built on.
func (in *input) grave(least Severity, by []string) Severity {
	var s Severity
	switch {
	case len(by) == 0:
		return least
	case len(in.Clients) > 0:
		if slices.ContainsFunc(by, in.asksFor) {
			return Error
		}
		return Info
	}
	measured, refuse, libraries := 0, 0, 0
	for _, c := range client.Clients() {
		if !c.Measured {
			continue
		}
		measured++
		if slices.Contains(by, c.Name) {
			refuse++
			if c.Library {
				libraries++
			}
		}
	}
	switch {
	case 2*refuse >= measured || libraries >= 2:
		s = Error
	case refuse > 0:
		s = Warning
	default:
		s = Info // known from documents
	}
	if least.AtLeast(s) {
		return least
	}
	return s
}

func (in *input) asksFor(name string) bool {
	return slices.Contains(in.Clients, name) || slices.Contains(in.Clients, allClients)
}

// whoRefuses says in a sentence which clients refuse, and which accept.
func whoRefuses(by []string) text.Text {
	var refuse, accept []string
	documented := true
	for _, c := range client.Clients() {
		switch {
		case slices.Contains(by, c.Name):
			refuse = append(refuse, c.Title)
			documented = documented && !c.Measured
		case c.Measured:
			accept = append(accept, c.Title)
		}
	}
	switch {
	case len(accept) == 0:
		return text.Of("every client refuses it")
	case documented:
		return text.Of("refused by %s, as documented", strings.Join(refuse, ", "))
	}
	return text.Of("refused by %s; accepted by %s", strings.Join(refuse, ", "), strings.Join(accept, ", "))
}

// verdicts says of each client what it makes of the findings; nil where there
// is no certificate of a server. blind says that a check that speaks for clients was
// left out.
func (in *input) verdicts(r *Report, blind bool) []ClientVerdict {
	if in.Leaf < 0 || in.caOnly {
		return nil
	}
	known := !blind && in.judged(r)
	names := client.All()
	list := make([]ClientVerdict, 0, len(names))
	for _, name := range names {
		v := ClientVerdict{Name: name, Verdict: unknown}
		for i := range r.Findings {
			if f := &r.Findings[i]; slices.Contains(f.RefusedBy, name) {
				v.Codes = append(v.Codes, f.Code)
			}
		}
		switch {
		case len(v.Codes) > 0:
			slices.Sort(v.Codes)
			v.Codes = slices.Compact(v.Codes)
			v.Verdict = refuses
		case known:
			v.Verdict = accepts
		}
		list = append(list, v)
	}
	return list
}

// judged reports whether all was given that a client looks at: there are roots, and
// a server loads the files.
func (in *input) judged(r *Report) bool {
	if in.LeafCert().Err != nil || in.Roots.none() || !needsAnchor(in).none() {
		return false
	}
	return !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity == Error && f.Breaks == BreaksLoad })
}
