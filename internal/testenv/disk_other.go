//go:build !linux

package testenv

import "testing"

// SmallDisk reports that there is none.
func SmallDisk(*testing.T, string) bool { return false }
