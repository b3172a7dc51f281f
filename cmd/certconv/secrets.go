package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/secrecy"
	"github.com/certconv/certconv/internal/terminal"
)

const promptTries = 3

// secrets hands out the passwords of one run: first the ones given with
// --pass, and where none were given the ones typed at the terminal.
type secrets struct {
	env *env

	mu    sync.Mutex
	given bool
	known [][]byte // in the order in which they are tried on every input
	lines map[int]*os.File
	names []string // of the environment variables that hold passwords
}

func (s *secrets) wipe() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.known {
		clear(p)
	}
}

// take resolves the values of --pass.
func (s *secrets) take(sources []string) error {
	s.given = s.given || len(sources) > 0
	return s.takeMore("--pass", sources)
}

// takeMore resolves the values of a flag whose passwords do not stand for those
// of --pass: these are asked for all the same.
func (s *secrets) takeMore(flag string, sources []string) error {
	for _, src := range sources {
		secrecy.NoDump()
		list, err := s.resolve(flag, src)
		if err != nil {
			return err
		}
		for _, pw := range list {
			secrecy.Lock(pw)
		}
		s.known = append(s.known, list...)
	}
	return nil
}

// environ is the environment for other programs: without the passwords.
func (s *secrets) environ() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(s.names, name)
	})
}

// takeNew resolves the value of --pass-out or of one like it; nil if the flag is
// not given.
func (s *secrets) takeNew(flag, src string) ([]byte, error) {
	if src == "" {
		return nil, nil
	}
	secrecy.NoDump()
	list, err := s.resolve(flag, src)
	if err != nil {
		return nil, err
	}
	secrecy.Lock(list[0])
	if len(list[0]) == 0 && src != "none" && src != "pass:" {
		return nil, fault.Usagef("%s: the password is empty", flag).WithHint("if that is what you want: %s none", flag)
	}
	return list[0], nil
}

// forInput is the password callback for one input.
func (s *secrets) forInput(file string) func(convert.PasswordRequest) ([]byte, error) {
	tries, member := 0, ""
	return func(r convert.PasswordRequest) ([]byte, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		name := file
		if r.Member != "" {
			name += " (" + r.Member + ")"
		}
		if r.Member != member {
			tries, member = 0, r.Member
		}
		if r.Attempt < len(s.known) {
			return s.known[r.Attempt], nil
		}
		if s.given || tries == promptTries {
			return nil, convert.ErrPasswordRequired
		}
		prompt := "Password for " + terminal.Printable(name)
		if tries > 0 {
			prompt = "That does not open it. " + prompt
		}
		tries++
		pw, err := s.ask(prompt + " (Enter skips it): ")
		switch {
		case errors.Is(err, terminal.ErrNoTerminal), errors.Is(err, io.EOF):
			tries = promptTries
			return nil, convert.ErrPasswordRequired
		case err != nil:
			return nil, err
		}
		if len(pw) == 0 { // the empty password, or no wish to go on
			tries = promptTries
			return []byte{}, convert.ErrPasswordRequired
		}
		s.known = append(s.known, pw)
		return pw, nil
	}
}

// forSearch is the password callback for files that nobody named: it asks for
// nothing.
func (s *secrets) forSearch(r convert.PasswordRequest) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Attempt < len(s.known) {
		return s.known[r.Attempt], nil
	}
	return nil, convert.ErrPasswordRequired
}

// ask has a password typed.
func (s *secrets) ask(prompt string) (pw []byte, err error) {
	secrecy.NoDump()
	s.env.progress.Away(func() { pw, err = terminal.Ask(prompt, s.env.signals.Guard) })
	if errors.Is(err, terminal.ErrTooLong) {
		return nil, fault.Usagef("this is too long for a password")
	}
	secrecy.Lock(pw)
	return pw, err
}

// askNew has a new password typed twice.
func (s *secrets) askNew(file string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	prompt := fmt.Sprintf("New password for %s: ", file)
	for range promptTries {
		first, err := s.ask(prompt)
		if err != nil {
			return nil, newPasswordFailure(file, err)
		}
		if len(first) == 0 {
			prompt = fmt.Sprintf("It must not be empty (--pass-out none allows that). New password for %s: ", file)
			continue
		}
		second, err := s.ask("The same again: ")
		if err != nil {
			return nil, newPasswordFailure(file, err)
		}
		same := bytes.Equal(first, second)
		clear(second)
		if same {
			return first, nil
		}
		clear(first)
		prompt = fmt.Sprintf("They differ. New password for %s: ", file)
	}
	return nil, fault.New(fault.PasswordMissing, file, "no new password was given").WithHint("")
}

func newPasswordFailure(file string, err error) error {
	if !errors.Is(err, terminal.ErrNoTerminal) && !errors.Is(err, io.EOF) {
		return err
	}
	return fault.New(fault.PasswordMissing, file, "what is to be written needs a password, and there is no terminal to ask for it").WithHint("give it with --pass-out env:NAME or --pass-out file:PATH")
}
