package secrecy

import "sync"

var once sync.Once

// NoDump makes the process write no core dump from now on.
func NoDump() { once.Do(noDump) }

// Lock asks the system not to write b to swap, until the process ends: other
// secrets may be on the same page. There is a limit to how much may be locked;
// beyond it nothing happens.
func Lock(b []byte) {
	if len(b) > 0 {
		lock(b)
	}
}
