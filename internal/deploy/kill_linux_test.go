package deploy

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"github.com/certconv/certconv/internal/signals"
	"github.com/certconv/certconv/internal/testenv"
)

// The test's own program is started again as what gets ended: it puts a set in
// place, which is confirmed or refused, or undoes that, and at some time sends
// itself a signal. When it is done it says so, and ends as certconv does.
func TestDeployChild(t *testing.T) {
	var what, when string
	i := &installed{}
	if n, _ := fmt.Sscan(os.Getenv("CERTCONV_TEST_DEPLOY"), &what, &when, &i.dir, &i.conf); n == 0 {
		return
	}
	watch := &signals.Watch{}
	d := &Deployer{Signals: watch}
	signal, at, _ := strings.Cut(when, ":")
	end := func() error {
		return syscall.Kill(os.Getpid(), map[string]syscall.Signal{"kill": syscall.SIGKILL, "term": syscall.SIGTERM}[signal])
	}
	pause := func(now string, length time.Duration) error {
		if at != now {
			return nil
		}
		err := end()
		time.Sleep(length)
		return err
	}
	step, _ := strconv.Atoi(at)
	confirmed := false
	d.BeforeStep = func() error {
		if step--; step == 0 {
			return end()
		}
		if confirmed {
			return pause("record", time.Second)
		}
		return nil
	}
	confirm := func() error {
		if what == "C-refused" {
			return errRefused
		}
		err := pause("confirm", 10*time.Second)
		confirmed = true
		return err
	}
	var err error
	if what == "undo" {
		_, err = d.Undo(i.dir, "", false, confirm)
	} else {
		_, err = d.Place(i.plan(what[:1]), func(func(string) string) error { return pause("try", 10*time.Second) }, confirm)
	}
	if err != nil && !errors.Is(err, errRefused) {
		t.Fatal(err)
	}
	check(t, pause("report", time.Second))
	fmt.Println(reported)
	watch.End()
}

var errRefused = errors.New("refused")

const reported = "reported"

// start starts a run of its own; see TestDeployChild.
func (i *installed) start(t *testing.T, what, when string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestDeployChild$")
	cmd.Env = append(os.Environ(), fmt.Sprintf("CERTCONV_TEST_DEPLOY=%s %s %s %s", what, when, i.dir, i.conf))
	cmd.Stdout = &bytes.Buffer{}
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
				_, err := newDeployer().Undo(i.dir, "", false, nil)
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

// A signal while the server looks at the files, or another program is told of
// them, takes everything back at once. It does before the files are in place, too.
// After that the run comes to its end and is reported, and only then the signal
// ends it.
func TestDeployEndedBySignal(t *testing.T) {
	i := newInstalled(t)
	before, files := snapshot(t, i.base), inodes(t, i.unit)
	for _, c := range [][2]string{
		{"C", "try"}, {"C", "confirm"}, {"undo", "confirm"}, {"C", "record"}, {"C", "report"}, {"undo", "record"}, {"undo", "report"},
		{"C", "1"}, {"C", "5"}, {"C", "10"}, {"C", "15"}, {"undo", "1"}, {"undo", "4"},
	} {
		t.Run(strings.Join(c[:], " "), func(t *testing.T) {
			cmd := i.start(t, c[0], "term:"+c[1])
			if !killed(t, cmd) {
				t.Error("the signal was not heeded")
			}
			done := strings.Contains(cmd.Stdout.(*bytes.Buffer).String(), reported)
			if late := c[1] == "record" || c[1] == "report"; done != late && (late || !unicode.IsDigit(rune(c[1][0]))) {
				t.Errorf("done and reported: %v", done)
			}
			if !done {
				wantTree(t, i.base, before)
				if !maps.Equal(inodes(t, i.unit), files) {
					t.Error("other files")
				}
				return
			}
			set := map[string]string{"C": "C", "undo": "A"}[c[0]]
			if now := i.whole(t); now != set {
				t.Fatalf("%s instead of %s", now, set)
			}
			if c[0] == "C" {
				_, err := newDeployer().Undo(i.dir, "", false, nil)
				check(t, err)
			} else {
				mustPlace(t, i.plan("B"))
			}
			before, files = snapshot(t, i.base), inodes(t, i.unit)
		})
	}
}
