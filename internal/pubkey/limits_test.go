package pubkey

import (
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// What a file may cost, and how far a search goes.
func TestLimits(t *testing.T) {
	testenv.Unmoved(t, map[string][2]int64{
		"MaxDSABits":      {int64(MaxDSABits), 16384},
		"MaxWork":         {int64(MaxWork), 2500000000},
		"MaxRSABits":      {int64(MaxRSABits), 32768},
		"maxVerifyBits":   {int64(maxVerifyBits), 16384},
		"maxExponentBits": {int64(maxExponentBits), 256},
		"maxGroupBits":    {int64(maxGroupBits), 512},
		"BlobHeaderSize":  {int64(BlobHeaderSize), 16},
	})
}
