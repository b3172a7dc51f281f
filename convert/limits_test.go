package convert

import (
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// What a file may cost, and how far a search goes.
func TestLimits(t *testing.T) {
	testenv.Unmoved(t, map[string][2]int64{
		"maxIssuers":    {int64(maxIssuers), 16},
		"maxSignatures": {int64(maxSignatures), 2000},
		"maxNETSize":    {int64(maxNETSize), 65536},
		"maxPVKSalt":    {int64(maxPVKSalt), 10240},
		"maxPVKBlob":    {int64(maxPVKBlob), 102400},
		"memberCost":    {int64(memberCost), 8192},
	})
}
