package convert

import (
	"crypto/x509"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/structure"
)

// addCert adds a certificate, with OpenSSL's trust data behind it or without.
// Fields that cannot be read are told in Err; the certificate is carried all
// the same. ErrDamaged: it is cut short, or no ASN.1.
func (d *decoder) addCert(data []byte, at Source, n Names) error {
	at, err := d.next(at)
	if err != nil {
		return err
	}
	e, rest, err := wholeSequence(data)
	if err != nil {
		return damaged(at, "certificate", err)
	}
	c := Certificate{Source: at, Raw: e.Full, Names: n, effort: d.effort}
	if len(rest) > 0 && shape.IsTrustData(rest) {
		c.Aux = rest
		if c.FriendlyName == "" {
			c.FriendlyName = trustAlias(rest)
		}
		rest = nil
	}
	if d.opts.bare {
		d.bundle.Certs = append(d.bundle.Certs, c)
		return nil
	}
	d.noteShape(at, e, rest)
	d.noteStructure(at, KindCertificate, structure.Certificate(e.Full))
	if err := c.parse(e); err != nil {
		c.Err = damaged(at, "certificate", err)
	}
	d.noteCurve(at, c.Algorithm, c.SPKI)
	c.exts = c.extensions().Full
	d.bundle.Certs = append(d.bundle.Certs, c)
	return nil
}

// wholeSequence reads the SEQUENCE that data starts with.
func wholeSequence(data []byte) (e der.Element, rest []byte, err error) {
	e, rest, err = der.Parse(data)
	if err == nil && (!e.Is(der.TagSequence) || !e.Constructed) {
		err = &der.SyntaxError{Msg: "no ASN.1 SEQUENCE"}
	}
	return e, rest, err
}

// noteShape notes bytes behind an object, and an object that is not DER.
func (d *decoder) noteShape(at Source, e der.Element, rest []byte) {
	if len(rest) > 0 {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.TrailingData, N: len(rest)})
	}
	if !der.IsDER(e.Full) {
		d.note(at, note.NotDER, "")
	}
}

// noteStructure notes how an object deviates from its standard.
func (d *decoder) noteStructure(at Source, kind Kind, faults []structure.Fault) {
	for _, f := range faults {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.Structure, Is: kind, By: f.By, N: f.Offset, Text: f.Text})
	}
}

// parse reads the fields of e, a Certificate (RFC 5280, Section 4.1). It reads
// on behind a field that is wrong and returns the first fault.
func (c *Certificate) parse(e der.Element) error {
	f := der.Fields{Reader: e.Reader()}
	tbs := f.Sequence()
	sig := pubkey.ReadSignatureAlgorithm(f.Sequence())
	c.SigAlg, c.SigHash = sig.Name, sig.Hash
	f.Next() // signature
	f.Reader = tbs.Reader()
	f.Reader.Optional(0)
	serial := f.Next()
	if v, err := serial.BigInt(); err == nil {
		c.Serial = v
	} else {
		f.Fault(err)
	}
	f.Sequence() // signature algorithm, as above
	c.Issuer = f.Sequence().Full
	validity := der.Fields{Reader: f.Sequence().Reader()}
	c.NotBefore = validity.Time()
	c.NotAfter = validity.Time()
	f.Fault(validity.Err)
	c.Subject = f.Sequence().Full
	c.SPKI = f.Sequence().Full
	if len(c.SPKI) > 0 {
		k, err := readPublicKey(c.SPKI)
		c.Algorithm, c.Bits, c.id = k.Algorithm, k.Bits, k.ID
		f.Fault(err)
	}
	return f.Err
}

// X509 parses the certificate with crypto/x509. It parses anew at every call.
func (c *Certificate) X509() (*x509.Certificate, error) { return x509.ParseCertificate(c.Raw) }

// SignedDigest is the digest of what the certificate's signature signs, with the hash of that
// signature: a name of it that no change of the signature changes. It is nil where the
// hash is not known.
func (c *Certificate) SignedDigest() []byte {
	d, ok := pbe.DigestByName(c.SigHash)
	if !ok {
		return nil
	}
	e, _, err := der.Parse(c.Raw)
	if err != nil {
		return nil
	}
	tbs, err := e.Reader().Next()
	if err != nil {
		return nil
	}
	h := d.New()
	h.Write(tbs.Full)
	return h.Sum(nil)
}

// SerialOctets are the octets of the serial number as they are in the certificate, nil if there are none
// that can be read.
func (c *Certificate) SerialOctets() []byte {
	e, _, err := der.Parse(c.Raw)
	if err != nil {
		return nil
	}
	tbs, err := e.Reader().Next()
	if err != nil {
		return nil
	}
	r := tbs.Reader()
	r.Optional(0)
	n, err := r.Expect(der.TagInteger)
	if err != nil {
		return nil
	}
	return n.Content
}

// trustAlias returns the alias in OpenSSL's trust data, "" if there is none.
func trustAlias(aux []byte) string {
	e, _, err := der.Parse(aux)
	if err != nil {
		return ""
	}
	for r := e.Reader(); !r.Empty(); {
		f, err := r.Next()
		if err != nil {
			return ""
		}
		if f.Is(der.TagUTF8String) {
			return decodeText(f)
		}
	}
	return ""
}

// decodePKIPath reads a SEQUENCE OF Certificate (ITU-T X.509, PkiPath), which
// goes from the anchor down to the leaf, or a CertificatePair.
func (d *decoder) decodePKIPath(data []byte, at Source) error {
	e, rest, err := wholeSequence(data)
	if err != nil {
		return damaged(at, "series of certificates", err)
	}
	d.note(at, note.Variant, "a series of certificates (PkiPath or CertificatePair)")
	d.noteShape(at, e, rest)
	for r := e.Reader(); !r.Empty(); {
		c, err := r.Next()
		if err == nil && c.Class == der.ContextSpecific {
			c, err = c.Reader().Next()
		}
		if err != nil {
			return damaged(at, "series of certificates", der.Inner(err))
		}
		if err := d.addCert(c.Full, inside(at, c), Names{}); err != nil {
			return err
		}
	}
	return nil
}

// inside is the place of e inside the object at at.
func inside(at Source, e der.Element) Source {
	if at.Offset >= 0 {
		at.Offset += int64(e.Offset)
	}
	return at
}
