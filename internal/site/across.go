package site

import (
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/validate"
)

// Grouper makes sites of one scope after the other.
type Grouper interface {
	// Add gives the sites of a scope that need nothing from another one.
	Add(scope []*Input) []*Site
	// Rest comes after the last scope and gives the sites that are left.
	Rest() []*Site
	// Aside reports whether Rest needs an input.
	Aside(*Input) bool
}

// Apart is a Grouper that makes sites of each scope for itself.
type Apart func(scope []*Input) []*Site

// Add gives the sites of the scope.
func (group Apart) Add(scope []*Input) []*Site { return group(scope) }

// Rest gives nothing: all is said.
func (Apart) Rest() []*Site { return nil }

// Aside reports that nothing is kept.
func (Apart) Aside(*Input) bool { return false }

// Across is a Grouper that looks for counterparts in all scopes: keys in one
// folder, certificates in another one, the CA's beside them. What is whole in
// its own folder is a site at once. Of the others maxAside files wait for their
// counterparts; where there are more, the rest is for itself.
type Across struct {
	Options *validate.Options

	held  []*Input // the first scope, until there is another one
	first bool     // it was there
	some  bool     // there was another one
	aside []*Input
	needs map[*Input]bool // those held and aside
	given others          // so far
}

// maxAside bounds what is held in memory until all scopes are read.
const maxAside = 500

// Add gives the sites that are whole, from the second scope on.
func (a *Across) Add(scope []*Input) []*Site {
	if !a.first {
		a.held, a.first, a.needs = scope, true, map[*Input]bool{}
		for _, in := range scope {
			a.needs[in] = true
		}
		return nil
	}
	var sites []*Site
	if !a.some {
		a.some = true
		clear(a.needs)
		sites = a.whole(a.held)
		a.held = nil
	}
	return append(sites, a.whole(scope)...)
}

// Rest gives the sites of what was set aside, or of the only scope.
func (a *Across) Rest() []*Site {
	sites := group(slices.Concat(a.held, a.aside), a.Options, &a.given)
	a.held, a.aside, a.needs = nil, nil, nil
	return sites
}

// Bounds of what is kept in mind of issuers. Servers have few.
const (
	maxIssuers = 10000
	maxName    = 1 << 10
)

// add takes in what is known of sites.
func (o *others) add(sites []*Site, opts *validate.Options) {
	o.lineages.add(sites, opts.Now)
	for _, s := range sites {
		o.sites++
		o.servers = o.servers || s.server
		for i := range s.Bundle.Certs {
			if o.issuers == nil {
				o.issuers = map[string]bool{}
			}
			if name := s.Bundle.Certs[i].Issuer; len(o.issuers) < maxIssuers && len(name) <= maxName {
				o.issuers[string(name)] = true
			}
		}
	}
}

// Aside reports whether an input was set aside.
func (a *Across) Aside(in *Input) bool { return a.needs[in] }

// whole gives the sites of a scope that lack nothing, and keeps them in mind. It sets
// aside the files of the others, with all sites that share a file with them.
func (a *Across) whole(scope []*Input) (sites []*Site) {
	defer func() { a.given.add(sites, a.Options) }()
	sites = group(scope, a.Options, &others{sites: 1, lineages: a.given.lineages})
	if len(a.aside)+len(scope) > maxAside {
		return sites
	}
	lacking := map[*Input]bool{}
	for more := true; more; {
		more = false
		sites = slices.DeleteFunc(sites, func(s *Site) bool {
			if !s.lacks(a.Options) && !s.has(func(in *Input) bool { return lacking[in.source()] }) {
				return false
			}
			for _, in := range s.Inputs {
				lacking[in.source()] = true
			}
			more = true
			return true
		})
	}
	for _, in := range scope {
		if lacking[in] {
			a.aside, a.needs[in] = append(a.aside, in), true
		}
	}
	return sites
}

// lacks reports whether another scope may have something that belongs to the
// site. Who gave files their roles has said what belongs together.
func (s *Site) lacks(opts *validate.Options) bool {
	switch {
	case s.Bundle.Len() == 0, s.past, s.has(func(in *Input) bool { return in.source().Role != validate.RoleAny }):
		return false
	case !s.has(hasLeaf) || !s.has(hasKey):
		return true
	case s.Leaf() < 0: // a wrong key beside it is told, whatever another folder has
		return false
	}
	return !s.server || s.open(opts)
}

// open reports whether the issuer of the server's certificate is neither here nor
// trusted. Names decide. What lacks more of its chain lacks it at its CA's too.
func (s *Site) open(opts *validate.Options) bool {
	c := &s.Bundle.Certs[s.Leaf()]
	return !c.SelfIssued() && len(opts.Roots.Named(c.Issuer)) == 0 &&
		!slices.ContainsFunc(s.Bundle.Certs, func(o convert.Certificate) bool { return convert.SameName(o.Subject, c.Issuer) })
}
