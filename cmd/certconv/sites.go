package main

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/validate"
)

// site is what is checked together: a key, its certificate, the chain.
type site struct {
	inputs []*input
	bundle *convert.Bundle // of all inputs, without what is not served
	alone  bool            // belongs to nothing else that was given
	report *validate.Report
}

// certFile is what a report calls the site by.
func (s *site) certFile() *input {
	for _, in := range s.inputs {
		if len(in.leaves) > 0 {
			return in
		}
	}
	return s.inputs[0]
}

// scope are the files among which those that belong together are looked for.
type scope struct {
	opts  *validate.Options
	keys  map[convert.PublicID]bool // public keys that have a private key here
	sites []*site
}

// groupSites works out which files of a scope belong together. Files that were
// named with their roles are one site, with the others that were named.
func (p *checkPlan) groupSites(inputs []*input) []*site {
	sc := &scope{opts: &p.opts, keys: map[convert.PublicID]bool{}}
	inputs = slices.DeleteFunc(slices.Clone(inputs), func(in *input) bool { return in.unread() != nil })
	if len(inputs) == 0 {
		return nil
	}
	sc.identify(inputs)
	if slices.ContainsFunc(inputs, func(in *input) bool { return in.role != validate.RoleAny }) {
		s := &site{inputs: inputs}
		s.assemble()
		return []*site{s}
	}
	var certs, keys, chains, rest []*input
	for _, in := range sc.split(inputs) {
		switch {
		case len(in.leaves) > 0:
			certs = append(certs, in)
		case len(in.keys)+len(in.requests) > 0:
			keys = append(keys, in)
		case len(in.bundle.Certs) > 0 || len(in.bundle.CRLs) > 0 && len(in.bundle.Failures) == 0:
			chains = append(chains, in)
		default:
			rest = append(rest, in)
		}
	}
	sc.addCerts(certs)
	sc.addKeys(certs, keys)
	sc.marry()
	sc.addChains(chains)
	sc.addRest(rest)
	for _, s := range sc.sites {
		s.assemble()
		s.alone = len(sc.sites) > 1 && s.single()
	}
	return sc.sites
}

// leaf is a certificate of a server: its public key and its bytes.
type leaf struct {
	id  convert.PublicID
	raw string
}

// identify finds out the public keys of each input. A certificate is a leaf if
// it is no CA, or its key is here; where there is none of these, if it issued
// no other one here.
func (sc *scope) identify(inputs []*input) {
	var issuers convert.Issuers
	for _, in := range inputs {
		for i := range in.bundle.Keys {
			if id := in.bundle.Keys[i].PublicID(); id != "" {
				in.keys = append(in.keys, id)
				sc.keys[id] = true
			}
		}
		for i := range in.bundle.Requests {
			in.requests = append(in.requests, in.bundle.Requests[i].PublicID())
		}
		for i := range in.bundle.Certs {
			issuers.Add(&in.bundle.Certs[i])
		}
	}
	found := len(sc.keys) > 0
	for pass := 0; pass == 0 || pass == 1 && !found; pass++ {
		for _, in := range inputs {
			seen := map[string]bool{}
			for i := range in.bundle.Certs {
				c := &in.bundle.Certs[i]
				id := c.PublicID()
				isLeaf := !c.IsCA() || sc.keys[id]
				if pass == 1 {
					isLeaf = !issuers.Issued(c)
				}
				if isLeaf && !seen[string(c.Raw)] {
					seen[string(c.Raw)], found = true, true
					in.leaves = append(in.leaves, leaf{id, string(c.Raw)})
				}
			}
			found = found || pass == 1
		}
	}
}

// split takes files apart that collect certificates of several servers. One
// with certificates for a single key is meant for a server, whatever else is
// in it.
func (sc *scope) split(inputs []*input) []*input {
	var list []*input
	for _, in := range inputs {
		keyed := map[convert.PublicID]bool{}
		for _, l := range in.leaves {
			if sc.keys[l.id] {
				keyed[l.id] = true
			}
		}
		if len(in.leaves) < 2 || len(keyed) == 1 {
			list = append(list, in)
			continue
		}
		list = append(list, in.split()...)
	}
	return list
}

// part is in with nothing in it.
func (in *input) part() *input {
	p := *in
	p.bundle = &convert.Bundle{Containers: in.bundle.Containers}
	p.keys, p.leaves, p.requests = nil, nil, nil
	if p.of == nil {
		p.of = in
	}
	return &p
}

