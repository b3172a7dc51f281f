package site

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/validate"
)

// Site is what is checked together: a key, its certificate, the chain.
type Site struct {
	Inputs []*Input
	Bundle *convert.Bundle  // of all inputs, without what is not served
	Report *validate.Report // of Check

	Fetched []served.Issuer // of its chain; nil: nobody has looked

	alone  bool // belongs to nothing else that was given
	server bool // its certificate is for a server
	other  bool // its certificate is not for a server, and one that is was given too
	apart  bool // it is a key or request that was found, and the certificate of a server was given too
	caKey  bool // its key is that of a CA that issued something here
	past   bool // a newer certificate has replaced its own, and nothing but archives have that
}

// Main is what a report calls the site by.
func (s *Site) Main() *Input {
	for _, in := range s.Inputs {
		if len(in.leaves) > 0 {
			return in
		}
	}
	return s.Inputs[0]
}

// scope are the files among which those that belong together are looked for.
type scope struct {
	opts   *validate.Options
	keys   map[convert.PublicID]bool // public keys that have a private key here
	sites  []*Site
	others *others                   // what was found in other scopes
	cas    map[convert.PublicID]bool // public keys of CAs that issued something here
}

// others is what is known of the scopes that were grouped before, or will be.
type others struct {
	sites   int             // how many there are
	servers bool            // one of them has the certificate of a server
	issuers map[string]bool // who issued the certificates in them: Names in DER
	lineages
}

// Group works out which files of a scope belong together. Files that were
// named with their roles are one site, with the others that were named, unless
// several of them were named as certificates of the server and are: then each is
// one, with its key and chain, as nginx and Apache take one for each kind of key.
func Group(inputs []*Input, opts *validate.Options) []*Site { return group(inputs, opts, &others{}) }

