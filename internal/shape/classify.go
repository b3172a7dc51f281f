package shape

import (
	"bytes"
	"math/big"

	"github.com/certconv/certconv/internal/der"
)

// outline walks the elements of a piece of ASN.1 for classify: as far as they
// are there, without judging how they are encoded.
type outline struct {
	rest []byte
	cut  bool // the input ends within the element
}

// next returns the next element; the tag is 0 (which no element has) at the end.
func (s *outline) next() (tag int, context bool, inside outline) {
	e, rest, cut, ok := der.Prefix(s.rest)
	s.rest = rest
	if !ok || (e.Class == der.Universal && e.Tag == 0) {
		s.rest = nil
		return 0, false, outline{}
	}
	if e.Class != der.Universal {
		return -1 - e.Tag, e.Class == der.ContextSpecific, outline{e.Content, cut}
	}
	return e.Tag, false, outline{e.Content, cut}
}

// first returns the tag of the first element, without consuming it.
func (s outline) first() int {
	tag, _, _ := s.next()
	return tag
}

// oid returns the content of the OBJECT IDENTIFIER that comes first, or nil.
func (s outline) oid() []byte {
	if tag, _, in := s.next(); tag == der.TagOID {
		return in.rest
	}
	return nil
}

// Content octets of object identifiers that classify looks for.
var (
	rawPKCS7      = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07}             // 1.2.840.113549.1.7
	rawSMIMECT    = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01} // 1.2.840.113549.1.9.16.1
	rawPKCS5      = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05}             // 1.2.840.113549.1.5
	rawPKCS12PBE  = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01}       // 1.2.840.113549.1.12.1
	rawRSA        = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01}       // 1.2.840.113549.1.1.1
	rawEC         = []byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01}                   // 1.2.840.10045.2.1
	rawFieldType  = []byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x01}                         // 1.2.840.10045.1
	rawNetscapeCS = []byte{0x60, 0x86, 0x48, 0x01, 0x86, 0xf8, 0x42, 0x02, 0x05}       // 2.16.840.1.113730.2.5
	rawMSCTL      = []byte{0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x01}       // 1.3.6.1.4.1.311.10.1
	rawSignedData = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02}       // 1.2.840.113549.1.7.2
)

// Of tells what data begins with, by the shape of its ASN.1. What is cut short is
// told as far as it is there; nothing is judged, and nothing says that the object
// is valid.
func Of(data []byte) Object {
	top, rest, cut, ok := der.Prefix(data)
	if !ok || top.Class != der.Universal {
		return Unknown
	}
	if top.Is(der.TagOID) && !cut && len(rest) == 0 && len(top.Content) > 2 {
		return Parameters // a named curve by itself
	}
	if !top.Is(der.TagSequence) || !top.Constructed {
		return Unknown
	}
	// The outer length of a NET key is not to be trusted: its first element
	// is looked for after the header, whatever the length says.
	body := outline{rest: data[top.ContentOffset():]}
	if tag, _, in := body.next(); tag == der.TagOctetString {
		switch {
		case bytes.Equal(in.rest, []byte("private-key")):
			return NET
		case bytes.Equal(in.rest, []byte("certificate")):
			return NetscapeCert
		}
		return Unknown
	}
	s := outline{top.Content, cut}
	switch tag, context, in := s.next(); tag {
	case -1 - 0, -1 - 1: // X.509's CertificatePair: [0] and [1], a certificate each
		if t, _, cert := in.next(); context && t == der.TagSequence {
			if t, _, tbs := cert.next(); t == der.TagSequence && classifySigned(tbs, cert) == Certificate {
				return PKIPath
			}
		}
	case der.TagSequence:
		kind := classifySigned(in, s)
		if kind == Certificate && len(rest) > 0 && IsTrustData(rest) {
			return TrustedCert
		}
		return kind
	case der.TagInteger:
		return classifyNumbered(in.rest, s, cut)
	case der.TagOID:
		return classifyContentInfo(in.rest, s)
	case der.TagEnumerated:
		if _, context, _ := s.next(); context || len(in.rest) == 1 && !cut {
			return OCSPResponse
		}
	}
	return Unknown
}

