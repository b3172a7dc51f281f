package pbe

import "errors"

// Limits of a Budget.
const (
	MaxRounds = 10_000_000 // of one key derivation; writers use up to 1,000,000
	MaxWork   = 10_000_000 // of all key derivations of one input, in rounds of PBKDF2-HMAC-SHA256: two seconds
)

// Budget counts the work of all key derivations of one input, so that no file
// keeps its reader busy for ever.
type Budget struct {
	Spent int // in rounds of PBKDF2-HMAC-SHA256
}

// Spend accounts for a key derivation before it is run; weight is what a round
// of it costs, in rounds of PBKDF2-HMAC-SHA256. It returns a *LimitError if
// that one, or all together, take more than is allowed.
func (b *Budget) Spend(rounds, weight int) error {
	if rounds < 1 {
		return errors.New("iteration count below 1")
	}
	if rounds > MaxRounds {
		return &LimitError{Asked: rounds, Limit: MaxRounds, Of: "key derivation rounds"}
	}
	if !b.Again(rounds, weight) {
		return &LimitError{Limit: MaxWork, Of: "key derivation rounds, counted as those of PBKDF2-HMAC-SHA256,"}
	}
	return nil
}

// Again accounts for the same derivation with another form of the password, which
// is left where that would be too much.
func (b *Budget) Again(rounds, weight int) bool {
	if b.Spent+rounds*max(weight, 1) > MaxWork {
		return false
	}
	b.Spent += rounds * max(weight, 1)
	return true
}

// blocks is how often a digest of n bytes is computed for size bytes.
func blocks(size, n int) int { return (max(size, 1) + n - 1) / n }
