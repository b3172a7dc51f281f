package main

import (
	"fmt"
	"strings"

	"github.com/certconv/certconv/convert"
)

// noteWords puts each kind of note in words. Notes whose own text says all
// have none.
func noteWords(k convert.NoteKind) string {
	switch k {
	case convert.NoteBoundarySpace:
		return "white space before or after a BEGIN or END line"
	case convert.NoteBoundaryDashes:
		return "a BEGIN or END line without five dashes on each side"
	case convert.NoteBoundaryText:
		return "other text on a BEGIN or END line"
	case convert.NoteBeginMissing:
		return "the BEGIN line is missing"
	case convert.NoteEndMissing:
		return "the END line is missing"
	case convert.NoteNoBoundaries:
		return "base64 without BEGIN and END lines"
	case convert.NoteLabelMismatch:
		return "END names something else than BEGIN"
	case convert.NoteLabelWrong:
		return "the BEGIN line does not name what is inside"
	case convert.NoteLabelLegacy:
		return "an old name on the BEGIN line"
	case convert.NoteBlocksGlued:
		return "END and the next BEGIN stand on one line"
	case convert.NoteByteOrderMark:
		return "a byte order mark at the start, as Notepad writes it"
	case convert.NoteUTF16:
		return "the text is UTF-16, as PowerShell's > writes it"
	case convert.NoteBodySpace:
		return "white space within the base64"
	case convert.NoteBodyBlankLine:
		return "an empty line within the base64"
	case convert.NoteBodyCharacter:
		return "a character that is not base64"
	case convert.NoteBodyTruncated:
		return "the content ends early"
	case convert.NoteBodyPadding, convert.NotePaddingMissing:
		return "the = signs at the end of the base64 are wrong"
	case convert.NoteLineUnwrapped:
		return "the base64 is one long line"
	case convert.NoteLineLength:
		return "lines of unusual length"
	case convert.NoteLineEndCR:
		return "lines end in CR only"
	case convert.NoteLineEndMixed:
		return "different line ends in one file"
	case convert.NoteLineEndMissing:
		return "BEGIN or END and the base64 stand on one line"
	case convert.NoteEscapedNewlines:
		return `line ends written as \n`
	case convert.NoteQuotedMail:
		return "the lines are quoted as in mail"
	case convert.NoteQuotedHTML:
		return "HTML between the lines"
	case convert.NoteTextOutside:
		return "text outside the blocks"
	case convert.NoteHeaders:
		return "headers before the base64"
	case convert.NoteTrailingData:
		return "bytes behind the end of the object"
	case convert.NoteMalformed:
		return "malformed"
	case convert.NoteNotDER:
		return "BER instead of DER"
	case convert.NoteNoMAC:
		return "nothing protects the integrity (no MAC)"
	case convert.NoteMACFails:
		return "it opens, but its MAC does not verify: it was changed or damaged"
	case convert.NoteWeakEncryption:
		return "weak encryption"
	case convert.NotePasswordVariant:
		return "the password worked in a variant"
	case convert.NoteOuterLength:
		return "the outer length is wrong and was ignored"
	case convert.NoteKeyInconsistent:
		return "the numbers of the key do not belong together"
	case convert.NoteSkipped:
		return "passed over"
	case convert.NoteOpenSSLSkips, convert.NoteOpenSSLFails, convert.NoteOpenSSLRefuses:
		return "servers that read with OpenSSL do not take it"
	case convert.NoteKeyDerivation:
		return "rounds from password to key"
	}
	return ""
}

func noteText(n *convert.Note) string {
	words := noteWords(n.Kind)
	switch {
	case words == "":
		words = n.Text
	case n.Text != "":
		words += ": " + n.Text
	}
	if n.Kind == convert.NoteKeyDerivation {
		words = fmt.Sprintf("%s: %d", words, n.N)
	}
	if n.Rune != 0 {
		words += fmt.Sprintf(" (U+%04X)", n.Rune)
	}
	if n.Member != "" {
		words = n.Member + ": " + words
	}
	return words
}

// important are the notes that a conversion tells without being asked: they
// concern what the file holds, not how it is written.
func important(k convert.NoteKind) bool {
	switch k {
	case convert.NoteMACFails, convert.NoteNoMAC, convert.NoteWeakEncryption, convert.NotePasswordVariant,
		convert.NoteKeyInconsistent, convert.NoteSkipped, convert.NoteMalformed, convert.NoteTrailingData,
		convert.NoteLabelWrong, convert.NoteBodyTruncated, convert.NoteBlocksGlued:
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
