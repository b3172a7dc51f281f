package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/validate"
)

// unused is something that was given and is not installed.
type unused struct {
	at   convert.Source
	what string
	why  string
}

// Bounds of the search for intermediates beside the files that were named.
const (
	maxBeside     = 1000    // files
	maxBesideSize = 1 << 20 // of each
)

// choose picks the key, its certificate and the chain. What it finds wrong is
// left for the checks to say.
func (p *installation) choose(inputs []*site.Input, sites []*site.Site) {
	var readable []*site.Input
	for _, in := range inputs {
		if in.Unread() == nil {
			readable = append(readable, in)
		}
	}
	if p.site = p.bestSite(sites); p.site == nil {
		p.site = wholeSite(readable)
	}
	for _, in := range inputs {
		if in.Unread() != nil && !in.Found() { // named: it has to be readable
			p.site.Inputs = append(p.site.Inputs, in)
		}
	}
	for _, in := range inputs {
		if in.Locked() != nil && !slices.ContainsFunc(p.site.Inputs, func(o *site.Input) bool { return o.Name() == in.Name() }) {
			p.unused = append(p.unused, unused{convert.Source{File: in.Name()}, "what is encrypted", "no password that was given opens it"})
		}
	}
	p.pick(inputs)
}

// bestSite picks among the sites that have a key and a certificate. It is nil if
// there is none.
func (p *installation) bestSite(sites []*site.Site) *site.Site {
	var keys []*convert.PrivateKey
	var certs, misfits []*convert.Certificate
	of := map[*convert.Certificate]*site.Site{}
	for _, s := range sites {
		switch c := s.Certificate(); {
		case c == nil || len(s.Bundle.Keys) == 0 || s.Other():
		case s.Paired():
			keys, certs, of[c] = append(keys, &s.Bundle.Keys[0]), append(certs, c), s
		case !c.IsCA():
			misfits, of[c] = append(misfits, c), s
		}
	}
	picked := validate.PickLeaf(keys, certs, &p.opts)
	if c := p.meant(picked.Leaf, misfits); c != nil {
		return of[c]
	}
	p.equals = picked.Equals
	for _, u := range picked.Unused {
		p.unused = append(p.unused, unused{u.Cert.Source, "certificate " + convert.NameString(u.Cert.Subject) + " with its key", u.Why.String()})
	}
	for _, c := range misfits {
		p.unused = append(p.unused, unused{of[c].Bundle.Keys[0].Source, "private key", "it does not fit the certificate " + convert.NameString(c.Subject) + " beside it"})
	}
	return of[picked.Leaf]
}

// meant is the certificate with a wrong key that was rather meant than the picked
// one: that of the hosts, or a newer one for a name of it. It is nil if none was.
func (p *installation) meant(picked *convert.Certificate, misfits []*convert.Certificate) *convert.Certificate {
	var list []*convert.Certificate
	if picked != nil {
		list = append(list, picked)
	}
	shares := func(c *convert.Certificate) bool { // a renewal may add or drop a name
		names := picked.DNSNames()
		return slices.ContainsFunc(c.DNSNames(), func(name string) bool { return slices.Contains(names, name) })
	}
	for _, c := range misfits {
		if picked == nil || len(p.opts.Hosts) > 0 || shares(c) {
			list = append(list, c)
		}
	}
	if best := validate.PickLeaf(nil, list, &p.opts).Leaf; best != picked {
		return best
	}
	return nil
}

