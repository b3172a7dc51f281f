// Command certconv converts, inspects and checks keys and certificates.
package main

import "os"

func main() {
	e := newEnv()
	done := make(chan int, 1)
	go func() { done <- run(e, os.Args[1:]) }()
	var code int
	select {
	case code = <-done:
	case sig := <-e.signals.died:
		code = 128 + sig
	}
	os.Exit(code)
}

// run does what the arguments say and returns the exit code.
func run(e *env, args []string) int {
	if len(args) == 1 && (args[0] == "--version" || args[0] == "-version") {
		return e.finish(printVersion(e))
	}
	return e.finish(dispatch(e, args))
}
