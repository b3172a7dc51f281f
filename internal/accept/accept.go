package accept

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/validate"
)

// MaxSize is how large a list may be, in bytes.
const MaxSize = 1 << 20

// List is a list of accepted findings.
type List struct {
	dir     string // absolute: where its paths start
	entries []*Entry
}

// Entry accepts what one check finds in some files.
type Entry struct {
	Code, File, Reason string
	Until              time.Time // the last day, at its beginning in UTC

	files pattern
	used  atomic.Bool
}

// UnknownCode is the error of an entry that names no check.
type UnknownCode struct {
	Entry int // counts from 1
	Code  string
}

func (e *UnknownCode) Error() string {
	return fmt.Sprintf("entry %d: there is no check %q", e.Entry, e.Code)
}

// Parse reads a list whose paths start in dir, an absolute path. Its error says
// where it is wrong; it is an UnknownCode if that is the code of an entry.
func Parse(data []byte, dir string) (*List, error) {
	var doc struct{ Accept any } // of any type: the words of the decoder for a wrong one are for programmers
	dec := toml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	if err := dec.DisallowUnknownFields().Decode(&doc); err != nil {
		return nil, placed(err)
	}
	tables, ok := doc.Accept.([]any)
	if !ok && doc.Accept != nil {
		return nil, errors.New("an entry begins with [[accept]]")
	}
	l := &List{dir: dir}
	for i, t := range tables {
		e, err := newEntry(t)
		var unknown *UnknownCode
		switch {
		case errors.As(err, &unknown):
			unknown.Entry = i + 1
			return nil, unknown
		case err != nil:
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
		l.entries = append(l.entries, e)
	}
	return l, nil
}

// newEntry takes an entry that is whole.
func newEntry(v any) (*Entry, error) {
	table, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("it is no table")
	}
	e := &Entry{}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		var err error
		text, isText := table[key].(string)
		text = strings.TrimSpace(text)
		switch key {
		case "code":
			e.Code = text
		case "file":
			e.File = text
		case "reason":
			e.Reason = text
		case "until":
			e.Until, err = day(table[key])
			isText = true
		default:
			return nil, fmt.Errorf("there is no key %q", key)
		}
		if err == nil && !isText {
			err = fmt.Errorf("its %s is no text in quotes", key)
		}
		if err != nil {
			return nil, err
		}
	}
	switch {
	case e.Code == "":
		return nil, errors.New("it has no code")
	case validate.LookupCheck(e.Code) == nil:
		return nil, &UnknownCode{Code: e.Code}
	case e.File == "":
		return nil, errors.New("it has no file")
	case e.Until.IsZero():
		return nil, errors.New("it has no date: until says how long it holds")
	case e.Reason == "":
		return nil, errors.New("it has no reason")
	}
	var err error
	if e.files, err = newPattern(e.File); err != nil {
		return nil, fmt.Errorf("file %q: %w", e.File, err)
	}
	return e, nil
}

// placed is an error of the decoder with its line.
func placed(err error) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) && len(unknown.Errors) > 0 {
		first := &unknown.Errors[0]
		line, _ := first.Position()
		return fmt.Errorf("line %d: there is no key %q", line, strings.Join(first.Key(), "."))
	}
	var bad *toml.DecodeError
	if errors.As(err, &bad) {
		line, _ := bad.Position()
		return fmt.Errorf("line %d: %s", line, strings.TrimPrefix(bad.Error(), "toml: "))
	}
	return err
}

// day takes a date of TOML, or the same as a string.
func day(v any) (time.Time, error) {
	words := fmt.Sprint(v)
	switch v.(type) {
	case toml.LocalDate, string:
		if t, err := time.Parse(time.DateOnly, words); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("until = %q is no date such as 2027-01-31", words)
}

// over reports whether the last day of the entry has ended.
func (e *Entry) over(now time.Time) bool { return !now.Before(e.Until.AddDate(0, 0, 1)) }

// Apply takes the accepted findings of a site away from those that count. A nil
// list accepts none.
func (l *List) Apply(s *report.Site, now time.Time) {
	if l == nil {
		return
	}
	var open []validate.Finding
	for _, f := range s.Report.Findings {
		e := l.entryFor(s, &f, now)
		if e == nil {
			open = append(open, f)
			continue
		}
		e.used.Store(true)
		settled := report.Settled{Finding: f, Reason: e.Reason, Until: e.Until}
		if e.over(now) {
			open = append(open, f)
			s.Ended = append(s.Ended, settled)
		} else {
			s.Accepted = append(s.Accepted, settled)
		}
	}
	if len(s.Accepted) > 0 {
		counted := *s.Report
		counted.Findings = open
		s.Report = &counted
	}
}

// entryFor is the entry for a finding: one that still holds, if there is one.
func (l *List) entryFor(s *report.Site, f *validate.Finding, now time.Time) *Entry {
	var ended *Entry
	var file *report.File
	for _, e := range l.entries {
		if e.Code != f.Code {
			continue
		}
		if file == nil {
			file = fileOf(s, f)
		}
		switch {
		case !e.files.fits(l.dir, file.Path, file.Member):
		case e.over(now):
			ended = e
		default:
			return e
		}
	}
	return ended
}

// fileOf is the file of a finding. What has none is about the site.
func fileOf(s *report.Site, f *validate.Finding) *report.File {
	for i := range s.Files {
		if s.Files[i].Name == f.At.File {
			return &s.Files[i]
		}
	}
	return &s.Files[s.Main]
}

// Unused are the entries that were for none of the findings that Apply has seen.
func (l *List) Unused() []*Entry {
	var list []*Entry
	if l != nil {
		for _, e := range l.entries {
			if !e.used.Load() {
				list = append(list, e)
			}
		}
	}
	return list
}
