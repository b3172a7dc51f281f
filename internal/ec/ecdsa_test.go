package ec

import (
	"crypto/sha256"
	"math/big"
	"testing"
)

// signature makes one of the tests, by the owner of d and with the nonce k.
func signature(t *testing.T, c *Curve, digest []byte, d, k *big.Int) (r, s *big.Int) {
	t.Helper()
	x, _, ok := c.Multiply(k)
	if !ok {
		t.Fatal("no point")
	}
	r = new(big.Int).Mod(x, c.N)
	e := new(big.Int).SetBytes(digest)
	if extra := 8*len(digest) - c.N.BitLen(); extra > 0 {
		e.Rsh(e, uint(extra))
	}
	s = new(big.Int).Mul(d, r)
	s.Add(s, e).Mul(s, new(big.Int).ModInverse(k, c.N)).Mod(s, c.N)
	return r, s
}

// SEC 1, Section 4.1.4, step 1: r and s are of 1 to n-1. A number that is as much
// modulo n, and so fits the equation, is no signature.
func TestVerifyRange(t *testing.T) {
	for _, oid := range []string{"1.3.132.0.10", "1.3.36.3.3.2.8.1.1.7", "1.2.840.10045.3.1.7"} {
		c := ByOID(oid)
		digest := sha256.Sum256([]byte("range"))
		d := big.NewInt(4711)
		x, y, ok := c.Multiply(d)
		if !ok {
			t.Fatal(c.Name)
		}
		q := Point{X: x, Y: y, Form: Uncompressed}
		r, s := signature(t, c, digest[:], d, big.NewInt(815))
		for _, v := range []struct {
			name string
			r, s *big.Int
			want bool
		}{
			{"as made", r, s, true},
			{"the other s", r, new(big.Int).Sub(c.N, s), true},
			{"r + n", new(big.Int).Add(r, c.N), s, false},
			{"r - n", new(big.Int).Sub(r, c.N), s, false},
			{"s + n", r, new(big.Int).Add(s, c.N), false},
			{"s - n", r, new(big.Int).Sub(s, c.N), false},
			{"r = 0", new(big.Int), s, false},
			{"s = 0", r, new(big.Int), false},
			{"r = n", c.N, s, false},
			{"s = n", r, c.N, false},
			{"r, s = n", c.N, c.N, false},
			{"r + 1", new(big.Int).Add(r, big.NewInt(1)), s, false},
			{"s + 1", r, new(big.Int).Add(s, big.NewInt(1)), false},
		} {
			if got := c.Verify(digest[:], v.r, v.s, q); got != v.want {
				t.Errorf("%s, %s: %v", c.Name, v.name, got)
			}
		}
	}
}

// The sum of points does not use the coefficient b, so that a point of any other
// curve fits an equation: anybody can make the signature of a digest of their
// choice for it. It is asked first whether the point is one of the curve.
func TestVerifyPointOffCurve(t *testing.T) {
	c := ByOID("1.3.132.0.10")
	x, y, ok := c.Multiply(big.NewInt(4711))
	if !ok {
		t.Fatal("no point")
	}
	for name, q := range map[string]Point{
		"y + 1": {X: x, Y: new(big.Int).Add(y, big.NewInt(1))},
		"x + 1": {X: new(big.Int).Add(x, big.NewInt(1)), Y: y},
		"1, 1":  {X: big.NewInt(1), Y: big.NewInt(1)},
		"x + p": {X: new(big.Int).Add(x, c.P), Y: y},
		"y + p": {X: x, Y: new(big.Int).Add(y, c.P)},
	} {
		u1, u2 := big.NewInt(3), big.NewInt(5)
		onQ := *c
		onQ.Gx, onQ.Gy = q.X, q.Y
		x1, y1, ok1 := c.Multiply(u1)
		x2, y2, ok2 := onQ.Multiply(u2)
		sum, ok3 := c.addX(x1, y1, x2, y2)
		if !ok1 || !ok2 || !ok3 {
			t.Fatal(name)
		}
		r := sum.Mod(sum, c.N)
		s := new(big.Int).Mul(r, new(big.Int).ModInverse(u2, c.N))
		s.Mod(s, c.N)
		e := u1.Mul(u1, s).Mod(u1, c.N)
		if c.Verify(e.FillBytes(make([]byte, 32)), r, s, q) {
			t.Errorf("%s: a forged signature verifies", name)
		}
	}
}

