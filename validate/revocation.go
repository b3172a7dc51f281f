package validate

import (
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/text"
)

// revocationChecks looks the certificates of the chain up in the CRLs given.
func revocationChecks() []Check {
	return []Check{
		{
			Code: "cert-revoked", Severity: Error, Title: "the certificate has been revoked",
			Text:   "The CA has withdrawn the certificate before its time. Servers start with it; clients that check revocation refuse it, and users cannot bypass that.",
			Action: text.Of("ask the CA why, make a new key if the old one was lost, and order again"),
			Refs:   []string{"RFC 5280, Section 5.1.2.6"}, After: pemDamage, needs: needsCRL,
			run: runRevoked,
		},
		{
			Code: "crl-stale", Severity: Warning, Title: "the CRL is out of date",
			Text:   "A CRL says when the next one is due. Clients that need a CRL refuse a stale one, and it does not list what was revoked since.",
			Action: text.Of("get the current CRL from the CA"),
			Refs:   []string{"RFC 5280, Section 5.1.2.5"}, After: pemDamage,
			needs: func(in *input) Why {
				if in.Now.IsZero() {
					return needs("no time given")
				}
				return anyCRL(in)
			},
			run: runStale,
		},
		{
			Code: "revocation-unknown", Severity: Warning, Title: "it is not known whether the certificate was revoked",
			Text:   "None of the CRLs given is by the issuer of the certificate and signed with its key.",
			Action: text.Of("get the CRL that the certificate names as its distribution point"),
			Refs:   []string{"RFC 5280, Section 6.3.3"}, After: append([]string{"chain-incomplete", "chain-wrong-intermediate", "chain-signature"}, pemDamage...), needs: needsCRL,
			run: runRevocationUnknown,
		},
	}
}

func needsCRL(in *input) Why {
	if why := anyCRL(in); !why.none() {
		return why
	}
	return needsChain(in)
}

func anyCRL(in *input) Why {
	if len(in.Bundle.CRLs) == 0 {
		return needs("no CRL given with %s", Option("crl"))
	}
	return Why{}
}

func runRevoked(p *pass) {
	for _, r := range p.revocations() {
		if r.entry == nil {
			continue
		}
		f := Finding{
			At: p.place(r.cert, p.LeafCert()), Breaks: BreaksTrust, Related: []convert.Source{r.crl.Source},
			Message: text.Of("certificate %s was revoked on %s%s", describe(r.cert), day(r.entry.Date), because(r.entry.Reason)),
		}
		if r.unproved {
			f.Severity = Warning
			f.Message = f.Message.Add("; the signature of the CRL cannot be verified without the issuer's certificate")
		}
		p.Report(f)
	}
}

func runStale(p *pass) {
	for i := range p.Bundle.CRLs {
		c := &p.Bundle.CRLs[i]
		switch issuer := convert.NameString(c.Issuer); {
		case !c.NextUpdate.IsZero() && p.Now.After(c.NextUpdate):
			p.Report(Finding{At: c.Source, Message: text.Of("the CRL of %q should have been replaced on %s", issuer, day(c.NextUpdate))})
		case p.Now.Before(c.ThisUpdate):
			p.Report(Finding{At: c.Source, Message: text.Of("the CRL of %q is not valid before %s", issuer, day(c.ThisUpdate)), Action: text.Of("check the clock of this machine")})
		}
	}
}

func runRevocationUnknown(p *pass) {
	leaf := p.LeafCert()
	known := slices.ContainsFunc(p.revocations(), func(r revocation) bool { return r.cert == leaf })
	if known || p.path().top() == leaf && p.builder.served.SelfSigned(leaf) {
		return
	}
	f := Finding{At: leaf.Source, Message: text.Of("none of the CRLs given is by %q, the issuer of %s", convert.NameString(leaf.Issuer), describe(leaf))}
	if points := distributionPoints(leaf); len(points) > 0 && isPlain(points[0]) {
		f.Action = text.Of("get the CRL from %s and give it with %s", points[0], Step{Do: "give", Option: "crl"})
	}
	for i := range p.Bundle.CRLs {
		crl := &p.Bundle.CRLs[i]
		if !convert.SameName(crl.Issuer, leaf.Issuer) {
			continue
		}
		f.Related = []convert.Source{crl.Source}
		if in := scopeOf(crl, leaf); !in.covers() {
			f.Message = text.Of("the CRL from %q does not cover %s: %s", convert.NameString(crl.Issuer), describe(leaf), in.why)
			if unknownInCRL(crl) != "" {
				f.Severity, f.Breaks = Error, BreaksTrust // OpenSSL refuses, where it asks CRLs
			}
		} else {
			f.Message = text.Of("the CRL of %q does not verify with a key of the issuer of %s that may sign CRLs", convert.NameString(crl.Issuer), describe(leaf))
		}
		break
	}
	p.Report(f)
}

// revocation is what one CRL says of one certificate.
type revocation struct {
	cert     *convert.Certificate
	crl      *convert.CRL
	entry    *convert.RevokedEntry // nil: not revoked
	unproved bool                  // the issuer, whose key would prove it, is not there
}

