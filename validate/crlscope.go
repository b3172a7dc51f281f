package validate

import (
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/crlpoint"
	"github.com/certconv/certconv/internal/text"
)

// Extensions of CRLs (RFC 5280, Section 5.2).
const (
	oidCRLNumber      = "2.5.29.20"
	oidDeltaCRL       = "2.5.29.27"
	oidCRLEntryIssuer = "2.5.29.29"
	oidAuthorityKey   = "2.5.29.35"
)

// scope is what a CRL may say of a certificate.
type scope struct {
	reasons crlpoint.Reasons // for which it tells that the certificate is good
	revokes bool             // a revocation in it counts, whatever else
	why     text.Text        // why it tells for none
}

// covers reports whether the CRL alone tells that the certificate is good.
func (s scope) covers() bool { return s.reasons == crlpoint.All }

// unknownInCRL is a critical extension of crl or of its entries that clients do
// not know, nothing without one (RFC 5280, Sections 5.2 and 5.3: such a CRL must
// not be used).
func unknownInCRL(crl *convert.CRL) text.Text {
	list, entries := crl.CriticalExtensions()
	for _, oid := range list {
		if oid != oidDeltaCRL && oid != crlpoint.OIDIssuing && oid != oidAuthorityKey {
			return text.Of("it has a critical extension that clients do not know: %s", oid)
		}
	}
	// OpenSSL knows no critical extension of entries but certificateIssuer, not
	// even the reason.
	for _, oid := range entries {
		if oid != oidCRLEntryIssuer {
			return text.Of("one of its entries has a critical extension that clients do not know: %s", oid)
		}
	}
	if crl.EntriesUnread() {
		return text.Of("one of its entries, or the issuer that it names, cannot be read")
	}
	return text.Text{}
}

// scopeOf compares the scope of crl with c (RFC 5280, Section 5.2.5).
func scopeOf(crl *convert.CRL, c *convert.Certificate) scope {
	if why := unknownInCRL(crl); !why.IsZero() {
		return scope{revokes: true, why: why}
	}
	point, _ := crlpoint.OfList(crl)
	s := reach(point, crl, c)
	if _, _, delta := crl.Extension(oidDeltaCRL); delta && s.reasons != 0 {
		return scope{revokes: true, why: text.Of("it is a delta CRL, which holds only what is new")}
	}
	return s
}

// reach says how far p, of crl, lets it tell of c.
func reach(p crlpoint.Issuing, crl *convert.CRL, c *convert.Certificate) scope {
	out := func(format string, args ...any) scope { return scope{why: text.Of(format, args...)} }
	points := crlpoint.Of(c)
	own := convert.SameName(crl.Issuer, c.Issuer)
	at := slices.IndexFunc(points, func(o crlpoint.Point) bool { return leadsTo(o, p, crl, own) })
	covered := p.Reasons
	if at >= 0 {
		covered &= points[at].Reasons
	}
	switch {
	case p.Bad:
		return scope{revokes: own, why: text.Of("its issuing distribution point cannot be read")}
	case !own && !p.Indirect:
		return out("it is by another CA, and does not say that it covers certificates of other issuers")
	case !own && !slices.ContainsFunc(points, func(o crlpoint.Point) bool { return namesSigner(o, crl) }):
		return out("the certificate does not name its issuer")
	// A certificate that names none is covered by no part of the list. What whoever may
	// sign its lists has revoked is revoked all the same.
	case (p.Named || !own) && at < 0:
		return scope{revokes: true, why: text.Of("it is the one for the distribution point %q", titleOfPoint(p.Names))}
	case p.Users && c.IsCA():
		return out("it covers only certificates that are not for CAs")
	case p.CAs && !c.IsCA():
		return out("it covers only certificates of CAs")
	case p.Attributes:
		return out("it covers only attribute certificates")
	case covered == 0:
		return scope{revokes: true, why: text.Of("it covers no reason for which the certificate names it")}
	}
	return scope{reasons: covered, revokes: true}
}

// leadsTo reports whether crl, which says p of itself, is a list that a certificate
// names by o (RFC 5280, Section 6.3.3 (b) (1) and (2) (i)). own: crl is by the issuer of
// the certificate, whose name OpenSSL takes also where it is needless.
func leadsTo(o crlpoint.Point, p crlpoint.Issuing, crl *convert.CRL, own bool) bool {
	if len(o.Issuers) == 0 && !own || len(o.Issuers) > 0 && !namesSigner(o, crl) {
		return false
	}
	if len(p.Names) == 0 {
		return !p.Named
	}
	names := o.Names
	if len(names) == 0 {
		for _, n := range o.Issuers {
			names = append(names, crlpoint.DN(n))
		}
	}
	return slices.ContainsFunc(p.Names, func(n crlpoint.Name) bool {
		return slices.ContainsFunc(names, func(o crlpoint.Name) bool { return o.Key == n.Key })
	})
}

// namesSigner reports whether o names the issuer of crl.
func namesSigner(o crlpoint.Point, crl *convert.CRL) bool {
	return slices.ContainsFunc(o.Issuers, func(n []byte) bool { return convert.SameName(n, crl.Issuer) })
}

func titleOfPoint(names []crlpoint.Name) string {
	if len(names) == 0 {
		return "?"
	}
	return names[0].Title
}

// listIssuers are the names of those who, beside its issuer, sign lists for c.
func listIssuers(c *convert.Certificate) (names [][]byte) {
	for _, p := range crlpoint.Of(c) {
		for _, n := range p.Issuers {
			if !convert.SameName(n, c.Issuer) && !slices.ContainsFunc(names, func(o []byte) bool { return convert.SameName(n, o) }) {
				names = append(names, n)
			}
		}
	}
	return names
}
