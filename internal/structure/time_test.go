package structure

import "testing"

// The days of each month are those of the calendar, in both types of a time.
func TestDays(t *testing.T) {
	for _, c := range []struct {
		time  string
		years int
		ok    bool
	}{
		{"270131000000Z", 2, true},
		{"270100000000Z", 2, false},
		{"270132000000Z", 2, false},
		{"270001000000Z", 2, false},
		{"271201000000Z", 2, true},
		{"271301000000Z", 2, false},
		{"270430000000Z", 2, true},
		{"270431000000Z", 2, false},
		{"270228000000Z", 2, true},
		{"270229000000Z", 2, false},
		{"280229000000Z", 2, true},
		{"960229000000Z", 2, true},
		{"000229000000Z", 2, true},
		{"20000229000000Z", 4, true},
		{"20960229000000Z", 4, true},
		{"21000228235959Z", 4, true},
		{"21000229000000Z", 4, false},
		{"24000229000000Z", 4, true},
		{"280229235959Z", 2, true},
		{"280229240000Z", 2, false},
		{"280229006000Z", 2, false},
		{"280229000061Z", 2, false},
	} {
		if by, why := wrongTime([]byte(c.time), c.years); (by == 0) != c.ok {
			t.Errorf("%s: %v, %s", c.time, by, why)
		}
	}
}