// undecided is the failure where what was given is of several servers.
func (p *installation) undecided() error {
	if len(p.equals) == 0 {
		return nil
	}
	var names []string
	for _, c := range append(p.equals, &p.site.Bundle.Certs[p.site.Leaf()]) {
		if name := convert.NameString(c.Subject); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return fault.Usagef("there are keys and certificates of several servers: %s", some(names, false)).WithHint("--host NAME says which of them to install")
}

// wholeSite is all that was given, where nothing in it belongs together. The
// certificates of CAs are there to build the chain from: they stand for the
// server's own only if nothing else can.
func wholeSite(inputs []*site.Input) *site.Site {
	s := &site.Site{Bundle: &convert.Bundle{}}
	for _, in := range inputs {
		if !in.Found() || !in.Foreign() || in.Bundle.Len() > 0 {
			s.Inputs = append(s.Inputs, in)
			s.Bundle.Add(in.Bundle)
		}
	}
	if len(s.Bundle.Keys)+len(s.Bundle.Requests)+len(s.Bundle.Failures) > 0 {
		s.Bundle.Certs = slices.DeleteFunc(s.Bundle.Certs, func(c convert.Certificate) bool { return c.IsCA() })
	}
	return s
}

// pick puts the leaf and the chain that its signatures lead to in place of the
// certificates that were given.
func (p *installation) pick(inputs []*site.Input) {
	b := p.site.Bundle
	leaf := p.site.Leaf()
	if leaf < 0 && len(b.Certs) > 0 {
		leaf = 0 // the key fits none of them
	}
	if leaf < 0 {
		return
	}
	var given []*convert.Certificate
	isGiven := map[*convert.Certificate]bool{}
	for _, in := range inputs {
		for i := range in.Bundle.Certs {
			c := &in.Bundle.Certs[i]
			given, isGiven[c] = append(given, c), true
		}
	}
	pool := slices.Concat(given, p.beside(inputs))
	p.site.Fetched = p.missing(&b.Certs[leaf], pool)
	from := map[*convert.Certificate]string{}
	for _, f := range p.site.Fetched {
		if f.Cert != nil {
			pool, from[f.Cert] = append(pool, f.Cert), f.From
		}
	}
	picked := validate.Pick(&b.Certs[leaf], pool, &p.opts)
	certs := []convert.Certificate{b.Certs[leaf]}
	for _, c := range picked.Chain {
		certs = append(certs, *c)
		switch {
		case from[c] != "":
			p.result.note("the intermediate %s was fetched from %s", convert.NameString(c.Subject), from[c])
		case !isGiven[c]:
			p.result.note("the intermediate %s was found in %s", convert.NameString(c.Subject), c.Source)
		}
	}
	top := &certs[len(certs)-1]
	for _, c := range given {
		if picked.Root == nil && !picked.Anchored && c.IsCA() && convert.SameName(c.Subject, top.Issuer) {
			certs = append(certs, *c) // not the right one: the checks say why
		}
	}
	for _, u := range picked.Unused {
		if u.Reason != "duplicate" && isGiven[u.Cert] && !slices.ContainsFunc(p.unused, func(o unused) bool { return o.at == u.Cert.Source }) {
			p.unused = append(p.unused, unused{u.Cert.Source, "certificate " + convert.NameString(u.Cert.Subject), u.Why.String()})
		}
	}
	b.Certs = certs
	p.opts.Unsent = picked.Root
	if picked.Root == nil && p.unsearched != "" {
		p.env.warn("%s: only %d of the files in it were searched for intermediates: name the right one", p.unsearched, maxBeside)
	}
}

// beside reads the certificates in the folders of the files that were named.
// Nobody is asked for a password, and what cannot be read is passed over.
func (p *installation) beside(inputs []*site.Input) []*convert.Certificate {
	var list []*convert.Certificate
	seen := map[string]bool{}
	for _, in := range inputs {
		seen[filepath.Clean(in.Path)] = true
	}
	for _, in := range p.inputs {
		dir := filepath.Dir(in.Path)
		if in.Path == "-" || seen[dir+"/"] {
			continue
		}
		seen[dir+"/"] = true
		entries, _ := os.ReadDir(dir)
		if len(entries) > maxBeside {
			p.unsearched = dir
		}
		for _, e := range entries[:min(len(entries), maxBeside)] {
			path := filepath.Join(dir, e.Name())
			info, err := os.Stat(path) // certbot has links to its files
			if err != nil || seen[path] || !info.Mode().IsRegular() || info.Size() > maxBesideSize {
				continue
			}
			data, err := os.ReadFile(path)
			if err != nil {
				continue
			}
			b, _ := convert.Decode(data, &convert.DecodeOptions{File: path})
			for i := range b.Certs {
				list = append(list, &b.Certs[i])
			}
			b.Wipe()
			clear(data)
		}
	}
	return list
}

// String says what was left.
func (u unused) String() string {
	return fmt.Sprintf("%s in %s: %s", u.what, report.Place(u.at), u.why)
}
