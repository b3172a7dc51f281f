package validate

import (
	"errors"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/text"
)

func clientCACheck() Check {
	return Check{
		Code: "client-ca-unusable", Severity: Error, Title: "the server takes no client of this CA",
		Text:   "A server that asks its clients for certificates builds the chain of each from the CAs that it was given, up to a root among them: an intermediate alone is not enough. It looks at each certificate of the chain as clients do at those of servers. Where one has expired or was revoked, has a key or a signature that is too weak, or may not issue certificates of clients, all clients below it are refused.",
		Action: text.Of("put the certificates of the CA into the file, from the one that issues for the clients up to the root"),
		Refs:   []string{"RFC 5280, Section 6.1"}, After: pemDamage,
		needs: func(in *input) Why {
			if in.Now.IsZero() {
				return needs("no time given")
			}
			return needsClientCA(in)
		},
		run: runClientCAUnusable,
	}
}

func runClientCAUnusable(p *pass) {
	pki := p.clientPKI()
	paths, faults := map[*convert.Certificate]*path{}, map[*convert.Certificate][]fault{}
	for _, c := range pki.list {
		paths[c] = pki.pathOf(c)
		faults[c] = pki.refusals(paths[c])
	}
	for _, c := range pki.list {
		if pki.renewed(c) || slices.ContainsFunc(pki.pool.Named(c.Subject), func(o *convert.Certificate) bool {
			return o != c && len(faults[o]) == 0 && o.PublicID().Is(c.PublicID())
		}) {
			continue
		}
		var above []fault // told of the CA above
		if certs := paths[c].certs; slices.Index(certs, c)+1 < len(certs) {
			above = faults[certs[slices.Index(certs, c)+1]]
		}
		for _, f := range faults[c] {
			if !slices.ContainsFunc(above, func(o fault) bool {
				return f.culprit() == o.culprit() && f.code == o.code && f.oid == o.oid && f.fact == o.fact
			}) {
				p.Report(pki.refusing(c, f))
			}
		}
		if pki.ownOnly(c) {
			p.Report(Finding{
				At: c.Source, Case: "own", Severity: Warning, Breaks: BreaksTrust,
				Action:  text.Of("if it is that of a CA, have it issued anew with basic constraints that say so"),
				Message: text.Of("certificate %s does not say that it is one of a CA: %s takes it of the client whose own it is, and none that it issued", describe(c), p.Target.Title()),
			})
		}
	}
}

var anotherClientCA = text.Text{Format: "have the certificate of the CA issued anew without this, or issue those of the clients from another CA"}

// culprit is the certificate that a fault is one of.
func (f *fault) culprit() *convert.Certificate {
	if f.code == "chain-not-ca" {
		return f.issuer
	}
	return f.cert
}

// noIssuer is the code of a fault where a chain of clients ends before a root.
const noIssuer = "chain-incomplete"

// refusing is the finding for f, for which all clients of c are refused.
func (p *clientCAs) refusing(c *convert.Certificate, f fault) Finding {
	out := Finding{At: c.Source, Breaks: BreaksTrust}
	culprit := f.culprit()
	if culprit != c {
		out.Related = []convert.Source{culprit.Source}
	}
	switch f.code {
	case noIssuer:
		out.Message = text.Of("the issuer of %s is not among the CAs of clients: %q", describe(f.cert), convert.NameString(f.cert.Issuer))
	case unverified:
		if _, err := p.pool.Verify(f.cert, f.issuer); f.cert != f.issuer && !errors.Is(err, convert.ErrTooLarge) {
			out.Case, out.Action = "refused", anotherClientCA
			out.Message = text.Of("the signature on certificate %s %s", describe(f.cert), f.text)
			break
		}
		out.Message = text.Of("whether the issuer of %s is among the CAs of clients was not found out: the signatures take more arithmetic than the budget of the input", describe(f.cert))
	case "chain-expired":
		out.Message = text.Of("the CA %s of clients %s", describe(f.cert), f.text)
	case "cert-revoked":
		out.Case, out.Action = "revoked", text.Of("take it out of the file, and issue the certificates of the clients from another CA")
		out.Related = append(out.Related, p.answer(f.issuer, f.cert).Source)
		out.Message = text.Of("the CA %s of clients %s; %s refuses all clients below it", describe(f.cert), f.text, p.Target.Title())
		if p.Target.ClientLists == target.ListsChosen {
			out.Severity, out.Message = Warning, out.Message.Add(" with SSLCARevocationCheck chain")
		}
	default:
		out.Case, out.Action = "refused", anotherClientCA
		out.Message = text.Of("certificate %s %s; %s refuses all clients below it", describe(culprit), f.text, p.Target.Title())
		if culprit != c {
			out.Message = text.Of("certificate %s %s; %s refuses all clients of %s", describe(culprit), f.text, p.Target.Title(), describe(c))
		}
	}
	return out
}

// pathOf is the best way from a client of c to a root. Where c is no CA, it is that of c itself.
func (p *clientCAs) pathOf(c *convert.Certificate) *path {
	b := &builder{now: p.Now, served: &p.pool, clients: true}
	start := &path{certs: []*convert.Certificate{c}, faults: b.alone(c)}
	if p.issues(c) {
		start.certs = []*convert.Certificate{{}, c} // nothing is known of the client
		if why, fact := notCA(c, p.pool.SelfSigned(c), start.certs[:1], purposeClient); !why.IsZero() {
			start.faults = append(start.faults, fault{code: "chain-not-ca", cert: start.certs[0], issuer: c, text: why, fact: fact})
		}
	}
	if err := c.Spend(int64(len(p.pool.Of(c))) * nameCost); err != nil {
		start.faults = append(start.faults, fault{code: unverified, cert: c, issuer: c})
		return start
	}
	b.walk(start)
	return b.best
}

