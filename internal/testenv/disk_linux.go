package testenv

import (
	"syscall"
	"testing"
)

// SmallDisk makes dir a file system of 12 KiB until the test ends, or reports
// that it may not.
func SmallDisk(t *testing.T, dir string) bool {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=12k"); err != nil {
		t.Logf("no small file system to try: %v", err)
		return false
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, 0) })
	return true
}
