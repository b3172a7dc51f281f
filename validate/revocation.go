package validate

import (
	"fmt"

	"github.com/certconv/certconv/convert"
)

// revocationChecks looks the certificates of the chain up in the CRLs given.
func revocationChecks() []Check {
	needs := func(in *Input) string {
		if len(in.Bundle.CRLs) == 0 {
			return "no CRL given with --crl"
		}
		return needsChain(in)
	}
	return []Check{
		{
			Code: "cert-revoked", Severity: Error, Title: "the certificate has been revoked",
			Text:   "The CA has withdrawn the certificate before its time. Servers start with it; clients that look refuse it without a way around.",
			Remedy: "ask the CA why, make a new key if the old one was lost, and order again",
			Refs:   []string{"RFC 5280, Section 5.1.2.6"}, After: pemDamage, Needs: needs,
			Run: func(p *Pass) {
				p.eachRevocation(func(r revocation) {
					if r.entry != nil {
						p.Report(Finding{
							At: p.place(r.cert, p.LeafCert()), Breaks: BreaksTrust, Related: []convert.Source{r.crl.Source},
							Message: fmt.Sprintf("certificate %s was revoked on %s%s", p.describe(r.cert), day(r.entry.Date), because(r.entry.Reason)),
						})
					}
				})
			},
		},
		{
			Code: "crl-stale", Severity: Warning, Title: "the CRL is out of date",
			Text:   "A CRL says until when the next one comes. Clients that ask for one refuse a stale CRL, and what was revoked since is not in it.",
			Remedy: "get the current CRL from the CA",
			Refs:   []string{"RFC 5280, Section 5.1.2.5"}, After: pemDamage,
			Needs: func(in *Input) string {
				if in.Now.IsZero() {
					return "no time given"
				}
				if len(in.Bundle.CRLs) == 0 {
					return "no CRL given with --crl"
				}
				return ""
			},
			Run: func(p *Pass) {
				for i := range p.Bundle.CRLs {
					c := &p.Bundle.CRLs[i]
					if !c.NextUpdate.IsZero() && p.Now.After(c.NextUpdate) {
						p.Report(Finding{At: c.Source, Message: fmt.Sprintf("the CRL of %q should have been replaced on %s", convert.NameString(c.Issuer), day(c.NextUpdate))})
					}
				}
			},
		},
		{
			Code: "revocation-unknown", Severity: Warning, Title: "whether the certificate was revoked cannot be told",
			Text:   "None of the CRLs given is by the issuer of the certificate and signed with its key.",
			Remedy: "get the CRL that the certificate names as its distribution point",
			Refs:   []string{"RFC 5280, Section 6.3.3"}, After: append([]string{"chain-incomplete", "chain-wrong-intermediate", "chain-signature"}, pemDamage...), Needs: needs,
			Run: func(p *Pass) {
				leaf := p.LeafCert()
				known := false
				p.eachRevocation(func(r revocation) { known = known || r.cert == leaf })
				if !known {
					p.Report(Finding{At: leaf.Source, Message: fmt.Sprintf("none of the CRLs given is by %q, the issuer of %s, and verifies with its key", convert.NameString(leaf.Issuer), p.describe(leaf))})
				}
			},
		},
	}
}

// revocation is what one CRL says of one certificate.
type revocation struct {
	cert  *convert.Certificate
	crl   *convert.CRL
	entry *convert.RevokedEntry // nil: not revoked
}

// eachRevocation goes through the certificates of the path for which there is
// a CRL by their issuer that verifies with the issuer's key.
func (in *Input) eachRevocation(f func(revocation)) {
	certs := in.path().certs
	for i, c := range certs {
		var issuer *convert.Certificate
		switch {
		case i+1 < len(certs):
			issuer = certs[i+1]
		case selfSigned(c):
			continue
		}
		for j := range in.Bundle.CRLs {
			crl := &in.Bundle.CRLs[j]
			if issuer == nil || convert.NameKey(crl.Issuer) != convert.NameKey(c.Issuer) || convert.VerifySigned(crl.Raw, issuer.SPKI) != nil {
				continue
			}
			f(revocation{c, crl, crl.Revoked(c.Serial)})
		}
	}
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}
