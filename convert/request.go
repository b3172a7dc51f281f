package convert

import (
	"github.com/certconv/certconv/internal/der"
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
	q := Request{Source: at, Raw: e.Full, SPKAC: classify(e.Full) == objSPKAC, Names: n}
	d.noteShape(at, e, rest)
	if err := q.parse(e); err != nil {
		q.Err = damaged(at, "certificate request", err)
	}
	d.bundle.Requests = append(d.bundle.Requests, q)
	return nil
}

// parse reads the fields of e, a CertificationRequest or a
// SignedPublicKeyAndChallenge.
func (q *Request) parse(e der.Element) error {
	f := fields{r: e.Reader()}
	info := f.sequence()
	q.SigAlg = signatureName(f.sequence())
	f.next() // signature
	f.r = info.Reader()
	if !q.SPKAC {
		f.next() // version
		q.Subject = f.sequence().Full
	}
	q.SPKI = f.sequence().Full
	if len(q.SPKI) > 0 {
		var err error
		q.Algorithm, q.Bits, err = describeSPKI(q.SPKI)
		f.fault(err)
	}
	return f.err
}
