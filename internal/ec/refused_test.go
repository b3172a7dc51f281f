package ec

import (
	"errors"
	"math/big"
	"slices"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

// list, number, octets and name are the parts of explicit parameters.
func list(parts ...[]byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(slices.Concat(parts...)) })
	})
}

func number(v *big.Int) []byte {
	return der.Build(func(b *cryptobyte.Builder) { b.AddASN1BigInt(v) })
}

func octets(content ...byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) { b.AddASN1OctetString(content) })
}

func name(oid string) []byte {
	return der.Build(func(b *cryptobyte.Builder) { der.AddOID(b, oid) })
}

// The parameters of a curve are within the bounds of its field, which is in one of the forms of
// X9.62, and the numbers of a polynomial are those of one.
func TestExplicitParameters(t *testing.T) {
	small := func(v int64) []byte { return number(big.NewInt(v)) }
	prime := func(p *big.Int) []byte { return list(name(oidPrimeField), number(p)) }
	binary := func(parts ...[]byte) []byte { return list(name(oidCharacteristicTwo), list(parts...)) }
	trinomial := func(m, k int64) []byte { return binary(small(m), name(oidTrinomialBasis), small(k)) }
	one := octets(1)
	ab := list(one, one)
	point := func(size int) []byte { return octets(append([]byte{Uncompressed}, make([]byte, 2*size)...)...) }
	curve := func(field, ab, base, order []byte) []byte { return list(small(1), field, ab, base, order) }
	p := big.NewInt(0x7fed) // 15 bits, odd
	odd := func(bits uint) *big.Int { return new(big.Int).SetBit(new(big.Int).Lsh(big.NewInt(1), bits-1), 0, 1) }
	for _, c := range []struct {
		what   string
		params []byte
		ok     bool
	}{
		{"a prime field", curve(prime(p), ab, point(2), small(5)), true},
		{"an order of one bit more", curve(prime(p), ab, point(2), small(0xffff)), true},
		{"an order of two bits more", curve(prime(p), ab, point(2), small(0x1ffff)), false},
		{"an order of 0", curve(prime(p), ab, point(2), small(0)), false},
		{"a negative order", curve(prime(p), ab, point(2), small(-5)), false},
		{"coefficients of all bits", curve(prime(p), list(octets(0x7f, 0xff), octets(0x40, 0)), point(2), small(5)), true},
		{"a first coefficient of a bit more", curve(prime(p), list(octets(0x80, 0), one), point(2), small(5)), false},
		{"a second coefficient of a bit more", curve(prime(p), list(one, octets(0x80, 0)), point(2), small(5)), false},
		{"a generator of another size", curve(prime(p), ab, point(3), small(5)), false},
		{"a generator of another form", curve(prime(p), ab, octets(5, 0, 0, 0, 0), small(5)), false},
		{"an even number for a prime", curve(prime(big.NewInt(0x7fee)), ab, point(2), small(5)), false},
		{"a negative prime", curve(prime(big.NewInt(-0x7fed)), ab, point(2), small(5)), false},
		{"a prime of three bits", curve(prime(big.NewInt(7)), ab, point(1), small(5)), true},
		{"a prime of two bits", curve(prime(big.NewInt(3)), ab, point(1), small(3)), false},
		{"a prime of as many bits as may be", curve(prime(odd(maxPrimeBits)), ab, point((maxPrimeBits+7)/8), small(5)), true},
		{"a prime of more bits", curve(prime(odd(maxPrimeBits+1)), ab, point((maxPrimeBits+8)/8), small(5)), false},
		{"another kind of field", curve(list(name("1.2.3"), number(p)), ab, point(2), small(5)), false},
		{"a field of three parts", curve(list(name(oidPrimeField), number(p), small(1)), ab, point(2), small(5)), false},
		{"a trinomial", curve(trinomial(15, 1), ab, point(2), small(5)), true},
		{"its power as high as the degree", curve(trinomial(15, 15), ab, point(2), small(5)), false},
		{"its power just below", curve(trinomial(15, 14), ab, point(2), small(5)), true},
		{"its power 0", curve(trinomial(15, 0), ab, point(2), small(5)), false},
		{"a degree out of bounds", curve(trinomial(maxFieldBits+1, 1), ab, point((maxFieldBits+8)/8), small(5)), false},
		{"two parts of three", curve(binary(small(15), name(oidTrinomialBasis)), ab, point(2), small(5)), false},
		{"four parts", curve(binary(small(15), name(oidTrinomialBasis), small(1), small(2)), ab, point(2), small(5)), false},
		{"a pentanomial", curve(binary(small(15), name(oidPentanomialBasis), list(small(1), small(2), small(3))), ab, point(2), small(5)), true},
		{"of two powers", curve(binary(small(15), name(oidPentanomialBasis), list(small(1), small(2))), ab, point(2), small(5)), false},
		{"of four powers", curve(binary(small(15), name(oidPentanomialBasis), list(small(1), small(2), small(3), small(4))), ab, point(2), small(5)), false},
		{"another basis", curve(binary(small(15), name("1.2.3"), small(1)), ab, point(2), small(5)), false},
	} {
		e, err := der.ParseAll(c.params)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := ParseParameters(e)
		if (err == nil) != c.ok || (got != nil) != c.ok || err != nil && !errors.As(err, new(*der.SyntaxError)) {
			t.Errorf("%s: %+v, %v", c.what, got, err)
		}
	}
}

