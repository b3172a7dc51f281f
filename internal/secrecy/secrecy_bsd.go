//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package secrecy

func noDump() { noCore() }
