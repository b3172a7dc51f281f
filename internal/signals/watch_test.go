//go:build unix

package signals_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/signals"
)

const childVariable = "CERTCONV_TEST_SIGNALS"

// The test's own program is started again as what the signals end.
func TestMain(m *testing.M) {
	what := os.Getenv(childVariable)
	if what == "" {
		os.Exit(m.Run())
	}
	var w signals.Watch
	send := func() {
		_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
		time.Sleep(200 * time.Millisecond) // it has arrived
	}
	say := func(s string) { fmt.Print(s, " ") }
	switch what {
	case "guard":
		w.Guard(func() { say("undone") })
		send()
	case "released":
		w.Guard(func() { say("undone") })()
		send()
	case "stop":
		w.Guard(func() { say("undone") })
		w.Interruptible(func() { say("stop") })
		send()
		say(fmt.Sprint(w.Interrupted()))
	case "stop twice":
		w.Guard(func() { say("undone") })
		w.Interruptible(func() { say("stop") })
		send()
		send()
	case "hold":
		release := w.Hold()
		w.Guard(func() { say("undone") })
		send()
		release()
	case "hold twice":
		w.Hold()
		w.Guard(func() { say("undone") })
		send()
		send()
	case "hold, at the end":
		w.Hold()
		_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
	case "held before":
		w.Hold()()
		w.Guard(func() { say("undone") })
		send()
	}
	say("done")
	w.End()
	say("after")
	os.Exit(0)
}

func TestWatch(t *testing.T) {
	for _, c := range []struct {
		what, says string
		signalled  bool
	}{
		{"nothing", "done after", false},
		{"guard", "undone", true},
		{"released", "", true},
		{"stop", "stop true done", true},
		{"stop twice", "stop undone", true},
		{"hold", "done", true},
		{"hold twice", "undone", true},
		{"held before", "undone", true},
		{"hold, at the end", "done", true},
	} {
		t.Run(c.what, func(t *testing.T) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), childVariable+"="+c.what)
			out, _ := cmd.Output()
			status := cmd.ProcessState.Sys().(syscall.WaitStatus)
			if got := strings.TrimSpace(string(out)); got != c.says || status.Signaled() != c.signalled || c.signalled && status.Signal() != syscall.SIGTERM {
				t.Errorf("%q, %v", got, cmd.ProcessState)
			}
		})
	}
}
