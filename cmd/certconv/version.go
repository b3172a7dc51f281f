package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// printVersion says what was built, from what the Go tool recorded.
func printVersion(e *env) error {
	_, err := fmt.Fprintln(e.stdout, "certconv "+version())
	return err
}

func version() string {
	name, commit, dirty := "(devel)", "", false
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" {
			name = info.Main.Version
		}
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				commit = s.Value[:min(12, len(s.Value))]
			case "vcs.modified":
				dirty = s.Value == "true"
			}
		}
	}
	if commit != "" {
		name += " " + commit
		if dirty {
			name += "-dirty"
		}
	}
	return fmt.Sprintf("%s %s %s/%s", name, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
