package main

import (
	"archive/zip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/report"
)

// Of a folder or an archive with all that CAs sent over the years, check takes
// what signed the certificate; the rest is named, and makes no other finding.
func TestCheckTakesTheChainBySignature(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("SSL_CERT_FILE", "/nonexistent")
	var none *authority
	old, root := none.issue(t, "Old Root", isCA), none.issue(t, "Root", isCA)
	cross := old.issueFor(t, root.key, "Root", isCA)
	inter, renewed := root.issue(t, "Inter", isCA), root.issue(t, "Inter", isCA)
	site := inter.issue(t, "www.example.com", isServer)
	files := map[string]string{
		"site.key": site.keyPEM(t), "site.crt": site.certPEM(),
		"1.crt": renewed.certPEM(), "2.crt": cross.certPEM(), "3.crt": old.certPEM(), "4.crt": inter.certPEM(), "5.crt": root.certPEM(),
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("folder", 0o700); err != nil {
		t.Fatal(err)
	}
	archive, err := os.OpenFile("archive.zip", os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(archive)
	for name, text := range files {
		write(filepath.Join("folder", name), text)
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	archive.Close()
	write("root.pem", root.certPEM())
	write("old.pem", old.certPEM())

	for _, c := range []struct{ roots, included, left string }{
		{"root.pem", "5.crt", "1.crt 2.crt 3.crt"},
		{"old.pem", "3.crt", "1.crt 5.crt"},
	} {
		for given, place := range map[string]string{"folder": "folder/%", "archive.zip": "archive.zip (%)"} {
			code, stdout, stderr := runInside(t, "check", given, "--roots", c.roots, "--format", "json")
			if code != 0 {
				t.Errorf("%s: exit code %d\n%s%s", given, code, stdout, stderr)
			}
			want := "chain-root-included " + strings.Replace(place, "%", c.included, 1)
			for name := range strings.FieldsSeq(c.left) {
				want += "\nfile-left-over " + strings.Replace(place, "%", name, 1)
			}
			var v report.Document
			if err := json.Unmarshal([]byte(stdout), &v); err != nil {
				t.Fatal(err)
			}
			var found []string
			for _, f := range v.Findings {
				found = append(found, f.Code+" "+filepath.ToSlash(f.File))
			}
			slices.Sort(found)
			if got := strings.Join(found, "\n"); got != want {
				t.Errorf("%s, %s: got\n%s\nwant\n%s", given, c.roots, got, want)
			}
		}
	}
}
