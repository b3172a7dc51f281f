package deploy

import (
	"testing"
)

// What a file may cost, and how far a search goes, is agreed on: whoever moves a bound sees here
// that it was one.
func TestLimits(t *testing.T) {
	for name, c := range map[string][2]int64{
		"maxRecord":    {int64(maxRecord), 16777216},
		"maxElsewhere": {int64(maxElsewhere), 1048576},
		"maxEntries":   {int64(maxEntries), 10000},
		"groupRead":    {int64(groupRead), 0o040},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %d, and was %d", name, c[0], c[1])
		}
	}
}
