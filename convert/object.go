package convert

import (
	"bytes"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/shape"
)

// decodeObject reads one ASN.1 object, whatever it is, into the bundle. at is
// its place; its Format is that of the container.
func (d *decoder) decodeObject(data []byte, at Source) error {
	switch shape.Of(data) {
	case shape.PKCS8, shape.PKCS1, shape.SEC1, shape.DSAKey:
		return d.addKeyDER(data, at, "", Names{})
	case shape.EncryptedPKCS8:
		return d.decodeEncryptedPKCS8(data, at, Names{})
	case shape.SPKI, shape.PKCS1Public, shape.DSAPublic:
		return d.addPublicKey(data, at, Names{})
	case shape.Certificate, shape.TrustedCert:
		return d.addCert(data, at, Names{})
	case shape.NetscapeCert:
		inner, err := netscapeCertificate(data)
		if err != nil {
			return damaged(at, "Netscape certificate", err)
		}
		return d.addCert(inner, at, Names{})
	case shape.PKIPath:
		return d.decodePKIPath(data, at)
	case shape.Request, shape.SPKAC:
		return d.addRequest(data, at, Names{})
	case shape.CRL:
		return d.addCRL(data, at, Names{})
	case shape.PFX:
		return d.decodePFX(data, at)
	case shape.PKCS7, shape.NetscapeCertSeq:
		return d.decodePKCS7(data, at)
	case shape.NET:
		return d.decodeNET(data, at)
	default:
		if _, _, err := der.Parse(data); err != nil {
			return damaged(at, "ASN.1 object", err)
		}
		return &Error{Kind: ErrUnknownFormat, Source: at, Foreign: shape.Identify(data)}
	}
}

// netscapeCertificate takes the certificate out of its wrapper, SEQUENCE {
// OCTET STRING "certificate", Certificate }.
func netscapeCertificate(data []byte) ([]byte, error) {
	e, _, err := der.Parse(data)
	if err != nil {
		return nil, err
	}
	r := e.Reader()
	name, err := r.Expect(der.TagOctetString)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(name.Content, []byte("certificate")) {
		return nil, &der.SyntaxError{Offset: name.Offset, Msg: "not a certificate wrapper"}
	}
	cert, err := r.Expect(der.TagSequence)
	return cert.Full, err
}
