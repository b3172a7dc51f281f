package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/roots"
	"github.com/certconv/certconv/internal/terminal"
)

// exportPage is the report of roots export.
type exportPage struct {
	Schema  int           `json:"schema"`
	Out     string        `json:"out"`
	For     string        `json:"for"`
	Written bool          `json:"written"`
	Roots   int           `json:"roots"`
	Files   []string      `json:"files,omitempty"`
	Limited []rootJSON    `json:"limited"`
	LeftOut []rootJSON    `json:"left_out"`
	Missing []rootJSON    `json:"missing"`
	Error   *report.Fault `json:"error,omitempty"`

	quiet bool
}

// storeKinds are the kinds of stores to write, with their format.
var storeKinds = []struct{ name, format string }{{"debian", ""}, {"rhel", "pem"}, {"java", "jks"}, {"p7b", "p7b"}, {"sst", "sst"}, {"pem", "pem"}}

func storeKindNames() []string {
	var names []string
	for _, k := range storeKinds {
		names = append(names, k.name)
	}
	return names
}

// storeKind is the format of a kind of store, "" of a folder.
func storeKind(name string) (format string, err error) {
	for _, k := range storeKinds {
		if k.name == name {
			return k.format, nil
		}
	}
	names := storeKindNames()
	if name == "" {
		return "", fault.Usagef("roots export needs --for: %s", strings.Join(names, ", "))
	}
	return "", fault.Usagef("--for: there is no kind of store %q%s", name, didYouMean(name, names))
}

func (r *rootsRun) export() error {
	kind := r.ctx.String("for")
	format, err := storeKind(kind)
	if err != nil {
		return err
	}
	out := r.ctx.String("out")
	switch {
	case out == "":
		return fault.Usagef("roots export needs --out")
	case out == "-" && kind == "debian":
		return fault.Usagef("--for debian writes a file for each root: --out names their folder")
	case out == "-" && kind != "pem" && kind != "rhel" && terminal.Is(r.env.stdout.file):
		return fault.Usagef("%s is binary, and standard output is a terminal", kind).WithHint("add --out FILE")
	case out == "-" && r.env.form.Document:
		return fault.Usagef("--out - and --format %s exclude each other: both go to standard output", r.env.form.Name)
	}
	purpose, err := r.purpose(serverPurpose(""))
	if err != nil {
		return err
	}
	picked, err := r.pick(purpose)
	if err != nil {
		return err
	}
	page := &exportPage{Schema: 1, Out: out, For: kind, Roots: len(picked.Certs), Limited: rootList(picked.Limited), LeftOut: rootList(picked.Left), Missing: rootList(picked.Missing), quiet: out == "-"}
	switch {
	case len(picked.Certs) == 0 && len(picked.Missing) == 0:
		return fault.New(fault.NothingToWrite, r.files[0], "nothing in it is trusted for this usage at this time")
	case len(picked.Missing) > 0 && (!r.ctx.Bool("allow-missing") || len(picked.Certs) == 0):
		missing := fault.New(fault.NothingToWrite, r.files[0], "%d of %d certificates are missing", len(picked.Missing), len(picked.Missing)+len(picked.Certs)).
			WithHint("a list has only digests: --certs FILE says where the certificates are; --allow-missing writes what there is")
		page.Error = report.NewFault(missing)
		if err := r.env.writePage(page); err != nil {
			return err
		}
		return missing
	}
	if kind == "debian" {
		page.Files, err = r.writeFolder(out, picked.Certs)
	} else {
		err = r.writeStore(out, format, picked.Certs)
	}
	if err != nil {
		return err
	}
	page.Written = true
	return r.env.writePage(page)
}

// pick takes the roots out of the list, with their certificates.
func (r *rootsRun) pick(purpose string) (*roots.Picked, error) {
	list, err := r.one(r.files[0], "authroot", "store")
	if err != nil {
		return nil, err
	}
	if list.Distrust {
		return nil, fault.New(fault.WrongObject, list.Name(), "it lists what is not to be trusted").WithHint("certconv roots compare looks for these in a store")
	}
	if r.unread != nil && !r.ctx.Bool("allow-missing") {
		return nil, r.unread.Told()
	}
	if disbelieved(r.doubts) && !r.ctx.Bool("allow-bad-integrity") {
		f := report.WorstFirst(r.doubts)[0]
		hint := "get the list again from where it came from"
		if f.Code == "list-signer-unknown" {
			hint = "--roots FILE names the CA of its signer if it is your own"
		}
		return nil, fault.New(fault.Code(f.Code), list.Name(), "%s", f.Message).WithHint("%s; --allow-bad-integrity writes what it says all the same", hint)
	}
	for _, f := range r.doubts {
		r.env.warn("%s: %s", list.Name(), f.Message)
	}
	var stores []*roots.Store
	for _, path := range r.ctx.StringSlice("certs") {
		more, err := r.loader.Load(path)
		if err != nil {
			return nil, err
		}
		stores = append(stores, more...)
	}
	return roots.Pick(list, roots.NewCertificates(stores), purpose, r.at), nil
}

