package certconv_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/testenv"
	"github.com/certconv/certconv/validate"
)

// docs/json.md is held to what the program writes: every key of a document is
// in the page, with the kind of value that the page says; every key of the
// page is written by some run, and missing from some run unless the page says
// "always"; the values of closed lists and the error codes all occur.

const jsonPage = "docs/json.md"

// keyRow is a row of a table of keys.
type keyRow struct {
	path, value, present string

	seen, missing bool
	values        map[string]bool // of a closed list; whether it was seen
}

// jsonSection is a part of the page with the keys of one document.
type jsonSection struct {
	name string
	rows []*keyRow
}

// find returns the row of a key, or nil.
func (s *jsonSection) find(path string) *keyRow {
	for _, r := range s.rows {
		if r.path == path {
			return r
		}
	}
	return nil
}

// codeRow is a row of the table of error codes.
type codeRow struct {
	exit int
	seen bool
}

// jsonDoc is the page, and what the runs have shown of it.
type jsonDoc struct {
	t        *testing.T
	program  string
	sections []*jsonSection
	codes    map[string]*codeRow
	run      string // the command whose output is looked at
}

// unprovoked are the error codes that need a defect of the program or of the
// machine, or a second user.
var unprovoked = []string{"internal", "not-readable", "not-restored", "folder-writable"}

func TestJSONPage(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "sh")
	d := readJSONPage(t)
	bin := t.TempDir()
	testenv.Must(t, ".", "go", "build", "-buildvcs=false", "-o", bin+string(filepath.Separator), "./cmd/certconv")
	d.program = filepath.Join(bin, "certconv")
	t.Setenv("PW", "secret")
	t.Setenv("WRONG", "wrong")
	t.Setenv("UMLAUT", "ä")

	d.inspects()
	d.conversions()
	d.verdicts()
	d.installs()
	d.searches()
	d.roots()
	d.probes()
	d.explanations()
	d.document("formats", "formats")
	d.document("formats", "formats", "--targets")
	d.document("formats", "formats", "--clients")
	d.document("checks", "checks")
	d.document("checks", "checks", "--data")
	d.faults()

	for _, s := range d.sections {
		for _, r := range s.rows {
			switch {
			case !r.seen:
				t.Errorf("%s: %s: no run writes %q", jsonPage, s.name, r.path)
			case r.present != "always" && !r.missing:
				t.Errorf("%s: %s: every run writes %q, which is there only %s", jsonPage, s.name, r.path, r.present)
			}
			for _, v := range slices.Sorted(maps.Keys(r.values)) {
				if !r.values[v] {
					t.Errorf("%s: %s: no run has %s for %q", jsonPage, s.name, v, r.path)
				}
			}
		}
	}
	for code, row := range d.codes {
		if !row.seen && !slices.Contains(unprovoked, code) {
			t.Errorf("%s: no run fails with %q", jsonPage, code)
		}
	}
}

// The page lists the codes of failures, except those of runs whose report says
// it all: findings, a key that was not found, a text that is not known.
func TestJSONPageCodes(t *testing.T) {
	d := readJSONPage(t)
	reported := []fault.Code{fault.Findings, fault.KeyMissing, fault.Unknown}
	for _, code := range fault.Codes() {
		row := d.codes[string(code)]
		switch {
		case slices.Contains(reported, code):
		case row == nil:
			t.Errorf("%s does not list the code %s", jsonPage, code)
		case row.exit != code.Exit():
			t.Errorf("%s: %s ends with exit code %d, not %d", jsonPage, code, code.Exit(), row.exit)
		}
	}
	for code := range d.codes {
		if !slices.Contains(fault.Codes(), fault.Code(code)) {
			t.Errorf("%s: there is no code %s", jsonPage, code)
		}
	}
}

