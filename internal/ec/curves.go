package ec

import (
	"crypto/elliptic"
	"fmt"
	"math/big"
	"sync"

	"github.com/certconv/certconv/internal/der"
)

// Bounds of the field of a curve that a file brings along: the largest curves
// that have a name are these.
const (
	maxPrimeBits = 521
	maxFieldBits = 571 // of a binary field
)

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

// Curve is an elliptic curve with its numbers, which are shared: callers do not
// change them.
type Curve struct {
	Name     string // as OpenSSL has it, "P-256" and the like for NIST's; "" if the numbers are those of no known curve
	Binary   bool   // the field is one of characteristic two
	Explicit bool   // the file had the numbers, not the name

	P      *big.Int // the prime, or the polynomial of a binary field, a bit for each power
	A, B   *big.Int // coefficients
	Gx, Gy *big.Int // the generator; Gy is nil if the file had it in compressed form and the curve is unknown
	N      *big.Int // order of the generator
}

// FieldBits is the size of the field.
func (c *Curve) FieldBits() int {
	if c.Binary {
		return c.P.BitLen() - 1
	}
	return c.P.BitLen()
}

// FieldSize is the number of octets of a coordinate.
func (c *Curve) FieldSize() int { return (c.FieldBits() + 7) / 8 }

// ScalarSize is the number of octets of a private key.
func (c *Curve) ScalarSize() int { return (c.N.BitLen() + 7) / 8 }

// knownCurves holds the curves met so far, by row. Their numbers are shared
// and never changed.
var knownCurves sync.Map

// curve returns a curve of the caller's own.
func (r *curveRow) curve(binary bool) *Curve {
	if known, ok := knownCurves.Load(r); ok {
		c := known.(Curve)
		return &c
	}
	c := Curve{Name: r.name, Binary: binary}
	c.P, c.A, c.B = hexNumber(r.p), hexNumber(r.a), hexNumber(r.b)
	c.Gx, c.Gy, c.N = hexNumber(r.gx), hexNumber(r.gy), hexNumber(r.n)
	knownCurves.Store(r, c)
	return &c
}

// hexNumber reads a number of the tables.
func hexNumber(s string) *big.Int {
	v, _ := new(big.Int).SetString(s, 16)
	return v
}

