//go:build !unix

package signals

import "os/exec"

// Alone does nothing: there are no sessions here.
func Alone(*exec.Cmd) {}

// EndGroup ends cmd. What it started lives on.
func EndGroup(cmd *exec.Cmd, _ bool) { _ = cmd.Process.Kill() }
