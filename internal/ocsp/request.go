package ocsp

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
)

// NonceSize is how many bytes a nonce has (RFC 9654, Section 2.1).
const NonceSize = 32

// Request asks about cert, which issuer issued (RFC 6960, Section 4.1), with a nonce, nil
// for none. Issuers are named by SHA-1, as responders want it (RFC 5019, Section 2.1.1).
func Request(cert, issuer *convert.Certificate, nonce []byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		nested := func(f func(*cryptobyte.Builder)) func(*cryptobyte.Builder) {
			return func(b *cryptobyte.Builder) { b.AddASN1(asn1.SEQUENCE, f) }
		}
		// requestList, Request, CertID
		list := nested(nested(nested(func(b *cryptobyte.Builder) {
			der.AddAlgorithm(b, oidSHA1, der.AddNull)
			b.AddASN1OctetString(digest(oidSHA1, issuer.Subject))
			b.AddASN1OctetString(digest(oidSHA1, keyBits(issuer.SPKI)))
			b.AddASN1BigInt(cert.Serial)
		})))
		// OCSPRequest, TBSRequest
		nested(nested(func(b *cryptobyte.Builder) {
			list(b)
			if nonce == nil {
				return
			}
			b.AddASN1(asn1.Tag(2).Constructed().ContextSpecific(), nested(nested(func(b *cryptobyte.Builder) {
				der.AddOID(b, oidNonce)
				b.AddASN1(asn1.OCTET_STRING, func(b *cryptobyte.Builder) { b.AddASN1OctetString(nonce) })
			})))
		}))(b)
	})
}
