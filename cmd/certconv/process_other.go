//go:build !unix

package main

import "os/exec"

func alone(*exec.Cmd) {}

func endGroup(cmd *exec.Cmd, _ bool) { _ = cmd.Process.Kill() }