// readJSONPage reads the tables of the page.
func readJSONPage(t *testing.T) *jsonDoc {
	t.Helper()
	d := &jsonDoc{t: t, codes: map[string]*codeRow{}}
	for line := range strings.Lines(readPage(t, jsonPage)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "## "); ok {
			d.sections = append(d.sections, &jsonSection{name: name})
			continue
		}
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		s := d.sections[len(d.sections)-1]
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		key := strings.Trim(cells[0], "`")
		switch len(cells) {
		case 3:
			exit, err := strconv.Atoi(cells[1])
			if err != nil {
				t.Fatalf("%s: %s: %v", jsonPage, line, err)
			}
			d.codes[key] = &codeRow{exit: exit}
		case 4:
			r := &keyRow{path: key, value: cells[1], present: cells[2]}
			for _, m := range regexp.MustCompile("`([a-z-]+)`").FindAllStringSubmatch(r.value, -1) {
				if r.values == nil {
					r.values = map[string]bool{}
				}
				r.values[m[1]] = false
			}
			s.rows = append(s.rows, r)
		default:
			t.Fatalf("%s: a row of %d cells: %s", jsonPage, len(cells), line)
		}
	}
	return d
}

func (d *jsonDoc) section(name string) *jsonSection {
	d.t.Helper()
	for _, s := range d.sections {
		if s.name == name && len(s.rows) > 0 {
			return s
		}
	}
	d.t.Fatalf("%s has no section %q with keys", jsonPage, name)
	return nil
}

// document runs a command for one document of the section, or the document of
// a failure.
func (d *jsonDoc) document(section string, args ...string) map[string]any {
	d.t.Helper()
	out, exit := d.output(append(args, "--format", "json")...)
	return d.check(section, out, exit)
}

// output runs the program.
func (d *jsonDoc) output(args ...string) (out []byte, exit int) {
	d.t.Helper()
	d.run = "certconv " + strings.Join(args, " ")
	cmd := exec.Command(d.program, args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if cmd.ProcessState == nil {
		d.t.Fatalf("%s: %v", d.run, err)
	}
	return out, cmd.ProcessState.ExitCode()
}

// check compares a document with the section, or with the one of errors if it
// has nothing else.
func (d *jsonDoc) check(section string, text []byte, exit int) map[string]any {
	d.t.Helper()
	var doc map[string]any
	dec := json.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&doc); err != nil || dec.More() {
		d.t.Fatalf("%s: not one document: %v\n%s", d.run, err, text)
	}
	if _, bare := doc["error"]; bare && len(doc) == 2 {
		code := doc["error"].(map[string]any)["code"].(string)
		if row := d.codes[code]; row != nil && row.exit != exit {
			d.t.Errorf("%s: %s ends with exit code %d", d.run, code, exit)
		}
		section = "Errors"
	}
	d.object(d.section(section), "", doc)
	return doc
}

// object compares an object with the rows of its keys.
func (d *jsonDoc) object(s *jsonSection, path string, object map[string]any) {
	d.t.Helper()
	prefix := path
	if path != "" {
		prefix += "."
	}
	for key, v := range object {
		r := s.find(prefix + key)
		if r == nil {
			d.t.Errorf("%s: the key %q is not in %s, %s", d.run, prefix+key, jsonPage, s.name)
			continue
		}
		r.seen = true
		d.value(s, r, v)
	}
	for _, r := range s.rows {
		key, own := strings.CutPrefix(r.path, prefix)
		if !own || strings.ContainsAny(key, ".[") {
			continue
		}
		if _, ok := object[key]; !ok {
			r.missing = true
			if r.present == "always" {
				d.t.Errorf("%s: %s: the key %q is missing", d.run, s.name, r.path)
			}
		}
	}
	if path == "error" {
		d.code(object)
	}
}

// code looks an error code up in the table. What install refuses because of a
// finding has the code of that finding.
func (d *jsonDoc) code(object map[string]any) {
	code, _ := object["code"].(string)
	if row := d.codes[code]; row != nil {
		row.seen = true
	} else if validate.LookupCheck(code) == nil {
		d.t.Errorf("%s: the error code %q is not in %s", d.run, code, jsonPage)
	}
}

var (
	isHash1   = regexp.MustCompile(`^[0-9a-f]{40}$`)
	isHash256 = regexp.MustCompile(`^[0-9a-f]{64}$`)
	isHex     = regexp.MustCompile(`^-?([0-9a-f]{2})+$`)
)

