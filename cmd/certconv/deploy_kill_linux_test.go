package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/testenv"
)

// The test's own program is started again as what gets killed: it puts a set in
// place, which is confirmed or refused, or undoes that, and at some time sends
// itself a signal.
func TestDeployChild(t *testing.T) {
	var what, when string
	i := &installed{}
	if n, _ := fmt.Sscan(os.Getenv("CERTCONV_TEST_DEPLOY"), &what, &when, &i.dir, &i.conf); n == 0 {
		return
	}
	e := newEnv()
	signal, at, _ := strings.Cut(when, ":")
	end := func() error {
		return syscall.Kill(os.Getpid(), map[string]syscall.Signal{"kill": syscall.SIGKILL, "term": syscall.SIGTERM}[signal])
	}
	step, _ := strconv.Atoi(at)
	e.beforeStep = func() error {
		if step--; step == 0 {
			return end()
		}
		return nil
	}
	wait := func(now string) error {
		if at != now {
			return nil
		}
		err := end()
		time.Sleep(10 * time.Second)
		return err
	}
	confirm := func() error {
		if what == "C-refused" {
			return fault.New(fault.WriteFailed, i.dir, "%s", what)
		}
		return wait("confirm")
	}
	var err error
	if what == "undo" {
		_, err = e.undoLast(i.dir, "", false, confirm)
	} else {
		_, err = e.place(i.plan(what[:1]), func(func(string) string) error { return wait("try") }, confirm)
	}
	if err != nil && err.Error() != i.dir+": C-refused" {
		t.Fatal(err)
	}
}

// start starts a run of its own; see TestDeployChild.
func (i *installed) start(t *testing.T, what, when string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestDeployChild$")
	cmd.Env = append(os.Environ(), fmt.Sprintf("CERTCONV_TEST_DEPLOY=%s %s %s %s", what, when, i.dir, i.conf))
	check(t, cmd.Start())
	return cmd
}

// killed tells whether a run was ended by a signal, and fails if it failed
// otherwise.
func killed(t *testing.T, cmd *exec.Cmd) bool {
	t.Helper()
	err := cmd.Wait()
	if s, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && s.Signaled() {
		return true
	}
	if err != nil {
		t.Errorf("%v: %s", err, cmd.Stderr)
	}
	return false
}

// tidy does what each run does first, and fails unless that ends all that was
// interrupted.
func (i *installed) tidy(t *testing.T) {
	t.Helper()
	f := &folder{}
	defer f.close()
	check(t, f.open(i.dir, nil))
	_, err := f.tidy()
	check(t, err)
	list, err := f.runs()
	check(t, err)
	for _, r := range list {
		if !r.record.final() {
			t.Errorf("%s is still there", r.name)
		}
	}
}

// A kill between any two steps leaves one set whole. The next run tidies up:
// it does what it has to, and undoing goes back to what was there.
func TestDeployKilledAtEveryStep(t *testing.T) {
	testenv.Slow(t)
	for _, what := range []string{"C", "C-refused", "undo"} {
		t.Run(what, func(t *testing.T) {
			i := newInstalled(t)
			undo := func(want string) {
				t.Helper()
				_, err := newEnv().undoLast(i.dir, "", false, nil)
				check(t, err)
				if now := i.whole(t); now != want {
					t.Fatalf("%s instead of %s", now, want)
				}
			}
			for step := 1; ; step++ {
				if !killed(t, i.start(t, what, fmt.Sprintf("kill:%d", step))) {
					t.Logf("%d steps", step-1)
					break
				}
				set := i.whole(t)
				i.tidy(t)
				if now := i.whole(t); now != set {
					t.Errorf("step %d: tidying made %s of %s", step, now, set)
				}
				mustPlace(t, i.plan("D"))
				wantFile(t, i.conf, ourMark+"# D\n")
				undo(set)
				switch set {
				case "C":
					undo("B")
				case "A":
					mustPlace(t, i.plan("B"))
				}
			}
		})
	}
}

// installing is the command that puts one of two pairs in place.
type installing struct {
	dir, unit string
	sets      map[string]string // the letter of what the unit holds
}

var twoPairs = map[string]string{"A": "renewed", "B": "ec-P-256"}

func newInstalling(t *testing.T) *installing {
	t.Helper()
	i := &installing{sets: map[string]string{}}
	for letter := range twoPairs {
		i.dir = t.TempDir()
		i.unit = filepath.Join(i.dir, "www.example.com")
		if _, stderr, code := certconv(t, i.args(letter)...); code != 0 {
			t.Fatal(string(stderr))
		}
		i.sets[i.holds(t)] = letter
	}
	return i
}

