//go:build unix

package main

import "syscall"

const noRouteHere = syscall.ENETUNREACH
