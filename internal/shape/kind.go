package shape

// Kind is the kind of an object, with the names that the JSON reports use.
type Kind string

// The kinds of objects.
const (
	KindPrivateKey  Kind = "private-key"
	KindPublicKey   Kind = "public-key"
	KindCertificate Kind = "certificate"
	KindRequest     Kind = "certificate-request"
	KindCRL         Kind = "crl"
	KindOther       Kind = "other"
)

// Kind is the kind that a report calls an object by, "" if it is none of a
// single object.
func (o Object) Kind() Kind {
	switch o {
	case PKCS8, EncryptedPKCS8, PKCS1, SEC1, DSAKey, NET:
		return KindPrivateKey
	case SPKI, PKCS1Public, DSAPublic:
		return KindPublicKey
	case Certificate, TrustedCert, NetscapeCert:
		return KindCertificate
	case Request, SPKAC:
		return KindRequest
	case CRL:
		return KindCRL
	}
	return ""
}
