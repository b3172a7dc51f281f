package convert

import (
	"crypto/elliptic"
	"math/big"
	"sync"

	"github.com/certconv/certconv/internal/der"
)

// maxFieldBits bounds the field of a curve that a file brings along. The
// largest that has a name is 571.
const maxFieldBits = 1024

// curveRow is a curve y² = x³ + ax + b, or y² + xy = x³ + ax² + b where the
// field is binary, in the tables.
type curveRow struct {
	name, oid          string
	p, a, b, gx, gy, n string
}

// curveAliases are further identifiers of curves in the tables.
var curveAliases = []struct{ oid, name string }{
	{"2.23.43.1.4.3", "sect163k1"},              // wap-wsg-idm-ecid-wtls3
	{"2.23.43.1.4.4", "sect113r1"},              // wap-wsg-idm-ecid-wtls4
	{"2.23.43.1.4.5", "c2pnb163v1"},             // wap-wsg-idm-ecid-wtls5
	{"2.23.43.1.4.6", "secp112r1"},              // wap-wsg-idm-ecid-wtls6
	{"2.23.43.1.4.7", "secp160r2"},              // wap-wsg-idm-ecid-wtls7
	{"2.23.43.1.4.10", "sect233k1"},             // wap-wsg-idm-ecid-wtls10
	{"2.23.43.1.4.11", "sect233r1"},             // wap-wsg-idm-ecid-wtls11
	{"2.23.43.1.4.12", "P-224"},                 // wap-wsg-idm-ecid-wtls12
	{"1.2.643.2.2.36.0", "GOST CryptoPro-A"},    // CryptoPro-XchA
	{"1.2.643.2.2.36.1", "GOST CryptoPro-C"},    // CryptoPro-XchB
	{"1.2.643.7.1.2.1.1.2", "GOST CryptoPro-A"}, // tc26-gost-3410-12-256-paramSetB
	{"1.2.643.7.1.2.1.1.3", "GOST CryptoPro-B"}, // tc26-gost-3410-12-256-paramSetC
	{"1.2.643.7.1.2.1.1.4", "GOST CryptoPro-C"}, // tc26-gost-3410-12-256-paramSetD
}

// curve is an elliptic curve with its numbers.
type curve struct {
	name               string // "" if the numbers are those of no known curve
	binary             bool
	p, a, b, gx, gy, n *big.Int // gy is nil if the file gave the generator in compressed form and the curve is unknown
	explicit           bool     // the file had the numbers, not the name
}

// fieldBits is the size of the field.
func (c *curve) fieldBits() int {
	if c.binary {
		return c.p.BitLen() - 1
	}
	return c.p.BitLen()
}

// fieldSize is the number of octets of a coordinate.
func (c *curve) fieldSize() int { return (c.fieldBits() + 7) / 8 }

// scalarSize is the number of octets of a private key.
func (c *curve) scalarSize() int { return (c.n.BitLen() + 7) / 8 }

// knownCurves holds the curves met so far, by row. Their numbers are shared
// and never changed.
var knownCurves sync.Map

// curve returns a curve of the caller's own.
func (r *curveRow) curve(binary bool) *curve {
	if known, ok := knownCurves.Load(r); ok {
		c := known.(curve)
		return &c
	}
	c := curve{name: r.name, binary: binary}
	c.p, c.a, c.b = hexNumber(r.p), hexNumber(r.a), hexNumber(r.b)
	c.gx, c.gy, c.n = hexNumber(r.gx), hexNumber(r.gy), hexNumber(r.n)
	knownCurves.Store(r, c)
	return &c
}

// hexNumber reads a number of the tables.
func hexNumber(s string) *big.Int {
	v, _ := new(big.Int).SetString(s, 16)
	return v
}

// findCurve returns the first curve of the tables that match accepts.
func findCurve(match func(r *curveRow, binary bool) bool) *curve {
	for i := range primeCurves {
		if r := &primeCurves[i]; match(r, false) {
			return r.curve(false)
		}
	}
	for i := range binaryCurves {
		if r := &binaryCurves[i]; match(r, true) {
			return r.curve(true)
		}
	}
	return nil
}

// curveByOID returns the curve that has the identifier, nil if it is unknown.
func curveByOID(oid string) *curve {
	name := ""
	for _, a := range curveAliases {
		if a.oid == oid {
			name = a.name
		}
	}
	return findCurve(func(r *curveRow, _ bool) bool { return r.oid == oid || name != "" && r.name == name })
}

