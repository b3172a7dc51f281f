package convert

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

// pkcs8FromDSA wraps OpenSSL's traditional form, SEQUENCE { 0, p, q, g, y, x }.
func pkcs8FromDSA(parts []der.Element) ([]byte, error) {
	for _, p := range parts {
		if !p.Is(der.TagInteger) {
			return nil, &der.SyntaxError{Offset: p.Offset, Msg: "INTEGER"}
		}
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, p := range parts[1:4] {
			b.AddBytes(p.Full)
		}
	})
	params, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	return marshalPKCS8(algorithmID(oidDSA, params), parts[5].Full), nil
}