// value compares a value with what the page says of it.
func (d *jsonDoc) value(s *jsonSection, r *keyRow, v any) {
	d.t.Helper()
	ok := true
	text, isText := v.(string)
	switch r.value {
	case "text":
		ok = isText
	case "number":
		_, ok = v.(float64)
	case "true or false":
		_, ok = v.(bool)
	case "time":
		at, err := time.Parse(time.RFC3339, text)
		ok = err == nil && at.Location() == time.UTC
	case "SHA-1":
		ok = isHash1.MatchString(text)
	case "SHA-256":
		ok = isHash256.MatchString(text)
	case "hex":
		ok = isHex.MatchString(text)
	case "object":
		ok = d.isObject(s, r.path, v)
	case "[error](#errors)":
		ok = d.isObject(d.section("Errors"), "error", v)
	case "list of text", "list of numbers", "list of objects", "list of lists of objects", "list of [findings](#findings)":
		ok = d.list(s, r, strings.TrimPrefix(r.value, "list of "), v)
	default:
		_, ok = r.values[text]
		if ok {
			r.values[text] = true
		}
	}
	if !ok {
		d.t.Errorf("%s: %s: %q is %v, not %s", d.run, s.name, r.path, v, r.value)
	}
}

func (d *jsonDoc) isObject(s *jsonSection, path string, v any) bool {
	object, ok := v.(map[string]any)
	if ok {
		d.object(s, path, object)
	}
	return ok
}

// list compares the elements of a list with what the page calls them.
func (d *jsonDoc) list(s *jsonSection, r *keyRow, of string, v any) bool {
	list, ok := v.([]any)
	path := r.path + "[]"
	if of == "lists of objects" {
		path += "[]"
		var all []any
		for _, e := range list {
			inner, isList := e.([]any)
			ok = ok && isList
			all = append(all, inner...)
		}
		list, of = all, "objects"
	}
	for _, e := range list {
		is := false
		switch of {
		case "text":
			_, is = e.(string)
		case "numbers":
			_, is = e.(float64)
		case "objects":
			is = d.isObject(s, path, e)
		default:
			is = d.isObject(d.section("Findings"), "", e)
		}
		ok = ok && is
	}
	return ok
}

func (d *jsonDoc) inspects() {
	d.document("inspect", "inspect", "--details", "--pass", "env:PW", "--pass", "none",
		"testdata/der", "testdata/jks", "testdata/jceks", "testdata/pem", "testdata/pfx", "testdata/spkac", "testdata/zip", "testdata/k8s",
		"testdata/checks/csr-name-internal", "testdata/checks/cert-revoked", "testdata/search", "testdata/servers")
	d.document("inspect", "inspect", d.certificateOfAllNames())
	d.document("inspect", "inspect", "testdata/servers/rsa.pem")
}

// certificateOfAllNames is a request with an address of each kind, which
// OpenSSL makes from the key of the servers.
func (d *jsonDoc) certificateOfAllNames() string {
	d.t.Helper()
	testenv.Programs(d.t, "openssl")
	file := filepath.Join(d.t.TempDir(), "names.csr")
	testenv.Must(d.t, ".", "openssl", "req", "-new", "-key", "testdata/servers/rsa.key", "-out", file, "-subj", "/CN=www.example.com",
		"-addext", "subjectAltName=DNS:www.example.com,IP:192.0.2.1,email:a@example.com,URI:https://www.example.com/")
	return file
}

