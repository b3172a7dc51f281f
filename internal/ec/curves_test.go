package ec

import (
	"math/big"
	"testing"
)

// Every row is a curve: its generator is on it and has the order n.
func TestCurveTables(t *testing.T) {
	check := func(r *curveRow, binary bool) bool {
		c := r.curve(binary)
		for _, s := range []string{r.p, r.a, r.b, r.gx, r.gy, r.n} {
			if hexNumber(s).Text(16) != s {
				t.Errorf("%s: %s is not in canonical form", r.name, s)
			}
		}
		less := new(big.Int).Sub(c.N, big.NewInt(1))
		x, y, ok := c.Multiply(less)
		if !ok || x.Cmp(c.Gx) != 0 || c.Parity(x, y) == c.Parity(c.Gx, c.Gy) {
			t.Errorf("%s: (n-1)·G is not -G", r.name)
		}
		if known := ByOID(r.oid); known == nil || known.Name != r.name {
			t.Errorf("%s: not found by %s", r.name, r.oid)
		}
		return false
	}
	findCurve(check)
	for _, a := range curveAliases {
		if c := ByOID(a.oid); c == nil || c.Name != a.name {
			t.Errorf("%s: no curve %s", a.oid, a.name)
		}
	}
}
