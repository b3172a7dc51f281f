//go:build unix

package signals

import (
	"os/exec"
	"syscall"
)

// Alone starts cmd in a session of its own: it has no terminal to ask for a
// password, and all that it starts can be ended together.
func Alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	endWithUs(cmd.SysProcAttr)
}

// EndGroup ends a command that was started by Alone, and all that it started.
// It asks them to, or, if hard, does not ask.
func EndGroup(cmd *exec.Cmd, hard bool) {
	sig := syscall.SIGTERM
	if hard {
		sig = syscall.SIGKILL
	}
	_ = syscall.Kill(-cmd.Process.Pid, sig)
}
