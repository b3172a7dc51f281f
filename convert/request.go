package convert

import (
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/structure"
)

// addRequest adds a PKCS#10 request (RFC 2986) or a Netscape SPKAC. Fields
// that cannot be read are told in Err. ErrDamaged: it is cut short, or no ASN.1.
func (d *decoder) addRequest(data []byte, at Source, n Names) error {
	at, err := d.next(at)
	if err != nil {
		return err
	}
	e, rest, err := wholeSequence(data)
	if err != nil {
		return damaged(at, "certificate request", err)
	}
	q := Request{Source: at, Raw: e.Full, SPKAC: shape.Of(e.Full) == shape.SPKAC, Names: n}
	if d.opts.bare {
		d.bundle.Requests = append(d.bundle.Requests, q)
		return nil
	}
	d.noteShape(at, e, rest)
	if !q.SPKAC {
		d.noteStructure(at, KindRequest, structure.Request(e.Full))
	}
	if err := q.parse(e); err != nil {
		q.Err = damaged(at, "certificate request", err)
	}
	d.noteCurve(at, q.Algorithm, q.SPKI)
	d.bundle.Requests = append(d.bundle.Requests, q)
	return nil
}

// parse reads the fields of e, a CertificationRequest or a
// SignedPublicKeyAndChallenge.
func (q *Request) parse(e der.Element) error {
	f := der.Fields{Reader: e.Reader()}
	info := f.Sequence()
	sig := pubkey.ReadSignatureAlgorithm(f.Sequence())
	q.SigAlg, q.SigHash = sig.Name, sig.Hash
	f.Next() // signature
	f.Reader = info.Reader()
	if !q.SPKAC {
		f.Next() // version
		q.Subject = f.Sequence().Full
	}
	q.SPKI = f.Sequence().Full
	if len(q.SPKI) > 0 {
		k, err := readPublicKey(q.SPKI)
		q.Algorithm, q.Bits, q.id = k.Algorithm, k.Bits, k.ID
		f.Fault(err)
	}
	return f.Err
}

// Content octets of the attributes that carry requested extensions.
const (
	rawExtensionRequest   = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e"     // 1.2.840.113549.1.9.14 (RFC 2985)
	rawMSExtensionRequest = "\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x0e" // 1.3.6.1.4.1.311.2.1.14
)

// Attribute returns the first value of the attribute with this dotted OID, as
// a whole DER element.
func (q *Request) Attribute(oid string) (value []byte, ok bool) {
	e, ok := q.attribute(rawOID(oid))
	return e.Full, ok
}

// attribute looks for an attribute by the content octets of its OID.
func (q *Request) attribute(oid string) (der.Element, bool) {
	e, _, err := der.Parse(q.Raw)
	if err != nil || q.SPKAC || oid == "" {
		return der.Element{}, false
	}
	info, err := e.Reader().Expect(der.TagSequence)
	if err != nil {
		return der.Element{}, false
	}
	for r := info.Reader(); !r.Empty(); {
		f, err := r.Next()
		if err != nil {
			return der.Element{}, false
		}
		if !f.IsContext(0) {
			continue
		}
		for list := f.Reader(); !list.Empty(); {
			a, err := list.Next()
			if err != nil {
				return der.Element{}, false
			}
			pair := a.Reader()
			if id, err := pair.Expect(der.TagOID); err != nil || string(id.Content) != oid {
				continue
			}
			set, err := pair.Expect(der.TagSet)
			if err != nil {
				continue
			}
			return set.Reader().Peek()
		}
	}
	return der.Element{}, false
}

// extensions returns the SEQUENCE OF Extension that the request asks for.
func (q *Request) extensions() der.Element {
	if e, ok := q.attribute(rawExtensionRequest); ok {
		return e
	}
	e, _ := q.attribute(rawMSExtensionRequest)
	return e
}

// Challenge returns the challenge of an SPKAC, or the challengePassword of a
// PKCS#10 request (RFC 2985, Section 5.4.1). Whoever has the request can read it.
func (q *Request) Challenge() (text string, ok bool) {
	if !q.SPKAC {
		e, ok := q.attribute("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x07") // 1.2.840.113549.1.9.7
		return decodeText(e), ok
	}
	e, _, err := der.Parse(q.Raw)
	if err != nil {
		return "", false
	}
	f := der.Fields{Reader: e.Reader()}
	f.Reader = f.Sequence().Reader()
	f.Sequence() // SubjectPublicKeyInfo
	c := f.Next()
	return decodeText(c), f.Err == nil && c.Is(der.TagIA5String)
}
