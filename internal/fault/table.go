package fault

import (
	"errors"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/deploy"
)

// Code names a kind of failure in JSON documents and for certconv explain.
type Code string

// The codes of failures. A finding of the checks that ends a command has its own
// code, which is not among them.
const (
	Usage            Code = "usage"                 // the command line is not understood
	NotFound         Code = "not-found"             // there is no such file
	NotReadable      Code = "not-readable"          // the system does not let it be read
	IsFolder         Code = "is-folder"             // a folder where a file belongs
	FileEmpty        Code = "file-empty"            // nothing is in the file
	FileUnrecognised Code = "file-unrecognised"     // no format knows it
	FileIsWebPage    Code = "file-is-web-page"      // what a browser showed instead of the file
	WrongObject      Code = "wrong-object"          // it holds something else than it was given for
	TooLarge         Code = "too-large"             // above a limit
	Damaged          Code = "damaged"               // beyond reading
	Unsupported      Code = "unsupported-algorithm" // an algorithm nobody implements
	Internal         Code = "internal"              // certconv itself failed
	NotReached       Code = "not-reached"           // no server answered

	PasswordMissing  Code = "password-missing"   // none was given
	PasswordWrong    Code = "password-wrong"     // none of those given
	PasswordNotASCII Code = "password-not-ascii" // Java would not take it

	Loss           Code = "loss"             // the output format cannot hold it all
	KeyMismatch    Code = "key-mismatch"     // key and certificate do not belong together
	KeyMissing     Code = "key-missing"      // the key was not found
	NothingToWrite Code = "nothing-to-write" // of what was asked for
	NotRepairable  Code = "not-repairable"   // what was lost cannot be known
	Findings       Code = "findings"         // at or above --fail-on
	Unknown        Code = "unknown"          // nothing to explain it by
	Path           Code = "path"             // no configuration can name the folder
	FolderWritable Code = "folder-writable"  // others could have put there what is replaced
	TestFailed     Code = "test-failed"      // the server does not take the files
	ReloadFailed   Code = "reload-failed"    // the former files are back
	NothingToUndo  Code = "nothing-to-undo"  // no run is left to take back
	Changed        Code = "changed"          // somebody changed what was installed

	Exists      Code = "exists"       // and is not to be replaced
	WriteFailed Code = "write-failed" // what was there before is untouched
	NotRestored Code = "not-restored" // what was there before could not be put back
)

// The exit codes, the same for every report format.
const (
	ExitRefused  = 1 // what was asked would not work
	ExitUsage    = 2 // the command line is wrong
	ExitInput    = 3 // an input could not be read, or not understood
	ExitPassword = 4 // a password is missing or wrong
	ExitWrite    = 5 // the output could not be written
)

// row is what is known of a kind of fault.
type row struct {
	code Code
	exit int
	kind error  // as a library states it; nil where only the command knows
	hint string // the usual one
}

const (
	hintFetch    = "get the file again from where it came from"
	hintTakeBack = "--force takes the run back all the same; what is there now is kept in " + kept

	kept = "{kept}" // the folder of deploy.Error.Kept
)

var table = []row{
	{Usage, ExitUsage, nil, ""},

	{NotFound, ExitInput, nil, ""},
	{NotReadable, ExitInput, nil, ""},
	{IsFolder, ExitInput, nil, "certconv inspect lists what is in a folder"},
	{FileEmpty, ExitInput, nil, hintFetch},
	{FileUnrecognised, ExitInput, convert.ErrUnknownFormat, "certconv formats lists what can be read"},
	{FileIsWebPage, ExitInput, nil, "this is what the browser or a proxy showed; download the file itself"},
	{WrongObject, ExitInput, nil, ""},
	{TooLarge, ExitInput, convert.ErrTooLarge, ""},
	{Damaged, ExitInput, convert.ErrDamaged, hintFetch + ", in binary mode"},
	{Unsupported, ExitInput, convert.ErrUnsupported, ""},
	{Internal, ExitInput, nil, ""},
	{NotReached, ExitInput, nil, "see the port, the firewalls and the DNS; --timeout waits longer"},

	{PasswordMissing, ExitPassword, convert.ErrPasswordRequired, "give the password with --pass env:NAME or --pass file:PATH, or run certconv in a terminal to be asked for it"},
	{PasswordWrong, ExitPassword, convert.ErrPasswordIncorrect, "upper and lower case count; look at Caps Lock and the keyboard layout, or give several passwords with --pass"},
	{PasswordNotASCII, ExitRefused, nil, "take a password without them, or --to jks"},

	{Loss, ExitRefused, nil, "choose what to write with --only PART, or drop the rest with --allow-loss"},
	{KeyMismatch, ExitRefused, convert.ErrKeyMismatch, "certconv inspect shows which key belongs to which certificate; --allow-mismatch writes them all the same"},
	{KeyMissing, ExitRefused, nil, ""},
	{NothingToWrite, ExitRefused, convert.ErrNothingToWrite, "certconv inspect shows what the input holds"},
	{NotRepairable, ExitRefused, nil, "what is lost cannot be known: " + hintFetch},
	{Findings, ExitRefused, nil, ""},
	{Unknown, ExitRefused, nil, ""},
	{Path, ExitRefused, nil, "choose another --dir"},
	{TestFailed, ExitRefused, nil, ""},
	{ReloadFailed, ExitRefused, nil, "the former files are back; certconv explain tells what a message means"},
	{FolderWritable, ExitRefused, deploy.OthersGetIt, "look at the file and at who can write to its folder; then give the file to root, or move it away"},
	{NothingToUndo, ExitRefused, deploy.NothingToUndo, ""},
	{Changed, ExitRefused, deploy.WasChanged, hintTakeBack},
	{Changed, ExitRefused, deploy.WasAdded, hintTakeBack},
	{Changed, ExitRefused, deploy.WasRemoved, hintTakeBack},

	{Exists, ExitWrite, atomicfile.Exists, "--force replaces it"},
	{Exists, ExitWrite, deploy.NotOurs, "name another file, or move this one away"},
	{WriteFailed, ExitWrite, nil, ""},
	{WriteFailed, ExitWrite, deploy.ChangedNow, "run it again"},
	{WriteFailed, ExitWrite, deploy.NotCarried, "move it away"},
	{WriteFailed, ExitWrite, deploy.OtherFileSystem, "a mount cannot be moved, nor a folder that came with a container's image: let --dir be a volume of its own"},
	{WriteFailed, ExitWrite, deploy.OthersWrite, "run certconv as the user who ran it before, or move the folder away"},
	{WriteFailed, ExitWrite, deploy.DamagedRecord, "move " + kept + " away"},
	{NotRestored, ExitWrite, deploy.NotRestored, "what was there before is in " + kept},
}

// Codes lists the codes of failures.
func Codes() []Code {
	var list []Code
	for i := range table {
		if !slices.Contains(list, table[i].code) {
			list = append(list, table[i].code)
		}
	}
	return list
}

// rowOf is the row of the kind of fault that err is, or else that of other.
func rowOf(err error, other Code) *row {
	for i := range table {
		if k := table[i].kind; k != nil && errors.Is(err, k) {
			return &table[i]
		}
	}
	return other.row()
}

// row is the first row of c, an empty one if c is the code of a finding.
func (c Code) row() *row {
	for i := range table {
		if table[i].code == c {
			return &table[i]
		}
	}
	return &row{code: c, exit: ExitRefused}
}

// Exit is the exit code that belongs to c; that of a refusal for the code of a
// finding.
func (c Code) Exit() int { return c.row().exit }
