//go:build unix

package terminal

import (
	"os"

	"golang.org/x/sys/unix"
)

// openTerminal opens the controlling terminal. A process in the background
// would be stopped for reading from it and so hang: it has none.
func openTerminal() (tty, error) {
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return tty{}, err
	}
	if group, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGPGRP); err != nil || group != unix.Getpgrp() {
		f.Close()
		return tty{}, ErrNoTerminal
	}
	return tty{f, f}, nil
}

// echoOff leaves line editing and signals to the terminal, and hides what is
// typed.
func echoOff(fd int) error {
	state, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return err
	}
	state.Lflag &^= unix.ECHO
	state.Lflag |= unix.ICANON | unix.ISIG
	state.Iflag |= unix.ICRNL
	return unix.IoctlSetTermios(fd, setTermios, state)
}

// showsColours is true: terminals that do not are few, and say so in TERM.
func showsColours(*os.File) bool { return true }

// Own is false: a terminal outlives the programs in it.
func Own() bool { return false }
