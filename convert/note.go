package convert

import (
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

// Note is a fact about a file that its objects do not show. Of one kind, at
// most maxNotes are kept for a PEM file.
type Note struct {
	Source Source // place in the file
	Member string // the file in an archive that it is about, "" if the input is none
	Kind   note.Kind
	Rune   rune         // PEM: the character that it is about, see pem.Note
	N      int          // a count where one belongs to the fact
	Is     Kind         // note.LabelWrong: what is under the label; note.Structure: what it is about; note.TrailingData: what the bytes are, where they are an object
	By     note.Readers // note.Structure, note.KeyForm: who refuses the object
	Text   text.Text    // what a person reads; never a secret
	Where  note.Where   // PEM: on which side of a boundary, "" where that does not count
	Block  int          // PEM: the number of the block it belongs to, from 1; 0 for the file and the text between blocks
	Undone bool         // PEM: the reader knows what was meant; where it is false, the block could not be read
}
