package validate

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/text"
)

// Picked is the chain for the certificate of one server, chosen from a pool.
type Picked struct {
	Leaf     *convert.Certificate
	Chain    []*convert.Certificate // intermediates in order, without the root
	Root     *convert.Certificate   // of the pool or the anchors; nil if the chain ends without one; Leaf if that is self-signed
	Anchored bool                   // Root is an anchor
	Unused   []Unused               // certificates of the pool that are not in Chain, in the order of the pool
}

// Unused is a certificate that was not taken.
type Unused struct {
	Cert   *convert.Certificate
	Reason Reason
	Why    text.Text // the end of a sentence
}

// Reason says in a word why a certificate was not taken: "duplicate", "root",
// "other-server", "other-renewal", "other-key", "cross-signature" or
// "unrelated".
type Reason string

const (
	reasonDuplicate      Reason = "duplicate"       // it is there already
	reasonRoot           Reason = "root"            // of this chain: clients have it
	reasonOtherServer    Reason = "other-server"    // it is of another server
	reasonOtherRenewal   Reason = "other-renewal"   // it is of this server, older or newer
	reasonOtherKey       Reason = "other-key"       // it has the name of an issuer, but its key did not sign
	reasonCrossSignature Reason = "cross-signature" // it certifies the key of an issuer, on a path that is not as good
	reasonUnrelated      Reason = "unrelated"       // it issued none of the chain
)

// OtherServer reports whether the certificate is of another server.
func (r Reason) OtherServer() bool { return r == reasonOtherServer }

// Pick chooses the intermediates for leaf, by signature: a certificate with the
// right name and another key is none. Where several paths lead up, because CAs
// certify each other and renew what they issued, it is
//
//   - one without faults: no certificate in it has expired at opts.Now, each may
//     issue the one below it, each signature can be verified; else the one with
//     the fewest
//   - of these one to an anchor of opts.Roots; else one to a self-signed root
//     of the pool; else any
//   - of these the one with the fewest signatures with MD5 or SHA-1
//   - of these the shortest: the cross-signature of a root that clients have is
//     not served, they reach the root without it
//   - of these the one that is valid longest
//
// The search is bounded: of a pool that was made to keep it busy it may miss
// some path, of an ordinary one with many thousand certificates it does not.
func Pick(leaf *convert.Certificate, pool []*convert.Certificate, opts *Options) *Picked {
	if opts == nil {
		opts = &Options{}
	}
	seen := map[string]bool{string(leaf.Raw): true}
	var rest []*convert.Certificate
	for _, c := range pool {
		if !seen[string(c.Raw)] {
			seen[string(c.Raw)] = true
			rest = append(rest, c)
		}
	}
	b := newBuilder(rest, opts.Roots, opts.Now)
	p := b.build(leaf)
	if n := len(p.certs); n > 1 && errors.Is(b.verify(p.certs[n-2], p.top()), convert.ErrSignature) {
		p.certs = p.certs[:n-1] // the name of the issuer is all that it has
	}
	out := &Picked{Leaf: leaf, Anchored: p.anchored}
	if certs := p.certs[1:]; p.complete || p.altered(p.top()) {
		out.Root, out.Chain = p.top(), certs[:max(len(certs)-1, 0)]
	} else {
		out.Chain = certs
	}
	out.explain(pool, newRejector(b, p, opts))
	return out
}

// altered reports whether c is a root whose own signature does not verify.
func (p *path) altered(c *convert.Certificate) bool {
	return slices.ContainsFunc(p.faults, func(f fault) bool { return f.cert == c && f.issuer == c })
}

// explain fills Unused.
func (p *Picked) explain(pool []*convert.Certificate, r *rejector) {
	taken := map[string]bool{string(p.Leaf.Raw): true}
	for _, c := range p.Chain {
		taken[string(c.Raw)] = true
	}
	seen := map[string]bool{}
	for _, c := range pool {
		raw := string(c.Raw)
		switch {
		case seen[raw]:
			p.Unused = append(p.Unused, Unused{c, reasonDuplicate, text.Of("it is there already")})
		case taken[raw]:
		case p.Root != nil && bytes.Equal(c.Raw, p.Root.Raw):
			p.Unused = append(p.Unused, Unused{c, reasonRoot, text.Of("it is the root, which clients have")})
		default:
			reason, why := r.reject(c)
			p.Unused = append(p.Unused, Unused{c, reason, why})
		}
		seen[raw] = true
	}
}

// rejector knows why a certificate is not on the best path.
type rejector struct {
	b      *builder
	best   *path
	opts   *Options
	onPath map[string][]int // positions by name
	looks  int              // ways around that may still be looked at
}

// maxLooks bounds the cross-signatures of which the path is built to say what
// is worse about it.
const maxLooks = 20

