package distrust

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/x509roots/fallback/bundle"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/testenv"
)

// TestTables makes the built-in tables from their sources and compares them. With
// CERTCONV_UPDATE set it writes them.
func TestTables(t *testing.T) {
	samples := testenv.Samples(t)
	made := makeRoots(t, samples)
	_, rows, _ := strings.Cut(made, "\n\n")
	for name, text := range map[string]string{"roots.txt": made, "rootkeys.txt": ParseTable(rows).keys, "withdrawn.txt": makeWithdrawn(t, samples)} {
		testenv.Golden(t, name, text)
	}
}

const header = "# Made by go generate of the sources that doc.go names.\n"

// source is a file of testdata/distrust: its date and source, and its rows.
type source struct {
	date, from string
	rows       [][]string
}

func readSource(t *testing.T, name string) source {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testenv.Root(t), "testdata", "distrust", name))
	if err != nil {
		t.Fatal(err)
	}
	var s source
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		switch {
		case strings.HasPrefix(line, "#"):
		case f[0] == "date":
			s.date = f[1]
		case f[0] == "source":
			s.from = f[1]
		default:
			s.rows = append(s.rows, f)
		}
	}
	return s
}

// row is a root while the table is made.
type row struct {
	spki, name string
	columns    [programs]string
}

type rootTable map[string]*row // by the SHA-256 of the certificate

func (r rootTable) set(p Program, digest, spki, word, name string) {
	e := r[digest]
	if e == nil {
		e = &row{spki: "-", columns: [programs]string{".", ".", ".", "."}}
		r[digest] = e
	}
	if spki != "-" {
		e.spki = spki
	}
	if e.name == "" {
		e.name = name
	}
	e.columns[p] = word
}

func makeRoots(t *testing.T, samples string) string {
	t.Helper()
	table := rootTable{}
	info := header
	describe := func(p Program, date, from string) { info += fmt.Sprintf("list\t%s\t%s\t%s\n", p, date, from) }

	for name, p := range map[string]Program{"chrome.txt": Chrome, "java.txt": Java} {
		for _, f := range readSource(t, name).rows {
			table.set(p, f[0], f[1], f[2], f[3])
		}
	}
	chrome, java := readSource(t, "chrome.txt"), readSource(t, "java.txt")
	describe(Chrome, chrome.date, chrome.from)

	for _, f := range readSource(t, "mozilla.txt").rows {
		table.set(Mozilla, f[0], f[1], f[2], f[3])
	}
	for r := range bundle.Roots() {
		c, err := convert.Decode(r.Certificate, nil)
		if err != nil {
			t.Fatal(err)
		}
		table.set(Mozilla, hexDigest(r.Certificate), hexDigest(c.Certs[0].SPKI), distrustAfter(t, r), commonName(&c.Certs[0]))
	}
	version := fallbackVersion(t)
	describe(Mozilla, version.date, version.from)
	describe(Java, java.date, java.from)

	list := microsoft(t, samples, "authroot-2026-04-22.stl")
	describe(Microsoft, list.ThisUpdate.Format(time.DateOnly), "authroot.stl, the list that Windows updates by itself")
	for i := range list.Entries {
		e := &list.Entries[i]
		if e.Allows(lists.PurposeServer) {
			table.set(Microsoft, hex.EncodeToString(e.SHA256()), "-", said(e), e.Name())
		}
	}
	for _, old := range []string{"authroot-2019-05-17.stl", "authroot-2013-03-21.stl"} {
		list := microsoft(t, samples, old)
		for i := range list.Entries {
			e := &list.Entries[i]
			if r := table[hex.EncodeToString(e.SHA256())]; r != nil && r.columns[Microsoft] == "." && e.Allows(lists.PurposeServer) {
				r.columns[Microsoft] = "-"
			}
		}
	}

	var out strings.Builder
	out.WriteString(info + "\n")
	for _, digest := range slices.Sorted(maps.Keys(table)) {
		r := table[digest]
		fmt.Fprintf(&out, "%s\t%s\t%s\t%s\n", digest, r.spki, strings.Join(r.columns[:], "\t"), r.name)
	}
	return out.String()
}

