package structure

import (
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// What a file may cost, and how far a search goes.
func TestLimits(t *testing.T) {
	testenv.Unmoved(t, map[string][2]int64{
		"MaxFaults": {int64(MaxFaults), 8},
		"maxSeen":   {int64(maxSeen), 64},
	})
}
