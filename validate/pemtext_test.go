package validate

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/testenv"
	"github.com/certconv/certconv/internal/text"
)

// checked runs all checks on a key and a certificate file.
func checked(t *testing.T, key, cert, target string) *Report {
	t.Helper()
	bundle := &convert.Bundle{}
	opts := &Options{Target: target, Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), ExpiresWithin: 24 * time.Hour}
	for _, f := range []struct {
		name, text string
		role       Role
	}{{"site.key", key, RoleKey}, {"site.pem", cert, RoleCert}} {
		b, _ := convert.Decode([]byte(f.text), &convert.DecodeOptions{File: f.name})
		bundle.Add(b)
		opts.Files = append(opts.Files, File{Name: f.name, Role: f.role, Size: int64(len(f.text))})
	}
	root, err := os.ReadFile("../testdata/checks/key-mismatch/root.pem")
	if err != nil {
		t.Fatal(err)
	}
	b, err := convert.Decode(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	opts.Roots = NewAnchors(b.Certs)
	return Run(bundle, opts)
}

// goodPair is a key, and its certificate with the intermediate.
func goodPair(t *testing.T) (key, site string) {
	t.Helper()
	read := func(name string) string {
		data, err := os.ReadFile("../testdata/checks/key-mismatch/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	return read("good.key"), read("good.pem")
}

// said gives code, severity, what breaks, and line of the findings about
// text and files, "error pem-utf16 load 1".
func said(r *Report) string {
	var list []string
	for _, f := range r.Findings {
		if f.Severity == Info && f.Code != "pem-line-length" {
			continue
		}
		list = append(list, strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %d", f.Severity, f.Code, f.Breaks, f.At.Line)), " "))
	}
	return strings.Join(list, ", ")
}

// TestTextVerdicts: one fault, one error, which breaks what really breaks. The
// truth for nginx is held to the server itself in package convert and cmd.
func TestTextVerdicts(t *testing.T) {
	key, site := goodPair(t)
	end := strings.Index(site, "-----END")
	second := strings.Index(site[1:], "-----BEGIN") + 1
	leaf, chain := site[:second], site[second:]
	at := func(s string, i int, with string, drop int) string { return s[:i] + with + s[i+drop:] }
	for _, c := range []struct {
		name, key, cert string
		nginx, general  string
		iis             string // beside wrong-format
	}{
		{"nothing", key, site, "", "", ""},
		{"CR LF", key, strings.ReplaceAll(site, "\n", "\r\n"), "", "", ""},
		{"space before BEGIN of the leaf", key, " " + site, "error pem-boundary-whitespace load 1", "error pem-boundary-whitespace load 1", "warning pem-boundary-whitespace 1"},
		{"space before BEGIN of the intermediate", key, leaf + " " + chain, "error pem-boundary-whitespace trust 15", "error pem-boundary-whitespace trust 15", "warning pem-boundary-whitespace 15"},
		{"space before BEGIN of the key", " " + key, site, "error pem-boundary-whitespace load 1", "error pem-boundary-whitespace load 1", "warning pem-boundary-whitespace 1"},
		{"space after END", key, leaf[:len(leaf)-1] + " \n" + chain, "", "warning pem-boundary-whitespace 14", ""},
		{"byte order mark", key, "\ufeff" + site, "", "warning pem-byte-order-mark 1", ""},
		{"blank line", key, at(site, 158, "\n", 0), "error pem-body-blank-line load 4", "error pem-body-blank-line load 4", "warning pem-body-blank-line 4"},
		{"blank line, and a space after BEGIN", key, at(at(site, 158, "\n", 0), 27, " ", 0), "error pem-body-blank-line load 4", "warning pem-boundary-whitespace 1, error pem-body-blank-line load 4", "warning pem-body-blank-line 4"},
		{"blank line, and a space after END before", key, at(leaf[:len(leaf)-1]+" \n"+chain, second+159, "\n", 0), "error pem-body-blank-line load 18", "warning pem-boundary-whitespace 14, error pem-body-blank-line load 18", "warning pem-body-blank-line 18"},
		{"one line", key, strings.ReplaceAll(leaf, "\n", "") + "\n" + chain, "error pem-boundary-malformed load 1", "error pem-boundary-malformed load 1", "warning pem-boundary-malformed 1"},
		{"glued", key, leaf[:len(leaf)-1] + chain, "error pem-blocks-glued load 14", "error pem-blocks-glued load 14", "warning pem-blocks-glued 14"},
		{"no-break space", key, at(site, 150, "\u00a0", 0), "error pem-body-character load 3", "error pem-body-character load 3", "warning pem-body-character 3"},
		{"asterisk", key, at(site, 150, "*", 1), "error pem-body-character load 3", "error pem-body-character load 3", "error pem-body-character load 3"},
		{"asterisk on one line", key, strings.ReplaceAll(at(leaf, 150, "*", 1), "\n", "") + "\n" + chain, "error pem-body-character load 1", "warning pem-boundary-malformed 1, error pem-body-character load 1", "warning pem-boundary-malformed 1, error pem-body-character load 1"},
		{"cut short", key, site[:400], "error pem-body-truncated load 7", "error pem-body-truncated load 7", "error pem-body-truncated load 7"},
		{"unwrapped", key, leaf[:28] + strings.ReplaceAll(leaf[28:end], "\n", "") + "\n" + leaf[end:] + chain, "info pem-line-length 2", "info pem-line-length 2", "info pem-line-length 2"},
		{"damaged key among the certificates", key, site + " " + key, "warning pem-boundary-whitespace 27", "warning pem-boundary-whitespace 27", "warning pem-boundary-whitespace 27"},
		{"key twice, the first one damaged", " " + key + key, site, "", "warning pem-boundary-whitespace 1", "warning pem-boundary-whitespace 1"},
	} {
		for target, want := range map[string]string{"nginx": c.nginx, "": c.general, "iis": c.iis} {
			r := checked(t, c.key, c.cert, target)
			r.Findings = slicesWithout(r.Findings, "wrong-format")
			if got := said(r); got != want && !(target == "nginx" && strings.HasPrefix(got, "warning") && want == "") {
				t.Errorf("%s, for %q: got %q, want %q", c.name, target, got, want)
			}
			seen := map[string]int{}
			for _, f := range r.Findings {
				seen[f.Code] = 1
			}
			if n := len(seen) + len(r.Passed) + len(r.Skipped); n < len(Checks())-1 || n > len(Checks()) {
				t.Errorf("%s, for %q: %d codes are accounted for, of %d", c.name, target, n, len(Checks()))
			}
		}
	}
}

func slicesWithout(list []Finding, code string) []Finding {
	var out []Finding
	for _, f := range list {
		if f.Code != code {
			out = append(out, f)
		}
	}
	return out
}

// TestTextRulesAreWhole: each note about PEM text has its place in the table,
// each code its row.
func TestTextRulesAreWhole(t *testing.T) {
	known := map[string]bool{}
	for _, c := range Checks() {
		known[c.Code] = true
		if c.Title == "" || c.Text == "" || c.Action.IsZero() || len(c.Refs) == 0 {
			t.Errorf("%s lacks title, text, remedy or reference", c.Code)
		}
	}
	kinds := map[note.Kind]bool{}
	for _, r := range textRules.Get() {
		if kinds[r.kind] || !known[r.code] || r.say == nil {
			t.Errorf("row %s: twice, or %s is no check", r.kind, r.code)
		}
		kinds[r.kind] = true
	}
	for _, k := range []note.Kind{
		note.BoundarySpace, note.BoundaryDashes, note.BoundaryWord, note.BoundaryText, note.BeginMissing,
		note.EndMissing, note.NoBoundaries, note.LabelMismatch, note.LabelWrong, note.LabelLegacy,
		note.BlocksGlued, note.ByteOrderMark, note.UTF16, note.BodySpace, note.BodyBlankLine,
		note.BodyCharacter, note.BodyTruncated, note.BodyPadding, note.PaddingMissing, note.LineUnwrapped,
		note.LineLength, note.LineEndCR, note.LineEndMixed, note.LineEndMissing, note.EscapedNewlines,
		note.QuotedMail, note.QuotedHTML, note.TextOutside, note.Headers, note.TrailingData, note.Malformed,
	} {
		if !kinds[k] {
			t.Errorf("no row for %s", k)
		}
	}
}

// TestDamagedFindings damages the text of a key and its certificates, and the elements of the
// certificate. testdata/damaged.txt has what is found, for software of each kind, where it is
// not what was found before.
func TestDamagedFindings(t *testing.T) {
	key, site := goodPair(t)
	var b strings.Builder
	last := map[string]string{}
	try := func(what, key, cert string, targets ...string) {
		for _, target := range targets {
			var found strings.Builder
			for _, f := range checked(t, key, cert, target).Findings {
				fmt.Fprintf(&found, "\t%s %s %s:%d %s: %s [%s]\n", f.Severity, f.Code, f.At.File, f.At.Line, f.Breaks, f.Message, f.Action)
			}
			if found.String() != last[target] {
				fmt.Fprintf(&b, "%s, for %q\n%s", what, target, found.String())
			}
			last[target] = found.String()
		}
	}
	all := []string{"", "nginx", "apache", "haproxy", "tomcat", "iis", "dovecot", "postgres"}
	try("nothing", key, site, all...)
	for _, c := range []struct{ what, old, with string }{
		{"CR LF", "\n", "\r\n"}, {"CR", "\n", "\r"}, {"a byte order mark", "", "\ufeff"}, {"spaces before lines", "\n", "\n "}, {"spaces behind lines", "\n", " \n"}, {"empty lines", "\n", "\n\n"},
		{"one line", "\n", ""}, {"lines of backslash and n", "\n", "\\n"}, {"four dashes", "-----END", "----END"}, {"six dashes", "-----BEGIN", "------BEGIN"}, {"long dashes", "--", "\u2014"}, {"Begin", "BEGIN", "Begin"},
		{"no END", "-----END", "END"}, {"no BEGIN", "-----BEGIN", ""}, {"glued", "-----\n-----", "----------"}, {"X509 CERTIFICATE", "CERTIFICATE-", "X509 CERTIFICATE-"}, {"TRUSTED CERTIFICATE", "CERTIFICATE-", "TRUSTED CERTIFICATE-"},
		{"labels that differ", "BEGIN CERT", "BEGIN A CERT"}, {"another label", "CERTIFICATE-", "PKCS7-"}, {"quoted", "\n", "\n> "}, {"HTML", "\n", "<br>\n"}, {"no-break spaces", "\nM", "\nM\u00a0"}, {"asterisks", "\nM", "\n*"},
		{"text between", "-----\n-", "-----\nhello\n-"}, {"comments between", "-----\n-", "-----\n# hello\n-"}, {"equals signs", "\n-----END", "=\n-----END"}, {"no equals signs", "=\n", "\n"}, {"headers", "CERTIFICATE-----\nM", "CERTIFICATE-----\nProc-Type: 4,CLEAR\n\nM"},
		{"a shorter line", "\n-----END", "A\n-----END"}, {"no last line", "-----END CERTIFICATE-----", ""}, {"zero width spaces", "-----BEGIN", "\u200b-----BEGIN"}, {"UTF-16", "", ""},
	} {
		change := func(s string) string {
			switch {
			case c.what == "UTF-16":
				return "\xff\xfe" + strings.Join(strings.Split(s, ""), "\x00") + "\x00"
			case c.old == "":
				return c.with + s
			}
			return strings.ReplaceAll(s, c.old, c.with)
		}
		try(c.what+" in the key", change(key), site, all...)
		try(c.what+" in the certificates", key, change(site), all...)
	}
	leaf, rest := pem.Decode([]byte(site))
	for change, raw := range testenv.Changed(leaf.Bytes) {
		if !strings.HasSuffix(change, "other") && !strings.HasSuffix(change, "cut") {
			try(change, key, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}))+string(rest), "", "nginx", "tomcat")
		}
	}
	testenv.Golden(t, "testdata/damaged.txt", b.String())
}

