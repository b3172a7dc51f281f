package convert

import (
	"testing"
)

// What a file may cost, and how far a search goes, is agreed on: whoever moves a bound sees here
// that it was one.
func TestLimits(t *testing.T) {
	for name, c := range map[string][2]int64{
		"maxIssuers":    {int64(maxIssuers), 16},
		"maxSignatures": {int64(maxSignatures), 2000},
		"maxNETSize":    {int64(maxNETSize), 65536},
		"maxPVKSalt":    {int64(maxPVKSalt), 10240},
		"maxPVKBlob":    {int64(maxPVKBlob), 102400},
		"memberCost":    {int64(memberCost), 8192},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %d, and was %d", name, c[0], c[1])
		}
	}
}
