package shape

import "strings"

// Object is what a piece of ASN.1 is by its shape. PEM labels, file names and
// outer lengths do not count.
type Object int

// The objects.
const (
	Unknown        Object = iota
	PKCS8                 // PrivateKeyInfo, OneAsymmetricKey
	EncryptedPKCS8        // EncryptedPrivateKeyInfo
	PKCS1                 // RSAPrivateKey
	SEC1                  // ECPrivateKey
	DSAKey                // OpenSSL's traditional DSA key
	SPKI                  // SubjectPublicKeyInfo
	PKCS1Public           // RSAPublicKey
	DSAPublic             // OpenSSL's traditional DSA public key
	Certificate
	TrustedCert // certificate followed by OpenSSL's trust data
	Request     // PKCS#10
	CRL
	SPKAC
	PFX
	PKCS7
	NET             // Netscape private key
	NetscapeCert    // certificate in its "certificate" wrapper
	Parameters      // EC, DH or DSA parameters
	AttributeCert   // RFC 5755
	OCSPResponse    // RFC 6960
	Timestamp       // RFC 3161 response
	NetscapeCertSeq // 2.16.840.1.113730.2.5
	PKIPath         // several certificates: PkiPath, CertificatePair (ITU-T X.509)
)

// String names an object the way a sentence wants it.
func (o Object) String() string {
	switch o {
	case PKCS8:
		return "a PKCS#8 private key"
	case EncryptedPKCS8:
		return "an encrypted PKCS#8 private key"
	case PKCS1:
		return "a PKCS#1 RSA private key"
	case SEC1:
		return "an EC private key"
	case DSAKey:
		return "a DSA private key"
	case SPKI:
		return "a public key"
	case DSAPublic:
		return "a DSA public key"
	case PKCS1Public:
		return "a PKCS#1 RSA public key"
	case Certificate:
		return "a certificate"
	case TrustedCert:
		return "an OpenSSL trusted certificate"
	case Request:
		return "a certificate request"
	case CRL:
		return "a revocation list"
	case SPKAC:
		return "a Netscape certificate request (SPKAC)"
	case PFX:
		return "a PFX (PKCS#12)"
	case PKCS7:
		return "a PKCS#7 message"
	case NET:
		return "a Netscape private key"
	case NetscapeCert:
		return "a Netscape certificate"
	case Parameters:
		return "a set of parameters"
	case AttributeCert:
		return "an attribute certificate"
	case OCSPResponse:
		return "an OCSP response"
	case Timestamp:
		return "a time stamp"
	case NetscapeCertSeq:
		return "a Netscape certificate sequence"
	case PKIPath:
		return "a series of certificates"
	}
	return "something unknown"
}

// Noun is String without the article.
func (o Object) Noun() string {
	name := o.String()
	return name[strings.IndexByte(name, ' ')+1:]
}
