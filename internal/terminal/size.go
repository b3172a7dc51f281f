package terminal

import (
	"os"
	"strconv"

	"golang.org/x/term"
)

// Is reports whether f is a terminal.
func Is(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// Colour reports whether f is a terminal that shows colours, and the user does
// not mind (NO_COLOR).
func Colour(f *os.File) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && Is(f) && showsColours(f)
}

// Width is how many characters fit in a line, 0 if it is not known: COLUMNS says
// it, or the terminal that f is. Less than 40 makes nothing readable, so 40 is
// the least.
func Width(f *os.File) int {
	const least = 40
	n, err := strconv.Atoi(os.Getenv("COLUMNS"))
	if err != nil && Is(f) {
		n, _, err = term.GetSize(int(f.Fd()))
	}
	if err != nil || n <= 0 {
		return 0
	}
	return max(n, least)
}
