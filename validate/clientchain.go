package validate

import (
	"bytes"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/text"
)

// chainClientsCheck is the row of chains that some clients do not follow.
func chainClientsCheck() Check {
	return Check{
		Code: "chain-clients", Severity: Warning, Title: "some clients do not follow this chain", trust: true,
		Text:   "Clients differ about how they look for the issuer of a certificate, how many certificates they take, and what they trust. OpenSSL and GnuTLS go on with the first certificate that has the name of the issuer, others try all. Java takes ten certificates and 32 KiB, Firefox six intermediates. Node.js trusts nothing but roots.",
		Action: text.Of("send the certificates of the chain and no others, each right after the one that it issued"),
		Refs:   []string{"RFC 5280, Section 6.1", "RFC 8446, Section 4.4.2"}, After: append([]string{"chain-incomplete", "chain-wrong-intermediate", "chain-signature"}, pemDamage...), needs: needsServer,
		run: func(p *pass) {
			p.reportIssuerNames()
			p.reportFirst()
			p.reportSizes()
			p.reportAnchor()
		},
	}
}

// reportIssuerNames reports an issuer that signed, but has its name written in
// another way.
func (p *pass) reportIssuerNames() {
	path := p.path()
	for i, c := range path.certs[:len(path.certs)-1] {
		issuer := path.certs[i+1]
		if bytes.Equal(c.Issuer, issuer.Subject) || p.builder.verify(c, issuer) != nil {
			continue
		}
		fact := client.IssuerSpelled
		switch {
		case path.anchored && issuer == path.top():
			fact = client.RootSpelled
		case convert.NameString(c.Issuer) == convert.NameString(issuer.Subject):
			fact = client.IssuerEncoded
		}
		p.deviates(Finding{
			At: p.place(c, p.LeafCert()), Severity: Warning, Action: text.Of("ask the CA for a certificate that writes the issuer's name as the issuer's own certificate does"),
			Message: text.Of("certificate %s writes the name of its issuer %s with different letters or in a different encoding", describe(c), describe(issuer)),
		}, client.Refusers(fact, p.public()))
	}
}

// reportFirst reports a certificate that is sent before the issuer of another
// and has its name, but not its key: clients that do not go back end there.
// Those of the same key are told by chain-order and chain-expired.
func (p *pass) reportFirst() {
	path := p.path()
	for i, c := range path.certs[:len(path.certs)-1] {
		issuer := path.certs[i+1]
		at := slices.Index(p.Served, issuer)
		if at < 0 || p.Rewritten {
			continue
		}
		for _, o := range p.Served[:at] {
			if o != c && p.builder.served.Subject(o) == p.builder.served.Subject(issuer) && !bytes.Equal(o.SPKI, issuer.SPKI) && c.MatchKeyID(o) >= 0 {
				p.refused(Finding{At: o.Source, Message: text.Of("certificate %s has the name of the issuer of %s and another key, and comes before it; clients that do not try another path end there", describe(o), describe(c))}, client.NamesakeFirst)
				break
			}
		}
	}
}

// Limits of clients.
const (
	firefoxCAs = 6
	chromeCAs  = 16
	javaSent   = 10
	gnutlsSent = 16
	javaBytes  = 32 << 10
)

// reportSizes reports what is more than some clients take.
func (p *pass) reportSizes() {
	size := 0
	for _, c := range p.Served {
		size += len(c.Raw) + 5 // with its length, and that of its extensions in TLS 1.3
	}
	if size > javaBytes {
		p.refused(Finding{At: p.LeafCert().Source, Message: text.Of("the certificates are %d bytes long; some clients take no more than %d", size, javaBytes)}, client.Over32KiB)
	}
	const sent, between = "%d certificates are sent; some clients take no more than %d", "there are %d intermediates; some clients follow no more than %d"
	for _, limit := range []struct {
		n, most int
		words   string
		fact    client.Fact
	}{
		{len(p.Served), javaSent, sent, client.Over10Sent},
		{len(p.Served), gnutlsSent, sent, client.Over16Sent},
		{len(p.path().certs) - 2, firefoxCAs, between, client.Over6CAs},
		{len(p.path().certs) - 2, chromeCAs, between, client.Over16CAs},
	} {
		if limit.n > limit.most {
			p.refused(Finding{At: p.LeafCert().Source, Message: text.Of(limit.words, limit.n, limit.most)}, limit.fact)
		}
	}
}

// reportAnchor reports a chain that ends at something other than a root.
func (p *pass) reportAnchor() {
	path, leaf := p.path(), p.LeafCert()
	if !path.anchored {
		return
	}
	top := path.top()
	signed := top.SelfIssued()
	_, _, basic := top.Extension(oidBasicConstraints)
	f := Finding{At: p.place(top, leaf), Action: text.Of("give the clients the root of the chain")}
	switch {
	case top == leaf && signed && basic && !top.IsCA():
		f.Message = text.Of("certificate %s is trusted by itself, and says that it is none of a CA", describe(top))
		p.refused(f, client.AnchorNoCA)
	case signed:
	case top == leaf:
		f.Message = text.Of("certificate %s is trusted by itself; its issuer is not", describe(top))
		p.refused(f, client.AnchorIsServer)
	default:
		f.Message = text.Of("certificate %s, where the chain ends, is no root", describe(top))
		p.refused(f, client.AnchorNoRoot)
	}
}