// identify replaces c by the known curve that has the same numbers.
func (c *curve) identify() *curve {
	p, a, b, gx, n := c.p.Text(16), c.a.Text(16), c.b.Text(16), c.gx.Text(16), c.n.Text(16)
	known := findCurve(func(r *curveRow, binary bool) bool {
		return binary == c.binary && r.p == p && r.n == n && r.a == a && r.b == b && r.gx == gx
	})
	if known == nil || c.gy != nil && c.gy.Cmp(known.gy) != 0 {
		return c
	}
	known.explicit = true
	return known
}

// equal reports whether the numbers of two curves are the same.
func (c *curve) equal(o *curve) bool {
	return c.p.Cmp(o.p) == 0 && c.a.Cmp(o.a) == 0 && c.b.Cmp(o.b) == 0 && c.n.Cmp(o.n) == 0 && c.gx.Cmp(o.gx) == 0
}

// forGo is the curve of crypto/elliptic, nil if it has none.
func (c *curve) forGo() elliptic.Curve {
	switch c.name {
	case "P-224":
		return elliptic.P224()
	case "P-256":
		return elliptic.P256()
	case "P-384":
		return elliptic.P384()
	case "P-521":
		return elliptic.P521()
	}
	return nil
}

// Identifiers of ANSI X9.62 (RFC 3279, Section 2.3.5).
const (
	oidPrimeField        = "1.2.840.10045.1.1"
	oidCharacteristicTwo = "1.2.840.10045.1.2"
	oidTrinomialBasis    = "1.2.840.10045.1.2.3.2"
	oidPentanomialBasis  = "1.2.840.10045.1.2.3.3"
	pointCompressedEven  = 2
	pointCompressedOdd   = 3
	pointUncompressed    = 4
	pointHybridEven      = 6
	pointHybridOdd       = 7
)

// parseECParameters reads ECParameters (RFC 3279, Section 2.3.5). The curve is
// nil, without error, where it has a name that is unknown or is left to
// others (implicitlyCA).
func parseECParameters(e der.Element) (c *curve, oid string, err error) {
	switch {
	case e.Full == nil, e.Is(der.TagNull):
		return nil, "", nil
	case e.Is(der.TagOID):
		if oid, err = e.OID(); err != nil {
			return nil, "", err
		}
		return curveByOID(oid), oid, nil
	case !e.Is(der.TagSequence):
		return nil, "", &der.SyntaxError{Offset: e.Offset, Msg: "not EC parameters"}
	}
	c, err = parseExplicitCurve(e)
	return c, "", err
}

func parseExplicitCurve(e der.Element) (*curve, error) {
	r := e.Reader()
	if _, err := r.Expect(der.TagInteger); err != nil {
		return nil, err
	}
	field, err := r.Expect(der.TagSequence)
	if err != nil {
		return nil, err
	}
	c := &curve{explicit: true}
	if err := c.parseField(field); err != nil {
		return nil, err
	}
	coefficients, err := r.Expect(der.TagSequence)
	if err != nil {
		return nil, err
	}
	cr := coefficients.Reader()
	for _, v := range []**big.Int{&c.a, &c.b} {
		o, err := cr.Expect(der.TagOctetString)
		if err != nil {
			return nil, err
		}
		if *v, err = c.element(o); err != nil {
			return nil, err
		}
	}
	base, err := r.Expect(der.TagOctetString)
	if err != nil {
		return nil, err
	}
	order, err := r.Expect(der.TagInteger)
	if err != nil {
		return nil, err
	}
	if c.n, err = order.BigInt(); err != nil {
		return nil, err
	}
	if c.n.Sign() <= 0 || c.n.BitLen() > c.fieldBits()+1 {
		return nil, &der.SyntaxError{Offset: order.Offset, Msg: "order of an EC group out of range"}
	}
	point, err := c.parsePoint(base.Content)
	if err != nil {
		return nil, err
	}
	c.gx, c.gy = point.x, point.y
	return c.identify(), nil
}

// element reads a FieldElement.
func (c *curve) element(o der.Element) (*big.Int, error) {
	v := new(big.Int).SetBytes(o.Content)
	if v.BitLen() > c.fieldBits() {
		return nil, &der.SyntaxError{Offset: o.Offset, Msg: "EC coefficient out of range"}
	}
	return v, nil
}