// probes asks servers of this process.
func (d *jsonDoc) probes() {
	pair, err := tls.LoadX509KeyPair("testdata/probe/site.pem", "testdata/probe/site.key")
	if err != nil {
		d.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	text, err := os.ReadFile("testdata/probe/root.pem")
	if err != nil || !roots.AppendCertsFromPEM(text) {
		d.t.Fatal("testdata/probe/root.pem", err)
	}
	stapled := pair
	stapled.OCSPStaple = []byte("no response")
	var addresses []string
	for _, c := range []*tls.Config{
		{Certificates: []tls.Certificate{stapled}, NextProtos: []string{"h2", "http/1.1"}, ClientAuth: tls.RequireAnyClientCert, ClientCAs: roots, GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
			if h.ServerName == "refused.example.com" {
				return nil, errors.New("refused")
			}
			return nil, nil
		}},
		{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13},
	} {
		l, err := tls.Listen("tcp", "127.0.0.1:0", c)
		if err != nil {
			d.t.Fatal(err)
		}
		d.t.Cleanup(func() { l.Close() })
		go func() {
			for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
				go func() {
					_ = conn.(*tls.Conn).Handshake()
					conn.Close()
				}()
			}
		}()
		addresses = append(addresses, l.Addr().String())
	}
	flags := []string{"--roots", "testdata/probe/root.pem", "--at", "2026-06-01T00:00:00Z", "--host", "www.example.com", "--host", "refused.example.com"}
	d.document("probe", append([]string{"probe", addresses[0], addresses[1], "127.0.0.1:1", "localhost:1", "--expect", "testdata/probe/newer.pem"}, flags...)...)
	d.document("probe", append([]string{"probe", "127.0.0.1:1", "--starttls", "smtp"}, flags...)...)
	site := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/page", http.StatusFound)
		case "/here":
			http.Redirect(w, r, "http://localhost:1/", http.StatusFound)
		case "/page":
			_, _ = io.WriteString(w, "<script src=http://x.test/a.js></script>")
		default:
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, "HTTP Error 403.7 - Forbidden")
		}
	}))
	site.Config.ErrorLog = log.New(io.Discard, "", 0)
	site.StartTLS()
	d.t.Cleanup(site.Close)
	for _, path := range []string{"/moved", "/here", "/forbidden"} {
		d.document("probe", "probe", site.URL+path, "--page", "--roots", "testdata/probe/root.pem")
	}
	d.document("fetch", "fetch", addresses[1], "--out", filepath.Join(d.t.TempDir(), "fetched.pem"))
	d.document("fetch", "fetch", "127.0.0.1:1", "--out", filepath.Join(d.t.TempDir(), "none.pem"))
	at := []string{"--roots", "testdata/probe/root.pem", "--at", "2026-06-01T00:00:00Z"}
	d.document("revoked", append([]string{"revoked", "testdata/probe/listed.pem"}, at...)...)
	d.document("revoked", append([]string{"revoked", "testdata/probe/withdrawn.pem", "--crl", "testdata/probe/inter.crl", "--crl", "testdata/probe/stale.crl"}, at...)...)
	d.document("revoked", append([]string{"revoked", "testdata/probe/site.pem", "--crl", "testdata/probe/inter.crl", "--allow-unchecked"}, at...)...)
	user, list := d.revokedUser()
	d.document("revoked", append([]string{"revoked", user, "--crl", list}, at...)...)
	d.document("revoked", append([]string{"revoked", "testdata/probe/listed.pem", "--crl", "testdata/probe/stale.crl"}, at...)...)
	d.document("revoked", append([]string{"revoked", "testdata/probe/site.pem", "--ocsp", d.unknownAnswer()}, at...)...)
	d.document("revoked", append([]string{"revoked", "testdata/probe/site.pem", "--crlset", "testdata/blocklist/crlset", "--allow-unchecked"}, at...)...)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "testdata/probe/inter.crl") }))
	defer proxy.Close()
	d.t.Setenv("http_proxy", proxy.URL)
	d.document("revoked", append([]string{"revoked", "testdata/probe/listed.pem", "--online"}, at...)...)
	d.t.Setenv("http_proxy", "")
}

// revokedUser makes the certificate of a client that its own list revokes.
func (d *jsonDoc) revokedUser() (cert, list string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		d.t.Fatal(err)
	}
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0x7a), Subject: pkix.Name{CommonName: "user"}, SubjectKeyId: []byte{1}, NotBefore: now.AddDate(0, -1, 0), NotAfter: now.AddDate(1, 0, 0),
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCRLSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		d.t.Fatal(err)
	}
	crl, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: now.AddDate(0, 0, -1), NextUpdate: now.AddDate(0, 0, 1),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: template.SerialNumber, RevocationTime: now.AddDate(0, 0, -1)}},
	}, template, key)
	if err != nil {
		d.t.Fatal(err)
	}
	dir := d.t.TempDir()
	cert, list = filepath.Join(dir, "user.der"), filepath.Join(dir, "user.crl")
	if err := errors.Join(os.WriteFile(cert, raw, 0o600), os.WriteFile(list, crl, 0o600)); err != nil {
		d.t.Fatal(err)
	}
	return cert, list
}

