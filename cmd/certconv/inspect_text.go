package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/terminal"
)

// manyItems is how many objects a file may hold before each gets one line.
const manyItems = 24

// line prints a label and its value, aligned; nothing if there is no value.
func line[T string | report.Styled](p *report.Printer, label string, value T) {
	if value == "" {
		return
	}
	const indent = "                  "
	styled, ok := any(value).(report.Styled)
	if !ok {
		styled = p.Fit(indent, string(value), indent)
	}
	p.Printf("     %s %s\n", p.Dim(fmt.Sprintf("%-12s", label)), styled)
}

// what is the first line: the format, or what is wrong.
func (r *fileReport) what(p *report.Printer) report.Styled {
	encrypted, _, _ := r.protection()
	title := formatTitle(r.format())
	what := report.Styled(title)
	switch {
	case r.failure != nil && title == "" && len(r.order) == 0:
		what = p.Red(r.failure.Text)
	case title == "":
		what = "not recognised"
	}
	if encrypted {
		what += ", encrypted"
	}
	if nested := nestedFormats(r.bundle); nested != "" {
		what += p.Sprintf(", with %s inside", nested)
	}
	return what
}

// Text shows what matters of each object within ten seconds of reading.
func (r *fileReport) Text(p *report.Printer) {
	if r.lines {
		r.linesOnly(p)
		return
	}
	_, schemes, mac := r.protection()
	p.Printf("%s: %s\n", p.Bold(site.NameOf(r.path)), r.what(p))
	rounds := r.rounds()
	for _, s := range schemes {
		if n := rounds[s]; n > 0 {
			s += fmt.Sprintf(", %d iterations", n)
		}
		line(p, "protected by", s)
	}
	line(p, "integrity", mac)
	if r.failure != nil && len(r.order) == 0 && r.format() != "" {
		line(p, "unread", p.Red(r.failure.Text))
		if r.failure.Code == fault.TooLarge {
			line(p, "hint", r.failure.Hint)
		}
	}
	r.items(p)
	if r.opensKnown() {
		r.opens(p)
	}
	for _, note := range fileNotes(r.bundle.Notes) {
		p.Printf("  %s %s\n", p.Dim("note:"), note)
	}
}

// linesOnly is one line for each object, with the file that it is in.
func (r *fileReport) linesOnly(p *report.Printer) {
	name := site.NameOf(r.path)
	if len(r.order) == 0 {
		p.Printf("%s: %s\n", p.Bold(name), r.what(p))
	}
	for n := range r.order {
		it := r.item(n)
		in := name
		if r.isArchive() {
			in += " (" + it.Entry + ")"
		}
		p.Printf("%s:", p.Bold(in))
		r.short(p, &it)
	}
}

func (r *fileReport) items(p *report.Printer) {
	short := len(r.order) > manyItems && !p.Verbose && !r.details
	member := ""
	for n := range r.order {
		it := r.item(n)
		if r.isArchive() && it.Entry != member {
			member = it.Entry
			format := ""
			if title := formatTitle(it.Format); title != "" {
				format = ": " + title
			}
			p.Printf("  in %s%s\n", p.Bold(member), format)
		}
		if short {
			r.short(p, &it)
		} else {
			r.whole(p, &it)
		}
	}
}

// formatTitle is what people call a format.
func formatTitle(name string) string {
	if f := convert.Lookup(name); f != nil {
		return f.Title
	}
	return name
}

// nestedFormats lists the containers within the file's own.
func nestedFormats(b *convert.Bundle) string {
	var list []string
	for i, c := range b.Containers {
		if title := formatTitle(c.Format); i > 0 && c.Format != b.Containers[0].Format && !slices.Contains(list, title) {
			list = append(list, title)
		}
	}
	return strings.Join(list, ", ")
}