// findCurve returns the first curve of the tables that match accepts.
func findCurve(match func(r *curveRow, binary bool) bool) *Curve {
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

// ByOID returns the curve with this identifier (dotted), nil if it is unknown.
// WAP-261 and GOST have second identifiers of the same curves; they are known too.
func ByOID(oid string) *Curve {
	name := ""
	for _, a := range curveAliases {
		if a.oid == oid {
			name = a.name
		}
	}
	return findCurve(func(r *curveRow, _ bool) bool { return r.oid == oid || name != "" && r.name == name })
}

// ByName returns the curve that OpenSSL calls so, and its identifier; nil if it is
// unknown.
func ByName(name string) (c *Curve, oid string) {
	c = findCurve(func(r *curveRow, _ bool) bool {
		oid = r.oid
		return name != "" && r.name == name
	})
	return c, oid
}

// identify replaces c by the known curve that has the same numbers.
func (c *Curve) identify() *Curve {
	p, a, b, gx, n := c.P.Text(16), c.A.Text(16), c.B.Text(16), c.Gx.Text(16), c.N.Text(16)
	known := findCurve(func(r *curveRow, binary bool) bool {
		return binary == c.Binary && r.p == p && r.n == n && r.a == a && r.b == b && r.gx == gx
	})
	if known == nil || c.Gy != nil && c.Gy.Cmp(known.Gy) != 0 {
		return c
	}
	known.Explicit = true
	return known
}

// Equal reports whether the numbers of two curves are the same, whatever their
// names.
func (c *Curve) Equal(o *Curve) bool {
	return c.P.Cmp(o.P) == 0 && c.A.Cmp(o.A) == 0 && c.B.Cmp(o.B) == 0 && c.N.Cmp(o.N) == 0 && c.Gx.Cmp(o.Gx) == 0
}

// Standard is the curve of crypto/elliptic, nil if it has none.
func (c *Curve) Standard() elliptic.Curve {
	switch c.Name {
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
)

// Forms of a point: its first octet (SEC 1, Section 2.3.3; X9.62 for the hybrid).
const (
	compressedEven = 2
	compressedOdd  = 3
	Uncompressed   = 4
	hybridEven     = 6
	hybridOdd      = 7
)

// ParseParameters reads ECParameters (RFC 3279, Section 2.3.5). The curve is
// nil, without error, where it has a name that is unknown, which oid tells then,
// or is left to others (implicitlyCA, or no parameters at all). Errors are
// *der.SyntaxError: no parameters, or numbers out of range.
func ParseParameters(e der.Element) (c *Curve, oid string, err error) {
	switch {
	case e.Full == nil, e.Is(der.TagNull):
		return nil, "", nil
	case e.Is(der.TagOID):
		if oid, err = e.OID(); err != nil {
			return nil, "", err
		}
		return ByOID(oid), oid, nil
	case !e.Is(der.TagSequence):
		return nil, "", &der.SyntaxError{Offset: e.Offset, Msg: "not EC parameters"}
	}
	c, err = parseExplicitCurve(e)
	return c, "", err
}

func parseExplicitCurve(e der.Element) (*Curve, error) {
	r := e.Reader()
	if _, err := r.Expect(der.TagInteger); err != nil {
		return nil, err
	}
	field, err := r.Expect(der.TagSequence)
	if err != nil {
		return nil, err
	}
	c := &Curve{Explicit: true}
	if err := c.parseField(field); err != nil {
		return nil, err
	}
	coefficients, err := r.Expect(der.TagSequence)
	if err != nil {
		return nil, err
	}
	cr := coefficients.Reader()
	for _, v := range []**big.Int{&c.A, &c.B} {
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
	if c.N, err = order.BigInt(); err != nil {
		return nil, err
	}
	if c.N.Sign() <= 0 || c.N.BitLen() > c.FieldBits()+1 {
		return nil, &der.SyntaxError{Offset: order.Offset, Msg: "order of an EC group out of range"}
	}
	point, err := c.ParsePoint(base.Content)
	if err != nil {
		return nil, err
	}
	c.Gx, c.Gy = point.X, point.Y
	return c.identify(), nil
}

// element reads a FieldElement.
func (c *Curve) element(o der.Element) (*big.Int, error) {
	v := new(big.Int).SetBytes(o.Content)
	if v.BitLen() > c.FieldBits() {
		return nil, &der.SyntaxError{Offset: o.Offset, Msg: "EC coefficient out of range"}
	}
	return v, nil
}

// parseField reads a FieldID.
func (c *Curve) parseField(e der.Element) error {
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
		c.P, err = parts[1].BigInt()
	case oidCharacteristicTwo:
		c.Binary = true
		c.P, err = parsePolynomial(parts[1])
	default:
		return bad
	}
	if err == nil && !c.Binary && c.P.BitLen() > maxPrimeBits {
		return &der.SyntaxError{Offset: parts[1].Offset, Msg: fmt.Sprintf("an EC field of %d bits, the limit is %d", c.P.BitLen(), maxPrimeBits)}
	}
	if err == nil && (c.P.BitLen() < 3 || c.P.Sign() < 0 || c.FieldBits() > maxFieldBits || c.P.Bit(0) == 0) {
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

// Point is a point as a file has it (SEC 1, Section 2.3.3).
type Point struct {
	X, Y *big.Int // y is nil if the form is compressed
	Bit  uint     // of a compressed point
	Form byte
}

// ParsePoint reads a point of the curve in any form (SEC 1, Section 2.3.4). It
// does not ask whether the point is on the curve. A size or form that no point
// has is a *der.SyntaxError.
func (c *Curve) ParsePoint(b []byte) (p Point, err error) {
	bad := &der.SyntaxError{Msg: "EC point"}
	size := c.FieldSize()
	if len(b) == 0 {
		return p, bad
	}
	switch p.Form = b[0]; p.Form {
	case compressedEven, compressedOdd:
		if len(b) != 1+size {
			return p, bad
		}
		p.Bit = uint(p.Form & 1)
	case Uncompressed, hybridEven, hybridOdd:
		if len(b) != 1+2*size {
			return p, bad
		}
		p.Y = new(big.Int).SetBytes(b[1+size:])
	default:
		return p, bad
	}
	p.X = new(big.Int).SetBytes(b[1 : 1+size])
	return p, nil
}

// Decompress works out the other half of a compressed point (SEC 1, Section
// 2.3.4). ok is false where there is none, over binary fields, and on curves that
// have no name. Other points come back as they are.
func (c *Curve) Decompress(p Point) (whole Point, ok bool) {
	if p.Y != nil {
		return p, true
	}
	if c.Binary || c.Name == "" || p.X.Cmp(c.P) >= 0 { // a root is looked for only where P is known to be prime
		return p, false
	}
	y := new(big.Int).Mul(p.X, p.X)
	y.Add(y, c.A).Mul(y, p.X).Add(y, c.B).Mod(y, c.P)
	if y.ModSqrt(y, c.P) == nil {
		return p, false
	}
	if y.Bit(0) != p.Bit {
		y.Sub(c.P, y)
	}
	p.Y = y
	return p, true
}

// Same reports whether p, compressed or not, is the point (x, y).
func (c *Curve) Same(p Point, x, y *big.Int) bool {
	if p.Y != nil {
		return p.X.Cmp(x) == 0 && p.Y.Cmp(y) == 0
	}
	return p.X.Cmp(x) == 0 && p.Bit == c.Parity(x, y)
}

// MarshalPoint writes the point in the form that the octet names, as Point.Form
// has it; uncompressed if it names none.
func (c *Curve) MarshalPoint(x, y *big.Int, form byte) []byte {
	size := c.FieldSize()
	if form == compressedEven || form == compressedOdd {
		out := make([]byte, 1+size)
		out[0] = compressedEven | byte(c.Parity(x, y))
		x.FillBytes(out[1:])
		return out
	}
	out := make([]byte, 1+2*size)
	out[0] = Uncompressed
	if form == hybridEven || form == hybridOdd {
		out[0] = hybridEven | byte(c.Parity(x, y))
	}
	x.FillBytes(out[1 : 1+size])
	y.FillBytes(out[1+size:])
	return out
}
