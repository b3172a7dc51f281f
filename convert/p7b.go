package convert

import (
	"fmt"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/shape"
)

func detectPKCS7(data []byte) confidence {
	switch shape.Of(data) {
	case shape.PKCS7, shape.NetscapeCertSeq:
		return certain
	}
	return notIt
}

// Content types (RFC 5652, RFC 2315, and Microsoft's).
const (
	ctData          = "1.2.840.113549.1.7.1"
	ctSigned        = "1.2.840.113549.1.7.2"
	ctSignedSealed  = "1.2.840.113549.1.7.4"
	ctNetscapeCerts = "2.16.840.1.113730.2.5"
	ctCMCRequest    = "1.3.6.1.5.5.7.12.2"
)

// contentTypeWords says what a content type is when it is not a bag of certificates.
func contentTypeWords(oid string) (name, words string) {
	switch oid {
	case ctData:
		return "Data", "plain data without certificates"
	case "1.2.840.113549.1.7.3":
		return "EnvelopedData", "an encrypted message, not a bag of certificates"
	case "1.2.840.113549.1.7.5":
		return "DigestedData", "a message with a checksum, not a bag of certificates"
	case "1.2.840.113549.1.7.6":
		return "EncryptedData", "encrypted data, not a bag of certificates"
	case "1.2.840.113549.1.9.16.1.2":
		return "AuthenticatedData", "a message with a MAC, not a bag of certificates"
	case "1.2.840.113549.1.9.16.1.9":
		return "CompressedData", "a compressed message, not a bag of certificates"
	case "1.2.840.113549.1.9.16.1.23":
		return "AuthEnvelopedData", "an encrypted message, not a bag of certificates"
	case "1.3.6.1.4.1.311.10.1":
		return "CTL", "a Microsoft certificate trust list without its signature"
	}
	return oid, "a message of a kind that holds no certificates"
}

// signedWords says what it is that a SignedData signs, "" for plain data.
func signedWords(oid string) string {
	switch oid {
	case ctData:
		return ""
	case "1.3.6.1.4.1.311.2.1.4":
		return "an Authenticode signature"
	case "1.2.840.113549.1.9.16.1.4":
		return "a time stamp token"
	case ctCMCRequest:
		return "a CMC request"
	case "1.3.6.1.5.5.7.12.3":
		return "a CMC response"
	}
	return "a signed message of type " + oid
}

// decodePKCS7 reads PKCS#7 and CMS, DER, BER or PEM: the certificates and
// revocation lists of a SignedData, and Netscape's certificate sequence.
func (d *decoder) decodePKCS7(data []byte, at Source) error {
	if len(data) > 0 && data[0] != 0x30 && detectPEM(data) > notIt {
		return d.decodePEM(data, at)
	}
	if err := d.enter(at); err != nil {
		return err
	}
	defer func() { d.depth-- }()
	d.container(at)
	e, rest, err := wholeSequence(data)
	if err != nil {
		return damaged(at, "PKCS#7", err)
	}
	d.noteShape(at, e, rest)
	r := e.Reader()
	first, err := r.Next()
	if err != nil {
		return damaged(at, "PKCS#7", der.Inner(err))
	}
	if first.Is(der.TagInteger) {
		d.note(at, note.Variant, "SignedData without its ContentInfo")
		return d.decodeSignedData(e, at)
	}
	oid, err := first.OID()
	if err != nil {
		return damaged(at, "PKCS#7", err)
	}
	switch oid {
	case ctSigned, ctSignedSealed, ctNetscapeCerts:
	default:
		name, words := contentTypeWords(oid)
		return &Error{Kind: ErrUnsupported, Source: at, What: "PKCS#7", Algorithm: name, Detail: "this is " + words}
	}
	wrapped, ok := r.Optional(0)
	if !ok {
		return damaged(at, "PKCS#7", &der.SyntaxError{Offset: first.Offset, Msg: "no content"})
	}
	content, err := wrapped.Reader().Expect(der.TagSequence)
	if err != nil {
		return damaged(at, "PKCS#7", der.Inner(err))
	}
	if detectCTL(e.Full) > notIt {
		return d.decodeCTL(e.Full, at)
	}
	if oid == ctNetscapeCerts {
		d.note(at, note.Variant, "a Netscape certificate sequence")
		return d.addCertSet(content, at)
	}
	return d.decodeSignedData(content, at)
}

