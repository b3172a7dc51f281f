package main

import (
	"testing"
	"time"
)

// What a file may cost, and how far a search goes, is agreed on: whoever moves a bound sees here
// that it was one.
func TestLimits(t *testing.T) {
	for name, c := range map[string][2]int64{
		"maxBeside":               {int64(maxBeside), 1000},
		"maxBesideSize":           {int64(maxBesideSize), 1048576},
		"settleTime/time.Second":  {int64(settleTime / time.Second), 10},
		"trialTime/time.Second":   {int64(trialTime / time.Second), 20},
		"prepareTime/time.Second": {int64(prepareTime / time.Second), 120},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %d, and was %d", name, c[0], c[1])
		}
	}
}
