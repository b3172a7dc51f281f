package ec

import (
	"crypto/sha256"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/testenv"
)

// TestMultiples works out some multiples of the generator of each curve, reads their forms
// again, and the parameters with each element changed. testdata/multiples.txt has what comes out.
func TestMultiples(t *testing.T) {
	var b strings.Builder
	say := func(c *Curve, what string, x, y *big.Int, ok bool) {
		fmt.Fprintf(&b, "\t%s: %v", what, ok)
		if ok {
			sum := sha256.Sum256([]byte(fmt.Sprint(x, y)))
			fmt.Fprintf(&b, " %x, parity %d", sum[:3], c.Parity(x, y))
			for _, form := range []byte{compressedEven, Uncompressed, hybridEven} {
				raw := c.MarshalPoint(x, y, form)
				p, err := c.ParsePoint(raw)
				whole, halved := p, false
				if err == nil {
					whole, halved = c.Decompress(p)
				}
				sum := sha256.Sum256(raw)
				fmt.Fprintf(&b, ", %x: %d octets %x, %v, whole %v, same %v, on it %v", form, len(raw), sum[:2], err, halved, halved && c.Same(whole, x, y), err == nil && c.Contains(p))
			}
		}
		b.WriteByte('\n')
	}
	rows := func(list []curveRow) {
		for _, r := range list {
			c, oid := ByName(r.name)
			one := big.NewInt(1)
			fmt.Fprintf(&b, "%s %s: %d bits, %d octets, scalars of %d, standard %v\n", c.Name, oid, c.FieldBits(), c.FieldSize(), c.ScalarSize(), c.Standard() != nil)
			for _, d := range []*big.Int{new(big.Int), one, big.NewInt(2), big.NewInt(3), big.NewInt(13), new(big.Int).Rsh(c.N, 1), new(big.Int).Sub(c.N, one), c.N, new(big.Int).Add(c.N, one), new(big.Int).Lsh(one, 800)} {
				x, y, ok := c.Multiply(d)
				say(c, fmt.Sprintf("%d bits, cost %d", d.BitLen(), c.Cost(d)), x, y, ok)
			}
		}
	}
	rows(primeCurves[:])
	rows(binaryCurves[:])
	for _, a := range curveAliases {
		fmt.Fprintf(&b, "%s is %s\n", a.oid, ByOID(a.oid).Name)
	}
	c, _ := ByName("P-256")
	base := c.MarshalPoint(c.Gx, c.Gy, Uncompressed)
	p256 := list(number(big.NewInt(1)), list(name(oidPrimeField), number(c.P)), list(octets(c.A.FillBytes(make([]byte, 32))...), octets(c.B.FillBytes(make([]byte, 32))...)), octets(base...), number(c.N), number(big.NewInt(1)))
	for change, raw := range testenv.Changed(p256) {
		e, _, err := der.Parse(raw)
		if err != nil {
			continue
		}
		c, oid, err := ParseParameters(e)
		fmt.Fprintf(&b, "%s: %q %v", change, oid, err)
		if c != nil {
			fmt.Fprintf(&b, ", %q, %v, %d bits", c.Name, c.Explicit, c.FieldBits())
		}
		b.WriteByte('\n')
	}
	testenv.Golden(t, "testdata/multiples.txt", b.String())
}
