//go:build unix

package main

import (
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// claimTemp marks a temporary file as in use for as long as this process
// lives and has it open.
func claimTemp(f *os.File) { _ = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }

// isAbandoned tells whether the writer of a temporary file is gone.
func isAbandoned(path string) bool {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil
}

// letGo has nothing to do: an open file can be renamed.
func letGo(*os.File) {}

// keepOwner gives f, which replaces the file of info, its owner, group and mode.
func keepOwner(f *os.File, info fs.FileInfo) error {
	if err := f.Chmod(info.Mode().Perm()); err != nil {
		return err
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok && (int(s.Uid) != os.Getuid() || int(s.Gid) != os.Getgid()) {
		return f.Chown(int(s.Uid), int(s.Gid))
	}
	return nil
}
