package lists

import (
	"errors"
	"math/big"

	"github.com/certconv/certconv/internal/der"
)

const oidSignedData = "1.2.840.113549.1.7.2"

// ErrNotSigned is the error for what is no signed message of PKCS #7.
var ErrNotSigned = errors.New("not a signed message")

// Bounds of a signed message. Lists have one signer, and three certificates.
const (
	maxSigners    = 16
	maxSignerCert = 64
)

// Signed is a SignedData (RFC 2315, Section 9; RFC 5652, Section 5). All of it are
// windows on the message.
type Signed struct {
	Raw          []byte      // the whole message
	Digests      []string    // OIDs of what the signers have digested the content with
	ContentType  string      // OID of what is signed
	Content      der.Element // what is signed, an OCTET STRING in CMS and anything in PKCS #7; zero if it is elsewhere
	Certificates [][]byte
	Signers      []Signer
}

// Signer is who has signed, and how.
type Signer struct {
	Issuer     []byte // DER Name; the certificate is named by it and Serial, or by KeyID
	Serial     *big.Int
	KeyID      []byte
	Digest     string      // OID
	Attributes der.Element // authenticated; zero if there are none, and the content itself is signed
	Algorithm  der.Element // of the signature
	Signature  []byte
	Unsigned   der.Element // attributes that the signature does not cover; zero if there are none
}

// ParseSigned reads a signed message in DER or BER. The error wraps ErrNotSigned
// where data is something else, and a *der.SyntaxError where it is damaged.
func ParseSigned(data []byte) (*Signed, error) {
	top, _, err := der.Parse(data)
	if err != nil {
		return nil, err
	}
	r := top.Reader()
	oid, err := r.Expect(der.TagOID)
	if err != nil {
		return nil, ErrNotSigned
	}
	if s, err := oid.OID(); err != nil || s != oidSignedData {
		return nil, ErrNotSigned
	}
	outer, err := r.Next()
	if err != nil {
		return nil, err
	}
	body, err := outer.Reader().Expect(der.TagSequence)
	if err != nil {
		return nil, err
	}
	m, err := parseSigned(body)
	if err != nil {
		return nil, err
	}
	m.Raw = top.Full
	return m, nil
}

func parseSigned(body der.Element) (*Signed, error) {
	m := &Signed{}
	f := body.Reader()
	if _, err := f.Int(); err != nil { // version
		return nil, err
	}
	digests, err := f.Expect(der.TagSet)
	if err != nil {
		return nil, err
	}
	for r := digests.Reader(); !r.Empty() && len(m.Digests) < maxSigners; {
		e, err := r.Expect(der.TagSequence)
		if err != nil {
			return nil, err
		}
		oid, _, err := der.ParseAlgorithm(e)
		if err != nil {
			return nil, err
		}
		m.Digests = append(m.Digests, oid)
	}
	info, err := f.Expect(der.TagSequence)
	if err != nil {
		return nil, err
	}
	c := info.Reader()
	kind, err := c.Expect(der.TagOID)
	if err != nil {
		return nil, err
	}
	if m.ContentType, err = kind.OID(); err != nil {
		return nil, err
	}
	if wrapped, ok := c.Optional(0); ok {
		if m.Content, err = wrapped.Reader().Next(); err != nil {
			return nil, err
		}
	}
	if set, ok := f.Optional(0); ok {
		for r := set.Reader(); !r.Empty() && len(m.Certificates) < maxSignerCert; {
			e, err := r.Next()
			if err != nil {
				return nil, err
			}
			if e.Is(der.TagSequence) {
				m.Certificates = append(m.Certificates, e.Full)
			}
		}
	}
	f.Optional(1) // CRLs
	signers, err := f.Expect(der.TagSet)
	if err != nil {
		return nil, err
	}
	for r := signers.Reader(); !r.Empty() && len(m.Signers) < maxSigners; {
		e, err := r.Expect(der.TagSequence)
		if err != nil {
			return nil, err
		}
		s, err := ParseSigner(e)
		if err != nil {
			return nil, err
		}
		m.Signers = append(m.Signers, s)
	}
	return m, nil
}

// ParseSigner reads a SignerInfo, which a countersignature is too (RFC 5652, Section
// 11.4).
func ParseSigner(e der.Element) (s Signer, err error) {
	f := e.Reader()
	if _, err := f.Int(); err != nil { // version
		return s, err
	}
	if id, ok := f.Optional(0); ok {
		s.KeyID = id.Content
	} else {
		named, err := f.Expect(der.TagSequence)
		if err != nil {
			return s, err
		}
		n := named.Reader()
		issuer, err := n.Expect(der.TagSequence)
		if err != nil {
			return s, err
		}
		serial, err := n.Next()
		if err != nil {
			return s, err
		}
		if s.Serial, err = serial.BigInt(); err != nil {
			return s, err
		}
		s.Issuer = issuer.Full
	}
	digest, err := f.Expect(der.TagSequence)
	if err != nil {
		return s, err
	}
	if s.Digest, _, err = der.ParseAlgorithm(digest); err != nil {
		return s, err
	}
	s.Attributes, _ = f.Optional(0)
	if s.Algorithm, err = f.Expect(der.TagSequence); err != nil {
		return s, err
	}
	signature, err := f.Expect(der.TagOctetString)
	if err != nil {
		return s, err
	}
	if s.Signature, err = signature.OctetString(); err != nil {
		return s, err
	}
	s.Unsigned, _ = f.Optional(1)
	return s, nil
}

// Attribute gives the first value of an attribute in a set of them, such as
// Signer.Attributes.
func Attribute(set der.Element, oid string) (value der.Element, ok bool) {
	for r := set.Reader(); !r.Empty(); {
		attr, err := r.Expect(der.TagSequence)
		if err != nil {
			return value, false
		}
		a := attr.Reader()
		kind, err := a.Expect(der.TagOID)
		if err != nil {
			return value, false
		}
		if s, err := kind.OID(); err != nil || s != oid {
			continue
		}
		values, err := a.Expect(der.TagSet)
		if err != nil {
			return value, false
		}
		value, err = values.Reader().Next()
		return value, err == nil
	}
	return value, false
}
