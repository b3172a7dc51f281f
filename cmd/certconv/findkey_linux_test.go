package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/search"
	"github.com/certconv/certconv/internal/terminal"
	"github.com/certconv/certconv/internal/testenv"
)

// foundDocument is the document of docs/json.md, decoded strictly enough to notice a
// renamed key.
type foundDocument struct {
	Schema int
	Found  []struct {
		Path, Entry, Format, Algorithm string
		Offset                         *int64
		Encrypted, Matches             *bool
		Bits                           int
		SPKI                           string `json:"spki_sha256"`
	}
	Unopened []struct {
		Path, Entry, Why string
		Offset           int64
		Count            int
	}
	Scanned struct {
		Files int
		Bytes int64
	}
	Interrupted bool
	Out         string
	Error       *report.Fault
}

func findKey(t *testing.T, args ...string) (d foundDocument, code int) {
	t.Helper()
	code, out, stderr := runInside(t, append([]string{"find-key", "--format", "json"}, args...)...)
	d.decode(t, []byte(out))
	if code > 1 || code == 0 && stderr != "" {
		t.Fatalf("exit code %d: %s%s", code, out, stderr)
	}
	return d, code
}

func (d *foundDocument) decode(t *testing.T, out []byte) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(out))
	dec.DisallowUnknownFields()
	if err := dec.Decode(d); err != nil || dec.More() || d.Schema != 1 {
		t.Fatalf("%v\n%s", err, out)
	}
}

const serverCert = "../../testdata/servers/rsa.pem"

// The image of a disk holds the keys of the files on it at their offsets, and
// those of files that were deleted.
func TestFindKeyInDiskImage(t *testing.T) {
	testenv.Programs(t, "mke2fs")
	dir := t.TempDir()
	files := filepath.Join(dir, "files")
	image := filepath.Join(dir, "disk.img")
	key, backup := read(t, "../../testdata/servers/rsa.key"), read(t, "../../testdata/iis/site-keycert.key")
	for name, data := range map[string][]byte{"etc/ssl/site.key": key, "inetpub/backup.key": backup, "etc/hosts": []byte("127.0.0.1 localhost\n")} {
		path := filepath.Join(files, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		mustWrite(t, path, string(data), 0o600)
	}
	testenv.Must(t, dir, "mke2fs", "-q", "-t", "ext4", "-d", files, image, "40M")
	disk := read(t, image)
	if d, code := findKey(t, "--cert", serverCert, image); code != 0 || *d.Found[0].Offset != int64(bytes.Index(disk, key)) || d.Found[0].Format != "pem" ||
		d.Scanned.Bytes != int64(len(disk)) || len(d.Unopened) != 1 || !strings.Contains(d.Unopened[0].Why, "no password") {
		t.Errorf("exit code %d, %+v", code, d)
	}
	iis := filepath.Join(dir, "iis.crt")
	if code, _, stderr := runInside(t, "convert", filepath.Join(files, "inetpub/backup.key"), "--pass", "pass:p", "--only", "cert", "--out", iis); code != 0 {
		t.Fatal(stderr)
	}
	out := filepath.Join(dir, "found.key")
	d, code := findKey(t, "--cert", iis, image, "--pass", "file:"+passwordIn(t, "p"), "--out", out)
	if code != 0 || d.Found[0].Format != "net" || !*d.Found[0].Encrypted || d.Out != out {
		t.Errorf("exit code %d, %+v", code, d)
	}
	if code, _, stderr := runInside(t, "check", "--key", out, "--cert", iis, "--only", "key-mismatch"); code != 0 {
		t.Error("what was taken out does not fit:", stderr)
	}
}

func passwordIn(t *testing.T, password string) string {
	path := filepath.Join(t.TempDir(), "password")
	mustWrite(t, path, password+"\n", 0o600)
	return path
}

// The report of a folder full of keys is the same each time, whatever the order
// in which the processors come to them.
func TestFindKeyIsDeterministic(t *testing.T) {
	want, code := findKey(t, "--cert", serverCert, "../../testdata")
	if code != 0 || len(want.Found) < 60 || len(want.Unopened) < 100 || want.Scanned.Files < 500 {
		t.Fatalf("exit code %d: %d keys, %d not opened, %d files", code, len(want.Found), len(want.Unopened), want.Scanned.Files)
	}
	matches := 0
	for _, k := range want.Found {
		if k.Offset == nil || k.Encrypted == nil || k.Matches == nil || len(k.SPKI) != 64 || k.Format == "" || k.Path == "" {
			t.Errorf("%+v", k)
		}
		if *k.Matches {
			matches++
		}
	}
	if matches < 2 || !*want.Found[0].Matches {
		t.Errorf("%d matches", matches)
	}
	for range 3 {
		again, _ := findKey(t, "--cert", serverCert, "../../testdata")
		a, _ := json.Marshal(want)
		b, _ := json.Marshal(again)
		if !bytes.Equal(a, b) {
			t.Error("another report")
		}
	}
}

// Ctrl-C ends the search, not the report.
func TestFindKeyInterrupted(t *testing.T) {
	testenv.Slow(t)
	dir := t.TempDir()
	mustWrite(t, filepath.Join(dir, "a.key"), string(read(t, "../../testdata/servers/rsa.key")), 0o600)
	endless := filepath.Join(dir, "z.img")
	mustWrite(t, endless, "", 0o600)
	if err := os.Truncate(endless, 1<<41); err != nil {
		testenv.Skip(t, "the file system has no sparse files of this size")
	}
	cmd := exec.Command("certconv", "find-key", "--format", "json", "--cert", serverCert, dir)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(500 * time.Millisecond)
	_ = cmd.Process.Signal(os.Interrupt)
	_ = cmd.Wait()
	var d foundDocument
	d.decode(t, out.Bytes())
	if !d.Interrupted || len(d.Found) != 1 || !*d.Found[0].Matches || !strings.Contains(errs.String(), "interrupted") {
		t.Errorf("%s%s", out.String(), errs.String())
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
		t.Errorf("it ended as %v, not by the signal", cmd.ProcessState)
	}
}

// A file or folder without permission is told.
func TestFindKeyTellsWhatIsForbidden(t *testing.T) {
	dir := t.TempDir()
	closed := filepath.Join(dir, "closed")
	check(t, os.MkdirAll(closed, 0o755))
	mustWrite(t, filepath.Join(dir, "secret.key"), "key", 0o000)
	mustWrite(t, filepath.Join(closed, "more.key"), "key", 0o600)
	testenv.GiveAway(t, dir)
	check(t, os.Chmod(closed, 0o000))
	cert := filepath.Join(dir, "site.crt")
	mustWrite(t, cert, string(read(t, serverCert)), 0o644)
	defer func() { _ = os.Chmod(closed, 0o700) }()
	testenv.AsUser(t, func() {
		e := newEnv()
		f := &keySearch{env: e, searcher: search.New(1), progress: terminal.NewProgress(nil, "", terminal.Bytes)}
		f.run(t.Context(), []string{dir})
		var told []string
		for _, u := range f.unopened {
			told = append(told, filepath.Base(u.Path)+": "+u.Why)
		}
		if slices.Sort(told); !slices.Equal(told, []string{"closed: no permission to read it", "secret.key: no permission to read it"}) {
			t.Errorf("%q", told)
		}
	})
}

// failingDisk has one bad sector, and another one where it ends.
type failingDisk struct {
	data []byte
	bad  int64
}

func (d failingDisk) ReadAt(p []byte, at int64) (int, error) {
	switch {
	case at >= int64(len(d.data)), at/diskSector == d.bad/diskSector:
		return 0, syscall.EIO
	case at < d.bad:
		p = p[:min(int64(len(p)), d.bad-at)]
	}
	return copy(p, d.data[at:]), nil
}

// What a failing disk does not give is passed over, and the rest is read.
func TestFindKeyPassesOverBadSectors(t *testing.T) {
	key := read(t, "../../testdata/servers/rsa.key.der")
	disk := failingDisk{make([]byte, 3<<20), 1 << 20}
	copy(disk.data[2<<20:], key)
	r := &searchReader{disk: disk, ctx: t.Context(), progress: terminal.NewProgress(nil, "", terminal.Bytes), size: 3 << 20}
	keys := 0
	err := search.New(1).Search(r, &search.Options{Found: func(b *convert.Bundle) error { keys += len(b.Keys); return nil }})
	if keys != 1 || len(r.bad) != 1+maxInRow || r.bad[0].offset != 1<<20 || err == nil {
		t.Errorf("%d keys, %d bad places, %v", keys, len(r.bad), err)
	}
}
