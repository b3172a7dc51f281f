package ocsp

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
)

// Request asks about cert, which issuer issued (RFC 6960, Section 4.1). Issuers are
// named by SHA-1, as responders want it (RFC 5019, Section 2.1.1).
func Request(cert, issuer *convert.Certificate) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		nested := func(f func(*cryptobyte.Builder)) func(*cryptobyte.Builder) {
			return func(b *cryptobyte.Builder) { b.AddASN1(asn1.SEQUENCE, f) }
		}
		// OCSPRequest, TBSRequest, requestList, Request
		nested(nested(nested(nested(nested(func(b *cryptobyte.Builder) {
			der.AddAlgorithm(b, oidSHA1, der.AddNull)
			b.AddASN1OctetString(digest(oidSHA1, issuer.Subject))
			b.AddASN1OctetString(digest(oidSHA1, keyBits(issuer.SPKI)))
			b.AddASN1BigInt(cert.Serial)
		})))))(b)
	})
}
