package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/terminal"
	"github.com/certconv/certconv/validate"
)

// The elements of JUnit's XML that Jenkins and GitLab read.
type (
	junitSuite struct {
		Name     junitText   `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   junitText     `xml:"classname,attr"`
		File    junitText     `xml:"file,attr,omitempty"`
		Failure *junitMessage `xml:"failure"`
		Error   *junitMessage `xml:"error"`
		Skipped *junitMessage `xml:"skipped"`
		Output  junitText     `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Message junitText `xml:"message,attr"`
		Type    string    `xml:"type,attr,omitempty"`
		Text    junitText `xml:",chardata"`
	}
)

// junitText is text that may come from files: XML has no place for most control
// characters.
type junitText string

// MarshalText escapes all lines of the text.
func (t junitText) MarshalText() ([]byte, error) {
	return []byte(terminal.PrintableLines(string(t))), nil
}

// MarshalXMLAttr escapes line ends too.
func (t junitText) MarshalXMLAttr(name xml.Name) (xml.Attr, error) {
	return xml.Attr{Name: name, Value: terminal.Printable(string(t))}, nil
}

// junitForm is JUnit's XML.
type junitForm struct {
	w    io.Writer
	opts *Options
}

func newJUnit(w io.Writer, opts *Options) Handler { return junitForm{w, opts} }

func (j junitForm) Failure(f *fault.Failure) error { return j.Result(failed(f)) }

// Result writes a test suite for each site and a test case for each check. A
// finding that does not count for the exit code is output of its case, not a
// failure.
func (j junitForm) Result(r *Result) error {
	return writeXML(j.w, &junitSuites{r, j.opts.Wording})
}

// junitSuites is a result as one element. Its suites are made one by one, first to be
// counted and then to be written: there may be very many.
type junitSuites struct {
	r *Result
	w Wording
}

// MarshalXML writes the element.
func (all *junitSuites) MarshalXML(enc *xml.Encoder, _ xml.StartElement) error {
	var sum junitSuite
	_ = all.each(func(s *junitSuite) error {
		sum.Tests, sum.Failures, sum.Errors, sum.Skipped = sum.Tests+s.Tests, sum.Failures+s.Failures, sum.Errors+s.Errors, sum.Skipped+s.Skipped
		return nil
	})
	start := xml.StartElement{Name: xml.Name{Local: "testsuites"}}
	for _, a := range []struct {
		name  string
		value any
	}{{"name", "certconv " + all.r.Tool}, {"tests", sum.Tests}, {"failures", sum.Failures}, {"errors", sum.Errors}, {"skipped", sum.Skipped}} {
		start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: a.name}, Value: fmt.Sprint(a.value)})
	}
	err := enc.EncodeToken(start)
	if err == nil {
		err = all.each(func(s *junitSuite) error {
			return enc.EncodeElement(s, xml.StartElement{Name: xml.Name{Local: "testsuite"}})
		})
	}
	if err == nil {
		err = enc.EncodeToken(start.End())
	}
	return err
}

// each makes the suites in turn.
func (all *junitSuites) each(take func(*junitSuite) error) error {
	for i := range all.r.Sites {
		s := all.r.junitSuite(&all.r.Sites[i], all.w)
		s.count()
		if err := take(&s); err != nil {
			return err
		}
	}
	list := all.r.Failures()
	if len(list) == 0 {
		return nil
	}
	suite := junitSuite{Name: "files"}
	for _, f := range list {
		suite.Cases = append(suite.Cases, junitCase{
			Name: string(f.Code), Class: junitText(f.File), File: junitText(f.File),
			Error: &junitMessage{Message: junitText(f.Text), Type: string(f.Code), Text: junitText(f.Hint)},
		})
	}
	suite.count()
	return take(&suite)
}

func (s *junitSuite) count() {
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

func (r *Result) junitSuite(s *Site, w Wording) junitSuite {
	name := junitText(s.Files[s.Main].Name)
	suite := junitSuite{Name: name}
	byCode := map[string][]*validate.Finding{}
	var codes []string
	for i := range s.Report.Findings {
		f := &s.Report.Findings[i]
		if byCode[f.Code] == nil {
			codes = append(codes, f.Code)
		}
		byCode[f.Code] = append(byCode[f.Code], f)
	}
	for _, code := range codes {
		suite.Cases = append(suite.Cases, r.junitCase(name, byCode[code], w))
	}
	suite.Cases = append(suite.Cases, r.junitAccepted(name, s.Accepted)...)
	for _, code := range s.Report.Passed {
		suite.Cases = append(suite.Cases, junitCase{Name: code, Class: name})
	}
	for _, k := range s.Report.Skipped {
		suite.Cases = append(suite.Cases, junitCase{Name: k.Code, Class: name, Skipped: &junitMessage{Message: junitText(w.text(k.Why.Text))}})
	}
	return suite
}

// junitAccepted are the cases of accepted findings, one for each check.
func (r *Result) junitAccepted(class junitText, list []Settled) []junitCase {
	var cases []junitCase
	for i := range list {
		f := &list[i]
		name, line := f.Code+" (accepted)", junitText(fmt.Sprintf("%s: %s", Place(f.At), f.Message))
		if n := slices.IndexFunc(cases, func(c junitCase) bool { return c.Name == name }); n >= 0 {
			cases[n].Skipped.Text += "\n" + line
			continue
		}
		cases = append(cases, junitCase{Name: name, Class: class, File: junitText(r.path(f.At)), Skipped: &junitMessage{Message: junitText("accepted " + f.until()), Text: line}})
	}
	return cases
}

// junitCase is that of the findings of one check.
func (r *Result) junitCase(class junitText, findings []*validate.Finding, w Wording) junitCase {
	c := junitCase{Name: findings[0].Code, Class: class}
	var lines []string
	message := ""
	worst := validate.Severity("")
	for _, f := range findings {
		line := fmt.Sprintf("%s: %s", Place(f.At), f.Message)
		if !f.Action.IsZero() {
			line += "\nfix: " + w.text(f.Action)
		}
		if was := r.endedFor(f); was != nil {
			line += "\nwas accepted " + was.until()
		}
		lines = append(lines, line)
		if f.Severity.AtLeast(worst) && worst != f.Severity {
			worst, message, c.File = f.Severity, f.Message.String(), junitText(r.path(f.At))
		}
	}
	text := junitText(strings.Join(lines, "\n"))
	if r.Counts(worst) {
		c.Failure = &junitMessage{Message: junitText(message), Type: string(worst), Text: text}
	} else {
		c.Output = junitText(worst) + ": " + text
	}
	return c
}
