package signals

import "syscall"

// endWithUs has the kernel end a process when certconv is killed.
func endWithUs(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGTERM }
