package convert

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/archive"
	"github.com/certconv/certconv/internal/note"
)

// zipOf packs files, given as name and content in turn.
func zipOf(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readZIP(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile("../testdata/zip/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// What a CA mails: each object says which file it came from, what is none of
// ours is named, and what a Mac left is not.
func TestZIPMembers(t *testing.T) {
	b, err := Decode(readZIP(t, "as-mailed.zip"), &DecodeOptions{File: "order.zip"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range b.Certs {
		got = append(got, c.Source.Format+" "+c.Source.String())
		if c.Source.Offset != -1 || c.Source.File != "order.zip" {
			t.Errorf("a place in the file: %+v", c.Source)
		}
	}
	const folder = "(www_example_com/"
	want := []string{
		"der order.zip " + folder + "AddTrust/root.cer)", "pem order.zip:1 " + folder + "CA-bundle.ca-bundle)", "pem order.zip:13 " + folder + "CA-bundle.ca-bundle)",
		"pem order.zip:1 " + folder + "www_example_com.crt)",
		"p7b order.zip " + folder + "www_example_com.p7b)", "p7b order.zip " + folder + "www_example_com.p7b)", "p7b order.zip " + folder + "www_example_com.p7b)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var notes []string
	for _, n := range b.Notes {
		if n.Kind == note.Skipped {
			notes = append(notes, n.Text.String())
		}
	}
	if len(notes) != 2 || !strings.Contains(notes[0], "Readme.txt: this is text") || !strings.Contains(notes[1], "Installation.html: this is a web page (HTML) titled “How to install”") {
		t.Errorf("passed over: %q", notes)
	}
}

// Notes about the text of a file in an archive name it, and count from its
// own first line.
func TestZIPNotes(t *testing.T) {
	text, err := os.ReadFile("../testdata/servers/root.pem")
	if err != nil {
		t.Fatal(err)
	}
	b, err := Decode(zipOf(t, "good.crt", string(text), "ca/spaces.crt", "\n "+string(text)), nil)
	if err != nil || len(b.Certs) != 2 {
		t.Fatal(err)
	}
	for _, n := range b.Notes {
		if n.Member != "ca/spaces.crt" || n.Kind == note.BoundarySpace && n.Source.Line != 2 {
			t.Errorf("%+v", n)
		}
	}
	if len(b.Notes) == 0 {
		t.Error("no note")
	}
}

// A fault is told with the name of the file that has it, and the others are
// read all the same.
func TestZIPFaults(t *testing.T) {
	for file, want := range map[string]string{
		"zipcrypto.zip": "leaf.key: ZIP archive: unsupported algorithm ZipCrypto: the file is locked",
		"aes.zip":       "leaf.key: ZIP archive: unsupported algorithm WinZip AES: the file is locked",
		"lzma.zip":      "leaf.crt: ZIP archive: unsupported algorithm LZMA: the file is packed in this way",
		"bzip2.zip":     "root.crt: ZIP archive: unsupported algorithm bzip2",
		"checksum.zip":  "leaf.crt: ZIP archive: damaged: the checksum of the file is wrong (byte 38)",
		"bad-data.zip":  "leaf.crt: ZIP archive: damaged: what is packed is not what the list of files says (byte 38)",
		"cut-short.zip": "ZIP archive: damaged: it was cut short: the list of its files, which comes last, is not there at byte 1095",
		"directory.zip": "ZIP archive: damaged: the list of its files does not fit what is in it",
		"nothing.zip":   "ZIP archive: not a supported format: none of its 1 files is a certificate or key: Readme.txt: this is text",
		"web-page.zip":  "leaf.crt: not a supported format: this is a web page (HTML) titled “How to install”",
		"pfx.zip":       "site.pfx: encrypted part of a PFX (PBES2 PBKDF2-HMAC-SHA256 AES-256-CBC): password required",
		"deep.zip":      "8.zip/7.zip/6.zip/5.zip/4.zip/3.zip/2.zip/1.zip: ZIP archive: over a limit: nested deeper than 8 levels",
	} {
		_, err := Decode(readZIP(t, file), &DecodeOptions{File: file})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v\nwant %s", file, err, want)
		}
	}
}

// What comes out of an archive, and of those within it, is limited as a whole.
func TestZIPBomb(t *testing.T) {
	zeros := strings.Repeat("\x00", 300<<10)
	one := string(zipOf(t, "zeros", zeros))
	for name, data := range map[string][]byte{
		"one file":   zipOf(t, "zeros", strings.Repeat(zeros, 4)),
		"many files": zipOf(t, "a", zeros, "b", zeros, "c", zeros, "d", zeros),
		"nested":     zipOf(t, "a.zip", one, "b.zip", one, "c.zip", one, "d.zip", one),
	} {
		opts := &DecodeOptions{MaxSize: 1 << 20}
		if _, err := Decode(data, opts); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s of %d bytes: %v", name, len(data), err)
		}
		if _, err := Unzip(data, opts); name != "nested" && !errors.Is(err, ErrTooLarge) {
			t.Errorf("Unzip, %s: %v", name, err)
		}
	}
	var many []string
	for i := range archive.MaxFiles + 1 {
		many = append(many, fmt.Sprint(i), "")
	}
	if _, err := Decode(zipOf(t, many...), nil); !errors.Is(err, ErrTooLarge) {
		t.Errorf("%d files: %v", archive.MaxFiles+1, err)
	}
}

// The question for a password names the file in the archive.
func TestZIPPassword(t *testing.T) {
	var asked []string
	_, err := Decode(readZIP(t, "pfx.zip"), &DecodeOptions{Password: func(r PasswordRequest) ([]byte, error) {
		asked = append(asked, r.Member)
		return []byte("secret"), nil
	}})
	if err != nil || !slices.Equal(asked, []string{"site.pfx"}) {
		t.Errorf("asked for %q, %v", asked, err)
	}
	stop := errors.New("stop")
	_, err = Decode(zipOf(t, "a.zip", string(readZIP(t, "pfx.zip")), "b.zip", string(readZIP(t, "pfx.zip"))), &DecodeOptions{Password: func(r PasswordRequest) ([]byte, error) {
		asked = append(asked, r.Member)
		return nil, stop
	}})
	if !errors.Is(err, stop) || slices.Contains(asked, "b.zip/site.pfx") || !slices.Contains(asked, "a.zip/site.pfx") {
		t.Errorf("asked for %q, %v", asked, err)
	}
}

// What the callback returns instead of a password ends Decode, whatever was at
// fault before.
func TestCallbackEndsDecode(t *testing.T) {
	locked, err := os.ReadFile("../testdata/servers/rsa.locked.key")
	if err != nil {
		t.Fatal(err)
	}
	const damaged = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
	stop := errors.New("stop")
	for name, data := range map[string][]byte{
		"PEM": slices.Concat([]byte(damaged), locked, locked),
		"ZIP": zipOf(t, "a.crt", damaged, "b.key", string(locked), "c.key", string(locked), "d.pfx", string(readZIP(t, "pfx.zip"))),
	} {
		asked := 0
		b, _ := Decode(data, &DecodeOptions{Password: func(PasswordRequest) ([]byte, error) { asked++; return nil, stop }})
		if n := len(b.Failures); asked != 1 || n != 2 || b.Failures[1].Err != stop {
			t.Errorf("%s: asked %d times, failures %v", name, asked, b.Failures)
		}
	}
}

// Names are read as people see them, and are there once each.
func TestUnzip(t *testing.T) {
	for file, want := range map[string][]string{
		"code-page.zip":     {"Schlüssel für Müller.crt"},
		"same-name.zip":     {"cert.crt", "cert.crt#2"},
		"out-of-folder.zip": {"../../etc/ssl/leaf.crt", "C:/certs/root.crt"},
		"zipcrypto.zip":     {"leaf.key", "leaf.crt"},
	} {
		list, err := Unzip(readZIP(t, file), nil)
		var names []string
		for _, m := range list {
			names = append(names, m.Name)
			if (m.Err == nil) != (len(m.Data) > 0) || m.Err != nil && !errors.Is(m.Err, ErrUnsupported) {
				t.Errorf("%s: %d bytes, %v", m.Name, len(m.Data), m.Err)
			}
		}
		if err != nil || !slices.Equal(names, want) {
			t.Errorf("%s: %q, %v", file, names, err)
		}
	}
}

// What stands before or behind an archive, or in its comment, is read with it; what is none
// of ours is named, and what only fills it up is not.
func TestBesideArchives(t *testing.T) {
	cert := func(folder string) []byte {
		data, err := os.ReadFile("../testdata/checks/" + folder + "/good.pem")
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	first, second := cert("crl-stale"), cert("cert-expired")
	packed, err := os.ReadFile("../testdata/gzip/site.tar.bz2")
	if err != nil {
		t.Fatal(err)
	}
	counts := func(data []byte) (objects, skipped int) {
		t.Helper()
		b, err := Decode(data, nil)
		if err != nil {
			t.Error(err)
		}
		for _, n := range b.Notes {
			if n.Kind == note.Skipped {
				skipped++
			}
		}
		return b.Len(), skipped
	}
	archives := map[string][]byte{"zip": zipOf(t, "a.pem", string(first)), "tar": tarOf(t, "a.pem", first), "gzip": gzipOf(t, first), "tar.gz": gzipOf(t, tarOf(t, "a.pem", first)), "bzip2": packed}
	more, _ := counts(second)
	for name, a := range archives {
		own, said := counts(a)
		for what, beside := range map[string][]byte{"PEM": second, "zip": zipOf(t, "b.pem", string(second)), "tar": tarOf(t, "b.pem", second), "gzip": gzipOf(t, second), "zeros and PEM": append(make([]byte, 70_000), second...)} {
			if n, _ := counts(slices.Concat(a, beside)); n != own+more {
				t.Errorf("%s behind %s: %d objects, want %d", what, name, n, own+more)
			}
		}
		for junk, want := range map[string]int{"hello": said + 1, "\x00": said, "B": said + 1, "BZx": said + 1, strings.Repeat("\x00", 1024) + "\r\n": said} {
			if n, skipped := counts(append(slices.Clip(a), junk...)); n != own || skipped != want {
				t.Errorf("%q behind %s: %d objects and %d notes, want %d and %d", junk, name, n, skipped, own, want)
			}
		}
	}
	for what, comment := range map[string]string{"PEM": string(second), "text": "from the CA"} {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		f, _ := w.Create("a.pem")
		_, _ = f.Write(first)
		_ = w.SetComment(comment)
		_ = w.Close()
		if n, skipped := counts(b.Bytes()); what == "PEM" && n != 2*more || what == "text" && n != more || skipped != 0 {
			t.Errorf("%s in the comment: %d objects, %d notes", what, n, skipped)
		}
	}
}

// tarOf packs a file.
func tarOf(t testing.TB, name string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(data))}); err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

func gzipOf(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What is in an archive that was packed as a whole has its own name; an archive within another
// one is a folder.
func TestNamesInPackedArchives(t *testing.T) {
	cert := string(readText(t, "servers/rsa.pem"))
	tarred := tarOf(t, "ssl/site.crt", []byte(cert))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"tar":           {tarred, "ssl/site.crt"},
		"tar.gz":        {gzipOf(t, tarred), "ssl/site.crt"},
		"zip":           {zipOf(t, "ssl/site.crt", cert), "ssl/site.crt"},
		"tar in zip":    {zipOf(t, "a.tar", string(tarred)), "a.tar/ssl/site.crt"},
		"tar.gz in zip": {zipOf(t, "a.tar.gz", string(gzipOf(t, tarred))), "a.tar.gz/ssl/site.crt"},
	} {
		b, err := Decode(c.data, nil)
		if err != nil || len(b.Certs) != 1 || b.Certs[0].Source.Entry != c.want {
			t.Errorf("%s: %d certificates, %v: %+v", name, len(b.Certs), err, b.Certs)
		}
	}
}

func FuzzZIP(f *testing.F) {
	addSeeds(f, "zip")
	f.Fuzz(func(t *testing.T, data []byte) {
		opts := &DecodeOptions{MaxSize: 1 << 20}
		b, err := decodeWith("zip", (*decoder).decodeArchive)(data, opts)
		if (err == nil) != (len(b.Failures) == 0) {
			t.Errorf("%v, %d failures", err, len(b.Failures))
		}
		if err == nil && b.Len() == 0 && len(b.Notes) == 0 {
			t.Error("nothing is in it, and nothing is said")
		}
		list, _ := Unzip(data, opts)
		total := 0
		for _, m := range list {
			if total += len(m.Data); total > 1<<20 {
				t.Fatal("more than the limit")
			}
		}
	})
}

// listedAgain is a ZIP archive of one file whose list names it n times.
func listedAgain(t testing.TB, n int, content string) []byte {
	one := zipOf(t, "a.pem", content)
	list := bytes.Index(one, []byte("PK\x01\x02"))
	end := bytes.Index(one, []byte("PK\x05\x06"))
	entry := one[list:end]
	out := append(bytes.Clone(one[:list]), bytes.Repeat(entry, n)...)
	tail := bytes.Clone(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(n))
	binary.LittleEndian.PutUint16(tail[10:], uint16(n))
	binary.LittleEndian.PutUint32(tail[12:], uint32(n*len(entry)))
	return append(out, tail...)
}

// A list that is packed itself takes next to nothing, and each file in it costs a
// reader something: files count, even empty ones.
func TestZIPOfManyFiles(t *testing.T) {
	cert, err := os.ReadFile("../testdata/checks/crl-stale/good.pem")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"a nested list of nothing":     zipOf(t, "a.zip", string(listedAgain(t, 20_000, ""))),
		"a list of a certificate":      listedAgain(t, 5_000, string(cert)),
		"small archives in an archive": zipOf(t, "a.zip", string(listedAgain(t, 3_000, "")), "b.zip", string(listedAgain(t, 3_000, ""))),
	} {
		b, err := Decode(data, nil)
		if n := len(b.Failures); err == nil || !errors.Is(b.Failures[n-1].Err, ErrTooLarge) {
			t.Errorf("%s (%d bytes): %v", name, len(data), err)
		}
		if _, err := Unzip(data, nil); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s (%d bytes): unzip: %v", name, len(data), err)
		}
	}
	if list, err := Unzip(zipOf(t, "a.zip", string(listedAgain(t, 3_000, "x"))), nil); err != nil || len(list) != 3_000 {
		t.Errorf("3,000 files: %d, %v", len(list), err)
	}
}
