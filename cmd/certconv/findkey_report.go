package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
)

// foundJSON is the report for programs.
type foundJSON struct {
	Schema   int         `json:"schema"`
	Found    []foundKey  `json:"found"`
	Others   int         `json:"not_listed,omitempty"`
	Unopened []unopened  `json:"unopened"`
	Scanned  scannedJSON `json:"scanned"`

	Interrupted bool       `json:"interrupted,omitempty"`
	Out         string     `json:"out,omitempty"`
	Error       *jsonError `json:"error,omitempty"`
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
	e := f.env
	if e.json {
		f.writeJSON(err)
	} else {
		e.useColour()
		f.writeText(err == nil)
	}
	if e.signals.interrupted() {
		e.warn("interrupted: what had not been searched by then is not in the report")
	}
	if err == nil && f.key == nil {
		return &failure{exit: exitRefused, code: "key-missing", err: errTold}
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
		return v.explainEncode(err)
	}
	defer clear(data)
	return v.write(f.env, data, true)
}

func (f *keySearch) writeJSON(err error) {
	out := foundJSON{
		Schema: 1, Found: f.found, Unopened: f.unopened, Others: f.others - min(f.others, maxOthers),
		Scanned: scannedJSON{f.files, f.progress.bytes.Load()}, Interrupted: f.env.signals.interrupted(),
	}
	for i := range out.Found {
		k := &out.Found[i]
		k.Path, k.Entry = valid(k.Path), valid(k.Entry)
	}
	for i := range out.Unopened {
		u := &out.Unopened[i]
		u.Path, u.Entry, u.Why = valid(u.Path), valid(u.Entry), valid(u.Why)
	}
	if out.Found == nil {
		out.Found = []foundKey{}
	}
	if out.Unopened == nil {
		out.Unopened = []unopened{}
	}
	switch {
	case err != nil:
		out.Error = explain(err).json()
	case f.out != nil && f.key != nil:
		out.Out = valid(f.out.out)
	}
	f.env.told = true
	_ = writeJSON(f.env.stdout, out)
}

// What is shown at most without --verbose.
const (
	mostOthers   = 10
	mostUnopened = 100
)

func (f *keySearch) writeText(written bool) {
	e := f.env
	t := &textReport{env: e}
	var b strings.Builder
	places, others := 0, 0
	for i := range f.found {
		k := &f.found[i]
		switch {
		case k.Matches:
			places++
			fmt.Fprintf(&b, "%s  %s: %s\n", t.style(styleGreen, "found"), t.style(styleBold, printable(placeOf(k.Path, k.Entry, k.Offset))), k.describe())
		case e.quiet:
		default:
			if others++; others <= mostOthers || e.verbose {
				fmt.Fprintf(&b, "other  %s: %s\n", printable(placeOf(k.Path, k.Entry, k.Offset)), k.describe())
			}
		}
	}
	if n := f.notShown(others); n > 0 {
		fmt.Fprintf(&b, "%s %s; --verbose shows them\n", t.style(styleDim, "…"), plural(n, "more key")+" that do not match")
	}
	for i := range f.unopened {
		if i == mostUnopened && !e.verbose {
			fmt.Fprintf(&b, "%s %s not opened; --verbose shows them\n", t.style(styleDim, "…"), plural(len(f.unopened)-i, "more file"))
			break
		}
		u := &f.unopened[i]
		times := ""
		if u.Count > 1 {
			times = fmt.Sprintf(" (in %d places)", u.Count)
		}
		fmt.Fprintf(&b, "%s %s: %s%s\n", t.style(styleYellow, "not opened"), printable(placeOf(u.Path, u.Entry, u.Offset)), printable(u.Why), times)
	}
	if !e.quiet {
		f.summary(&b, t, places, written)
	}
	_, _ = e.stdout.Write([]byte(b.String()))
}

func (f *keySearch) notShown(others int) int {
	n := f.others
	switch {
	case f.env.quiet:
		return 0
	case f.env.verbose:
		return n - others
	}
	return n - min(others, mostOthers)
}

func (f *keySearch) summary(b *strings.Builder, t *textReport, places int, written bool) {
	head := t.style(styleRed, "not found")
	if places > 0 {
		head = t.style(styleBold, "found in "+plural(places, "file"))
	}
	line := fmt.Sprintf("%s: the key of %s; %s and %s searched", head, f.subject(), plural(f.files, "file"), bytesText(f.progress.bytes.Load()))
	if n := len(f.unopened); n > 0 {
		line += fmt.Sprintf(", %d not opened", n)
	}
	fmt.Fprintln(b, line)
	switch {
	case places > 0 && f.out != nil && written:
		fmt.Fprintf(b, "written to %s\n", printable(f.out.out))
	case places > 0 && f.out == nil:
		k, pass := &f.found[0], "" // the matches come first
		if k.Encrypted {
			pass = " --pass …"
		}
		fmt.Fprintf(b, "%s certconv find-key --cert %s %s%s --out FILE\n", t.style(styleDim, "to take it out:"), shellWord(f.cert), shellWord(k.Path), pass)
	}
}

// subject names what the key is looked for.
func (f *keySearch) subject() string {
	if len(f.wanted) == 1 {
		return printable(shownName(f.cert) + " (" + f.wanted[0].what + ")")
	}
	return printable(shownName(f.cert)) + " (" + plural(len(f.wanted), "public key") + ")"
}

func (k *foundKey) describe() string {
	s := keyTitle(k.Algorithm, k.Bits) + ", " + formatTitle(k.Format)
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

// bytesText is a number of bytes for people.
func bytesText(n int64) string {
	for _, u := range []struct {
		size int64
		name string
	}{{1e12, "TB"}, {1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}} {
		if n >= u.size {
			return fmt.Sprintf("%.3g %s", float64(n)/float64(u.size), u.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
