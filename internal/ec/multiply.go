package ec

import "math/big"

// Multiply returns d times the generator. ok is false where that is the point
// at infinity, the curve is none, or d is out of all proportion. It is for working out which public key
// belongs to a private key that is in the clear in memory anyway, and takes no
// care of its timing.
func (c *Curve) Multiply(d *big.Int) (x, y *big.Int, ok bool) {
	if c.Gy == nil || d.Sign() <= 0 || d.BitLen() > maxFieldBits+64 {
		return nil, nil, false
	}
	if c.Binary {
		return c.multiplyBinary(d)
	}
	return c.multiplyPrime(d)
}

// Cost estimates what Multiply takes for d, in products of machine words. It was
// measured: what math/big does around the products of small numbers counts more
// than these.
func (c *Curve) Cost(d *big.Int) int64 {
	words := int64(c.P.BitLen()/64 + 1)
	if std := c.Standard(); std != nil {
		return standardCost(std.Params().BitSize)
	}
	step := 20 * (400 + 5*words*words)
	if c.Binary {
		step = 16_000 + 18*int64(c.P.BitLen())*words
	}
	return int64(d.BitLen()) * step * 3 / 2
}

// standardCost is Cost for the curves of the standard library, which has code
// made for P-256 alone, by the bits of the field.
func standardCost(bits int) int64 {
	switch bits {
	case 224:
		return 250_000
	case 256:
		return 75_000
	case 384:
		return 700_000
	}
	return 3_000_000
}

// Parity is the bit that tells a point from its negative, as a compressed point
// has it (SEC 1, Section 2.3.3).
func (c *Curve) Parity(x, y *big.Int) uint {
	if !c.Binary {
		return y.Bit(0)
	}
	f := newBinaryField(c.P)
	inv, ok := f.inverse(f.fromBig(x))
	if !ok {
		return 0
	}
	return uint(f.mul(inv, f.fromBig(y))[0] & 1)
}

// jacobian is the point (x/z², y/z³); z = 0 is infinity.
type jacobian struct{ x, y, z *big.Int }

func (c *Curve) multiplyPrime(d *big.Int) (x, y *big.Int, ok bool) {
	q := jacobian{big.NewInt(1), big.NewInt(1), new(big.Int)}
	for i := d.BitLen() - 1; i >= 0; i-- {
		q = c.double(q)
		if d.Bit(i) == 1 {
			q = c.addBase(q)
		}
	}
	inv := new(big.Int).ModInverse(q.z, c.P)
	if q.z.Sign() == 0 || inv == nil {
		return nil, nil, false
	}
	inv2 := c.mul(inv, inv)
	return c.mul(q.x, inv2), c.mul(q.y, c.mul(inv2, inv)), true
}

func (c *Curve) mul(a, b *big.Int) *big.Int {
	v := new(big.Int).Mul(a, b)
	return v.Mod(v, c.P)
}

func (c *Curve) sub(a, b *big.Int) *big.Int {
	v := new(big.Int).Sub(a, b)
	return v.Mod(v, c.P)
}

func (c *Curve) double(q jacobian) jacobian {
	if q.z.Sign() == 0 {
		return q
	}
	yy := c.mul(q.y, q.y)
	zz := c.mul(q.z, q.z)
	s := c.mul(q.x, yy)
	s.Lsh(s, 2)
	m := c.mul(q.x, q.x)
	m.Mul(m, big.NewInt(3))
	m.Add(m, c.mul(c.A, c.mul(zz, zz)))
	m.Mod(m, c.P)
	x := c.mul(m, m)
	x = c.sub(x, new(big.Int).Lsh(s, 1))
	y := c.mul(m, c.sub(s, x))
	y8 := c.mul(yy, yy)
	y = c.sub(y, y8.Lsh(y8, 3))
	z := c.mul(q.y, q.z)
	z.Lsh(z, 1)
	return jacobian{x, y, z.Mod(z, c.P)}
}

// addBase adds the generator.
func (c *Curve) addBase(q jacobian) jacobian {
	if q.z.Sign() == 0 {
		return jacobian{c.Gx, c.Gy, big.NewInt(1)}
	}
	zz := c.mul(q.z, q.z)
	h := c.sub(c.mul(c.Gx, zz), q.x)
	r := c.sub(c.mul(c.Gy, c.mul(zz, q.z)), q.y)
	if h.Sign() == 0 {
		if r.Sign() == 0 {
			return c.double(q)
		}
		return jacobian{q.x, q.y, new(big.Int)}
	}
	hh := c.mul(h, h)
	hhh := c.mul(hh, h)
	v := c.mul(q.x, hh)
	x := c.sub(c.mul(r, r), hhh)
	x = c.sub(x, new(big.Int).Lsh(v, 1))
	y := c.sub(c.mul(r, c.sub(v, x)), c.mul(q.y, hhh))
	return jacobian{x, y, c.mul(q.z, h)}
}

func (c *Curve) multiplyBinary(d *big.Int) (x, y *big.Int, ok bool) {
	f := newBinaryField(c.P)
	a := f.fromBig(c.A)
	gx, gy := f.fromBig(c.Gx), f.fromBig(c.Gy)
	var qx, qy polynomial // nil: infinity
	for i := d.BitLen() - 1; i >= 0; i-- {
		if qx != nil {
			if qx, qy, ok = f.double(a, qx, qy); !ok {
				return nil, nil, false
			}
		}
		if d.Bit(i) == 0 {
			continue
		}
		if qx == nil {
			qx, qy = gx, gy
		} else if qx, qy, ok = f.plus(a, qx, qy, gx, gy); !ok {
			return nil, nil, false
		}
	}
	if qx == nil {
		return nil, nil, false
	}
	return qx.big(), qy.big(), true
}

// double returns 2q, nil for infinity.
func (f *binaryField) double(a, x, y polynomial) (x3, y3 polynomial, ok bool) {
	if x.degree() < 0 {
		return nil, nil, true
	}
	inv, ok := f.inverse(x)
	if !ok {
		return nil, nil, false
	}
	l := x.plus(f.mul(y, inv))
	x3 = f.mul(l, l).plus(l).plus(a)
	return x3, f.mul(x, x).plus(f.mul(l, x3)).plus(x3), true
}

// plus returns the sum of two points, nil for infinity.
func (f *binaryField) plus(a, x1, y1, x2, y2 polynomial) (x3, y3 polynomial, ok bool) {
	dx, dy := x1.plus(x2), y1.plus(y2)
	if dx.degree() < 0 {
		if dy.degree() < 0 {
			return f.double(a, x1, y1)
		}
		return nil, nil, true
	}
	inv, ok := f.inverse(dx)
	if !ok {
		return nil, nil, false
	}
	l := f.mul(dy, inv)
	x3 = f.mul(l, l).plus(l).plus(dx).plus(a)
	return x3, f.mul(l, x1.plus(x3)).plus(x3).plus(y1), true
}
