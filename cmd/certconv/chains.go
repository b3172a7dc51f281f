package main

import (
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/validate"
)

// place is a certificate in one of the inputs.
type place struct {
	in *input
	i  int
}

func (p place) cert() *convert.Certificate { return &p.in.bundle.Certs[p.i] }

// addChains gives each site the certificates and CRLs that it needs of files
// that hold nothing else. A file that was named beside a single site is taken
// whole: its author thinks that it belongs there.
func (sc *scope) addChains(chains []*input) {
	if len(sc.sites) == 1 && !slices.ContainsFunc(chains, (*input).found) {
		sc.sites[0].inputs = append(sc.sites[0].inputs, chains...)
		return
	}
	var pool convert.Issuers
	at := map[*convert.Certificate]place{}
	for _, in := range chains {
		for i := range in.bundle.Certs {
			pool.Add(&in.bundle.Certs[i])
			at[&in.bundle.Certs[i]] = place{in, i}
		}
	}
	used := map[*input]bool{}
	for _, s := range sc.sites {
		reached, issuers := s.climb(&pool, at)
		parts := map[*input]*input{}
		for _, p := range sc.leading(s, reached) {
			if parts[p.in] == nil {
				part := *p.in.part()
				part.bundle.Notes, part.bundle.Failures = p.in.bundle.Notes, p.in.bundle.Failures
				if !slices.ContainsFunc(s.inputs, func(in *input) bool { return in.name() == part.name() }) {
					part.role = validate.RoleChain
				}
				parts[p.in] = &part
				used[p.in] = true
				s.inputs = append(s.inputs, &part)
			}
			b := parts[p.in].bundle
			b.Certs = append(b.Certs, *p.cert())
		}
		for _, in := range chains {
			for i := range in.bundle.CRLs {
				by := func(issuer []byte) bool { return convert.SameName(issuer, in.bundle.CRLs[i].Issuer) }
				if parts[in] == nil && slices.ContainsFunc(issuers, by) {
					s.inputs = append(s.inputs, in)
					used[in] = true
					break
				}
			}
		}
	}
	for _, in := range chains {
		if !used[in] {
			sc.sites = append(sc.sites, &site{inputs: []*input{in}})
		}
	}
}

// climb lists the certificates of a pool to which the names of issuers lead
// from those of the site, and these names.
func (s *site) climb(pool *convert.Issuers, at map[*convert.Certificate]place) (reached []place, issuers [][]byte) {
	seen := map[string]bool{}
	var up func(c *convert.Certificate)
	up = func(c *convert.Certificate) {
		k := pool.Issuer(c)
		if seen[k] {
			return
		}
		seen[k] = true
		issuers = append(issuers, c.Issuer)
		for _, o := range pool.Of(c) {
			reached = append(reached, at[o])
			up(o)
		}
	}
	for _, in := range s.inputs {
		for i := range in.bundle.Certs {
			up(&in.bundle.Certs[i])
		}
	}
	return reached, issuers
}

// leading leaves out the files from which the way to a root, by signatures,
// takes nothing: the other cross-signatures and renewals of what a CA sent. The
// files come in the order of the way. Where there is none, one of them was meant
// to be on it.
func (sc *scope) leading(s *site, reached []place) []place {
	if len(reached) == 0 {
		return nil
	}
	var pool, leaves []*convert.Certificate
	for _, in := range s.inputs {
		for i := range in.bundle.Certs {
			c := &in.bundle.Certs[i]
			pool = append(pool, c)
			if slices.ContainsFunc(in.leaves, func(l leaf) bool { return l.raw == string(c.Raw) }) {
				leaves = append(leaves, c)
			}
		}
	}
	for _, p := range reached {
		pool = append(pool, p.cert())
	}
	height := map[string]int{} // in the chain, from 1
	for _, c := range leaves {
		picked := validate.Pick(c, pool, sc.opts)
		if picked.Root == nil || picked.Root == c {
			return reached
		}
		for i, o := range append(picked.Chain, picked.Root) {
			height[string(o.Raw)] = i + 1
		}
	}
	if len(leaves) == 0 {
		return reached
	}
	lowest := map[*input]int{}
	for _, p := range reached {
		if h := height[string(p.cert().Raw)]; h > 0 && (lowest[p.in] == 0 || h < lowest[p.in]) {
			lowest[p.in] = h
		}
	}
	reached = slices.DeleteFunc(reached, func(p place) bool { return lowest[p.in] == 0 })
	slices.SortStableFunc(reached, func(a, b place) int { return lowest[a.in] - lowest[b.in] })
	return reached
}
