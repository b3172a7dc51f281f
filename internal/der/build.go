package der

import (
	"math/big"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Build returns the DER that f writes. It panics if f writes something that
// cannot be encoded, which is a fault of the caller's code, never of a file.
func Build(f cryptobyte.BuilderContinuation) []byte {
	var b cryptobyte.Builder
	f(&b)
	return b.BytesOrPanic()
}

// AddAlgorithm writes an AlgorithmIdentifier (RFC 5280, Section 4.1.1.2) with
// the parameters that params writes.
func AddAlgorithm(b *cryptobyte.Builder, oid string, params cryptobyte.BuilderContinuation) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		AddOID(b, oid)
		params(b)
	})
}

// Algorithm returns an AlgorithmIdentifier. params is DER, nil if absent.
func Algorithm(oid string, params []byte) []byte {
	return Build(func(b *cryptobyte.Builder) {
		AddAlgorithm(b, oid, func(b *cryptobyte.Builder) { b.AddBytes(params) })
	})
}

// AddNull writes the parameters that are NULL.
func AddNull(b *cryptobyte.Builder) { b.AddASN1NULL() }

// AddOID writes an OBJECT IDENTIFIER given in dotted form, arcs of any size.
func AddOID(b *cryptobyte.Builder, dotted string) {
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
