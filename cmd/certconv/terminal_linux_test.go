package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"github.com/certconv/certconv/internal/fault"
)

// session is certconv on a pseudo terminal of its own.
type session struct {
	t    *testing.T
	cmd  *exec.Cmd
	user *os.File // the user's side
	tty  *os.File
	mu   sync.Mutex
	seen bytes.Buffer
}

func startSession(t *testing.T, args ...string) *session {
	t.Helper()
	user, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, cmd: exec.Command("certconv", args...), user: user, tty: tty}
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 3}
	s.cmd.ExtraFiles = []*os.File{tty}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go io.Copy(s, user)
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		user.Close()
		tty.Close()
	})
	return s
}

func (s *session) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen.Write(p)
}

func (s *session) shown() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen.String()
}

func (s *session) echo() bool {
	state, err := unix.IoctlGetTermios(int(s.tty.Fd()), unix.TCGETS)
	if err != nil {
		s.t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// prompted waits for the prompt, and for the echo to be off.
func (s *session) prompted(text string) {
	s.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if strings.Contains(s.shown(), text) && !s.echo() {
			return
		}
	}
	s.t.Fatalf("no prompt %q without echo: %q", text, s.shown())
}

func (s *session) exit() int {
	_ = s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode()
}

func TestPromptDoesNotShowThePassword(t *testing.T) {
	s := startSession(t, "inspect", "../../testdata/pfx/openssl-default.p12")
	s.prompted("Password for")
	io.WriteString(s.user, "secret\n")
	if code := s.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if strings.Contains(s.shown(), "secret") {
		t.Errorf("the password is shown: %q", s.shown())
	}
	if !s.echo() {
		t.Error("the echo stays off")
	}
}

// Ctrl-C at the prompt must not leave a terminal on which nothing is seen.
func TestInterruptAtThePromptRestoresTheTerminal(t *testing.T) {
	for _, end := range []struct {
		name   string
		signal syscall.Signal
		do     func(*session)
	}{
		{"Ctrl-C", syscall.SIGINT, func(s *session) { io.WriteString(s.user, "\x03") }},
		{"terminate", syscall.SIGTERM, func(s *session) { _ = s.cmd.Process.Signal(syscall.SIGTERM) }},
	} {
		s := startSession(t, "inspect", "../../testdata/pfx/openssl-default.p12")
		s.prompted("Password for")
		end.do(s)
		s.exit()
		if got := s.cmd.ProcessState.Sys().(syscall.WaitStatus); !got.Signaled() || got.Signal() != end.signal {
			t.Errorf("%s: %v", end.name, s.cmd.ProcessState)
		}
		if !s.echo() {
			t.Errorf("%s: the echo stays off", end.name)
		}
	}
}

// Ctrl-D gives no password: what can be seen without is still reported.
func TestEndOfInputAtThePrompt(t *testing.T) {
	s := startSession(t, "inspect", "../../testdata/pfx/openssl-default.p12")
	s.prompted("Password for")
	io.WriteString(s.user, "\x04")
	if code := s.exit(); code != fault.ExitPassword {
		t.Errorf("exit code %d", code)
	}
}

// A process in the background would be stopped by a prompt, and so hang.
func TestBackgroundProcessIsNotStopped(t *testing.T) {
	user, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer user.Close()
	defer tty.Close()
	cmd := exec.Command("sh", "-c", `set -m; CERTCONV_KEEP_TERMINAL=1 certconv inspect ../../testdata/pfx/openssl-default.p12 >/dev/null & wait $!`)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 3}
	cmd.ExtraFiles = []*os.File{tty}
	done := make(chan error, 1)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { done <- cmd.Wait() }()
	select {
	case <-done:
		if code := cmd.ProcessState.ExitCode(); code != fault.ExitPassword {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(20 * time.Second):
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		t.Error("it hangs")
	}
}
