// Package crlpoint reads the distribution points of revocation lists: those that a
// certificate names (RFC 5280, Section 4.2.1.13), and what a list says of itself (RFC
// 5280, Section 5.2.5).
//
// It states what is there. Whether a list may answer for a certificate is for package
// validate.
package crlpoint

import (
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
)

// Extensions with distribution points.
const (
	OID        = "2.5.29.31" // of a certificate
	OIDIssuing = "2.5.29.28" // of a list
)

// Reasons are those for which a list tells of revocations (ReasonFlags).
type Reasons uint16

// All are all the reasons that there are. A list that covers none of them says of no
// certificate that it is good.
const All Reasons = 0x1fe // bits 1 to 8; bit 0 is unused

// String lists the reasons in words.
func (r Reasons) String() string {
	// ReasonFlags leaves out removeFromCRL, which has a number in CRLReason.
	codes := []int{1, 2, 3, 4, 5, 6, 9, 10}
	var words []string
	for i, code := range codes {
		if r&(1<<(i+1)) != 0 {
			words = append(words, der.CRLReason(code))
		}
	}
	return strings.Join(words, ", ")
}

// readReasons reads ReasonFlags, without their tag. Bits that are not there are not set.
func readReasons(flags []byte) (r Reasons) {
	if len(flags) == 0 {
		return 0
	}
	for bit := range 9 {
		if i := 1 + bit/8; i < len(flags) && flags[i]&(0x80>>(bit%8)) != 0 {
			r |= 1 << bit
		}
	}
	return r & All
}

// Bounds on what is read of one extension: certificates have a handful of points, and each
// list is held against all of their names.
const (
	maxPoints = 100
	maxNames  = 100      // of one point, and as many signers
	maxSigner = 64 << 10 // bytes of a name that others are relative to
)

// Point is a DistributionPoint of a certificate.
type Point struct {
	Names   []Name   // none: any
	Issuers [][]byte // who signs the list, DER Names; none: the issuer of the certificate
	Reasons Reasons  // for which the list is there
}

// Name is a name of a distribution point: in a form in which names that mean the same are
// equal, and for people.
type Name struct{ Key, Title string }

// DN is the Name that a DER Name makes.
func DN(dn []byte) Name {
	return Name{Key: "name " + convert.NameKey(dn), Title: convert.NameString(dn)}
}

// Of are the distribution points that a certificate names. One that cannot be read is left
// out, and so is what is beyond the bounds.
func Of(c *convert.Certificate) (list []Point) {
	value, _, _ := c.Extension(OID)
	e, _, err := der.Parse(value)
	if err != nil {
		return nil
	}
	for r := e.Reader(); !r.Empty() && len(list) < maxPoints; {
		point, err := r.Next()
		if err != nil {
			break
		}
		parts, err := point.Children()
		if err != nil {
			continue
		}
		p := Point{Reasons: All}
		for _, part := range parts {
			switch {
			case part.IsContext(1):
				p.Reasons = readReasons(part.Content)
			case part.IsContext(2):
				p.Issuers = append(p.Issuers, der.DirectoryNames(part)...)
				p.Issuers = p.Issuers[:min(len(p.Issuers), maxNames)]
			}
		}
		signer := c.Issuer
		if len(p.Issuers) > 0 {
			signer = p.Issuers[0]
		}
		for _, part := range parts {
			if part.IsContext(0) && p.Names == nil {
				p.Names = names(part, signer)
			}
		}
		list = append(list, p)
	}
	return list
}

// Issuing is the issuing distribution point of a list, which says what it is limited to.
type Issuing struct {
	Bad     bool // it cannot be read
	Named   bool
	Names   []Name
	Reasons Reasons // All without a limit

	Users, CAs, Indirect, Attributes bool
}

// OfList is what a list says. ok is false if it does not say anything, and covers all that its issuer
// has issued.
func OfList(crl *convert.CRL) (p Issuing, ok bool) {
	p = Issuing{Reasons: All}
	crl.EachExtension(func(oid string, _ bool, value []byte) {
		switch {
		case oid != OIDIssuing:
		case ok:
			p.Bad = true // "A certificate MUST NOT include more than one instance" (RFC 5280, Section 4.2)
		default:
			p, ok = Read(value, crl.Issuer), true
		}
	})
	return p, ok
}

// Read reads the value of an issuing distribution point of a list by issuer, a DER Name.
func Read(value, issuer []byte) Issuing {
	p := Issuing{Reasons: All}
	e, err := der.ParseAll(value)
	if err != nil || !e.Is(der.TagSequence) {
		return Issuing{Bad: true}
	}
	for r := e.Reader(); !r.Empty(); {
		f, err := r.Next()
		if err != nil {
			return Issuing{Bad: true}
		}
		yes := len(f.Content) == 1 && f.Content[0] != 0
		flag := f.IsContext(1) || f.IsContext(2) || f.IsContext(4) || f.IsContext(5)
		switch {
		case flag && len(f.Content) != 1:
			return Issuing{Bad: true}
		case f.IsContext(0):
			p.Named, p.Names = true, names(f, issuer)
		case f.IsContext(1):
			p.Users = yes
		case f.IsContext(2):
			p.CAs = yes
		case f.IsContext(3):
			p.Reasons = readReasons(f.Content)
		case f.IsContext(4):
			p.Indirect = yes
		case f.IsContext(5):
			p.Attributes = yes
		default: // a limit that is not known
			return Issuing{Bad: true}
		}
	}
	return p
}

// names reads a [0] with a DistributionPointName, which is one of two. A name that is
// relative is so to that of the signer of the list.
func names(e der.Element, signer []byte) (list []Name) {
	choice, err := e.Children()
	if err != nil || len(choice) != 1 {
		return nil
	}
	f := choice[0]
	if f.IsContext(1) {
		name, _, err := der.Parse(signer)
		if err != nil || len(signer) > maxSigner {
			return nil
		}
		return []Name{DN(der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddBytes(name.Content)
				b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(f.Content) })
			})
		}))}
	}
	for r := f.Reader(); !r.Empty() && len(list) < maxNames; {
		n, err := r.Next()
		if err != nil {
			return nil
		}
		if dn := der.DirectoryName(n); dn != nil {
			list = append(list, DN(dn))
		} else {
			list = append(list, Name{Key: "other " + string(n.Full), Title: string(n.Content)})
		}
	}
	return list
}
