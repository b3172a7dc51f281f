package ec

import "math/big"

// Verify reports whether (r, s) is the ECDSA signature of digest by the owner of
// q (SEC 1, Section 4.1.4). The curve is one over a prime field with a whole
// generator, and q is not compressed; q need not be on the curve, which is no
// signature then.
func (c *Curve) Verify(digest []byte, r, s *big.Int, q Point) bool {
	if !c.contains(q.X, q.Y) || !c.isScalar(r) || !c.isScalar(s) {
		return false
	}
	e := new(big.Int).SetBytes(digest)
	if extra := 8*len(digest) - c.N.BitLen(); extra > 0 {
		e.Rsh(e, uint(extra))
	}
	w := new(big.Int).ModInverse(s, c.N)
	if w == nil {
		return false
	}
	u1 := e.Mul(e, w).Mod(e, c.N)
	u2 := w.Mul(r, w).Mod(w, c.N)
	onQ := *c
	onQ.Gx, onQ.Gy = q.X, q.Y
	x2, y2, ok := onQ.Multiply(u2)
	if !ok {
		return false
	}
	x := x2
	if u1.Sign() != 0 {
		x1, y1, ok := c.Multiply(u1)
		if !ok {
			return false
		}
		if x, ok = c.addX(x1, y1, x2, y2); !ok {
			return false
		}
	}
	return x.Mod(x, c.N).Cmp(r) == 0
}

// isScalar reports whether v is one of 1 to n-1.
func (c *Curve) isScalar(v *big.Int) bool { return v.Sign() > 0 && v.Cmp(c.N) < 0 }

// contains reports whether (x, y) is a point of the curve over a prime field.
func (c *Curve) contains(x, y *big.Int) bool {
	return x.Cmp(c.P) < 0 && y.Cmp(c.P) < 0 && c.mul(y, y).Cmp(c.square(x)) == 0
}

// square is the square of the second coordinate that belongs to x.
func (c *Curve) square(x *big.Int) *big.Int {
	right := new(big.Int).Mul(x, x)
	right.Add(right, c.A)
	right.Mul(right, x)
	right.Add(right, c.B)
	return right.Mod(right, c.P)
}

// Contains reports whether p, in any form, is a point of the curve. Over binary
// fields, which it does not look into, every point is.
func (c *Curve) Contains(p Point) bool {
	switch {
	case c.Binary || c.P.Bit(0) == 0:
		return true
	case p.Y == nil:
		return p.X.Cmp(c.P) < 0 && big.Jacobi(c.square(p.X), c.P) >= 0
	case p.Form == hybridEven || p.Form == hybridOdd:
		return uint(p.Form&1) == p.Y.Bit(0) && c.contains(p.X, p.Y)
	}
	return c.contains(p.X, p.Y)
}

// addX returns the first coordinate of the sum of two points.
func (c *Curve) addX(x1, y1, x2, y2 *big.Int) (*big.Int, bool) {
	num, den := c.sub(y2, y1), c.sub(x2, x1)
	if den.Sign() == 0 {
		if num.Sign() != 0 {
			return nil, false // infinity
		}
		num = c.mul(x1, x1)
		num.Mul(num, big.NewInt(3)).Add(num, c.A)
		den = new(big.Int).Lsh(y1, 1)
	}
	inv := new(big.Int).ModInverse(den.Mod(den, c.P), c.P)
	if inv == nil {
		return nil, false
	}
	slope := c.mul(num, inv)
	return c.sub(c.sub(c.mul(slope, slope), x1), x2), true
}
