package convert

// Any is the capacity without limit, for tests of the table.
const Any = unlimited

// Capacity is what a format can hold.
type Capacity = capacity

// Holds gives the capacity of a format, to be read or changed.
func (f *Format) Holds() *Capacity { return &f.holds }