// parseField reads a FieldID.
func (c *curve) parseField(e der.Element) error {
	bad := &der.SyntaxError{Offset: e.Offset, Msg: "EC field"}
	parts, err := e.Children()
	if err != nil {
		return err
	}
	if len(parts) != 2 {
		return bad
	}
	kind, err := parts[0].OID()
	if err != nil {
		return err
	}
	switch kind {
	case oidPrimeField:
		c.p, err = parts[1].BigInt()
	case oidCharacteristicTwo:
		c.binary = true
		c.p, err = parsePolynomial(parts[1])
	default:
		return bad
	}
	if err == nil && (c.p.BitLen() < 3 || c.p.Sign() < 0 || c.fieldBits() > maxFieldBits || c.p.Bit(0) == 0) {
		err = bad
	}
	return err
}

// parsePolynomial reads Characteristic-two parameters: the degree and the
// powers in the middle of a trinomial or pentanomial.
func parsePolynomial(e der.Element) (*big.Int, error) {
	bad := &der.SyntaxError{Offset: e.Offset, Msg: "EC field"}
	parts, err := e.Children()
	if err != nil {
		return nil, err
	}
	if len(parts) != 3 {
		return nil, bad
	}
	m, err := parts[0].Int()
	if err != nil {
		return nil, err
	}
	basis, err := parts[1].OID()
	if err != nil {
		return nil, err
	}
	powers := parts[2:]
	switch basis {
	case oidTrinomialBasis:
	case oidPentanomialBasis:
		if powers, err = parts[2].Children(); err != nil {
			return nil, err
		}
		if len(powers) != 3 {
			return nil, bad
		}
	default:
		return nil, bad
	}
	if m > maxFieldBits {
		return nil, bad
	}
	p := new(big.Int).SetBit(big.NewInt(1), m, 1)
	for _, e := range powers {
		k, err := e.Int()
		if err != nil {
			return nil, err
		}
		if k <= 0 || k >= m {
			return nil, bad
		}
		p.SetBit(p, k, 1)
	}
	return p, nil
}

// ecPoint is a point as a file has it (SEC 1, Section 2.3.3).
type ecPoint struct {
	x, y *big.Int // y is nil if the form is compressed
	bit  uint     // of a compressed point
	form byte
}

// parsePoint reads a point of the curve in any form (SEC 1, Section 2.3.4). It
// does not ask whether the point is on the curve.
func (c *curve) parsePoint(b []byte) (p ecPoint, err error) {
	bad := &der.SyntaxError{Msg: "EC point"}
	size := c.fieldSize()
	if len(b) == 0 {
		return p, bad
	}
	switch p.form = b[0]; p.form {
	case pointCompressedEven, pointCompressedOdd:
		if len(b) != 1+size {
			return p, bad
		}
		p.bit = uint(p.form & 1)
	case pointUncompressed, pointHybridEven, pointHybridOdd:
		if len(b) != 1+2*size {
			return p, bad
		}
		p.y = new(big.Int).SetBytes(b[1+size:])
	default:
		return p, bad
	}
	p.x = new(big.Int).SetBytes(b[1 : 1+size])
	return p, nil
}

// same reports whether p is the point (x, y).
func (c *curve) same(p ecPoint, x, y *big.Int) bool {
	if p.y != nil {
		return p.x.Cmp(x) == 0 && p.y.Cmp(y) == 0
	}
	return p.x.Cmp(x) == 0 && p.bit == c.parity(x, y)
}

// marshalPoint writes the point in the form of the octet given.
func (c *curve) marshalPoint(x, y *big.Int, form byte) []byte {
	size := c.fieldSize()
	if form == pointCompressedEven || form == pointCompressedOdd {
		out := make([]byte, 1+size)
		out[0] = pointCompressedEven | byte(c.parity(x, y))
		x.FillBytes(out[1:])
		return out
	}
	out := make([]byte, 1+2*size)
	out[0] = pointUncompressed
	if form == pointHybridEven || form == pointHybridOdd {
		out[0] = pointHybridEven | byte(c.parity(x, y))
	}
	x.FillBytes(out[1 : 1+size])
	y.FillBytes(out[1+size:])
	return out
}
