package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
)

// textReport is the view for people: what matters of each object within ten
// seconds of reading.
type textReport struct {
	env *env
	now time.Time
}

// manyItems is how many objects a file may hold before each gets one line.
const manyItems = 24

func (t *textReport) begin() { t.now = time.Now() }

func (t *textReport) file(text []byte, first bool) {
	if !first {
		io.WriteString(t.env.stdout, "\n")
	}
	t.env.stdout.Write(text)
}

const (
	styleBold  = "1"
	styleDim   = "2"
	styleRed   = "31"
	styleGreen = "32"
)

func (t *textReport) style(code, s string) string {
	if !t.env.colour || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// line prints a label and its value, aligned; nothing if there is no value.
func (t *textReport) line(out *bytes.Buffer, label, value string) {
	if value != "" {
		fmt.Fprintf(out, "     %s %s\n", t.style(styleDim, fmt.Sprintf("%-12s", label)), value)
	}
}

func (t *textReport) render(out *bytes.Buffer, r *fileReport) {
	encrypted, schemes, mac := r.protection()
	what := formatTitle(r.format())
	switch {
	case r.failure != nil && what == "" && len(r.order) == 0:
		what = t.style(styleRed, r.failure.text)
	case what == "":
		what = "not recognised"
	}
	if encrypted {
		what += ", encrypted"
	}
	if nested := nestedFormats(r.bundle); nested != "" {
		what += ", with " + nested + " inside"
	}
	fmt.Fprintf(out, "%s: %s\n", t.style(styleBold, printable(shownName(r.path))), what)
	rounds := r.rounds()
	for _, s := range schemes {
		if n := rounds[s]; n > 0 {
			s += fmt.Sprintf(", %d iterations", n)
		}
		t.line(out, "protected by", printable(s))
	}
	t.line(out, "integrity", mac)
	if r.failure != nil && what != "" && len(r.order) == 0 && r.format() != "" {
		t.line(out, "unread", t.style(styleRed, printable(r.failure.text)))
	}
	short := len(r.order) > manyItems && !t.env.verbose && !r.details
	member := ""
	for n := range r.order {
		it := r.item(n)
		if r.format() == "zip" && it.Entry != member {
			member = it.Entry
			out.WriteString(strings.TrimSuffix("  in "+t.style(styleBold, printable(member))+": "+formatTitle(it.Format), ": ") + "\n")
		}
		if short {
			t.short(out, r, &it)
		} else {
			t.item(out, r, &it)
		}
	}
	if r.opensKnown() {
		t.opens(out, r.path, schemes, mac)
	}
	for _, note := range fileNotes(r.bundle.Notes) {
		fmt.Fprintf(out, "  %s %s\n", t.style(styleDim, "note:"), printable(note))
	}
}

// formatTitle is what people call a format.
func formatTitle(name string) string {
	switch name {
	case "pem", "der", "pvk":
		return strings.ToUpper(name)
	case "pkcs1", "sec1", "pkcs8":
		return strings.ToUpper(name[:len(name)-1]) + "#" + name[len(name)-1:]
	case "zip":
		return "ZIP archive"
	case "net":
		return "NET key (Netscape, IIS Key Manager)"
	case "sgc":
		return "NET key, SGC variant"
	case "iis":
		return "IIS 4 Key Manager backup"
	case "pfx":
		return "PFX (PKCS#12)"
	case "p7b":
		return "PKCS#7"
	case "jks", "jceks":
		return "Java keystore (" + strings.ToUpper(name) + ")"
	case "openssh":
		return "OpenSSH key"
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
func (t *textReport) title(it *item) string {
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
	s := fmt.Sprintf("%s%s", t.style(styleDim, fmt.Sprintf("%3d  ", it.Index)), t.style(styleBold, kind))
	if key := keyTitle(it.Algorithm, it.Bits); key != "" {
		s += ", " + key
	}
	if it.FriendlyName != "" {
		s += `, "` + printable(it.FriendlyName) + `"`
	}
	return s
}

// keyTitle is algorithm and size, the size only where the name does not say it.
func keyTitle(algorithm string, bits int) string {
	if bits == 0 || strings.HasPrefix(algorithm, "EC") || strings.HasPrefix(algorithm, "Ed") || strings.HasPrefix(algorithm, "X") {
		return algorithm
	}
	return fmt.Sprintf("%s %d", algorithm, bits)
}

func (t *textReport) item(out *bytes.Buffer, r *fileReport, it *item) {
	out.WriteString(t.title(it) + "\n")
	t.line(out, t.unread(it), t.style(styleRed, printable(it.brief)))
	t.line(out, "encrypted", printable(it.Encryption))
	if it.Kind == convert.KindPrivateKey && len(r.order) > 1 && it.Error == "" {
		t.line(out, "belongs to", r.itemList(it.Fits))
	}
	t.line(out, "subject", printable(it.Subject))
	t.line(out, "issuer", printable(it.Issuer))
	t.line(out, "valid", t.validity(it))
	if it.ThisUpdate != nil {
		updates := it.ThisUpdate.Format(time.DateOnly)
		if it.NextUpdate != nil {
			updates += ", next " + it.NextUpdate.Format(time.DateOnly)
		}
		t.line(out, "issued", updates)
	}
	t.line(out, "names", printable(strings.Join(slices.Concat(it.DNSNames, it.IPAddresses, it.Emails, it.URIs), ", ")))
	t.line(out, "serial", it.Serial)
	t.line(out, "signature", it.Signature)
	t.line(out, "sha256", it.SHA256)
	t.line(out, "sha1", it.SHA1)
	t.line(out, "spki sha256", it.SPKISHA256)
	if len(r.order) > 1 || it.Line > 1 {
		t.line(out, "at", t.where(r, it))
	}
	if it.Details != "" {
		for line := range strings.Lines(it.Details) {
			out.WriteString("     " + t.style(styleDim, "| ") + printable(strings.TrimRight(line, "\r\n")) + "\n")
		}
	}
}

// unread is the label before what is wrong with an object.
func (t *textReport) unread(it *item) string {
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

func (t *textReport) validity(it *item) string {
	if it.NotBefore == nil || it.NotAfter == nil {
		return ""
	}
	s := it.NotBefore.Format(time.DateOnly) + " to " + it.NotAfter.Format(time.DateOnly)
	days := func(d time.Duration) string {
		if n := int(d.Hours() / 24); n != 1 {
			return fmt.Sprintf("%d days", n)
		}
		return "1 day"
	}
	switch {
	case t.now.After(*it.NotAfter):
		return s + ", " + t.style(styleRed, "expired "+days(t.now.Sub(*it.NotAfter))+" ago")
	case t.now.Before(*it.NotBefore):
		return s + ", " + t.style(styleRed, "not valid yet")
	}
	return s + ", " + days(it.NotAfter.Sub(t.now)) + " left"
}

func (t *textReport) where(r *fileReport, it *item) string {
	var list []string
	if it.Line > 0 {
		list = append(list, fmt.Sprintf("line %d", it.Line))
	} else if it.Offset != nil && *it.Offset > 0 {
		list = append(list, fmt.Sprintf("byte %d", *it.Offset))
	}
	if it.Entry != "" && it.Entry != it.FriendlyName && r.format() != "zip" {
		list = append(list, printable(it.Entry))
	}
	return strings.Join(list, ", ")
}

// short is one line an object, for bundles.
func (t *textReport) short(out *bytes.Buffer, r *fileReport, it *item) {
	s := t.title(it)
	if it.Error != "" {
		s += ", " + t.style(styleRed, t.unread(it)+": "+printable(it.brief))
	}
	if it.Subject != "" {
		s += ", " + printable(it.Subject)
	}
	if it.NotAfter != nil {
		until := "until " + it.NotAfter.Format(time.DateOnly)
		if t.now.After(*it.NotAfter) {
			until = t.style(styleRed, "expired "+it.NotAfter.Format(time.DateOnly))
		}
		s += ", " + until
	}
	if len(it.Fits) > 0 {
		s += ", belongs to " + r.itemList(it.Fits)
	}
	if it.SHA256 != "" {
		s += ", sha256 " + it.SHA256
	}
	out.WriteString(s + "\n")
}

// opensKnown reports whether it can be said which systems open the file: it is
// a PFX whose algorithms were seen.
func (r *fileReport) opensKnown() bool {
	if r.format() != "pfx" {
		return false
	}
	return r.failure == nil || r.failure.code == "password-missing" || r.failure.code == "password-wrong"
}

func (t *textReport) opens(out *bytes.Buffer, path string, schemes []string, mac string) {
	opens, refuses := whoOpens(schemes, mac)
	if len(opens) > 0 {
		fmt.Fprintf(out, "  %s %s\n", t.style(styleBold, "opens in:"), strings.Join(opens, "; "))
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
		fmt.Fprintf(out, "  %s %s: says %s\n", t.style(styleBold, "refused by:"), strings.Join(by[s], "; "), s)
	}
	if target := targetFor(schemes, mac); target != "" {
		fmt.Fprintf(out, "  %s certconv convert %s --for %s --out NEW.pfx\n", t.style(styleBold, "to rewrite it:"), shellWord(path), target)
	}
}

// fileNotes words all notes of one file.
func fileNotes(notes []convert.Note) []string {
	var rest []convert.Note // the rounds stand beside their schemes
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

func (t *textReport) end(pairs []pair, _ *failure) {
	out := t.env.stdout
	if len(pairs) == 0 {
		return
	}
	fmt.Fprintf(out, "\n%s\n", t.style(styleBold, "belonging together:"))
	for _, p := range pairs {
		for i, m := range p {
			indent := "  "
			if i > 0 {
				indent = "    "
			}
			what := fmt.Sprintf("%s%s: %s (%d)", indent, printable(shownName(m.Path)), strings.ReplaceAll(string(m.Kind), "-", " "), m.Item)
			if m.name != "" {
				what += " " + printable(m.name)
			}
			fmt.Fprintln(out, what)
		}
	}
}
