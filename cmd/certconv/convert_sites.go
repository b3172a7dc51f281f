package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/text"
	"github.com/certconv/certconv/validate"
)

// choice says which of several sites are converted.
type choice struct {
	hosts []string
	alias string
	dir   string // a file for each of them goes here; "" for one file
}

// covers reports whether a certificate is for all of the hosts. One without host
// names goes by the name in its subject, as the list of sites does.
func (c *choice) covers(cert *convert.Certificate) bool {
	bare := len(cert.DNSNames())+len(cert.IPAddresses()) == 0
	return !slices.ContainsFunc(c.hosts, func(h string) bool {
		return !validate.Covers(cert, h) && !(bare && slices.Contains(certNames(cert), validate.ASCIIHost(h)))
	})
}

func (c *choice) given() bool { return len(c.hosts) > 0 || c.alias != "" || c.dir != "" }

// calls reports whether --alias means what has these names: the alias of a keystore,
// or the name of the object in the file that it is part of, without its namespace too.
func (c *choice) calls(n *convert.Names, s *convert.Source) bool {
	return c.alias == "" || strings.EqualFold(n.FriendlyName, c.alias) || c.callsObject(s)
}

func (c *choice) callsObject(s *convert.Source) bool {
	if c.alias == "" || s.Object == "" {
		return false
	}
	_, name, _ := strings.Cut(s.Object, "/")
	return strings.EqualFold(s.Object, c.alias) || strings.EqualFold(name, c.alias)
}

// writesSite reports whether what is written is of sites, and not only requests or
// lists of CAs.
func (v *conversion) writesSite() bool {
	return slices.ContainsFunc([]convert.Part{convert.PartKey, convert.PartCert, convert.PartFullchain, convert.PartChain, convert.PartPublicKey}, v.writes)
}

// sites takes b apart where one site is what the output is for: with --for, and
// where --host, --alias or --out-dir choose. Otherwise, and where nothing in b
// belongs together, it is b itself. What belongs to none of the sites is named.
func (v *conversion) sites(e *env, b *convert.Bundle) ([]*convert.Bundle, error) {
	if !v.writesSite() || !v.choice.given() && !v.oneSite() {
		return []*convert.Bundle{b}, nil
	}
	keys, certs := v.candidates(b)
	if len(certs) == 0 {
		if v.choice.given() {
			return nil, v.noSuchSite(b)
		}
		return []*convert.Bundle{b}, nil
	}
	var list []*convert.Bundle
	why := map[string]text.Text{} // by the certificate
	for len(certs) > 0 {
		picked := validate.PickLeaf(keys, certs, &validate.Options{Hosts: v.choice.hosts, Now: v.opts.Time})
		switch leaf := picked.Leaf; {
		case leaf == nil && !v.choice.given(): // Go cannot read it, and nothing is known of it
			return []*convert.Bundle{b}, nil
		case leaf == nil:
			return nil, v.noSuchSite(b)
		case len(picked.Equals) > 0 && v.choice.dir == "":
			return nil, v.undecided(b, append([]*convert.Certificate{leaf}, picked.Equals...))
		}
		list = append(list, v.site(b, picked.Leaf, why))
		certs = nil
		for _, u := range picked.Unused {
			if v.choice.dir != "" && len(v.choice.hosts) == 0 && v.ownSite(picked.Leaf, &u) {
				certs = append(certs, u.Cert)
			} else {
				why[string(u.Cert.Raw)] = u.Why
			}
		}
	}
	v.tellLeftOut(e, b, list, why)
	return list, nil
}

// candidates are the certificates that may be a site's own, and the keys: those
// with a key, if there are any, and those of the alias.
func (v *conversion) candidates(b *convert.Bundle) (keys []*convert.PrivateKey, certs []*convert.Certificate) {
	sorted := sortKeys(b)
	named := func(n int) bool { return v.choice.calls(&b.Certs[n].Names, &b.Certs[n].Source) }
	for _, i := range sorted.ofLeaves {
		k := &b.Keys[i]
		list := b.CertsFor(i)
		if !v.choice.calls(&k.Names, &k.Source) && !slices.ContainsFunc(list, named) {
			continue
		}
		keys = append(keys, k)
		if v.choice.callsObject(&k.Source) { // another object has another certificate of the same key
			list = slices.DeleteFunc(list, func(n int) bool { return b.Certs[n].Source.Object != k.Source.Object })
		}
		for _, n := range list {
			if c := &b.Certs[n]; v.choice.covers(c) {
				certs = append(certs, c)
			}
		}
	}
	if len(sorted.ofLeaves) > 0 || !v.choice.given() && len(sorted.leaves) < 2 {
		return keys, certs
	}
	for _, i := range sorted.leaves { // certificates alone
		if c := &b.Certs[i]; named(i) && v.choice.covers(c) {
			certs = append(certs, c)
		}
	}
	return keys, certs
}

