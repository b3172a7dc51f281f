package convert

import (
	"strings"

	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

// The labels that are written (RFC 7468; RFC 1421 for the traditional keys).
const (
	labelPKCS8          = "PRIVATE KEY"
	labelEncryptedPKCS8 = "ENCRYPTED PRIVATE KEY"
	labelPKCS1          = "RSA PRIVATE KEY"
	labelSEC1           = "EC PRIVATE KEY"
	labelCertificate    = "CERTIFICATE"
	labelRequest        = "CERTIFICATE REQUEST"
	labelCRL            = "X509 CRL"
	labelPublicKey      = "PUBLIC KEY"
	labelOpenSSH        = "OPENSSH PRIVATE KEY"
)

// pemLabel says what a label promises.
type pemLabel struct {
	kind    Kind
	objects []shape.Object // what may stand under it; nil: not ASN.1, or not read
	modern  string         // the label to use today, "" if it is this one
	skip    string         // what it is, if certconv has nothing to do with it
	opaque  bool           // what stands under it is not PEM in the sense of RFC 7468
}

// lookupLabel knows the labels of RFC 7468, OpenSSL, and the old programs.
// Labels are compared in upper case with single spaces.
func lookupLabel(label string) (pemLabel, bool) {
	key := func(modern string, o ...shape.Object) (pemLabel, bool) {
		return pemLabel{kind: KindPrivateKey, objects: o, modern: modern}, true
	}
	of := func(k Kind, modern string, o ...shape.Object) (pemLabel, bool) {
		return pemLabel{kind: k, objects: o, modern: modern}, true
	}
	switch label {
	case labelPKCS8:
		return key("", shape.PKCS8)
	case labelEncryptedPKCS8:
		return key("", shape.EncryptedPKCS8)
	case labelPKCS1:
		return key("", shape.PKCS1)
	case labelSEC1:
		return key("", shape.SEC1)
	case "DSA PRIVATE KEY":
		return key("", shape.DSAKey)
	case "ANY PRIVATE KEY":
		return key(labelPKCS8, shape.PKCS8, shape.PKCS1, shape.SEC1, shape.DSAKey, shape.EncryptedPKCS8)
	case labelOpenSSH:
		return key("")
	case labelCertificate:
		return of(KindCertificate, "", shape.Certificate)
	case "X509 CERTIFICATE", "X.509 CERTIFICATE", "USER CERTIFICATE":
		return of(KindCertificate, labelCertificate, shape.Certificate)
	case "TRUSTED CERTIFICATE":
		return of(KindCertificate, labelCertificate, shape.Certificate, shape.TrustedCert)
	case labelRequest:
		return of(KindRequest, "", shape.Request)
	case "NEW CERTIFICATE REQUEST":
		return of(KindRequest, labelRequest, shape.Request)
	case labelCRL:
		return of(KindCRL, "", shape.CRL)
	case "CRL", "X.509 CRL":
		return of(KindCRL, labelCRL, shape.CRL)
	case labelPublicKey:
		return of(KindPublicKey, "", shape.SPKI)
	case "RSA PUBLIC KEY":
		return of(KindPublicKey, "", shape.PKCS1Public)
	case "DSA PUBLIC KEY":
		return of(KindPublicKey, "", shape.DSAPublic)
	case "EC PUBLIC KEY", "ANY PUBLIC KEY":
		return of(KindPublicKey, labelPublicKey, shape.SPKI)
	case "PKCS7", "CMS":
		return of(KindCertificate, "", shape.PKCS7, shape.NetscapeCertSeq)
	case "PKCS #7 SIGNED DATA", "PKCS #7", "CERTIFICATE CHAIN":
		return of(KindCertificate, "PKCS7", shape.PKCS7, shape.NetscapeCertSeq)
	case "PKCS12", "PFX", "PKCS #12":
		return of(KindOther, "", shape.PFX)
	case "SPKAC", "NETSCAPE CERTIFICATE REQUEST":
		return of(KindRequest, "", shape.SPKAC)
	}
	if l, ok := lookupOther(label); ok {
		return l, true
	}
	// A key of an algorithm with a traditional form of its own, such as
	// "ED25519 PRIVATE KEY" or "DH PRIVATE KEY".
	switch {
	case strings.HasSuffix(label, " PRIVATE KEY"):
		return pemLabel{kind: KindPrivateKey}, false
	case strings.HasSuffix(label, " PUBLIC KEY"):
		return pemLabel{kind: KindPublicKey}, false
	case strings.HasSuffix(label, " CERTIFICATE"):
		return pemLabel{kind: KindCertificate}, false
	}
	return pemLabel{}, false
}

// lookupOther knows the labels of what certconv has nothing to do with.
func lookupOther(label string) (pemLabel, bool) {
	skip := func(what string) (pemLabel, bool) { return pemLabel{kind: KindOther, skip: what}, true }
	opaque := func(what string) (pemLabel, bool) {
		return pemLabel{kind: KindOther, skip: what, opaque: true}, true
	}
	switch label {
	case "ATTRIBUTE CERTIFICATE":
		return skip("attribute certificate")
	case "CERTIFICATE PAIR":
		return skip("certificate pair")
	case "EC PARAMETERS":
		return skip("EC parameters")
	case "DH PARAMETERS", "X9.42 DH PARAMETERS", "X942 DH PARAMETERS":
		return skip("Diffie-Hellman parameters")
	case "DSA PARAMETERS":
		return skip("DSA parameters")
	case "SSL SESSION PARAMETERS":
		return skip("TLS session")
	case "PRIVACY-ENHANCED MESSAGE":
		return opaque("Privacy-Enhanced Mail message")
	case "SSH2 PUBLIC KEY":
		return opaque("SSH public key (RFC 4716)")
	case "SSH2 ENCRYPTED PRIVATE KEY":
		return opaque("SSH.com private key")
	case "TSS2 PRIVATE KEY", "TSS2 KEY BLOB":
		return skip("key that only its TPM can use")
	case "OPENVPN STATIC KEY V1":
		return opaque("OpenVPN static key")
	case "X509 OCSP RESPONSE", "OCSP RESPONSE":
		return skip("OCSP response")
	case "SIGNATURE", "SSH SIGNATURE":
		return opaque("signature")
	}
	if strings.HasPrefix(label, "PGP ") {
		return opaque("OpenPGP " + strings.ToLower(strings.TrimPrefix(label, "PGP ")))
	}
	return pemLabel{}, false
}

// Kind is what the label says the block is.
func (b *pemBlock) Kind() Kind {
	l, _ := lookupLabel(b.Label)
	return l.kind
}

// wrongLabel says what is under a label that does not name it.
func (b *pemBlock) wrongLabel() (is shape.Object, words text.Text) {
	is = shape.Of(b.Body)
	return is, text.Of("labelled %s, but it is %s", shown(b.Label), is)
}
