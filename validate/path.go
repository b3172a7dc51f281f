package validate

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/certconv/certconv/convert"
)

// fault is what is wrong with one certificate of a path, or with the step from
// it to its issuer.
type fault struct {
	code   string
	cert   *convert.Certificate
	issuer *convert.Certificate
	text   string
}

// path leads from the leaf upwards. It is complete if its last certificate is
// an anchor, or is self-signed.
type path struct {
	certs    []*convert.Certificate
	anchored bool
	faults   []fault
}

// cost orders paths: an anchored one without faults first. Chains are judged
// by the best path that there is, as clients do (RFC 4158, Section 2.3).
func (p *path) cost() int {
	n := len(p.faults) * 100
	if !p.anchored {
		n += 50
	}
	return n + len(p.certs)
}

// maxPaths bounds the search through cross-signed certificates.
const (
	maxPaths = 200
	maxDepth = 12
)

// builder looks for paths from a leaf to an anchor.
type builder struct {
	anchors *Anchors
	now     time.Time // zero: dates are not judged

	bySubject map[string][]*convert.Certificate // served
	checked   map[[2]*convert.Certificate]error // signatures verified so far
	tried     int
	best      *path
}

func newBuilder(pool []*convert.Certificate, anchors *Anchors, now time.Time) *builder {
	b := &builder{
		anchors: anchors, now: now,
		bySubject: map[string][]*convert.Certificate{},
		checked:   map[[2]*convert.Certificate]error{},
	}
	for _, c := range pool {
		k := convert.NameKey(c.Subject)
		b.bySubject[k] = append(b.bySubject[k], c)
	}
	return b
}

// isAnchor reports whether c is an anchor, or the same certificate as one.
func (b *builder) isAnchor(c *convert.Certificate) bool {
	for _, a := range b.anchors.named(c.Subject) {
		if a == c || bytes.Equal(a.Raw, c.Raw) {
			return true
		}
	}
	return false
}

// issuers lists the certificates whose subject is the issuer of c, anchors first.
func (b *builder) issuers(c *convert.Certificate) []*convert.Certificate {
	return slices.Concat(b.anchors.named(c.Issuer), b.bySubject[convert.NameKey(c.Issuer)])
}

// build returns the best path from leaf.
func (b *builder) build(leaf *convert.Certificate) *path {
	b.walk(&path{certs: []*convert.Certificate{leaf}, faults: b.dates(leaf)})
	return b.best
}

func (b *builder) walk(p *path) {
	top := p.certs[len(p.certs)-1]
	if b.isAnchor(top) {
		p.anchored = true
		b.consider(p)
		return
	}
	selfSigned := top.SelfIssued() && b.verify(top, top) == nil
	extended := false
	if !selfSigned && len(p.certs) < maxDepth {
		for _, issuer := range b.issuers(top) {
			if contains(p.certs, issuer) || b.tried > maxPaths {
				continue
			}
			next := &path{certs: append(p.certs[:len(p.certs):len(p.certs)], issuer), faults: append(p.faults[:len(p.faults):len(p.faults)], b.step(p.certs, issuer)...)}
			extended = true
			b.walk(next)
		}
	}
	if !extended {
		b.consider(p)
	}
}

func (b *builder) consider(p *path) {
	b.tried++
	if b.best == nil || p.cost() < b.best.cost() {
		b.best = p
	}
}

// contains tells a loop by key and name, not by bytes: cross-signatures of one
// CA must not lead back to it.
func contains(certs []*convert.Certificate, c *convert.Certificate) bool {
	for _, o := range certs {
		if o == c || bytes.Equal(o.Subject, c.Subject) && bytes.Equal(o.SPKI, c.SPKI) {
			return true
		}
	}
	return false
}

// verify caches the verification of one signature.
func (b *builder) verify(child, issuer *convert.Certificate) error {
	k := [2]*convert.Certificate{child, issuer}
	err, ok := b.checked[k]
	if !ok {
		err = convert.VerifySigned(child.Raw, issuer.SPKI)
		b.checked[k] = err
	}
	return err
}

// dates judges the validity of c.
func (b *builder) dates(c *convert.Certificate) []fault {
	switch {
	case b.now.IsZero() || c.NotAfter.IsZero():
		return nil
	case b.now.After(c.NotAfter):
		return []fault{{code: "chain-expired", cert: c, text: "has expired on " + day(c.NotAfter)}}
	case b.now.Before(c.NotBefore):
		return []fault{{code: "chain-expired", cert: c, text: "is not valid before " + day(c.NotBefore)}}
	}
	return nil
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02") }

// step judges issuer as the issuer of the last of below.
func (b *builder) step(below []*convert.Certificate, issuer *convert.Certificate) []fault {
	child := below[len(below)-1]
	var faults []fault
	add := func(code, text string) { faults = append(faults, fault{code, child, issuer, text}) }
	switch err := b.verify(child, issuer); {
	case err == nil:
	case !errors.Is(err, convert.ErrSignature):
		add("chain-signature", "cannot be verified: "+err.Error())
	case sameKeyID(child, issuer):
		add("chain-signature", "does not verify with the key of its issuer")
	default:
		add("chain-wrong-intermediate", "has the right name, but its key did not sign")
	}
	if text := notCA(issuer, below, b.isAnchor(issuer)); text != "" {
		add("chain-not-ca", text)
	}
	return append(faults, b.dates(issuer)...)
}

// sameKeyID reports whether the key identifiers say that issuer is the one
// (RFC 5280, Section 4.2.1.1).
func sameKeyID(child, issuer *convert.Certificate) bool {
	want, have := child.AuthorityKeyID(), issuer.SubjectKeyID()
	return len(want) > 0 && bytes.Equal(want, have)
}
