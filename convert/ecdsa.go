package convert

import "math/big"

// verify reports whether (r, s) is the ECDSA signature of digest by the owner of
// q (SEC 1, Section 4.1.4), for curves over prime fields. q is not compressed.
func (c *curve) verify(digest []byte, r, s *big.Int, q ecPoint) bool {
	if !c.contains(q.x, q.y) || r.Cmp(c.n) >= 0 || s.Cmp(c.n) >= 0 {
		return false
	}
	e := new(big.Int).SetBytes(digest)
	if extra := 8*len(digest) - c.n.BitLen(); extra > 0 {
		e.Rsh(e, uint(extra))
	}
	w := new(big.Int).ModInverse(s, c.n)
	if w == nil {
		return false
	}
	u1 := e.Mul(e, w).Mod(e, c.n)
	u2 := w.Mul(r, w).Mod(w, c.n)
	onQ := *c
	onQ.gx, onQ.gy = q.x, q.y
	x2, y2, ok := onQ.multiply(u2)
	if !ok {
		return false
	}
	x := x2
	if u1.Sign() != 0 {
		x1, y1, ok := c.multiply(u1)
		if !ok {
			return false
		}
		if x, ok = c.addX(x1, y1, x2, y2); !ok {
			return false
		}
	}
	return x.Mod(x, c.n).Cmp(r) == 0
}

// contains reports whether (x, y) is a point of the curve over a prime field.
func (c *curve) contains(x, y *big.Int) bool {
	if x.Cmp(c.p) >= 0 || y.Cmp(c.p) >= 0 {
		return false
	}
	right := new(big.Int).Mul(x, x)
	right.Add(right, c.a)
	right.Mul(right, x)
	right.Add(right, c.b)
	return c.mul(y, y).Cmp(right.Mod(right, c.p)) == 0
}

// addX returns the first coordinate of the sum of two points.
func (c *curve) addX(x1, y1, x2, y2 *big.Int) (*big.Int, bool) {
	num, den := c.sub(y2, y1), c.sub(x2, x1)
	if den.Sign() == 0 {
		if num.Sign() != 0 {
			return nil, false // infinity
		}
		num = c.mul(x1, x1)
		num.Mul(num, big.NewInt(3)).Add(num, c.a)
		den = new(big.Int).Lsh(y1, 1)
	}
	inv := new(big.Int).ModInverse(den.Mod(den, c.p), c.p)
	if inv == nil {
		return nil, false
	}
	slope := c.mul(num, inv)
	return c.sub(c.sub(c.mul(slope, slope), x1), x2), true
}
