//go:build unix

package main

import "syscall"

// closeOnExec keeps an open file from the programs that certconv starts.
func closeOnExec(fd int) { syscall.CloseOnExec(fd) }
