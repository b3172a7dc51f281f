package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/certconv/certconv/convert"
	knowledge "github.com/certconv/certconv/internal/explain"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/validate"
)

func explainCommand() command {
	return command{
		name:    "explain",
		args:    "[TEXT…] [FILE…]",
		summary: "explain an error code, a message or a whole log, and say what to do",
		about: "TEXT is the code of a finding of certconv, an error number in any form, a message of a server, browser or library in English or Japanese, or a description in your own words. Without TEXT certconv reads a log from standard input or from a FILE, and explains each known line once.\n" +
			"With FILEs certconv runs the checks that decide between the causes, and marks the cause that they confirm.\n" +
			"Exit code 0: the text is known. 1: it is not known, and the nearest known texts are listed.",
		examples: []example{
			{"an error number", "certconv explain 0x80090304"},
			{"a message", `certconv explain "PEM routines::no start line"`},
			{"which of the causes it is for these files", "certconv explain 80090304 site.key site.crt"},
			{"a log", "certconv explain < /var/log/apache2/error.log"},
			{"a finding of certconv check", "certconv explain chain-incomplete"},
		},
		flags: slices.Concat(
			[]cli.Flag{
				stringFlag("for", "`TARGET` software that will load the files; default: the server that the message comes from"),
				listFlag("host", "`NAME` host name that clients use; repeatable"),
				stringFlag("roots", "`FILE` trust anchors; default: those of the system"),
				stringFlag("at", "`TIME` check as of this time, for example 2026-01-31T12:00:00Z; default: now"),
			}, readFlags(), reportFlags()),
		run: runExplain,
	}
}

// explanation is one run of explain.
type explanation struct {
	env    *env
	plan   *checkPlan
	text   string
	logs   []string // files, "-" for standard input
	result *knowledge.Result
	inputs []*site.Input
	report *validate.Report // of the files; nil without
}

func runExplain(e *env, c *cli.Context) error {
	plan, err := planCheck(e, c)
	if err != nil {
		return err
	}
	x := &explanation{env: e, plan: plan}
	if err := x.sort(c.Args().Slice()); err != nil {
		return err
	}
	plan.roots, plan.opts.Hosts = c.String("roots"), c.StringSlice("host")
	if plan.opts.Now, err = parseAt(c.String("at")); err != nil {
		return err
	}
	plan.opts.ExpiresWithin, _ = parseSpan("")
	if err := e.secrets.take(c.StringSlice("pass")); err != nil {
		return err
	}
	if x.result, err = x.known(); err != nil {
		return err
	}
	if plan.opts.Target, err = x.target(c.String("for")); err != nil {
		return err
	}
	if len(plan.inputs) > 0 {
		if err := x.check(); err != nil {
			return err
		}
	}
	return x.finish()
}

