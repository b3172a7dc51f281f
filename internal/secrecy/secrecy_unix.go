//go:build unix && !aix && !solaris

package secrecy

import "golang.org/x/sys/unix"

// noCore sets the soft limit; the hard one cannot be raised again.
func noCore() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CORE, &limit) == nil {
		limit.Cur = 0
		_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit)
	}
}

func lock(b []byte) { _ = unix.Mlock(b) }
