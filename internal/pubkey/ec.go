package pubkey

import (
	"crypto/ecdsa"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/ec"
	"github.com/certconv/certconv/internal/note"
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
	return der.Build(func(b *cryptobyte.Builder) {
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
	})
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
	alg := der.Algorithm(oidEC, k.params)
	k.params = nil
	return marshalPKCS8(alg, k.marshal()), nil
}

// readEC fills in what an EC key says of itself, and works out its public key.
func (r *reader) readEC() {
	k, err := parseSEC1(r.info.key)
	if err != nil {
		r.malformed(err)
		return
	}
	params := k.parameters(r.info)
	c, oid, err := ec.ParseParameters(params)
	alg := der.Algorithm(r.info.oid, params.Full)
	r.key.Algorithm, r.key.Bits = ecName(c, oid)
	if k.public == nil {
		k.public = r.info.public
	}
	if c == nil {
		r.key.Err = r.notForGo("")
		if err != nil {
			r.malformed(err)
		}
		if k.public != nil {
			r.key.SPKI = marshalSPKI(alg, k.public)
		}
		return
	}
	if c.Explicit {
		if c.Name == "" {
			r.note(note.Variant, "the numbers of the curve are written out")
		}
		alg = der.Algorithm(r.info.oid, uncompressBase(c, params))
	}
	if len(k.key) != c.ScalarSize() {
		r.note(note.Variant, "the private number has %d octets, the curve wants %d", len(k.key), c.ScalarSize())
	}
	if inner, _, _ := ec.ParseParameters(element(k.params)); inner != nil && !inner.Equal(c) {
		r.note(note.KeyInconsistent, "the key names two different curves")
	}
	r.readScalar(c, alg, k)
}

// parameters are those of the algorithm, or else those that the ECPrivateKey
// has itself.
func (k ecPrivate) parameters(info info) der.Element {
	if info.params.Full != nil {
		return info.params
	}
	return element(k.params)
}

// element reads data that was an element before, or is nil.
func element(data []byte) der.Element {
	e, _, _ := der.Parse(data)
	return e
}

// readScalar works out the public key. Where the file has one, that only
// chooses the form of the point, as with OpenSSL.
func (r *reader) readScalar(c *ec.Curve, alg []byte, k ecPrivate) {
	r.key.Err = r.notForGo("")
	d := new(big.Int).SetBytes(k.key)
	inRange := d.Sign() > 0 && d.Cmp(c.N) < 0
	if !inRange {
		r.note(note.KeyInconsistent, "the private number is out of the range of the curve")
	}
	x, y, ok := (*big.Int)(nil), (*big.Int)(nil), false
	if inRange && r.afford(c.Cost(d)) {
		x, y, ok = r.multiply(c, d)
	}
	if !ok {
		if k.public != nil {
			r.key.SPKI = marshalSPKI(alg, k.public)
		}
		return
	}
	form := byte(ec.Uncompressed)
	r.key.Proved = true
	if k.public != nil {
		p, err := c.ParsePoint(k.public)
		if err == nil {
			form = p.Form
		}
		if err != nil || !c.Same(p, x, y) {
			r.contradicted()
		}
	}
	r.key.SPKI = marshalSPKI(alg, c.MarshalPoint(x, y, form))
}

// multiply returns d times the generator, and fills in the Go key on the way
// where Go has the curve.
func (r *reader) multiply(c *ec.Curve, d *big.Int) (x, y *big.Int, ok bool) {
	g := c.Standard()
	if g == nil {
		return c.Multiply(d)
	}
	key, err := ecdsa.ParseRawPrivateKey(g, d.FillBytes(make([]byte, c.ScalarSize())))
	if err != nil {
		return c.Multiply(d)
	}
	r.key.Key, r.key.Err = key, nil
	point, err := key.PublicKey.Bytes()
	if err != nil {
		return nil, nil, false
	}
	p, err := c.ParsePoint(point)
	return p.X, p.Y, err == nil
}

// uncompressBase rewrites explicit parameters whose generator is compressed
// the way OpenSSL writes them in a public key.
func uncompressBase(c *ec.Curve, params der.Element) []byte {
	parts, err := params.Children()
	if err != nil || len(parts) < 4 || c.Gy == nil || len(parts[3].Content) == 1+2*c.FieldSize() {
		return params.Full
	}
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for i, p := range parts {
				if i == 3 {
					b.AddASN1OctetString(c.MarshalPoint(c.Gx, c.Gy, ec.Uncompressed))
				} else {
					b.AddBytes(p.Full)
				}
			}
		})
	})
}

