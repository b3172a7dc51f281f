package pem

import (
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

// The labels that are written (RFC 7468; RFC 1421 for the traditional keys).
const (
	LabelPKCS8          = "PRIVATE KEY"
	LabelEncryptedPKCS8 = "ENCRYPTED PRIVATE KEY"
	LabelPKCS1          = "RSA PRIVATE KEY"
	LabelSEC1           = "EC PRIVATE KEY"
	LabelCertificate    = "CERTIFICATE"
	LabelRequest        = "CERTIFICATE REQUEST"
	LabelCRL            = "X509 CRL"
	LabelPublicKey      = "PUBLIC KEY"
	labelOpenSSH        = "OPENSSH PRIVATE KEY"
	labelTrusted        = "TRUSTED CERTIFICATE"
)

// OpenSSHMagic is what OpenSSH's private keys begin with (OpenSSH's PROTOCOL.key).
const OpenSSHMagic = "openssh-key-v1\x00"

// Label says what a label promises.
type Label struct {
	Kind    shape.Kind
	Objects []shape.Object // what may be under it; nil: not ASN.1, or not read
	Modern  string         // the label to use today, "" if it is this one
	Skip    string         // what it is, if certconv has nothing to do with it
	Opaque  bool           // what is under it is not PEM in the sense of RFC 7468
}

// LookupLabel knows the labels of RFC 7468, OpenSSL, and the old programs.
// Labels are compared in upper case with single spaces.
func LookupLabel(label string) (Label, bool) {
	key := func(modern string, o ...shape.Object) (Label, bool) {
		return Label{Kind: shape.KindPrivateKey, Objects: o, Modern: modern}, true
	}
	of := func(k shape.Kind, modern string, o ...shape.Object) (Label, bool) {
		return Label{Kind: k, Objects: o, Modern: modern}, true
	}
	switch label {
	case LabelPKCS8:
		return key("", shape.PKCS8)
	case LabelEncryptedPKCS8:
		return key("", shape.EncryptedPKCS8)
	case LabelPKCS1:
		return key("", shape.PKCS1)
	case LabelSEC1:
		return key("", shape.SEC1)
	case "DSA PRIVATE KEY":
		return key("", shape.DSAKey)
	case "ANY PRIVATE KEY":
		return key(LabelPKCS8, shape.PKCS8, shape.PKCS1, shape.SEC1, shape.DSAKey, shape.EncryptedPKCS8)
	case labelOpenSSH:
		return key("")
	case LabelCertificate:
		return of(shape.KindCertificate, "", shape.Certificate)
	case "X509 CERTIFICATE", "X.509 CERTIFICATE", "USER CERTIFICATE":
		return of(shape.KindCertificate, LabelCertificate, shape.Certificate)
	case labelTrusted:
		return of(shape.KindCertificate, LabelCertificate, shape.Certificate, shape.TrustedCert)
	case LabelRequest:
		return of(shape.KindRequest, "", shape.Request)
	case "NEW CERTIFICATE REQUEST":
		return of(shape.KindRequest, LabelRequest, shape.Request)
	case LabelCRL:
		return of(shape.KindCRL, "", shape.CRL)
	case "CRL", "X.509 CRL":
		return of(shape.KindCRL, LabelCRL, shape.CRL)
	case LabelPublicKey:
		return of(shape.KindPublicKey, "", shape.SPKI)
	case "RSA PUBLIC KEY":
		return of(shape.KindPublicKey, "", shape.PKCS1Public)
	case "DSA PUBLIC KEY":
		return of(shape.KindPublicKey, "", shape.DSAPublic)
	case "EC PUBLIC KEY", "ANY PUBLIC KEY":
		return of(shape.KindPublicKey, LabelPublicKey, shape.SPKI)
	case "PKCS7", "CMS":
		return of(shape.KindCertificate, "", shape.PKCS7, shape.NetscapeCertSeq)
	case "PKCS #7 SIGNED DATA", "PKCS #7", "CERTIFICATE CHAIN":
		return of(shape.KindCertificate, "PKCS7", shape.PKCS7, shape.NetscapeCertSeq)
	case "PKCS12", "PFX", "PKCS #12":
		return of(shape.KindOther, "", shape.PFX)
	case "SPKAC", "NETSCAPE CERTIFICATE REQUEST":
		return of(shape.KindRequest, "", shape.SPKAC)
	}
	if l, ok := lookupOther(label); ok {
		return l, true
	}
	// A key of an algorithm with a traditional form of its own, such as
	// "ED25519 PRIVATE KEY" or "DH PRIVATE KEY".
	switch {
	case strings.HasSuffix(label, " PRIVATE KEY"):
		return Label{Kind: shape.KindPrivateKey}, false
	case strings.HasSuffix(label, " PUBLIC KEY"):
		return Label{Kind: shape.KindPublicKey}, false
	case strings.HasSuffix(label, " CERTIFICATE"):
		return Label{Kind: shape.KindCertificate}, false
	}
	return Label{}, false
}

// LooksUnder reports whether servers look for objects of a kind in blocks with a label. If
// the label is at odds with what is under it, Verdicts tells.
func LooksUnder(label string, kind shape.Kind) bool {
	switch kind {
	case shape.KindPrivateKey:
		return label != labelOpenSSH
	case shape.KindCertificate:
		l, _ := LookupLabel(label)
		return !slices.Contains(l.Objects, shape.PKCS7) && !slices.Contains(l.Objects, shape.PFX)
	case shape.KindCRL:
		return label == LabelCRL
	}
	return true
}

// lookupOther knows the labels of what certconv has nothing to do with.
func lookupOther(label string) (Label, bool) {
	skip := func(what string) (Label, bool) { return Label{Kind: shape.KindOther, Skip: what}, true }
	opaque := func(what string) (Label, bool) {
		return Label{Kind: shape.KindOther, Skip: what, Opaque: true}, true
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
	case "OPENVPN TLS-CRYPT-V2 CLIENT KEY", "OPENVPN TLS-CRYPT-V2 SERVER KEY":
		return opaque("OpenVPN tls-crypt-v2 key")
	case "AGE ENCRYPTED FILE":
		return opaque("file encrypted with age")
	case "X509 OCSP RESPONSE", "OCSP RESPONSE":
		return skip("OCSP response")
	case "SIGNATURE", "SSH SIGNATURE":
		return opaque("signature")
	}
	if strings.HasPrefix(label, "PGP ") {
		return opaque("OpenPGP " + strings.ToLower(strings.TrimPrefix(label, "PGP ")))
	}
	return Label{}, false
}

// Kind is what the label says the block is.
func (b *Block) Kind() shape.Kind {
	l, _ := LookupLabel(b.Label)
	return l.Kind
}

// WrongLabel says what is under a label that does not name it.
func (b *Block) WrongLabel() (is shape.Object, words text.Text) {
	is = shape.Of(b.Body)
	return is, text.Of("labelled %s, but it is %s", shown(b.Label), is)
}