// decodeSignedData reads a SignedData (RFC 5652, Section 5.1), or a
// SignedAndEnvelopedData (RFC 2315, Section 11.1), whose lists stand alike.
func (d *decoder) decodeSignedData(e der.Element, at Source) error {
	before := d.bundle.Len()
	signers := 0
	var content der.Element
	for r := e.Reader(); !r.Empty(); {
		f, err := r.Next()
		if err != nil {
			return damaged(at, "PKCS#7", der.Inner(err))
		}
		switch {
		case f.Is(der.TagSequence) && content.Full == nil:
			content = f
		case f.IsContext(0):
			err = d.addCertSet(f, at)
		case f.IsContext(1):
			err = d.addCRLSet(f, at)
		case f.Is(der.TagSet) && content.Full != nil:
			list, _ := f.Children()
			signers = len(list)
		}
		if err != nil {
			return err
		}
	}
	if err := d.decodeSigned(content, at, signers); err != nil {
		return err
	}
	if d.bundle.Len() == before {
		d.note(at, note.Variant, "there is no certificate in it")
	}
	return nil
}

// addCertSet adds a CertificateSet (RFC 5652, Section 10.2.2 and 10.2.3).
// Certificates that cannot be read do not keep the others from being read.
func (d *decoder) addCertSet(set der.Element, at Source) error {
	for r := set.Reader(); !r.Empty(); {
		c, err := r.Next()
		if err != nil {
			return damaged(at, "PKCS#7", der.Inner(err))
		}
		at := inside(at, c)
		if c.Class == der.Universal {
			if err := d.addCert(c.Full, at, Names{}); err != nil {
				d.fail(at, KindCertificate, "", err)
			}
			continue
		}
		what := "certificate of another kind"
		switch c.Tag {
		case 0:
			what = "PKCS#6 extended certificate"
		case 1, 2:
			what = "attribute certificate"
		}
		if err := d.addOther(what, c, at); err != nil {
			return err
		}
	}
	return nil
}

