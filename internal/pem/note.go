package pem

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

// What can be wrong with PEM text. Every error of this package wraps one of
// them, in an *Error that says where and what.
var (
	ErrNone     = errors.New("no PEM text")
	ErrDamaged  = errors.New("damaged")
	ErrTooLarge = errors.New("over a limit")
)

// Place is a place in a file. Line is 0 where it is not known.
type Place struct {
	Line, Column int // from 1; a column is a character
	Offset       int64
}

// Note is something about the text that is not as RFC 7468 wants it. Of one
// kind, at most maxNotes are kept for a file.
type Note struct {
	Kind   note.Kind
	At     Place
	Where  note.Where // on which side of a boundary, "" where that does not count
	Block  int        // Number of the block it belongs to; 0 for the file and the text between blocks
	Undone bool       // the reader knows what was meant; where it is false, the block could not be read

	// Rune is the character in question, 0 where there is none. For
	// note.BodyCharacter it is the character itself, or U+FFFD with the byte in N
	// where that is not UTF-8. Where Text is an escape as it is in the file, it is
	// the first character of that. For note.LineEndMixed it is a CR if a line ends
	// in CR alone.
	Rune rune
	N    int          // a count where one belongs to the fact, see package note
	Is   shape.Object // note.LabelWrong: what is under the label
	Text text.Text    // the rest of the sentence; never a secret
}

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

const (
	NoLabel  Reason = iota + 1 // PEM has no label for such an object
	Trailing                   // bytes that are no padding follow the object
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

func sortNotes(notes []Note) {
	slices.SortStableFunc(notes, func(a, b Note) int { return int(a.At.Offset - b.At.Offset) })
}
