package signals

import (
	"os"

	"golang.org/x/sys/windows"
)

// endBy ends the program with the exit code that Windows gives to Ctrl-C.
func endBy(os.Signal) { windows.ExitProcess(uint32(windows.STATUS_CONTROL_C_EXIT)) }

// IgnoreFileSize does nothing: Windows has no such signal.
func IgnoreFileSize() {}
