package secrecy

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// noDump does nothing: whether Windows writes dumps of a program is a setting of
// the system.
func noDump() {}

func lock(b []byte) { _ = windows.VirtualLock(uintptr(unsafe.Pointer(&b[0])), uintptr(len(b))) }
