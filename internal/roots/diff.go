package roots

import "slices"

// Change is an entry of which two stores say different things.
type Change struct {
	Entry Entry    // of the newer one
	Words []string // what is new, and what is no longer said
}

// Difference is how two stores differ.
type Difference struct {
	Added, Removed []Entry
	Changed        []Change
}

// None reports whether they say the same.
func (d *Difference) None() bool { return len(d.Added)+len(d.Removed)+len(d.Changed) == 0 }

// Diff says what leads from one store to another.
func Diff(from, to *Store) *Difference {
	d := &Difference{}
	was, is := newIndex(from.Entries), newIndex(to.Entries)
	for i := range from.Entries {
		if is.find(&from.Entries[i]) == nil {
			d.Removed = append(d.Removed, from.Entries[i])
		}
	}
	for i := range to.Entries {
		e := &to.Entries[i]
		before := was.find(e)
		if before == nil {
			d.Added = append(d.Added, *e)
			continue
		}
		if from.List == nil || to.List == nil {
			continue // a store of certificates says nothing of them
		}
		if words := changes(before, e); len(words) > 0 {
			d.Changed = append(d.Changed, Change{*e, words})
		}
	}
	return d
}

// changes says how what is said of an entry has changed.
func changes(was, is *Entry) []string {
	var list []string
	before, now := was.Words(), is.Words()
	for _, w := range now {
		if !slices.Contains(before, w) {
			list = append(list, w)
		}
	}
	for _, w := range before {
		if !slices.Contains(now, w) {
			list = append(list, "no longer: "+w)
		}
	}
	old, new := was.PurposeList(), is.PurposeList()
	switch {
	case old == nil && new != nil:
		list = append(list, "now for some purposes only")
	case old != nil && new == nil:
		list = append(list, "now for all purposes")
	default:
		for _, p := range new {
			if !slices.Contains(old, p) {
				list = append(list, "now for "+p+" too")
			}
		}
		for _, p := range old {
			if !slices.Contains(new, p) {
				list = append(list, "no longer for "+p)
			}
		}
	}
	return list
}
