//go:build !linux

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
)

// openUnnamed is for systems that have files without a name.
func openUnnamed(string, fs.FileMode) *os.File { return nil }

func linkUnnamed(*os.File, string) error { return errors.ErrUnsupported }

// keepXattrs has nothing to do: that is for the labels and lists of Linux.
func keepXattrs(_, _ *os.File, _ fs.FileMode) error { return nil }

func folderHasACL(string) bool { return false }

// HasACL is false: that is for the lists of Linux.
func HasACL(*os.File) bool { return false }
