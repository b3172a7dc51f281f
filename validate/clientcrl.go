package validate

import (
	"bytes"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/crlpoint"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/text"
)

// clientCAChecks judge what a server verifies the certificates of its clients with.
func clientCAChecks() []Check {
	return []Check{
		clientCACheck(),
		{
			Code: "crl-missing-for-ca", Severity: Error, Title: "there is no revocation list for a CA of the clients",
			Text:   "A server that was given a list asks one about every certificate in the chain of a client. If there is none by the issuer, signed with its key, it refuses the client: nginx and HAProxy want a list for each CA up to the root, which has to list its own intermediates. Apache does the same with SSLCARevocationCheck chain; with leaf it wants that of the CA that issued the client's certificate, and without this directive it asks no list at all.",
			Action: text.Of("get the list from the CA, and append it to the file with the others"),
			Refs:   []string{"RFC 5280, Section 6.3.3"}, After: append([]string{"client-ca-unusable"}, pemDamage...),
			needs: func(in *input) Why {
				if why := anyCRL(in); !why.none() {
					return why
				}
				return needsClientCA(in)
			},
			run: runCRLMissing,
		},
	}
}

func needsClientCA(in *input) Why {
	switch {
	case len(in.clientCAs()) == 0:
		return needs("no CAs of clients given with %s", Option("client-ca"))
	case in.Target == nil:
		return needs("no server named with %s", Option("for"))
	case in.Target.ClientLists == "":
		return needs("it is not known what %s does with the lists of its clients' CAs", in.Target.Name)
	}
	return Why{}
}

// clientCAs are the certificates that a server verifies its clients with, each once.
func (in *input) clientCAs() (list []*convert.Certificate) {
	seen := map[string]bool{}
	for i := range in.Bundle.Certs {
		c := &in.Bundle.Certs[i]
		if in.role(c.Source.File) == RoleClientCA && c.Err == nil && !seen[string(c.Raw)] {
			seen[string(c.Raw)] = true
			list = append(list, c)
		}
	}
	return list
}

// forClients reports whether lists are there for the certificates of clients.
func (in *input) forClients() bool {
	return slices.ContainsFunc(in.Files, func(f File) bool { return f.Role == RoleClientCA })
}

// clientCAs are those of a server, with the lists that there are of them.
type clientCAs struct {
	*input
	list []*convert.Certificate
	pool convert.Issuers
	crls map[string][]*convert.CRL               // by the name of the issuer
	cas  map[string][]*convert.Certificate       // of the list, by the name of the issuer
	told map[*convert.Certificate][]*convert.CRL // what lists has told of CAs
}

func (in *input) clientPKI() *clientCAs {
	p := &clientCAs{input: in, list: in.clientCAs(), crls: map[string][]*convert.CRL{}, cas: map[string][]*convert.Certificate{}, told: map[*convert.Certificate][]*convert.CRL{}}
	p.pool.Add(p.list...)
	for _, c := range p.list {
		if c.IsCA() || c.SelfIssued() {
			p.cas[p.pool.Issuer(c)] = append(p.cas[p.pool.Issuer(c)], c)
		}
	}
	for i := range in.Bundle.CRLs {
		crl := &in.Bundle.CRLs[i]
		name := p.pool.Key(crl.Issuer)
		p.crls[name] = append(p.crls[name], crl)
	}
	return p
}

// renewed reports whether there is another certificate with the name and key of c that
// is valid now, and longer or a root.
func (p *clientCAs) renewed(c *convert.Certificate) bool {
	return slices.ContainsFunc(p.pool.Named(c.Subject), func(o *convert.Certificate) bool {
		current := !p.Now.Before(o.NotBefore) && !p.Now.After(o.NotAfter)
		return o != c && current && bytes.Equal(o.SPKI, c.SPKI) && (o.NotAfter.After(c.NotAfter) || o.SelfIssued())
	})
}

// lists are those that a CA of clients has, out of date or not. other is one that has its
// name and cannot be used, and why.
func (p *clientCAs) lists(c *convert.Certificate) (list []*convert.CRL, other *convert.CRL, why text.Text) {
	for _, crl := range p.crls[p.pool.Key(c.Subject)] {
		_, _, delta := crl.Extension(oidDeltaCRL)
		point, _ := crlpoint.OfList(crl)
		switch unknown := unknownInCRL(crl); {
		case otherKeyID(crl, c):
			other, why = crl, text.Of("is of another CA with this name: it names another key")
		case crl.Verify(c.SPKI) != nil:
			other, why = crl, text.Of("is not signed with the key of the CA")
		case !unknown.IsZero():
			other, why = crl, text.Of("cannot be used: %s", unknown)
		case !maySignCRLs(c):
			other, why = crl, text.Of("does not count: the key of the CA may not sign lists (cRLSign)")
		case point.Bad || point.Reasons != crlpoint.All || point.Indirect || point.Attributes:
			other, why = crl, text.Of("does not cover all that it issues")
		case delta:
			other, why = crl, text.Of("is a delta CRL, which holds only what is new")
		default:
			list = append(list, crl)
		}
	}
	return list, other, why
}