// group is Group where there are other scopes.
func group(inputs []*Input, opts *validate.Options, others *others) []*Site {
	sc := &scope{opts: opts, keys: map[convert.PublicID]bool{}, cas: map[convert.PublicID]bool{}, others: others}
	inputs = slices.DeleteFunc(slices.Clone(inputs), func(in *Input) bool { return in.Unread() != nil })
	if len(inputs) == 0 {
		return nil
	}
	sc.identify(inputs)
	var forAll, forFirst []*Input
	roles := slices.ContainsFunc(inputs, func(in *Input) bool { return in.Role != validate.RoleAny })
	if roles {
		if !sc.several(inputs) {
			s := &Site{Inputs: inputs}
			s.assemble()
			return []*Site{s}
		}
		inputs, forAll = parted(inputs, func(in *Input) bool { return in.Role == validate.RoleCRL })
		inputs, forFirst = parted(inputs, func(in *Input) bool { return in.Role == validate.RoleClientCA })
	}
	var certs, keys, chains, rest []*Input
	for _, in := range sc.split(inputs) {
		switch {
		case len(in.leaves) > 0:
			certs = append(certs, in)
		case len(in.keys)+len(in.requests) > 0:
			keys = append(keys, in)
		case len(in.Bundle.Certs) > 0 || len(in.Bundle.CRLs) > 0 && len(in.Bundle.Failures) == 0:
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
	if roles {
		sc.adopt(forFirst, forAll)
	}
	// Where a server has no certificate at all, no key is beside the point.
	whole := opts.Target == "" || others.servers || slices.ContainsFunc(sc.sites, func(s *Site) bool { return s.has(hasLeaf) })
	servers := others.servers
	for _, s := range sc.sites {
		s.assemble()
		s.caKey = s.single() && sc.isCA(s)
		s.alone = whole && len(sc.sites)+others.sites > 1 && s.single()
		s.server = s.forServer(opts)
		servers = servers || s.server
	}
	for _, s := range sc.sites {
		s.apart = servers && !s.has(hasLeaf) && (s.has(hasKey) || s.has(hasRequest)) &&
			!s.has(func(in *Input) bool { return !in.Found() || len(in.Bundle.Failures) > 0 })
		s.other = servers && s.has(hasLeaf) && !s.server && !s.has(func(in *Input) bool { return hasLeaf(in) && !in.Found() })
	}
	sc.replaced()
	return sc.sites
}

// forServer reports whether the site's own certificate is for a server.
func (s *Site) forServer(opts *validate.Options) bool {
	c := s.Certificate()
	return c != nil && s.has(hasLeaf) && opts.ForServer(c)
}

// identify finds out the public keys of each input. A certificate is a leaf if
// it is no CA, or its key is here; where there is none of these, if it issued
// no other one here. A CA that was found beside the certificate of a server is
// what it says, even if its key is here.
func (sc *scope) identify(inputs []*Input) {
	issuers := sync.OnceValue(func() *convert.Issuers { return issuersOf(inputs) })
	for _, in := range inputs {
		in.keys, in.requests, in.leaves = nil, nil, nil
		for i := range in.Bundle.Keys {
			if id := in.Bundle.Keys[i].PublicID(); id != "" {
				in.keys = append(in.keys, id)
				sc.keys[id] = true
			}
		}
		for i := range in.Bundle.Requests {
			in.requests = append(in.requests, in.Bundle.Requests[i].PublicID())
		}
	}
	servers := sc.others.servers || slices.ContainsFunc(inputs, sc.serves)
	found := len(sc.keys) > 0 || sc.others.servers
	for pass := 0; pass == 0 || pass == 1 && !found; pass++ {
		for _, in := range inputs {
			seen := map[string]bool{}
			for i := range in.Bundle.Certs {
				c := &in.Bundle.Certs[i]
				id := c.PublicID()
				isLeaf := !c.IsCA() || sc.keys[id] && !issuers().Issued(c) && !(servers && in.Found() && !sc.opts.ForServer(c))
				if c.IsCA() && !isLeaf {
					sc.cas[id] = true
				}
				if pass == 1 {
					isLeaf = !issuers().Issued(c)
				}
				if isLeaf && !seen[string(c.Raw)] {
					seen[string(c.Raw)], found = true, true
					in.leaves = append(in.leaves, leaf{id, c.Raw})
				}
			}
			found = found || pass == 1
		}
	}
}

// several reports whether files that were given as certificates of the server have
// more than one: of no CA, unless its key is here, and that issued no other. If so
// it leaves in each file the one that the server takes, and in files of other roles
// none.
func (sc *scope) several(inputs []*Input) bool {
	issuers := issuersOf(inputs)
	own, different := map[*Input][]leaf{}, map[string]bool{}
	for _, in := range inputs {
		for i := range in.Bundle.Certs {
			c := &in.Bundle.Certs[i]
			if in.Role == validate.RoleCert && (!c.IsCA() || sc.keys[c.PublicID()]) && !issuers.Issued(c) {
				own[in] = []leaf{{c.PublicID(), c.Raw}}
				different[string(c.Raw)] = true
				break
			}
		}
	}
	if len(different) < 2 {
		return false
	}
	for _, in := range inputs {
		if in.Role != validate.RoleAny {
			in.leaves = own[in]
		}
	}
	return true
}

// adopt gives what was named for a role, and is of no site, to the site that it may
// be meant for: the checks say that it does not fit, or cannot be opened. Those in
// forFirst are for the first site, those in forAll for each.
func (sc *scope) adopt(forFirst, forAll []*Input) {
	var whole, lacking []*Site
	for _, s := range sc.sites {
		if s.has(hasLeaf) {
			whole = append(whole, s)
			if !s.has(hasKey) {
				lacking = append(lacking, s)
			}
		}
	}
	if len(whole) == 0 {
		return
	}
	for _, s := range sc.sites {
		switch in := s.Inputs[0]; {
		case s.has(hasLeaf) || len(s.Inputs) > 1:
		case in.Role == validate.RoleRequest, in.Role == validate.RoleChain:
			whole[0].join(s)
		case in.Role == validate.RoleKey && !hasKey(in) && len(lacking) == 1:
			lacking[0].join(s)
		}
	}
	sc.sites = slices.DeleteFunc(sc.sites, func(s *Site) bool { return len(s.Inputs) == 0 })
	whole[0].Inputs = append(whole[0].Inputs, forFirst...)
	for _, s := range whole {
		s.Inputs = append(s.Inputs, forAll...)
	}
}

// issuersOf knows who issued whom of all certificates in files.
func issuersOf(inputs []*Input) *convert.Issuers {
	all := new(convert.Issuers)
	for _, in := range inputs {
		for i := range in.Bundle.Certs {
			all.Add(&in.Bundle.Certs[i])
		}
	}
	return all
}

// serves reports whether a certificate in the file is for a server.
func (sc *scope) serves(in *Input) bool {
	for i := range in.Bundle.Certs {
		if c := &in.Bundle.Certs[i]; (!c.IsCA() || sc.keys[c.PublicID()]) && sc.opts.ForServer(c) {
			return true
		}
	}
	return false
}

// split takes files apart that collect certificates of several servers. One
// with certificates for a single key is meant for a server, whatever else is
// in it.
func (sc *scope) split(inputs []*Input) []*Input {
	var list []*Input
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

// addCerts makes a site of each leaf, with all files that it is in.
func (sc *scope) addCerts(inputs []*Input) {
	type copied struct{ folder, raw string } // each folder is for itself
	byLeaf := map[copied]*Site{}
	for _, in := range inputs {
		var s *Site
		for _, l := range in.leaves {
			if s == nil && (len(in.leaves) == 1 || sc.keys[l.id]) {
				s = byLeaf[copied{in.folder, string(l.raw)}]
			}
		}
		if s == nil {
			s = &Site{}
			sc.sites = append(sc.sites, s)
		}
		s.Inputs = append(s.Inputs, in)
		for _, l := range in.leaves {
			if at := (copied{in.folder, string(l.raw)}); byLeaf[at] == nil {
				byLeaf[at] = s
			}
		}
	}
}

// addKeys gives each site its key and its request. Those that belong to no
// certificate make sites of their own.
func (sc *scope) addKeys(certs, keys []*Input) {
	byID := map[convert.PublicID][]*Input{}
	for _, in := range slices.Concat(keys, certs) {
		for _, id := range slices.Concat(in.keys, in.requests) {
			if list := byID[id]; len(list) == 0 || list[len(list)-1] != in {
				byID[id] = append(list, in)
			}
		}
	}
	used := map[convert.PublicID]bool{}
	for _, s := range sc.sites {
		own := slices.Clone(s.Inputs)
		ids := map[convert.PublicID]bool{}
		for _, in := range own {
			for _, l := range in.leaves {
				if ids[l.id] {
					continue
				}
				ids[l.id] = true
				for _, k := range nearest(byID[l.id], own) {
					used[l.id] = true
					if !slices.Contains(own, k) {
						s.Inputs = append(s.Inputs, k.only(l.id))
					}
				}
			}
		}
	}
	pending := map[convert.PublicID]*Site{}
	for _, in := range keys {
		for _, id := range slices.Concat(in.keys, in.requests) {
			if used[id] {
				continue
			}
			if pending[id] == nil {
				pending[id] = &Site{}
				sc.sites = append(sc.sites, pending[id])
			}
			if s := pending[id]; !slices.ContainsFunc(s.Inputs, func(o *Input) bool { return o.Name() == in.Name() }) {
				s.Inputs = append(s.Inputs, in.only(id))
			}
		}
	}
}

// nearest gives those of the inputs with a key that are in the folders of a site,
// or all where none is but those that were replaced there.
func nearest(keys, own []*Input) []*Input {
	keys = slices.DeleteFunc(slices.Clone(keys), func(k *Input) bool { return k.putAway(own) })
	var near []*Input
	for _, k := range keys {
		if slices.ContainsFunc(own, func(in *Input) bool { return in.folder == k.folder }) {
			near = append(near, k)
		}
	}
	if slices.ContainsFunc(near, hasKey) {
		return near
	}
	return keys
}

// has reports whether an input of the site has a part that is asked for.
func (s *Site) has(part func(*Input) bool) bool { return slices.ContainsFunc(s.Inputs, part) }

func hasKey(in *Input) bool     { return len(in.keys) > 0 }
func hasLeaf(in *Input) bool    { return len(in.leaves) > 0 }
func hasRequest(in *Input) bool { return len(in.requests) > 0 }

// single reports whether the site has nothing that belongs together.
func (s *Site) single() bool {
	return !s.has(hasLeaf) && !(s.has(hasKey) && s.has(hasRequest))
}

// isCA reports whether the key of a site is that of a CA that issued something
// here: no certificate of a server is missing for it.
func (sc *scope) isCA(s *Site) bool {
	return s.has(func(in *Input) bool {
		return slices.ContainsFunc(in.keys, func(id convert.PublicID) bool { return sc.cas[id] })
	})
}

// sameFolder reports whether sites have files in one folder, or were named.
func sameFolder(a, b *Site) bool {
	return a.has(func(x *Input) bool {
		return b.has(func(y *Input) bool { return x.folder == y.folder })
	})
}

// sameStem reports whether files of both sites have one name, but for the
// extension.
func sameStem(a, b *Site) bool {
	for _, x := range a.Inputs {
		for _, y := range b.Inputs {
			if stem(x.base()) == stem(y.base()) {
				return true
			}
		}
	}
	return false
}

func stem(base string) string {
	return strings.ToLower(strings.TrimSuffix(base, filepath.Ext(base)))
}

// addRest places what could not be read. In a folder, a file that is none of
// ours is passed over unless its name says otherwise.
func (sc *scope) addRest(rest []*Input) {
	whole := slices.Clone(sc.sites)
	for _, in := range rest {
		lone := &Site{Inputs: []*Input{in}}
		to := slices.IndexFunc(whole, func(s *Site) bool { return sameStem(s, lone) && sameFolder(s, lone) })
		switch {
		case in.Found() && in.Foreign():
			continue
		case to >= 0:
		case !in.Found() && len(whole) == 1:
			to = 0
		default:
			sc.sites = append(sc.sites, lone)
			continue
		}
		whole[to].Inputs = append(whole[to].Inputs, in)
	}
}

// assemble makes the bundle that is checked. Where several files of a folder
// hold the server's certificate, with and without its chain, the one that
// holds most is taken for what is served, and the others add nothing to it; of
// those that hold as much the one with a name that says so.
func (s *Site) assemble() {
	if len(s.Inputs) == 1 { // nothing has to be put together
		b := *s.Inputs[0].Bundle
		s.Bundle = &b
		return
	}
	s.Bundle = &convert.Bundle{}
	most := -1
	for i, in := range s.Inputs {
		if in.Role == validate.RoleAny && len(in.leaves) > 0 && (most < 0 || in.more(s.Inputs[most])) {
			most = i
		}
	}
	served := map[string]bool{}
	if most >= 0 {
		for _, c := range s.Inputs[most].Bundle.Certs {
			served[string(c.Raw)] = true
		}
	}
	failed := map[string]bool{}
	for i, in := range s.Inputs {
		part := *in.Bundle
		if failed[in.Name()] { // the same file, given for something else too
			part.Failures = nil
		}
		failed[in.Name()] = failed[in.Name()] || len(part.Failures) > 0
		if most >= 0 && i != most && in.Role != validate.RoleCert && in.Role != validate.RoleClientCA {
			part.Certs = slices.DeleteFunc(slices.Clone(part.Certs), func(c convert.Certificate) bool { return served[string(c.Raw)] })
		}
		if len(s.Bundle.CRLs) == 0 { // one file of them serves all sites
			s.Bundle.CRLs, part.CRLs = slices.Clip(part.CRLs), nil
		}
		s.Bundle.Add(&part)
	}
}

// more reports whether the file has more certificates than another one, or the name.
func (in *Input) more(o *Input) bool {
	if n, m := len(in.Bundle.Certs), len(o.Bundle.Certs); n != m {
		return n > m
	}
	return in.whole() && !o.whole()
}

// issued reports whether the requests of a file have done their work: their
// certificate is there.
func (s *Site) issued(in *Input) bool {
	return len(in.requests) > 0 && !slices.ContainsFunc(in.requests, func(id convert.PublicID) bool {
		return !s.has(func(o *Input) bool {
			return slices.ContainsFunc(o.leaves, func(l leaf) bool { return l.id == id })
		})
	})
}

// Leaf is the index of the server's certificate in the bundle, -1 without one.
func (s *Site) Leaf() int { return s.Bundle.Leaf() }

// Own is what the server has for itself: key and certificates, without the CAs of its
// clients.
func (s *Site) Own() *convert.Bundle {
	clients := map[string]bool{}
	for _, in := range s.Inputs {
		clients[in.Name()] = clients[in.Name()] || in.Role == validate.RoleClientCA
	}
	b := &convert.Bundle{Keys: s.Bundle.Keys}
	for _, c := range s.Bundle.Certs {
		if !clients[c.Source.File] {
			b.Certs = append(b.Certs, c)
		}
	}
	return b
}

// Certificate is that of the site: the server's, or one that its key does not fit.
// It is nil where there is none but those of CAs.
func (s *Site) Certificate() *convert.Certificate {
	if leaf := s.Leaf(); leaf >= 0 {
		return &s.Bundle.Certs[leaf]
	}
	for i := range s.Bundle.Certs {
		if c := &s.Bundle.Certs[i]; s.has(func(in *Input) bool {
			return slices.ContainsFunc(in.leaves, func(l leaf) bool { return bytes.Equal(l.raw, c.Raw) })
		}) {
			return c
		}
	}
	return nil
}

// Other reports whether the certificate is not for a server, and others that were
// given are.
func (s *Site) Other() bool { return s.other }

// Paired reports whether the first key belongs to the server's certificate.
func (s *Site) Paired() bool {
	return len(s.Bundle.Keys) > 0 && s.Leaf() >= 0 && s.Bundle.Keys[0].PublicID().Is(s.Bundle.Certs[s.Leaf()].PublicID())
}

// GroupRequests makes a site of each file: its requests, without the keys and
// certificates that are beside them in a backup.
func GroupRequests(inputs []*Input) []*Site {
	var sites []*Site
	for _, in := range inputs {
		if in.Unread() != nil || in.folder != "" && len(in.Bundle.Requests) == 0 {
			continue
		}
		for i := range in.Bundle.Requests {
			in.requests = append(in.requests, in.Bundle.Requests[i].PublicID())
		}
		s := &Site{Inputs: []*Input{in}, Bundle: in.Bundle}
		if len(in.Bundle.Requests) > 0 {
			only := *in.Bundle
			only.Keys, only.Certs, only.PublicKeys, only.CRLs = nil, nil, nil, nil
			s.Bundle = &only
		}
		sites = append(sites, s)
	}
	return sites
}