// The order of the generator leads to infinity, and one more to the generator again.
func TestMultiplyOrder(t *testing.T) {
	for _, name := range []string{"secp256k1", "P-256", "sect163k1", "sect233r1"} {
		c, _ := ByName(name)
		if c == nil {
			t.Fatal(name)
		}
		if _, _, ok := c.Multiply(c.N); ok {
			t.Errorf("%s: the order leads to a point", name)
		}
		if x, y, ok := c.Multiply(new(big.Int).Add(c.N, big.NewInt(1))); !ok || x.Cmp(c.Gx) != 0 || y.Cmp(c.Gy) != 0 {
			t.Errorf("%s: one more than the order is not the generator", name)
		}
	}
}

// Each form of a point is asked for the curve. The hybrid form says twice whether
// y is odd, X9.62, Section 4.3.6, and has to say the same.
func TestContains(t *testing.T) {
	for _, oid := range []string{"1.3.132.0.10", "1.2.840.10045.3.1.7"} {
		c := ByOID(oid)
		for d := range int64(6) {
			x, y, ok := c.Multiply(big.NewInt(d + 4711))
			if !ok {
				t.Fatal(c.Name)
			}
			right, wrong := byte(hybridEven+y.Bit(0)), byte(hybridOdd-y.Bit(0))
			off := new(big.Int).Add(y, big.NewInt(2))
			for name, v := range map[string]struct {
				p    Point
				want bool
			}{
				"uncompressed":            {Point{X: x, Y: y, Form: Uncompressed}, true},
				"uncompressed, off curve": {Point{X: x, Y: off, Form: Uncompressed}, false},
				"hybrid":                  {Point{X: x, Y: y, Form: right}, true},
				"hybrid of the other y":   {Point{X: x, Y: y, Form: wrong}, false},
				"hybrid, off curve":       {Point{X: x, Y: off, Form: right}, false},
				"compressed":              {Point{X: x, Form: compressedEven}, true},
				"compressed, x over p":    {Point{X: new(big.Int).Add(x, c.P), Form: compressedEven}, false},
			} {
				if got := c.Contains(v.p); got != v.want {
					t.Errorf("%s, %d G, %s: %v", c.Name, d+4711, name, got)
				}
			}
		}
		off := 0
		for x := range int64(20) {
			if !c.Contains(Point{X: big.NewInt(x), Form: compressedEven}) {
				off++
			}
		}
		if off < 3 || off > 17 {
			t.Errorf("%s: %d of 20 numbers are no x of a point, about half should be", c.Name, off)
		}
	}
}

// Where the polynomial of a field is the product of others, not every number has
// an inverse: there is no such point then, and no multiple of it.
func TestDoubleWithoutInverse(t *testing.T) {
	field := func(p int64) *binaryField { return newBinaryField(big.NewInt(p)) }
	for _, v := range []struct {
		f    *binaryField
		want bool
	}{
		{field(0b1011), true},  // x³ + x + 1 has no factors
		{field(0b1010), false}, // x³ + x has x
	} {
		x := v.f.fromBig(big.NewInt(0b10))
		if _, _, ok := v.f.double(x, x, x); ok != v.want {
			t.Errorf("modulo %b: %v", v.f.modulus, ok)
		}
	}
	c := &Curve{Binary: true, P: big.NewInt(0b1010), A: big.NewInt(1), Gx: big.NewInt(0b10), Gy: big.NewInt(1)}
	if _, _, ok := c.multiplyBinary(big.NewInt(2)); ok {
		t.Error("there is twice the point")
	}
	// Twice (1, 1) is (x + 1, 0) where a is x, and 1 less than that shares x with the modulus.
	c.A, c.Gx, c.Gy = big.NewInt(0b10), big.NewInt(1), big.NewInt(1)
	if x, _, ok := c.multiplyBinary(big.NewInt(2)); !ok || x.Int64() != 0b10 {
		t.Errorf("twice (1, 1): %v, %v", x, ok)
	}
	if _, _, ok := c.multiplyBinary(big.NewInt(3)); ok {
		t.Error("there is three times the point")
	}
}

