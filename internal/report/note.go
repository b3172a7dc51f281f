package report

import (
	"fmt"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/lazy"
	"github.com/certconv/certconv/internal/note"
)

// noteWords puts each kind of note in words. Notes whose own text says all
// have none.
var noteWords = lazy.Value[map[note.Kind]string]{Make: func() map[note.Kind]string {
	return map[note.Kind]string{
		note.BoundarySpace:   "white space before or after a BEGIN or END line",
		note.BoundaryDashes:  "a BEGIN or END line without five dashes on each side",
		note.BoundaryText:    "other text on a BEGIN or END line",
		note.BeginMissing:    "the BEGIN line is missing",
		note.EndMissing:      "the END line is missing",
		note.NoBoundaries:    "base64 without BEGIN and END lines",
		note.LabelMismatch:   "END names something else than BEGIN",
		note.LabelWrong:      "the BEGIN line does not name what is inside",
		note.LabelLegacy:     "an old name on the BEGIN line",
		note.BlocksGlued:     "END and the next BEGIN are on one line",
		note.ByteOrderMark:   "a byte order mark at the start, as Notepad writes it",
		note.UTF16:           "the text is UTF-16, as PowerShell's > writes it",
		note.BodySpace:       "white space within the base64",
		note.BodyBlankLine:   "an empty line within the base64",
		note.BodyCharacter:   "a character that is not base64",
		note.BodyTruncated:   "the content ends early",
		note.BodyPadding:     "the = signs at the end of the base64 are wrong",
		note.PaddingMissing:  "the = signs at the end of the base64 are wrong",
		note.LineUnwrapped:   "the base64 is one long line",
		note.LineLength:      "lines of unusual length",
		note.LineEndCR:       "lines end in CR only",
		note.LineEndMixed:    "different line ends in one file",
		note.LineEndMissing:  "BEGIN or END and the base64 are on one line",
		note.EscapedNewlines: `line ends written as \n`,
		note.QuotedMail:      "the lines are quoted as in mail",
		note.QuotedHTML:      "HTML between the lines",
		note.TextOutside:     "text outside the blocks",
		note.Carrier:         "other text around the blocks, as in a configuration",
		note.Headers:         "headers before the base64",
		note.TrailingData:    "bytes after the end of the object",
		note.Malformed:       "malformed",
		note.Structure:       "not built as its standard says",
		note.NotDER:          "BER instead of DER",
		note.NoMAC:           "nothing protects the integrity (no MAC)",
		note.MACFails:        "its integrity is not proved",
		note.WeakEncryption:  "weak encryption",
		note.PasswordVariant: "the password worked in a variant",
		note.OuterLength:     "the outer length is wrong and was ignored",
		note.KeyInconsistent: "the numbers of the key do not belong together",
		note.KeyUnusable:     "numbers of the RSA key are missing or wrong, and are worked out anew where it is written",
		note.KeyNumbers:      "numbers of the RSA key are missing or wrong, and are worked out anew where it is written",
		note.KeyForm:         "the key is in a form that not all software loads",
		note.Skipped:         "passed over",
		note.OpenSSLSkips:    "servers that read with OpenSSL do not take it",
		note.OpenSSLFails:    "servers that read with OpenSSL do not take it",
		note.OpenSSLRefuses:  "servers that read with OpenSSL do not take it",
		note.GoSkips:         "programs in Go do not find it",
		note.KeyDerivation:   "rounds from password to key",
	}
}}

// NoteText is a note in words.
func NoteText(n *convert.Note) string {
	words := noteWords.Get()[n.Kind]
	switch {
	case words == "":
		words = n.Text.String()
	case !n.Text.IsZero():
		words += ": " + n.Text.String()
	}
	if n.Kind == note.KeyDerivation {
		words = fmt.Sprintf("%s: %d", words, n.N)
	}
	if n.Kind == note.BodyCharacter && n.Rune != 0 {
		words += fmt.Sprintf(" (U+%04X)", n.Rune)
	}
	if n.Member != "" {
		words = n.Member + ": " + words
	}
	return words
}
