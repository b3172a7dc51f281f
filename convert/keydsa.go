package convert

import (
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
)

// pkcs8FromDSA wraps OpenSSL's traditional form, SEQUENCE { 0, p, q, g, y, x }.
// y, which PKCS#8 has no place for, follows from the rest.
func pkcs8FromDSA(parts []der.Element) ([]byte, error) {
	for _, p := range parts {
		if !p.Is(der.TagInteger) {
			return nil, &der.SyntaxError{Offset: p.Offset, Msg: "INTEGER"}
		}
	}
	params := der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, p := range parts[1:4] {
				b.AddBytes(p.Full)
			}
		})
	})
	return marshalPKCS8(der.Algorithm(oidDSA, params), parts[5].Full), nil
}

// spkiFromDSA turns OpenSSL's traditional form, SEQUENCE { y, p, q, g }, which
// classify has looked at, into a SubjectPublicKeyInfo.
func spkiFromDSA(e der.Element) []byte {
	var y, group []byte
	for r := e.Reader(); !r.Empty(); {
		n, err := r.Next()
		switch {
		case err != nil:
			return nil
		case y == nil:
			y = n.Full
		default:
			group = append(group, n.Full...)
		}
	}
	var params cryptobyte.Builder
	params.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(group) })
	return marshalSPKI(der.Algorithm(oidDSA, params.BytesOrPanic()), y)
}

// maxDSABits bounds the modulus of DSA and Diffie-Hellman keys, as OpenSSL's
// limit of 10,000 bits does.
const maxDSABits = 16384

// dsaNumbers are the numbers of a DSA or Diffie-Hellman key. x or y is nil,
// depending on which half it is; q is nil for PKCS #3 parameters, and all of
// the group where a certificate inherits it from its issuer.
type dsaNumbers struct{ p, q, g, x, y *big.Int }

func integers(r *der.Reader, list ...**big.Int) error {
	for _, v := range list {
		e, err := r.Expect(der.TagInteger)
		if err != nil {
			return err
		}
		if len(e.Content) > maxDSABits/8+1 {
			return &der.SyntaxError{Offset: e.Offset, Msg: "a number out of range"}
		}
		if *v, _, err = unsignedInteger(e); err != nil {
			return err
		}
	}
	return nil
}

// parseGroup reads Dss-Parms (RFC 3279, Section 2.3.2), DomainParameters
// (Section 2.3.3) or PKCS #3's DHParameter.
func (k *dsaNumbers) parseGroup(oid string, params der.Element) error {
	if params.Full == nil || params.Is(der.TagNull) {
		return nil
	}
	if !params.Is(der.TagSequence) {
		return &der.SyntaxError{Offset: params.Offset, Msg: "parameters of the group"}
	}
	r := params.Reader()
	switch oid {
	case oidDH:
		return integers(r, &k.p, &k.g)
	case oidX942DH:
		return integers(r, &k.p, &k.g, &k.q)
	}
	return integers(r, &k.p, &k.q, &k.g)
}

// parsePrivate reads what a PrivateKeyInfo wraps: the INTEGER x, or one of the
// two forms that old Netscape programs wrote: SEQUENCE { group, x } without
// parameters in the algorithm, and SEQUENCE { y, x }.
func (k *dsaNumbers) parsePrivate(oid string, key []byte) error {
	e, _, err := der.Parse(key)
	if err != nil {
		return err
	}
	if !e.Is(der.TagSequence) {
		return integers(der.NewReader(key), &k.x)
	}
	r := e.Reader()
	if first, ok := r.Peek(); ok && first.Is(der.TagSequence) {
		if first, err = r.Next(); err != nil {
			return err
		}
		if err := k.parseGroup(oid, first); err != nil {
			return err
		}
		return integers(r, &k.x)
	}
	return integers(r, &k.y, &k.x)
}

// readDSA fills in what a DSA or Diffie-Hellman key says of itself.
func (r *keyReader) readDSA() {
	k := &dsaNumbers{}
	err := k.parseGroup(r.info.oid, r.info.params)
	if err == nil {
		err = k.parsePrivate(r.info.oid, r.info.key)
	}
	if err == nil && (k.p == nil || k.p.Sign() == 0) {
		err = &der.SyntaxError{Msg: "the group is missing"}
	}
	if err != nil {
		r.malformed(err)
		return
	}
	r.key.Bits = k.p.BitLen()
	r.key.Err = r.notForGo("")
	limit := k.p
	if k.q != nil && r.info.oid == oidDSA {
		limit = k.q
	}
	if k.x.Sign() == 0 || k.x.Cmp(limit) >= 0 || k.g.Cmp(k.p) >= 0 {
		r.note(note.KeyInconsistent, "the private number is out of the range of the group")
		return
	}
	words := int64(k.p.BitLen()/64 + 1)
	if !r.afford(words * words * 3 * int64(k.x.BitLen())) {
		return
	}
	y := new(big.Int).Exp(k.g, k.x, k.p)
	r.key.Proved = true
	if k.y != nil && k.y.Cmp(y) != 0 {
		r.contradicted()
	}
	alg := r.info.alg
	if r.info.oid == oidDSA {
		alg = k.dsaAlgorithm()
	}
	r.key.SPKI = marshalSPKI(alg, der.Build(func(b *cryptobyte.Builder) { b.AddASN1BigInt(y) }))
}

// dsaAlgorithm is the AlgorithmIdentifier of a DSA public key.
func (k *dsaNumbers) dsaAlgorithm() []byte {
	return der.Algorithm(oidDSA, der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1BigInt(k.p)
			addInteger(b, k.q)
			b.AddASN1BigInt(k.g)
		})
	}))
}
