package validate

import (
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/distrust"
	"github.com/certconv/certconv/internal/text"
)

// rootChecks: what clients think of the root that a chain leads to.
func rootChecks() []Check {
	return []Check{
		{
			Code: "cert-distrusted-after", Severity: Warning, Title: "a client trusts the root only for older certificates", trust: true,
			Text:   "Browsers and platforms seldom drop a root at once. They go on to trust what it has issued until some day, and refuse what comes later: Firefox, Java and Windows by the date of issue, Chrome by the first time that a transparency log has seen the certificate. Where another path leads to a root without such a limit, nothing is said. A root that users have added by themselves has no limit, except in Java. What Apple does is not known here: it publishes no list.",
			Action: text.Of("order a certificate from another CA, or from one whose chain leads to another root"),
			Refs:   []string{"Chrome Root Program Policy", "Mozilla Root Store Policy", "OpenJDK, jdk.security.caDistrustPolicies", "Microsoft Trusted Root Certificate Program"}, After: pemDamage, needs: needsServer,
			run: runDistrustedAfter,
		},
		{
			Code: "root-removed", Severity: Info, Title: "a client does not have the root", trust: true,
			Text:   "The chain leads to a public root that is trusted here, but is not, or no longer, among the roots that a client brings. Users of that client are refused, unless they have added the root by themselves. Roots are removed for their age, for another purpose, or because the CA has closed.",
			Action: text.Of("order a certificate from a CA that all clients know, if its users are yours"),
			Refs:   []string{"Chrome Root Program Policy", "Mozilla Root Store Policy", "Microsoft Trusted Root Certificate Program"}, After: append([]string{"chain-untrusted-root", "chain-incomplete"}, pemDamage...), needs: needsPublicRoot,
			run: runRootRemoved,
		},
	}
}

// needsPublicRoot: a root of the user's own is on no list.
func needsPublicRoot(in *input) Why {
	if why := needsServer(in); !why.none() {
		return why
	}
	if in.Roots.private() {
		return moot("the roots are your own")
	}
	return Why{}
}

// rootLimit is what a program says of a root that a path leads to.
type rootLimit struct {
	program distrust.Program
	root    *convert.Certificate
	status  distrust.Status
}

// rootVerdict is what a program makes of all paths of a certificate.
type rootVerdict struct {
	free    bool       // one leads to a root without limits, or to one that nothing is known of
	kept    *rootLimit // one leads to a root whose limit is not passed
	refused *rootLimit // one leads to a root whose limit is passed
	absent  *convert.Certificate
}

// judgeRoots looks at the roots for one program. What it refuses is refused
// only if it neither is free nor has another path that is kept.
func (in *input) judgeRoots(program distrust.Program) rootVerdict {
	var v rootVerdict
	in.path() // finds the others too
	for _, p := range in.builder.sound() {
		if !p.complete || in.rootRow(p.top()) == nil {
			return rootVerdict{free: true}
		}
		first := min(1, len(p.certs)-1)
		if !program.Whole() {
			first = len(p.certs) - 1
		}
		for i := first; i < len(p.certs); i++ {
			c := p.certs[i]
			if in.rootRow(c) == nil {
				continue
			}
			s, ok := in.rootStatus(program, p.certs, i)
			if !ok && !program.Whole() {
				return rootVerdict{free: true}
			}
			limit := &rootLimit{program, c, s}
			switch {
			case !ok || !s.Listed && (s.Basis == distrust.Unlimited || in.within(s)):
				v.absent = c
			case s.Basis == distrust.Unlimited:
				return rootVerdict{free: true}
			case in.within(s):
				if v.kept == nil || v.kept.status.Until.Before(s.Until) {
					v.kept = limit
				}
			case v.refused == nil:
				v.refused = limit
			}
		}
	}
	return v
}

// rootStatus is what program says of number i of a path. Java knows CAs that
// issue below a root with a time of their own.
func (in *input) rootStatus(program distrust.Program, certs []*convert.Certificate, i int) (s distrust.Status, ok bool) {
	s, ok = in.rootRow(certs[i]).Status(program)
	if !ok || program != distrust.Java || i < 2 {
		return s, ok
	}
	if row := in.rootRow(certs[i-1]); row != nil {
		if own, has := row.Status(program); has {
			s = own
		}
	}
	return s, ok
}

