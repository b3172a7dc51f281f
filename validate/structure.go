package validate

import (
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/text"
)

// structureCheck is the row of what certificates are built of.
func structureCheck() Check {
	return Check{
		Code: "cert-structure", Severity: Error, Title: "the certificate is not built as its standard says", trust: true,
		Text:   "A field of the wrong type, bytes after the last one, a number or a string that its type does not allow, an extension that is there twice: a lenient reader passes over it, and a strict one does not load the certificate. Servers with OpenSSL do not start with some of these; clients refuse most.",
		Action: text.Of("ask the CA for a certificate without this fault"),
		Refs:   []string{"RFC 5280, Section 4.1", "ITU-T X.690, Section 11"}, After: pemDamage, needs: needsAnyCert,
		run: runStructure,
	}
}

func needsAnyCert(in *input) Why {
	if len(in.Served) == 0 {
		return needs("no certificate given")
	}
	return Why{}
}

func runStructure(p *pass) {
	served := make(map[convert.Source]*convert.Certificate, len(p.Served))
	for _, c := range p.Served {
		served[c.Source] = c
	}
	told := map[*convert.Certificate]bool{}
	for i := range p.Bundle.Notes {
		n := &p.Bundle.Notes[i]
		if n.Kind != note.Structure || n.Is != convert.KindCertificate {
			continue
		}
		c := served[n.Source]
		f := Finding{At: n.Source, Severity: Warning, Message: n.Text}
		switch {
		case n.By == note.Fetches:
			f.Severity = Info
			p.Report(f)
			continue
		case c == nil:
			f.Message = f.Message.Add("; the certificate is not one of the chain")
		case p.notLoaded(n.By):
			f.Severity, f.Breaks, f.Message = Error, BreaksLoad, text.Of("certificate %s: %s; %s does not load it", describe(c), n.Text, p.server())
		case p.onPath(c):
			told[c] = told[c] || n.By&note.GoParses != 0
			if n.By&(note.OpenSSLLoads|note.OpenSSLVerifies) != 0 {
				f.Severity = Error
			}
			f.Message = text.Of("certificate %s: %s", describe(c), n.Text)
			p.refusedBy(f, client.Readers(n.By))
			continue
		default:
			f.Message = text.Of("certificate %s: %s; clients do not need it", describe(c), n.Text)
		}
		told[c] = true
		p.Report(f)
	}
	if p.Leaf < 0 {
		return
	}
	for _, c := range p.path().certs {
		if told[c] || c.Err != nil || p.faulty(c) {
			continue
		}
		inGo, err := c.X509()
		if err == nil && inGo.PublicKey != nil {
			continue // Go has looked at the key too
		}
		if err := pubkey.CheckPublic(c.SPKI); err != nil && served[c.Source] == c {
			p.Report(Finding{At: c.Source, Breaks: p.lostBreaks(c.Source.File), Message: text.Of("certificate %s: %s; nobody can use it", describe(c), err)})
			continue
		}
		if err != nil {
			p.refusedBy(Finding{At: p.place(c, p.LeafCert()), Severity: Warning, Message: text.Of("certificate %s: programs in Go do not read it: %s", describe(c), err)}, client.Readers(note.GoParses))
		}
	}
}

// onPath reports whether clients verify c.
func (in *input) onPath(c *convert.Certificate) bool {
	return in.Leaf >= 0 && slices.Contains(in.path().certs, c)
}

// faulty reports whether another check tells why Go refuses c.
func (in *input) faulty(c *convert.Certificate) bool {
	for _, oid := range criticalExtensions(c) {
		if fact := criticalFact(oid); fact != "" && client.Lookup("go").Refuse(fact, false) {
			return true
		}
	}
	return slices.ContainsFunc(in.path().faults, func(f fault) bool { return f.cert == c && f.code == "cert-extension-critical" })
}

// reportStructure reports keys, PFX files and CRLs that are not built as their standards
// say.
func (p *pass) reportStructure() {
	for i := range p.Bundle.Notes {
		n := &p.Bundle.Notes[i]
		if n.Kind != note.Structure || n.Is == convert.KindCertificate || n.Is == convert.KindRequest {
			continue
		}
		f := Finding{At: n.Source, Severity: Warning, Message: n.Text}
		switch {
		case n.Is == convert.KindPrivateKey && p.notLoaded(n.By) && !p.Rewritten:
			f.Severity, f.Breaks, f.Message = Error, BreaksLoad, text.Of("%s; %s does not load it", n.Text, p.server())
		case n.Is == convert.KindPrivateKey && n.By == note.OpenSSL35Loads:
			f.Message = text.Of("%s; %s", n.Text, versions(n.By))
		case n.Is == convert.KindOther && n.By&note.OpenSSLLoads != 0 && !p.Rewritten:
			f.Severity, f.Breaks, f.Message = Error, BreaksLoad, text.Of("%s; OpenSSL does not read it, nor do others", n.Text)
		case n.Is == convert.KindCRL && n.By&(note.OpenSSLLoads|note.OpenSSLVerifies) != 0:
			f.Severity, f.Breaks, f.Message = Error, BreaksTrust, text.Of("%s; whoever asks it refuses it", n.Text)
		}
		p.Report(f)
	}
}

// runRequestStructure reports requests that are not built as their standard says,
// and bytes after them: Go, in which Let's Encrypt reads requests, refuses both.
func runRequestStructure(p *pass, q *convert.Request) {
	for i := range p.Bundle.Notes {
		n := &p.Bundle.Notes[i]
		if n.Kind == note.Structure && n.Is == convert.KindRequest && n.Source == q.Source {
			f := Finding{At: n.Source, Breaks: BreaksIssue, Message: n.Text}
			if n.By == note.Fetches {
				f.Severity, f.Breaks = Warning, breaksNothing
			}
			p.Report(f)
		}
	}
}
