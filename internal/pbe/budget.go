package pbe

import "errors"

// Limits of a Budget.
const (
	MaxRounds = 10_000_000 // of one key derivation; writers use up to 1,000,000
	MaxWork   = 40_000_000 // rounds of all key derivations of one input
)

// Budget counts the rounds of all key derivations of one input, so that no file
// keeps its reader busy for ever.
type Budget struct {
	Spent int
}

// Spend accounts for a key derivation before it is run. It returns a
// *LimitError if that one, or all together, take more rounds than allowed.
func (b *Budget) Spend(rounds int) error {
	if rounds < 1 {
		return errors.New("iteration count below 1")
	}
	if rounds > MaxRounds {
		return &LimitError{Asked: rounds, Limit: MaxRounds, Of: "key derivation rounds"}
	}
	if b.Spent += rounds; b.Spent > MaxWork {
		return &LimitError{Limit: MaxWork, Of: "key derivation rounds"}
	}
	return nil
}
