package validate

import (
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/text"
)

// detour is the path of clients that take the first issuer that fits and try no
// other, where it is worse than the best one.
type detour struct {
	path *path
	fact client.Fact
}

// detours lists those that end in another way than the best path, which is one
// that all clients could take. OpenSSL looks among the anchors first, GnuTLS
// among what the server sends.
func (in *input) detours() (list []detour) {
	best := in.path()
	if !best.anchored || len(best.faults) > 0 || len(in.Served) > 20 {
		return nil
	}
	for _, d := range []struct {
		fact    client.Fact
		anchors bool // first
	}{{client.PathAnchorsFirst, true}, {client.PathServedFirst, false}} {
		p := in.builder.greedy(in.LeafCert(), d.anchors)
		if slices.Equal(p.certs, best.certs) {
			continue
		}
		if !p.anchored || d.anchors && (len(p.faults) > 0 || rejects(p.top(), in.builder)) {
			list = append(list, detour{p, d.fact})
		}
	}
	return list
}

// greedy walks up from leaf without ever coming back. What it meets is judged
// as on any path.
func (b *builder) greedy(leaf *convert.Certificate, anchorsFirst bool) *path {
	again := *b // with its own bounds
	again.best, again.tried, again.signatures = nil, 0, 0
	p := &path{certs: []*convert.Certificate{leaf}, faults: again.alone(leaf)}
	for len(p.certs) < maxDepth {
		top := p.top()
		if again.isAnchor(top) || !anchorsFirst && len(p.certs) > 1 && again.hasTwin(top) {
			p.anchored = true
			return p
		}
		if again.served.SelfSigned(top) {
			return p
		}
		sources := [][]*convert.Certificate{again.anchors.Named(top.Issuer), again.served.Of(top)}
		if !anchorsFirst {
			slices.Reverse(sources)
		}
		var issuer *convert.Certificate
		for _, list := range sources {
			if issuer == nil {
				issuer = again.firstOf(list, p.certs)
			}
		}
		if issuer == nil {
			return p
		}
		faults, _ := again.step(p.certs, issuer)
		p.certs, p.faults = append(p.certs, issuer), append(p.faults, faults...)
	}
	return p
}

// hasTwin reports whether an anchor has the name and the key of c.
func (b *builder) hasTwin(c *convert.Certificate) bool {
	return slices.ContainsFunc(b.anchors.Named(c.Subject), func(a *convert.Certificate) bool { return a.PublicID().Is(c.PublicID()) })
}

// firstOf is the first of list that fits the last of below by its identifiers
// and is valid, else the one that was valid last.
func (b *builder) firstOf(list, below []*convert.Certificate) *convert.Certificate {
	child := below[len(below)-1]
	var old *convert.Certificate
	for _, c := range list {
		usage, ok := keyUsage(c)
		if ok && usage&usageCertSign == 0 || strays(child, c) != idFits || b.contains(below, c) {
			continue
		}
		if b.now.IsZero() || !b.now.After(c.NotAfter) && !b.now.Before(c.NotBefore) {
			return c
		}
		if old == nil || c.NotAfter.After(old.NotAfter) {
			old = c
		}
	}
	return old
}

// reportDetours reports the clients that go by another way than the best, if
// there are any.
func (p *pass) reportDetours() bool {
	list := p.detours()
	if len(list) == 0 {
		return false
	}
	var by []string
	for _, d := range list {
		by = append(by, client.Refusers(d.fact, false)...)
	}
	way := list[0].path
	best := p.path().certs
	i := 0
	for i < len(way.certs) && i < len(best) && way.certs[i] == best[i] {
		i++
	}
	if i == len(way.certs) {
		return false
	}
	p.deviates(Finding{
		At: p.place(way.certs[i], p.LeafCert()), Action: text.Of("remove it, or put it last"),
		Message: text.Of("some clients take certificate %s by %q for the issuer of %s, which leads to no good end, and try no other", describe(way.certs[i]), convert.NameString(way.certs[i].Issuer), describe(way.certs[i-1])),
	}, client.Sorted(by))
	return true
}