// Of every element of some small fields the inverse is found, and of what shares a factor with a
// modulus that is not irreducible none.
func TestInverses(t *testing.T) {
	for _, modulus := range []int64{0b111, 0b1011, 0b10011, 0b100101, 0b101, 0b1111, 0b10101} {
		f := newBinaryField(big.NewInt(modulus))
		for v := range int64(1) << f.m {
			inverse := int64(0) // by trying all
			a := f.fromBig(big.NewInt(v))
			for w := range int64(1) << f.m {
				if f.mul(a, f.fromBig(big.NewInt(w))).big().Cmp(big.NewInt(1)) == 0 {
					inverse = w
				}
			}
			got, ok := f.inverse(a)
			if ok != (inverse != 0) || ok && got.big().Int64() != inverse {
				t.Errorf("modulo %b the inverse of %b: %b, %v, want %b", modulus, v, got.big(), ok, inverse)
			}
		}
	}
}

// The two points that a signature adds may be the same one, or cancel each other out.
func TestVerifySpecialSums(t *testing.T) {
	c := ByOID("1.2.840.10045.3.1.7")
	mod := func(v *big.Int) *big.Int { return v.Mod(v, c.N) }
	d, u1 := big.NewInt(5), big.NewInt(7)
	x, y, _ := c.Multiply(d)
	q := Point{X: x, Y: y}
	// u1·G and u2·Q are the same: r is that of 2·u1·G, and u2 = u1/d = r/s.
	r, _, _ := c.Multiply(big.NewInt(14))
	mod(r)
	s := mod(new(big.Int).Mul(mod(new(big.Int).Mul(r, d)), new(big.Int).ModInverse(u1, c.N)))
	digest := mod(new(big.Int).Mul(u1, s))
	if !c.Verify(digest.FillBytes(make([]byte, 32)), r, s, q) {
		t.Error("the sum of a point and itself")
	}
	if c.Verify(new(big.Int).Sub(c.N, digest).FillBytes(make([]byte, 32)), r, s, q) {
		t.Error("the sum of a point and its opposite")
	}
	// A digest that is longer than the order counts by its first bits.
	if !c.Verify(append(digest.FillBytes(make([]byte, 32)), 0xff, 0xff), r, s, q) {
		t.Error("a long digest")
	}
	// A digest of 0 leaves the one point.
	r, _, _ = c.Multiply(d)
	if !c.Verify(make([]byte, 32), mod(r), r, q) {
		t.Error("a digest of 0")
	}
}

func TestAddX(t *testing.T) {
	c := ByOID("1.2.840.10045.3.1.7")
	double, _, _ := c.Multiply(big.NewInt(2))
	if x, ok := c.addX(c.Gx, c.Gy, c.Gx, c.Gy); !ok || x.Cmp(double) != 0 {
		t.Errorf("G + G: %v, %v", x, ok)
	}
	if _, ok := c.addX(c.Gx, c.Gy, c.Gx, new(big.Int).Sub(c.P, c.Gy)); ok {
		t.Error("G - G is a point")
	}
	if _, ok := c.addX(c.Gx, new(big.Int), c.Gx, new(big.Int)); ok {
		t.Error("a point without second coordinate has a double")
	}
}
