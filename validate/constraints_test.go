package validate

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/pubkey"
)

// spentBy counts the comparisons that f has charged to the input of c.
func spentBy(c *convert.Certificate, f func()) int64 {
	const grain = comparisonCost
	f()
	left := int64(0)
	for c.Spend(grain) == nil {
		left++
	}
	return int64(pubkey.MaxWork)/grain - left
}

// The comparisons of names with constraints are the product of the two, and the
// sum over the certificates below; never more than the limit, whatever is made up.
func TestComparisonsAreCounted(t *testing.T) {
	root := ca(t, nil, "Root")
	r := rand.New(rand.NewPCG(9, 2026))
	hosts := func(n int, of string) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("n%d.%s", i, of)
		}
		return list
	}
	for i := range 40 {
		names, permitted, excluded, lower := 1+r.IntN(300), 1+r.IntN(300), r.IntN(300), r.IntN(3)
		if i%8 == 0 {
			names, permitted = 600+r.IntN(200), 600+r.IntN(200)
		}
		top := ca(t, root, "Constrained", func(d *draft) {
			d.PermittedDNSDomains = append(hosts(permitted-1, "example.org"), "example.com")
			d.ExcludedDNSDomains = hosts(excluded, "example.net")
		})
		below := []*issued{top}
		for n := range lower {
			below = append(below, ca(t, below[n], fmt.Sprint("Lower ", n)))
		}
		site := leaf(t, below[len(below)-1], dns(hosts(names, "example.com")...))
		// The subject of each is a name too.
		want := int64(permitted+excluded) * int64(names+1+lower)

		b := decode(t, pemOf(site, top))
		path := []*convert.Certificate{&b.Certs[0]}
		for _, c := range below[1:] {
			path = append(path, &decode(t, pemOf(c)).Certs[0])
		}
		var why string
		got := spentBy(&b.Certs[0], func() {
			out, _ := nameConstraints(&b.Certs[1], path)
			why = out.String()
		})
		switch {
		case want > maxComparisons:
			if !strings.Contains(why, "comparisons") || got > maxComparisons {
				t.Errorf("%d names, %d and %d constraints: %d comparisons, %q", names, permitted, excluded, got, why)
			}
		case got < want || got > want+1 || why != "":
			t.Errorf("%d names, %d and %d constraints, %d CAs below: %d comparisons, want %d, %q", names, permitted, excluded, lower, got, want, why)
		}
	}
}
