//go:build unix

package signals

import (
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// Alone starts cmd in a session of its own: it has no terminal to ask for a
// password, and all that it starts can be ended together.
func Alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	endWithUs(cmd.SysProcAttr)
}

// As has a command that was prepared by Alone run as another user; nil for the
// user that runs this program. An error is about the user's number.
func As(cmd *exec.Cmd, u *user.User) error {
	if u == nil {
		return nil
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return err
	}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return nil
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
