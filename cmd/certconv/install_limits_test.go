package main

import (
	"testing"
	"time"

	"github.com/certconv/certconv/internal/testenv"
)

// What a file may cost, and how far a search goes.
func TestLimits(t *testing.T) {
	testenv.Unmoved(t, map[string][2]int64{
		"maxBeside":               {int64(maxBeside), 1000},
		"maxBesideSize":           {int64(maxBesideSize), 1048576},
		"settleTime/time.Second":  {int64(settleTime / time.Second), 10},
		"trialTime/time.Second":   {int64(trialTime / time.Second), 20},
		"prepareTime/time.Second": {int64(prepareTime / time.Second), 120},
	})
}
