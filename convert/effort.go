package convert

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pubkey"
)

// effort is the arithmetic that an input has cost so far. Its certificates share
// it: what is done with one of them later is counted too.
type effort struct {
	spent, limit atomic.Int64
	shared       bool // by several inputs
}

// newEffort has the budget of an input with credit MiB.
func newEffort(credit int) *effort {
	e := &effort{}
	e.limit.Store(int64(1+credit) * int64(pubkey.MaxWork))
	return e
}

// Work is what it costs to read keys, for callers that read many inputs of
// unknown origin and want a limit for all of them. Several may be read with it at
// a time, if it is shared.
type Work struct {
	Rounds     int64 // of key derivations
	Arithmetic int64 // with the numbers of keys, in a unit of its own

	mu             sync.Mutex
	within         *Work   // of the run, for that of an archive
	most           int64   // rounds that may be spent, 0: each input has its own budget
	mostArithmetic int64   // the same for arithmetic
	common         *effort // nil: each input has its own
	due            int64   // arithmetic that the inputs may cost
}

// Bounds of what is read together.
const (
	maxRunRounds = 200 * pbe.MaxWork // as many inputs may each use up their own
	eachInput    = 1_000_000         // with what its bytes are worth, more than a chain takes
	eachByte     = int64(pubkey.MaxWork) >> 20
)

// Share makes the inputs that are read with w share one budget for arithmetic, now
// and with their certificates later. It is called for each of them before it is
// read; its size is what the budget grows by.
func (w *Work) Share(size int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.common == nil {
		w.common, w.most = newEffort(0), maxRunRounds
		w.common.shared = true
	}
	w.due += eachInput + int64(size)*eachByte
	w.common.limit.Store(max(int64(pubkey.MaxWork), w.due))
}

// Archive is the work for the files in an archive of size bytes, which is one
// input: key derivations have one budget, too. w is shared.
func (w *Work) Archive(size int) *Work {
	w.Share(size)
	return &Work{within: w, most: int64(1+size>>20) * pbe.MaxWork, common: w.common}
}

// Limit raises what all inputs that are read with w may cost, to rounds of key
// derivations and arithmetic, and reports whether any of it is left. Without it
// each input has a budget of its own.
func (w *Work) Limit(rounds, arithmetic int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.most, w.mostArithmetic = max(w.most, rounds), max(w.mostArithmetic, arithmetic)
	return w.Rounds < w.most && w.Arithmetic < w.mostArithmetic
}

// left is what may be spent for an input that could spend own alone.
func (w *Work) left(rounds, arithmetic int64) (int64, int64) {
	if w == nil {
		return rounds, arithmetic
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.most > 0 {
		rounds = min(rounds, w.most-w.Rounds)
	}
	if w.mostArithmetic > 0 {
		arithmetic = min(arithmetic, w.mostArithmetic-w.Arithmetic)
	}
	if w.common != nil {
		arithmetic = min(arithmetic, w.common.limit.Load()-w.common.spent.Load())
	}
	return rounds, arithmetic
}

// add tells what an input has cost.
func (w *Work) add(rounds, arithmetic int64) {
	for ; w != nil; w = w.within {
		w.mu.Lock()
		w.Rounds += rounds
		w.Arithmetic += arithmetic
		w.mu.Unlock()
	}
}

// Spend accounts for work on a certificate, in the unit of pubkey.Work, before it
// is done. The error is ErrTooLarge: the input that the certificate is from has
// used up its budget.
func (c *Certificate) Spend(cost int64) error { return c.effort.spend(c.Source, cost) }

// spend is Spend for the object at at. Without an effort nothing is counted.
func (e *effort) spend(at Source, cost int64) error {
	if e == nil || e.spent.Add(cost) <= e.limit.Load() {
		return nil
	}
	whose := "one input"
	if e.shared {
		whose = "all inputs that are read together"
	}
	return tooLarge(at, "input", fmt.Sprintf("its keys and signatures take more arithmetic than the budget of %s, %d products", whose, e.limit.Load()))
}