func (i *installing) args(letter string) []string {
	if letter == "undo" {
		return []string{"install", "--undo", "--dir", i.dir}
	}
	pair := "../../testdata/servers/" + twoPairs[letter]
	return []string{"install", pair + ".key", pair + ".pem", "../../testdata/servers/inter.pem", "--roots", "../../testdata/servers/root.pem",
		"--for", "nginx", "--host", "www.example.com", "--dir", i.dir, "--write-config", filepath.Join(i.dir, "www.example.com.conf")}
}

// holds is all that the unit holds, at one moment.
func (i *installing) holds(t *testing.T) string {
	t.Helper()
	root, err := os.OpenRoot(i.unit) // one set, whatever is put in place meanwhile
	if err != nil {
		t.Error(err)
		return ""
	}
	defer root.Close()
	all := ""
	for _, name := range []string{"www.example.com.key", "www.example.com.fullchain.pem"} {
		data, err := root.ReadFile(name)
		if err != nil {
			t.Error(err)
		}
		all += string(data)
	}
	return all
}

func (i *installing) whole(t *testing.T) (letter string) {
	t.Helper()
	letter = i.sets[i.holds(t)]
	if letter == "" {
		t.Error("a mixture is in place")
	}
	return letter
}

// A kill at any moment, 200 times, while somebody watches: always one set whole,
// no key for anybody else to read, not for a moment. Each run comes to its end
// after what the one before it left.
func TestInstallKilledAtRandom(t *testing.T) {
	testenv.Slow(t)
	i := newInstalling(t)
	most := time.Second // what a run takes at its quickest, and somewhat more
	for n := range 4 {
		start := time.Now()
		if _, stderr, code := certconv(t, i.args(string(rune('A'+n%2)))...); code != 0 {
			t.Fatal(string(stderr))
		}
		most = min(most, time.Since(start)*3/2)
	}
	var watching sync.WaitGroup
	stop := make(chan struct{})
	defer watching.Wait()
	defer close(stop)
	watching.Go(func() { i.watch(t, stop) })
	ends := map[string]int{}
	runs := 4 // that can be taken back
	for round := range 200 {
		before := i.whole(t)
		next := map[string]string{"A": "B", "B": "A"}[before]
		if round%10 == 9 && runs > 1 {
			next = "undo"
		}
		cmd := exec.Command("certconv", i.args(next)...)
		cmd.Stderr = &bytes.Buffer{}
		check(t, cmd.Start())
		time.Sleep(rand.N(most))
		_ = cmd.Process.Kill()
		how := "ended, "
		if killed(t, cmd) {
			how = "killed, "
		}
		switch {
		case i.whole(t) == before:
			ends[how+"old set"]++
		case next == "undo":
			ends[how+"new set"]++
			runs--
		default:
			ends[how+"new set"]++
			runs++
		}
		if t.Failed() {
			t.Fatalf("round %d: %v", round, ends)
		}
	}
	t.Log(ends)
	if ends["killed, old set"] == 0 || ends["killed, new set"]+ends["ended, new set"] == 0 {
		t.Error("the kills came all at the same point")
	}
	for _, last := range []string{"A", "B", "undo"} {
		if _, stderr, code := certconv(t, i.args(last)...); code != 0 {
			t.Errorf("%s: %s", last, stderr)
		}
	}
	if i.whole(t) != "A" {
		t.Error("it is not undone")
	}
	(&installed{dir: i.dir}).tidy(t)
}

// watch looks at all there is until it is told to stop.
func (i *installing) watch(t *testing.T, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-time.After(2 * time.Millisecond):
		}
		i.whole(t)
		_ = filepath.WalkDir(i.dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".key" {
				return nil
			}
			if info, err := os.Lstat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s: %v", path, info.Mode())
			}
			return nil
		})
	}
}

// A kill between two renames, where nothing can be exchanged, leaves no unit.
// The next run puts the old one back.
func TestDeployKilledBetweenRenames(t *testing.T) {
	i := newInstalled(t)
	for step := 1; ; step++ {
		if !killed(t, i.start(t, "C", fmt.Sprintf("kill:%d", step))) {
			t.Fatal("it was not killed before the switch")
		}
		f := &folder{}
		check(t, f.look(i.dir))
		list, err := f.runs()
		check(t, err)
		f.close()
		r := list[len(list)-1]
		if r.record.State != stateSwitching {
			i.tidy(t)
			continue
		}
		r.folder = &folder{path: i.dir}
		check(t, os.Rename(i.unit, filepath.Join(r.backup(), "old", r.record.Unit)))
		break
	}
	i.tidy(t)
	if set := i.whole(t); set != "B" {
		t.Errorf("set %s", set)
	}
}

// Wherever a kill may have left the new unit (ino 1), the old one or none, what
// is in place stays, and what was not is not called so.
func TestDeployTidiesUp(t *testing.T) {
	for _, c := range []struct {
		state, now, staged, kept string // "" is nothing
		replaced                 bool
		then, unit, in           string
	}{
		{"", "old", "new", "", true, "", "old", ""}, // killed while staging
		{"", "old", "", "", true, "", "old", ""},    // and while that was removed
		{"", "", "new", "", false, "", "", ""},
		{stateSwitching, "old", "new", "", true, "", "old", ""},
		{stateSwitching, "new", "old", "", true, stateDone, "new", "old"}, // exchanged
		{stateSwitching, "new", "", "old", true, stateDone, "new", "old"},
		{stateSwitching, "", "new", "old", true, "", "old", ""}, // between two renames
		{stateSwitching, "old", "", "new", true, "", "old", ""}, // exchanged back
		{stateSwitching, "old", "", "", true, "", "old", ""},    // while that was removed
		{stateSwitching, "", "new", "", false, "", "", ""},
		{stateSwitching, "new", "", "", false, stateDone, "new", ""},
		{stateSwitching, "", "", "", false, "", "", ""},
		{stateSwitching, "", "", "old", true, stateDone, "", "old"}, // the new one is gone
		{stateUndoing, "new", "", "old", true, stateDone, "new", "old"},
		{stateUndoing, "old", "", "new", true, stateUndone, "old", ""},
		{stateUndoing, "old", "new", "", true, stateUndone, "old", ""},
		{stateUndoing, "", "new", "old", true, stateUndone, "old", ""},
		{stateUndoing, "new", "", "", false, stateDone, "new", ""},
		{stateUndoing, "", "new", "", false, stateUndone, "", ""},
	} {
		f := &folder{}
		dir := t.TempDir()
		check(t, f.open(dir, nil))
		r := &rollout{folder: f, name: "20261122T153000Z"}
		r.record = record{Unit: "unit", Replaced: c.replaced, Sequence: 1}
		at := map[string]string{"now": "unit", "new": r.path("new", "unit"), "old": r.path("old", "unit")}
		check(t, f.root.MkdirAll(r.path("new"), 0o700), f.root.MkdirAll(r.path("old"), 0o700))
		for where, what := range map[string]string{"now": c.now, "new": c.staged, "old": c.kept} {
			if what == "" {
				continue
			}
			check(t, f.root.Mkdir(at[where], 0o755), f.root.WriteFile(at[where]+"/is", []byte(what), 0o600))
			if info, err := f.root.Lstat(at[where]); err == nil && what == "new" {
				r.record.Inode = inode(info)
			}
		}
		if r.record.Inode == 0 {
			r.record.Inode = 1 // of something else
		}
		if c.state != "" {
			check(t, r.save(c.state))
		}
		_, err := f.tidy()
		check(t, err)
		r.record = record{}
		check(t, r.load())
		is := func(where string) string {
			text, _ := f.root.ReadFile(at[where] + "/is")
			return string(text)
		}
		if r.record.State != c.then || is("now") != c.unit || is("old") != c.in || c.then == "" && f.exists(r.path()) {
			t.Errorf("%+v: %q, %q in place, %q kept", c, r.record.State, is("now"), is("old"))
		}
		f.close()
	}
}

// A signal while the server looks at the files takes everything back at once.
// At any other moment it does too, unless it comes too late.
func TestDeployEndedBySignal(t *testing.T) {
	i := newInstalled(t)
	before, files := snapshot(t, i.base), inodes(t, i.unit)
	for _, c := range [][2]string{
		{"C", "try"}, {"C", "confirm"}, {"undo", "confirm"},
		{"C", "1"}, {"C", "5"}, {"C", "10"}, {"C", "15"}, {"undo", "1"}, {"undo", "4"},
	} {
		t.Run(strings.Join(c[:], " "), func(t *testing.T) {
			if killed(t, i.start(t, c[0], "term:"+c[1])) {
				wantTree(t, i.base, before)
				if !maps.Equal(inodes(t, i.unit), files) {
					t.Error("other files")
				}
				return
			}
			if !unicode.IsDigit(rune(c[1][0])) {
				t.Error("the signal was not heeded")
			}
			if c[0] == "C" {
				_, err := newEnv().undoLast(i.dir, "", false, nil)
				check(t, err)
			} else {
				mustPlace(t, i.plan("B"))
			}
			before, files = snapshot(t, i.base), inodes(t, i.unit)
		})
	}
}