// TestChangedFindings changes each element of a request, of a list and of the CA that signed it.
// testdata/changed.txt has what is found, where it is not what was found before.
func TestChangedFindings(t *testing.T) {
	first := func(name string) *pem.Block {
		data, err := os.ReadFile("../testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(data)
		return block
	}
	var b strings.Builder
	var last string
	try := func(what string, files map[Role][]*pem.Block) {
		bundle := &convert.Bundle{}
		opts := &Options{Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), ExpiresWithin: 24 * time.Hour}
		for _, role := range []Role{RoleCert, RoleChain, RoleRequest, RoleCRL} {
			if files[role] == nil {
				continue
			}
			var text []byte
			for _, block := range files[role] {
				text = append(text, pem.EncodeToMemory(block)...)
			}
			got, _ := convert.Decode(text, &convert.DecodeOptions{File: string(role)})
			bundle.Add(got)
			opts.Files = append(opts.Files, File{Name: string(role), Role: role, Size: int64(len(text))})
		}
		root, err := convert.Decode(pem.EncodeToMemory(first("servers/root.pem")), nil)
		if err != nil {
			t.Fatal(err)
		}
		opts.Roots = NewAnchors(root.Certs)
		var found strings.Builder
		for _, f := range Run(bundle, opts).Findings {
			fmt.Fprintf(&found, "\t%s %s %s %s %s: %s [%s]\n", f.Severity, f.Code, f.At.File, f.Case, f.Breaks, f.Message, f.Action)
		}
		if found.String() != last {
			fmt.Fprintf(&b, "%s\n%s", what, found.String())
		}
		last = found.String()
	}
	each := func(block *pem.Block, role Role, with map[Role][]*pem.Block) {
		try("nothing", with)
		for change, raw := range testenv.Changed(block.Bytes) {
			files := maps.Clone(with)
			files[role] = []*pem.Block{{Type: block.Type, Bytes: raw}}
			try(string(role)+", "+change, files)
		}
	}
	request := first("pairs/request.pem")
	each(request, RoleRequest, map[Role][]*pem.Block{RoleRequest: {request}})
	leaf, inter, list := first("servers/rsa.pem"), first("servers/inter.pem"), first("servers/inter.crl")
	given := map[Role][]*pem.Block{RoleCert: {leaf}, RoleChain: {inter}, RoleCRL: {list}}
	each(list, RoleCRL, given)
	each(inter, RoleChain, given)
	testenv.Golden(t, "testdata/changed.txt", b.String())
}