// revocations asks the CRLs about the certificates of the path. Of a CRL whose
// issuer is missing only bad news counts.
func (in *input) revocations() []revocation {
	var list []revocation
	certs := in.path().certs
	for i, c := range certs {
		if i+1 == len(certs) && (in.path().anchored || in.builder.served.SelfSigned(c)) {
			continue
		}
		for j := range in.Bundle.CRLs {
			crl := &in.Bundle.CRLs[j]
			if !convert.SameName(crl.Issuer, c.Issuer) {
				continue
			}
			entry, within := crl.Revoked(c.Serial), scopeOf(crl, c)
			switch {
			case i+1 == len(certs):
				if entry != nil && within.covers() {
					list = append(list, revocation{c, crl, entry, true})
				}
			case (within.covers() || within.delta && entry != nil) && in.signedCRL(crl, certs[i+1]):
				list = append(list, revocation{c, crl, entry, false})
			}
		}
	}
	return list
}

// signedCRL reports whether crl is by the CA of issuer: signed with its key, or
// with another one that the same CA has a certificate for.
func (in *input) signedCRL(crl *convert.CRL, issuer *convert.Certificate) bool {
	for _, c := range slices.Concat([]*convert.Certificate{issuer}, in.builder.served.Named(issuer.Subject), in.Roots.named(issuer.Subject)) {
		// RFC 5280, Section 6.3.3 (f): "If a key usage extension is present in the
		// CRL issuer's certificate, verify that the cRLSign bit is set."
		if usage, ok := keyUsage(c); ok && usage&usageCRLSign == 0 {
			continue
		}
		if convert.VerifySigned(crl.Raw, c.SPKI) == nil {
			return true
		}
	}
	return false
}

// scope says why a CRL does not cover a certificate; the zero value, that it
// does.
type scope struct {
	delta bool // it does not tell that a certificate is good, but a revocation in it counts all the same
	why   text.Text
}

// unknownInCRL is a critical extension of crl that clients do not know, ""
// without one (RFC 5280, Section 5.2: such a CRL must not be used).
func unknownInCRL(crl *convert.CRL) (unknown string) {
	crl.EachExtension(func(oid string, critical bool, _ []byte) {
		if critical && oid != "2.5.29.27" && oid != "2.5.29.28" && oid != "2.5.29.35" {
			unknown = oid
		}
	})
	return unknown
}

func (s scope) covers() bool { return s.why.IsZero() }

// scopeOf compares the scope of crl with c (RFC 5280, Section 5.2.5).
func scopeOf(crl *convert.CRL, c *convert.Certificate) scope {
	if oid := unknownInCRL(crl); oid != "" {
		return scope{delta: true, why: text.Of("it has a critical extension that clients do not know: %s", oid)}
	}
	if value, _, ok := crl.Extension("2.5.29.28"); ok {
		if why := outOfScope(value, c); !why.IsZero() {
			return scope{why: why}
		}
	}
	if _, _, ok := crl.Extension("2.5.29.27"); ok {
		return scope{delta: true, why: text.Of("it is a delta CRL, which holds only what is new")}
	}
	return scope{}
}

// outOfScope says why an issuing distribution point leaves c out, nothing if it
// does not.
func outOfScope(point []byte, c *convert.Certificate) text.Text {
	e, _, err := der.Parse(point)
	if err != nil {
		return text.Of("its issuing distribution point cannot be read")
	}
	for r := e.Reader(); !r.Empty(); {
		f, err := r.Next()
		if err != nil {
			return text.Of("its issuing distribution point cannot be read")
		}
		yes := len(f.Content) == 1 && f.Content[0] != 0
		switch {
		case f.IsContext(0):
			if here, there := addresses(f, nil), distributionPoints(c); len(here) > 0 && len(there) > 0 && len(subtract(here, there)) == len(here) {
				return text.Of("it is the one for the distribution point %q", here[0])
			}
		case f.IsContext(1) && yes && c.IsCA():
			return text.Of("it covers only certificates that are not for CAs")
		case f.IsContext(2) && yes && !c.IsCA():
			return text.Of("it covers only certificates of CAs")
		case f.IsContext(3):
			return text.Of("it covers only some reasons")
		case f.IsContext(4) && yes:
			return text.Of("it is an indirect CRL, which covers certificates of other issuers")
		case f.IsContext(5) && yes:
			return text.Of("it covers only attribute certificates")
		}
	}
	return text.Text{}
}

// distributionPoints lists the addresses at which c says that its CRLs are.
func distributionPoints(c *convert.Certificate) []string {
	value, _, _ := c.Extension("2.5.29.31")
	e, _, err := der.Parse(value)
	if err != nil {
		return nil
	}
	return addresses(e, nil)
}

// addresses adds the URIs among the GeneralNames inside e to list.
func addresses(e der.Element, list []string) []string {
	parts, err := e.Children()
	if err != nil {
		return list
	}
	for _, p := range parts {
		switch {
		case p.Constructed:
			list = addresses(p, list)
		case p.IsContext(tagURI):
			list = append(list, string(p.Content))
		}
	}
	return list
}

func because(reason string) text.Text {
	if reason == "" {
		return text.Text{}
	}
	return text.Of(": %s", reason)
}
