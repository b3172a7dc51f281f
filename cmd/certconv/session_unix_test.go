//go:build unix

package main

import (
	"os"
	"syscall"
)

// leaveTerminal takes the program away from the terminal that the tests run
// on. Where a test gave it one of its own it leads a session, and stays there.
func leaveTerminal() {
	if os.Getenv("CERTCONV_KEEP_TERMINAL") == "" {
		_, _ = syscall.Setsid()
	}
}
