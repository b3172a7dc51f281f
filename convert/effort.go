package convert

import (
	"fmt"
	"sync/atomic"

	"github.com/certconv/certconv/internal/pubkey"
)

// effort is the arithmetic that an input has cost so far. Its certificates share
// it: what is done with one of them later is counted too.
type effort struct{ spent atomic.Int64 }

// Spend accounts for work on a certificate, in the unit of pubkey.Work, before it
// is done. The error is ErrTooLarge: the input that the certificate is from has
// used up its budget.
func (c *Certificate) Spend(cost int64) error { return c.effort.spend(c.Source, cost) }

// spend is Spend for the object at at. Without an effort nothing is counted.
func (e *effort) spend(at Source, cost int64) error {
	if e == nil || e.spent.Add(cost) <= int64(pubkey.MaxWork) {
		return nil
	}
	return tooLarge(at, "input", fmt.Sprintf("its keys and signatures take more arithmetic than the budget of one input, %d products", int64(pubkey.MaxWork)))
}
