package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/terminal"
	"github.com/certconv/certconv/validate"
)

func repairCommand() command {
	return command{
		name:    "repair",
		args:    "FILE…",
		summary: "rewrite damaged PEM text as it should be, or say what cannot be restored",
		about: "Undoes what editors, mail, web pages and the clipboard do to PEM text: white space, byte order marks, UTF-16, quotation marks, lost line ends, damaged or missing BEGIN and END lines, and wrong labels. The output is PEM as RFC 7468 specifies it. Before it is written, certconv proves that it holds the same objects, byte for byte. Encrypted keys stay encrypted, and no password is needed.\n" +
			"A character that was lost or replaced cannot be restored. Such a file is refused with exit code 1, and the report names the place. So is a file with other text around its blocks than attributes, printed certificates and comments, for example a configuration: convert writes what it holds as a PEM file, and --keep-text repairs the blocks and keeps the text.\n" +
			"The result goes to standard output or to --out. Only --in-place changes the file itself, and keeps the original as FILE.bak.",
		examples: []example{
			{"what is wrong and what would change", "certconv repair --dry-run site.pem"},
			{"repair a file in place and keep site.pem.bak", "certconv repair --in-place site.pem"},
			{"write another file and keep the text between the blocks", "certconv repair --keep-text site.pem --out repaired.pem"},
			{"from the clipboard", "xclip -o | certconv repair - > site.pem"},
		},
		flags: slices.Concat(
			[]cli.Flag{
				&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "`FILE` output file; - is standard output"},
				boolFlag("in-place", "replace FILE, and keep the original as FILE.bak"),
				boolFlag("dry-run", "write nothing, and show what would change"),
				boolFlag("keep-text", "keep the text around and between the blocks"),
				boolFlag("force", "replace an existing file"),
				stringFlag("max-size", "`SIZE` refuse inputs larger than this (256MiB)"),
			}, reportFlags()),
		run: runRepair,
	}
}

// repairs is one run of repair.
type repairs struct {
	env     *env
	out     string
	inPlace bool
	dryRun  bool
	force   bool
	keep    bool
	reader  *site.Reader
	result  *report.Result // of the checks of the text, for reports that are documents
	worst   *fault.Failure // that decides the exit code
}

func runRepair(e *env, c *cli.Context) error {
	paths := e.piped(c.Args().Slice())
	r := &repairs{env: e, out: c.String("out"), inPlace: c.Bool("in-place"), dryRun: c.Bool("dry-run"), force: c.Bool("force"), keep: c.Bool("keep-text")}
	switch {
	case len(paths) == 0:
		return fault.Usagef("repair needs a file")
	case r.inPlace && r.out != "":
		return fault.Usagef("--in-place and --out exclude each other")
	case len(paths) > 1 && !r.inPlace && !r.dryRun:
		return fault.Usagef("repair writes one file; several need --in-place or --dry-run")
	case r.inPlace && slices.Contains(paths, "-"):
		return fault.Usagef("--in-place: standard input has no place")
	case e.form.Document && !r.dryRun && !r.inPlace && (r.out == "" || r.out == "-"):
		return fault.Usagef("--format %s and the output cannot both go to standard output: add --out FILE or --dry-run", e.form.Name)
	}
	var err error
	limit, err := parseSize(c.String("max-size"))
	if err != nil {
		return err
	}
	r.reader = e.reader("", limit)
	if err := e.claimInputs(paths); err != nil {
		return err
	}
	if e.form.Document {
		r.result = &report.Result{Tool: "repair", FailOn: report.Never}
	}
	for _, path := range paths {
		if err := r.file(path); err != nil {
			r.failed(fault.Of(fault.In(err, site.NameOf(path))))
		}
	}
	if r.result != nil {
		if err := e.writeResult(r.result); err != nil {
			return err
		}
	}
	if r.worst == nil {
		return nil
	}
	return r.worst.Told()
}

// failed reports what kept one of the files from being repaired, and goes on.
func (r *repairs) failed(f *fault.Failure) {
	r.env.stdout.flush()
	r.env.errorLine(f)
	if r.worst == nil || f.Exit() < r.worst.Exit() {
		r.worst = f
	}
	if r.result != nil {
		r.result.Unread = append(r.result.Unread, f)
	}
}

