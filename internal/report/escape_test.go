package report

import (
	"bytes"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/terminal"
	"github.com/certconv/certconv/internal/text"
	"github.com/certconv/certconv/validate"
)

// hostile is what a file may hold to deceive whoever reads a report: colours,
// text from right to left, a title for the window, a line of its own, bytes
// that are no text.
const hostile = "x\x1b[31mred\x1b]0;title\x07\u202eexe\u2028\r\n\terror: \xff\xfe\u009b2J"

// hostileResult has it wherever text of a file can be.
func hostileResult() *Result {
	at := convert.Source{File: hostile, Entry: hostile, Index: 1, Line: 2, Column: 3}
	file := File{Path: hostile, Name: hostile, Data: []byte("first\n" + hostile), Bundle: &convert.Bundle{Certs: make([]convert.Certificate, 1)}}
	file.Locked = &fault.Failure{Code: fault.PasswordMissing, File: hostile + "2", Text: hostile, Hint: hostile}
	bundle := &convert.Bundle{Keys: []convert.PrivateKey{{Source: at, Algorithm: hostile}}}
	report := &validate.Report{
		Passed:  []string{"key-mismatch"},
		Skipped: []validate.Skip{{Code: "chain-incomplete", Why: validate.Why{Kind: "needs", Text: text.Of("%s", hostile)}}},
	}
	for _, s := range []validate.Severity{validate.Error, validate.Warning, validate.Info} {
		report.Findings = append(report.Findings, validate.Finding{
			Code: "pem-body-character", Severity: s, At: at, Message: text.Of("%s", hostile), Action: text.Of("%s; %s", hostile, validate.Step{Do: "inspect", Files: []string{hostile}}), Related: []convert.Source{at}, Refs: []string{hostile},
		})
	}
	return &Result{
		Tool: "check", Target: hostile, FailOn: validate.Error, Sites: []Site{{Files: []File{file}, Bundle: bundle, Report: report}},
		Unread: []*fault.Failure{{Code: fault.NotFound, File: hostile, Text: hostile, Hint: hostile}},
	}
}

// printsAsItIs reports whether a terminal shows all of the text and obeys none of
// it, but for line ends.
func printsAsItIs(out string) bool {
	return utf8.ValidString(out) && strings.IndexFunc(out, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) < 0
}

func TestFormsEscape(t *testing.T) {
	for _, f := range Forms() {
		for _, opts := range []Options{{}, {Width: 60}, {Verbose: true}} {
			var out bytes.Buffer
			h := f.Handler(&out, &opts)
			if err := h.Result(hostileResult()); err != nil {
				t.Fatal(err)
			}
			if err := h.Failure(hostileResult().Unread[0]); err != nil {
				t.Fatal(err)
			}
			check := printsAsItIs
			if f.Name != "text" && f.Name != "junit" && !f.Monitor {
				check = allJSON
			}
			if !check(out.String()) || out.Len() < 100 {
				t.Errorf("%s %+v: %q", f.Name, opts, out.String())
			}
		}
	}
}

// allJSON reports whether out is JSON documents and nothing else, which a
// terminal shows as they are. Programs get what is in a file all the same, where
// it is text at all.
func allJSON(out string) bool {
	dec := json.NewDecoder(strings.NewReader(out))
	for dec.More() {
		var v any
		if dec.Decode(&v) != nil {
			return false
		}
	}
	return printsAsItIs(out)
}

func TestEncoderKeepsStrings(t *testing.T) {
	in := map[string]string{"a\u202e": "\x7fü \u2028\U000e0041\u0085€\ufeff\u00a0"}
	var out bytes.Buffer
	if err := NewEncoder(&out).Encode(in); err != nil {
		t.Fatal(err)
	}
	if want := `{"a\u202e":"\u007fü \u2028\udb40\udc41\u0085€\ufeff` + "\u00a0\"}\n"; out.String() != want {
		t.Errorf("%q, not %q", out.String(), want)
	}
	var back map[string]string
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || !maps.Equal(back, in) {
		t.Errorf("%v %q", err, back)
	}
}

// What is Styled is printed as it is, all else is escaped, whatever its type.
func TestPrinterEscapes(t *testing.T) {
	p := &Printer{Options: &Options{Colour: true}}
	p.Printf("%s %s %s %v %d", p.Red("a\x1b"), p.Bold(p.Dim("b")), "c\x1b", text.Of("%s", "d\x1b"), 5)
	p.Printf("%s\n", p.Wrap("e\x1b\nf\x1b", "  "))
	want := "\x1b[31ma\\x1b\x1b[0m \x1b[1m\x1b[2mb\x1b[0m\x1b[0m c\\x1b d\\x1b 5e\\x1b\n  f\\x1b\n"
	if got := p.out.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text   string
		width  int
		indent string
		want   string
	}{
		{"one two three", 7, "", "one two\nthree"},
		{"one two three", 7, "  ", "one\n  two\n  three"},
		{"größte größte", 13, "", "größte größte"}, // characters count, not bytes
		{"unbreakable-word and more", 10, "", "unbreakable-word\nand more"},
		{"a  b\nc", 10, "", "a  b\nc"}, // a name may have two spaces
		{strings.Repeat("x ", 60), 0, "", strings.Repeat("x ", 49) + "x\n" + strings.Repeat("x ", 10)},
	} {
		if got := terminal.Wrap(c.text, c.width, c.indent); got != c.want {
			t.Errorf("%q, %d: got %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1000: "1 kB", 999_400: "999 kB", 999_600: "1 MB", 1_234_567: "1.23 MB", 2e12: "2 TB"} {
		if got := Bytes(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
