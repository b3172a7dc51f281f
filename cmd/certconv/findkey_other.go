//go:build !linux

package main

import "os"

// virtualFileSystem knows none: other systems have no /proc, or one of folders
// only.
func virtualFileSystem(string) bool { return false }

// adviseSequential does nothing: the system finds out by itself.
func adviseSequential(*os.File, int64) {}

// isSparse knows no sparse files.
func isSparse(*os.File) bool { return false }

func nextData(_ *os.File, offset, size int64) (data, hole int64) { return offset, size }