func (d *jsonDoc) conversions() {
	dir := d.t.TempDir()
	d.document("convert", "convert", "testdata/pfx/openssl-default.p12", "--pass", "env:PW", "--to", "der", "--allow-loss", "--out", filepath.Join(dir, "loss.der"))
	d.document("convert", "convert", "testdata/servers/rsa.pem", "--out", filepath.Join(dir, "plain.pem"))
	d.document("convert", "convert", "testdata/pfx/openssl-default.p12", "--pass", "env:PW", "--out-dir", filepath.Join(dir, "sites"))
	d.document("convert", "convert", "testdata/servers/rsa.key", "testdata/servers/rsa.pem", "--out-dir", filepath.Join(dir, "plain"))
}

func (d *jsonDoc) verdicts() {
	dir := d.t.TempDir()
	for _, doc := range []map[string]any{
		d.document("check, lint and repair", "check", "testdata/servers/rsa.key", "testdata/servers/renewed.pem", "--roots", "testdata/servers/root.pem", "--for", "nginx"),
		d.document("check, lint and repair", "check", "testdata/checks", "--pass", "env:PW"),
		d.document("check, lint and repair", "check", "testdata/checks/cert-must-staple/bad-must-staple.pem", "--roots", "testdata/checks/cert-must-staple/root.pem", "--at", "2026-06-01T00:00:00Z"),
		d.document("check, lint and repair", "check", "testdata/servers/rsa.pem", "nowhere.pem"),
		d.document("check, lint and repair", "lint", "testdata/checks/csr-country/bad-uk.csr", "testdata/checks/csr-ou/bad-ou.csr"),
		d.document("check, lint and repair", "request", "--host", "localhost", "--out", filepath.Join(dir, "q.csr"), "--key-out", filepath.Join(dir, "q.key")),
		d.document("check, lint and repair", "repair", "--dry-run", "testdata/pem/glued.pem", "testdata/pem/line-lost.pem", "testdata/pem/openssl-text.pem"),
	} {
		d.everyCheckOnce(doc)
	}
	list := filepath.Join(dir, "list.toml")
	text := ""
	for code, until := range map[string]string{"csr-country": "2000-01-01", "csr-san-missing": "9999-12-31"} {
		text += "[[accept]]\ncode = '" + code + "'\nfile = '" + filepath.ToSlash(testenv.Root(d.t)) + "/testdata'\nuntil = " + until + "\nreason = 'a test'\n"
	}
	if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	lint := []string{"lint", "testdata/checks/csr-country/bad-uk.csr", "testdata/checks/csr-san-missing/bad-no-san.csr", "--config", list}
	d.everyCheckOnce(d.document("check, lint and repair", lint...))
	d.lines("check", "testdata/servers/rsa.pem", "testdata/checks/key-mismatch", "nowhere.pem", "--roots", "testdata/servers/root.pem")
	d.lines(lint...)
	d.lines("lint", "testdata/checks/csr-country/bad-uk.csr", "testdata/checks/csr-ou/good.csr")
}

// lines checks a report with a document per line.
func (d *jsonDoc) lines(args ...string) {
	d.t.Helper()
	out, _ := d.output(append(args, "--format", "ndjson")...)
	if bytes.Count(out, []byte("\n")) < 2 {
		d.t.Errorf("%s: fewer than two lines", d.run)
	}
	for line := range bytes.Lines(out) {
		d.check("ndjson", line, 0)
	}
}

// everyCheckOnce holds the report to the sentence that each check is in exactly
// one of the lists.
func (d *jsonDoc) everyCheckOnce(doc map[string]any) {
	d.t.Helper()
	lists := map[string][]string{}
	add := func(list string, code any) {
		c := code.(string)
		if !slices.Contains(lists[c], list) {
			lists[c] = append(lists[c], list)
		}
	}
	for _, f := range doc["findings"].([]any) {
		add("findings", f.(map[string]any)["code"])
	}
	for _, c := range doc["passed"].([]any) {
		add("passed", c)
	}
	for _, s := range doc["skipped"].([]any) {
		add("skipped", s.(map[string]any)["code"])
	}
	for _, c := range validate.Checks() {
		if len(lists[c.Code]) != 1 {
			d.t.Errorf("%s: %s is in %v", d.run, c.Code, lists[c.Code])
		}
	}
}

