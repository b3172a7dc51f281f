//go:build unix && !linux

package signals

import "syscall"

func endWithUs(*syscall.SysProcAttr) {}
