package ec

import (
	"testing"
)

// What a file may cost, and how far a search goes, is agreed on: whoever moves a bound sees here
// that it was one.
func TestLimits(t *testing.T) {
	for name, c := range map[string][2]int64{
		"maxPrimeBits": {int64(maxPrimeBits), 521},
		"maxFieldBits": {int64(maxFieldBits), 571},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %d, and was %d", name, c[0], c[1])
		}
	}
}
