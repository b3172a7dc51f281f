package ec

import (
	"encoding/binary"
	"math/big"
	"math/bits"
)

// polynomial over the field of two elements, 64 coefficients a word, the
// lowest first.
type polynomial []uint64

func (a polynomial) plus(b polynomial) polynomial {
	out := make(polynomial, len(a))
	for i := range a {
		out[i] = a[i] ^ b[i]
	}
	return out
}

// degree is -1 for zero.
func (a polynomial) degree() int {
	for i := len(a) - 1; i >= 0; i-- {
		if a[i] != 0 {
			return 64*i + bits.Len64(a[i]) - 1
		}
	}
	return -1
}

// addShifted adds b times the n-th power, which must fit.
func (a polynomial) addShifted(b polynomial, n int) {
	words, shift := n/64, uint(n%64)
	for i := len(a) - 1; i >= words; i-- {
		v := uint64(0)
		if i-words < len(b) {
			v = b[i-words] << shift
		}
		if shift > 0 && i-words-1 >= 0 && i-words-1 < len(b) {
			v |= b[i-words-1] >> (64 - shift)
		}
		a[i] ^= v
	}
}

func (a polynomial) big() *big.Int {
	b := make([]byte, 8*len(a))
	for i, w := range a {
		binary.BigEndian.PutUint64(b[len(b)-8*(i+1):], w)
	}
	return new(big.Int).SetBytes(b)
}

// binaryField is the field of polynomials modulo an irreducible one.
type binaryField struct {
	m       int        // its degree
	modulus polynomial // with one word to spare
	powers  []int      // below m
}

func newBinaryField(p *big.Int) *binaryField {
	f := &binaryField{m: p.BitLen() - 1}
	f.modulus = words(p, f.m/64+1)
	for i := range f.m {
		if p.Bit(i) == 1 {
			f.powers = append(f.powers, i)
		}
	}
	return f
}

func words(v *big.Int, n int) polynomial {
	b := v.FillBytes(make([]byte, 8*n))
	out := make(polynomial, n)
	for i := range out {
		out[i] = binary.BigEndian.Uint64(b[len(b)-8*(i+1):])
	}
	return out
}

// fromBig takes a number of at most m bits.
func (f *binaryField) fromBig(v *big.Int) polynomial { return words(v, len(f.modulus)) }

func (f *binaryField) mul(a, b polynomial) polynomial {
	n := len(f.modulus)
	product := make(polynomial, 2*n)
	shifted := make(polynomial, n+1)
	copy(shifted, a)
	for k := range 64 {
		for j, w := range b {
			if w>>k&1 == 0 {
				continue
			}
			for i, s := range shifted {
				product[i+j] ^= s
			}
		}
		carry := uint64(0)
		for i, s := range shifted {
			shifted[i] = s<<1 | carry
			carry = s >> 63
		}
	}
	for i := product.degree(); i >= f.m; i-- {
		if product[i/64]>>(i%64)&1 == 0 {
			continue
		}
		product[i/64] ^= 1 << (i % 64)
		for _, p := range f.powers {
			at := i - f.m + p
			product[at/64] ^= 1 << (at % 64)
		}
	}
	return product[:n]
}

// inverse is by Euclid's algorithm. ok is false for zero, and for what has a
// factor in common with a modulus that is not irreducible.
func (f *binaryField) inverse(a polynomial) (inv polynomial, ok bool) {
	n := len(f.modulus)
	u, v := append(polynomial{}, a...), append(polynomial{}, f.modulus...)
	g, h := make(polynomial, n), make(polynomial, n)
	g[0] = 1
	du, dv := u.degree(), v.degree()
	for du > 0 {
		if du < dv {
			u, v, g, h, du, dv = v, u, h, g, dv, du
		}
		u.addShifted(v, du-dv)
		g.addShifted(h, du-dv)
		du = u.degree()
		if dv == 0 && du < 0 {
			return h, true
		}
	}
	return g, du == 0
}
