package convert

import (
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/structure"
)

// addCRL adds a certificate revocation list. Its entries are not read. Fields
// that cannot be read are told in Err. ErrDamaged: it is cut short, or no ASN.1.
func (d *decoder) addCRL(data []byte, at Source, n Names) error {
	at, err := d.next(at)
	if err != nil {
		return err
	}
	e, rest, err := wholeSequence(data)
	if err != nil {
		return damaged(at, "revocation list", err)
	}
	c := CRL{Source: at, Raw: e.Full, Names: n, facts: &crlFacts{}, effort: d.effort}
	if d.opts.bare {
		d.bundle.CRLs = append(d.bundle.CRLs, c)
		return nil
	}
	d.noteShape(at, e, rest)
	d.noteStructure(at, KindCRL, structure.CRL(e.Full))
	if err := c.parse(e); err != nil {
		c.Err = damaged(at, "revocation list", err)
	}
	d.bundle.CRLs = append(d.bundle.CRLs, c)
	return nil
}

// parse reads the fields of e, a CertificateList (RFC 5280, Section 5.1).
func (c *CRL) parse(e der.Element) error {
	f := der.Fields{Reader: e.Reader()}
	tbs := f.Sequence()
	c.SigAlg = pubkey.ReadSignatureAlgorithm(f.Sequence()).Name
	f.Next() // signature
	f.Reader = tbs.Reader()
	if v, ok := f.Reader.Peek(); ok && v.Is(der.TagInteger) {
		f.Next()
	}
	f.Sequence() // signature algorithm, as above
	c.Issuer = f.Sequence().Full
	c.ThisUpdate = f.Time()
	if next, ok := f.Reader.Peek(); ok && (next.Is(der.TagUTCTime) || next.Is(der.TagGeneralizedTime)) {
		c.NextUpdate = f.Time()
	}
	return f.Err
}

// Extension returns the value of the first extension of the list with this
// dotted OID: the content of its OCTET STRING. ok is false if it has none.
func (c *CRL) Extension(oid string) (value []byte, critical, ok bool) {
	return findExtension(c.extensions(), rawOID(oid))
}

// EachExtension calls f with every extension of the list in turn; value is the
// content of its OCTET STRING.
func (c *CRL) EachExtension(f func(oid string, critical bool, value []byte)) {
	eachExtension(c.extensions(), f)
}

// extensions returns the SEQUENCE OF Extension, an empty Element if there is none.
func (c *CRL) extensions() der.Element {
	e, _, err := der.Parse(c.Raw)
	if err != nil {
		return der.Element{}
	}
	tbs, err := e.Reader().Expect(der.TagSequence)
	if err != nil {
		return der.Element{}
	}
	for r := tbs.Reader(); !r.Empty(); {
		f, err := r.Next()
		if err != nil {
			return der.Element{}
		}
		if f.IsContext(0) {
			list, _ := f.Reader().Expect(der.TagSequence)
			return list
		}
	}
	return der.Element{}
}
