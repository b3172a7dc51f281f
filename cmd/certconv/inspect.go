package main

import "github.com/urfave/cli/v2"

func inspectCommand() command {
	return command{name: "inspect", run: func(*env, *cli.Context) error { return nil }}
}
