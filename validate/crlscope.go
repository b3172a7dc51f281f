package validate

import (
	"slices"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/text"
)

// Extensions of CRLs (RFC 5280, Section 5.2).
const (
	oidCRLNumber    = "2.5.29.20"
	oidDeltaCRL     = "2.5.29.27"
	oidIssuingPoint = "2.5.29.28"
)

// scope says why a CRL does not cover a certificate; the zero value, that it
// does.
type scope struct {
	delta bool // it does not tell that a certificate is good, but a revocation in it counts all the same
	why   text.Text
}

// unknownInCRL is a critical extension of crl or of its entries that clients do
// not know, nothing without one (RFC 5280, Sections 5.2 and 5.3: such a CRL must
// not be used).
func unknownInCRL(crl *convert.CRL) text.Text {
	list, entries := crl.CriticalExtensions()
	for _, oid := range list {
		if oid != oidDeltaCRL && oid != oidIssuingPoint && oid != "2.5.29.35" {
			return text.Of("it has a critical extension that clients do not know: %s", oid)
		}
	}
	// OpenSSL knows no critical extension of entries but certificateIssuer, not
	// even the reason.
	for _, oid := range entries {
		if oid != "2.5.29.29" {
			return text.Of("one of its entries has a critical extension that clients do not know: %s", oid)
		}
	}
	return text.Text{}
}

func (s scope) covers() bool { return s.why.IsZero() }

// scopeOf compares the scope of crl with c (RFC 5280, Section 5.2.5).
func scopeOf(crl *convert.CRL, c *convert.Certificate) scope {
	if why := unknownInCRL(crl); !why.IsZero() {
		return scope{delta: true, why: why}
	}
	if out := outOfScope(issuingPointOf(crl), crl, c); !out.covers() {
		return out
	}
	if _, _, ok := crl.Extension(oidDeltaCRL); ok {
		return scope{delta: true, why: text.Of("it is a delta CRL, which holds only what is new")}
	}
	return scope{}
}

// issuingPoint is what the issuing distribution point of a CRL limits it to (RFC 5280,
// Section 5.2.5); the zero value, that there is none.
type issuingPoint struct {
	bad                                       bool // it cannot be read
	named                                     bool
	names                                     []pointName
	users, cas, reasons, indirect, attributes bool
}

func issuingPointOf(crl *convert.CRL) issuingPoint {
	value, _, ok := crl.Extension(oidIssuingPoint)
	if !ok {
		return issuingPoint{}
	}
	return readIssuingPoint(value, crl.Issuer)
}

func readIssuingPoint(value, issuer []byte) (p issuingPoint) {
	e, _, err := der.Parse(value)
	if err != nil {
		return issuingPoint{bad: true}
	}
	for r := e.Reader(); !r.Empty(); {
		f, err := r.Next()
		if err != nil {
			return issuingPoint{bad: true}
		}
		yes := len(f.Content) == 1 && f.Content[0] != 0
		switch {
		case f.IsContext(0):
			p.named, p.names = true, pointNames(f, issuer)
		case f.IsContext(1):
			p.users = yes
		case f.IsContext(2):
			p.cas = yes
		case f.IsContext(3):
			p.reasons = true
		case f.IsContext(4):
			p.indirect = yes
		case f.IsContext(5):
			p.attributes = yes
		}
	}
	return p
}

// outOfScope says why p, of crl, leaves c out, nothing if it does not.
func outOfScope(p issuingPoint, crl *convert.CRL, c *convert.Certificate) scope {
	out := func(format string, args ...any) scope { return scope{why: text.Of(format, args...)} }
	points := crlPoints(c)
	at := slices.IndexFunc(points, func(o crlPoint) bool { return o.leadsTo(p.names, crl) })
	switch {
	case p.bad:
		return out("its issuing distribution point cannot be read")
	// A certificate that names none is covered by no part of the list.
	case p.named && at < 0:
		return scope{delta: true, why: text.Of("it is the one for the distribution point %q", titleOfPoint(p.names))}
	case at >= 0 && points[at].partial:
		return scope{delta: true, why: text.Of("the certificate names it for some reasons only")}
	case p.users && c.IsCA():
		return out("it covers only certificates that are not for CAs")
	case p.cas && !c.IsCA():
		return out("it covers only certificates of CAs")
	case p.reasons:
		return out("it covers only some reasons")
	case p.indirect:
		return out("it is an indirect CRL, which covers certificates of other issuers")
	case p.attributes:
		return out("it covers only attribute certificates")
	}
	return scope{}
}