// A point has its size in each form, and half a point has another half where a root is looked for.
func TestPointForms(t *testing.T) {
	c := ByOID("1.2.840.10045.3.1.7")
	size := c.FieldSize()
	for form := range 9 {
		for n := range 2*size + 3 {
			b := make([]byte, n)
			if n > 0 {
				b[0] = byte(form)
			}
			want := (form == compressedEven || form == compressedOdd) && n == 1+size || (form == Uncompressed || form == hybridEven || form == hybridOdd) && n == 1+2*size
			if p, err := c.ParsePoint(b); (err == nil) != want || want && (p.Y == nil) != (n == 1+size) {
				t.Errorf("form %d of %d octets: %+v, %v", form, n, p, err)
			}
		}
	}
	whole := Point{X: c.Gx, Y: c.Gy}
	half := Point{X: c.Gx, Bit: c.Parity(c.Gx, c.Gy)}
	if p, ok := c.Decompress(half); !ok || p.Y.Cmp(c.Gy) != 0 {
		t.Errorf("the generator: %+v, %v", p, ok)
	}
	if p, ok := c.Decompress(Point{X: c.Gx, Bit: 1 - half.Bit}); !ok || p.Y.Cmp(new(big.Int).Sub(c.P, c.Gy)) != 0 {
		t.Errorf("its opposite: %+v, %v", p, ok)
	}
	unnamed, binary := *c, ByOID("1.3.132.0.1")
	unnamed.Name = ""
	for what, v := range map[string]struct {
		c  *Curve
		p  Point
		ok bool
	}{
		"whole":                      {c, whole, true},
		"whole, on a curve unnamed":  {&unnamed, whole, true},
		"half, on a curve unnamed":   {&unnamed, half, false},
		"half, over a binary field":  {binary, Point{X: binary.Gx}, false},
		"x as large as the prime":    {c, Point{X: c.P}, false},
		"x that no point has":        {c, Point{X: big.NewInt(1)}, false},
		"the largest x that is one":  {c, Point{X: new(big.Int).Sub(c.P, big.NewInt(3))}, c.Contains(Point{X: new(big.Int).Sub(c.P, big.NewInt(3))})},
		"whole, over a binary field": {binary, Point{X: binary.Gx, Y: binary.Gy}, true},
	} {
		if _, ok := v.c.Decompress(v.p); ok != v.ok {
			t.Errorf("%s: %v", what, ok)
		}
	}
}

// Infinity is no point to be written: n times the generator, and the sum of a point and its
// opposite. Twice infinity is infinity.
func TestInfinity(t *testing.T) {
	for _, oid := range []string{"1.3.132.0.10", "1.3.132.0.1"} {
		c := ByOID(oid)
		for _, d := range []*big.Int{new(big.Int), c.N} {
			if x, y, ok := c.Multiply(d); ok || x != nil || y != nil {
				t.Errorf("%s, %v times: %v, %v, %v", c.Name, d, x, y, ok)
			}
		}
	}
	c := ByOID("1.3.132.0.1")
	f := newBinaryField(c.P)
	if x, y, ok := f.double(f.fromBig(c.A), nil, nil); !ok || x != nil || y != nil {
		t.Errorf("twice infinity: %v, %v, %v", x, y, ok)
	}
	if !c.Contains(Point{X: big.NewInt(2), Y: big.NewInt(2)}) {
		t.Error("over a binary field nobody looks whether a point is on the curve")
	}
	if bit := c.Parity(new(big.Int), big.NewInt(1)); bit != 0 {
		t.Errorf("a point without first coordinate has the bit %d", bit)
	}
}

// On a curve of other numbers than it says there are points that no multiple should be: y² = x³ + x + 1
// modulo 23 has 28 points, and (0, 1) makes them all.
func TestVerifyOnFalseCurves(t *testing.T) {
	n := big.NewInt
	c := &Curve{P: n(23), A: n(1), B: n(1), Gx: n(0), Gy: n(1), N: n(29)}
	point := func(d int64) Point {
		x, y, ok := c.Multiply(n(d))
		if !ok {
			t.Fatal(d)
		}
		return Point{X: x, Y: y}
	}
	if _, _, ok := c.Multiply(n(28)); ok {
		t.Fatal("28 times the generator is a point")
	}
	// Verify by the book, with the multiples counted modulo 28.
	byTheBook := func(order, e, r, s, d int64) bool {
		w := new(big.Int).ModInverse(n(s), n(order))
		if w == nil || r <= 0 || s <= 0 || r >= order || s >= order {
			return false
		}
		u1, u2 := e*w.Int64()%order, r*w.Int64()%order
		if d*u2%28 == 0 || u1 != 0 && u1%28 == 0 || (u1+d*u2)%28 == 0 {
			return false
		}
		x, _, _ := c.Multiply(n((u1 + d*u2) % 28))
		return x.Int64()%order == r
	}
	accepted := 0
	for _, order := range []int64{28, 29, 31} {
		on := *c
		on.N = n(order)
		for d := int64(1); d < 28; d += 6 {
			q := point(d)
			for e := int64(0); e < 32; e += 4 {
				for r := int64(0); r <= order; r += 4 {
					for s := int64(0); s <= order; s++ {
						want := byTheBook(order, e, r, s, d)
						if got := on.Verify([]byte{byte(e << 3)}, n(r), n(s), q); got != want {
							t.Fatalf("order %d, %d·G, digest %d, r %d, s %d: %v, want %v", order, d, e, r, s, got, want)
						}
						if want {
							accepted++
						}
					}
				}
			}
		}
	}
	if accepted == 0 {
		t.Error("nothing was a signature")
	}
}
