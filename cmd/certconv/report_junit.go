package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/certconv/certconv/validate"
)

// The elements of JUnit's XML that Jenkins and GitLab read.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr,omitempty"`
		Failure *junitMessage `xml:"failure"`
		Error   *junitMessage `xml:"error"`
		Skipped *junitMessage `xml:"skipped"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes a test suite for each site and a test case for each check.
// A finding that does not count for the exit code is output of its case, not a
// failure.
func (v *verdict) writeJUnit(w io.Writer) error {
	all := junitSuites{Name: "certconv " + v.tool}
	for _, s := range v.sites {
		all.Suites = append(all.Suites, v.suite(s))
	}
	if len(v.failures) > 0 {
		suite := junitSuite{Name: "files"}
		for _, f := range v.failures {
			suite.Cases = append(suite.Cases, junitCase{
				Name: f.code, Class: printable(f.file), File: printable(f.file),
				Error: &junitMessage{Message: printable(f.text), Type: f.code, Text: printable(f.hint)},
			})
		}
		all.Suites = append(all.Suites, suite)
	}
	for i := range all.Suites {
		s := &all.Suites[i]
		for j := range s.Cases {
			s.Tests++
			switch c := &s.Cases[j]; {
			case c.Failure != nil:
				s.Failures++
			case c.Error != nil:
				s.Errors++
			case c.Skipped != nil:
				s.Skipped++
			}
		}
		all.Tests, all.Failures, all.Errors, all.Skipped = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors, all.Skipped+s.Skipped
	}
	return writeXML(w, all)
}

func writeXML(w io.Writer, v any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (v *verdict) suite(s *site) junitSuite {
	name := printable(s.certFile().name())
	suite := junitSuite{Name: name}
	byCode := map[string][]*validate.Finding{}
	var codes []string
	for i := range s.report.Findings {
		f := &s.report.Findings[i]
		if byCode[f.Code] == nil {
			codes = append(codes, f.Code)
		}
		byCode[f.Code] = append(byCode[f.Code], f)
	}
	for _, code := range codes {
		c := junitCase{Name: code, Class: name}
		var text []string
		message := ""
		worst := validate.Severity("")
		for _, f := range byCode[code] {
			line := fmt.Sprintf("%s: %s", placeText(f.At), f.Message)
			if f.Remedy != "" {
				line += "\nfix: " + f.Remedy
			}
			text = append(text, line)
			if f.Severity.AtLeast(worst) && worst != f.Severity {
				worst, message, c.File = f.Severity, f.Message.String(), printable(v.path(f.At))
			}
		}
		if v.counts(worst) {
			c.Failure = &junitMessage{Message: printable(message), Type: string(worst), Text: printableLines(text)}
		} else {
			c.Output = string(worst) + ": " + printableLines(text)
		}
		suite.Cases = append(suite.Cases, c)
	}
	for _, code := range s.report.Passed {
		suite.Cases = append(suite.Cases, junitCase{Name: code, Class: name})
	}
	for _, k := range s.report.Skipped {
		suite.Cases = append(suite.Cases, junitCase{Name: k.Code, Class: name, Skipped: &junitMessage{Message: printable(k.Why)}})
	}
	return suite
}

func printableLines(list []string) string {
	var out []string
	for _, s := range list {
		for line := range strings.SplitSeq(s, "\n") {
			out = append(out, printable(line))
		}
	}
	return strings.Join(out, "\n")
}