// rootRow is what is known of a certificate as a root, nil if nothing is.
func (in *input) rootRow(c *convert.Certificate) *distrust.Root {
	row, ok := in.rootRows[c]
	if !ok {
		if in.rootRows == nil {
			in.rootRows = map[*convert.Certificate]*distrust.Root{}
		}
		row = in.roots.Find(c.Raw, c.SPKI)
		in.rootRows[c] = row
	}
	return row
}

// within reports whether the server's certificate keeps a limit. One without a
// timestamp of a log gets it in the handshake, not before it was issued.
func (in *input) within(s distrust.Status) bool {
	when := in.LeafCert().NotBefore
	switch s.Basis {
	case distrust.Disabled:
		return !in.Now.IsZero() && in.Now.Before(s.Until)
	case distrust.Logged:
		if logged, ok := firstLogged(in.LeafCert()); ok {
			when = logged
		}
	}
	return !when.After(s.Until)
}

func runDistrustedAfter(p *pass) {
	leaf := p.LeafCert()
	var refused, later []rootLimit
	for _, program := range distrust.Programs() {
		if p.Roots.private() && !program.OwnRoots() {
			continue
		}
		switch v := p.judgeRoots(program); {
		case v.free:
		case v.kept == nil && v.refused != nil:
			refused = append(refused, *v.refused)
		case v.kept != nil && v.kept.status.Until.Before(leaf.NotAfter):
			later = append(later, *v.kept)
		}
	}
	if len(refused) > 0 {
		var who []string
		for _, l := range refused {
			who = append(who, l.program.Client())
		}
		p.refusedBy(Finding{At: leaf.Source, Message: text.Of("the root of certificate %s is not trusted for it: %s", describe(leaf), limitWords(refused, leaf))}, who)
	}
	if len(later) > 0 {
		p.Report(Finding{
			At: leaf.Source, Severity: Info, Action: text.Of("renew it at a CA whose chain leads to another root"),
			Message: text.Of("the certificate that follows %s may be refused for its root: %s", describe(leaf), limitWords(later, nil)),
		})
	}
}

// limitWords says what each program does with the roots, and where leaf is not
// nil what that means for it.
func limitWords(list []rootLimit, leaf *convert.Certificate) text.Text {
	var words []text.Text
	for _, l := range list {
		until := day(l.status.Until)
		w := text.Of("%s trusts %s only for certificates that were issued until %s", clientTitle(l.program), describe(l.root), until)
		switch l.status.Basis {
		case distrust.Disabled:
			w = text.Of("%s no longer trusts %s", clientTitle(l.program), describe(l.root))
			switch {
			case leaf == nil:
				w = text.Of("%s trusts %s until %s", clientTitle(l.program), describe(l.root), until)
			case !l.status.Until.IsZero():
				w = w.Add(", since %s", until)
			}
		case distrust.Logged:
			w = text.Of("%s trusts %s only for certificates that a transparency log has seen by %s", clientTitle(l.program), describe(l.root), until)
			if leaf == nil {
				break
			}
			if logged, ok := firstLogged(leaf); ok {
				w = w.Add(", this one was first seen on %s", day(logged))
			} else {
				w = w.Add(", this one was issued on %s", day(leaf.NotBefore))
			}
		case distrust.Issued:
			if leaf != nil {
				w = w.Add(", this one was issued on %s", day(leaf.NotBefore))
			}
		}
		words = append(words, w)
	}
	return text.Join("; ", words...)
}

// listDay is the day of the list of a program's roots.
func listDay(p distrust.Program) string {
	for _, l := range distrust.Lists() {
		if l.Name == p.String() {
			return day(l.Date)
		}
	}
	return ""
}

func clientTitle(p distrust.Program) string { return client.Lookup(p.Client()).Title }

// runRootRemoved leaves it at information that a client does not have the root,
// unless that client is asked for: roots come and go, and users add them.
func runRootRemoved(p *pass) {
	var who []string
	var titles []string
	var root *convert.Certificate
	for _, program := range distrust.Programs() {
		if !program.Whole() {
			continue
		}
		if v := p.judgeRoots(program); !v.free && v.kept == nil && v.refused == nil && v.absent != nil {
			who, titles, root = append(who, program.Client()), append(titles, clientTitle(program)+" ("+listDay(program)+")"), v.absent
		}
	}
	if root == nil {
		return
	}
	f := Finding{At: p.place(root, p.LeafCert()), Message: text.Of("%s is not among the public roots of %s", describe(root), strings.Join(titles, ", ")), RefusedBy: who}
	if len(p.Clients) > 0 {
		f.Severity = p.grave(Info, who)
	}
	p.Report(f)
}
