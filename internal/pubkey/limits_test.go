package pubkey

import (
	"testing"
)

// What a file may cost, and how far a search goes, is agreed on: whoever moves a bound sees here
// that it was one.
func TestLimits(t *testing.T) {
	for name, c := range map[string][2]int64{
		"MaxDSABits":      {int64(MaxDSABits), 16384},
		"MaxWork":         {int64(MaxWork), 2500000000},
		"MaxRSABits":      {int64(MaxRSABits), 32768},
		"maxVerifyBits":   {int64(maxVerifyBits), 16384},
		"maxExponentBits": {int64(maxExponentBits), 256},
		"maxGroupBits":    {int64(maxGroupBits), 512},
		"BlobHeaderSize":  {int64(BlobHeaderSize), 16},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %d, and was %d", name, c[0], c[1])
		}
	}
}
