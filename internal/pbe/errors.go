package pbe

import (
	"errors"
	"fmt"
)

// ErrPassword says that the password is not the right one.
var ErrPassword = errors.New("wrong password")

// UnsupportedError is an algorithm, or a way to use one, that is not here.
type UnsupportedError struct {
	Algorithm string // its name, or its identifier if it has none here
}

func (e *UnsupportedError) Error() string { return "unsupported algorithm " + e.Algorithm }

func unsupported(algorithm string) error { return &UnsupportedError{Algorithm: algorithm} }

// LimitError says that a key derivation would take longer than is allowed.
type LimitError struct {
	Asked int    // how much, 0 if it is the sum of several that is too much
	Limit int    // how much is allowed
	Of    string // of what
}

func (e *LimitError) Error() string {
	if e.Asked == 0 {
		return fmt.Sprintf("more than %d %s in all", e.Limit, e.Of)
	}
	return fmt.Sprintf("it asks for %d %s, the limit is %d", e.Asked, e.Of, e.Limit)
}