// title is the first line of an object: number, kind, algorithm, name.
func (it *item) title(p *report.Printer) report.Styled {
	kind := map[convert.Kind]string{
		convert.KindPrivateKey: "private key", convert.KindPublicKey: "public key", convert.KindCertificate: "certificate",
		convert.KindRequest: "certificate request", convert.KindCRL: "revocation list", convert.KindOther: it.What, "": "what is encrypted",
	}[it.Kind]
	switch {
	case it.CA:
		kind = "CA certificate"
	case it.Kind == "" && it.Encryption == "":
		kind = "object"
	}
	if it.Kind == convert.KindRequest && it.What != "" {
		kind = it.What + " request"
	}
	s := p.Sprintf("%s%s", p.Dim(fmt.Sprintf("%3d  ", it.Index)), p.Bold(kind))
	if key := pubkey.Title(it.Algorithm, it.Bits); key != "" {
		s += p.Sprintf(", %s", key)
	}
	if it.FriendlyName != "" {
		s += p.Sprintf(`, "%s"`, it.FriendlyName)
	}
	if it.Trusted {
		s += ", trusted"
	}
	return s
}

func (r *fileReport) whole(p *report.Printer, it *item) {
	p.Printf("%s\n", it.title(p))
	line(p, it.unread(), p.Red(it.brief))
	line(p, "encrypted", it.Encryption)
	if it.Kind == convert.KindPrivateKey && len(r.order) > 1 && it.Error == "" {
		line(p, "belongs to", r.itemList(it.Fits))
	}
	line(p, "subject", it.Subject)
	line(p, "issuer", it.Issuer)
	line(p, "valid", r.validity(p, it))
	if it.ThisUpdate != nil {
		updates := it.ThisUpdate.Format(time.DateOnly)
		if it.NextUpdate != nil {
			updates += ", next " + it.NextUpdate.Format(time.DateOnly)
		}
		line(p, "issued", updates)
	}
	line(p, "names", strings.Join(slices.Concat(it.DNSNames, it.IPAddresses, it.Emails, it.URIs), ", "))
	line(p, "serial", it.Serial)
	line(p, "signature", it.Signature)
	line(p, "sha256", it.SHA256)
	line(p, "sha1", it.SHA1)
	line(p, "spki sha256", it.SPKISHA256)
	if len(r.order) > 1 || it.Line > 1 {
		line(p, "at", r.where(it))
	}
	for detail := range strings.Lines(it.Details) {
		p.Printf("     %s%s\n", p.Dim("| "), strings.TrimRight(detail, "\r\n"))
	}
}

// unread is the label before what is wrong with an object.
func (it *item) unread() string {
	if it.ErrorCode == "password-missing" || it.ErrorCode == "password-wrong" {
		return "locked"
	}
	return "fault"
}

// itemList names items by kind and number.
func (r *fileReport) itemList(list []int) string {
	var words []string
	for _, n := range list {
		words = append(words, fmt.Sprintf("%s %d", strings.ReplaceAll(string(r.order[n-1].kind), "-", " "), n))
	}
	return strings.Join(words, ", ")
}

func (r *fileReport) validity(p *report.Printer, it *item) report.Styled {
	if it.NotBefore == nil || it.NotAfter == nil {
		return ""
	}
	days := func(d time.Duration) string { return report.Plural(int(d.Hours()/24), "day") }
	left := report.Styled("")
	switch {
	case r.now.After(*it.NotAfter):
		left = p.Red("expired " + days(r.now.Sub(*it.NotAfter)) + " ago")
	case r.now.Before(*it.NotBefore):
		left = p.Red("not valid yet")
	default:
		left = p.Sprintf("%s left", days(it.NotAfter.Sub(r.now)))
	}
	return p.Sprintf("%s to %s, %s", it.NotBefore.Format(time.DateOnly), it.NotAfter.Format(time.DateOnly), left)
}

func (r *fileReport) where(it *item) string {
	var list []string
	if it.Line > 0 {
		list = append(list, fmt.Sprintf("line %d", it.Line))
	} else if it.Offset != nil && *it.Offset > 0 {
		list = append(list, fmt.Sprintf("byte %d", *it.Offset))
	}
	if it.Object != "" && !strings.HasPrefix(it.Entry, it.Object+"/") {
		list = append(list, it.Object)
	}
	if it.Entry != "" && it.Entry != it.FriendlyName && !r.isArchive() {
		list = append(list, it.Entry)
	}
	return strings.Join(list, ", ")
}