// ecName is the name of an EC algorithm and its size, that of the group as
// OpenSSL counts it. c is nil for an unknown curve.
func ecName(c *ec.Curve, oid string) (string, int) {
	switch {
	case c == nil && oid == "":
		return "EC", 0
	case c == nil:
		return "EC " + oid, 0
	case c.Name == "":
		return "EC", c.N.BitLen()
	}
	return "EC " + c.Name, c.N.BitLen()
}

// ToSEC1 is the ECPrivateKey with its curve and public key, as
// `openssl pkey -traditional` writes it. Errors are *UnsupportedError for a key
// that is not EC, and *MalformedError.
func ToSEC1(pkcs8 []byte) ([]byte, error) {
	info, err := parseInfo(pkcs8)
	if err != nil {
		return nil, &MalformedError{"private key", err}
	}
	if !isEC(info.oid) {
		return nil, &UnsupportedError{What: "SEC1", Algorithm: algorithmName(info.oid)}
	}
	k, err := parseSEC1(info.key)
	if err != nil {
		return nil, &MalformedError{"EC key", err}
	}
	params := k.parameters(info)
	k.params = params.Full
	if c, _, _ := ec.ParseParameters(params); c != nil {
		if d := new(big.Int).SetBytes(k.key); d.BitLen() <= c.N.BitLen() {
			k.key = d.FillBytes(make([]byte, c.ScalarSize()))
		}
	}
	if k.public == nil {
		key, err := ReadPrivate(pkcs8, new(Work))
		if err != nil {
			return nil, err
		}
		if public, err := parseSPKI(key.SPKI); err == nil {
			k.public = public.key
		}
	}
	return k.marshal(), nil
}

// MarshalPublicEC returns the SubjectPublicKeyInfo of a point, in the form of SEC 1,
// Section 2.3.3, on a curve by its name, as in Public.Algorithm: "P-256". It returns nil
// if the curve is unknown.
func MarshalPublicEC(curve string, point []byte) []byte {
	c, oid := ec.ByName(curve)
	if c == nil {
		return nil
	}
	return marshalSPKI(ecAlgorithm(oid), point)
}

// MarshalEC builds the PrivateKeyInfo of an EC key. curve is as in MarshalPublicEC,
// public the point, nil if it is not known. It returns nil if the curve is unknown or d
// does not fit it.
func MarshalEC(curve string, d *big.Int, public []byte) []byte {
	c, oid := ec.ByName(curve)
	if c == nil || d.BitLen() > c.N.BitLen() {
		return nil
	}
	k := ecPrivate{key: d.FillBytes(make([]byte, c.ScalarSize())), public: public}
	return marshalPKCS8(ecAlgorithm(oid), k.marshal())
}

func ecAlgorithm(curve string) []byte {
	return der.Algorithm(oidEC, der.Build(func(b *cryptobyte.Builder) { der.AddOID(b, curve) }))
}

// ECPoint gives the coordinates of the public key in a SubjectPublicKeyInfo, in octets of
// the size of the field, whatever form the point and the curve are written in. ok is
// false where it is no EC key, or no point of a curve that has a name.
func ECPoint(spki []byte) (x, y []byte, ok bool) {
	info, err := parseSPKI(spki)
	if err != nil || !isEC(info.oid) {
		return nil, nil, false
	}
	c, _, err := ec.ParseParameters(info.params)
	if err != nil || c == nil || c.Name == "" {
		return nil, nil, false
	}
	p, err := c.ParsePoint(info.key)
	if err != nil {
		return nil, nil, false
	}
	if p, ok = c.Decompress(p); !ok || !c.Contains(p) {
		return nil, nil, false
	}
	size := c.FieldSize()
	return p.X.FillBytes(make([]byte, size)), p.Y.FillBytes(make([]byte, size)), true
}

// ECScalar gives the private number of an EC key in PKCS#8, nil if it is none. It is a
// window on pkcs8, or a copy.
func ECScalar(pkcs8 []byte) []byte {
	info, err := parseInfo(pkcs8)
	if err != nil || !isEC(info.oid) {
		return nil
	}
	k, err := parseSEC1(info.key)
	if err != nil {
		return nil
	}
	return k.key
}