// addCRLSet adds a RevocationInfoChoices (RFC 5652, Section 10.2.1).
func (d *decoder) addCRLSet(set der.Element, at Source) error {
	for r := set.Reader(); !r.Empty(); {
		c, err := r.Next()
		if err != nil {
			return damaged(at, "PKCS#7", der.Inner(err))
		}
		at := inside(at, c)
		if c.Class == der.Universal {
			if err := d.addCRL(c.Full, at, Names{}); err != nil {
				d.fail(at, KindCRL, "", err)
			}
			continue
		}
		if err := d.addOther("revocation information", c, at); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) addOther(what string, e der.Element, at Source) error {
	at, err := d.next(at)
	if err != nil {
		return err
	}
	o := Other{Source: at, What: what, Raw: e.Full}
	if id, err := e.Reader().Expect(der.TagOID); err == nil {
		o.OID, _ = id.OID()
		if o.OID == "1.3.6.1.5.5.7.16.2" { // id-ri-ocsp-response, RFC 5940
			o.What = "OCSP response"
		}
	}
	d.bundle.Others = append(d.bundle.Others, o)
	return nil
}

// decodeSigned says what is signed, and reads a request or a further PKCS#7
// that is: Windows sends renewals as PKCS#10 signed with the old certificate.
func (d *decoder) decodeSigned(content der.Element, at Source, signers int) error {
	r := content.Reader()
	id, err := r.Expect(der.TagOID)
	if err != nil {
		return damaged(at, "PKCS#7", der.Inner(err))
	}
	oid, err := id.OID()
	if err != nil {
		return damaged(at, "PKCS#7", err)
	}
	var parts []string
	if words := signedWords(oid); words != "" {
		parts = append(parts, words)
	}
	wrapped, ok := r.Optional(0)
	var signed []byte
	if ok {
		if octets, err := wrapped.Reader().Expect(der.TagOctetString); err == nil {
			signed, _ = octets.OctetString()
		}
	}
	if oid == ctCMCRequest {
		signed = cmcRequest(signed)
	}
	kind := shape.Of(signed)
	switch {
	case kind == shape.Request:
		parts = append(parts, "a certificate request in a signed message, as Windows sends renewals")
	case kind == shape.PKCS7:
		parts = append(parts, "a PKCS#7 within a PKCS#7")
	case oid == ctData && len(signed) > 0:
		parts = append(parts, fmt.Sprintf("a signed message of %d bytes", len(signed)))
	case oid == ctData && signers > 0:
		parts = append(parts, "a signature without the message")
	}
	switch {
	case signers == 1:
		parts = append(parts, "1 signer")
	case signers > 1:
		parts = append(parts, fmt.Sprintf("%d signers", signers))
	}
	if len(parts) > 0 {
		d.note(at, note.Variant, strings.Join(parts, ", "))
	}
	at.Offset = -1 // the pieces of a constructed OCTET STRING were joined
	switch kind {
	case shape.Request:
		return d.addRequest(signed, at, Names{})
	case shape.PKCS7:
		return d.decodePKCS7(signed, at)
	}
	if f, sure := surest(signed); oid == ctData && sure >= likely { // a profile, a mail, or a file that was signed
		at.Format = f.Name
		before, own := d.bundle.count(), d.current
		err := f.read(d, signed, at)
		for s := range d.bundle.sources(before) {
			s.Line, s.Column, s.Offset = 0, 0, -1 // they count in what is signed
		}
		d.current = own
		return err
	}
	return nil
}

// cmcRequest takes the first PKCS#10 out of a PKIData (RFC 5272, Section
// 3.2.1), nil if there is none.
func cmcRequest(data []byte) []byte {
	e, _, err := wholeSequence(data)
	if err != nil {
		return nil
	}
	f := der.Fields{Reader: e.Reader()}
	f.Sequence() // controls
	requests := f.Sequence().Reader()
	for !requests.Empty() {
		q, err := requests.Next()
		if err != nil {
			return nil
		}
		if !q.IsContext(0) {
			continue
		}
		r := q.Reader()
		if _, err := r.Expect(der.TagInteger); err != nil {
			return nil
		}
		if q, err := r.Expect(der.TagSequence); err == nil {
			return q.Full
		}
	}
	return nil
}

// encodePKCS7 writes a SignedData without content or signers ("certs-only",
// RFC 8551, Section 3.8). The certificates keep the order that they are given
// in, although DER wants a SET OF sorted: readers take the first for the leaf.
func encodePKCS7(b *Bundle, o *EncodeOptions) ([]byte, error) {
	if len(b.Certs) == 0 && len(b.CRLs) == 0 {
		return nil, &Error{Kind: ErrNothingToWrite, Detail: "PKCS#7 holds certificates and revocation lists"}
	}
	set := cbasn1.SET
	context := func(n uint8) cbasn1.Tag { return cbasn1.Tag(n).Constructed().ContextSpecific() }
	size := 64
	for i := range b.Certs {
		size += len(b.Certs[i].Raw)
	}
	for i := range b.CRLs {
		size += len(b.CRLs[i].Raw)
	}
	w := cryptobyte.NewBuilder(make([]byte, 0, size))
	w.AddASN1(cbasn1.SEQUENCE, func(w *cryptobyte.Builder) {
		der.AddOID(w, "1.2.840.113549.1.7.2")
		w.AddASN1(context(0), func(w *cryptobyte.Builder) {
			w.AddASN1(cbasn1.SEQUENCE, func(w *cryptobyte.Builder) {
				w.AddASN1Int64(1)
				w.AddASN1(set, func(*cryptobyte.Builder) {})
				w.AddASN1(cbasn1.SEQUENCE, func(w *cryptobyte.Builder) {
					der.AddOID(w, oidData)
				})
				if len(b.Certs) > 0 {
					w.AddASN1(context(0), func(w *cryptobyte.Builder) {
						for i := range b.Certs {
							w.AddBytes(b.Certs[i].Raw)
						}
					})
				}
				if len(b.CRLs) > 0 {
					w.AddASN1(context(1), func(w *cryptobyte.Builder) {
						for i := range b.CRLs {
							w.AddBytes(b.CRLs[i].Raw)
						}
					})
				}
				w.AddASN1(set, func(*cryptobyte.Builder) {})
			})
		})
	})
	out, err := w.Bytes()
	if err != nil {
		return nil, &Error{Kind: ErrTooLarge, What: "PKCS#7 output", Detail: err.Error()}
	}
	if o.PEM {
		return pem.Append(nil, "PKCS7", nil, out), nil
	}
	return out, nil
}
