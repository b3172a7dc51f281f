package validate

import (
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/distrust"
	"github.com/certconv/certconv/internal/text"
)

// distrustChecks: what the platforms have withdrawn.
func distrustChecks() []Check {
	return []Check{{
		Code: "cert-distrusted", Severity: Error, Title: "the platforms have withdrawn the certificate, or one in its chain", trust: true,
		Text:   "After break-ins and mistakes at CAs, Microsoft, Mozilla, Google and Java put certificates and keys on lists of their own. Their programs always refuse these, whatever the dates and revocation lists say. The list here has all of Microsoft's disallowed certificates and those of OpenJDK. It ends in 2015: since then CAs were distrusted by date, which is told by cert-distrusted-after.",
		Action: text.Of("order a certificate from another CA"),
		Refs:   []string{"Microsoft Security Advisory 2607712", "Microsoft Security Advisory 2524375"}, After: pemDamage, needs: needsChain,
		run: runDistrusted,
	}}
}

func runDistrusted(p *pass) {
	seen := map[string]bool{}
	path := p.path().certs
	for i, c := range append(append([]*convert.Certificate(nil), path...), p.Served...) {
		if seen[string(c.Raw)] {
			continue
		}
		seen[string(c.Raw)] = true
		w, relation := distrust.FindWithdrawn(c.Raw, c.SPKI, c.AuthorityKeyID())
		if w != nil {
			p.Report(Finding{
				At: p.place(c, p.LeafCert()), Breaks: BreaksTrust, Refs: []string{advisory(w.Source)},
				Message: text.Of("certificate %s is distrusted by the platforms (%s): %s %s", describe(c), w.Source, relationWords(relation), w.Name),
			})
			continue
		}
		var issuer *convert.Certificate
		switch {
		case i+1 < len(path):
			issuer = path[i+1]
		case c.SelfIssued():
			issuer = c
		}
		if w, relation = p.Lists.Find(c, issuer); w != nil {
			message := text.Of("certificate %s is distrusted by the list %s", describe(c), w.Source)
			if w.Name != "" {
				message = message.Add(": %s %s", relationWords(relation), w.Name)
			}
			p.Report(Finding{At: p.place(c, p.LeafCert()), Breaks: BreaksTrust, Refs: []string{w.Source}, Message: message})
		}
	}
}

func relationWords(r distrust.Relation) text.Text {
	switch r {
	case distrust.Same:
		return text.Of("it is")
	case distrust.SameKey:
		return text.Of("it has the key of")
	}
	return text.Of("it was issued by")
}

func advisory(s string) string {
	if n, ok := strings.CutPrefix(s, "KB"); ok {
		return "Microsoft Security Advisory " + n
	}
	if strings.HasPrefix(s, "MS") {
		return "Microsoft Security Bulletin " + s
	}
	return s
}
