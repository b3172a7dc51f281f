package deploy

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/signals"
)

// keyAndChain is a deployment of a key and a certificate, each saying which set it is
// of.
func keyAndChain(dir, set string) *Set {
	return &Set{Dir: dir, Unit: "www.example.com", Files: []File{
		{Role: "key", Name: "privkey.pem", Mode: atomicfile.Secret, Data: []byte("key " + set + "\n")},
		{Role: "fullchain", Name: "fullchain.pem", Mode: atomicfile.Public, Data: []byte("chain " + set + "\n")},
	}}
}

// onePEM is a deployment of one file.
func onePEM(dir, set string) *Set {
	return &Set{Dir: dir, Unit: "www.example.com.pem", Files: []File{
		{Role: "combined", Mode: atomicfile.Secret, Data: []byte("key and chain " + set + "\n")},
	}}
}

func mustPlace(t *testing.T, d *Set) *Placed {
	t.Helper()
	p, err := newDeployer().Place(d, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newDeployer() *Deployer { return &Deployer{Signals: &signals.Watch{}} }

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func wantFile(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s: %q, %v; want %q", path, got, err, want)
	}
}

// A run that was killed before the reload has to be run again, although its
// files are all there.
func TestInterruptedIsNotTheSame(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ssl")
	d := keyAndChain(dir, "A")
	p := mustPlace(t, d)
	record := filepath.Join(p.Backup, recordName)
	text, err := os.ReadFile(record)
	if err != nil || !strings.Contains(string(text), stateDone) {
		t.Fatalf("%s, %v", text, err)
	}
	if err := os.WriteFile(record, []byte(strings.Replace(string(text), stateDone, stateSwitching, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := Look(d); err != nil || s.Same {
		t.Errorf("%+v, %v", s, err)
	}
	mustPlace(t, d)
	if s, err := Look(d); err != nil || !s.Same {
		t.Errorf("%+v, %v", s, err)
	}
}

// What is put in place can be taken back, step by step, to the first.
func TestPlaceAndUndo(t *testing.T) {
	for name, plan := range map[string]func(dir, set string) *Set{"folder": keyAndChain, "file": onePEM} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "ssl")
			d := plan(dir, "")
			first := func() string { return filepath.Join(dir, d.Unit, d.Files[0].Name) }
			content := func(set string) string { return string(plan(dir, set).Files[0].Data) }
			for _, set := range []string{"A", "B", "C"} {
				d = plan(dir, set)
				s, err := Look(d)
				if err != nil || s.Replaced[0] != (set != "A") || s.Same {
					t.Fatalf("%s: %+v, %v", set, s, err)
				}
				mustPlace(t, d)
				wantFile(t, first(), content(set))
				if s, err = Look(d); err != nil || !s.Same {
					t.Fatalf("%s: %+v, %v", set, s, err)
				}
			}
			for _, set := range []string{"B", "A", ""} {
				u, err := newDeployer().Undo(dir, "", false, nil)
				if err != nil || u.Restored != (set != "") || u.Unit != filepath.Join(dir, d.Unit) {
					t.Fatalf("%s: %+v, %v", set, u, err)
				}
				if set != "" {
					wantFile(t, first(), content(set))
				} else if there(u.Unit) {
					t.Error("it is still there")
				}
			}
			_, err := newDeployer().Undo(dir, "", false, nil)
			if !errors.Is(err, NothingToUndo) {
				t.Error(err)
			}
		})
	}
}

// The folder itself may be reached through symbolic links.
func TestPlaceThroughLink(t *testing.T) {
	base := t.TempDir()
	real, link := filepath.Join(base, "real"), filepath.Join(base, "link")
	if err := os.Mkdir(real, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real", link); err != nil {
		t.Fatal(err)
	}
	p := mustPlace(t, keyAndChain(link, "A"))
	if filepath.Dir(filepath.Dir(p.Backup)) != real {
		t.Error(p.Backup)
	}
	wantFile(t, filepath.Join(real, "www.example.com", "privkey.pem"), "key A\n")
}

// Folders that are not there are made, and those of a run that fails are gone
// again.
func TestFoldersAreMade(t *testing.T) {
	base := t.TempDir()
	mustPlace(t, keyAndChain(filepath.Join(base, "a", "b", "ssl"), "A"))
	wantFile(t, filepath.Join(base, "a", "b", "ssl", "www.example.com", "privkey.pem"), "key A\n")

	d, steps := newDeployer(), 0
	d.BeforeStep = func() error {
		if steps++; steps == 3 {
			return errors.New("no")
		}
		return nil
	}
	if _, err := d.Place(keyAndChain(filepath.Join(base, "c", "d"), "A"), nil, nil); err == nil || there(filepath.Join(base, "c")) {
		t.Errorf("%v, and what was made is there: %v", err, there(filepath.Join(base, "c")))
	}
}