// answer is the list that OpenSSL asks about c, which issuer issued: of those that cover it
// the newest that is in force, nil without any.
func (p *clientCAs) answer(issuer, c *convert.Certificate) (best *convert.CRL) {
	lists, ok := p.told[issuer]
	if !ok {
		lists, _, _ = p.lists(issuer)
		p.told[issuer] = lists
	}
	inForce := false
	for _, crl := range lists {
		if !scopeOf(crl, c).covers() {
			continue
		}
		past, early := p.outOfDate(crl)
		if now := !past && !early; best == nil || now && !inForce || now == inForce && crl.ThisUpdate.After(best.ThisUpdate) {
			best, inForce = crl, now
		}
	}
	return best
}

// lacking says what below the CA c none of lists is for: clients, unless c issued other
// CAs here, and one of the CAs that it issued, which a root itself is.
func (p *clientCAs) lacking(lists []*convert.CRL, c *convert.Certificate) (clients bool, ca *convert.Certificate) {
	clients = !p.pool.Issued(c)
	for _, crl := range lists {
		point, _ := crlpoint.OfList(crl)
		clients = clients && point.CAs
	}
	cas := p.cas[p.pool.Subject(c)]
	if c.Spend(int64(len(cas))*nameCost) != nil {
		return clients, c // nothing more is told of this input
	}
	for _, o := range cas {
		if _, err := p.pool.Verify(o, c); err == nil && !slices.ContainsFunc(lists, func(crl *convert.CRL) bool { return scopeOf(crl, o).covers() }) {
			return clients, o
		}
	}
	return clients, nil
}

// optional reports whether the server's configuration may do without a list for what is
// lacking: Apache may be told to ask only the list of the client's own issuer.
func (p *clientCAs) optional(clients bool, ca *convert.Certificate) bool {
	return !clients && (ca == nil || p.Target.ClientLists == target.ListsChosen)
}

func runCRLMissing(p *pass) {
	pki := p.clientPKI()
	told := map[string]bool{}
	for _, c := range pki.list {
		lists, other, why := pki.lists(c)
		key := pki.pool.Key(c.Subject) + string(c.SPKI)
		clients, ca := pki.lacking(lists, c)
		if !clients && ca == nil || told[key] || !c.IsCA() && !c.SelfIssued() {
			continue
		}
		told[key] = true
		f := Finding{At: c.Source, Breaks: BreaksTrust, Message: text.Of("there is no revocation list of %s", describe(c))}
		if len(lists) > 0 {
			other, why = lists[0], text.Of("does not cover clients: it covers only certificates of CAs")
			if !clients {
				why = text.Of("does not cover %s: %s", describe(ca), scopeOf(lists[0], ca).why)
			}
		}
		if other != nil {
			f.Case, f.Related = "unusable", []convert.Source{other.Source}
			f.Message = text.Of("the revocation list of %s %s", describe(c), why)
		}
		f.Message = f.Message.Add(": %s refuses all clients below it", p.Target.Title())
		if pki.optional(clients, ca) {
			f.Severity = Warning
			f.Message = f.Message.Add(" with SSLCARevocationCheck chain")
			if len(lists) == 0 {
				f.Message = f.Message.Add("; with leaf, only those that it issued itself")
			}
		}
		p.Report(f)
	}
}

// staleForClients are the lists of CAs of clients that have no other: the server refuses
// all clients below them. Those that it may do without are not among them.
func (in *input) staleForClients() map[*convert.CRL]bool {
	stale := map[*convert.CRL]bool{}
	if !needsClientCA(in).none() {
		return stale
	}
	pki := in.clientPKI()
	for _, c := range pki.list {
		lists, _, _ := pki.lists(c)
		old := func(crl *convert.CRL) bool {
			past, early := in.outOfDate(crl)
			return past || early
		}
		if pki.optional(pki.lacking(slices.DeleteFunc(slices.Clone(lists), old), c)) {
			continue
		}
		for _, crl := range lists {
			stale[crl] = old(crl)
		}
	}
	return stale
}
