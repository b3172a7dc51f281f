package main

import (
	"fmt"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
)

// noteWords puts each kind of note in words. Notes whose own text says all
// have none.
func noteWords(k note.Kind) string {
	switch k {
	case note.BoundarySpace:
		return "white space before or after a BEGIN or END line"
	case note.BoundaryDashes:
		return "a BEGIN or END line without five dashes on each side"
	case note.BoundaryText:
		return "other text on a BEGIN or END line"
	case note.BeginMissing:
		return "the BEGIN line is missing"
	case note.EndMissing:
		return "the END line is missing"
	case note.NoBoundaries:
		return "base64 without BEGIN and END lines"
	case note.LabelMismatch:
		return "END names something else than BEGIN"
	case note.LabelWrong:
		return "the BEGIN line does not name what is inside"
	case note.LabelLegacy:
		return "an old name on the BEGIN line"
	case note.BlocksGlued:
		return "END and the next BEGIN stand on one line"
	case note.ByteOrderMark:
		return "a byte order mark at the start, as Notepad writes it"
	case note.UTF16:
		return "the text is UTF-16, as PowerShell's > writes it"
	case note.BodySpace:
		return "white space within the base64"
	case note.BodyBlankLine:
		return "an empty line within the base64"
	case note.BodyCharacter:
		return "a character that is not base64"
	case note.BodyTruncated:
		return "the content ends early"
	case note.BodyPadding, note.PaddingMissing:
		return "the = signs at the end of the base64 are wrong"
	case note.LineUnwrapped:
		return "the base64 is one long line"
	case note.LineLength:
		return "lines of unusual length"
	case note.LineEndCR:
		return "lines end in CR only"
	case note.LineEndMixed:
		return "different line ends in one file"
	case note.LineEndMissing:
		return "BEGIN or END and the base64 stand on one line"
	case note.EscapedNewlines:
		return `line ends written as \n`
	case note.QuotedMail:
		return "the lines are quoted as in mail"
	case note.QuotedHTML:
		return "HTML between the lines"
	case note.TextOutside:
		return "text outside the blocks"
	case note.Headers:
		return "headers before the base64"
	case note.TrailingData:
		return "bytes behind the end of the object"
	case note.Malformed:
		return "malformed"
	case note.NotDER:
		return "BER instead of DER"
	case note.NoMAC:
		return "nothing protects the integrity (no MAC)"
	case note.MACFails:
		return "it opens, but its MAC does not verify: it was changed or damaged"
	case note.WeakEncryption:
		return "weak encryption"
	case note.PasswordVariant:
		return "the password worked in a variant"
	case note.OuterLength:
		return "the outer length is wrong and was ignored"
	case note.KeyInconsistent:
		return "the numbers of the key do not belong together"
	case note.Skipped:
		return "passed over"
	case note.OpenSSLSkips, note.OpenSSLFails, note.OpenSSLRefuses:
		return "servers that read with OpenSSL do not take it"
	case note.KeyDerivation:
		return "rounds from password to key"
	}
	return ""
}

func noteText(n *convert.Note) string {
	words := noteWords(n.Kind)
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

// important are the notes that a conversion tells without being asked: they
// concern what the file holds, not how it is written.
func important(k note.Kind) bool {
	switch k {
	case note.MACFails, note.NoMAC, note.WeakEncryption, note.PasswordVariant,
		note.KeyInconsistent, note.Skipped, note.Malformed, note.TrailingData,
		note.LabelWrong, note.BodyTruncated, note.BlocksGlued:
		return true
	}
	return false
}

// worthTelling words the notes, each kind once a file, with how often it
// occurs.
func worthTelling(notes []convert.Note, all bool) []string {
	type key struct {
		file string
		text string
	}
	count := map[key]int{}
	var order []key
	first := map[key]*convert.Note{}
	for i := range notes {
		n := &notes[i]
		if !all && !important(n.Kind) {
			continue
		}
		k := key{n.Source.File, noteText(n)}
		if count[k]++; count[k] == 1 {
			order = append(order, k)
			first[k] = n
		}
	}
	var list []string
	for _, k := range order {
		s := k.file + ": " + k.text
		if line := first[k].Source.Line; line > 0 {
			s += fmt.Sprintf(" (line %d)", line)
		}
		if n := count[k]; n > 1 {
			s += fmt.Sprintf(", %d times", n)
		}
		list = append(list, s)
	}
	return list
}

// counted replaces repetitions by their number.
func counted(list []string) []string {
	times := map[string]int{}
	var out []string
	for _, s := range list {
		if times[s]++; times[s] == 1 {
			out = append(out, s)
		}
	}
	for i, s := range out {
		if times[s] > 1 {
			out[i] = fmt.Sprintf("%s (%d times)", s, times[s])
		}
	}
	return out
}

// some joins a list for one line: its beginning, unless all is wanted.
func some(list []string, all bool) string {
	const enough = 6
	if all || len(list) <= enough {
		return strings.Join(list, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(list[:enough-1], "; "), len(list)-enough+1)
}
