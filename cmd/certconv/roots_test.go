package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// runJSON runs certconv for a JSON document.
func runJSON(t *testing.T, doc any, args ...string) (exit int) {
	t.Helper()
	exit, stdout, stderr := runInside(t, append(args, "--format", "json")...)
	if err := json.Unmarshal([]byte(stdout), doc); err != nil {
		t.Fatalf("%v: %v\n%s%s", args, err, stdout, stderr)
	}
	return exit
}

// All of Microsoft's lists are read; the newest has the counts that Microsoft's programs give.
func TestRootsOfMicrosoft(t *testing.T) {
	dir := filepath.Join(testenv.Samples(t), "authroot")
	files, err := filepath.Glob(filepath.Join(dir, "history", "*"))
	if err != nil || len(files) != 13 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	files = append(files, filepath.Join(dir, "authroot.stl"), filepath.Join(dir, "authrootstl.cab"))
	var page listsPage
	if exit := runJSON(t, &page, append([]string{"roots", "inspect"}, files...)...); exit != 0 || len(page.Lists) != len(files) {
		t.Fatalf("exit code %d, %d lists", exit, len(page.Lists))
	}
	for _, l := range page.Lists {
		if l.Kind != "authroot" || l.Entries < 200 || l.Signer == nil || l.SequenceTime == nil {
			t.Errorf("%+v", l)
		}
		if strings.HasSuffix(l.Path, "2026-04-22.stl") && (l.Entries != 515 || l.Servers != 392 || l.Trusted != 180 || l.Limited != 179 || l.Disabled != 165) {
			t.Errorf("%d entries, %d for servers, %d trusted, %d limited, %d disabled", l.Entries, l.Servers, l.Trusted, l.Limited, l.Disabled)
		}
	}
}

// The list of KB2328240 is accepted until its signer expires, the one that was signed anew after
// that; both have the same entries and the same number.
func TestRootsKB2328240(t *testing.T) {
	dir := filepath.Join(testenv.Samples(t), "authroot", "history")
	expired := filepath.Join(dir, "authrootstl-2010-05-03-signer-expired-2010-07.cab")
	renewed := filepath.Join(dir, "authrootstl-2010-05-03-resigned-2010-07.cab")
	for _, c := range []struct {
		file, at, verdict, code string
		exit                    int
	}{
		{expired, "2010-07-10T00:00:00Z", listAccepted, "", 0},
		{expired, "2010-07-12T00:00:00Z", listRefused, "list-signer-expired", 1},
		{renewed, "2010-07-12T00:00:00Z", listAccepted, "", 0},
	} {
		var page verdictsPage
		if exit := runJSON(t, &page, "roots", "verify", c.file, "--at", c.at); exit != c.exit || len(page.Lists) != 1 || page.Lists[0].Verdict != c.verdict {
			t.Errorf("%s at %s: exit code %d, %+v", c.file, c.at, exit, page.Lists)
		}
		if code := strings.Join(codesIn(&page), " "); code != c.code {
			t.Errorf("%s at %s: %s", c.file, c.at, code)
		}
	}
	if exit, out, _ := runInside(t, "roots", "diff", expired, renewed); exit != 0 {
		t.Errorf("they differ: %s", out)
	}
}

func codesIn(page *verdictsPage) (list []string) {
	for _, f := range page.Findings {
		list = append(list, f.Code)
	}
	return list
}

// DigiNotar's root was on the list of 2010 and is not on that of August 2011.
func TestRootsDigiNotar(t *testing.T) {
	dir := filepath.Join(testenv.Samples(t), "authroot", "history")
	var page diffPage
	exit := runJSON(t, &page, "roots", "diff", filepath.Join(dir, "authroot-2010-05-03-resigned-2010-07.stl"), filepath.Join(dir, "authroot-2011-08-30.stl"))
	left := slices.ContainsFunc(page.Removed, func(r rootJSON) bool {
		return r.Name == "DigiNotar Root CA" && r.SHA1 == "c060ed44cbd881bd0ef86c0ba287ddcf8167478c"
	})
	if exit != 1 || !left {
		t.Errorf("exit code %d, removed are %v", exit, page.Removed)
	}
	page = diffPage{}
	runJSON(t, &page, "roots", "diff", filepath.Join(dir, "authroot-2019-05-17.stl"), filepath.Join(dir, "authroot-2026-04-22.stl"))
	limited := slices.ContainsFunc(page.Changed, func(c changeJSON) bool {
		return strings.HasPrefix(c.Name, "Entrust") && strings.Contains(c.Change, "server authentication: only certificates issued before 2025-04-16")
	})
	if !limited {
		t.Errorf("nothing is said of Entrust in %v", page.Changed)
	}
}

