package deploy

import (
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// What a file may cost, and how far a search goes.
func TestLimits(t *testing.T) {
	testenv.Unmoved(t, map[string][2]int64{
		"maxRecord":    {int64(maxRecord), 16777216},
		"maxElsewhere": {int64(maxElsewhere), 1048576},
		"maxEntries":   {int64(maxEntries), 10000},
		"groupRead":    {int64(groupRead), 0o040},
	})
}
