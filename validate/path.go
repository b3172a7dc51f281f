package validate

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/text"
)

// fault is what is wrong with one certificate of a path, or with the step from
// it to its issuer.
type fault struct {
	code   string
	cert   *convert.Certificate
	issuer *convert.Certificate
	oid    string // of a critical extension that is not known
	text   text.Text
	fact   client.Fact // where not all clients refuse: what they differ about
}

func (f *fault) same(o *fault) bool {
	return f.code == o.code && f.cert == o.cert && f.issuer == o.issuer && f.oid == o.oid
}

// unverified is the code of a fault that is none, but a signature of which
// nothing is known.
const unverified = "unverified"

// path leads from the leaf upwards. It is complete if its last certificate is
// an anchor, or is self-signed.
type path struct {
	certs    []*convert.Certificate
	anchored bool
	complete bool
	faults   []fault
}

// top is the highest certificate reached.
func (p *path) top() *convert.Certificate { return p.certs[len(p.certs)-1] }

// cost orders paths: the fewest faults first; of those one to an anchor, then
// one to a root, then one that leads nowhere; of those the one with the fewest
// weak signatures, then the shortest. Chains are judged by the best path that
// there is, as clients do (RFC 4158, Section 2.3).
func (p *path) cost() int {
	n := len(p.faults) * 10_000
	switch {
	case p.anchored:
	case p.complete:
		n += 2_500
	default:
		n += 5_000
	}
	for _, c := range p.certs[:len(p.certs)-1] {
		if weakHash(c.SigHash) {
			n += 100
		}
	}
	return n + len(p.certs)
}

// before reports whether p is better than o: of two that cost the same, the one
// whose certificates name their issuers, then the one that is valid longer.
func (p *path) before(o *path) bool {
	if a, b := p.cost(), o.cost(); a != b {
		return a < b
	}
	if a, b := p.strayed(), o.strayed(); a != b {
		return a < b
	}
	return p.end().After(o.end())
}

// end is when the first certificate of the path expires.
func (p *path) end() time.Time {
	return slices.MinFunc(p.certs, func(a, b *convert.Certificate) int { return a.NotAfter.Compare(b.NotAfter) }).NotAfter
}

// Bounds of the search through cross-signed certificates. As many signatures
// as Go's verifier looks at are enough for any chain in use, and few enough
// for a file made to keep the search busy.
const (
	maxPaths      = 200
	maxDepth      = 24
	maxSignatures = 100
)

// builder looks for paths from a leaf to an anchor.
type builder struct {
	anchors *Anchors
	now     time.Time // zero: dates are not judged
	clients bool      // for a client in place of a server

	served     *convert.Issuers
	signatures int // verified so far, but those of a certificate on itself
	tried      int
	best       *path
	ends       []*path // all that were found
}

func newBuilder(pool []*convert.Certificate, anchors *Anchors, now time.Time) *builder {
	b := &builder{anchors: anchors, now: now, served: &convert.Issuers{}}
	b.served.Add(pool...)
	return b
}

// anchorOf is the anchor that c is, nil if it is none.
func (b *builder) anchorOf(c *convert.Certificate) *convert.Certificate {
	for _, a := range b.anchors.Named(c.Subject) {
		if a == c || bytes.Equal(a.Raw, c.Raw) {
			return a
		}
	}
	return nil
}

// isAnchor reports whether c is an anchor, or the same certificate as one.
func (b *builder) isAnchor(c *convert.Certificate) bool {
	return b.anchorOf(c) != nil
}

// issuers lists the certificates whose subject is the issuer of c: those with
// the key identifier that c asks for first, and of them anchors first.
func (b *builder) issuers(c *convert.Certificate) []*convert.Certificate {
	list := slices.Concat(b.anchors.Named(c.Issuer), b.served.Of(c))
	if len(list) < 2 {
		return list
	}
	var byRank [4][]*convert.Certificate
	for _, issuer := range list {
		r := 1 - c.MatchKeyID(issuer)
		if r == 2 || strays(c, issuer) == idOtherCert {
			r++
		}
		byRank[r] = append(byRank[r], issuer)
	}
	return slices.Concat(byRank[:]...)
}

// build returns the best path from leaf. Anchors that are looked up by name are
// all read if that did not lead to one.
func (b *builder) build(leaf *convert.Certificate) *path {
	for {
		b.walk(&path{certs: []*convert.Certificate{leaf}, faults: b.alone(leaf)})
		if b.best.anchored || !b.anchors.complete() {
			return b.best
		}
		b.best, b.ends, b.tried, b.signatures = nil, nil, 0, 0
	}
}

// sound lists the paths that are no worse than the best one but for where they
// end: those that a client may take that has other anchors.
func (b *builder) sound() []*path {
	var list []*path
	for _, p := range b.ends {
		if len(p.faults) == len(b.best.faults) {
			list = append(list, p)
		}
	}
	return list
}

