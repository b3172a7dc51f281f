package accept

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/validate"
)

// abs is an absolute path, with a drive where there are drives.
func abs(t *testing.T, path string) string {
	t.Helper()
	full, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return full
}

const whole = `
[[accept]]
code = "cert-expired"
file = "old/*.pem"
until = 2027-01-31
reason = "a test"
`

// What is not whole or not understood is never passed over.
func TestParse(t *testing.T) {
	change := func(from, to string) string { return strings.Replace(whole, from, to, 1) }
	for text, want := range map[string]string{
		"":                                      "",
		"# nothing\n":                           "",
		whole:                                   "",
		change("2027-01-31", `"2027-01-31"`):    "",
		change("code = \"cert-expired\"\n", ""): "entry 1: it has no code",
		change("file = \"old/*.pem\"\n", ""):    "entry 1: it has no file",
		change("until = 2027-01-31\n", ""):      "entry 1: it has no date",
		change("reason = \"a test\"\n", ""):     "entry 1: it has no reason",
		change("a test", "  "):                  "entry 1: it has no reason",
		whole + change("cert-expired", "cert-expird"):      `entry 2: there is no check "cert-expird"`,
		change("2027-01-31", `"soon"`):                     `entry 1: until = "soon" is no date`,
		change("2027-01-31", "2027"):                       "is no date",
		change("2027-01-31", "2027-02-30"):                 "line 5",
		change("2027-01-31", `"2027-02-30"`):               "is no date",
		change("2027-01-31", "2027-01-31T12:00:00"):        "is no date",
		change("2027-01-31", "{a = 1}"):                    "is no date",
		change("old/*.pem", "old/[.pem"):                   "a [ has no ]",
		change("old/*.pem", `old\\x.pem`):                  "written with /",
		change("[[accept]]", "[accept]"):                   "begins with [[accept]]",
		change("[[accept]]", "[[acept]]"):                  "line 2: there is no key \"acept\"",
		change("reason", "resaon"):                         "entry 1: there is no key \"resaon\"",
		change("a test", "a\ntest"):                        "line 6",
		whole + "skip = [\"cert-expired\"]\n":              "entry 1: there is no key \"skip\"",
		strings.Repeat("[", 100_000):                       "line 1",
		"\ufeff" + strings.ReplaceAll(whole, "\n", "\r\n"): "",
		change(`"cert-expired"`, "1"):                      "entry 1: its code is no text",
		change(`"a test"`, "[]"):                           "entry 1: its reason is no text",
		"accept = 1\n":                                     "begins with [[accept]]",
		"accept = [1]\n":                                   "entry 1: it is no table",
		"accept = []\n":                                    "",
		"a = " + strings.Repeat("[", 100_000):              "line 1",
	} {
		_, err := Parse([]byte(text), t.TempDir())
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%.200s\n%v, want %q", text, err, want)
		}
	}
	var unknown *UnknownCode
	if _, err := Parse([]byte(change("cert-expired", "x")), "/"); !errors.As(err, &unknown) || unknown.Code != "x" {
		t.Error(err)
	}
}

