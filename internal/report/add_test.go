package report

import (
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/text"
	"github.com/certconv/certconv/validate"
)

// siteOf is the result of a site of one file with a key, with a finding at each place.
func siteOf(file string, places ...convert.Source) *Result {
	b := &convert.Bundle{Keys: []convert.PrivateKey{{Source: convert.Source{File: file, Index: 1}, Algorithm: "RSA"}}}
	rep := &validate.Report{Passed: []string{"key-weak"}}
	for _, at := range places {
		rep.Findings = append(rep.Findings, validate.Finding{Code: "key-mismatch", Severity: validate.Error, At: at, Message: text.Of("no")})
	}
	return &Result{Sites: []Site{{Files: []File{{Path: file, Name: file, Data: []byte("one\ntwo\n"), Bundle: b}}, Bundle: b, Report: rep}}}
}

func TestAddKeepsWhatFindingsAreShownWith(t *testing.T) {
	object, line := convert.Source{File: "a.pem", Index: 1, Line: 1, Column: 1}, convert.Source{File: "b.pem", Line: 2, Column: 3}
	var all Result
	all.Add(siteOf("a.pem", object))
	all.Add(siteOf("b.pem", line))
	all.Add(siteOf("b.pem")) // the same file in another site
	if f := all.file("a.pem"); f.Data != nil || f.Bundle != nil || all.Sites[0].Bundle != nil {
		t.Error("what no finding shows is held")
	}
	if x := excerptOf(all.file("b.pem"), line); x == nil || x.line != "···" { // there is a key in the file
		t.Errorf("the line that a finding shows is %v", x)
	}
	if got := all.item(object); got != "private key RSA" {
		t.Errorf("the object is %q", got)
	}
	if &all.Sites[0].Report.Passed[0] != &all.Sites[1].Report.Passed[0] {
		t.Error("equal lists are held twice")
	}
	if got := all.Report(); len(got.Findings) != 2 || len(got.Passed) != 1 {
		t.Errorf("the report of all is %v", got)
	}
}