// split makes an input of each leaf, and one of the rest.
func (in *input) split() []*input {
	leaves := map[string]leaf{}
	for _, l := range in.leaves {
		leaves[l.raw] = l
	}
	shared := map[string]bool{}
	rest := in.part()
	*rest.bundle = *in.bundle
	rest.keys, rest.requests = in.keys, in.requests
	rest.bundle.Certs, rest.bundle.Notes, rest.bundle.Failures = nil, nil, nil
	var list []*input
	for i := range in.bundle.Certs {
		raw := string(in.bundle.Certs[i].Raw)
		l, ok := leaves[raw]
		if !ok {
			// A keystore has the chain beside each of its keys.
			if !shared[raw] {
				shared[raw] = true
				rest.bundle.Certs = append(rest.bundle.Certs, in.bundle.Certs[i])
			}
			continue
		}
		p := in.part()
		p.bundle.Certs = in.bundle.Certs[i : i+1 : i+1]
		p.leaves = []leaf{l}
		list = append(list, p)
	}
	// What was noted of the file is said once.
	list[0].bundle.Notes, list[0].bundle.Failures = in.bundle.Notes, in.bundle.Failures
	if rest.bundle.Len() > 0 {
		list = append(list, rest)
	}
	return list
}

// addCerts makes a site of each leaf, with all files that it is in.
func (sc *scope) addCerts(inputs []*input) {
	byLeaf := map[string]*site{}
	for _, in := range inputs {
		var s *site
		for _, l := range in.leaves {
			if s == nil && (len(in.leaves) == 1 || sc.keys[l.id]) {
				s = byLeaf[l.raw]
			}
		}
		if s == nil {
			s = &site{}
			sc.sites = append(sc.sites, s)
		}
		s.inputs = append(s.inputs, in)
		for _, l := range in.leaves {
			if byLeaf[l.raw] == nil {
				byLeaf[l.raw] = s
			}
		}
	}
}

// addKeys gives each site its key and its request. Those that belong to no
// certificate make sites of their own.
func (sc *scope) addKeys(certs, keys []*input) {
	byID := map[convert.PublicID][]*input{}
	for _, in := range slices.Concat(keys, certs) {
		for _, id := range slices.Concat(in.keys, in.requests) {
			if list := byID[id]; len(list) == 0 || list[len(list)-1] != in {
				byID[id] = append(list, in)
			}
		}
	}
	used := map[convert.PublicID]bool{}
	for _, s := range sc.sites {
		own := slices.Clone(s.inputs)
		ids := map[convert.PublicID]bool{}
		for _, in := range own {
			for _, l := range in.leaves {
				if ids[l.id] {
					continue
				}
				ids[l.id] = true
				used[l.id] = true
				for _, k := range byID[l.id] {
					if !slices.Contains(own, k) {
						s.inputs = append(s.inputs, k.only(l.id))
					}
				}
			}
		}
	}
	pending := map[convert.PublicID]*site{}
	for _, in := range keys {
		for _, id := range slices.Concat(in.keys, in.requests) {
			if used[id] {
				continue
			}
			if pending[id] == nil {
				pending[id] = &site{}
				sc.sites = append(sc.sites, pending[id])
			}
			if s := pending[id]; !slices.ContainsFunc(s.inputs, func(o *input) bool { return o.name() == in.name() }) {
				s.inputs = append(s.inputs, in.only(id))
			}
		}
	}
}

// only is in, or, where it holds more than the key and request with this
// public key, the part that does.
func (in *input) only(id convert.PublicID) *input {
	other := func(o convert.PublicID) bool { return o != id }
	if len(in.leaves) == 0 && !slices.ContainsFunc(in.keys, other) && !slices.ContainsFunc(in.requests, other) {
		return in
	}
	p := in.part()
	for i := range in.bundle.Keys {
		if k := &in.bundle.Keys[i]; k.PublicID().Is(id) {
			p.bundle.Keys, p.keys = append(p.bundle.Keys, *k), append(p.keys, id)
		}
	}
	for i := range in.bundle.Requests {
		if q := &in.bundle.Requests[i]; q.PublicID() == id {
			p.bundle.Requests, p.requests = append(p.bundle.Requests, *q), append(p.requests, id)
		}
	}
	return p
}

// has reports whether an input of the site has a part that is asked for.
func (s *site) has(part func(*input) bool) bool { return slices.ContainsFunc(s.inputs, part) }