// issues reports whether c stands in the file for those that it issued. Whoever is no CA may
// be there as a client, or by mistake.
func (p *clientCAs) issues(c *convert.Certificate) bool {
	usage, _ := keyUsage(c)
	return c.IsCA() || usage&usageCertSign != 0 || p.pool.Issued(c) || c.SelfIssued() && (c.Version() < 3 || !forClient(c))
}

// ownOnly reports whether c is a root by its name only, which a server takes from one client:
// the one that has its key. One that says that it is for that is as it should be.
func (p *clientCAs) ownOnly(c *convert.Certificate) bool {
	_, says := extKeyUsage(c)
	return !says && !p.issues(c) && p.pool.SelfSigned(c)
}

// forClient reports whether OpenSSL takes c from a client (check_purpose_ssl_client).
func forClient(c *convert.Certificate) bool {
	usage, ok := keyUsage(c)
	return allows(c, purposeClient) && (!ok || usage&(usageDigitalSignature|usageKeyAgreement) != 0)
}

// refusals are the faults for which a server with OpenSSL refuses whoever comes by a path.
func (p *clientCAs) refusals(w *path) (list []fault) {
	for _, f := range w.faults {
		switch {
		case f.code == "chain-signature", f.code == "chain-wrong-intermediate":
			f = fault{code: noIssuer, cert: f.cert}
		case f.code == "cert-extension-critical":
			f.text = text.Of("has a critical extension that is not known: %s", f.oid)
		case f.fact != "" && !verifierRefuses(f.fact):
			continue
		}
		list = append(list, f)
	}
	trusted, barred := trustData(w)
	if barred != nil {
		list = append(list, fault{code: "chain-untrusted-root", cert: barred, text: text.Of("is not trusted for clients: OpenSSL's trust data beside it say so")})
	}
	if trusted {
		return slices.DeleteFunc(list, func(f fault) bool { return f.code == noIssuer }) // what is above is not asked
	}
	if !w.complete && !slices.ContainsFunc(list, func(f fault) bool { return f.code == noIssuer || f.code == unverified }) {
		list = append(list, fault{code: noIssuer, cert: w.top()})
	}
	for i, c := range w.certs {
		if c.Raw == nil {
			continue
		}
		for _, k := range p.ofCA(c) {
			if verifierRefuses(k.fact) {
				list = append(list, fault{code: "key-weak", cert: c, text: k.text, fact: k.fact})
			}
		}
		issuer := c
		if i+1 < len(w.certs) {
			issuer = w.certs[i+1]
			if strays(c, issuer) == idOtherCert {
				list = append(list, fault{code: "chain-key-identifier", cert: c, issuer: issuer, text: text.Of("names another certificate than that of its issuer %s", describe(issuer)), fact: client.CASerialDiffers})
			}
		} else if !w.complete {
			continue
		}
		if crl := p.answer(issuer, c); crl != nil {
			if entry := crl.Revoked(c.Issuer, c.Serial); entry != nil {
				list = append(list, fault{code: "cert-revoked", cert: c, issuer: issuer, text: text.Of("was revoked on %s%s", day(entry.Date), because(entry.Reason))})
			}
		}
	}
	return list
}

// trustData looks for the first certificate of a path of which OpenSSL's trust data say
// something of clients: where one is trusted, the path ends there.
func trustData(w *path) (trusted bool, barred *convert.Certificate) {
	for _, c := range w.certs {
		switch trusted, rejected := trustFor(c, purposeClient); {
		case trusted:
			return true, nil
		case rejected:
			return false, c
		}
	}
	return false, nil
}

// verifierRefuses reports whether servers refuse clients for a fact: all that are known to
// take lists for them verify with OpenSSL, at the level of today's distributions.
func verifierRefuses(f client.Fact) bool { return client.Lookup("openssl").Refuse(f, false) }

// ofCA are the facts of the key of a CA, of the signature on it and of its extensions.
func (p *clientCAs) ofCA(c *convert.Certificate) (list []keyFact) {
	add := func(f client.Fact, format string, args ...any) {
		list = append(list, keyFact{f, text.Of(format, args...)})
	}
	if small(c) {
		add(smallKey(c.Algorithm, c.Bits, true), "has a key of %s, which is too small; %s", keyWords("%s", c), p.levelRefuses(strength(c.Algorithm, c.Bits) >= strengthOfLevel1))
	}
	for _, k := range caKeyFacts(c) {
		add(k.fact, "has %s", k.text)
	}
	if !p.pool.SelfSigned(c) {
		if weakHash(c.SigHash) {
			add(weakSignature(c), "is signed with %s (%s); %s", c.SigHash, c.SigAlg, p.levelRefuses(false))
		}
		for _, k := range signatureFacts(c) {
			add(k.fact, "is signed with %s", k.text)
		}
	}
	for _, oid := range criticalExtensions(c) {
		if fact := criticalFact(oid); fact != "" {
			add(fact, "has a critical extension that OpenSSL does not know: %s", oid)
		}
	}
	return list
}