// classifyContentInfo tells what follows an OBJECT IDENTIFIER: SEQUENCE { OID, [0] }.
func classifyContentInfo(oid []byte, s outline) Object {
	switch {
	case bytes.Equal(oid, rawNetscapeCS):
		return NetscapeCertSeq
	case bytes.HasPrefix(oid, rawPKCS7) && len(oid) > len(rawPKCS7), bytes.HasPrefix(oid, rawSMIMECT), bytes.Equal(oid, rawMSCTL):
		return PKCS7
	}
	return Unknown
}

// classifySigned tells the objects that start with a SEQUENCE: in is what is
// inside it, s what follows it.
func classifySigned(in, s outline) Object {
	tag, context, first := in.next()
	switch {
	case tag == der.TagOID:
		switch t := s.first(); {
		case t == der.TagBitString:
			return SPKI
		case t == der.TagOctetString:
			return EncryptedPKCS8
		case t != 0:
			return Unknown
		case bytes.HasPrefix(first.rest, rawPKCS5), bytes.HasPrefix(first.rest, rawPKCS12PBE):
			return EncryptedPKCS8
		default:
			return SPKI
		}
	case context && tag == -1-0 && first.first() == der.TagInteger:
		return signed(Certificate, s)
	case context && tag <= -1 && tag >= -2 && first.first() == der.TagSequence:
		// Version 1 of RFC 3281's predecessor starts with its subject; an
		// OCSP request with its requestor's name ends without signature.
		if s.first() != der.TagSequence {
			return Unknown
		}
		return signed(AttributeCert, s)
	case tag == der.TagInteger:
		return classifyVersioned(first.rest, in, s)
	case tag == der.TagSequence:
		return classifyUnversioned(first, in, s)
	}
	return Unknown
}

// signed confirms kind by what follows the signed part, as far as it is
// there: an AlgorithmIdentifier and a BIT STRING.
func signed(kind Object, s outline) Object {
	if tag, _, in := s.next(); tag != der.TagSequence && tag != 0 || tag != 0 && in.first() != der.TagOID && in.first() != 0 {
		return Unknown
	}
	if tag := s.first(); tag != der.TagBitString && tag != 0 {
		return Unknown
	}
	return kind
}

// classifyVersioned tells signed objects whose first field is an INTEGER: a
// certificate of version 1, a request, a CRL, an attribute certificate, and
// the response of a time stamp server.
func classifyVersioned(number []byte, in, s outline) Object {
	tag, _, second := in.next()
	switch tag {
	case 0:
		if t, _, token := s.next(); t == 0 && !in.cut || t == der.TagSequence && bytes.Equal(token.oid(), rawSignedData) {
			return Timestamp
		}
		return Unknown
	case der.TagBitString:
		return Timestamp
	case der.TagSequence:
	default:
		return Unknown
	}
	switch t, context, _ := second.next(); {
	case t == der.TagUTF8String:
		return Timestamp
	case t == der.TagSet, t == 0 && in.first() == der.TagSequence:
		return signed(Request, s)
	case context:
		return signed(AttributeCert, s)
	case t != der.TagOID:
		return Unknown
	}
	if t, _, _ := in.next(); t != der.TagSequence && t != 0 {
		return Unknown
	}
	switch t := in.first(); {
	case isTime(t):
		return signed(CRL, s)
	case t == der.TagSequence:
		return signed(Certificate, s)
	case t == 0 && len(number) == 1 && number[0] == 1:
		return signed(CRL, s)
	case t == 0:
		return signed(Certificate, s)
	}
	return Unknown
}

// classifyUnversioned tells objects that start with two SEQUENCEs: a CRL of
// version 1, an SPKAC, a series of certificates.
func classifyUnversioned(first, in, s outline) Object {
	version := first
	switch t, _, deep := first.next(); t {
	case der.TagOID:
		if t, _, _ := in.next(); t != der.TagSequence && t != 0 {
			return Unknown
		}
		if t := in.first(); isTime(t) || t == 0 {
			return signed(CRL, s)
		}
	case der.TagSequence:
		if deep.first() == der.TagOID && first.first() == der.TagBitString {
			if t := in.first(); t == der.TagIA5String || t == 0 {
				return signed(SPKAC, s)
			}
		}
	}
	if t, context, in := version.next(); context && t == -1-0 && in.first() == der.TagInteger {
		return PKIPath
	}
	return Unknown
}

func isTime(tag int) bool { return tag == der.TagUTCTime || tag == der.TagGeneralizedTime }