func hasKey(in *input) bool     { return len(in.keys) > 0 }
func hasLeaf(in *input) bool    { return len(in.leaves) > 0 }
func hasRequest(in *input) bool { return len(in.requests) > 0 }

// single reports whether the site has nothing that belongs together.
func (s *site) single() bool {
	return !s.has(hasLeaf) && !(s.has(hasKey) && s.has(hasRequest))
}

// marry joins a key that no certificate here belongs to with a certificate
// that no key belongs to: where there is one of each they are meant for each
// other, and so are files of one name. That they do not fit is then told.
func (sc *scope) marry() {
	var keys, certs []*site
	for _, s := range sc.sites {
		switch {
		case s.has(hasKey) && !s.has(hasLeaf):
			keys = append(keys, s)
		case s.has(hasLeaf) && !s.has(hasKey):
			certs = append(certs, s)
		}
	}
	for _, k := range keys {
		for _, c := range certs {
			if len(c.inputs) == 0 || len(keys) > 1 || len(certs) > 1 {
				if len(c.inputs) == 0 || !sameStem(k, c) {
					continue
				}
			}
			k.inputs = append(k.inputs, c.inputs...)
			c.inputs = nil
			break
		}
	}
	// A request for another key, beside a single site, is meant for it too.
	sc.sites = slices.DeleteFunc(sc.sites, func(s *site) bool { return len(s.inputs) == 0 })
	if len(sc.sites) == 2 {
		for i, s := range sc.sites {
			o := sc.sites[1-i]
			if s.has(hasRequest) && !s.has(hasKey) && !s.has(hasLeaf) && (!s.inputs[0].found() || sameStem(s, o)) {
				o.inputs = append(o.inputs, s.inputs...)
				sc.sites = []*site{o}
				break
			}
		}
	}
}

// sameStem reports whether files of both sites have one name, but for the
// extension.
func sameStem(a, b *site) bool {
	for _, x := range a.inputs {
		for _, y := range b.inputs {
			if stem(x) == stem(y) {
				return true
			}
		}
	}
	return false
}

func stem(in *input) string {
	base := in.base()
	return strings.ToLower(strings.TrimSuffix(base, filepath.Ext(base)))
}

// addRest places what could not be read. In a folder, a file that is none of
// ours is passed over unless its name says otherwise.
func (sc *scope) addRest(rest []*input) {
	whole := slices.Clone(sc.sites)
	for _, in := range rest {
		lone := &site{inputs: []*input{in}}
		to := slices.IndexFunc(whole, func(s *site) bool { return sameStem(s, lone) })
		switch {
		case to >= 0:
		case !in.found() && len(whole) == 1:
			to = 0
		case in.found() && in.foreign():
			continue
		default:
			sc.sites = append(sc.sites, lone)
			continue
		}
		whole[to].inputs = append(whole[to].inputs, in)
	}
}

// foreign reports whether nothing says that the file belongs here.
func (in *input) foreign() bool {
	err := in.bundle.Err()
	return err == nil || errors.Is(err, convert.ErrUnknownFormat) && convert.Lookup(filepath.Ext(in.base())) == nil
}

// assemble makes the bundle that is checked. Where several files of a folder
// hold the server's certificate, with and without its chain, the one that
// holds most is taken for what is served, and the others add nothing to it.
func (s *site) assemble() {
	s.bundle = &convert.Bundle{}
	most := -1
	for i, in := range s.inputs {
		if in.role == validate.RoleAny && len(in.leaves) > 0 && (most < 0 || len(in.bundle.Certs) > len(s.inputs[most].bundle.Certs)) {
			most = i
		}
	}
	served := map[string]bool{}
	if most >= 0 {
		for _, c := range s.inputs[most].bundle.Certs {
			served[string(c.Raw)] = true
		}
	}
	failed := map[string]bool{}
	for i, in := range s.inputs {
		part := *in.bundle
		if failed[in.name()] { // the same file, given for something else too
			part.Failures = nil
		}
		failed[in.name()] = failed[in.name()] || len(part.Failures) > 0
		if most >= 0 && i != most && in.role != validate.RoleCert {
			part.Certs = slices.DeleteFunc(slices.Clone(part.Certs), func(c convert.Certificate) bool { return served[string(c.Raw)] })
		}
		s.bundle.Add(&part)
	}
}
