package main

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/term"
)

var errNoTerminal = errors.New("there is no terminal to ask on")

// terminal is where the user sits, whatever standard input and output are.
type terminal struct{ in, out *os.File }

func (t terminal) close() {
	t.in.Close()
	if t.out != t.in {
		t.out.Close()
	}
}

// ask shows prompt on the terminal and reads a line without echo.
func (s *secrets) ask(prompt string) ([]byte, error) {
	tty, err := openTerminal()
	if err != nil {
		return nil, errNoTerminal
	}
	defer tty.close()
	fd := int(tty.in.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return nil, errNoTerminal
	}
	defer s.env.signals.guard(func() {
		_ = term.Restore(fd, state)
		fmt.Fprintln(tty.out)
	})()
	fmt.Fprint(tty.out, printable(prompt))
	defer fmt.Fprintln(tty.out)
	return term.ReadPassword(fd)
}
