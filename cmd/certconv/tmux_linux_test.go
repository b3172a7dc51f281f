package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/testenv"
)

// screen is a shell in a terminal of tmux.
type screen struct {
	t      *testing.T
	socket string
	width  int
}

func newScreen(t *testing.T, dir string, width int) *screen {
	t.Helper()
	testenv.Programs(t, "tmux", "stty")
	s := &screen{t, filepath.Join(t.TempDir(), "tmux"), width}
	s.tmux("-f", os.DevNull, "new-session", "-d", "-x", fmt.Sprint(width), "-y", "50", "-c", dir, "env PS1='$ ' sh")
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", s.socket, "kill-server").Run() })
	s.wait("$", 1)
	return s
}

func (s *screen) tmux(args ...string) string {
	s.t.Helper()
	return testenv.Must(s.t, ".", "tmux", append([]string{"-S", s.socket}, args...)...)
}

// enter types a line.
func (s *screen) enter(line string) {
	s.t.Helper()
	if line != "" {
		s.tmux("send-keys", "-l", line)
	}
	s.tmux("send-keys", "Enter")
}

// lines are those on the screen and above it, as they are seen, or, whole, as they
// were printed.
func (s *screen) lines(whole bool) []string {
	s.t.Helper()
	args := []string{"capture-pane", "-p", "-S", "-"}
	if whole {
		args = append(args, "-J")
	}
	list := strings.Split(s.tmux(args...), "\n")
	for i := range list {
		list[i] = strings.TrimRight(list[i], " ")
	}
	return list
}

func (s *screen) text() string { return strings.Join(s.lines(true), "\n") }

// wait waits until a text was printed so many times.
func (s *screen) wait(text string, times int) {
	s.t.Helper()
	for end := time.Now().Add(20 * time.Second); strings.Count(s.text(), text) < times; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("%q is not there:\n%s", text, s.text())
		}
	}
}

// copied are lines that the terminal may break in the middle: commands, what is one
// line for scripts, and what has a word that is too long for prose.
var copied = regexp.MustCompile(`certconv[ :]|^\$ |[0-9a-f]{40}`)

// readable fails the test for lines that the terminal broke and the program should have.
func (s *screen) readable() {
	s.t.Helper()
	for _, l := range s.lines(false) {
		if n := utf8.RuneCountInString(l); n > s.width {
			s.t.Errorf("%d characters in a terminal of %d: %q", n, s.width, l)
		}
	}
	for _, l := range s.lines(true) {
		if n := utf8.RuneCountInString(l); n > s.width && !copied.MatchString(l) {
			s.t.Errorf("broken by the terminal: %q", l)
		}
	}
}

// A password, one with a typo, Ctrl-C and Enter at the prompt, in a narrow and in a wide
// terminal: what is seen is right, and the terminal is as it was.
func TestTmuxPasswords(t *testing.T) {
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "site.p12"), read(t, "../../testdata/pfx/openssl-default.p12"), 0o600))
	for _, width := range []int{60, 100} {
		for _, c := range []struct {
			name, line, says string
			code             int // with the right password
		}{
			{"inspect", "certconv inspect site.p12", "to rewrite it:", 0},
			{"check", "certconv check site.p12 --at 2026-12-01T00:00:00Z", "chain-untrusted-root", 1},
			{"convert", fmt.Sprintf("certconv convert site.p12 --out %d.pem", width), "left out", 0},
		} {
			t.Run(fmt.Sprint(c.name, width), func(t *testing.T) {
				t.Parallel()
				s := newScreen(t, dir, width)
				done := 0
				// The marks are not in the lines that are typed.
				run := func() { s.enter(c.line + `; echo "co""de $?"`) }
				ends := func(code int) {
					t.Helper()
					done++
					s.wait("code ", done)
					if want := fmt.Sprint("code ", code); !strings.Contains(s.text(), want) {
						t.Errorf("no %q:\n%s", want, s.text())
					}
				}
				run()
				s.wait("(Enter skips it):", 1)
				s.tmux("send-keys", "-l", "half")
				s.tmux("send-keys", "C-c")
				s.wait("\n$", 1)
				s.enter("stty -a | grep -o ' echo '; echo seen")
				s.wait("\n echo\n", 1)
				s.wait("\nseen", 1)

				run()
				s.wait("(Enter skips it):", 2)
				s.enter("")
				ends(4)
				if text := s.text(); strings.Contains(text, "password incorrect") || strings.Contains(text, "password-wrong") {
					t.Errorf("Enter counts as a wrong password:\n%s", text)
				}

				run()
				s.wait("(Enter skips it):", 3)
				s.enter("typed-wrong")
				s.wait("That does not open it.", 1)
				s.enter("secret")
				ends(c.code)
				if text := s.text(); strings.Contains(text, "secret") || strings.Contains(text, "typed-wrong") || strings.Contains(text, "half") {
					t.Errorf("a password is on the screen:\n%s", text)
				}
				s.readable()
			})
		}
	}
}

// Tables and help keep to the width of the terminal.
func TestTmuxWidth(t *testing.T) {
	for _, width := range []int{60, 100} {
		s := newScreen(t, ".", width)
		for i, line := range []string{"certconv --help", "certconv check --help", "certconv formats", "certconv checks", "certconv explain key-mismatch"} {
			s.enter(line + `; echo "do""ne"`)
			s.wait("\ndone", i+1)
		}
		s.readable()
	}
}
