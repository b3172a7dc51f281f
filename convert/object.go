package convert

import (
	"bytes"

	"github.com/certconv/certconv/internal/der"
)

// object is what a piece of ASN.1 is by its shape. PEM labels, file names and
// outer lengths do not count.
type object int

const (
	objUnknown        object = iota
	objPKCS8                 // PrivateKeyInfo, OneAsymmetricKey
	objEncryptedPKCS8        // EncryptedPrivateKeyInfo
	objPKCS1                 // RSAPrivateKey
	objSEC1                  // ECPrivateKey
	objDSAKey                // OpenSSL's traditional DSA key
	objSPKI                  // SubjectPublicKeyInfo
	objPKCS1Public           // RSAPublicKey
	objDSAPublic             // OpenSSL's traditional DSA public key
	objCertificate
	objTrustedCert // certificate followed by OpenSSL's trust data
	objRequest     // PKCS#10
	objCRL
	objSPKAC
	objPFX
	objPKCS7
	objNET             // Netscape private key
	objNetscapeCert    // certificate in its "certificate" wrapper
	objParameters      // EC, DH or DSA parameters
	objAttributeCert   // RFC 5755
	objOCSPResponse    // RFC 6960
	objTimestamp       // RFC 3161 response
	objNetscapeCertSeq // 2.16.840.1.113730.2.5
	objPKIPath         // several certificates: PkiPath, CertificatePair (ITU-T X.509)
)

// decodeObject reads one ASN.1 object, whatever it is, into the bundle. at is
// its place; its Format is that of the container.
func (d *decoder) decodeObject(data []byte, at Source) error {
	switch classify(data) {
	case objPKCS8, objPKCS1, objSEC1, objDSAKey:
		return d.addKeyDER(data, at, "", Names{})
	case objEncryptedPKCS8:
		return d.decodeEncryptedPKCS8(data, at, Names{})
	case objSPKI, objPKCS1Public, objDSAPublic:
		return d.addPublicKey(data, at, Names{})
	case objCertificate, objTrustedCert:
		return d.addCert(data, at, Names{})
	case objNetscapeCert:
		inner, err := netscapeCertificate(data)
		if err != nil {
			return damaged(at, "Netscape certificate", err)
		}
		return d.addCert(inner, at, Names{})
	case objPKIPath:
		return d.decodePKIPath(data, at)
	case objRequest, objSPKAC:
		return d.addRequest(data, at, Names{})
	case objCRL:
		return d.addCRL(data, at, Names{})
	case objPFX:
		return d.decodePFX(data, at)
	case objPKCS7, objNetscapeCertSeq:
		return d.decodePKCS7(data, at)
	case objNET:
		return d.decodeNET(data, at)
	default:
		if _, _, err := der.Parse(data); err != nil {
			return damaged(at, "ASN.1 object", err)
		}
		return &Error{Kind: ErrUnknownFormat, Source: at, Detail: identifyForeign(data)}
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

// String names an object the way a sentence wants it.
func (o object) String() string {
	switch o {
	case objPKCS8:
		return "a PKCS#8 private key"
	case objEncryptedPKCS8:
		return "an encrypted PKCS#8 private key"
	case objPKCS1:
		return "a PKCS#1 RSA private key"
	case objSEC1:
		return "an EC private key"
	case objDSAKey:
		return "a DSA private key"
	case objSPKI:
		return "a public key"
	case objDSAPublic:
		return "a DSA public key"
	case objPKCS1Public:
		return "a PKCS#1 RSA public key"
	case objCertificate:
		return "a certificate"
	case objTrustedCert:
		return "an OpenSSL trusted certificate"
	case objRequest:
		return "a certificate request"
	case objCRL:
		return "a revocation list"
	case objSPKAC:
		return "a Netscape certificate request (SPKAC)"
	case objPFX:
		return "a PFX (PKCS#12)"
	case objPKCS7:
		return "a PKCS#7 message"
	case objNET:
		return "a Netscape private key"
	case objNetscapeCert:
		return "a Netscape certificate"
	case objParameters:
		return "a set of parameters"
	case objAttributeCert:
		return "an attribute certificate"
	case objOCSPResponse:
		return "an OCSP response"
	case objTimestamp:
		return "a time stamp"
	case objNetscapeCertSeq:
		return "a Netscape certificate sequence"
	case objPKIPath:
		return "a series of certificates"
	}
	return "something unknown"
}
