package main

import "syscall"

const noRouteHere = syscall.Errno(10051)
