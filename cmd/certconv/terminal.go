package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/certconv/certconv/internal/fault"
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

// ask shows prompt on the terminal and reads a line without echo; io.EOF if
// the user ends the input instead.
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
	defer s.env.signals.Guard(func() {
		_ = term.Restore(fd, state)
		fmt.Fprintln(tty.out)
	})()
	defer term.Restore(fd, state)
	if err := echoOff(fd); err != nil {
		return nil, errNoTerminal
	}
	fmt.Fprint(tty.out, printable(prompt))
	defer fmt.Fprintln(tty.out)
	return readLine(tty.in)
}

// readLine reads to the end of the line. It is not x/term's ReadPassword
// because that one spins for ever on Ctrl-D and on a terminal that is gone.
func readLine(r io.Reader) ([]byte, error) {
	line := make([]byte, 0, maxSecret) // no copies of it are left behind by growth
	one := line[:1]
	for {
		n, err := r.Read(one)
		if n > 0 {
			switch {
			case one[0] == '\n':
				return line, nil
			case one[0] == '\r':
			case len(line) == maxSecret-1:
				clear(line)
				return nil, fault.Usagef("this is too long for a password")
			default:
				line = line[:len(line)+1]
				one = line[len(line) : len(line)+1]
			}
			continue
		}
		if err != nil {
			if err == io.EOF && len(line) > 0 {
				return line, nil
			}
			return nil, io.EOF
		}
	}
}
