package site

import (
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/validate"
)

// place is a certificate in one of the inputs.
type place struct {
	in *Input
	i  int
}

func (p place) cert() *convert.Certificate { return &p.in.Bundle.Certs[p.i] }

// maxShared is how many notes about the text of a file each site is given that
// takes something from it; more are told with the first.
const maxShared = 64

// maxReached is how many certificates a site is given from files of chains. Who
// has more of the same names wants to keep us busy.
const maxReached = 50

// addChains gives each site the certificates and CRLs that it needs of files
// that hold nothing else. A file that was named beside a single site is taken
// whole: its author thinks that it belongs there.
func (sc *scope) addChains(chains []*Input) {
	if len(sc.sites) == 1 && !slices.ContainsFunc(chains, (*Input).Found) {
		sc.sites[0].Inputs = append(sc.sites[0].Inputs, chains...)
		return
	}
	var pool convert.Issuers
	at := map[*convert.Certificate]place{}
	for _, in := range chains {
		for i := range in.Bundle.Certs {
			pool.Add(&in.Bundle.Certs[i])
			at[&in.Bundle.Certs[i]] = place{in, i}
		}
	}
	notes := map[*Input]notes{}
	crlsBy := map[*Input]map[string]bool{} // the issuers of the CRLs in a file
	for _, in := range chains {
		by := map[string]bool{}
		for i := range in.Bundle.CRLs {
			by[pool.Key(in.Bundle.CRLs[i].Issuer)] = true
		}
		crlsBy[in] = by
	}
	used := map[*Input]bool{}
	crowds := crowds{}
	for _, s := range sc.sites {
		reached, issuers := s.climb(&pool, at, crowds)
		parts := map[*Input]*Input{}
		for _, p := range sc.leading(s, reached) {
			if parts[p.in] == nil {
				part := *p.in.part()
				n := notes[p.in]
				if n.file == nil && n.of == nil {
					n = p.in.sortNotes()
				}
				part.Bundle.Failures = p.in.Bundle.Failures
				if !used[p.in] || len(n.file) <= maxShared {
					part.Bundle.Notes = slices.Clone(n.file)
				}
				notes[p.in] = n
				if !slices.ContainsFunc(s.Inputs, func(in *Input) bool { return in.Name() == part.Name() }) {
					part.Role = validate.RoleChain
				}
				parts[p.in] = &part
				used[p.in] = true
				s.Inputs = append(s.Inputs, &part)
			}
			b := parts[p.in].Bundle
			b.Certs = append(b.Certs, *p.cert())
			b.Notes = append(b.Notes, notes[p.in].of[p.cert().Source]...)
		}
		for _, in := range chains {
			switch by := crlsBy[in]; {
			case !slices.ContainsFunc(issuers, func(name string) bool { return by[name] }):
			case parts[in] != nil:
				b := parts[in].Bundle
				b.CRLs, parts[in].Role = in.Bundle.CRLs, in.Role
				for i := range b.CRLs {
					b.Notes = append(b.Notes, notes[in].of[b.CRLs[i].Source]...)
				}
			default:
				s.Inputs = append(s.Inputs, in)
				used[in] = true
			}
		}
	}
	for _, in := range chains {
		if !used[in] && !sc.issuedElsewhere(in, &pool) {
			sc.sites = append(sc.sites, &Site{Inputs: []*Input{in}})
		}
	}
}

// issuedElsewhere reports whether all certificates of a file that was found are
// those of CAs that issued something in another scope: roots, mostly.
func (sc *scope) issuedElsewhere(in *Input, names *convert.Issuers) bool {
	return in.Found() && len(in.Bundle.CRLs)+len(in.Bundle.Failures) == 0 &&
		!slices.ContainsFunc(in.Bundle.Certs, func(c convert.Certificate) bool { return !sc.others.issuers[names.Subject(&c)] })
}

// climb lists the certificates of a pool to which the names of issuers lead
// from those of the site, and these names.
func (s *Site) climb(pool *convert.Issuers, at map[*convert.Certificate]place, crowds crowds) (reached []place, issuers []string) {
	seen := map[string]bool{}
	var up func(c *convert.Certificate)
	up = func(c *convert.Certificate) {
		k := pool.Issuer(c)
		if seen[k] {
			return
		}
		seen[k] = true
		issuers = append(issuers, k)
		above := pool.Of(c)
		if len(above) > maxReached {
			above = crowds.first(k, above, c.AuthorityKeyID())
		}
		for _, o := range above {
			if len(reached) == maxReached {
				return
			}
			reached = append(reached, at[o])
			up(o)
		}
	}
	for _, in := range s.Inputs {
		for i := range in.Bundle.Certs {
			up(&in.Bundle.Certs[i])
		}
	}
	return reached, issuers
}

// crowds are the key identifiers of many certificates of one name, by the name.
type crowds map[string][]string

// first gives some of list, the certificates of the name: those with the key
// identifier wanted, then those with none, then the others.
func (w crowds) first(name string, list []*convert.Certificate, wanted []byte) []*convert.Certificate {
	ids, ok := w[name]
	if !ok {
		for _, c := range list {
			ids = append(ids, string(c.SubjectKeyID()))
		}
		w[name] = ids
	}
	if len(wanted) == 0 {
		return list[:maxReached]
	}
	var ranked [3][]*convert.Certificate
	for i, c := range list {
		rank := 2
		switch ids[i] {
		case string(wanted):
			rank = 0
		case "":
			rank = 1
		}
		if len(ranked[rank]) < maxReached {
			ranked[rank] = append(ranked[rank], c)
		}
	}
	return slices.Concat(ranked[:]...)[:maxReached]
}

// leading leaves out the files from which the way to a root, by signatures,
// takes nothing: the other cross-signatures and renewals of what a CA sent. The
// files come in the order of the way. Where there is none, one of them was meant
// to be on it.
func (sc *scope) leading(s *Site, reached []place) []place {
	if len(reached) == 0 {
		return nil
	}
	var pool, leaves []*convert.Certificate
	for _, in := range s.Inputs {
		for i := range in.Bundle.Certs {
			c := &in.Bundle.Certs[i]
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
	lowest := map[*Input]int{}
	for _, p := range reached {
		if h := height[string(p.cert().Raw)]; h > 0 && (lowest[p.in] == 0 || h < lowest[p.in]) {
			lowest[p.in] = h
		}
	}
	reached = slices.DeleteFunc(reached, func(p place) bool { return lowest[p.in] == 0 })
	slices.SortStableFunc(reached, func(a, b place) int { return lowest[a.in] - lowest[b.in] })
	return reached
}
