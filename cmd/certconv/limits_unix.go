//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// ignoreFileSizeSignal turns the signal for a file over the limit (ulimit -f)
// into an error of the write.
func ignoreFileSizeSignal() { signal.Ignore(syscall.SIGXFSZ) }
