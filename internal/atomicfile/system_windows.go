package atomicfile

import (
	"io/fs"
	"os"
)

// claimTemp has nothing to do: what is open cannot be removed.
func claimTemp(*os.File) {}

// isAbandoned is true: Windows refuses to remove the file of a writer that
// lives.
func isAbandoned(string) bool { return true }

// shared is false: who can write where is not for modes to say.
func shared(string) bool { return false }

// letGo closes the file, since Windows renames no open one.
func letGo(f *os.File) { f.Close() }

// KeepAttributes has nothing to do: a new file inherits from its folder.
func KeepAttributes(_, _ *os.File, _ fs.FileMode) error { return nil }
