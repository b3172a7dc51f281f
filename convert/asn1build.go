package convert

import (
	"math/big"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// build returns what f writes. f must not be able to fail.
func build(f cryptobyte.BuilderContinuation) []byte {
	var b cryptobyte.Builder
	f(&b)
	return b.BytesOrPanic()
}

// addAlgorithm writes an AlgorithmIdentifier.
func addAlgorithm(b *cryptobyte.Builder, oid string, params cryptobyte.BuilderContinuation) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		addOID(b, oid)
		params(b)
	})
}

// algorithm returns an AlgorithmIdentifier, with params (DER) as they are.
func algorithmID(oid string, params []byte) []byte {
	return build(func(b *cryptobyte.Builder) {
		addAlgorithm(b, oid, func(b *cryptobyte.Builder) { b.AddBytes(params) })
	})
}

// addNull writes the parameters that are NULL.
func addNull(b *cryptobyte.Builder) { b.AddASN1NULL() }

// addOID writes an OBJECT IDENTIFIER given in dotted form, arcs of any size.
func addOID(b *cryptobyte.Builder, dotted string) {
	b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) {
		top := new(big.Int)
		for i, s := range strings.Split(dotted, ".") {
			arc, _ := new(big.Int).SetString(s, 10)
			switch i {
			case 0:
				top.Mul(arc, big.NewInt(40))
				continue
			case 1:
				arc.Add(arc, top)
			}
			digits := []byte{byte(arc.Uint64() & 0x7f)}
			for arc.Rsh(arc, 7); arc.Sign() > 0; arc.Rsh(arc, 7) {
				digits = append(digits, byte(arc.Uint64()&0x7f)|0x80)
			}
			for j := len(digits) - 1; j >= 0; j-- {
				b.AddUint8(digits[j])
			}
		}
	})
}