// file repairs one file.
func (r *repairs) file(path string) error {
	name := site.NameOf(path)
	data, err := r.reader.Read(path, nil)
	if err != nil {
		return err
	}
	defer clear(data)
	if len(data) == 0 {
		return site.Empty(name)
	}
	if r.result != nil {
		r.judge(path, data)
	}
	if f := convert.Detect(data); f != nil && f.Archive {
		return notPEM(name, f) // not even if there is PEM text in it
	}
	fixed, err := pem.Repair(data, r.keep, otherFormat)
	if err != nil {
		return r.refused(name, data, fixed, err)
	}
	defer clear(fixed.Text)
	if fixed.Around.Line > 0 && !r.keep {
		return carried(name, fixed)
	}
	r.tell(name, fixed)
	switch {
	case r.dryRun:
		if r.result == nil {
			return r.showDiff(name, fixed)
		}
		return nil
	case r.inPlace:
		return r.replace(path, data, fixed)
	case r.out == "" || r.out == "-":
		return r.env.print(fixed.Text)
	}
	mode := atomicfile.Public
	if fixed.Secret {
		mode = atomicfile.Secret
	}
	return atomicfile.Write(r.out, fixed.Text, mode, r.force, r.env.signals.Guard)
}

// judge runs the checks of the text for the report.
func (r *repairs) judge(path string, data []byte) {
	in := &site.Input{Path: path, Data: data}
	in.Bundle, _ = convert.Decode(data, &convert.DecodeOptions{File: in.Name(), MaxSize: r.reader.MaxSize})
	s := &site.Site{Inputs: []*site.Input{in}, Bundle: in.Bundle}
	s.Check(&validate.Options{Only: textCodes()})
	one := reported(s)
	one.Files[0].Locked = nil // it stays as it is
	r.result.Sites = append(r.result.Sites, one)
}

// textCodes are the checks of what repair may change.
func textCodes() []string {
	var list []string
	for _, code := range checkNames() {
		if strings.HasPrefix(code, "pem-") || strings.HasPrefix(code, "der-") || strings.HasPrefix(code, "file-") && code != "file-left-over" {
			list = append(list, code)
		}
	}
	return list
}

// otherFormat reports whether a format other than PEM knows data.
func otherFormat(data []byte) bool {
	f := convert.Detect(data)
	return f != nil && f.Name != "pem"
}

// refused words why a file cannot be repaired: every place that was lost.
func (r *repairs) refused(name string, data []byte, fixed *pem.Repaired, err error) error {
	if len(fixed.Lost) == 0 {
		return r.unread(name, data, err)
	}
	for _, l := range fixed.Lost[1:] {
		r.env.errorLine(&fault.Failure{File: name, Text: lostWords(l)})
	}
	f := fault.New(fault.NotRepairable, name, "%s", lostWords(fixed.Lost[0]))
	f.Err = err
	if fixed.Lost[0].Reason == pem.Carried {
		return f.WithHint("certconv convert %s --out NEW.pem writes what it holds as PEM", terminal.ShellWord(name))
	}
	return f
}

// unread words why there is nothing to repair.
func (r *repairs) unread(name string, data []byte, err error) error {
	var e *pem.Error
	if !errors.As(err, &e) {
		return fault.In(err, name)
	}
	if d := convert.Detect(data); d != nil && d.Name != "pem" && e.Kind == pem.ErrNone {
		return notPEM(name, d)
	}
	words := &convert.Error{Kind: convert.ErrDamaged, Source: convert.Source{File: name, Line: e.At.Line, Column: e.At.Column}, What: e.What.String(), Missing: int64(e.Missing), Detail: e.Detail.String()}
	switch e.Kind {
	case pem.ErrNone:
		if words.Kind = convert.ErrUnknownFormat; e.Detail.IsZero() {
			if _, err := convert.Decode(data, &convert.DecodeOptions{File: name, MaxSize: r.reader.MaxSize}); err != nil {
				return fault.In(err, name) // it says what the file is instead
			}
		}
	case pem.ErrTooLarge:
		words.Kind = convert.ErrTooLarge
	}
	return fault.Of(words)
}

// carried refuses a file of another kind that carries PEM: nothing but the
// blocks would be left of it.
func carried(name string, fixed *pem.Repaired) *fault.Failure {
	f := fault.New(fault.NotRepairable, name, "line %d, column %d: other text is around the blocks, as in a configuration, and repair would leave nothing but the blocks", fixed.Around.Line, fixed.Around.Column)
	return f.WithHint("certconv convert %s --out NEW.pem writes what it holds as PEM; --keep-text repairs the blocks and keeps the text", terminal.ShellWord(name))
}