// sort tells texts, logs and files to be checked apart.
func (x *explanation) sort(args []string) error {
	var texts, files []string
	for _, a := range args {
		info, err := os.Stat(a)
		switch {
		case a == "-":
			x.logs = append(x.logs, a)
		case err == nil && info.Mode().IsRegular():
			files = append(files, a)
		case err == nil && info.IsDir() && strings.ContainsAny(a, `/\`):
			files = append(files, a)
		default:
			if err != nil && looksLikeFile(a) {
				x.env.note("%s: there is no such file; it is taken for text", a)
			}
			texts = append(texts, a)
		}
	}
	x.text = strings.Join(texts, " ")
	for _, f := range files {
		if x.text == "" && x.isLog(f) {
			x.logs = append(x.logs, f)
		} else {
			x.plan.inputs = append(x.plan.inputs, &site.Input{Path: f})
		}
	}
	if x.text == "" && len(files) == 0 && len(x.logs) == 0 {
		if term.IsTerminal(int(x.env.stdin.Fd())) {
			return fault.Usagef("nothing to explain").WithHint(`certconv explain "MESSAGE OR CODE", or certconv explain < error.log`)
		}
		x.logs = []string{"-"}
	}
	return x.env.claimInputs(x.logs)
}

// looksLikeFile reports whether a word has the extension of one of our formats.
func looksLikeFile(a string) bool {
	ext := strings.ToLower(filepath.Ext(a))
	return !strings.ContainsAny(a, " \n") && slices.ContainsFunc(convert.Formats(), func(f convert.Format) bool { return slices.Contains(f.Exts, ext) })
}

// isLog reports whether a file is text and none of our formats.
func (x *explanation) isLog(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 64<<10)
	n, _ := f.Read(head)
	head = head[:n]
	if n < cap(head) {
		b, err := convert.Decode(head, &convert.DecodeOptions{File: path, MaxSize: int64(cap(head))})
		return n > 0 && errors.Is(err, convert.ErrUnknownFormat) && (b == nil || b.Len() == 0)
	}
	wide := bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
	return wide || bytes.IndexByte(head, 0) < 0 && !bytes.Contains(head, []byte("-----BEGIN"))
}

// known looks up the text, or reads the logs.
func (x *explanation) known() (*knowledge.Result, error) {
	if x.text != "" {
		return knowledge.Text(x.text), nil
	}
	all := &knowledge.Result{}
	for _, path := range x.logs {
		f := x.env.stdin
		if path != "-" {
			var err error
			if f, err = os.Open(path); err != nil {
				return nil, fault.Reading(path, err)
			}
			defer f.Close()
		}
		r, err := knowledge.Log(f)
		if err != nil {
			return nil, fault.Reading(site.NameOf(path), err)
		}
		all.Add(r)
	}
	return all, nil
}

// target is the one of --for, or the one that the message comes from.
func (x *explanation) target(name string) (string, error) {
	if name != "" {
		t, err := targetNamed(name)
		if err != nil {
			return "", err
		}
		return t.Value(), nil
	}
	for _, m := range x.result.Matches {
		if m.Target != "" {
			return m.Target, nil
		}
	}
	return "", nil
}

// check runs the checks on the files. What they find is explained if there is
// no text or none that is known, and told beside a text whose causes they do
// not show.
func (x *explanation) check() error {
	var err error
	if x.plan.opts.Roots, err = x.plan.anchors(); err != nil {
		return err
	}
	inputs, sites := x.plan.checkAll(x.plan.grouper())
	x.inputs, x.report = inputs, x.plan.outcome(nil, sites).Report()
	site.Wipe(inputs)
	worst := report.WorstFirst(x.report.Findings)
	if x.result.Unknown() {
		if x.text != "" && len(worst) > 0 {
			x.env.note("this is not known: %s; the checks of the files find:", clip(x.text))
		}
		for _, f := range worst {
			x.result.Add(knowledge.Text(f.Code))
		}
		return nil
	}
	for i := range x.result.Matches {
		if m := &x.result.Matches[i]; len(x.shown(m)) == 0 {
			m.Show(worst)
		}
	}
	return nil
}

// found are the findings that show cause number i. Where it is the finding
// itself that is explained, its severity does not matter.
func (x *explanation) found(m *knowledge.Match, i int) []validate.Finding {
	var list []validate.Finding
	if x.report == nil {
		return nil
	}
	for _, f := range x.report.Findings {
		if (f.Severity.AtLeast(validate.Warning) || f.Code == m.ID) && m.CauseOf(&f) == i {
			list = append(list, f)
		}
	}
	return list
}

// finish renders the report and gives the exit code.
func (x *explanation) finish() error {
	if err := x.env.writePage(x.page()); err != nil {
		return err
	}
	for _, in := range x.inputs {
		if f := in.Unread(); f != nil {
			x.env.errorLine(f)
			return f.Told()
		}
	}
	if x.result.Unknown() && x.report == nil {
		f := fault.New(fault.Unknown, "", "nothing in the log is known")
		if x.text != "" {
			f.Text = "this is not known: " + clip(x.text)
			f.Hint = "give the number or the exact words of the message"
		}
		x.env.errorLine(f)
		return f.Told()
	}
	return nil
}

// clip keeps what is quoted of a text to a line.
func clip(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "�")), " ")
	if utf8.RuneCountInString(s) <= 80 {
		return s
	}
	return string([]rune(s)[:80]) + "…"
}
