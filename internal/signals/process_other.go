//go:build !unix

package signals

import (
	"os/exec"
	"os/user"
)

// Alone does nothing: there are no sessions here.
func Alone(*exec.Cmd) {}

// As does nothing: no command is run as somebody else here.
func As(*exec.Cmd, *user.User) error { return nil }

// EndGroup ends cmd. What it started lives on.
func EndGroup(cmd *exec.Cmd, _ bool) { _ = cmd.Process.Kill() }