// notPEM refuses a file in another format.
func notPEM(name string, format *convert.Format) *fault.Failure {
	f := fault.Of(&convert.Error{Kind: convert.ErrUnknownFormat, Source: convert.Source{File: name}})
	f.Text = "this is no PEM text but " + format.Name
	return f.WithHint("certconv convert %s --to pem --out NEW.pem writes it as PEM", terminal.ShellWord(name))
}

// lostWords says where a block was lost, and what else can be done with it.
func lostWords(l *pem.Error) string {
	words := l.Error()
	if l.At.Line > 0 {
		words = fmt.Sprintf("line %d, column %d: %s", l.At.Line, max(l.At.Column, 1), words)
	}
	switch l.Reason {
	case pem.NoLabel, pem.Carried:
		words += ": certconv convert writes it as a file of its own"
	case pem.Trailing:
		words += "; certconv convert writes what it holds anew"
	}
	return words
}

// tell says what was undone.
func (r *repairs) tell(name string, fixed *pem.Repaired) {
	if !fixed.Changed {
		r.env.note("%s: nothing to repair", name)
		return
	}
	notes := make([]convert.Note, len(fixed.Undone))
	for i, n := range fixed.Undone {
		notes[i] = convert.Note{Source: convert.Source{File: name, Line: n.At.Line}, Kind: n.Kind, Rune: n.Rune, N: n.N, Text: n.Text}
	}
	list := worthTelling(notes, true)
	for _, s := range list {
		r.env.note("%s", s)
	}
	if len(list) == 0 {
		r.env.note("%s: nothing is wrong with it; its lines are wrapped again", name)
	}
}

// replace writes over a file, which is kept under another name.
func (r *repairs) replace(path string, data []byte, fixed *pem.Repaired) error {
	if !fixed.Changed {
		return nil
	}
	target, special, err := atomicfile.Target(path, true)
	if err != nil {
		return err
	}
	if special {
		return fault.New(fault.WriteFailed, path, "it is not a regular file")
	}
	was, err := os.Open(target)
	if err != nil {
		return fault.Reading(path, err)
	}
	defer was.Close()
	info, err := was.Stat()
	if err != nil {
		return fault.Reading(path, err)
	}
	mode := info.Mode().Perm()
	if fixed.Secret {
		mode &= atomicfile.Secret // until it has all of the former file's attributes
	}
	s, err := atomicfile.Stage(target, fixed.Text, mode, true, r.env.signals.Guard)
	if err != nil {
		return fault.Writing(path, err)
	}
	defer s.Discard()
	if err := s.Like(was, info.Mode()); err != nil {
		r.env.warn("%s: its owner and attributes cannot be kept: %s", path, fault.Reason(err))
	}
	was.Close() // Windows replaces no open file
	kept, err := r.env.keepCopy(path, target, data, info.Mode().Perm())
	if err != nil {
		return err
	}
	if err := s.Commit(); err != nil {
		return fault.Writing(path, err)
	}
	r.env.note("%s: repaired; the file as it was is %s", path, kept)
	return nil
}

// keepCopy keeps the file target, with everything that belongs to it, as
// path.bak, or path.bak.1 and so on: what is there is never replaced.
func (e *env) keepCopy(path, target string, data []byte, perm fs.FileMode) (string, error) {
	const most = 1000
	for i := range most {
		name := path + ".bak"
		if i > 0 {
			name = fmt.Sprintf("%s.bak.%d", path, i)
		}
		err := os.Link(target, name)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil { // another file system, or one without links
			err = atomicfile.Write(name, data, perm, false, e.signals.Guard)
			if errors.Is(err, atomicfile.Exists) {
				continue
			}
		}
		return name, err
	}
	return "", fault.New(fault.WriteFailed, path, "there are %d copies of it already, up to %s.bak.%d", most, path, most-1)
}

// showDiff prints what would change.
func (r *repairs) showDiff(name string, fixed *pem.Repaired) error {
	if !fixed.Changed {
		return nil
	}
	before, after := diffLines(fixed.Before, fixed.Secret), diffLines(fixed.Text, fixed.Secret)
	var b bytes.Buffer
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", terminal.Printable(name), cmp.Or(terminal.Printable(r.out), terminal.Printable(name)))
	writeDiff(&b, before, after)
	return r.env.print(b.Bytes())
}
