package roots

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/testenv"
)

// files are those of the system.
type files struct{}

func (files) Open(path string) (fs.File, error)          { return os.Open(path) }
func (files) Stat(path string) (fs.FileInfo, error)      { return os.Stat(path) }
func (files) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }
func (files) Link(path string) (string, error)           { return os.Readlink(path) }
func (files) Real(path string) (string, error)           { return filepath.EvalSymlinks(path) }

func newLoader() *Loader {
	none := func(string) func(convert.PasswordRequest) ([]byte, error) { return convert.Passwords[string]() }
	return &Loader{Reader: &site.Reader{Files: files{}, Passwords: none, MaxSize: 1 << 20}, Getenv: func(string) string { return "" }}
}

func load(t *testing.T, name ...string) *Store {
	t.Helper()
	s, err := newLoader().One(filepath.Join(append([]string{testenv.Root(t), "testdata"}, name...)...))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func day(text string) time.Time {
	when, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return when
}

func names(entries []Entry) string {
	var list []string
	for _, e := range entries {
		list = append(list, strings.TrimPrefix(e.Name, "Example Root "))
	}
	return strings.Join(list, " ")
}

// A root that is limited is written until nothing that was issued in time can be valid; certificates that
// are not there are missing.
func TestPick(t *testing.T) {
	list := load(t, "lists", "new.stl")
	certs := NewCertificates([]*Store{load(t, "lists", "certs")})
	for _, c := range []struct {
		at, usage, certs, limited, left, missing string
		none                                     bool // without certificates
	}{
		{"2025-03-01", "server", "A B", "B", "", "", false},
		{"2026-05-18", "server", "A B", "B", "", "", false},
		{"2026-05-20", "server", "A", "", "B", "", false},
		{"2026-05-20", "email", "A B", "", "", "", false}, // the limit is of servers
		{"2026-05-20", "code", "D", "", "", "", false},
		{"2025-03-01", "server", "", "B", "", "A B", true},
	} {
		from := certs
		if c.none {
			from = NewCertificates(nil)
		}
		purpose, _ := Purpose(c.usage)
		p := Pick(list, from, purpose, day(c.at))
		var got []Entry
		for i := range p.Certs {
			got = append(got, ofCert(&p.Certs[i]))
		}
		if names(got) != c.certs || names(p.Limited) != c.limited || names(p.Left) != c.left || names(p.Missing) != c.missing {
			t.Errorf("%s at %s: %q, limited %q, left %q, missing %q", c.usage, c.at, names(got), names(p.Limited), names(p.Left), names(p.Missing))
		}
	}
	if p := Pick(load(t, "ctl", "disallowed.stl"), certs, lists.PurposeServer, day("2026-05-01")); len(p.Certs)+len(p.Missing) != 0 {
		t.Errorf("of a list of what is not trusted: %+v", p)
	}
}

// What certdata.txt says of its certificates holds, and Go's parser is not asked.
func TestCertdata(t *testing.T) {
	s := load(t, "certdata", "certdata.txt")
	var got []Status
	for i := range s.Entries {
		got = append(got, s.Entries[i].Status(lists.PurposeServer))
	}
	if want := []Status{Trusted, Limited, Disabled, Other}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func TestDiff(t *testing.T) {
	before, after := load(t, "lists", "old.stl"), load(t, "lists", "new.cab")
	d := Diff(before, after)
	if names(d.Added) != "D" || names(d.Removed) != "C" || len(d.Changed) != 1 || strings.Join(d.Changed[0].Words, "; ") != "server authentication: only certificates issued before 2025-04-16" {
		t.Errorf("%+v", d)
	}
	back := Diff(after, before)
	if len(back.Changed) != 1 || back.Changed[0].Words[0] != "no longer: server authentication: only certificates issued before 2025-04-16" {
		t.Errorf("%+v", back.Changed)
	}
	if d := Diff(before, before); !d.None() {
		t.Errorf("of the same: %+v", d)
	}
}

func TestCompare(t *testing.T) {
	store, list := load(t, "lists", "store.pem"), load(t, "lists", "old.stl")
	c := Compare(store, []Reference{{"microsoft", list}}, day("2026-05-01"))
	if names(c.OnlyThere) != "B" || len(c.OnlyHere)+len(c.Private)+len(c.Distrusted) != 0 {
		t.Errorf("%+v", c)
	}
	if c := Compare(store, nil, day("2026-05-01")); names(c.Private) != "A C" || len(c.OnlyHere) != 0 {
		t.Errorf("alone: %+v", c)
	}
	c = Compare(store, []Reference{{"mozilla", load(t, "certdata", "certdata.txt")}}, day("2026-05-01"))
	if len(c.Distrusted) != 1 || c.Distrusted[0].Entry.Name != "Example Root C" || names(c.OnlyThere) != "B" {
		t.Errorf("with certdata.txt: %+v", c)
	}
}

// The caches of all accounts of a disk are found in any case of letters; links lead nowhere.
func TestCaches(t *testing.T) {
	fail := func(err error) { t.Error(err) }
	disk, other := t.TempDir(), t.TempDir()
	for _, dir := range []string{
		"users/Me/AppData/LocalLow/Microsoft/CryptnetUrlCache", "Windows/ServiceProfiles/NetworkService/AppData/LocalLow/Microsoft/CryptnetUrlCache",
		"WINDOWS2/x", "Windows/System32/config/systemprofile/AppData/LocalLow/Microsoft/CryptnetUrlCache",
	} {
		if err := os.MkdirAll(filepath.Join(disk, dir, "Metadata"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(other, "MetaData"), 0o755); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(disk, "users", "linked", "AppData", "LocalLow", "Microsoft")
	if err := os.MkdirAll(link, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, filepath.Join(link, "CryptnetUrlCache")); err != nil {
		t.Fatal(err)
	}
	if list := Caches(files{}, disk, fail); len(list) != 3 {
		t.Errorf("%v", list)
	}
	if list := Caches(files{}, t.TempDir(), fail); len(list) != 0 {
		t.Errorf("in an empty folder: %v", list)
	}
}

// An entry is one for certain only under the name that its URL gives it.
func TestWhole(t *testing.T) {
	cache := filepath.Join(testenv.Root(t), "testdata", "lists", "cache")
	list := ReadCache(newLoader().Reader, cache, func(err error) { t.Error(err) })
	if len(list) != 4 {
		t.Fatalf("%d entries", len(list))
	}
	for _, c := range list {
		if !c.Whole() {
			t.Errorf("%s is not whole", c.Name)
		}
		c.Name = strings.Repeat("0", 32)
		if c.Whole() {
			t.Error("a file of another name is whole")
		}
	}
}

func TestMatches(t *testing.T) {
	e := load(t, "lists", "store.pem").Entries[0]
	for text, want := range map[string]bool{"root a": true, "ROOT A": true, e.SHA1[:8]: true, strings.ToUpper(e.SHA256): true, e.SHA1[:2] + ":" + e.SHA1[2:4] + ":" + e.SHA1[4:6]: true, "root b": false, "zz": false} {
		if e.Matches(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}
