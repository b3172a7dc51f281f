package main

import (
	"os"
	"runtime/debug"
)

// With these it is worth some time that garbage is collected sooner.
const (
	manyInputs = 1000
	largeInput = 16 << 20 // bytes in all
)

// collectAt has garbage collected when it is this many percent of what is in use, unless
// the user says when (GOGC). What it returns sets it back.
func collectAt(percent int) (back func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	old := debug.SetGCPercent(percent)
	return func() { debug.SetGCPercent(old) }
}

func sizeOf(files [][]byte) (n int) {
	for _, data := range files {
		n += len(data)
	}
	return n
}
