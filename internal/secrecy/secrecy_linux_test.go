package secrecy

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestNoDump(t *testing.T) {
	NoDump()
	if v, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || v != 0 {
		t.Errorf("the process can be dumped: %d, %v", v, err)
	}
	Lock(nil)
	Lock([]byte("secret"))
}
