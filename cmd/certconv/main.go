// Command certconv converts, inspects and checks keys and certificates.
package main

import (
	"os"
	"path/filepath"

	"github.com/certconv/certconv/internal/terminal"
)

func main() {
	os.Exit(run(newEnv(), os.Args[1:]))
}

// run does what the arguments say and returns the exit code.
func run(e *env, args []string) int {
	if len(args) == 1 && args[0] == "--version" { // nothing of the rest is needed
		return e.finish(printVersion(e))
	}
	if terminal.Own() && opened(args) {
		if len(args) > 0 {
			args = append([]string{"inspect"}, args...)
		}
		defer terminal.Pause("press Enter to close this window ")
	}
	return e.finish(dispatch(e, args))
}

// opened reports whether the program was started with the mouse: alone, or by
// files that were dropped on it.
func opened(args []string) bool {
	return len(args) == 0 || filepath.IsAbs(args[0]) && exists(args[0])
}