// Each of Microsoft's 71 disallowed certificates is found in a store, among others, by what is built in and
// by the file; and check speaks for each.
func TestRootsDisallowed(t *testing.T) {
	sst := filepath.Join(testenv.Samples(t), "disallowed", "disallowedcert.sst")
	dir := t.TempDir()
	store := filepath.Join(dir, "store.pem")
	if exit, _, stderr := runInside(t, "convert", sst, filepath.Join(testenv.Root(t), "testdata", "lists", "store.pem"), "--to", "pem", "--out", store); exit != 0 {
		t.Fatal(stderr)
	}
	for _, with := range [][]string{nil, {"--with", "disallowed=" + sst}} {
		var page comparePage
		exit := runJSON(t, &page, append([]string{"roots", "compare", store, "--fail-on", "error"}, with...)...)
		found := map[string]bool{}
		for _, d := range page.Distrusted {
			found[d.SHA1] = true
		}
		if exit != 1 || len(found) != 71 || found["c060ed44cbd881bd0ef86c0ba287ddcf8167478c"] != true {
			t.Errorf("%v: exit code %d, %d are found", with, exit, len(found))
		}
	}
	var page comparePage
	if exit := runJSON(t, &page, "roots", "compare", filepath.Join(testenv.Root(t), "testdata", "lists", "store.pem"), "--with", "disallowed="+sst); exit != 0 || len(page.Distrusted) != 0 || len(page.Private) != 2 {
		t.Errorf("exit code %d for a good store: %+v", exit, page)
	}
}

