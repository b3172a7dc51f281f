package ec

import (
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// What a file may cost, and how far a search goes.
func TestLimits(t *testing.T) {
	testenv.Unmoved(t, map[string][2]int64{
		"maxPrimeBits": {int64(maxPrimeBits), 521},
		"maxFieldBits": {int64(maxFieldBits), 571},
	})
}