func (d *jsonDoc) installs() {
	dir := d.t.TempDir()
	files := []string{"testdata/journeys/site.key", "testdata/journeys/site.crt", "testdata/journeys/from-the-ca.zip", "--host", "www.example.com", "--roots", "testdata/journeys/company-root.pem"}
	install := func(args ...string) { d.document("install", slices.Concat([]string{"install"}, files, args)...) }
	for _, target := range []string{"apache22", "haproxy", "kubernetes", "iis", "iis4", "jks", "postgresql"} {
		args := []string{"--for", target, "--dir", filepath.Join(dir, target), "--dry-run"}
		if slices.Contains([]string{"iis", "iis4", "jks"}, target) {
			args = append(args, "--pass-out", "env:PW")
		}
		install(args...)
	}
	to := []string{"--for", "nginx", "--dir", filepath.Join(dir, "nginx")}
	install(append(to, "--write-config", filepath.Join(dir, "nginx.conf"), "--reload", "true")...)
	install(append(to, "--write-config", filepath.Join(dir, "nginx.conf"), "--reload", "true")...) // the same again
	d.document("install --undo", "install", "--undo", "--dir", filepath.Join(dir, "nginx"), "--reload", "true")
	d.document("install --undo", "install", "--undo", "--dir", filepath.Join(dir, "nginx")) // undoes the undoing
	d.document("install", "install", "testdata/servers/rsa.key", "testdata/servers/renewed.pem", "--for", "nginx", "--dir", filepath.Join(dir, "refused"))
	install("--for", "nginx", "--dir", filepath.Join(dir, "reload"), "--reload", "false")
	install("--for", "nginx", "--dir", filepath.Join(dir, `quo"te`))

	programs := d.t.TempDir()
	if err := os.WriteFile(filepath.Join(programs, "nginx"), []byte("#!/bin/sh\nexit 1\n"), 0o755); err != nil {
		d.t.Fatal(err)
	}
	d.t.Setenv("PATH", programs+string(filepath.ListSeparator)+os.Getenv("PATH"))
	install("--for", "nginx", "--dir", filepath.Join(dir, "test"), "--test")

	changed := filepath.Join(dir, "changed")
	install("--for", "nginx", "--dir", changed)
	if err := os.WriteFile(filepath.Join(changed, "www.example.com", "www.example.com.key"), []byte("changed\n"), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.document("install --undo", "install", "--undo", "--dir", changed)
	d.document("install --undo", "install", "--undo", "--dir", filepath.Join(dir, "never"))
	alone := filepath.Join(dir, "alone")
	install("--for", "nginx", "--dir", alone)
	d.document("install --undo", "install", "--undo", "--dir", alone)
}

func (d *jsonDoc) searches() {
	dir := d.t.TempDir()
	d.document("find-key", "find-key", "--cert", "testdata/servers/rsa.pem", "testdata/servers", "testdata/iis", "testdata/pfx", "testdata/zip", "--out", filepath.Join(dir, "found.key"))
	d.document("find-key", "find-key", "--cert", "testdata/servers/rsa.pem", "testdata/servers", "--out", filepath.Join(dir, "found.pvk"), "--to", "sec1")
	d.document("find-key", "find-key", "--cert", "testdata/servers/rsa.pem", manyKeys(d.t, dir))
	d.interrupted(dir)
}

// manyKeys is a file with more keys than are listed.
func manyKeys(t *testing.T, dir string) string {
	t.Helper()
	const more = 10_001
	var text bytes.Buffer
	for range more {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.MarshalECPrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		_ = pem.Encode(&text, &pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	}
	file := filepath.Join(dir, "many.pem")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// interrupted ends a search over an endless file by a signal.
func (d *jsonDoc) interrupted(dir string) {
	endless := filepath.Join(dir, "endless.img")
	if err := os.WriteFile(endless, nil, 0o600); err != nil {
		d.t.Fatal(err)
	}
	if err := os.Truncate(endless, 1<<41); err != nil {
		testenv.Skip(d.t, "the file system has no sparse files of this size")
	}
	d.run = "certconv find-key, interrupted"
	for wait := 500 * time.Millisecond; wait < time.Minute; wait *= 2 { // until it listens to the signal
		cmd := exec.Command(d.program, "find-key", "--format", "json", "--cert", "testdata/servers/rsa.pem", endless)
		var out bytes.Buffer
		cmd.Stdout = &out
		if err := cmd.Start(); err != nil {
			d.t.Fatal(err)
		}
		time.Sleep(wait)
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		if out.Len() > 0 {
			d.check("find-key", out.Bytes(), 0)
			return
		}
	}
	d.t.Error("find-key is never interrupted")
}

func (d *jsonDoc) roots() {
	const at, ca = "--at=2026-06-01T00:00:00Z", "--roots=testdata/lists/ca.pem"
	d.document("roots inspect", "roots", "inspect", "testdata/lists/new.cab", "testdata/checks/list-signature/bad-list.stl", "testdata/ctl/nested.stl", "testdata/ctl/timestamp.stl", "testdata/ctl/other.stl",
		"testdata/ctl/disallowed.stl", "testdata/blocklist/blocked.certs", "testdata/lists/store.pem", "--entries", ca)
	d.document("roots inspect", "roots", "inspect", "nowhere.stl", "testdata/lists/new.cab", d.halfStore())
	d.document("roots verify", "roots", "verify", "testdata/lists/new.stl", "testdata/lists/expired.cab", "testdata/lists/page.cab", "testdata/checks/list-signature/bad-list.stl", "testdata/ctl/nested.stl", ca, at)
	d.document("roots verify", "roots", "verify", "testdata/lists/new.stl", "nowhere.stl", at)
	d.document("roots diff", "roots", "diff", "testdata/lists/old.stl", "testdata/lists/new.stl")
	d.document("roots diff", "roots", "diff", "testdata/blocklist/crlset", "testdata/lists/new.stl")
	d.document("roots diff", "roots", "diff", "testdata/lists/new.stl", d.halfStore())
	d.document("roots diff", "roots", "diff", "testdata/lists/old.stl", "testdata/checks/list-signature/bad-list.stl", ca)
	out := filepath.Join(d.t.TempDir(), "roots")
	d.document("roots export", "roots", "export", "testdata/lists/old.stl", ca, "--certs", "testdata/lists/certs", "--for", "debian", "--out", out, at)
	d.document("roots export", "roots", "export", "testdata/lists/old.stl", ca, "--certs", "testdata/lists/certs", "--for", "debian", "--out", out, "--allow-missing", at)
	d.document("roots export", "roots", "export", "testdata/lists/new.stl", ca, "--certs", "testdata/lists/certs", "--for", "pem", "--out", out+".pem", "--at", "2025-06-01T00:00:00Z")
	d.document("roots export", "roots", "export", "testdata/lists/new.stl", ca, "--certs", "testdata/lists/certs", "--for", "java", "--out", out+".jks", at)
	d.document("roots compare", "roots", "compare", "mozilla", "--with", "microsoft=testdata/lists/new.stl", at)
	d.document("roots compare", "roots", "compare", "testdata/lists/store.pem", "--with", "microsoft=testdata/lists/new.stl", "--with", "disallowed=testdata/lists/disallowed.stl", "--with", "mozilla", at)
	d.document("roots compare", "roots", "compare", d.halfStore(), "--with", "microsoft=testdata/checks/list-signature/bad-list.stl", at)
	cache := filepath.Join(d.t.TempDir(), "cache")
	if err := os.CopyFS(cache, os.DirFS("testdata/lists/cache")); err != nil {
		d.t.Fatal(err)
	}
	d.document("roots cache", "roots", "cache", cache, ca, at)
	d.document("roots cache", "roots", "cache", cache, ca, at, "--clean", "--yes")
	if err := os.Remove(filepath.Join(cache, "Content", "4E3E492FD0194E1F40F072604FE89F28")); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(cache, "Content", strings.Repeat("0", 32)), []byte("x"), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.document("roots cache", "roots", "cache", cache, ca, at)
	if err := os.WriteFile(filepath.Join(cache, "Content", strings.Repeat("1", 32)), []byte("<!DOCTYPE html><html><body>not found</body></html>"), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.document("roots cache", "roots", "cache", cache, ca, at, "--clean", "--yes")
	d.document("roots cache", "roots", "cache", "testdata/lists/cache", at, "--max-size", "100")
}

// unknownAnswer is an OCSP response by which the responder does not know a certificate.
func (d *jsonDoc) unknownAnswer() string {
	inter, err := tls.LoadX509KeyPair("testdata/probe/inter.pem", "testdata/probe/inter.key")
	if err != nil {
		d.t.Fatal(err)
	}
	site, err := tls.LoadX509KeyPair("testdata/probe/site.pem", "testdata/probe/site.key")
	if err != nil {
		d.t.Fatal(err)
	}
	at := time.Date(2026, 5, 31, 0, 0, 0, 0, time.UTC)
	answer, err := ocsp.CreateResponse(inter.Leaf, inter.Leaf, ocsp.Response{Status: ocsp.Unknown, SerialNumber: site.Leaf.SerialNumber, ThisUpdate: at, NextUpdate: at.AddDate(0, 0, 7)}, inter.PrivateKey.(crypto.Signer))
	if err != nil {
		d.t.Fatal(err)
	}
	path := filepath.Join(d.t.TempDir(), "unknown.ocsp")
	if err := os.WriteFile(path, answer, 0o600); err != nil {
		d.t.Fatal(err)
	}
	return path
}

// halfStore is a store with a certificate, and with one that is cut short.
func (d *jsonDoc) halfStore() string {
	file := filepath.Join(d.t.TempDir(), "half.pem")
	text, err := os.ReadFile("testdata/lists/store.pem")
	if err == nil {
		err = os.WriteFile(file, append(text, "-----BEGIN CERTIFICATE-----\nMIIDazCCAlOgAwIBAgIU\n-----END CERTIFICATE-----\n"...), 0o600)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return file
}

func (d *jsonDoc) explanations() {
	d.document("explain", "explain", "80090304", "testdata/checks/key-mismatch/good.key", "testdata/checks/key-mismatch/good.pem")
	d.document("explain", "explain", "80090304")
	d.document("explain", "explain", "begine line of a pem")
	d.document("explain", "explain", "80090304", "testdata/servers/rsa.key", "--max-size", "10")
}

// faults are runs that fail.
func (d *jsonDoc) faults() {
	dir := d.t.TempDir()
	out := func() string { return filepath.Join(dir, "out.pem") }
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			d.t.Fatal(err)
		}
		return file
	}
	for _, args := range [][]string{
		{"inspect"},
		{"inspect", "nowhere.pem"},
		{"convert", "testdata", "--out", out()},
		{"convert", "testdata/servers/rsa.pem", "--max-size", "10", "--out", out()},
		{"convert", write("empty.pem", ""), "--out", out()},
		{"convert", write("page.crt", "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n"), "--out", out()},
		{"convert", "README.md", "--out", out()},
		{"convert", "testdata/pem/line-lost.pem", "--out", out()},
		{"convert", "testdata/pem/traditional-rc5.pem", "--pass", "env:PW", "--out", out()},
		{"convert", "testdata/pfx/openssl-default.p12", "--out", out()},
		{"convert", "testdata/pfx/openssl-default.p12", "--pass", "env:WRONG", "--out", out()},
		{"convert", "testdata/servers/rsa.key", "testdata/servers/rsa.pem", "--for", "tomcat", "--pass-out", "env:UMLAUT", "--out", filepath.Join(dir, "out.p12")},
		{"convert", "testdata/servers/rsa.key", "testdata/servers/renewed.pem", "--out", out()},
		{"convert", "testdata/servers/rsa.key", "testdata/servers/rsa.pem", "--to", "der", "--out", out()},
		{"convert", "testdata/servers/rsa.pem", "--only", "key", "--out", out()},
		{"convert", "testdata/servers/rsa.pem", "--out", write("exists.pem", "")},
		{"convert", "testdata/servers/rsa.pem", "--out", filepath.Join(dir, "no", "folder.pem")},
		{"check", "testdata/servers/rsa.pem", "--roots", "testdata/servers/rsa.key"},
	} {
		section := map[string]string{"check": "check, lint and repair"}[args[0]]
		if section == "" {
			section = args[0]
		}
		d.document(section, args...)
	}
}
