package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/terminal"
)

const (
	maxSecret   = terminal.MaxLine // bytes of a password
	promptTries = 3
)

const sourceForms = "env:NAME, file:PATH, fd:N, stdin, pass:TEXT or none"

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
	for _, src := range sources {
		s.given = true
		list, err := s.resolve("--pass", src)
		if err != nil {
			return err
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

// takeNew resolves the value of --pass-out; nil if the flag is not given.
func (s *secrets) takeNew(src string) ([]byte, error) {
	if src == "" {
		return nil, nil
	}
	list, err := s.resolve("--pass-out", src)
	if err != nil {
		return nil, err
	}
	if len(list[0]) == 0 && src != "none" && src != "pass:" {
		return nil, fault.Usagef("--pass-out: the password is empty").WithHint("if that is what you want: --pass-out none")
	}
	return list[0], nil
}

// resolve gives the password of a source, and further ways to read it, the
// likeliest first. The messages never repeat the source as it was given: it may
// be a password that was typed in its place.
func (s *secrets) resolve(flag, src string) ([][]byte, error) {
	kind, arg, hasArg := strings.Cut(src, ":")
	switch {
	case src == "none":
		return [][]byte{{}}, nil
	case src == "stdin":
		if s.lines[0] == nil {
			if err := s.env.claimStdin("the source of a password"); err != nil {
				return nil, err
			}
		}
		return s.line(flag, "standard input", 0)
	case kind == "pass" && hasArg:
		s.env.warn("a password on the command line can be seen by other users: use %s env:NAME or %s file:PATH", flag, flag)
		return [][]byte{[]byte(arg)}, nil
	case kind == "env" && hasArg:
		v, ok := os.LookupEnv(arg)
		if !ok {
			return nil, fault.Usagef("%s env:%s: there is no such environment variable", flag, arg).WithHint("export %s, or give another source: %s", arg, sourceForms)
		}
		s.names = append(s.names, arg)
		return [][]byte{[]byte(v)}, nil
	case kind == "file" && hasArg:
		return passwordFile(flag, arg)
	case kind == "fd" && hasArg:
		n, err := strconv.Atoi(arg)
		if err != nil || n < 0 {
			return nil, fault.Usagef("%s fd:N: N is the number of an open file", flag)
		}
		if n == 0 {
			return s.resolve(flag, "stdin")
		}
		return s.line(flag, "fd:"+arg, n)
	}
	return nil, fault.Usagef("%s: unknown kind of source, it must be %s", flag, sourceForms)
}

// line reads one line of an open file, and no byte more: the next password
// may follow.
func (s *secrets) line(flag, name string, fd int) ([][]byte, error) {
	f := s.lines[fd]
	if f == nil {
		f = os.Stdin
		if fd != 0 {
			f = os.NewFile(uintptr(fd), name)
		}
		if s.lines == nil {
			s.lines = map[int]*os.File{}
		}
		s.lines[fd] = f
	}
	if f == nil {
		return nil, fault.Usagef("%s %s: it is not open", flag, name)
	}
	var pw []byte
	one := make([]byte, 1)
	for {
		_, err := io.ReadFull(f, one)
		switch {
		case err == io.EOF && len(pw) == 0:
			return nil, fault.Usagef("%s %s: there is no line to read", flag, name)
		case err == io.EOF || err == nil && one[0] == '\n':
			return [][]byte{bytes.TrimSuffix(pw, []byte("\r"))}, nil
		case err != nil:
			return nil, fault.Usagef("%s %s: %s", flag, name, fault.Reason(err))
		case len(pw) == maxSecret:
			return nil, fault.Usagef("%s %s: the first line is too long for a password", flag, name)
		}
		pw = append(pw, one[0])
	}
}

// passwordFile reads the first line of a file. Notepad puts a byte order mark
// before it, and PowerShell's > writes UTF-16: both are told from a password by
// what follows, and what the file holds byte for byte comes last.
func passwordFile(flag, path string) ([][]byte, error) {
	name := "file:" + path
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Usagef("%s %s: %s", flag, name, fault.Reading("", err).Text)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+2))
	if err != nil {
		return nil, fault.Usagef("%s %s: %s", flag, name, fault.Reason(err))
	}
	raw, whole := firstLine(data)
	if !whole && len(data) > maxSecret {
		return nil, fault.Usagef("%s %s: the first line is too long for a password", flag, name)
	}
	if text, ok := bytes.CutPrefix(raw, []byte("\xef\xbb\xbf")); ok {
		return [][]byte{text, raw}, nil
	}
	if text := fromUTF16(data); text != nil {
		line, _ := firstLine(text)
		return [][]byte{line, raw}, nil
	}
	return [][]byte{raw}, nil
}

func firstLine(data []byte) (line []byte, whole bool) {
	line, _, whole = bytes.Cut(data, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), whole
}

// fromUTF16 decodes little-endian UTF-16 with a byte order mark, or returns nil.
func fromUTF16(data []byte) []byte {
	if len(data) < 2 || data[0] != 0xff || data[1] != 0xfe {
		return nil
	}
	var units []uint16
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, uint16(data[i])|uint16(data[i+1])<<8)
	}
	var out []byte
	for _, r := range utf16.Decode(units) {
		out = utf8.AppendRune(out, r)
	}
	return out
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
		pw, err := s.ask(prompt + ": ")
		switch {
		case errors.Is(err, terminal.ErrNoTerminal), errors.Is(err, io.EOF):
			tries = promptTries
			return nil, convert.ErrPasswordRequired
		case err != nil:
			return nil, err
		}
		if len(pw) == 0 { // the empty password, or no wish to go on
			tries = promptTries
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
	s.env.progress.Away(func() { pw, err = terminal.Ask(prompt, s.env.signals.Guard) })
	if errors.Is(err, terminal.ErrTooLong) {
		return nil, fault.Usagef("this is too long for a password")
	}
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
