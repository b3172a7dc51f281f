//go:build unix

package main

import (
	"io/fs"
	"syscall"
)

// fileID is what all names of a file have in common.
type fileID struct{ dev, ino uint64 }

// linkedID identifies a file that has several names.
func linkedID(info fs.FileInfo) (id fileID, several bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || info.IsDir() {
		return id, false
	}
	return fileID{uint64(st.Dev), uint64(st.Ino)}, st.Nlink > 1
}

// deviceOf is the file system that holds a file.
func deviceOf(info fs.FileInfo) (uint64, bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return uint64(st.Dev), true
}