func (b *builder) walk(p *path) {
	top := p.top()
	if b.isAnchor(top) {
		p.anchored, p.complete = true, true
		b.consider(p)
		return
	}
	p.complete = b.served.SelfSigned(top)
	extended := false
	if !p.complete && len(p.certs) < maxDepth {
		for _, issuer := range b.issuers(top) {
			if b.tried > maxPaths || b.signatures > maxSignatures || b.contains(p.certs, issuer) {
				continue
			}
			faults, signed := b.step(p.certs, issuer)
			next := &path{certs: append(p.certs[:len(p.certs):len(p.certs)], issuer), faults: append(p.faults[:len(p.faults):len(p.faults)], faults...)}
			extended = true
			if signed {
				b.walk(next)
			} else {
				b.consider(next) // what is above the wrong one is of no account
			}
		}
	}
	if extended {
		return
	}
	if !p.complete && b.served.Subject(top) == b.served.Issuer(top) && top.MatchKeyID(top) >= 0 {
		// A root that was altered; one that the same CA's older key signed has
		// another key identifier as its authority's.
		p.faults = append(p.faults, fault{code: "chain-signature", cert: top, issuer: top, text: text.Of("does not verify with its own key")})
	}
	b.consider(p)
}

func (b *builder) consider(p *path) {
	b.tried++
	b.ends = append(b.ends, p)
	if b.best == nil || p.before(b.best) {
		b.best = p
	}
}

// contains tells a loop by key and name, not by bytes: cross-signatures of one
// CA must not lead back to it.
func (b *builder) contains(certs []*convert.Certificate, c *convert.Certificate) bool {
	for _, o := range certs {
		if o == c || bytes.Equal(o.SPKI, c.SPKI) && b.served.Subject(o) == b.served.Subject(c) {
			return true
		}
	}
	return false
}

// verify counts the signatures that are verified.
func (b *builder) verify(child, issuer *convert.Certificate) error {
	fresh, err := b.served.Verify(child, issuer)
	if fresh && child != issuer {
		b.signatures++
	}
	return err
}

// alone judges what c says of itself: its dates and critical extensions.
func (b *builder) alone(c *convert.Certificate) []fault {
	var faults []fault
	switch {
	case b.now.IsZero() || c.NotAfter.IsZero():
	case b.now.After(c.NotAfter):
		faults = append(faults, fault{code: "chain-expired", cert: c, text: text.Of("expired on %s", day(c.NotAfter))})
	case b.now.Before(c.NotBefore):
		faults = append(faults, fault{code: "chain-expired", cert: c, text: text.Of("is not valid before %s", day(c.NotBefore))})
	}
	for _, oid := range unknownCritical(c) {
		faults = append(faults, fault{code: "cert-extension-critical", cert: c, oid: oid})
	}
	return faults
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02") }

// purpose is what the certificates of a path are for.
func (b *builder) purpose() string {
	if b.clients {
		return purposeClient
	}
	return purposeServer
}

// step judges issuer as the issuer of the last of below. Where the signature
// is not the issuer's, nothing else of it counts.
func (b *builder) step(below []*convert.Certificate, issuer *convert.Certificate) (faults []fault, signed bool) {
	child := below[len(below)-1]
	only := func(code, why string) ([]fault, bool) {
		return []fault{{code: code, cert: child, issuer: issuer, text: text.Of(why)}}, false
	}
	switch err := b.verify(child, issuer); {
	case err == nil:
	case !errors.Is(err, convert.ErrSignature):
		// Unknown, not wrong: the search goes on.
		faults = append(faults, fault{code: unverified, cert: child, issuer: issuer, text: text.Of("cannot be verified here: %s", err)})
	case child.MatchKeyID(issuer) > 0:
		return only("chain-signature", "does not verify with the key of its issuer")
	case b.isAnchor(issuer):
		return only("chain-untrusted-root", "has the name of the issuer of")
	default:
		return only("chain-wrong-intermediate", "has the right name, but its key did not sign")
	}
	if strays(child, issuer) == idOtherKey {
		faults = append(faults, fault{code: "chain-key-identifier", cert: child, issuer: issuer, text: text.Of("names another key identifier than that of its issuer %s", describe(issuer))})
	}
	if why, fact := notCA(issuer, issuer.SelfIssued() && (b.isAnchor(issuer) || b.served.SelfSigned(issuer)), below, b.purpose()); !why.IsZero() {
		faults = append(faults, fault{code: "chain-not-ca", cert: child, issuer: issuer, text: why, fact: fact})
	}
	alone := b.alone(issuer)
	if b.isAnchor(issuer) {
		for i := range alone {
			if alone[i].code == "chain-expired" {
				alone[i].fact = client.RootExpired
			}
		}
	}
	return append(faults, alone...), true
}