// writeStore writes all roots to one file.
func (r *rootsRun) writeStore(out, format string, certs []convert.Certificate) error {
	opts := &convert.EncodeOptions{TextNames: true, Time: r.at}
	if format == "jks" {
		password, err := r.env.secrets.takeNew("--pass-out", r.ctx.String("pass-out"))
		if err != nil {
			return err
		}
		if password == nil {
			password = []byte(javaPassword)
		}
		opts.Password = password
	} else if r.ctx.IsSet("pass-out") {
		return fault.Usagef("--pass-out: only a store for java has a password")
	}
	data, err := convert.Encode(&convert.Bundle{Certs: withoutPlace(certs)}, format, opts)
	if err != nil {
		return err
	}
	if out == "-" {
		return r.env.print(data)
	}
	return atomicfile.Write(out, data, atomicfile.Public, r.ctx.Bool("force"), r.env.signals.Guard)
}

// withoutPlace drops what ties certificates to the files that they are from, but their names.
func withoutPlace(certs []convert.Certificate) []convert.Certificate {
	list := make([]convert.Certificate, len(certs))
	for i, c := range certs {
		c.Names = convert.Names{FriendlyName: c.FriendlyName}
		c.Aux = nil
		list[i] = c
	}
	return list
}

// writeFolder writes each root to a file of its own, as update-ca-certificates takes them: it passes over
// files that are not called .crt, and takes only the first certificate of a file.
func (r *rootsRun) writeFolder(dir string, certs []convert.Certificate) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fault.Writing(dir, err)
	}
	var staged []*atomicfile.Staged
	defer func() {
		for _, s := range staged {
			s.Discard()
		}
	}()
	var names []string
	used := map[string]bool{}
	for i, c := range withoutPlace(certs) {
		data, err := convert.Encode(&convert.Bundle{Certs: []convert.Certificate{c}}, "pem", &convert.EncodeOptions{})
		if err != nil {
			return nil, err
		}
		path := filepath.Join(dir, rootFileName(&certs[i], used))
		target, _, err := atomicfile.Target(path, r.ctx.Bool("force"))
		if err != nil {
			return nil, err
		}
		s, err := atomicfile.Stage(target, data, atomicfile.Public, r.ctx.Bool("force"), r.env.signals.Guard)
		if err != nil {
			return nil, err
		}
		staged = append(staged, s)
		names = append(names, path)
	}
	for _, s := range staged {
		if err := s.Commit(); err != nil {
			return nil, err
		}
	}
	r.warnOfOthers(dir, names)
	return names, nil
}

// warnOfOthers names roots in the folder that are not of this run: the system goes on to trust
// them, whatever the list says today.
func (r *rootsRun) warnOfOthers(dir string, written []string) {
	var found []string
	entries, _ := os.ReadDir(dir) // it was just written to
	for _, e := range entries {
		if path := filepath.Join(dir, e.Name()); strings.HasSuffix(path, ".crt") && !slices.Contains(written, path) {
			found = append(found, path)
		}
	}
	if n := len(found); n > 0 {
		r.env.warn("%s has %s that this run has not written, and that are trusted all the same: %s", dir, report.Plural(n, "file"), strings.Join(found[:min(n, 5)], ", "))
	}
}

// rootFileName is a name for the file of a root, of its own name: no two are the same, in any
// case of letters.
func rootFileName(c *convert.Certificate, used map[string]bool) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '.':
			return r
		}
		return '_'
	}, c.FriendlyName)
	for strings.Contains(name, "__") {
		name = strings.ReplaceAll(name, "__", "_")
	}
	if name = strings.Trim(name, "_.-"); len(name) < 3 {
		name = "root"
	}
	name = name[:min(len(name), 80)]
	if used[strings.ToLower(name)] {
		var it item
		it.fingerprints(c.Raw)
		name += "_" + it.SHA256[:8]
	}
	used[strings.ToLower(name)] = true
	return name + ".crt"
}

func (page *exportPage) Text(p *report.Printer) {
	if page.quiet {
		return
	}
	if page.Written {
		files := page.Out
		if len(page.Files) > 0 {
			files = report.Plural(len(page.Files), "file") + " in " + page.Out
		}
		p.Printf("%s: %s\n", p.Bold(files), report.Plural(page.Roots, "root"))
	}
	rootLines(p, "missing", page.Missing)
	if !p.Quiet {
		rootLines(p, "written, and trusted by the list only for certificates that were issued before a date, which such a store cannot say", page.Limited)
		rootLines(p, "left out, since all that was issued before the date of the list has expired", page.LeftOut)
	}
	if page.Written && len(page.Missing) == 0 {
		if next := nextStep(page.For, page.Out); next != "" {
			p.Printf("next: %s\n", next)
		}
	}
}

// nextStep is the command that has the system take a store.
func nextStep(kind, out string) string {
	switch kind {
	case "debian":
		if dir, err := filepath.Abs(out); err == nil && strings.HasPrefix(dir, "/usr/local/share/ca-certificates") {
			return "update-ca-certificates"
		}
		return "copy the files to /usr/local/share/ca-certificates and run update-ca-certificates"
	case "rhel":
		return "copy the file to /etc/pki/ca-trust/source/anchors and run update-ca-trust"
	case "java":
		return "java -Djavax.net.ssl.trustStore=" + terminal.ShellWord(out) + " …"
	case "sst":
		return "certutil -addstore Root " + terminal.ShellWord(out) + " (on Windows)"
	}
	return ""
}

// notThere reports whether a file is missing.
func notThere(err error) bool { return errors.Is(err, fs.ErrNotExist) }
