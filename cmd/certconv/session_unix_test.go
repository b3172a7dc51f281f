//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// leaveTerminal takes the program away from the terminal that the tests run
// on. Where a test gave it one of its own it leads a session, and stays there.
func leaveTerminal() {
	if os.Getenv("CERTCONV_KEEP_TERMINAL") == "" {
		_, _ = syscall.Setsid()
	}
}

// peakMemory is what a program that has ended took at most, in KiB.
func peakMemory(s *os.ProcessState) int64 {
	peak := int64(s.SysUsage().(*syscall.Rusage).Maxrss)
	if runtime.GOOS == "darwin" {
		peak >>= 10
	}
	return peak
}
