package convert

import (
	"bytes"
	"errors"
)

// Bounds for hostile or very large bundles: how many certificates of one name
// are looked at as issuer of another, and how many signatures are verified.
const (
	maxIssuers    = 16
	maxSignatures = 2000
)

// certGraph knows which certificates of a bundle issued which others.
type certGraph struct {
	certs      []Certificate
	subjects   map[string][]int // nameKey of the subject: certificates
	issuers    []string         // nameKey of the issuer, one a certificate
	selfIssued []bool
	parent     []bool // issued another certificate, by name
	signatures int
}

func newCertGraph(certs []Certificate) *certGraph {
	g := &certGraph{
		certs:      certs,
		subjects:   make(map[string][]int, len(certs)),
		issuers:    make([]string, len(certs)),
		selfIssued: make([]bool, len(certs)),
		parent:     make([]bool, len(certs)),
	}
	issuing := make(map[string]bool)
	for i := range certs {
		if len(certs[i].Subject) == 0 {
			continue
		}
		subject := NameKey(certs[i].Subject)
		g.subjects[subject] = append(g.subjects[subject], i)
		g.issuers[i] = NameKey(certs[i].Issuer)
		g.selfIssued[i] = g.issuers[i] == subject
		if !g.selfIssued[i] {
			issuing[g.issuers[i]] = true
		}
	}
	for subject, list := range g.subjects {
		for _, i := range list {
			g.parent[i] = issuing[subject]
		}
	}
	return g
}

// fit is how well a certificate fits as the issuer of another.
type fit int

const (
	fitNot   fit = iota // its key did not sign it
	fitOther            // its key identifier is another one
	fitName             // the name is all that is known
	fitKeyID            // name and key identifier
	fitSigned
)

// issuersOf lists who issued certificate i, the best one first. Where the
// right one is among them, those of the same name that are not are left out.
func (g *certGraph) issuersOf(i int) []int {
	candidates := g.subjects[g.issuers[i]]
	if len(candidates) > maxIssuers {
		candidates = candidates[:maxIssuers]
	}
	var list []int
	best := fitName
	fits := make(map[int]fit, len(candidates))
	want := g.certs[i].AuthorityKeyID()
	for _, c := range candidates {
		if c == i {
			continue
		}
		fits[c] = g.fit(i, c, want)
		best = max(best, fits[c])
		list = append(list, c)
	}
	kept := list[:0]
	for _, c := range list {
		if f := fits[c]; f == best || f == fitName && best == fitKeyID {
			kept = append(kept, c)
		}
	}
	// One path is to be followed to its end first: prefer the certificate that
	// leads on, then the one that is valid longest.
	for n := 1; n < len(kept); n++ {
		for m := n; m > 0 && g.before(kept[m], kept[m-1], fits); m-- {
			kept[m], kept[m-1] = kept[m-1], kept[m]
		}
	}
	return kept
}

func (g *certGraph) before(a, b int, fits map[int]fit) bool {
	if fits[a] != fits[b] {
		return fits[a] > fits[b]
	}
	if g.selfIssued[a] != g.selfIssued[b] {
		return g.selfIssued[a]
	}
	if x, y := g.known(a), g.known(b); x != y {
		return x
	}
	return g.certs[a].NotAfter.After(g.certs[b].NotAfter)
}

// known reports whether the issuer of certificate i is in the bundle.
func (g *certGraph) known(i int) bool { return len(g.subjects[g.issuers[i]]) > 0 }

func (g *certGraph) fit(child, issuer int, want []byte) fit {
	f := fitName
	if have := g.certs[issuer].SubjectKeyID(); len(want) > 0 && len(have) > 0 {
		if f = fitOther; bytes.Equal(want, have) {
			f = fitKeyID
		}
	}
	if g.signatures >= maxSignatures {
		return f
	}
	g.signatures++
	switch err := VerifySigned(g.certs[child].Raw, g.certs[issuer].SPKI); {
	case err == nil:
		return fitSigned
	case errors.Is(err, ErrSignature):
		return fitNot
	}
	return f // an algorithm that is not known here says nothing
}

// chain lists the certificates above leaf: its issuer, the issuer's issuer and
// so on, and then what else leads up from there (cross-signed certificates).
// Self-issued certificates that close a path come in roots.
func (g *certGraph) chain(leaf int, seen map[int]bool) (chain, roots []int) {
	pending := []int{leaf}
	for len(pending) > 0 {
		i := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if i != leaf {
			if seen[i] {
				continue
			}
			seen[i] = true
			if g.isRoot(i) {
				roots = append(roots, i)
				continue
			}
			chain = append(chain, i)
		}
		up := g.issuersOf(i)
		for n := len(up) - 1; n >= 0; n-- {
			if !seen[up[n]] && up[n] != leaf {
				pending = append(pending, up[n])
			}
		}
	}
	return chain, roots
}

// isRoot reports whether certificate i is self-signed: self-issued, and not
// by another key of the same name (a key rollover, RFC 4210, Section 4.4).
func (g *certGraph) isRoot(i int) bool {
	if !g.selfIssued[i] {
		return false
	}
	authority, subject := g.certs[i].AuthorityKeyID(), g.certs[i].SubjectKeyID()
	return len(authority) == 0 || len(subject) == 0 || bytes.Equal(authority, subject)
}
