package site

import (
	"bytes"
	"errors"
	"fmt"
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

// maxShared is how many notes about the text of a file, or faults in it, each site
// is given that takes something from it; more are told with the first.
const maxShared = 64

// How many certificates the sites of a scope are given from files of chains. Who
// has more of the same names wants to keep us busy.
const (
	maxReached  = 50   // for each site, while they are
	maxClimbed  = 2000 // no more in all; from then on
	leastForOne = 8    // for each site
)

// chainFile is a file that holds certificates and CRLs of CAs and no others.
type chainFile struct {
	*Input
	notes  notes
	crlsBy map[string]bool // the issuers of its CRLs
	used   bool            // by a site
	told   bool            // what was noted of its CRLs
}

// addChains gives each site the certificates and CRLs that it needs of files
// that hold nothing else. A file that was named beside a single site is taken
// whole: its author thinks that it belongs there.
func (sc *scope) addChains(chains []*Input) {
	if len(chains) == 0 {
		return
	}
	if len(sc.sites) == 1 && !slices.ContainsFunc(chains, (*Input).Found) {
		sc.sites[0].Inputs = append(sc.sites[0].Inputs, chains...)
		return
	}
	var pool convert.Issuers
	at := map[*convert.Certificate]place{}
	files := map[*Input]*chainFile{}
	for _, in := range chains {
		f := &chainFile{Input: in, crlsBy: map[string]bool{}}
		for i := range in.Bundle.Certs {
			pool.Add(&in.Bundle.Certs[i])
			at[&in.Bundle.Certs[i]] = place{in, i}
		}
		for i := range in.Bundle.CRLs {
			f.crlsBy[pool.Key(in.Bundle.CRLs[i].Issuer)] = true
		}
		files[in] = f
	}
	w := &climbing{pool: &pool, at: at, ids: map[string][]string{}}
	for _, s := range sc.sites {
		reached, issuers, most := w.from(s)
		parts := map[*Input]*Input{}
		leading, rooted := sc.leading(s, reached)
		for _, p := range leading {
			if parts[p.in] == nil {
				parts[p.in] = s.share(files[p.in])
			}
			b := parts[p.in].Bundle
			b.Certs = append(b.Certs, *p.cert())
			b.Notes = append(b.Notes, files[p.in].notes.of[p.cert().Source]...)
		}
		if len(reached) == most && !rooted {
			in := reached[0].in
			if parts[in] == nil {
				parts[in] = s.share(files[in])
			}
			b := parts[in].Bundle
			b.Failures = append(b.Failures, tooManyIssuers(in, most))
		}
		for _, in := range chains {
			if f := files[in]; slices.ContainsFunc(issuers, func(name string) bool { return f.crlsBy[name] }) {
				s.addCRLs(f, parts[in])
			}
		}
	}
	elsewhere := map[string]bool{}
	for name := range sc.others.issuers {
		elsewhere[pool.Key([]byte(name))] = true
	}
	for _, in := range chains {
		if !files[in].used && !issuedElsewhere(in, &pool, elsewhere) {
			sc.sites = append(sc.sites, &Site{Inputs: []*Input{in}})
		}
	}
}

// issuedElsewhere reports whether all certificates of a file that was found are
// those of CAs that issued something in another scope: roots, mostly.
func issuedElsewhere(in *Input, names *convert.Issuers, issuers map[string]bool) bool {
	return in.Found() && len(in.Bundle.CRLs)+len(in.Bundle.Failures) == 0 &&
		!slices.ContainsFunc(in.Bundle.Certs, func(c convert.Certificate) bool { return !issuers[names.Subject(&c)] })
}

// tooManyIssuers is what is said to a site without a way to a root that was not
// given all certificates that may be on it.
func tooManyIssuers(in *Input, most int) convert.Failure {
	at := convert.Source{File: in.Name()}
	detail := fmt.Sprintf("more certificates than the %d that are tried here have the names of its issuers", most)
	return convert.Failure{Source: at, Err: &convert.Error{Kind: convert.ErrTooLarge, Source: at, What: "chain", Detail: detail}}
}

// share adds to the site a part of a file, still without objects. What is wrong
// with the file and was noted of it is in the part; the first site is told all
// of it.
func (s *Site) share(f *chainFile) *Input {
	part := f.part()
	if f.notes.of == nil {
		f.notes = f.sortNotes()
	}
	part.Bundle.Failures = slices.Clip(f.Bundle.Failures)
	if f.used {
		part.Bundle.Failures = slices.Clip(part.Bundle.Failures[:min(len(part.Bundle.Failures), maxShared)])
	}
	if !f.used || len(f.notes.file) <= maxShared {
		part.Bundle.Notes = slices.Clone(f.notes.file)
	}
	if !s.has(func(in *Input) bool { return in.Name() == part.Name() }) {
		part.Role = validate.RoleChain
	}
	s.Inputs = append(s.Inputs, part)
	f.used = true
	return part
}

// addCRLs gives the site the CRLs of a file, of which it may have a part. The
// first site that needs nothing else of it gets the file whole.
func (s *Site) addCRLs(f *chainFile, part *Input) {
	if part == nil && !f.used {
		s.Inputs = append(s.Inputs, f.Input)
		f.used, f.told = true, true
		return
	}
	if part == nil {
		part = s.share(f)
	}
	part.Bundle.CRLs, part.Role = f.Bundle.CRLs, f.Role
	var list []convert.Note
	for i := range f.Bundle.CRLs {
		list = append(list, f.notes.of[f.Bundle.CRLs[i].Source]...)
	}
	if !f.told || len(list) <= maxShared {
		part.Bundle.Notes = append(part.Bundle.Notes, list...)
	}
	f.told = true
}

// climbing looks for the issuers of one site after the other in a pool.
type climbing struct {
	pool *convert.Issuers
	at   map[*convert.Certificate]place
	ids  map[string][]string // by name, the key identifiers of the many certificates that have it
	used int                 // certificates that were given to sites
}

// from lists the certificates of the pool to which the names of issuers lead
// from those of the site, and these names. most is how many the site may be given.
func (w *climbing) from(s *Site) (reached []place, issuers []string, most int) {
	most = min(maxReached, max(leastForOne, maxClimbed-w.used))
	seen := map[string]bool{}
	var up func(c *convert.Certificate)
	up = func(c *convert.Certificate) {
		k := w.pool.Issuer(c)
		if seen[k] {
			return
		}
		seen[k] = true
		issuers = append(issuers, k)
		above := w.pool.Of(c)
		if len(above) > most {
			above = w.first(most, k, above, c.AuthorityKeyID())
		}
		for _, o := range above {
			if len(reached) == most {
				return
			}
			reached = append(reached, w.at[o])
			up(o)
		}
	}
	for _, in := range s.Inputs {
		for i := range in.Bundle.Certs {
			up(&in.Bundle.Certs[i])
		}
	}
	w.used += len(reached)
	return reached, issuers, most
}

// first gives n of list, the certificates of the name: those with the key
// identifier wanted, then those with none, then the others.
func (w *climbing) first(n int, name string, list []*convert.Certificate, wanted []byte) []*convert.Certificate {
	if len(wanted) == 0 {
		return list[:n]
	}
	ids, ok := w.ids[name]
	if !ok {
		for _, c := range list {
			ids = append(ids, string(c.SubjectKeyID()))
		}
		w.ids[name] = ids
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
		if len(ranked[rank]) < n {
			ranked[rank] = append(ranked[rank], c)
		}
	}
	return slices.Concat(ranked[:]...)[:n]
}

// leading leaves out the files from which the way to a root, by signatures,
// takes nothing: the other cross-signatures and renewals of what a CA sent. The
// files come in the order of the way. Where there is none, one of them was meant
// to be on it, and rooted is false.
func (sc *scope) leading(s *Site, reached []place) (list []place, rooted bool) {
	if len(reached) == 0 {
		return nil, false
	}
	var pool, leaves []*convert.Certificate
	for _, in := range s.Inputs {
		for i := range in.Bundle.Certs {
			c := &in.Bundle.Certs[i]
			pool = append(pool, c)
			if slices.ContainsFunc(in.leaves, func(l leaf) bool { return bytes.Equal(l.raw, c.Raw) }) {
				leaves = append(leaves, c)
			}
		}
	}
	for _, p := range reached {
		pool = append(pool, p.cert())
	}
	altered := false           // a root, since it was signed
	height := map[string]int{} // in the chain, from 1
	for _, c := range leaves {
		picked := validate.Pick(c, pool, sc.opts)
		if picked.Root == nil || picked.Root == c {
			return reached, picked.Root != nil
		}
		altered = altered || !picked.Anchored && errors.Is(convert.VerifySigned(picked.Root.Raw, picked.Root.SPKI), convert.ErrSignature)
		for i, o := range append(picked.Chain, picked.Root) {
			height[string(o.Raw)] = i + 1
		}
	}
	if len(leaves) == 0 {
		return reached, true
	}
	lowest := map[*Input]int{}
	for _, p := range reached {
		if h := height[string(p.cert().Raw)]; h > 0 && (lowest[p.in] == 0 || h < lowest[p.in]) {
			lowest[p.in] = h
		}
	}
	reached = slices.DeleteFunc(slices.Clone(reached), func(p place) bool { return lowest[p.in] == 0 })
	slices.SortStableFunc(reached, func(a, b place) int { return lowest[a.in] - lowest[b.in] })
	return reached, !altered
}
