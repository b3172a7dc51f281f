package validate

import (
	"time"

	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/text"
)

// slowHost is the time that people notice.
const slowHost = time.Second

// askedChecks judges the answers of sources that were asked whether a certificate is
// revoked.
func askedChecks() []Check {
	row := func(code, title, why, fix string, speaks func(s *served.Source) text.Text) Check {
		return Check{
			Code: code, Severity: Warning, Title: title, Text: why, Action: text.Of(fix), Refs: []string{"RFC 5280, Section 6.3", "RFC 6960, Section 3.2"},
			needs: func(in *input) Why {
				if in.Asked == nil {
					return Why{"unasked", text.Of("no source of revocations was asked")}
				}
				return needsCert(in)
			},
			run: func(p *pass) {
				for i := range p.Asked {
					if m := speaks(&p.Asked[i]); !m.IsZero() {
						p.Report(Finding{At: p.LeafCert().Source, Message: m})
					}
				}
			},
		}
	}
	return []Check{
		row("revocation-host-silent", "the host of revocations does not answer",
			"Clients and servers that check revocation wait for this host with each new connection, until they give up. Users see a site that comes now and then, or \"server not found\".",
			"tell the CA; meanwhile let the firewall refuse the connection at once, or let the server staple", func(s *served.Source) text.Text {
				if !s.Silent {
					return text.Text{}
				}
				return text.Of("%s gave no answer in %s: clients that check wait as long", s.From, s.Times.All.Round(100*time.Millisecond))
			}),
		row("revocation-host-slow", "the host of revocations is slow",
			"Clients and servers that check revocation wait for this host with each new connection that their cache does not answer.",
			"let the server staple, or keep the list at hand", func(s *served.Source) text.Text {
				if s.Silent || s.Times.All < slowHost {
					return text.Text{}
				}
				return text.Of("%s took %s to answer: clients that check wait as long", s.From, s.Times.All.Round(100*time.Millisecond))
			}),
		row("ocsp-invalid", "the OCSP response must not be used",
			"A response counts only if it is about this certificate, of this time, and signed by the issuer or by a responder that the issuer has appointed. Clients refuse others.",
			"get the response again, from the address that the certificate names", func(s *served.Source) text.Text {
				if s.Kind != "ocsp" || !s.Invalid {
					return text.Text{}
				}
				return text.Of("the OCSP response from %s must not be used: %s", s.From, s.Err)
			}),
	}
}

// reportAsked tells of revocations that sources other than the CRLs given have said.
func (p *pass) reportAsked() {
	for i := range p.Asked {
		s := &p.Asked[i]
		if s.Verdict != "revoked" {
			continue
		}
		when := text.Text{}
		if !s.Revoked.IsZero() {
			when = text.Of(" on %s%s", day(s.Revoked), because(s.Reason))
		}
		c := p.LeafCert()
		p.Report(Finding{At: c.Source, Breaks: BreaksTrust, Message: text.Of("certificate %s was revoked%s, says %s", describe(c), when, s.From)})
	}
}

// reportUncertain tells of a certificate that no source knew.
func (p *pass) reportUncertain() {
	c := p.LeafCert()
	f := Finding{At: c.Source, Severity: Error}
	switch served.Standing(p.Asked) {
	case "unknown":
		f.Case, f.Message = "unknown", text.Of("it is not known whether certificate %s was revoked", describe(c))
		for i := range p.Asked {
			if s := &p.Asked[i]; s.Err != nil {
				f.Message = f.Message.Add("; %s: %s", s.From, s.Err)
			}
		}
	case "not-checked":
		f.Case, f.Message = "not-checked", text.Of("nobody was asked whether certificate %s was revoked", describe(c))
	default:
		return
	}
	p.Report(f)
}