// ofAnotherSite reports whether a private key that could not be read is certainly of a site
// that was not chosen: a keystore, or the object in the file, has its certificate beside it.
func (v *conversion) ofAnotherSite(b *convert.Bundle, f *convert.Failure) bool {
	at := &f.Source
	if f.Kind != convert.KindPrivateKey || len(v.choice.hosts) == 0 && v.choice.alias == "" || v.choice.alias != "" && strings.EqualFold(at.Entry, v.choice.alias) {
		return false
	}
	beside := false
	for i := range b.Certs {
		c := &b.Certs[i]
		if c.Source.File != at.File || c.Source.Object != at.Object || at.Object == "" && (at.Entry == "" || c.Source.Entry != at.Entry) {
			continue
		}
		if c.Err != nil || v.choice.calls(&c.Names, &c.Source) && v.choice.covers(c) {
			return false
		}
		beside = true
	}
	return beside
}

// ownSite reports whether a certificate that was not picked is that of another
// site: it has another name, or is for keys of another kind, which servers have
// beside each other.
func (v *conversion) ownSite(leaf *convert.Certificate, u *validate.Unused) bool {
	kind := func(c *convert.Certificate) string { return strings.SplitN(c.Algorithm, " ", 2)[0] }
	return u.Reason.OtherServer() || kind(u.Cert) != kind(leaf) && !v.opts.Time.After(u.Cert.NotAfter)
}

// site is what the server of one certificate is given: its key, with the requests and
// public keys of it, the chain that its signatures lead to, and what its issuers revoked. A keystore of Java has all the certificates that
// are of no other site: what it trusts is among them. Why one is left out goes to why.
func (v *conversion) site(b *convert.Bundle, leaf *convert.Certificate, why map[string]text.Text) *convert.Bundle {
	out := *b
	out.Keys, out.Certs, out.Requests, out.PublicKeys, out.CRLs = nil, nil, nil, nil, nil
	for _, q := range b.Requests {
		if q.PublicID().Is(leaf.PublicID()) {
			out.Requests = append(out.Requests, q)
		}
	}
	for _, k := range b.PublicKeys {
		if k.PublicID().Is(leaf.PublicID()) {
			out.PublicKeys = append(out.PublicKeys, k)
		}
	}
	alias := false
	sites := map[convert.PublicID]bool{} // public keys of all
	for _, i := range sortKeys(b).ofLeaves {
		sites[b.Keys[i].PublicID()] = true
	}
	for i := range b.Keys {
		if k := &b.Keys[i]; k.PublicID().Is(leaf.PublicID()) {
			out.Keys = append(out.Keys, *k)
			alias = alias || v.choice.alias != "" && strings.EqualFold(k.FriendlyName, v.choice.alias)
		}
	}
	if alias {
		out.Keys = slices.DeleteFunc(out.Keys, func(k convert.PrivateKey) bool { return !strings.EqualFold(k.FriendlyName, v.choice.alias) })
	}
	if v.target != nil && v.target.Reader == target.ReaderJava {
		for i := range b.Certs {
			c := &b.Certs[i]
			if bytes.Equal(c.Raw, leaf.Raw) || !sites[c.PublicID()] {
				out.Certs = append(out.Certs, *c)
			}
		}
		out.CRLs = listsFor(b.CRLs, out.Certs)
		return &out
	}
	var pool []*convert.Certificate
	for i := range b.Certs {
		pool = append(pool, &b.Certs[i])
	}
	chain := validate.Pick(leaf, pool, &validate.Options{Now: v.opts.Time})
	out.Certs = append(out.Certs, *leaf)
	for _, c := range chain.Chain {
		out.Certs = append(out.Certs, *c)
	}
	for _, u := range chain.Unused {
		switch {
		case bytes.Equal(u.Cert.Raw, leaf.Raw), !u.Cert.IsCA(): // told with the leaf
		case chain.Root == nil && !u.Cert.SelfIssued(): // the chain has a gap, and this may be behind it
			out.Certs = append(out.Certs, *u.Cert)
		default:
			if raw := string(u.Cert.Raw); why[raw].IsZero() {
				why[raw] = u.Why
			}
		}
	}
	out.CRLs = listsFor(b.CRLs, out.Certs)
	return &out
}

