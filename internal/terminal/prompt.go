package terminal

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// What keeps Ask from getting an answer.
var (
	ErrNoTerminal = errors.New("there is no terminal to ask on")
	ErrTooLong    = errors.New("the line is too long")
)

// MaxLine is the most that Ask reads, in bytes.
const MaxLine = 64 << 10

// tty is where the user sits, whatever standard input and output are.
type tty struct{ in, out *os.File }

func (t tty) close() {
	t.in.Close()
	if t.out != t.in {
		t.out.Close()
	}
}

// Ask shows prompt on the terminal and reads a line without echo. It returns
// io.EOF if the user ends the input instead, ErrNoTerminal if there is nobody to
// ask, and ErrTooLong. guard has a function called when a signal ends the
// program, until release.
func Ask(prompt string, guard func(undo func()) (release func())) ([]byte, error) {
	t, err := openTerminal()
	if err != nil {
		return nil, ErrNoTerminal
	}
	defer t.close()
	fd := int(t.in.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return nil, ErrNoTerminal
	}
	defer guard(func() {
		_ = term.Restore(fd, state)
		fmt.Fprintln(t.out)
	})()
	defer term.Restore(fd, state)
	if err := echoOff(fd); err != nil {
		return nil, ErrNoTerminal
	}
	fmt.Fprint(t.out, Hang(Printable(prompt), 0, Width(t.out)))
	defer fmt.Fprintln(t.out)
	return readLine(t.in)
}

// Pause shows prompt on the terminal until Enter is pressed.
func Pause(prompt string) {
	t, err := openTerminal()
	if err != nil {
		return
	}
	defer t.close()
	fmt.Fprint(t.out, Printable(prompt))
	_, _ = readLine(t.in)
}

// readLine reads to the end of the line. It is not x/term's ReadPassword
// because that one spins for ever on Ctrl-D and on a terminal that is gone.
func readLine(r io.Reader) ([]byte, error) {
	line := make([]byte, 0, MaxLine) // it never grows, which would leave copies of it
	one := line[:1]
	for {
		n, err := r.Read(one)
		if n > 0 {
			switch {
			case one[0] == '\n':
				return line, nil
			case one[0] == '\r':
			case len(line) == MaxLine-1:
				clear(line)
				return nil, ErrTooLong
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
