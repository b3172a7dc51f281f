package validate

import (
	"errors"
	"fmt"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/lazy"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

// textRule says what a note about PEM text means.
type textRule struct {
	kind note.Kind
	code string
	// severity where OpenSSL reads the block all the same: what other readers
	// and people make of it.
	severity Severity
	// stops tells whether this can be why OpenSSL does not read the block.
	stops bool
	say   func(*convert.Note) text.Text
	// explains are the kinds of notes in the same block that follow from this one.
	explains []note.Kind
}

// layout are the notes on how the lines are laid out.
var layout = []note.Kind{
	note.BodySpace, note.LineUnwrapped, note.LineLength, note.BoundarySpace, note.BoundaryText,
	note.BodyBlankLine, note.LineEndMissing,
}

// textRules is the table of what can be wrong with PEM text. The order is that
// in which a block that OpenSSL does not read is laid to a fault.
var textRules = lazy.Value[[]textRule]{Make: func() []textRule {
	own := func(n *convert.Note) text.Text { return text.Of("%s", n.Text) }
	lost := append(slices.Clone(layout[:3]), note.BodyPadding, note.PaddingMissing, note.EndMissing)
	return []textRule{
		{note.UTF16, "pem-utf16", Error, true, func(n *convert.Note) text.Text { return text.Of("the file is %s, not ASCII", n.Text) }, []note.Kind{note.ByteOrderMark, note.BodyCharacter}},
		{note.LineEndCR, "pem-line-ending", Warning, true, func(n *convert.Note) text.Text {
			return text.Of("all %d lines end in CR, without LF: most readers see one line", n.N)
		}, nil},
		{note.EscapedNewlines, "pem-escaped-newlines", Warning, true, func(n *convert.Note) text.Text {
			if n.Rune != 0 {
				return text.Of("line ends are written as the characters %s", n.Text)
			}
			return text.Of("it is inside %s of a program or configuration", n.Text)
		}, append(slices.Clone(layout), note.BodyCharacter, note.TextOutside)},
		{note.QuotedMail, "pem-quoted", Warning, true, func(n *convert.Note) text.Text {
			return text.Of("quoted as in mail (%s) in %s", escaped(n), count(n.N, "place"))
		}, layout},
		{note.QuotedHTML, "pem-quoted", Warning, true, func(n *convert.Note) text.Text {
			return text.Of("written as for a web page or address (%s) in %s", escaped(n), count(n.N, "place"))
		}, append(slices.Clone(layout), note.BodyCharacter)},
		{note.NoBoundaries, "pem-boundaries-missing", Warning, true, func(*convert.Note) text.Text { return text.Of("there is base64, but neither a BEGIN nor an END line") }, layout},
		{note.BodyTruncated, "pem-body-truncated", Error, true, sayTruncated, lost},
		{note.BeginMissing, "pem-begin-missing", Warning, true, own, nil},
		{note.EndMissing, "pem-end-missing", Warning, true, own, nil},
		{note.LineEndMissing, "pem-boundary-malformed", Warning, true, own, nil},
		{note.BlocksGlued, "pem-blocks-glued", Warning, true, func(*convert.Note) text.Text {
			return text.Of("this BEGIN is on the line of the END before it")
		}, []note.Kind{note.BoundarySpace}},
		{note.BoundaryDashes, "pem-boundary-malformed", Warning, true, own, nil},
		{note.BoundaryWord, "pem-boundary-malformed", Warning, true, func(n *convert.Note) text.Text {
			return text.Of("the %s line is misspelt: %s", boundaryOf(n), n.Text)
		}, nil},
		{note.BoundaryText, "pem-boundary-malformed", Warning, true, func(n *convert.Note) text.Text { return text.Of("%s on its line", n.Text) }, nil},
		{note.BoundarySpace, "pem-boundary-whitespace", Warning, true, func(n *convert.Note) text.Text {
			return text.Of("%s of white space %s", count(n.N, "character"), n.Where)
		}, nil},
		{note.LabelMismatch, "pem-label-mismatch", Warning, true, own, nil},
		{note.LabelWrong, "pem-label-wrong", Warning, true, sayLabelWrong, []note.Kind{note.TrailingData}},
		{note.BodyBlankLine, "pem-body-blank-line", Info, true, own, nil},
		{note.Headers, "pem-headers", Info, true, own, nil},
		{note.BodyCharacter, "pem-body-character", Warning, true, sayCharacter, append(slices.Clone(lost), note.BodyTruncated)},
		{note.PaddingMissing, "pem-body-truncated", Warning, true, func(n *convert.Note) text.Text {
			return text.Of("the = signs that end the base64 are missing: %s", n.Text)
		}, nil},
		{note.BodyPadding, "pem-body-character", Warning, true, func(n *convert.Note) text.Text {
			return text.Of("= where it does not belong: %s", n.Text)
		}, nil},
		{note.TrailingData, "der-trailing-data", Warning, true, func(n *convert.Note) text.Text {
			if n.Is != "" {
				return text.Of("%s after the end of the object: %s, which programs do not read there", count(n.N, "byte"), kindWords(n.Is))
			}
			return text.Of("%s after the end of the object", count(n.N, "byte"))
		}, nil},
		{note.LineLength, "pem-line-length", Info, true, sayLineLength, nil},
		{note.ByteOrderMark, "pem-byte-order-mark", Warning, true, func(n *convert.Note) text.Text {
			return text.Of("a byte order mark (U+FEFF, %s), behind which OpenSSL before 3.0, Java and Go find nothing", n.Text)
		}, nil},
		{note.LabelLegacy, "pem-label-legacy", Info, true, func(n *convert.Note) text.Text { return text.Of("the label is %s", n.Text) }, nil},
		{note.BodySpace, "pem-body-whitespace", Info, true, own, nil},
		{note.LineUnwrapped, "pem-line-length", Info, true, func(n *convert.Note) text.Text {
			return text.Of("the base64 is on one line of %d characters", n.N)
		}, nil},
		{note.LineEndMixed, "pem-line-ending", Info, false, own, nil},
		{note.TextOutside, "pem-text-outside", Info, false, own, nil},
		{note.Skipped, "pem-text-outside", "", true, func(n *convert.Note) text.Text { return text.Of("a block that is no key or certificate: %s", n.Text) }, nil},
		{note.Malformed, "der-malformed", Warning, true, own, nil},
		{note.KeyInconsistent, "der-malformed", Error, false, own, nil},
		{note.NotDER, "der-malformed", Info, false, func(*convert.Note) text.Text { return text.Of("written in BER, where DER is asked for") }, nil},
	}
}}

func sayTruncated(n *convert.Note) text.Text {
	if n.N > 0 {
		return text.Of("the object ends early: at least %s missing", count(n.N, "byte"))
	}
	return text.Of("the object ends early")
}

func sayLineLength(n *convert.Note) text.Text {
	if n.N > 76 {
		return text.Of("lines of %d characters, where readers may stop at 76", n.N)
	}
	return text.Of("a line of %s", n.Text)
}

func sayLabelWrong(n *convert.Note) text.Text {
	if n.Source.Entry == "CERTIFICATE" && n.Is == convert.KindRequest {
		return text.Of("%s: the request that was sent to the CA, not the certificate that came back", n.Text)
	}
	return text.Of("%s", n.Text)
}

// sayCharacter names a character by its code point, for it may be invisible
// or look like another.
func sayCharacter(n *convert.Note) text.Text {
	name := characterName(n.Rune)
	switch {
	case n.Rune == 0xfffd && n.N != 0:
		return text.Of("%s and what belongs there cannot be known", n.Text)
	case n.Undone && name != "" && n.Where == note.BeforeBegin:
		return text.Of("an invisible character, %U (%s), before the BEGIN line", n.Rune, name)
	case n.Undone && name != "":
		return text.Of("an invisible character, %U (%s), within the base64", n.Rune, name)
	case n.Undone:
		return text.Of("%s within the base64: %s", codePoint(n.Rune), n.Text)
	}
	return text.Of("%s is not base64, and what belongs there cannot be known", codePoint(n.Rune))
}

func codePoint(r rune) text.Text {
	if r > 0x20 && r != 0x7f && (r < 0x80 || r >= 0xa1 && r < 0x300) {
		return text.Of("%U (%c)", r, r)
	}
	if name := characterName(r); name != "" {
		return text.Of("%U (%s)", r, name)
	}
	return text.Of("%U", r)
}

// characterName names the characters that do not show.
func characterName(r rune) string {
	switch {
	case r == 0:
		return "NUL"
	case r == 0x1a:
		return "Ctrl-Z"
	case r == 0x1b:
		return "escape"
	case r == 0xa0:
		return "no-break space"
	case r == 0xad:
		return "soft hyphen"
	case r == 0x200b:
		return "zero width space"
	case r == 0x200c, r == 0x200d:
		return "zero width joiner"
	case r == 0x200e:
		return "left-to-right mark"
	case r == 0x200f:
		return "right-to-left mark"
	case r == 0x2028, r == 0x2029:
		return "line separator"
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return "direction of text"
	case r == 0x202f:
		return "narrow no-break space"
	case r == 0x2060:
		return "word joiner"
	case r == 0x3000:
		return "ideographic space"
	case r == 0xfeff:
		return "byte order mark"
	case r >= 0x2000 && r <= 0x200a:
		return "wide or narrow space"
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return "control character"
	}
	return ""
}

// boundaryOf says which boundary a note is about.
func boundaryOf(n *convert.Note) string {
	if n.Where == note.BeforeBegin || n.Where == note.AfterBegin {
		return "BEGIN"
	}
	return "END"
}

// count puts a number before a word.
func count(n int, word string) text.Text {
	if n == 1 {
		return text.Of("1 %s", word)
	}
	return text.Of("%d %ss", n, word)
}

// escaped quotes an escape that is in the file; what is said instead of one is
// not quoted.
func escaped(n *convert.Note) text.Text {
	if n.Rune == 0 {
		return n.Text
	}
	return text.Of("“%s”", n.Text)
}

// textFinding is a finding about the text, kept for the check that it belongs to.
type textFinding struct {
	Finding
	kind  note.Kind
	block int
	stops bool
	lost  bool // the block could not be read
	more  bool // what follows the object is another one
	lines int
	told  []string // what servers do about it, as the message says
}

// textFindings works out what there is to say about the text of all files. It
// is asked by each of the checks of the text for its part.
func (in *input) textFindings() []textFinding {
	if in.text != nil {
		return in.text
	}
	in.text = []textFinding{}
	if len(in.Bundle.Notes) == 0 {
		return in.text
	}
	rules := textRules.Get()
	ruleOf := map[note.Kind]int{}
	for i, r := range rules {
		ruleOf[r.kind] = i
	}
	for from := 0; from < len(in.Bundle.Notes); {
		file := in.Bundle.Notes[from].Source.File
		to := from + 1
		for to < len(in.Bundle.Notes) && in.Bundle.Notes[to].Source.File == file {
			to++
		}
		in.text = append(in.text, in.fileText(in.Bundle.Notes[from:to], rules, ruleOf)...)
		from = to
	}
	return in.text
}

// fileText judges the notes of one file.
func (in *input) fileText(notes []convert.Note, rules []textRule, ruleOf map[note.Kind]int) []textFinding {
	explained := explainedNotes(notes, rules, ruleOf)
	lostAt := in.lostPlaces(notes[0].Source.File)
	var list []textFinding
	open := map[string]int{} // findings that take further places, by block and kind
	for i := range notes {
		n := &notes[i]
		r, known := ruleOf[n.Kind]
		if !known || explained[i] && (n.Kind != note.TrailingData || n.Is == "") || n.Kind == note.Skipped && n.Block == 0 || n.Kind == note.NotDER && n.Source.Format != "pem" && n.Source.Format != "der" {
			continue // a PFX is often written in BER
		}
		rule := &rules[r]
		key := fmt.Sprintf("%d %s", n.Block, n.Kind)
		if at, ok := open[key]; ok && n.Kind != note.BoundarySpace && n.Kind != note.BoundaryDashes && n.Kind != note.BoundaryWord {
			list[at].also(n)
			continue
		}
		f := textFinding{Finding: Finding{Code: rule.code, Severity: rule.severity, At: n.Source, Message: rule.say(n)}, kind: n.Kind, block: n.Block, stops: rule.stops, more: n.Kind == note.TrailingData && n.Is != "", lines: 1}
		_, lost := lostAt[n.Source.Offset]
		f.lost = lost || n.Kind == note.BodyTruncated || n.Kind == note.BodyCharacter && !n.Undone
		if n.Kind == note.BlocksGlued {
			f.block-- // it is the END that is not found
		}
		if n.Kind == note.LineEndMixed {
			f.stops = n.Rune == '\r'
		}
		f.stops = f.stops && (n.Kind != note.BoundarySpace || n.Where != note.AfterBegin && n.Where != note.AfterEnd)
		if n.Kind == note.LineLength && n.N > 76 {
			f.Severity = Warning
		}
		open[key] = len(list)
		list = append(list, f)
	}
	carrier := slices.ContainsFunc(notes, func(n convert.Note) bool { return n.Kind == note.Carrier })
	in.judge(list, ruleOf, carrier)
	return slices.DeleteFunc(list, func(f textFinding) bool { return f.Severity == "" })
}

// also adds a further place of the same fault.
func (f *textFinding) also(n *convert.Note) {
	f.lines++
	f.lost = f.lost || n.Kind == note.BodyCharacter && !n.Undone
	if len(f.Related) < 100 {
		f.Related = append(f.Related, n.Source)
	}
}

// explainedNotes marks the notes that follow from another one of their block.
func explainedNotes(notes []convert.Note, rules []textRule, ruleOf map[note.Kind]int) []bool {
	type in struct {
		block int
		kind  note.Kind
	}
	moot := map[in]bool{}
	for i := range notes {
		n := &notes[i]
		r, known := ruleOf[n.Kind]
		if !known || n.Kind == note.BodyCharacter && n.Undone {
			continue
		}
		for _, k := range rules[r].explains {
			moot[in{n.Block, k}] = true
			if n.Block == 0 || k == note.TextOutside {
				moot[in{-1, k}] = true
			}
		}
	}
	for i := range notes {
		// A block that breaks off has no END that something could be glued to.
		if n := &notes[i]; n.Kind == note.BodyTruncated || n.Kind == note.EndMissing {
			moot[in{n.Block + 1, note.BlocksGlued}] = true
		}
	}
	glued := map[int]int{} // line to the first note that something is missing between lines
	for i := range notes {
		if _, ok := glued[notes[i].Source.Line]; !ok && notes[i].Kind == note.LineEndMissing {
			glued[notes[i].Source.Line] = i
		}
	}
	marked := make([]bool, len(notes))
	for i := range notes {
		n := &notes[i]
		if n.Kind != note.BodyCharacter || n.Undone {
			marked[i] = moot[in{n.Block, n.Kind}] || moot[in{-1, n.Kind}]
		}
		if at, ok := glued[n.Source.Line]; ok && at != i && slices.Contains(layout, n.Kind) {
			marked[i] = true // what is glued together has no layout of its own
		}
	}
	return marked
}

// lostPlaces are the places at which objects of a file were given up.
func (in *input) lostPlaces(file string) map[int64]bool {
	places := map[int64]bool{}
	for i := range in.Bundle.Failures {
		var e *convert.Error
		if l := &in.Bundle.Failures[i]; l.Source.File == file && errors.As(l.Err, &e) && e.Kind == convert.ErrDamaged && l.Source.Line > 0 {
			places[e.Source.Offset] = true
		}
	}
	return places
}

// judge settles severities: what could not be read is an error; of the rest,
// one finding answers for each block that OpenSSL does not read. A carrier is
// not for repair, which writes PEM alone.
func (in *input) judge(list []textFinding, ruleOf map[note.Kind]int, carrier bool) {
	for i := range list {
		f := &list[i]
		if f.lines > 1 {
			f.Message = f.Message.Add(", and in %s more", count(f.lines-1, "place"))
		}
		f.Action = do(repair(f.At.File))
		switch {
		case f.more:
			f.Action = text.Of("%s writes each in a block of its own", rewrite(in.onDisk(f.At.File)))
		case f.kind == note.TrailingData:
			f.Action = text.Of("%s writes it without them", rewrite(in.onDisk(f.At.File)))
		case f.kind == note.LabelLegacy && f.At.Entry == trustedLabel: // a repair keeps what is in the block
			f.Action = text.Of("%s writes it as CERTIFICATE, without OpenSSL's trust data", rewrite(in.onDisk(f.At.File)))
		case f.kind == note.Skipped:
			f.Action = text.Of("take the block out of the file")
		case f.Code == "der-malformed":
			f.Action = text.Text{}
		case carrier, f.At.Format == "k8s", in.onDisk(f.At.File) != f.At.File:
			f.Action = do(rewrite(in.onDisk(f.At.File)))
		}
		if f.lost {
			f.Severity, f.Action = Error, actionAnew
			if c := in.consequence(f.At.File, f.block); !in.apacheReads(f.At.File) && (!in.servers() || c.severity == "" || c.severity == Error) {
				f.Breaks = in.lostBreaks(f.At.File)
			}
			continue
		}
		if f.kind == note.KeyInconsistent {
			f.Breaks, f.Action = BreaksTrust, text.Of("restore the key from a copy: with this one no handshake succeeds")
		} else if f.more && in.servers() {
			f.Severity, f.Breaks = Error, in.lostBreaks(f.At.File)
		} else if o := in.objects(f.At.File); f.kind == note.TrailingData && o.requests && len(o.certs) == 0 {
			f.Severity, f.Breaks = Error, BreaksIssue // Go, in which Let's Encrypt reads requests, refuses it
		} else if f.Severity == Error || in.Target != nil && f.Severity != "" {
			f.Severity = Info // unless a server refuses it, see below
		}
	}
	if !in.servers() || len(list) == 0 {
		if !in.servers() {
			in.judgeConverted(list, ruleOf)
		}
		return
	}
	file := list[0].At.File
	broken := in.openssl(file)
	if broken == nil {
		return
	}
	for _, b := range broken.blocks() {
		c := in.consequence(file, b)
		if c.severity == "" {
			continue
		}
		i := culprit(list, b, ruleOf)
		if i < 0 || list[i].lost || slices.ContainsFunc(list, func(f textFinding) bool { return f.lost && f.block == b }) {
			continue
		}
		if f := &list[i]; c.severity.AtLeast(f.Severity) && (f.Breaks == breaksNothing || c.breaks == BreaksLoad) {
			if !slices.Contains(f.told, c.text) {
				f.Message, f.told = f.Message.Add("; %s %s", in.server(), text.Of(c.text)), append(f.told, c.text)
			}
			f.Severity, f.Breaks = c.severity, c.breaks
		}
	}
}

// judgeConverted: what such a target gets is written anew.
func (in *input) judgeConverted(list []textFinding, ruleOf map[note.Kind]int) {
	if len(list) == 0 {
		return
	}
	if f := in.openssl(list[0].At.File); f != nil {
		for _, b := range f.blocks() {
			if i := culprit(list, b, ruleOf); i >= 0 && !list[i].lost {
				list[i].Severity = Warning
			}
		}
	}
}

// culprit is the finding that answers for a block that OpenSSL does not read:
// one of the block or of the whole file, else of a block before it, which may
// have swallowed this one. It is -1 if there is none.
func culprit(list []textFinding, block int, ruleOf map[note.Kind]int) int {
	best := -1
	better := func(a, b *textFinding) bool {
		if a.block != b.block && a.block != 0 && b.block != 0 {
			return a.block > b.block
		}
		return ruleOf[a.kind] < ruleOf[b.kind]
	}
	for i := range list {
		if f := &list[i]; f.stops && f.block <= block && (best < 0 || better(f, &list[best])) {
			best = i
		}
	}
	return best
}

// lostBreaks is what an object that cannot be read breaks.
func (in *input) lostBreaks(file string) Breaks {
	switch in.role(file) {
	case RoleCRL:
		return breaksNothing
	case RoleRequest:
		return BreaksIssue
	case RoleAny:
		if o := in.objects(file); len(o.certs) == 0 && o.requests {
			return BreaksIssue
		}
	}
	return BreaksLoad
}
