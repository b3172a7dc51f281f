package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/terminal"
)

// foundPage is the report.
type foundPage struct {
	Schema   int         `json:"schema"`
	Found    []foundKey  `json:"found"`
	Others   int         `json:"not_listed,omitempty"`
	Unopened []unopened  `json:"unopened"`
	Scanned  scannedJSON `json:"scanned"`

	Interrupted bool          `json:"interrupted,omitempty"`
	Out         string        `json:"out,omitempty"`
	Error       *report.Fault `json:"error,omitempty"`

	search *keySearch
}

type scannedJSON struct {
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
}

// finish writes the key and the report: first what was looked for, then the
// rest, each in the order of the files.
func (f *keySearch) finish() error {
	rank := map[bool]int{false: 1}
	slices.SortStableFunc(f.found, func(a, b foundKey) int {
		return cmp.Or(cmp.Compare(rank[a.Matches], rank[b.Matches]), cmp.Compare(a.order, b.order), cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.Offset, b.Offset))
	})
	slices.SortStableFunc(f.unopened, func(a, b unopened) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Why, b.Why))
	})
	var err error
	if f.out != nil && f.key != nil {
		err = f.write()
	}
	_ = f.env.writePage(f.page(err)) // standard output remembers its fault
	if e := f.env; e.signals.Interrupted() {
		e.warn("interrupted: what had not been searched by then is not in the report")
	}
	if err == nil && f.key == nil {
		return fault.New(fault.KeyMissing, "", "").Told()
	}
	return err
}

// write puts the key where --out says, as convert does.
func (f *keySearch) write() error {
	b := &convert.Bundle{Keys: []convert.PrivateKey{*f.key}}
	defer b.Wipe()
	v := f.out
	if err := v.askPassword(f.env, b); err != nil {
		return err
	}
	data, _, err := v.encode(b)
	if err != nil {
		return v.explainEncode(b, err)
	}
	defer clear(data)
	v.warnOfName(f.env, b)
	return v.write(f.env, data, true)
}

func (f *keySearch) page(err error) *foundPage {
	page := &foundPage{
		Schema: 1, Found: append([]foundKey{}, f.found...), Unopened: append([]unopened{}, f.unopened...), Others: f.others - min(f.others, maxOthers),
		Scanned: scannedJSON{f.files, f.progress.Count()}, Interrupted: f.env.signals.Interrupted(), search: f,
	}
	switch {
	case err != nil:
		page.Error = report.NewFault(fault.Of(err))
	case f.out != nil && f.key != nil:
		page.Out = f.out.out
	}
	return page
}

// What is shown at most without --verbose.
const (
	mostOthers   = 10
	mostUnopened = 100
)

func (r *foundPage) Text(p *report.Printer) {
	places, others := 0, 0
	for i := range r.Found {
		k := &r.Found[i]
		switch {
		case k.Matches:
			places++
			p.Printf("%s  %s: %s\n", p.Green("found"), p.Bold(placeOf(k.Path, k.Entry, k.Offset)), k.describe())
		case p.Quiet:
		default:
			if others++; others <= mostOthers || p.Verbose {
				p.Printf("other  %s: %s\n", placeOf(k.Path, k.Entry, k.Offset), k.describe())
			}
		}
	}
	if n := r.notShown(p, others); n > 0 {
		p.Printf("%s %s that do not match; --verbose shows them\n", p.Dim("…"), report.Plural(n, "more key"))
	}
	for i := range r.Unopened {
		if i == mostUnopened && !p.Verbose {
			p.Printf("%s %s not opened; --verbose shows them\n", p.Dim("…"), report.Plural(len(r.Unopened)-i, "more file"))
			break
		}
		u := &r.Unopened[i]
		times := ""
		if u.Count > 1 {
			times = fmt.Sprintf(" (in %d places)", u.Count)
		}
		p.Printf("%s %s: %s%s\n", p.Yellow("not opened"), placeOf(u.Path, u.Entry, u.Offset), u.Why, times)
	}
	if !p.Quiet {
		r.summary(p, places)
	}
}

func (r *foundPage) notShown(p *report.Printer, others int) int {
	n := r.search.others
	switch {
	case p.Quiet:
		return 0
	case p.Verbose:
		return n - others
	}
	return n - min(others, mostOthers)
}

func (r *foundPage) summary(p *report.Printer, places int) {
	f := r.search
	head := p.Red("not found")
	if places > 0 {
		head = p.Bold("found in " + report.Plural(places, "file"))
	}
	closed := ""
	if n := len(r.Unopened); n > 0 {
		closed = fmt.Sprintf(", %d not opened", n)
	}
	p.Printf("%s: the key of %s; %s and %s searched%s\n", head, f.subject(), report.Plural(r.Scanned.Files, "file"), report.Bytes(r.Scanned.Bytes), closed)
	switch {
	case r.Out != "":
		p.Printf("written to %s\n", r.Out)
	case places > 0 && f.out == nil:
		k, pass := &r.Found[0], "" // the matches come first
		if k.Encrypted {
			pass = " --pass …"
		}
		p.Printf("%s certconv find-key --cert %s %s%s --out FILE\n", p.Dim("to take it out:"), terminal.ShellWord(f.cert), terminal.ShellWord(k.Path), pass)
	}
}

// subject names what the key is looked for.
func (f *keySearch) subject() string {
	if len(f.wanted) == 1 {
		return site.NameOf(f.cert) + " (" + f.wanted[0].what + ")"
	}
	return site.NameOf(f.cert) + " (" + report.Plural(len(f.wanted), "public key") + ")"
}

func (k *foundKey) describe() string {
	s := pubkey.Title(k.Algorithm, k.Bits) + ", " + formatTitle(k.Format)
	if k.Encrypted {
		s += ", encrypted"
	}
	return s
}

func placeOf(path, entry string, offset int64) string {
	if entry != "" {
		path += " (" + entry + ")"
	}
	if offset > 0 {
		path += fmt.Sprintf(", byte %d", offset)
	}
	return path
}
