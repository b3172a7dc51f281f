package pem

import (
	"errors"
	"fmt"
	"strings"

	"github.com/certconv/certconv/internal/text"
)

// What can be wrong with PEM text. Every error of this package wraps one of
// them, in an *Error that says where and what.
var (
	ErrNone     = errors.New("no PEM text")
	ErrDamaged  = errors.New("damaged")      // something was lost, and cannot be known
	ErrTooLarge = errors.New("over a limit") // of this package, see its documentation
)

// Error is what is wrong with a block, or with the file.
type Error struct {
	Kind    error // one of the Err variables
	At      Place
	Reason  Reason
	What    text.Text // what it happened to: a label, "base64"; may be empty
	Missing int       // how many bytes are missing at least, 0 if that is not the fault
	Detail  text.Text // the rest of the sentence
}

// Reason tells apart why a block cannot be repaired, where the caller can do
// something about it. It is 0 for all others.
type Reason int

// The reasons.
const (
	NoLabel  Reason = iota + 1 // PEM has no label for such an object
	Trailing                   // bytes that are no padding follow the object
	Carried                    // the text that is to be kept around it leaves it no lines of its own
)

func (e *Error) Error() string {
	var b strings.Builder
	if !e.What.IsZero() {
		b.WriteString(e.What.String() + ": ")
	}
	b.WriteString(e.Kind.Error())
	if e.Missing > 0 {
		fmt.Fprintf(&b, ": at least %d bytes are missing at the end", e.Missing)
	}
	if !e.Detail.IsZero() {
		b.WriteString(": " + e.Detail.String())
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Kind }