func TestPatterns(t *testing.T) {
	const dir = "/repo/certs"
	for _, c := range []struct {
		pattern, file, member string
		want                  bool
	}{
		{"a.pem", "/repo/certs/a.pem", "", true},
		{"./a.pem", "/repo/certs/a.pem", "", true},
		{"a.pem", "/repo/certs/sub/a.pem", "", false},
		{"*.pem", "/repo/certs/sub/a.pem", "", false},
		{"**/*.pem", "/repo/certs/sub/deep/a.pem", "", true},
		{"**/*.pem", "/repo/certs/a.pem", "", true},
		{"sub/**/a.pem", "/repo/certs/sub/x/y/a.pem", "", true},
		{"sub/**/a.pem", "/repo/certs/other/x/a.pem", "", false},
		{"**/x/**/a.pem", "/repo/certs/x/x/b/a.pem", "", true},
		{"**/x/*/a.pem", "/repo/certs/x/y/x/z/a.pem", "", true},
		{"sub", "/repo/certs/sub/deep/a.pem", "", true},
		{"sub/", "/repo/certs/sub/a.pem", "", true},
		{"sub", "/repo/certs/subway/a.pem", "", false},
		{".", "/repo/certs/sub/a.pem", "", true},
		{"[a-c].pem", "/repo/certs/b.pem", "", true},

		{"**", "/repo/other/a.pem", "", false},
		{".", "/repo/a.pem", "", false},
		{"**/a.pem", "/repo/a.pem", "", false},
		{"*/a.pem", "/repo/a.pem", "", false},
		{"../a.pem", "/repo/a.pem", "", true},
		{"../**", "/repo/other/a.pem", "", true},
		{"../**", "/a.pem", "", false},
		{"/repo/*/a.pem", "/repo/certs/a.pem", "", true},
		{"/repo/*/a.pem", "/repo/a.pem", "", false},

		{"ca.zip", "/repo/certs/ca.zip", "www.pem", true},
		{"ca.zip/www.pem", "/repo/certs/ca.zip", "www.pem", true},
		{"ca.zip/*.pem", "/repo/certs/ca.zip", "sub/www.pem", false},
		{"a.pem", "/repo/certs/ca.zip", "../a.pem", false},
		{"**/a.pem", "/repo/certs/ca.zip", "../../a.pem", false},
		{"**", "/repo/certs/ca.zip", "../a.pem", false},

		{"-", "-", "", true},
		{"**", "-", "", false},
		{"-", "/repo/certs/-", "", false},
	} {
		if strings.HasPrefix(c.pattern, "/") {
			c.pattern = filepath.ToSlash(abs(t, c.pattern))
		}
		p, err := newPattern(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.fits(abs(t, dir), c.file, c.member); got != c.want {
			t.Errorf("%q fits %q %q: %v", c.pattern, c.file, c.member, got)
		}
	}
}

// Many ** are no work without an end.
func TestPatternsAreQuick(t *testing.T) {
	p, err := newPattern(strings.Repeat("**/a/", 200) + "b")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if p.fits("/", strings.Repeat("/a", 2000), "") || time.Since(start) > time.Second {
		t.Error(time.Since(start))
	}
}

func site(codes ...string) *report.Site {
	s := &report.Site{Files: []report.File{{Path: "/repo/a.pem", Name: "a.pem"}, {Path: "-", Name: "standard input"}}, Bundle: &convert.Bundle{}, Report: &validate.Report{}}
	for _, code := range codes {
		s.Report.Findings = append(s.Report.Findings, validate.Finding{Code: code, Severity: validate.Error, At: convert.Source{File: "a.pem"}})
	}
	return s
}

func TestApply(t *testing.T) {
	entry := func(code, file, until string) string {
		return "[[accept]]\ncode = \"" + code + "\"\nfile = \"" + file + "\"\nuntil = " + until + "\nreason = \"a test\"\n"
	}
	l, err := Parse([]byte(entry("cert-expired", "a.pem", "2027-01-30")+entry("cert-expired", "*.pem", "2027-01-31")+
		entry("key-mismatch", "b.pem", "2027-01-31")+entry("key-weak", "a.pem", "2027-01-31")), abs(t, "/repo"))
	if err != nil {
		t.Fatal(err)
	}
	at := func(day string) time.Time {
		when, err := time.Parse(time.RFC3339, day)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for _, c := range []struct {
		now                   string
		open, accepted, ended int
	}{
		{"2027-01-30T12:00:00Z", 1, 1, 0},
		{"2027-01-31T23:59:59Z", 1, 1, 0}, // by the second entry
		{"2027-02-01T01:00:00+02:00", 1, 1, 0},
		{"2027-02-01T00:00:00Z", 2, 0, 1},
	} {
		s := site("cert-expired", "key-mismatch")
		was := s.Report
		l.Apply(s, at(c.now))
		if len(s.Report.Findings) != c.open || len(s.Accepted) != c.accepted || len(s.Ended) != c.ended || len(was.Findings) != 2 {
			t.Errorf("%s: %d count, %d accepted, %d ended", c.now, len(s.Report.Findings), len(s.Accepted), len(s.Ended))
		}
	}
	if unused := l.Unused(); len(unused) != 2 || unused[0].Code != "key-mismatch" || unused[1].Code != "key-weak" {
		t.Error(len(unused))
	}
	var none *List
	s := site("cert-expired")
	if none.Apply(s, time.Now()); len(s.Report.Findings) != 1 || none.Unused() != nil {
		t.Error("a list that is not there accepts something")
	}
}

// A list counts in its folder and in those below it, up to the top of a
// repository.
func TestFind(t *testing.T) {
	top := t.TempDir()
	inner := filepath.Join(top, "outer", "repo", "sub")
	if err := os.MkdirAll(inner, 0o700); err != nil {
		t.Fatal(err)
	}
	put := func(parts ...string) string {
		file := filepath.Join(append([]string{top}, parts...)...)
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	want := func(what, file string) {
		t.Helper()
		if got, err := Find(inner); got != file || err != nil {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
	put("outer", FileName)
	want("no repository", "")
	if err := os.Mkdir(filepath.Join(top, "outer", "repo", ".git"), 0o700); err != nil {
		t.Fatal(err)
	}
	want("above the repository", "")
	want2 := put("outer", "repo", FileName)
	want("at its top", want2)
	want3 := put("outer", "repo", "sub", FileName)
	want("in the working folder", want3)
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("[[accept]]\ncode = 'x'\n[accept.until]\na = [1, 2.0, 07:32:00]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := Parse(data, "/repo")
		if err != nil {
			return
		}
		for _, e := range l.entries {
			if e.Code == "" || e.File == "" || e.Reason == "" || e.Until.IsZero() {
				t.Errorf("%+v is not whole", e)
			}
			e.files.fits("/repo", "/repo/a/b/c.pem", "../x")
		}
	})
}
