//go:build !linux

package main

import (
	"errors"
	"io/fs"
	"os"
)

// openUnnamed is for systems that have files without a name.
func openUnnamed(string, fs.FileMode) *os.File { return nil }

func linkUnnamed(*os.File, string) error { return errors.ErrUnsupported }
