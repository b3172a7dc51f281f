package validate

import (
	"testing"
	"time"

	"github.com/certconv/certconv/internal/testenv"
)

// What a file may cost, and how far a search goes.
func TestLimits(t *testing.T) {
	testenv.Unmoved(t, map[string][2]int64{
		"maxFinds":             {int64(maxFinds), 16},
		"maxComparisons":       {int64(maxComparisons), 1048576},
		"firefoxCAs":           {int64(firefoxCAs), 6},
		"chromeCAs":            {int64(chromeCAs), 16},
		"javaSent":             {int64(javaSent), 10},
		"gnutlsSent":           {int64(gnutlsSent), 16},
		"javaBytes":            {int64(javaBytes), 32768},
		"rsa112Bits":           {int64(rsa112Bits), 1962},
		"nameCost":             {int64(nameCost), 20000},
		"strengthOfLevel1":     {int64(strengthOfLevel1), 80},
		"leastRSA":             {int64(leastRSA), 1024},
		"listAge/time.Hour":    {int64(listAge / time.Hour), 2880},
		"maxListed":            {int64(maxListed), 5},
		"maxPaths":             {int64(maxPaths), 200},
		"maxDepth":             {int64(maxDepth), 24},
		"maxSignatures":        {int64(maxSignatures), 100},
		"maxJudged":            {int64(maxJudged), 1000},
		"maxLooks":             {int64(maxLooks), 20},
		"fewestNames":          {int64(fewestNames), 100},
		"endlessAge/time.Hour": {int64(endlessAge / time.Hour), 240},
		"maxStale":             {int64(maxStale), 100},
		"maxListSigners":       {int64(maxListSigners), 20},
	})
}