// testdata/checks.txt has what decides when a check runs, and what its finding means: a row that
// changes there changes verdicts.
func TestCheckTable(t *testing.T) {
	var b strings.Builder
	for _, c := range Checks() {
		fmt.Fprintf(&b, "%s %s, form %v, trust %v, always %v, after %s, needs %v\n", c.Code, c.Severity, c.form, c.trust, c.always, strings.Join(c.After, " "), c.needs != nil)
	}
	for _, r := range textRules.Get() {
		fmt.Fprintf(&b, "%s: %s %s, stops %v, explains %v\n", r.kind, r.code, r.severity, r.stops, r.explains)
	}
	testenv.Golden(t, "testdata/checks.txt", b.String())
}

// A character that does not show, or changes how others show, is only named.
func TestCodePoint(t *testing.T) {
	for r, want := range map[rune]string{
		'-': "U+002D (-)", '~': "U+007E (~)", '¡': "U+00A1 (¡)", 'ü': "U+00FC (ü)", 'ʼ': "U+02BC (ʼ)",
		0: "U+0000 (NUL)", ' ': "U+0020", 0x7f: "U+007F (control character)", 0x80: "U+0080 (control character)", 0x9b: "U+009B (control character)", 0xa0: "U+00A0 (no-break space)",
		0x301: "U+0301", 'А': "U+0410", 0x200b: "U+200B (zero width space)", 0x202e: "U+202E (direction of text)",
	} {
		if got := codePoint(r).String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A character is named, and where it is; what cannot be undone is told as that.
func TestSayCharacter(t *testing.T) {
	for _, c := range []struct {
		n    convert.Note
		want string
	}{
		{convert.Note{Rune: 0x200b, Undone: true, Where: note.BeforeBegin}, "an invisible character, U+200B (zero width space), before the BEGIN line"},
		{convert.Note{Rune: 0x200b, Undone: true}, "an invisible character, U+200B (zero width space), within the base64"},
		{convert.Note{Rune: 'é', Undone: true, Where: note.BeforeBegin, Text: text.Of("left out")}, "U+00E9 (é) within the base64: left out"},
		{convert.Note{Rune: '.', Undone: true, Text: text.Of("left out")}, "U+002E (.) within the base64: left out"},
		{convert.Note{Rune: 0x200b, Where: note.BeforeBegin}, "U+200B (zero width space) is not base64, and what belongs there cannot be known"},
		{convert.Note{Rune: '.'}, "U+002E (.) is not base64, and what belongs there cannot be known"},
		{convert.Note{Rune: 0xfffd, N: 3, Text: text.Of("3 bytes are no UTF-8")}, "3 bytes are no UTF-8 and what belongs there cannot be known"},
	} {
		if got := sayCharacter(&c.n).String(); got != c.want {
			t.Errorf("%U: %q, want %q", c.n.Rune, got, c.want)
		}
	}
}

// Bytes behind a request are an error, as the CA refuses it, and behind a certificate, as OpenSSL
// does. Behind a key they are none, nor behind a request that has its certificate beside it.
func TestBytesBehind(t *testing.T) {
	site := leaf(t, nil)
	raw, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{DNSNames: []string{"www.example.com"}}, site.key)
	if err != nil {
		t.Fatal(err)
	}
	block := func(label string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}) }
	behind := func(label string, der []byte) []byte { return block(label, append(slices.Clone(der), 0, 0)) }
	request, spoiled := block("CERTIFICATE REQUEST", raw), behind("CERTIFICATE REQUEST", raw)
	key, _ := pem.Decode(pemKey(t, site))
	for name, c := range map[string]struct {
		text []byte
		want Severity
	}{
		"a request":                     {spoiled, Error},
		"a request, with a certificate": {slices.Concat(pemOf(site), spoiled), Warning},
		"a certificate":                 {behind("CERTIFICATE", site.raw), Error},
		"a certificate, with a request": {slices.Concat(behind("CERTIFICATE", site.raw), request), Error},
		"a key":                         {behind(key.Type, key.Bytes), Warning},
		// What no program reads is an error, whatever it stands behind.
		"a certificate behind a key":         {block(key.Type, slices.Concat(key.Bytes, site.raw)), Error},
		"a certificate under another label":  {block("CERTIFICATE", slices.Concat(key.Bytes, site.raw)), Error},
		"a request behind one":               {block("CERTIFICATE REQUEST", slices.Concat(raw, raw)), Error},
		"a certificate behind a request":     {block("CERTIFICATE REQUEST", slices.Concat(raw, site.raw)), Error},
		"a certificate behind a certificate": {block("CERTIFICATE", slices.Concat(site.raw, site.raw)), Error},
	} {
		r := Run(decode(t, c.text), &Options{Now: at})
		f := found(r, "der-trailing-data")
		if len(f) != 1 || f[0].Severity != c.want {
			t.Errorf("%s: %+v, want %s%s", name, f, c.want, messages(r))
		}
	}
}

// A fault in very many lines is told with the first hundred of them.
func TestManyPlaces(t *testing.T) {
	for n, want := range map[int]int{3: 3, 100: 100, 101: 100, 300: 100} {
		var f textFinding
		for i := range n {
			f.also(&convert.Note{Kind: note.BodySpace, Source: convert.Source{Line: i}})
		}
		if len(f.Related) != want || f.lines != n || f.Related[want-1].Line != want-1 {
			t.Errorf("%d places: %d told, %d counted", n, len(f.Related), f.lines)
		}
	}
}
