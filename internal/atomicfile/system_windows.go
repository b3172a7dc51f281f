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

// Who can write where is not for modes to say.

// OfOthers is false.
func OfOthers(fs.FileInfo) bool { return false }

// OpenToOthers is false.
func OpenToOthers(string, fs.FileInfo) bool { return false }

// letGo closes the file, since Windows renames no open one.
func letGo(f *os.File) { f.Close() }

// KeepAttributes has nothing to do: a new file inherits from its folder.
func KeepAttributes(_, _ *os.File, _ fs.FileMode) error { return nil }
