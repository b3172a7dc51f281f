package validate

import (
	"errors"
	"fmt"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

// What the rows of the text have in common.
const (
	refPEM     = "RFC 7468, Section 3"
	refLenient = "RFC 7468, Section 2"
	refLegacy  = "RFC 7468, Appendix A"
	refHeaders = "RFC 1421, Section 4.6"
	refBase64  = "RFC 4648, Section 3.3"
)

// actionAnew is what to do about text that cannot be put right.
var actionAnew = text.Text{Format: "get the file again from where it came from: what is lost cannot be repaired"}

// actionRepair is what to do about text that can be.
func actionRepair() text.Text { return do(repair("FILE")) }

// rewrite writes what a file holds anew as PEM.
func rewrite(file string) Step {
	return Step{Do: "convert", Files: []string{file}, Format: "pem", Out: "NEW.pem"}
}

// repair rewrites the text of a file.
func repair(file string) Step { return Step{Do: "repair", Files: []string{file}} }

// pemTextChecks judges the text of PEM files, and the objects in it as far as
// they can be read.
func pemTextChecks() []Check {
	rows := slices.Concat(pemFileRows(), pemBoundaryRows(), pemBodyRows())
	for i := range rows {
		code := rows[i].Code
		rows[i].needs, rows[i].form = needsPEM, code != "pem-body-truncated"
		rows[i].run = func(p *pass) { p.reportText(code) }
	}
	rows = append(rows, Check{
		Code: "der-malformed", Severity: Error, Title: "the object itself is damaged",
		Text:   "The text around it is right, but it does not encode a complete certificate, key or request: it was cut, transferred as text, or assembled wrongly.",
		Action: text.Of("get the file again from where it came from, in binary mode"), Refs: []string{"ITU-T X.690", "RFC 5280, Section 4.1"},
		run: runMalformed,
	})
	for i := range rows {
		if rows[i].Code == "der-trailing-data" {
			rows[i].needs = nil
		}
	}
	return rows
}

// pemFileRows are the rows of what concerns a file as a whole, or whole blocks.
func pemFileRows() []Check {
	return []Check{
		{
			Code: "pem-utf16", Severity: Error, Title: "the file is UTF-16",
			Text:   "Notepad's “Unicode” and PowerShell's > write two bytes for each character. Servers see no BEGIN line in it.",
			Action: actionRepair().Add("; with PowerShell, use Set-Content -Encoding ascii"), Refs: []string{refLenient},
		},
		{
			Code: "pem-byte-order-mark", Severity: Warning, Title: "the file starts with a byte order mark",
			Text:   "Editors on Windows put the bytes EF BB BF before UTF-8. OpenSSL 3.0 and later skip them at the start of a file; OpenSSL 1.1 and programs in Java and Go do not find the first block.",
			Action: actionRepair(), Refs: []string{refLenient},
		},
		{
			Code: "pem-line-ending", Severity: Warning, Title: "lines do not end in LF or CR LF throughout",
			Text:   "Today's readers do not take CR alone, as on old Macs, for a line end. Most accept mixed line ends.",
			Action: actionRepair(), Refs: []string{refPEM},
		},
		{
			Code: "pem-escaped-newlines", Severity: Warning, Title: `line ends are written as \n`,
			Text:   "The value was copied from JSON, source code or an environment variable without being decoded: servers see one long line.",
			Action: actionRepair(), Refs: []string{refPEM, "RFC 8259, Section 7"},
		},
		{
			Code: "pem-quoted", Severity: Warning, Title: "the text is quoted as in mail or HTML",
			Text:   "Mail programs put > before each line or write = as =3D, web pages write line ends as <br>. None of it belongs to the PEM text.",
			Action: actionRepair(), Refs: []string{refLenient, "RFC 2045, Section 6.7"},
		},
		{
			Code: "pem-boundaries-missing", Severity: Warning, Title: "BEGIN and END lines are missing",
			Text:   "Servers look for the BEGIN line and find nothing. The base64 itself is there.",
			Action: actionRepair(), Refs: []string{refLenient},
		},
	}
}

// pemBoundaryRows are the rows of what concerns BEGIN and END lines.
func pemBoundaryRows() []Check {
	return []Check{
		{
			Code: "pem-begin-missing", Severity: Warning, Title: "a BEGIN line is missing",
			Text:   "Without it a reader skips the block. It is often lost in copying.",
			Action: actionRepair(), Refs: []string{refLenient},
		},
		{
			Code: "pem-end-missing", Severity: Warning, Title: "an END line is missing",
			Text:   "A reader continues into the next block, or to the end of the file, and gives up. Often the lines before it are lost, too.",
			Action: actionRepair(), Refs: []string{refLenient},
		},
		{
			Code: "pem-blocks-glued", Severity: Warning, Title: "END and the next BEGIN are on one line",
			Text:   "This happens when files are joined with cat and the first does not end with a line end. Readers find neither boundary.",
			Action: actionRepair(), Refs: []string{refPEM},
		},
		{
			Code: "pem-boundary-malformed", Severity: Warning, Title: "a BEGIN or END line is malformed",
			Text:   "It consists of five dashes, BEGIN or END, the label in capitals and five dashes, alone on its line. Servers skip a BEGIN line that differs without a message, and take the next certificate for their own.",
			Action: actionRepair(), Refs: []string{refPEM},
		},
		{
			Code: "pem-boundary-whitespace", Severity: Warning, Title: "there is white space on a BEGIN or END line",
			Text:   "If it is before BEGIN or END, servers skip the block; if it is after the boundary, Windows refuses the file (80093005).",
			Action: actionRepair(), Refs: []string{refPEM},
		},
		{
			Code: "pem-label-mismatch", Severity: Warning, Title: "END and BEGIN have different labels",
			Text:   "Either a line was changed, or the text between them is the start of one block and the end of another.",
			Action: actionRepair(), Refs: []string{refLenient},
		},
		{
			Code: "pem-label-wrong", Severity: Warning, Title: "the label does not name what is inside",
			Text:   "Readers rely on the label: with a wrong one they do not find the object, or fail to read it.",
			Action: actionRepair().Add(" corrects the label; look whether it is the right file"), Refs: []string{"RFC 7468, Section 4"},
		},
	}
}

// pemBodyRows are the rows of what concerns the base64, and what stands around it.
func pemBodyRows() []Check {
	return []Check{
		{
			Code: "pem-body-blank-line", Severity: Info, Title: "there is an empty line in the base64",
			Text:   "Unless it is the first line, OpenSSL takes it for the end of the headers and gives up. Copying from a web page or a mail adds such lines.",
			Action: actionRepair(), Refs: []string{refLenient, refHeaders},
		},
		{
			Code: "pem-headers", Severity: Info, Title: "there are headers before the base64",
			Text:   "RFC 7468 allows none. OpenSSL takes only the two for encryption, and refuses a certificate or key with others.",
			Action: actionRepair(), Refs: []string{refHeaders, "RFC 7468, Section 1"},
		},
		{
			Code: "pem-body-character", Severity: Warning, Title: "there is an invalid character in the base64",
			Text:   "Base64 consists of letters, digits, + and /. Copying through chat programs and word processors adds invisible characters, which can be removed. A wrong character in place of one of the base64 makes the object unreadable, and the original cannot be known.",
			Action: actionAnew, Refs: []string{refBase64},
		},
		{
			Code: "pem-body-truncated", Severity: Error, Title: "the base64 or the object in it ends early",
			Text:   "Lines are missing at the end or in the middle: the copy is incomplete.",
			Action: actionAnew, Refs: []string{"RFC 4648, Section 4"},
		},
		{
			Code: "der-trailing-data", Severity: Warning, Title: "there are bytes after the end of the object",
			Text:   "OpenSSL refuses a server certificate with anything after it; other readers refuse any such object.",
			Action: text.Of("%s writes it without them", rewrite("FILE")), Refs: []string{"ITU-T X.690, Section 8.1.1"},
		},
		{
			Code: "pem-line-length", Severity: Info, Title: "the lines have an unusual length",
			Text:   "Writers use lines of 64 characters; old readers stop at 76; OpenSSL takes any length.",
			Action: actionRepair(), Refs: []string{refLenient},
		},
		{
			Code: "pem-label-legacy", Severity: Info, Title: "the label is an old one",
			Text:   "Most readers know it; some do not.",
			Action: actionRepair(), Refs: []string{refLegacy},
		},
		{
			Code: "pem-body-whitespace", Severity: Info, Title: "there is white space within the base64",
			Text:   "Most readers skip it.",
			Action: actionRepair(), Refs: []string{refLenient},
		},
		{
			Code: "pem-text-outside", Severity: Info, Title: "there is text between the blocks",
			Text:   "Readers skip it. OpenSSL's pkcs12 command writes names there (bag attributes).",
			Action: actionRepair().Add(" drops it, with %s it stays", Option("keep-text")), Refs: []string{"RFC 7468, Section 5.2"},
		},
	}
}

func needsPEM(in *input) Why {
	for i := range in.Bundle.Containers {
		if in.Bundle.Containers[i].Format == "pem" {
			return Why{}
		}
	}
	for i := range in.Bundle.Notes {
		if in.Bundle.Notes[i].Source.Format == "pem" {
			return Why{}
		}
	}
	return needs("no PEM file given")
}

// reportText reports the findings about the text that have this code.
func (p *pass) reportText(code string) {
	for _, f := range p.textFindings() {
		if f.Code == code {
			p.Report(f.Finding)
		}
	}
}

// runMalformed reports objects that could not be read for what is in them.
func runMalformed(p *pass) {
	broken := map[string]bool{} // keys whose numbers could not be read
	for i := range p.Bundle.Keys {
		if k := &p.Bundle.Keys[i]; errors.Is(k.Err, convert.ErrDamaged) {
			broken[place(k.Source)] = true
		}
	}
	for _, f := range p.textFindings() {
		if f.Code == "der-malformed" {
			if f.kind == note.Malformed && broken[place(f.At)] {
				f.Severity, f.Breaks = Error, p.lostBreaks(f.At.File)
			}
			p.Report(f.Finding)
		}
	}
	said := map[string]bool{} // place of text that was lost, by file and offset
	for _, f := range p.textFindings() {
		if f.lost {
			said[place(f.At)] = true
			for _, r := range f.Related {
				said[place(r)] = true
			}
		}
	}
	for i := range p.Bundle.Failures {
		l := &p.Bundle.Failures[i]
		var e *convert.Error
		if !errors.As(l.Err, &e) || e.Kind != convert.ErrDamaged || said[place(e.Source)] {
			continue
		}
		p.reportDamage(e, l.Source)
	}
	p.reportStructure()
	for o := range p.Bundle.Objects() {
		if o.Kind != convert.KindPrivateKey { // of a key it may only say that Go does not know it
			p.reportError(o.Err, *o.Source)
		}
	}
}

func place(s convert.Source) string { return fmt.Sprintf("%d %s", s.Offset, s.File) }

// reportError reports an object that is carried although its fields cannot be read.
func (p *pass) reportError(err error, at convert.Source) {
	var e *convert.Error
	if errors.As(err, &e) && e.Kind == convert.ErrDamaged {
		p.reportDamage(e, at)
	}
}

func (p *pass) reportDamage(e *convert.Error, at convert.Source) {
	f := Finding{At: at, Breaks: p.lostBreaks(at.File), Message: text.Of("%s", e)}
	if f.Breaks == BreaksLoad && (e.Time || p.cutsOff(at)) {
		f.Breaks = BreaksTrust // servers do not look at the dates
	}
	if e.Source.Line > 0 {
		f.At.Line, f.At.Column = e.Source.Line, e.Source.Column
	}
	p.Report(f)
}
