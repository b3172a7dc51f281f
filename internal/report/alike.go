package report

import (
	"slices"

	"github.com/certconv/certconv/internal/text"
	"github.com/certconv/certconv/validate"
)

// alike lets reports share what they have in common: of many sites most pass the
// same checks and skip the same for the same reasons.
type alike struct {
	passed  [][]string
	skipped [][]validate.Skip
	clients [][]validate.ClientVerdict
}

// mostAlike bounds how many different lists a report is compared with.
const mostAlike = 16

// share gives r the lists of an earlier report where they are equal.
func (a *alike) share(r *validate.Report) {
	r.Passed = shared(&a.passed, r.Passed, func(x, y string) bool { return x == y })
	r.Skipped = shared(&a.skipped, r.Skipped, func(x, y validate.Skip) bool {
		return x.Code == y.Code && x.Why.Kind == y.Why.Kind && text.Equal(x.Why.Text, y.Why.Text)
	})
	r.Clients = shared(&a.clients, r.Clients, func(x, y validate.ClientVerdict) bool {
		return x.Name == y.Name && x.Verdict == y.Verdict && slices.Equal(x.Codes, y.Codes)
	})
}

// shared is the one of the lists that equals list. Where none does, list is taken
// in, in the place of the oldest one if there are too many.
func shared[T any](lists *[][]T, list []T, equal func(x, y T) bool) []T {
	if len(list) == 0 {
		return list
	}
	for _, known := range *lists {
		if slices.EqualFunc(known, list, equal) {
			return known
		}
	}
	if len(*lists) == mostAlike {
		*lists = slices.Delete(*lists, 0, 1)
	}
	list = slices.Clone(list) // without room for more
	*lists = append(*lists, list)
	return list
}
