// Package secrecy keeps secrets in memory out of core dumps and swap, as far as
// the system lets a program do that.
//
// NoDump is for the moment before a secret comes into memory: from then on the
// process writes no core dump. It is one system call, made once, so a command
// that never reads a file or a password does not pay for it. On Linux other
// processes of the same user cannot read the memory any more either, and programs
// that are started are not affected. Lock asks that a secret is not written to
// swap.
//
// What it does not do: copies that the garbage collector and libraries make are
// not locked, and whoever is root can read everything. A system that refuses is
// no error: the secrets are as safe as they were.
package secrecy
