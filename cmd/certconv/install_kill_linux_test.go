package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/deploy"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/testenv"
)

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

// kills counts how killed runs ended.
type kills struct {
	*installing
	runs int // that can be taken back
	ends map[string]int
}

// kill has one run killed, by whatever start does with its command. One set is
// whole then, and but for one time in five the next run comes to its end.
func (k *kills) kill(t *testing.T, round int, start func(args []string) *exec.Cmd) {
	t.Helper()
	before := k.whole(t)
	other := map[string]string{"A": "B", "B": "A"}
	next := other[before]
	if round%10 == 9 && k.runs > 1 {
		next = "undo"
	}
	how := "ended, "
	if wasKilled(t, start(k.args(next))) {
		how = "killed, "
	}
	now := k.whole(t)
	switch {
	case now == before:
		how += "old set"
	case next == "undo":
		how += "new set"
		k.runs--
	default:
		how += "new set"
		k.runs++
	}
	k.ends[how]++
	if round%5 == 0 {
		return
	}
	if _, stderr, code := certconv(t, k.args(other[now])...); code != 0 {
		t.Errorf("the next run: %s", stderr)
	}
	if k.runs++; k.whole(t) != other[now] {
		t.Error("the next run has not done its work")
	}
}

// A kill at any moment, while somebody watches: always one set whole, no key for
// anybody else to read, not for a moment. Each run comes to its end after what
// the one before it left.
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
	k := &kills{i, 4, map[string]int{}}
	for round := range testenv.Kills(40) {
		k.kill(t, round, func(args []string) *exec.Cmd {
			cmd := exec.Command("certconv", args...)
			cmd.Stderr = &bytes.Buffer{}
			check(t, cmd.Start())
			time.Sleep(rand.N(most))
			_ = cmd.Process.Kill()
			return cmd
		})
		if t.Failed() {
			t.Fatalf("round %d: %v", round, k.ends)
		}
	}
	t.Log(k.ends)
	if k.ends["killed, old set"] == 0 || k.ends["killed, new set"]+k.ends["ended, new set"] == 0 {
		t.Error("the kills came all at the same point")
	}
	i.settled(t)
}

// A kill on the way into one of the calls that the switch is made of, whichever
// it is.
func TestInstallKilledInCalls(t *testing.T) {
	testenv.Slow(t)
	traced(t, "--version") // skips where nothing can be traced
	most := map[string]int{"fsync": 16, "renameat": 4, "renameat2": 2, "linkat": 2}
	i := newInstalling(t)
	k := &kills{i, 1, map[string]int{}}
	at := map[string]int{}
	want := testenv.Kills(8) / 4
	for round := 0; round < 8*want+8; round++ {
		call := []string{"fsync", "renameat", "renameat2", "linkat"}[round%4]
		if at[call] >= want {
			continue
		}
		when := 1
		if round >= len(most) { // at first the one that every run comes to
			when += rand.IntN(most[call])
		}
		inject := fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", call, when)
		before := k.ends["killed, old set"] + k.ends["killed, new set"]
		k.kill(t, round/4, func(args []string) *exec.Cmd {
			cmd := exec.Command("strace", append([]string{"-f", "-o", os.DevNull, "-e", "trace=" + call, "-e", inject, "certconv"}, args...)...)
			cmd.Stderr = &bytes.Buffer{}
			check(t, cmd.Start())
			return cmd
		})
		at[call] += k.ends["killed, old set"] + k.ends["killed, new set"] - before
		if t.Failed() {
			t.Fatalf("round %d, %s: %v", round, inject, k.ends)
		}
	}
	t.Log(at, k.ends)
	for call := range most {
		if at[call] == 0 && want > 0 {
			t.Errorf("no run was killed in %s", call)
		}
	}
	i.settled(t)
}

// settled fails unless further runs do their work and no run is left open.
func (i *installing) settled(t *testing.T) {
	t.Helper()
	for _, last := range []string{"A", "B", "undo"} {
		if _, stderr, code := certconv(t, i.args(last)...); code != 0 {
			t.Errorf("%s: %s", last, stderr)
		}
	}
	if i.whole(t) != "A" {
		t.Error("it is not undone")
	}
	records, err := filepath.Glob(filepath.Join(i.dir, deploy.Store, "*", "record.json"))
	check(t, err)
	for _, path := range records {
		if text := string(read(t, path)); !strings.Contains(text, `"state": "done"`) && !strings.Contains(text, `"state": "undone"`) {
			t.Errorf("%s: %s", path, text)
		}
	}
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

// wasKilled tells whether a run was ended by a signal, and fails if it failed
// otherwise.
func wasKilled(t *testing.T, cmd *exec.Cmd) bool {
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

// Where there are too few descriptors, all is as it was, and nothing is left of
// the new key.
func TestInstallFewDescriptors(t *testing.T) {
	testenv.Slow(t)
	i := newInstalling(t)
	next := map[string]string{"A": "B", "B": "A"}[i.whole(t)]
	before, refused := contents(t, i.dir), 0
	for n := 8; n < 40; n++ {
		cmd := exec.Command("sh", append([]string{"-c", fmt.Sprintf(`ulimit -n %d && exec certconv "$@"`, n), "sh"}, i.args(next)...)...)
		out, err := cmd.CombinedOutput()
		if err == nil {
			break
		}
		if cmd.ProcessState.ExitCode() == fault.ExitWrite {
			refused++
		}
		if after := contents(t, i.dir); after != before {
			t.Errorf("%d descriptors: %s\n%s\nwas\n%s", n, out, after, before)
		}
	}
	if refused < 3 || i.whole(t) != next {
		t.Errorf("refused %d times, set %s", refused, i.whole(t))
	}
}
