package pubkey

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

// SPKIFromDSA turns OpenSSL's traditional form of a public key, SEQUENCE { y, p,
// q, g }, into a SubjectPublicKeyInfo. It returns nil for anything else.
func SPKIFromDSA(data []byte) []byte {
	e, err := der.ParseAll(data)
	if err != nil {
		return nil
	}
	numbers, err := e.Children()
	if err != nil || len(numbers) != 4 {
		return nil
	}
	for _, n := range numbers {
		if !n.Is(der.TagInteger) {
			return nil
		}
	}
	params := der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, n := range numbers[1:] {
				b.AddBytes(n.Full)
			}
		})
	})
	return marshalSPKI(der.Algorithm(oidDSA, params), numbers[0].Full)
}

// MaxDSABits bounds the modulus of DSA and Diffie-Hellman keys, as OpenSSL's
// limit of 10,000 bits does.
const MaxDSABits = 16384

// DSA are the numbers of a DSA or Diffie-Hellman key. X or Y is nil,
// depending on which half it is; Q is nil for PKCS #3 parameters, and all of
// the group where a certificate inherits it from its issuer.
type DSA struct{ P, Q, G, X, Y *big.Int }

func integers(r *der.Reader, list ...**big.Int) error {
	for _, v := range list {
		e, err := r.Expect(der.TagInteger)
		if err != nil {
			return err
		}
		if len(e.Content) > MaxDSABits/8+1 {
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
func (k *DSA) parseGroup(oid string, params der.Element) error {
	if params.Full == nil || params.Is(der.TagNull) {
		return nil
	}
	if !params.Is(der.TagSequence) {
		return &der.SyntaxError{Offset: params.Offset, Msg: "parameters of the group"}
	}
	r := params.Reader()
	switch oid {
	case oidDH:
		return integers(r, &k.P, &k.G)
	case oidX942DH:
		return integers(r, &k.P, &k.G, &k.Q)
	}
	return integers(r, &k.P, &k.Q, &k.G)
}

// parsePrivate reads what a PrivateKeyInfo wraps: the INTEGER x, or one of the
// two forms that old Netscape programs wrote: SEQUENCE { group, x } without
// parameters in the algorithm, and SEQUENCE { y, x }.
func (k *DSA) parsePrivate(oid string, key []byte) error {
	e, _, err := der.Parse(key)
	if err != nil {
		return err
	}
	if !e.Is(der.TagSequence) {
		return integers(der.NewReader(key), &k.X)
	}
	r := e.Reader()
	if first, ok := r.Peek(); ok && first.Is(der.TagSequence) {
		if first, err = r.Next(); err != nil {
			return err
		}
		if err := k.parseGroup(oid, first); err != nil {
			return err
		}
		return integers(r, &k.X)
	}
	return integers(r, &k.Y, &k.X)
}

// readDSA fills in what a DSA or Diffie-Hellman key says of itself.
func (r *reader) readDSA() {
	k := &DSA{}
	err := k.parseGroup(r.info.oid, r.info.params)
	if err == nil {
		err = k.parsePrivate(r.info.oid, r.info.key)
	}
	if err == nil && (k.P == nil || k.P.Sign() == 0) {
		err = &der.SyntaxError{Msg: "the group is missing"}
	}
	if err != nil {
		r.malformed(err)
		return
	}
	r.key.Bits = k.P.BitLen()
	r.key.Err = r.notForGo("")
	limit := k.P
	if k.Q != nil && r.info.oid == oidDSA {
		limit = k.Q
	}
	if k.X.Sign() == 0 || k.X.Cmp(limit) >= 0 || k.G.Cmp(k.P) >= 0 {
		r.note(note.KeyInconsistent, "the private number is out of the range of the group")
		return
	}
	words := int64(k.P.BitLen()/64 + 1)
	if !r.afford(words * words * 3 * int64(k.X.BitLen())) {
		return
	}
	y := new(big.Int).Exp(k.G, k.X, k.P)
	r.key.Proved = true
	if k.Y != nil && k.Y.Cmp(y) != 0 {
		r.contradicted()
	}
	alg := r.info.alg
	if r.info.oid == oidDSA {
		alg = k.algorithm()
	}
	r.key.SPKI = marshalSPKI(alg, der.Build(func(b *cryptobyte.Builder) { b.AddASN1BigInt(y) }))
}

// PKCS8 is the PrivateKeyInfo of a DSA key.
func (k *DSA) PKCS8() []byte {
	return marshalPKCS8(k.algorithm(), der.Build(func(b *cryptobyte.Builder) { addInteger(b, k.X) }))
}

// algorithm is the AlgorithmIdentifier of a DSA public key.
func (k *DSA) algorithm() []byte {
	return der.Algorithm(oidDSA, der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1BigInt(k.P)
			addInteger(b, k.Q)
			b.AddASN1BigInt(k.G)
		})
	}))
}
