//go:build !linux && !darwin

package deploy

import (
	"errors"
	"os"
)

// There is no exchange here; see folder.moveBoth.
func renameExchange(_, _ *os.File, _ string) error { return errors.ErrUnsupported }

func renameNew(*os.File, string, *os.File, string) error { return errors.ErrUnsupported }