// short is one line an object, for bundles.
func (r *fileReport) short(p *report.Printer, it *item) {
	s := it.title(p)
	if it.Error != "" {
		s += p.Sprintf(", %s", p.Red(it.unread()+": "+it.brief))
	}
	if it.Subject != "" {
		s += p.Sprintf(", %s", it.Subject)
	}
	if it.NotAfter != nil {
		until := p.Sprintf("until %s", it.NotAfter.Format(time.DateOnly))
		if r.now.After(*it.NotAfter) {
			until = p.Red("expired " + it.NotAfter.Format(time.DateOnly))
		}
		s += ", " + until
	}
	if len(it.Fits) > 0 {
		s += p.Sprintf(", belongs to %s", r.itemList(it.Fits))
	}
	if it.SHA256 != "" {
		s += p.Sprintf(", sha256 %s", it.SHA256)
	}
	p.Printf("%s\n", s)
}

// opensKnown reports whether it can be said which systems open the file: it is
// a PFX whose algorithms were seen.
func (r *fileReport) opensKnown() bool {
	if r.format() != "pfx" {
		return false
	}
	return r.failure == nil || r.failure.Code == "password-missing" || r.failure.Code == "password-wrong"
}

func (r *fileReport) opens(p *report.Printer) {
	uses := r.bundle.Containers[0].Uses
	_, refuses := target.WhoOpens(uses)
	for i, name := range target.Opens(uses) {
		if i == 0 {
			p.Printf("  %s ", p.Bold("opens in:"))
		} else {
			p.Printf("            ")
		}
		p.Printf("%s\n", p.Fit("            ", name, "            "))
	}
	var says []string
	by := map[string][]string{}
	for _, r := range refuses {
		if by[r.Says] == nil {
			says = append(says, r.Says)
		}
		by[r.Says] = append(by[r.Says], r.System)
	}
	for _, s := range says {
		p.Printf("  %s %s\n", p.Bold("refused by:"), p.Fit("  refused by: ", strings.Join(by[s], "; ")+": says "+s, "              "))
	}
	if name := target.ForMost(uses); name != "" {
		p.Printf("  %s certconv convert %s --for %s --out NEW.pfx\n", p.Bold("to rewrite it:"), terminal.ShellWord(r.path), name)
	}
}

// fileNotes words all notes of one file.
func fileNotes(notes []convert.Note) []string {
	var rest []convert.Note // the rounds are beside their schemes
	for _, n := range notes {
		if n.Kind != note.KeyDerivation {
			rest = append(rest, n)
		}
	}
	notes = rest
	list := worthTelling(notes, true)
	for i, s := range list {
		if len(notes) > 0 {
			list[i] = strings.TrimPrefix(s, notes[0].Source.File+": ")
		}
	}
	return list
}

// pairsPage is the end of the report: what belongs together across files.
type pairsPage struct {
	Pairs []site.Pair   `json:"pairs,omitempty"`
	Error *report.Fault `json:"error,omitempty"`

	others int // files in folders that hold nothing of what is looked for
	lines  bool
}

func (e *pairsPage) Text(p *report.Printer) {
	if e.lines {
		return
	}
	if e.others > 0 {
		p.Printf("\nwithout a key, certificate or request: %s; --verbose lists them\n", report.Plural(e.others, "file"))
	}
	if len(e.Pairs) == 0 {
		return
	}
	p.Printf("\n%s\n", p.Bold("belonging together:"))
	for _, pair := range e.Pairs {
		for i, m := range pair {
			indent := "  "
			if i > 0 {
				indent = "    "
			}
			name := ""
			if m.Name != "" {
				name = " " + m.Name
			}
			p.Printf("%s%s: %s (%d)%s\n", indent, site.NameOf(m.Path), strings.ReplaceAll(string(m.Kind), "-", " "), m.Item, name)
		}
	}
}
