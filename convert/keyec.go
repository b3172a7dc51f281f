package convert

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/x509"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

// ecPrivate is an ECPrivateKey (RFC 5915, Section 3) taken apart.
type ecPrivate struct {
	key    []byte
	params []byte // ECParameters, nil if absent
	public []byte // the point, nil if absent
}

func parseSEC1(data []byte) (k ecPrivate, err error) {
	seq, _, err := der.Parse(data)
	if err != nil {
		return k, err
	}
	if !seq.Is(der.TagSequence) {
		return k, &der.SyntaxError{Msg: "not an ECPrivateKey"}
	}
	r := seq.Reader()
	if _, err := r.Expect(der.TagInteger); err != nil {
		return k, err
	}
	key, err := r.Expect(der.TagOctetString)
	if err != nil {
		return k, err
	}
	if k.key, err = key.OctetString(); err != nil {
		return k, err
	}
	if params, ok := r.Optional(0); ok {
		p, err := params.Reader().Next()
		if err != nil {
			return k, err
		}
		k.params = p.Full
	}
	if public, ok := r.Optional(1); ok {
		p, err := public.Reader().Next()
		if err != nil {
			return k, err
		}
		if k.public, err = p.BitString(); err != nil {
			return k, err
		}
	}
	return k, nil
}

// marshal writes the ECPrivateKey with the fields that are not nil.
func (k ecPrivate) marshal() []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1OctetString(k.key)
		if k.params != nil {
			b.AddASN1(asn1.Tag(0).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(k.params) })
		}
		if k.public != nil {
			b.AddASN1(asn1.Tag(1).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) { b.AddASN1BitString(k.public) })
		}
	})
	return b.BytesOrPanic()
}

// pkcs8FromSEC1 wraps an ECPrivateKey. The curve goes where PKCS#8 has it, as
// OpenSSL writes it.
func pkcs8FromSEC1(data []byte) ([]byte, error) {
	k, err := parseSEC1(data)
	if err != nil {
		return nil, err
	}
	if k.params == nil {
		return nil, &der.SyntaxError{Msg: "the EC key does not say its curve"}
	}
	alg := algorithmID(oidEC, k.params)
	k.params = nil
	return marshalPKCS8(alg, k.marshal()), nil
}

func (r *keyReader) readEC() {
	k, err := x509.ParsePKCS8PrivateKey(r.key.PKCS8)
	if err != nil {
		r.key.Err = r.notForGo("")
		return
	}
	switch k := k.(type) {
	case *ecdsa.PrivateKey:
		r.key.Key = k
		r.key.Bits = k.Curve.Params().BitSize
		r.key.Algorithm = "EC " + k.Curve.Params().Name
		r.key.SPKI, _ = x509.MarshalPKIXPublicKey(k.Public())
	case *ecdh.PrivateKey:
	}
}

func sec1FromPKCS8(pkcs8 []byte) ([]byte, error) {
	info, err := parseKeyInfo(pkcs8)
	if err != nil {
		return nil, damaged(Source{}, "private key", err)
	}
	if !isEC(info.oid) {
		return nil, unsupported(Source{}, "SEC1", keyAlgorithmName(info.oid))
	}
	k, err := parseSEC1(info.key)
	if err != nil {
		return nil, damaged(Source{}, "EC key", err)
	}
	k.params = info.params.Full
	return k.marshal(), nil
}
