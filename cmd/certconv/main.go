// Command certconv converts, inspects and checks keys and certificates.
package main

import "os"

func main() {
	os.Exit(run(newEnv(), os.Args[1:]))
}

// run does what the arguments say and returns the exit code.
func run(e *env, args []string) int {
	if len(args) == 1 && args[0] == "--version" { // nothing of the rest is needed
		return e.finish(printVersion(e))
	}
	return e.finish(dispatch(e, args))
}
