package main

import (
	"fmt"
	"time"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/signed"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/validate"
)

// verdictsPage is the report of roots verify.
type verdictsPage struct {
	Schema   int              `json:"schema"`
	Lists    []verifiedList   `json:"lists"`
	Findings []report.Finding `json:"findings"`
	Error    *report.Fault    `json:"error,omitempty"`

	at time.Time
}

type verifiedList struct {
	Path    string         `json:"path"`
	Verdict string         `json:"verdict"`
	Lines   []verifiedStep `json:"lines,omitempty"`

	name     string
	findings []validate.Finding
}

type verifiedStep struct {
	Step  string `json:"step"`
	State string `json:"state"`
	Text  string `json:"text"`
}

// Verdicts on a list.
const (
	listAccepted = "accepted"
	listRefused  = "refused"
	notAList     = "not-a-list"
)

func (r *rootsRun) verify() error {
	page := &verdictsPage{Schema: 1, Lists: []verifiedList{}, Findings: []report.Finding{}, at: r.at}
	result := &report.Result{Tool: "roots verify", FailOn: r.failOn}
	var first *fault.Failure
	refused, foreign := false, false
	for _, path := range r.files {
		in := &site.Input{Path: path}
		data, err := r.loader.Reader.Read(path, nil)
		if err != nil {
			r.fail(&first, err)
			result.Unread = append(result.Unread, fault.Of(err))
			continue
		}
		in.Data = data
		in.Bundle, _ = r.loader.Reader.Decode(in.Name(), data)
		rep := r.judge(in)
		l := r.verified(in)
		l.findings = rep.Findings
		refused = refused || l.Verdict == listRefused
		foreign = foreign || l.Verdict == notAList
		page.Lists = append(page.Lists, l)
		page.Findings = append(page.Findings, report.NewFindings(rep.Findings, argWords)...)
		result.Sites = append(result.Sites, report.Site{Bundle: in.Bundle, Report: rep, Files: []report.File{{Path: path, Name: in.Name(), Data: data, Bundle: in.Bundle}}})
	}
	page.Error = report.NewFault(first)
	if err := r.writeVerdicts(page, result); err != nil {
		return err
	}
	switch {
	case first != nil:
		return first.Told()
	case foreign:
		return fault.New(fault.WrongObject, "", "").Told()
	case refused || result.Refuses():
		return fault.New(fault.Findings, "", "").Told()
	}
	return nil
}

func (r *rootsRun) writeVerdicts(page *verdictsPage, result *report.Result) error {
	if r.env.form.Pages {
		return r.env.writePage(page)
	}
	return r.env.writeResult(result)
}

// verified is the verdict on the list in a file.
func (r *rootsRun) verified(in *site.Input) verifiedList {
	l := verifiedList{Path: in.Path, Verdict: notAList, name: in.Name()}
	for i := range in.Bundle.Others {
		if in.Bundle.Others[i].OID != lists.OIDCTL {
			continue
		}
		list, err := lists.ParseCTL(in.Bundle.Others[i].Raw)
		if err != nil {
			l.Verdict = listRefused
			continue
		}
		v := signed.Verify(list, r.at, r.anchors.Named)
		if l.Verdict == notAList {
			l.Verdict = listAccepted
		}
		if !v.Accepted() {
			l.Verdict = listRefused
		}
		for _, s := range v.Lines {
			l.Lines = append(l.Lines, verifiedStep{string(s.Step), string(s.State), s.Text.String()})
		}
	}
	return l
}

func (page *verdictsPage) Text(p *report.Printer) {
	for i := range page.Lists {
		l := &page.Lists[i]
		if i > 0 {
			p.Printf("\n")
		}
		verdict := map[string]report.Styled{
			listAccepted: p.Green("Windows accepts it"), listRefused: p.Red("Windows does not accept it"), notAList: p.Red("no trust list"),
		}[l.Verdict]
		if l.Verdict != notAList {
			verdict += p.Sprintf(" at %s", moment(page.at))
		}
		p.Printf("%s: %s\n", p.Bold(l.name), verdict)
		for _, s := range l.Lines {
			state := p.Sprintf("%-7s", s.State)
			if s.State == string(signed.Bad) {
				state = p.Red(fmt.Sprintf("%-7s", s.State))
			}
			p.Printf("     %s %s %s\n", p.Dim(fmt.Sprintf("%-10s", s.Step)), state, s.Text)
		}
		findingLines(p, l.findings)
	}
}

// findingLines prints findings below what they are about.
func findingLines(p *report.Printer, list []validate.Finding) {
	for _, f := range report.WorstFirst(list) {
		head := fmt.Sprintf("%s[%s]", f.Severity, f.Code)
		style := p.Yellow
		if f.Severity == validate.Error {
			style = p.Red
		}
		p.Printf("  %s %s\n", style(head), f.Message)
		if !f.Action.IsZero() {
			p.Printf("      fix: %s\n", p.Remedy(f.Action, "           "))
		}
	}
}
