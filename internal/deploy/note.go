package deploy

// Note is something that whoever runs the program has to know, though it kept
// nothing from being done.
type Note struct {
	Kind  NoteKind
	Run   string // name of a dated folder
	Path  string
	Owner string // the user who has to own Path
}

// NoteKind says what a Note is about.
type NoteKind int

// The kinds of notes.
const (
	RunFinished    NoteKind = iota // Run was interrupted after its files were in place
	UndoFinished                   // the undoing of Run was interrupted after the files were back
	RunRemoved                     // Run was interrupted before it changed anything; what it left is removed
	OwnerUnknown                   // Owner is no user here
	OwnerKept                      // Path keeps another owner
	OwnerNeedsRoot                 // only root can give Path to Owner
)
