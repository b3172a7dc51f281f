package validate

import (
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/text"
)

// trustedLabel is the PEM label of certificates with OpenSSL's trust data.
const trustedLabel = "TRUSTED CERTIFICATE"

// reportTrustData reports an anchor that OpenSSL's trust data bar from servers,
// and one that stands under a label which others do not read.
func (p *pass) reportTrustData() {
	top := p.path().top()
	anchor := p.builder.anchorOf(top)
	if anchor == nil {
		return
	}
	at := p.place(top, p.LeafCert())
	if rejects(top, p.builder) {
		p.refused(Finding{At: at, Message: text.Of("the trust anchor %s is not trusted for servers: OpenSSL's trust data beside it say so", describe(anchor))}, client.AnchorRejects)
	}
	if anchor.Source.Entry == trustedLabel && !p.goesOn(top) {
		p.refused(Finding{
			At: at, Action: text.Of("write the root as CERTIFICATE where others than OpenSSL read it"),
			Message: text.Of("the trust anchor %s is a %s, which only programs with OpenSSL read", describe(anchor), trustedLabel),
		}, client.AnchorLabel)
	}
}

// goesOn reports whether there is a way past the anchor c: the server sends it,
// and its issuer is an anchor that all read.
func (p *pass) goesOn(c *convert.Certificate) bool {
	return slices.ContainsFunc(p.Served, func(s *convert.Certificate) bool {
		return s.PublicID().Is(c.PublicID()) && slices.ContainsFunc(p.Roots.Named(s.Issuer), func(a *convert.Certificate) bool {
			return a.Source.Entry != trustedLabel && p.builder.verify(s, a) == nil
		})
	})
}

// rejects reports whether OpenSSL's trust data bar the anchor c from
// authenticating servers.
func rejects(c *convert.Certificate, b *builder) bool {
	anchor := b.anchorOf(c)
	if anchor == nil {
		return false
	}
	_, rejected := trustFor(anchor, purposeServer)
	return rejected
}

// trustFor reports what OpenSSL's trust data say of c for a purpose (openssl-x509, TRUST
// SETTINGS): it is trusted for that, or rejected, or trusted for other purposes only.
func trustFor(c *convert.Certificate, purpose string) (trusted, rejected bool) {
	if len(c.Aux) == 0 {
		return false, false
	}
	aux, _, err := der.Parse(c.Aux)
	if err != nil {
		return false, false
	}
	names := func(list der.Element) bool {
		ids, _ := list.Children()
		return slices.ContainsFunc(ids, func(id der.Element) bool {
			oid, _ := id.OID()
			return oid == purpose || oid == purposeAny
		})
	}
	r := aux.Reader()
	first, ok := r.Peek()
	trusts := ok && first.Is(der.TagSequence)
	if trusts {
		_, _ = r.Next()
	}
	if list, ok := r.Optional(0); ok && names(list) {
		return false, true
	}
	return trusts && names(first), trusts && !names(first)
}
