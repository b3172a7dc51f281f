package validate

import (
	"bytes"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/text"
)

// clientCAChecks judge what a server verifies the certificates of its clients with.
func clientCAChecks() []Check {
	return []Check{
		{
			Code: "client-ca-unusable", Severity: Error, Title: "the server takes no client of this CA",
			Text:   "A server that asks its clients for certificates builds the chain of each from the CAs that it was given, up to a root among them: an intermediate alone is not enough. Where the root is missing or a certificate of the chain has expired, all clients of that CA are refused.",
			Action: text.Of("put the certificates of the CA into the file, from the one that issues for the clients up to the root"),
			Refs:   []string{"RFC 5280, Section 6.1"}, After: pemDamage,
			needs: func(in *input) Why {
				if in.Now.IsZero() {
					return needs("no time given")
				}
				return needsClientCA(in)
			},
			run: runClientCAUnusable,
		},
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

// maxClientCAs bounds the signatures on CAs of clients that are verified.
const maxClientCAs = 5000

// forClients reports whether lists are there for the certificates of clients.
func (in *input) forClients() bool {
	return slices.ContainsFunc(in.Files, func(f File) bool { return f.Role == RoleClientCA })
}

// clientCAs are those of a server, with the lists that there are of them.
type clientCAs struct {
	*input
	list []*convert.Certificate
	pool convert.Issuers
	crls map[string][]*convert.CRL // by the name of the issuer
}

func (in *input) clientPKI() *clientCAs {
	p := &clientCAs{input: in, list: in.clientCAs(), crls: map[string][]*convert.CRL{}}
	p.pool.Add(p.list...)
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
		switch unknown := unknownInCRL(crl); {
		case otherKeyID(crl, c):
			other, why = crl, text.Of("is of another CA with this name: it names another key")
		case crl.Verify(c.SPKI) != nil:
			other, why = crl, text.Of("is not signed with the key of the CA")
		case !unknown.IsZero():
			other, why = crl, text.Of("cannot be used: %s", unknown)
		case !mayUse(c, usageCRLSign):
			other, why = crl, text.Of("does not count: the CA's key is not for lists (cRLSign)")
		case !p.ofScope(c, crl):
			other, why = crl, text.Of("does not cover all that it issues")
		case delta:
			other, why = crl, text.Of("is a delta CRL, which holds only what is new")
		default:
			list = append(list, crl)
		}
	}
	return list, other, why
}

// ofScope reports whether a list covers what the CA c issues here: other CAs, or
// clients.
func (p *clientCAs) ofScope(c *convert.Certificate, crl *convert.CRL) bool {
	value, _, ok := crl.Extension(oidIssuingPoint)
	if !ok {
		return true
	}
	e, _, err := der.Parse(value)
	if err != nil {
		return false
	}
	parts, err := e.Children()
	return err == nil && !slices.ContainsFunc(parts, func(f der.Element) bool {
		yes := len(f.Content) == 1 && f.Content[0] != 0
		switch {
		case f.IsContext(1): // onlyContainsUserCerts
			return yes && p.pool.Issued(c)
		case f.IsContext(2): // onlyContainsCACerts
			return yes && !p.pool.Issued(c)
		case f.IsContext(4), f.IsContext(5): // indirectCRL, onlyContainsAttributeCerts
			return yes
		}
		return f.IsContext(3) // onlySomeReasons
	})
}

// mayUse reports whether the key of c is for one use at least.
func mayUse(c *convert.Certificate, use uint16) bool {
	usage, ok := keyUsage(c)
	return !ok || usage&use != 0
}

// optional reports whether the server's configuration may do without the list of c:
// it issued another CA, and Apache may be told to ask only that one's list.
func (p *clientCAs) optional(c *convert.Certificate) bool {
	return p.Target.ClientLists == target.ListsChosen && p.pool.Issued(c)
}

func runClientCAUnusable(p *pass) {
	pki := p.clientPKI()
	tried := 0
	for _, c := range pki.list {
		f := Finding{At: c.Source, Breaks: BreaksTrust}
		switch {
		case pki.renewed(c):
			continue
		case p.Now.After(c.NotAfter):
			f.Message = text.Of("the CA %s of clients expired on %s", describe(c), day(c.NotAfter))
		case p.Now.Before(c.NotBefore):
			f.Message = text.Of("the CA %s of clients is not valid before %s", describe(c), day(c.NotBefore))
		case pki.pool.SelfSigned(c) || slices.ContainsFunc(pki.pool.Of(c), func(o *convert.Certificate) bool {
			if tried++; tried > maxClientCAs {
				return false // a file made to keep this busy
			}
			_, err := pki.pool.Verify(c, o)
			return err == nil
		}):
			continue
		default:
			f.Message = text.Of("the issuer of %s is not among the CAs of clients: %q", describe(c), convert.NameString(c.Issuer))
		}
		p.Report(f)
	}
}

func runCRLMissing(p *pass) {
	pki := p.clientPKI()
	told := map[string]bool{}
	for _, c := range pki.list {
		lists, other, why := pki.lists(c)
		key := pki.pool.Key(c.Subject) + string(c.SPKI)
		if len(lists) > 0 || told[key] || !c.IsCA() && !c.SelfIssued() {
			continue
		}
		told[key] = true
		f := Finding{At: c.Source, Breaks: BreaksTrust, Message: text.Of("there is no revocation list of %s", describe(c))}
		if other != nil {
			f.Case, f.Related = "unusable", []convert.Source{other.Source}
			f.Message = text.Of("the revocation list of %s %s", describe(c), why)
		}
		f.Message = f.Message.Add(": %s refuses all clients below it", p.Target.Title())
		if pki.optional(c) {
			f.Severity = Warning
			f.Message = f.Message.Add(" with SSLCARevocationCheck chain; with leaf, only those that it issued itself")
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
		fresh := slices.ContainsFunc(lists, func(crl *convert.CRL) bool {
			past, early := in.outOfDate(crl)
			return !past && !early
		})
		if fresh || pki.optional(c) {
			continue
		}
		for _, crl := range lists {
			stale[crl] = true
		}
	}
	return stale
}