// classifyNumbered tells the objects that start with an INTEGER: private
// keys, PFX, parameters. s is what follows it.
func classifyNumbered(number []byte, s outline, cut bool) Object {
	switch tag, _, in := s.next(); tag {
	case der.TagOctetString:
		return SEC1
	case der.TagSet:
		return PKCS7 // a SignedData without its ContentInfo
	case der.TagSequence:
		switch oid := in.oid(); {
		case oid == nil:
			return Unknown
		case bytes.HasPrefix(oid, rawPKCS7) && len(oid) > len(rawPKCS7):
			return PFX
		case bytes.HasPrefix(oid, rawFieldType):
			return Parameters
		default:
			return PKCS8
		}
	case der.TagInteger:
		return classifyNumbers(number, in.rest, s, cut)
	}
	return Unknown
}

// classifyNumbers tells a SEQUENCE of INTEGERs by how many there are, and one
// that was cut short by the size of the first ones.
func classifyNumbers(first, second []byte, s outline, cut bool) Object {
	n := 2
	var third []byte
	for ; n < 16; n++ {
		tag, _, in := s.next()
		if tag != der.TagInteger {
			if tag != 0 && n < 9 {
				return Unknown
			}
			break
		}
		if n == 2 {
			third = in.rest
		}
	}
	small := len(first) == 1 && first[0] <= 1
	switch {
	case small && n >= 9, small && cut && len(third) < 16:
		return PKCS1
	case small && n == 6, small && cut && len(third) <= 65:
		return DSAKey
	case small && cut:
		return PKCS1
	case n == 2 && len(first) > 8 && !isDHParameters(second):
		return PKCS1Public
	case n == 4 && !cut && divides(third, second):
		return DSAPublic
	case n <= 6 && len(first) > 8:
		return Parameters
	}
	return Unknown
}

// Sizes in bytes of the largest moduli that are looked at. What reads keys has
// the same bounds.
const (
	maxRSANumber = 32768/8 + 1
	maxDSANumber = 16384/8 + 1
)

// divides reports whether q divides p-1. It tells OpenSSL's traditional DSA
// public key (y, p, q, g) from the parameters of X9.42 (p, g, q, j).
func divides(q, p []byte) bool {
	if len(q) < 16 || len(p) < 32 || len(p) > maxDSANumber {
		return false
	}
	m, n := new(big.Int).SetBytes(q), new(big.Int).SetBytes(p)
	return m.Sign() > 0 && n.Sub(n, big.NewInt(1)).Mod(n, m).Sign() == 0
}

// isDHParameters tells PKCS#3 parameters from an RSAPublicKey by the second
// INTEGER: generators are 2, 5 or as large as p, exponents 3, 17, 65537 or the
// like, of at most 256 bits (NIST SP 800-56B).
func isDHParameters(second []byte) bool {
	return len(second) > 33 || len(second) == 1 && (second[0] == 5 || second[0]&1 == 0)
}

// IsTrustData tells what OpenSSL puts after a TRUSTED CERTIFICATE: SEQUENCE {
// trust SEQUENCE OF OID, reject [0] SEQUENCE OF OID, alias UTF8String, keyid
// OCTET STRING, other [1] }, all optional.
func IsTrustData(data []byte) bool {
	e, rest, cut, ok := der.Prefix(data)
	if !ok || cut || len(rest) > 0 || !e.Is(der.TagSequence) {
		return false
	}
	for s := (outline{rest: e.Content}); len(s.rest) > 0; {
		switch tag, _, in := s.next(); tag {
		case der.TagSequence, -1 - 0:
			for len(in.rest) > 0 { // the algorithm of an encrypted key begins with one OID
				if t, _, _ := in.next(); t != der.TagOID && t != 0 {
					return false
				}
			}
		case der.TagUTF8String, der.TagOctetString, -1 - 1:
		default:
			return false
		}
	}
	return true
}

// Traditional tells which traditional form the key in a PrivateKeyInfo has:
// PKCS1, SEC1, or Unknown for any other, and for what is no PrivateKeyInfo.
func Traditional(pkcs8 []byte) Object {
	_, _, s := (&outline{rest: pkcs8}).next()
	s.next()
	_, _, alg := s.next()
	switch oid := alg.oid(); {
	case bytes.Equal(oid, rawRSA):
		return PKCS1
	case bytes.Equal(oid, rawEC):
		return SEC1
	}
	return Unknown
}