func newRejector(b *builder, best *path, opts *Options) *rejector {
	r := &rejector{b: b, best: best, opts: opts, onPath: map[string][]int{}, looks: maxLooks}
	for i, c := range best.certs {
		if i > 0 {
			n := b.served.Subject(c)
			r.onPath[n] = append(r.onPath[n], i)
		}
	}
	return r
}

func (r *rejector) reject(c *convert.Certificate) (Reason, text.Text) {
	leaf := r.best.certs[0]
	if !c.IsCA() && (c.PublicID().Is(leaf.PublicID()) || sameNames(certNames(c), certNames(leaf))) {
		return reasonOtherRenewal, renewal(c, leaf)
	}
	name := r.b.served.Subject(c)
	for _, i := range r.onPath[name] {
		if c.PublicID().Is(r.best.certs[i].PublicID()) {
			return reasonCrossSignature, r.around(i, c)
		}
	}
	if places := r.onPath[name]; len(places) > 0 {
		return reasonOtherKey, text.Of("it has the name of the issuer of %s, but its key did not sign that", describe(r.best.certs[places[0]-1]))
	}
	switch top := r.best.top(); {
	case name == r.b.served.Issuer(top):
		return reasonOtherKey, text.Of("it has the name of the issuer of %s, but its key did not sign that", describe(top))
	case !c.IsCA() && !isOldRoot(c):
		return reasonOtherServer, text.Of("it is of another server")
	case c.SelfIssued():
		return reasonUnrelated, text.Of("it is a root to which this chain does not lead")
	}
	return reasonUnrelated, text.Of("it issued no certificate of this chain")
}

// renewal words what distinguishes another certificate of the server.
func renewal(c, leaf *convert.Certificate) text.Text {
	word := "another"
	switch {
	case c.SelfIssued() && !leaf.SelfIssued():
		word = "a self-signed"
	case c.NotBefore.Before(leaf.NotBefore):
		word = "an older"
	case c.NotBefore.After(leaf.NotBefore):
		word = "a newer"
	}
	return text.Of("it is %s certificate of this server, valid from %s to %s", word, day(c.NotBefore), day(c.NotAfter))
}

// around says what is wrong with going by c instead of number i of the path,
// which has the same name and key.
func (r *rejector) around(i int, c *convert.Certificate) text.Text {
	taken := r.best.certs[i]
	by := r.signer(taken)
	what, with := text.Of("it is the cross-signature of %s by %s", describe(taken), issuerWords(c)), by.words(taken)
	switch signed := r.signer(c); {
	case signed == by:
		what, with = text.Of("it is another issue of %s", describe(taken)), text.Of("that was taken")
	case r.b.served.Issuer(c) == r.b.served.Subject(c):
		what = text.Of("it is %s %s", describe(taken), signed.words(c))
	}
	if now := r.opts.Now; !now.IsZero() && now.After(c.NotAfter) {
		return what.Add(", which expired on %s", day(c.NotAfter))
	}
	if r.looks--; r.looks < 0 {
		return what.Add(", which is not needed")
	}
	better := func(how string) text.Text { return what.Add("; the path with the one %s %s", with, text.Of(how)) }
	way := r.b.through(r.best.certs[:i], c)
	switch {
	case len(way.faults) > len(r.best.faults):
		return what.Add(", on whose path %s", r.fault(way))
	case r.best.anchored && !way.anchored:
		return better("leads to a trusted root")
	case r.best.complete && !way.complete:
		return what.Add(", whose own issuer is missing")
	case len(way.certs) > len(r.best.certs):
		return better("is shorter")
	case way.end().Before(r.best.end()):
		return better("is valid longer")
	}
	return what.Add(", which is as good")
}

// signer is who signed a certificate.
type signer struct {
	itself   bool
	otherKey bool   // of the same name
	name     string // of the issuer, as names compare
}

func (r *rejector) signer(c *convert.Certificate) signer {
	self, issuer := r.b.served.SelfSigned(c), r.b.served.Issuer(c)
	return signer{self, !self && r.b.served.Subject(c) == issuer, issuer}
}

// words says by whom c was signed, who is s.
func (s signer) words(c *convert.Certificate) text.Text {
	switch {
	case s.itself:
		return text.Of("signed by itself")
	case s.otherKey:
		return text.Of("signed with another key of that name")
	}
	return text.Of("signed by %s", issuerWords(c))
}

// fault words what is wrong on a way that is not on the best path.
func (r *rejector) fault(way *path) text.Text {
	f := way.faults[max(0, slices.IndexFunc(way.faults, func(f fault) bool {
		return !slices.ContainsFunc(r.best.faults, func(o fault) bool { return f.same(&o) })
	}))]
	switch f.code {
	case "chain-signature", "chain-wrong-intermediate", "chain-untrusted-root":
		return text.Of("a signature does not verify")
	case unverified:
		return text.Of("the signature on %s cannot be verified here", describe(f.cert))
	case "cert-extension-critical":
		return text.Of("%s has a critical extension that is not known", describe(f.cert))
	case "chain-not-ca":
		return text.Of("%s %s", describe(f.issuer), f.text)
	}
	return text.Of("%s %s", describe(f.cert), f.text)
}

