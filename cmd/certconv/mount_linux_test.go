package main

import "syscall"

func mountSmall(dir string) error {
	return syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=12k")
}

func unmountSmall(dir string) { _ = syscall.Unmount(dir, 0) }
