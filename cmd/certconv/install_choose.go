package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/certconv/certconv/convert"
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

// gather reads what was named, with all files of the folders among it.
func (p *installation) gather() []*input {
	inputs := slices.Concat(slices.Collect(p.scopes)...)
	p.read(inputs)
	return inputs
}

// choose picks the key, its certificate and the chain. What it finds wrong is
// left for the checks to say.
func (p *installation) choose(inputs []*input) {
	var readable []*input
	for _, in := range inputs {
		if in.fail == nil {
			readable = append(readable, in)
		}
	}
	sites := groupSites(readable)
	p.site = p.chooseSite(sites)
	if p.site == nil {
		p.site = &site{inputs: inputs, bundle: &convert.Bundle{}}
		return
	}
	for _, in := range inputs {
		if in.fail != nil && in.folder == "" { // named: it has to be readable
			p.site.inputs = append(p.site.inputs, in)
		}
	}
	p.pick(inputs)
}

// chooseSite picks among what belongs together: a key with a certificate that
// covers the hosts, and of several the one that is valid, then the newest.
func (p *installation) chooseSite(sites []*site) *site {
	if len(sites) == 0 {
		return nil
	}
	best := slices.MaxFunc(sites, func(a, b *site) int { return p.rank(a).compare(p.rank(b)) })
	for _, s := range sites {
		if s == best {
			continue
		}
		for i := range s.bundle.Keys {
			k := &s.bundle.Keys[i]
			p.unused = append(p.unused, unused{k.Source, "private key " + k.Algorithm, "it belongs to another certificate"})
		}
	}
	return best
}

type siteRank struct{ paired, covers, valid, keyed, leaf, newest int64 }

func (r siteRank) compare(o siteRank) int {
	a := []int64{r.paired, r.covers, r.valid, r.keyed, r.leaf, r.newest}
	return slices.Compare(a, []int64{o.paired, o.covers, o.valid, o.keyed, o.leaf, o.newest})
}

func (p *installation) rank(s *site) siteRank {
	var r siteRank
	if len(s.bundle.Keys) > 0 {
		r.keyed = 1
	}
	leaf := s.bundle.Leaf()
	if leaf < 0 {
		return r
	}
	c := &s.bundle.Certs[leaf]
	r.leaf = 1
	if r.keyed == 1 && convert.SamePublicKey(s.bundle.Keys[0].SPKI, c.SPKI) {
		r.paired = 1
	}
	if !slices.ContainsFunc(p.hosts, func(h string) bool { return !validate.Covers(c, h) }) {
		r.covers = 1
	}
	if !p.opts.Now.After(c.NotAfter) && !p.opts.Now.Before(c.NotBefore) {
		r.valid = 1
	}
	r.newest = c.NotBefore.Unix()
	return r
}

// pick puts the leaf and the chain that its signatures lead to in place of the
// certificates that were given.
func (p *installation) pick(inputs []*input) {
	b := p.site.bundle
	leaf := b.Leaf()
	if leaf < 0 {
		return
	}
	var pool []*convert.Certificate
	for _, in := range inputs {
		for i := range in.bundle.Certs {
			pool = append(pool, &in.bundle.Certs[i])
		}
	}
	given := len(pool)
	for _, c := range p.beside(inputs) {
		pool = append(pool, c)
	}
	_ = given
	picked := validate.Pick(&b.Certs[leaf], pool, &p.opts)
	certs := []convert.Certificate{b.Certs[leaf]}
	for _, c := range picked.Chain {
		certs = append(certs, *c)
	}
	for _, u := range picked.Unused {
		if u.Cert.Source.File != "" && slices.ContainsFunc(pool[:given], func(c *convert.Certificate) bool { return c == u.Cert }) {
			p.unused = append(p.unused, unused{u.Cert.Source, "certificate " + convert.NameString(u.Cert.Subject), u.Why})
		}
	}
	for _, c := range picked.Chain {
		if !slices.ContainsFunc(pool[:given], func(o *convert.Certificate) bool { return o == c }) {
			p.result.note("the intermediate %s was found in %s", convert.NameString(c.Subject), c.Source)
		}
	}
	b.Certs = certs
}

// beside reads the certificates in the folders of the files that were named.
// Nobody is asked for a password, and what cannot be read is passed over.
func (p *installation) beside(inputs []*input) []*convert.Certificate {
	var list []*convert.Certificate
	seen := map[string]bool{}
	for _, in := range inputs {
		seen[filepath.Clean(in.path)] = true
	}
	for _, in := range p.inputs {
		dir := filepath.Dir(in.path)
		if in.path == "-" || seen[dir+"/"] {
			continue
		}
		seen[dir+"/"] = true
		entries, _ := os.ReadDir(dir)
		for _, e := range entries[:min(len(entries), maxBeside)] {
			path := filepath.Join(dir, e.Name())
			info, err := e.Info()
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
	return fmt.Sprintf("%s (%s): %s", u.what, u.at.String(), u.why)
}
