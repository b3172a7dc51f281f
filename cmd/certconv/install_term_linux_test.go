package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/certconv/certconv/internal/testenv"
)

// termed is a run of install on one processor that gets SIGTERM.
type termed struct {
	*installing
	cmd    *exec.Cmd
	number string // file with that of the process
	out    bytes.Buffer
}

// start starts the run, by way of another program if there is one.
func (i *installing) start(t *testing.T, letter string, by ...string) *termed {
	t.Helper()
	r := &termed{installing: i, number: filepath.Join(t.TempDir(), "number")}
	args := append(by, "sh", "-c", `echo $$ >"$0.new"; mv "$0.new" "$0"; exec taskset -c "$@"`, r.number, oneProcessor(t), "certconv")
	args = append(args, i.args(letter)...)
	r.cmd = exec.Command(args[0], args[1:]...)
	r.cmd.Stdout, r.cmd.Stderr = &r.out, &bytes.Buffer{}
	check(t, r.cmd.Start())
	return r
}

// oneProcessor is the number of a processor that tests can run on.
func oneProcessor(t *testing.T) string {
	t.Helper()
	var set unix.CPUSet
	check(t, unix.SchedGetaffinity(0, &set))
	n := 0
	for !set.IsSet(n) {
		n++
	}
	return strconv.Itoa(n)
}

// end sends the signal and waits. It fails unless the new set is in place
// exactly where the run has reported that.
func (r *termed) end(t *testing.T, before, after string) (how string) {
	t.Helper()
	number, err := strconv.Atoi(strings.TrimSpace(string(read(t, r.number))))
	check(t, err)
	_ = syscall.Kill(number, syscall.SIGTERM)
	how = "ended, "
	if wasKilled(t, r.cmd) {
		how = "killed, "
	}
	reported := strings.Contains(r.out.String(), "to take it back: ")
	want := before
	if reported {
		want = after
		how += "reported"
	}
	if now := r.whole(t); now != want {
		t.Errorf("%s: set %s instead of %s", how, now, want)
	}
	return how
}

// On one processor no SIGTERM ends the program between the exchange and the
// report, at whatever of its calls it comes: each takes its time here.
func TestInstallTermedAfterExchange(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "strace", "taskset")
	traced(t, "--version") // skips where nothing can be traced
	i := newInstalling(t)
	const each, calls = 25 * time.Millisecond, 16
	rounds := testenv.Kills(6)
	for n := range rounds {
		before := i.whole(t)
		after := map[string]string{"A": "B", "B": "A"}[before]
		r := i.start(t, after, "strace", "-f", "-o", os.DevNull, "-e", "trace=renameat2,renameat,linkat,fsync", "-e", "inject=renameat2,renameat,linkat,fsync:delay_exit="+strconv.FormatInt(each.Microseconds(), 10))
		for i.whole(t) == before {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(calls * each * time.Duration(n) / time.Duration(rounds))
		if how := r.end(t, before, after); !strings.HasSuffix(how, "reported") {
			t.Errorf("round %d: %s", n, how)
		}
		if t.Failed() {
			return
		}
	}
}

// A SIGTERM at any time on one processor ends the program with the old set, or
// with the new one and its report.
func TestInstallTermedAtRandom(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "taskset")
	i := newInstalling(t)
	start := time.Now()
	r := i.start(t, map[string]string{"A": "B", "B": "A"}[i.whole(t)])
	if wasKilled(t, r.cmd) {
		t.Fatal("it was killed")
	}
	most := time.Since(start)
	ends := map[string]int{}
	for range testenv.Kills(10) {
		before := i.whole(t)
		after := map[string]string{"A": "B", "B": "A"}[before]
		r := i.start(t, after)
		wait := time.Now().Add(rand.N(most))
		for time.Now().Before(wait) || !there(r.number) {
			time.Sleep(time.Millisecond)
		}
		ends[r.end(t, before, after)]++
		if t.Failed() {
			break
		}
	}
	t.Log(ends)
}

// A SIGTERM about the end of the reload is one during the reload, which takes the
// files back and says so, or it comes after it, and the new files stay.
func TestInstallTermedAfterReload(t *testing.T) {
	testenv.Slow(t)
	i := newInstalling(t)
	rounds := testenv.Kills(6)
	ends := map[string]int{}
	for n := range rounds {
		before := i.whole(t)
		after := map[string]string{"A": "B", "B": "A"}[before]
		delay := strconv.FormatFloat(0.02*float64(n)/float64(rounds), 'f', 4, 64)
		cmd := exec.Command("certconv", append(i.args(after), "--reload", "(sleep "+delay+"; kill -TERM $PPID) >&- 2>&- & sleep 0.01")...)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		check(t, cmd.Start())
		wasKilled(t, cmd)
		told, reported := strings.Contains(errs.String(), "run it again"), strings.Contains(out.String(), "to take it back: ")
		if now := i.whole(t); told == reported || told != (now == before) {
			t.Fatalf("round %d: set %s after %s, told %v, reported %v", n, now, before, told, reported)
		}
		ends[map[bool]string{true: "taken back", false: "reported"}[told]]++
	}
	t.Log(ends)
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