// Runs for several units are undone in their order, or each unit by itself.
func TestUndoOneUnit(t *testing.T) {
	dir := t.TempDir()
	mustPlace(t, keyAndChain(dir, "A"))
	mustPlace(t, keyAndChain(dir, "B"))
	mustPlace(t, onePEM(dir, "A"))
	if u, err := newDeployer().Undo(dir, "www.example.com", false, nil); err != nil || !u.Restored {
		t.Fatal(u, err)
	}
	wantFile(t, filepath.Join(dir, "www.example.com", "privkey.pem"), "key A\n")
	wantFile(t, filepath.Join(dir, "www.example.com.pem"), "key and chain A\n")
	if u, err := newDeployer().Undo(dir, "", false, nil); err != nil || filepath.Base(u.Unit) != "www.example.com.pem" {
		t.Fatal(u, err)
	}
}

// The server looks at the staged files before they are in place, and at the
// others after.
func TestTryAndConfirm(t *testing.T) {
	dir := t.TempDir()
	key := filepath.Join(dir, "www.example.com", "privkey.pem")
	mustPlace(t, keyAndChain(dir, "A"))
	var seen []string
	_, err := newDeployer().Place(keyAndChain(dir, "B"), func(staged func(string) string) error {
		wantFile(t, staged("privkey.pem"), "key B\n")
		wantFile(t, key, "key A\n")
		seen = append(seen, "try")
		return nil
	}, func() error {
		wantFile(t, key, "key B\n")
		seen = append(seen, "confirm")
		return nil
	})
	if err != nil || strings.Join(seen, " ") != "try confirm" {
		t.Error(seen, err)
	}
}

// What somebody changed since is not taken away unless that is asked for, and
// even then it is kept.
func TestUndoOfWhatWasChanged(t *testing.T) {
	changes := map[string]func(unit string) error{
		"changed": func(unit string) error {
			return os.WriteFile(filepath.Join(unit, "fullchain.pem"), []byte("by hand\n"), 0o644)
		},
		"added": func(unit string) error {
			return os.WriteFile(filepath.Join(unit, "ocsp.der"), []byte("by hand\n"), 0o644)
		},
		"removed": func(unit string) error { return os.Remove(filepath.Join(unit, "fullchain.pem")) },
		"gone":    os.RemoveAll,
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			unit := filepath.Join(dir, "www.example.com")
			mustPlace(t, keyAndChain(dir, "A"))
			mustPlace(t, keyAndChain(dir, "B"))
			if err := change(unit); err != nil {
				t.Fatal(err)
			}
			_, err := newDeployer().Undo(dir, "", false, nil)
			want := map[string]Reason{"changed": WasChanged, "added": WasAdded, "removed": WasRemoved, "gone": WasRemoved}[name]
			if !errors.Is(err, want) {
				t.Fatal(err)
			}
			refuse := errors.New("no")
			if _, err := newDeployer().Undo(dir, "", true, func() error { return refuse }); !strings.Contains(err.Error(), "no") {
				t.Fatal(err)
			}
			if there(unit) == (name == "gone") {
				t.Error("an undoing that failed changed something")
			}
			u, err := newDeployer().Undo(dir, "", true, nil)
			if err != nil {
				t.Fatal(err)
			}
			wantFile(t, filepath.Join(unit, "fullchain.pem"), "chain A\n")
			if kept := filepath.Join(u.Backup, "new", "www.example.com", "privkey.pem"); name != "gone" {
				wantFile(t, kept, "key B\n")
			}
		})
	}
}

// A file that is larger than any of certconv's is not read whole, and what cannot be read is no
// empty file.
func TestReadFileIsBounded(t *testing.T) {
	if data, err := ReadFile(t.TempDir()); err == nil {
		t.Errorf("a folder: %q", data)
	}
	if _, err := ReadFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	at := filepath.Join(t.TempDir(), "site.conf")
	for size, want := range map[int]Reason{maxElsewhere: "", maxElsewhere + 1: TooLarge, 3 * maxElsewhere: TooLarge} {
		mustWrite(t, at, strings.Repeat("#", size), 0o644)
		data, err := ReadFile(at)
		var e *Error
		if want == "" && (err != nil || len(data) != size) || want != "" && (!errors.As(err, &e) || e.Err != want) {
			t.Errorf("%d bytes: %d read, %v", size, len(data), err)
		}
	}
}
