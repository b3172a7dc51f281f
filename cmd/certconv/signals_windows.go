package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// endBy ends the program with the exit code that Windows gives to Ctrl-C.
func endBy(os.Signal) { windows.ExitProcess(uint32(windows.STATUS_CONTROL_C_EXIT)) }

// ignoreFileSizeSignal does nothing: Windows has no such signal.
func ignoreFileSizeSignal() {}