// crlPoint is a DistributionPoint of a certificate (RFC 5280, Section 4.2.1.13).
type crlPoint struct {
	names   []pointName // none: any
	issuers []string    // who signs the list, as name keys; none: the issuer of the certificate
	partial bool        // the list is there for some reasons only
}

// pointName is a name of a distribution point: in a form in which names that mean
// the same are equal, and for people.
type pointName struct{ key, title string }

// leadsTo reports whether the list crl, whose issuing distribution point has the
// names here, is one that p leads to (RFC 5280, Section 6.3.3 (b) (2) (i)).
func (p crlPoint) leadsTo(here []pointName, crl *convert.CRL) bool {
	if len(p.issuers) > 0 && !slices.Contains(p.issuers, convert.NameKey(crl.Issuer)) {
		return false
	}
	return len(p.names) == 0 || len(here) == 0 || slices.ContainsFunc(here, func(n pointName) bool {
		return slices.ContainsFunc(p.names, func(o pointName) bool { return o.key == n.key })
	})
}

func titleOfPoint(names []pointName) string {
	if len(names) == 0 {
		return "?"
	}
	return names[0].title
}

// crlPoints are those of a certificate.
func crlPoints(c *convert.Certificate) (list []crlPoint) {
	value, _, _ := c.Extension("2.5.29.31")
	e, _, err := der.Parse(value)
	if err != nil {
		return nil
	}
	points, _ := e.Children()
	for _, point := range points {
		parts, err := point.Children()
		if err != nil {
			continue
		}
		var p crlPoint
		signer := c.Issuer
		for _, part := range parts {
			p.partial = p.partial || part.IsContext(1) && !allReasons(part.Content)
			if part.IsContext(2) {
				names, _ := part.Children()
				for _, n := range names {
					if dn := directoryName(n); dn != nil {
						signer, p.issuers = dn, append(p.issuers, convert.NameKey(dn))
					}
				}
			}
		}
		for _, part := range parts {
			if part.IsContext(0) {
				p.names = pointNames(part, signer)
			}
		}
		list = append(list, p)
	}
	return list
}

// allReasons reports whether ReasonFlags, without their tag, are all that there are.
func allReasons(flags []byte) bool {
	return len(flags) > 2 && flags[1]&0x7f == 0x7f && flags[2]&0x80 != 0
}

// pointNames reads a [0] with a DistributionPointName. A name that is relative is
// so to that of the signer of the list.
func pointNames(e der.Element, signer []byte) (list []pointName) {
	choice, err := e.Children()
	if err != nil {
		return nil
	}
	for _, f := range choice {
		if f.IsContext(1) {
			name, _, err := der.Parse(signer)
			if err != nil {
				return nil
			}
			dn := der.Build(func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddBytes(name.Content)
					b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(f.Content) })
				})
			})
			list = append(list, dnOfPoint(dn))
			continue
		}
		names, err := f.Children()
		if err != nil {
			return nil
		}
		for _, n := range names {
			if dn := directoryName(n); dn != nil {
				list = append(list, dnOfPoint(dn))
			} else {
				list = append(list, pointName{key: "other " + string(n.Full), title: string(n.Content)})
			}
		}
	}
	return list
}

func dnOfPoint(dn []byte) pointName {
	return pointName{key: "name " + convert.NameKey(dn), title: convert.NameString(dn)}
}

// directoryName is the Name in a GeneralName of that kind, nil in another.
func directoryName(n der.Element) []byte {
	const tagDirectoryName = 4
	if !n.IsContext(tagDirectoryName) {
		return nil
	}
	return n.Content
}
