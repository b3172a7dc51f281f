package pbe

import (
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// What a file may cost, and how far a search goes.
func TestLimits(t *testing.T) {
	testenv.Unmoved(t, map[string][2]int64{
		"maxAhead":        {int64(maxAhead), 16},
		"maxKept":         {int64(maxKept), 64},
		"MaxRounds":       {int64(MaxRounds), 10000000},
		"MaxWork":         {int64(MaxWork), 10000000},
		"maxScryptMemory": {int64(maxScryptMemory), 134217728},
		"minPBMAC1Key":    {int64(minPBMAC1Key), 20},
		"maxPBMAC1Key":    {int64(maxPBMAC1Key), 64},
		"maxBcryptRounds": {int64(maxBcryptRounds), 1000},
		"bcryptWork":      {int64(bcryptWork), 40000},
		"maxArgonMemory":  {int64(maxArgonMemory), 131072},
		"maxArgonPasses":  {int64(maxArgonPasses), 10000},
		"maxArgonThreads": {int64(maxArgonThreads), 64},
		"argonWork":       {int64(argonWork), 5},
	})
}