// issuerWords names the issuer of c as describe does a certificate.
func issuerWords(c *convert.Certificate) text.Text {
	return describe(&convert.Certificate{Subject: c.Issuer})
}

// through is the best path that goes from below by c.
func (b *builder) through(below []*convert.Certificate, c *convert.Certificate) *path {
	again := *b // with its own bounds
	again.best, again.ends, again.tried, again.signatures = nil, nil, 0, 0
	way := &path{certs: below[:1:1], faults: again.alone(below[0])}
	for _, o := range append(below[1:len(below):len(below)], c) {
		faults, signed := again.step(way.certs, o)
		way.certs, way.faults = append(way.certs, o), append(way.faults, faults...)
		if !signed {
			return way
		}
	}
	again.walk(way)
	return again.best
}

// PickedLeaf is the certificate for a server, chosen from several.
type PickedLeaf struct {
	Leaf   *convert.Certificate   // nil: there is none
	Key    *convert.PrivateKey    // nil: none fits
	Equals []*convert.Certificate // of other servers and as good as Leaf: a host has to say which is meant
	Unused []Unused               // the others; certificates of CAs are not among them
}

// PickLeaf chooses the certificate for a server. It is one that a key belongs
// to; of several one that covers all of opts.Hosts; of these one that is valid
// at opts.Now; of these one from a CA, not the stopgap that a server signed
// itself; of these the one issued last.
func PickLeaf(keys []*convert.PrivateKey, certs []*convert.Certificate, opts *Options) *PickedLeaf {
	if opts == nil {
		opts = &Options{}
	}
	byID := map[convert.PublicID]*convert.PrivateKey{}
	for _, k := range slices.Backward(keys) {
		if id := k.PublicID(); id != "" {
			byID[id] = k
		}
	}
	out := &PickedLeaf{}
	var best leafRank
	var list []*convert.Certificate
	ranks := map[*convert.Certificate]leafRank{}
	for _, c := range certs {
		key := byID[c.PublicID()]
		if c.Err != nil || c.IsCA() && key == nil {
			continue
		}
		list, ranks[c] = append(list, c), rankLeaf(c, key != nil, opts)
		if out.Leaf == nil || best.before(ranks[c]) {
			out.Leaf, out.Key, best = c, key, ranks[c]
		}
	}
	for _, c := range list {
		if bytes.Equal(c.Raw, out.Leaf.Raw) {
			continue
		}
		reason, why := opts.passedOver(ranks[c], best, c, out.Leaf)
		out.Unused = append(out.Unused, Unused{c, reason, why})
		if reason == reasonOtherServer && ranks[c].score == best.score && len(opts.Hosts) == 0 {
			out.Equals = append(out.Equals, c)
		}
	}
	return out
}

// leafRank is how fit a certificate is: what counts most is the highest bit.
type leafRank struct {
	score               int
	notBefore, notAfter time.Time
}

// The bits of a score.
const (
	leafIssued = 1 << iota // by a CA
	leafValid
	leafCovers
	leafKeyed
)

func rankLeaf(c *convert.Certificate, keyed bool, o *Options) leafRank {
	r := leafRank{notBefore: c.NotBefore, notAfter: c.NotAfter}
	for _, f := range []struct {
		bit int
		is  bool
	}{
		{leafKeyed, keyed},
		{leafCovers, !slices.ContainsFunc(o.Hosts, func(h string) bool { return !Covers(c, h) })},
		{leafValid, o.Now.IsZero() || !o.Now.After(c.NotAfter) && !o.Now.Before(c.NotBefore)},
		{leafIssued, !c.SelfIssued()},
	} {
		if f.is {
			r.score |= f.bit
		}
	}
	return r
}

func (r leafRank) before(o leafRank) bool {
	return cmp.Or(cmp.Compare(r.score, o.score), r.notBefore.Compare(o.notBefore), r.notAfter.Compare(o.notAfter)) < 0
}

// passedOver says why c was not taken for the server.
func (o *Options) passedOver(r, best leafRank, c, leaf *convert.Certificate) (Reason, text.Text) {
	switch lacks := best.score &^ r.score; {
	case lacks&leafKeyed != 0:
		return reasonOtherKey, text.Of("no key that is there belongs to it")
	case lacks&leafCovers != 0:
		return reasonOtherServer, text.Of("it does not cover %s", strings.Join(o.Hosts, ", "))
	case sameNames(certNames(c), certNames(leaf)) || len(o.Hosts) > 0:
		return reasonOtherRenewal, renewal(c, leaf)
	}
	return reasonOtherServer, text.Of("it is of another server")
}