// distrustAfter is what NSS says of a root that it has. The bundle hides the
// time behind a function.
func distrustAfter(t *testing.T, r bundle.Root) string {
	t.Helper()
	if r.Constraint == nil {
		return "+"
	}
	accepted := func(second int64) bool {
		return r.Constraint([]*x509.Certificate{{NotBefore: time.Unix(second, 0)}}) == nil
	}
	low, high := int64(0), int64(1)<<33
	if !accepted(low) || accepted(high) {
		t.Fatal("a constraint that is none of a time")
	}
	for low+1 < high {
		if middle := (low + high) / 2; accepted(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return "<" + time.Unix(low, 0).UTC().Format(time.RFC3339)
}

func fallbackVersion(t *testing.T) source {
	t.Helper()
	mod, err := os.ReadFile(filepath.Join(testenv.Root(t), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(golang\.org/x/crypto/x509roots/fallback) v0\.0\.0-(\d{8})\d{6}-`).FindSubmatch(mod)
	if m == nil {
		t.Fatal("go.mod has no version of x509roots/fallback")
	}
	day, err := time.Parse("20060102", string(m[2]))
	if err != nil {
		t.Fatal(err)
	}
	return source{date: day.Format(time.DateOnly), from: "NSS, by way of " + string(m[1])}
}

func commonName(c *convert.Certificate) string {
	attrs, _ := convert.ParseName(c.Subject)
	name := convert.NameString(c.Subject)
	for _, want := range []string{"CN", "OU"} {
		for _, a := range attrs {
			if a.Type == want && a.Text != "GlobalSign" {
				return a.Text
			}
		}
	}
	return name
}

func microsoft(t *testing.T, samples, name string) *lists.CTL {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(samples, "authroot", "history", name))
	if err != nil {
		t.Fatal(err)
	}
	list, err := lists.ParseCTL(raw)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// said is what Microsoft's list says of a root for servers.
func said(e *lists.Entry) string {
	forServers := func(l lists.Limit, ok bool) *lists.Limit {
		if !ok || !l.Of(lists.PurposeServer) {
			return nil
		}
		return &l
	}
	return Word(forServers(e.Disabled(nil)), forServers(e.NotBefore(nil)))
}

// makeWithdrawn adds to the list of withdrawn certificates the digests of those
// that are at hand.
func makeWithdrawn(t *testing.T, samples string) string {
	t.Helper()
	type digests struct{ spki, keyID string }
	known := map[string]digests{}
	for _, raw := range withdrawnCerts(t, samples) {
		b, err := convert.Decode(raw, nil)
		if err != nil {
			t.Fatal(err)
		}
		c := &b.Certs[0]
		sum := sha1.Sum(raw)
		d := digests{hexDigest(c.SPKI), "-"}
		if id := c.SubjectKeyID(); c.IsCA() && len(id) > 0 {
			d.keyID = hex.EncodeToString(id)
		}
		known[hex.EncodeToString(sum[:])] = d
	}
	var out strings.Builder
	out.WriteString(header + "list\twithdrawn\t2015-12-08\tMicrosoft's list of disallowed certificates, and security advisories\n")
	for _, f := range readSource(t, "withdrawn.txt").rows {
		d, ok := known[f[0]]
		if !ok {
			d = digests{"-", "-"}
		}
		delete(known, f[0])
		fmt.Fprintf(&out, "%s\t%s\t%s\t%s\t%s\n", f[0], d.spki, d.keyID, f[1], f[2])
	}
	for thumbprint := range known {
		t.Errorf("testdata/distrust/withdrawn.txt does not have %s", thumbprint)
	}
	return out.String()
}

func withdrawnCerts(t *testing.T, samples string) [][]byte {
	t.Helper()
	store, err := os.ReadFile(filepath.Join(samples, "disallowed", "disallowedcert.sst"))
	if err != nil {
		t.Fatal(err)
	}
	elements, _, err := lists.ParseSST(store)
	if err != nil {
		t.Fatal(err)
	}
	var certs [][]byte
	for _, e := range elements {
		certs = append(certs, e.DER)
	}
	files, err := filepath.Glob(filepath.Join(samples, "disallowed", "*.der"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(certs, func(c []byte) bool { return bytes.Equal(c, raw) }) {
			certs = append(certs, raw)
		}
	}
	return certs
}

// Every certificate that Microsoft and OpenJDK withdrew is known by itself and
// by its key, and what names it as its issuer is known too.
func TestWithdrawnCertificates(t *testing.T) {
	for _, raw := range withdrawnCerts(t, testenv.Samples(t)) {
		b, err := convert.Decode(raw, nil)
		if err != nil {
			t.Fatal(err)
		}
		c := &b.Certs[0]
		if w, how := FindWithdrawn(c.Raw, c.SPKI, nil); w == nil || how != Same {
			t.Errorf("%x: %v, %v", sha256.Sum256(raw), w, how)
		}
		if w, how := FindWithdrawn(nil, c.SPKI, nil); w == nil || how != SameKey {
			t.Errorf("the key of %x: %v, %v", sha256.Sum256(raw), w, how)
		}
		if id := c.SubjectKeyID(); c.IsCA() && len(id) > 0 {
			if w, how := FindWithdrawn(nil, nil, id); w == nil || how != IssuedBy {
				t.Errorf("issued by %x: %v, %v", sha256.Sum256(raw), w, how)
			}
		}
	}
}

// The tables have the shape that the look-ups rely on.
func TestShape(t *testing.T) {
	digest := regexp.MustCompile(`^[0-9a-f]{64}$`)
	words := regexp.MustCompile(`^(\.|-|\+|[<~]\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ-?|!(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?)$`)
	for line := range strings.Lines(roots) {
		if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "list\t") || line == "\n" {
			continue
		}
		r := parseRow(strings.TrimSuffix(line, "\n"))
		if r == nil || !digest.MatchString(r.SHA256) || r.SPKI != "" && !digest.MatchString(r.SPKI) || r.Name == "" {
			t.Errorf("%q", line)
			continue
		}
		for _, w := range r.columns {
			if !words.MatchString(w) {
				t.Errorf("%s: %q", r.Name, w)
			}
		}
	}
	thumbprint := regexp.MustCompile(`^[0-9a-f]{40}\t([0-9a-f]{64}|-)\t([0-9a-f]{16,64}|-)\t[^\t]+\t[^\t]+\n$`)
	for line := range strings.Lines(withdrawn) {
		if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "list\t") && !thumbprint.MatchString(line) {
			t.Errorf("%q", line)
		}
	}
	if n := len(roots) + len(rootKeys) + len(withdrawn); n > 100_000 {
		t.Errorf("%d bytes of tables: the program grows by as much", n)
	}
}

// What the sources publish of some roots is what the table says.
func TestStatus(t *testing.T) {
	for _, c := range []struct {
		root    string
		program Program
		listed  bool
		basis   Basis
		until   string
	}{
		{"Entrust Root Certification Authority - G2", Chrome, false, Logged, "2024-11-11"},
		{"Entrust Root Certification Authority - G2", Mozilla, false, Issued, "2024-11-30"},
		{"Entrust Root Certification Authority - G2", Java, true, Issued, "2024-11-11"},
		{"Entrust Root Certification Authority - G2", Microsoft, true, Issued, "2025-04-16"},
		{"HiPKI Root CA - G1", Chrome, true, Logged, "2025-07-31"},
		{"ePKI Root Certification Authority", Chrome, false, Logged, "2025-07-31"},
		{"ePKI Root Certification Authority", Java, true, Issued, "2026-03-17"},
		{"NetLock Arany (Class Gold) Főtanúsítvány", Chrome, false, Logged, "2025-07-31"},
		{"Izenpe.com", Mozilla, true, Issued, "2026-04-15"},
		{"Izenpe.com", Chrome, true, Logged, "2026-04-14"},
		{"GeoTrust Global CA", Java, true, Issued, "2019-04-16"},
		{"Apple IST CA 2 - G1", Java, true, Issued, "2019-12-31"},
		{"Chambers of Commerce Root - 2008", Java, true, Issued, "2025-04-15"},
		{"ISRG Root X1", Chrome, true, Unlimited, ""},
		{"ISRG Root X1", Mozilla, true, Unlimited, ""},
		{"ISRG Root X1", Microsoft, true, Unlimited, ""},
	} {
		found, seen := false, ""
		for line := range strings.Lines(roots) {
			r := parseRow(strings.TrimSuffix(line, "\n"))
			if r == nil || r.Name != c.root {
				continue
			}
			s, ok := r.Status(c.program)
			until := ""
			if !s.Until.IsZero() {
				until = s.Until.Format(time.DateOnly)
			}
			found = found || ok && s.Listed == c.listed && s.Basis == c.basis && until == c.until
			seen += r.columns[c.program] + " "
		}
		if !found {
			t.Errorf("%s, %s: %s", c.root, c.program, seen)
		}
	}
}

// A certificate is found by its own row and by those with its key, of which the
// one that trusts most counts.
func TestFind(t *testing.T) {
	a, b, key := hexDigest([]byte("a")), hexDigest([]byte("b")), hexDigest([]byte("key"))
	table := ParseTable(strings.Join([]string{
		a + "\t" + key + "\t.\t-\t<2020-01-01T00:00:00Z\t<2021-01-01T00:00:00Z\tthe old one",
		b + "\t" + key + "\t+\t~2022-01-01T00:00:00Z\t.\t<2022-01-01T00:00:00Z\tthe new one",
		hexDigest([]byte("c")) + "\t-\t+\t+\t.\t+\tanother",
	}, "\n"))
	for _, c := range []struct {
		raw, spki string
		want      string
	}{
		{"a", "key", "the old one + ~2022-01-01T00:00:00Z <2020-01-01T00:00:00Z <2022-01-01T00:00:00Z"},
		{"b", "key", "the new one + ~2022-01-01T00:00:00Z . <2022-01-01T00:00:00Z"},
		{"cross-signed", "key", "the new one + ~2022-01-01T00:00:00Z . <2022-01-01T00:00:00Z"},
		{"c", "its key", "another + + . +"},
		{"d", "its key", ""},
	} {
		got := ""
		if r := table.Find([]byte(c.raw), []byte(c.spki)); r != nil {
			got = r.Name + " " + strings.Join(r.columns, " ")
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.raw, got, c.want)
		}
	}
}

func TestLists(t *testing.T) {
	got := map[string]int{}
	for _, l := range Lists() {
		if l.Source == "" || l.Date.Year() < 2015 {
			t.Errorf("%+v", l)
		}
		got[l.Name] = l.Entries
	}
	for _, p := range Programs() {
		if got[p.String()] < 20 {
			t.Errorf("%s: %d entries", p, got[p.String()])
		}
	}
	if got["withdrawn"] < 75 {
		t.Errorf("%d withdrawn certificates", got["withdrawn"])
	}
}

func BenchmarkFind(b *testing.B) {
	for b.Loop() {
		Roots().Find([]byte("a"), []byte("b"))
		FindWithdrawn([]byte("a"), []byte("b"), nil)
	}
}
