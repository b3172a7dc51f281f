package pem

import (
	"slices"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
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
	By   note.Readers // of the notes about OpenSSL: in which of its versions it is so
	Is   shape.Object // note.LabelWrong: what is under the label
	Text text.Text    // the rest of the sentence; never a secret
}

func sortNotes(notes []Note) {
	slices.SortStableFunc(notes, func(a, b Note) int { return int(a.At.Offset - b.At.Offset) })
}
