//go:build unix

package signals

import (
	"os"
	"os/signal"
	"syscall"
)

// endBy ends the program by the signal, as whoever started it expects: a shell
// stops its loop on Ctrl-C only then.
func endBy(sig os.Signal) {
	signal.Reset(sig)
	_ = syscall.Kill(syscall.Getpid(), sig.(syscall.Signal))
}

// IgnoreFileSize turns the signal for a file over the limit (ulimit -f)
// into an error of the write.
func IgnoreFileSize() { signal.Ignore(syscall.SIGXFSZ) }
