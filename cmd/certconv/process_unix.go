//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// alone starts cmd in a session of its own: it has no terminal to ask for a
// password, and all that it starts can be ended together.
func alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	endWithUs(cmd.SysProcAttr)
}

func endGroup(cmd *exec.Cmd, hard bool) {
	sig := syscall.SIGTERM
	if hard {
		sig = syscall.SIGKILL
	}
	_ = syscall.Kill(-cmd.Process.Pid, sig)
}