// listsFor are the revocation lists whose issuer is that of one of the certificates, or
// one of them.
func listsFor(crls []convert.CRL, certs []convert.Certificate) (list []convert.CRL) {
	names := map[string]bool{}
	for i := range certs {
		names[convert.NameKey(certs[i].Issuer)], names[convert.NameKey(certs[i].Subject)] = true, true
	}
	for _, l := range crls {
		if names[convert.NameKey(l.Issuer)] {
			list = append(list, l)
		}
	}
	return list
}

// tellLeftOut names what is in b and in none of the sites, each once.
func (v *conversion) tellLeftOut(e *env, b *convert.Bundle, sites []*convert.Bundle, why map[string]text.Text) {
	certs, keys, others := map[string]bool{}, map[convert.PublicID]bool{}, map[string]bool{}
	for _, s := range sites {
		for o := range s.Objects() {
			if o.Kind == convert.KindCertificate {
				certs[string(o.Raw)] = true
			} else if o.Kind != convert.KindPrivateKey {
				others[string(o.Raw)] = true
			}
		}
		for i := range s.Keys {
			keys[s.Keys[i].PublicID()] = true
		}
	}
	for i := range b.Certs {
		c := &b.Certs[i]
		if certs[string(c.Raw)] {
			continue
		}
		certs[string(c.Raw)] = true
		left := fmt.Sprintf("certificate %s in %s", convert.NameString(c.Subject), report.Place(c.Source))
		reason := why[string(c.Raw)]
		if reason.IsZero() {
			reason = text.Of("it is of none of the sites that are written")
		}
		e.note("left out: %s: %s", left, reason)
	}
	for i := range b.Keys {
		if id := b.Keys[i].PublicID(); !keys[id] {
			keys[id] = id != ""
			e.note("left out: %s", keyWords(b, i))
		}
	}
	for o := range b.Objects() {
		words := ""
		switch {
		case others[string(o.Raw)]:
		case o.Kind == convert.KindRequest && v.writes(convert.PartRequest):
			words = "the request for " + convert.NameString(o.Name)
		case o.Kind == convert.KindCRL && v.writes(convert.PartCRL):
			words = "the revocation list of " + convert.NameString(o.Name)
		case o.Kind == convert.KindPublicKey && v.writes(convert.PartPublicKey):
			words = "the public key"
		}
		if words != "" {
			others[string(o.Raw)] = true
			e.note("left out: %s in %s: it is of none of the sites that are written", words, report.Place(*o.Source))
		}
	}
}

// undecided is the refusal where nothing says which site is meant.
func (v *conversion) undecided(b *convert.Bundle, certs []*convert.Certificate) error {
	orAlias := ""
	if slices.ContainsFunc(b.Keys, func(k convert.PrivateKey) bool { return k.FriendlyName != "" || k.Source.Object != "" }) {
		orAlias = " or --alias NAME"
	}
	return fault.New(fault.KeyMismatch, "", "there are keys and certificates of %d sites, and one is what can be written: %s", len(certs), strings.Join(siteList(b, certs), ", ")).
		WithHint("--host NAME%s says which; --out-dir DIR writes a file for each", orAlias)
}

// noSuchSite is the refusal where none is the one that was asked for.
func (v *conversion) noSuchSite(b *convert.Bundle) error {
	c := v.choice
	v.choice = choice{dir: c.dir}
	_, certs := v.candidates(b)
	v.choice = c
	var what string
	switch {
	case len(certs) == 0:
		return fault.New(fault.NothingToWrite, "", "nothing in the input is a certificate of a server with its key").WithHint("certconv inspect shows what the files hold")
	case c.alias != "":
		what = fmt.Sprintf("no certificate of a server, nor its key, is called %q", c.alias)
	default:
		what = "no certificate with its key is for " + strings.Join(c.hosts, " and ")
	}
	return fault.New(fault.NothingToWrite, "", "%s; there is: %s", what, strings.Join(siteList(b, certs), ", "))
}

// siteList names sites by what chooses them: the first host name, and the alias.
func siteList(b *convert.Bundle, certs []*convert.Certificate) []string {
	var list []string
	for _, c := range certs {
		name := convert.NameString(c.Subject)
		if names := certNames(c); len(names) > 0 {
			name = names[0]
		}
		alias := c.FriendlyName
		for i := range b.Keys {
			if k := &b.Keys[i]; alias == "" && k.PublicID().Is(c.PublicID()) {
				alias = k.FriendlyName
			}
		}
		if alias = cmp.Or(alias, c.Source.Object); alias != "" && !strings.EqualFold(alias, name) {
			name += fmt.Sprintf(" (alias %q)", alias)
		}
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}
