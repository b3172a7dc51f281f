package convert

import "errors"

// Bounds for hostile or very large bundles: how many certificates of one name
// are looked at as issuer of another, and how many signatures are verified.
const (
	maxIssuers    = 16
	maxSignatures = 2000
)

// certGraph puts the certificates of a bundle into chains.
type certGraph struct {
	certs      []Certificate
	issuers    Issuers
	at         map[*Certificate]int // index in certs
	signatures int
}

func newCertGraph(certs []Certificate) *certGraph {
	g := &certGraph{certs: certs, at: make(map[*Certificate]int, len(certs))}
	for i := range certs {
		c := &certs[i]
		g.at[c] = i
		if len(c.Subject) > 0 {
			g.issuers.Add(c)
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
	candidates := g.issuers.Of(&g.certs[i])
	if len(candidates) > maxIssuers {
		candidates = candidates[:maxIssuers]
	}
	var list []int
	best := fitName
	fits := make(map[int]fit, len(candidates))
	for _, issuer := range candidates {
		c := g.at[issuer]
		if c == i {
			continue
		}
		fits[c] = g.fit(&g.certs[i], issuer)
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
	if x, y := g.selfIssued(a), g.selfIssued(b); x != y {
		return x
	}
	if x, y := g.known(a), g.known(b); x != y {
		return x
	}
	return g.certs[a].NotAfter.After(g.certs[b].NotAfter)
}

func (g *certGraph) selfIssued(i int) bool {
	c := &g.certs[i]
	return len(c.Subject) > 0 && g.issuers.Subject(c) == g.issuers.Issuer(c)
}

// known reports whether the issuer of certificate i is in the bundle.
func (g *certGraph) known(i int) bool { return len(g.issuers.Of(&g.certs[i])) > 0 }

func (g *certGraph) fit(child, issuer *Certificate) fit {
	f := [...]fit{fitOther, fitName, fitKeyID}[1+child.MatchKeyID(issuer)]
	if g.signatures >= maxSignatures {
		return f
	}
	fresh, err := g.issuers.Verify(child, issuer)
	if fresh {
		g.signatures++
	}
	switch {
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
func (g *certGraph) chain(leaf int, seen []bool) (chain, roots []int) {
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
	c := &g.certs[i]
	return g.selfIssued(i) && c.MatchKeyID(c) >= 0
}