// The programs that stores are for take them, with every root.
func TestRootsExport(t *testing.T) {
	testenv.Programs(t, "keytool", "openssl", "certutil", "update-ca-certificates")
	dir := t.TempDir()
	in := func(name ...string) string { return filepath.Join(append([]string{dir}, name...)...) }
	export := func(kind, out string) {
		t.Helper()
		if exit, _, stderr := runInside(t, "roots", "export", "mozilla", "--for", kind, "--out", out); exit != 0 {
			t.Fatalf("%s: %s", kind, stderr)
		}
	}
	for kind, out := range map[string]string{"debian": "debian", "rhel": "rhel.pem", "java": "roots.jks", "p7b": "roots.p7b", "sst": "roots.sst", "pem": "roots.pem"} {
		export(kind, in(out))
	}
	files, err := os.ReadDir(in("debian"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d roots, %v", len(files), err)
	}
	want := len(files)
	count := func(what, text, word string) {
		t.Helper()
		if n := strings.Count(text, word); n != want {
			t.Errorf("%s has %d roots, not %d", what, n, want)
		}
	}
	count("keytool", testenv.Must(t, dir, "keytool", "-list", "-keystore", "roots.jks", "-storepass", javaPassword), "trustedCertEntry")
	count("OpenSSL", testenv.Must(t, dir, "openssl", "pkcs7", "-inform", "DER", "-in", "roots.p7b", "-print_certs"), "BEGIN CERTIFICATE")

	// Debian's program makes its bundle of the files, and passes over none.
	for _, folder := range []string{"certs", "etc", "hooks", "nss"} {
		if err := os.Mkdir(in(folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(in("conf"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	out := testenv.Must(t, dir, "update-ca-certificates", "--localcertsdir", in("debian"), "--etccertsdir", in("etc"), "--certsconf", in("conf"), "--certsdir", in("certs"), "--hooksdir", in("hooks"))
	if !strings.Contains(out, fmt.Sprintf("%d added", want)) {
		t.Errorf("update-ca-certificates: %s", out)
	}
	bundle, err := os.ReadFile(in("etc", "ca-certificates.crt"))
	if err != nil {
		t.Fatal(err)
	}
	count("Debian's bundle", string(bundle), "BEGIN CERTIFICATE")

	// NSS takes each file as a CA for servers.
	testenv.Must(t, dir, "certutil", "-N", "-d", "sql:nss", "--empty-password")
	for _, f := range files[:10] {
		testenv.Must(t, dir, "certutil", "-A", "-d", "sql:nss", "-n", f.Name(), "-t", "C,,", "-i", in("debian", f.Name()))
	}
	if n := strings.Count(testenv.Must(t, dir, "certutil", "-L", "-d", "sql:nss"), "C,,"); n != 10 {
		t.Errorf("NSS has %d of 10", n)
	}

	// What is exported is what was there.
	for _, file := range []string{"debian", "rhel.pem", "roots.jks", "roots.p7b", "roots.sst", "roots.pem"} {
		if exit, stdout, stderr := runInside(t, "roots", "diff", "mozilla", in(file)); exit != 0 {
			t.Errorf("%s: exit code %d\n%s%s", file, exit, stdout, stderr)
		}
	}
}

// p11-kit, of which update-ca-trust is made, takes each root for an anchor.
func TestRootsExportP11Kit(t *testing.T) {
	testenv.Programs(t, "trust", "unshare")
	if os.Getuid() != 0 {
		testenv.Skip(t, "only root can put a file in the place of the system's")
	}
	file := filepath.Join(t.TempDir(), "rhel.pem")
	if exit, _, stderr := runInside(t, "roots", "export", "mozilla", "--for", "rhel", "--out", file); exit != 0 {
		t.Fatal(stderr)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := p11kit(t, file, "list", "--filter=ca-anchors")
	if n, want := strings.Count(out, "type: certificate"), strings.Count(string(text), "BEGIN CERTIFICATE"); n != want || n < 100 {
		t.Errorf("p11-kit has %d anchors, not %d", n, want)
	}
}

// Of a JDK both stores are read without a password.
func TestRootsJava(t *testing.T) {
	testenv.Programs(t, "keytool")
	found, err := filepath.Glob("/usr/lib/jvm/*/lib/security")
	if err != nil || len(found) == 0 {
		testenv.Skip(t, "there is no JDK below /usr/lib/jvm")
	}
	for _, dir := range found {
		var page listsPage
		if exit := runJSON(t, &page, "roots", "inspect", filepath.Join(dir, "cacerts"), filepath.Join(dir, "blocked.certs")); exit != 0 || len(page.Lists) != 2 || page.Lists[0].Entries < 80 || page.Lists[1].Disabled < 20 {
			t.Errorf("%s: exit code %d, %+v", dir, exit, page.Lists)
		}
	}
}

func TestRootFileName(t *testing.T) {
	used := map[string]bool{}
	store := filepath.Join(testenv.Root(t), "testdata", "lists", "store.pem")
	r := newEnv().reader("", 1<<20)
	data, err := r.Read(store, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := r.Decode(store, data)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, want string }{
		{"ISRG Root X1", "ISRG_Root_X1.crt"},
		{"NetLock Arany (Class Gold) Főtanúsítvány", "NetLock_Arany_Class_Gold_F_tan_s_tv_ny.crt"},
		{"../../etc/passwd", "etc_passwd.crt"},
		{"", "root.crt"},
		{"日本", "root_"},
		{"isrg root x1", "isrg_root_x1_"},
		{strings.Repeat("a", 300), strings.Repeat("a", 80) + ".crt"},
	} {
		cert := b.Certs[0]
		cert.FriendlyName = c.name
		if got := rootFileName(&cert, used); !strings.HasPrefix(got, c.want) || !strings.HasSuffix(got, ".crt") || strings.ContainsAny(got, "/\\") {
			t.Errorf("%q: %s, not %s", c.name, got, c.want)
		}
	}
}

// A list that was altered after it was signed is told wherever it is taken for what it says.
func TestAlteredListIsTold(t *testing.T) {
	lists := filepath.Join(testenv.Root(t), "testdata", "lists")
	data, err := os.ReadFile(filepath.Join(lists, "new.stl"))
	if err != nil {
		t.Fatal(err)
	}
	name := []byte("E\x00x\x00a\x00m\x00p\x00l\x00e\x00 \x00R\x00o\x00o\x00t\x00")
	if !bytes.Contains(data, name) {
		t.Fatal("new.stl does not have the names of its roots")
	}
	altered := filepath.Join(t.TempDir(), "altered.stl")
	if err := os.WriteFile(altered, bytes.Replace(data, name, bytes.ToUpper(name), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{altered, filepath.Join(lists, "new.stl")} {
		for _, args := range [][]string{
			{"roots", "export", list, "--certs", filepath.Join(lists, "certs"), "--for", "pem", "--out", "-", "--at", "2026-05-02T00:00:00Z"},
			{"roots", "compare", filepath.Join(lists, "store.pem"), "--with", list, "--at", "2026-05-02T00:00:00Z"},
			{"roots", "diff", filepath.Join(lists, "new.stl"), list},
			{"check", filepath.Join(lists, "store.pem"), "--lists", list, "--only", "cert-distrusted"},
		} {
			exit, stdout, stderr := runInside(t, append(args, "--roots", filepath.Join(lists, "ca.pem"))...)
			if told := strings.Contains(stdout+stderr, "was changed after it was signed"); told != (list == altered) || exit != map[bool]int{true: 1}[told] {
				t.Errorf("%v: exit code %d, %q %q", args, exit, stdout, stderr)
			}
		}
	}
}
