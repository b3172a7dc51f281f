package validate

import (
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/text"
)

// fetchedChecks tell what came of fetching the issuers that the chain lacks.
func fetchedChecks() []Check {
	needsFetched := func(in *input) Why {
		if in.Fetched == nil {
			return Why{"unasked", text.Of("no missing issuers were to be fetched")}
		}
		return needsChain(in)
	}
	return []Check{
		{
			Code: "issuer-fetched", Severity: Info, Title: "a missing issuer was fetched",
			Text:   "Certificates name addresses from which the certificate of their issuer can be had. Some clients go there by themselves; most do not, so the server has to send it. It was fetched from there, and the signature below it verified with its key.",
			Action: text.Of("see that it is in the file that the server sends"),
			Refs:   []string{"RFC 5280, Section 4.2.2.1"}, needs: needsFetched,
			run: runIssuerFetched,
		},
		{
			Code: "issuer-not-fetched", Severity: Warning, Title: "a missing issuer could not be fetched",
			Text:   "The certificate names no address from which the certificate of its issuer can be had, or what is there is not that. Clients that would go there by themselves do not find it either.",
			Action: text.Of("get it from the CA"),
			Refs:   []string{"RFC 5280, Section 4.2.2.1"}, needs: needsFetched,
			run: func(p *pass) {
				for i := range p.Fetched {
					switch f := &p.Fetched[i]; {
					case f.Err == nil:
					case f.From == "":
						p.Report(Finding{At: p.place(f.Of, p.LeafCert()), Message: text.Of("the issuer of %s cannot be fetched: %s", describe(f.Of), f.Err)})
					default:
						p.Report(Finding{At: p.place(f.Of, p.LeafCert()), Message: text.Of("the issuer of %s was not fetched from %s: %s", describe(f.Of), addressOf(f), f.Err)})
					}
				}
			},
		},
	}
}

// addressOf is the address of a fetched certificate, with the proxy that was asked for it.
func addressOf(f *served.Issuer) text.Text {
	if f.Proxy == "" {
		return text.Of("%s", f.From)
	}
	return text.Of("%s by the proxy %s", f.From, f.Proxy)
}

func runIssuerFetched(p *pass) {
	whole := p.withFetched()
	last := -1
	for i := range p.Fetched {
		if p.Fetched[i].Cert != nil {
			last = i
		}
	}
	for i := range p.Fetched {
		f := &p.Fetched[i]
		if f.Cert == nil {
			continue
		}
		m := text.Of("the issuer of %s was fetched from %s: %s, until %s", describe(f.Of), addressOf(f), describe(f.Cert), day(f.Cert.NotAfter))
		if i == last {
			switch top := whole.top(); {
			case whole.anchored:
				m = m.Add("; with it the chain leads to the trust anchor %s", describe(top))
			case whole.complete:
				m = m.Add("; with it the chain ends at %s, which is not among the trust anchors", describe(top))
			default:
				m = m.Add("; with it the issuer of %s is still missing", describe(top))
			}
		}
		finding := Finding{At: p.place(f.Of, p.LeafCert()), Message: m}
		switch {
		case p.builder.served.SelfSigned(f.Cert):
			finding.Action = text.Of("nothing to do: a root is not sent")
		case p.Rewritten:
			finding.Action = text.Of("nothing to do: it is written with the others")
		}
		p.Report(finding)
	}
}

// withFetched is the path that there would be if what was fetched were served.
func (in *input) withFetched() *path {
	pool := in.Served[:len(in.Served):len(in.Served)]
	for i := range in.Fetched {
		if c := in.Fetched[i].Cert; c != nil {
			pool = append(pool, c)
		}
	}
	return newBuilder(pool, in.Roots, in.Now).build(in.LeafCert())
}

// fetchedFor reports whether an intermediate was fetched that issued c.
func (in *input) fetchedFor(c *convert.Certificate) bool {
	return slices.ContainsFunc(in.Fetched, func(f served.Issuer) bool {
		return f.Of == c && f.Cert != nil && !f.Cert.SelfIssued()
	})
}
