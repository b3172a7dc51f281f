package distrust

import (
	"slices"
	"strings"
	"time"
)

// Stale is the age from which a list is worth a warning.
const Stale = 180 * 24 * time.Hour

// List tells where a part of the built-in data is from.
type List struct {
	Name    string // "chrome", "mozilla", "java", "microsoft", "withdrawn"
	Source  string
	Date    time.Time
	Entries int
}

// Stale reports whether the list is old at a time.
func (l *List) Stale(now time.Time) bool { return now.Sub(l.Date) > Stale }

// Lists describes what is built in.
func Lists() []List { return slices.Concat(describe(roots), describe(withdrawn)) }

// describe reads the lines of a table that tell about it, and counts the rows.
func describe(table string) []List {
	var lists []List
	column := map[int]int{} // of a row: the list that it belongs to
	for line := range strings.Lines(table) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		switch {
		case strings.HasPrefix(line, "#") || len(f) < 4:
		case f[0] == "list":
			date, _ := time.Parse(time.DateOnly, f[2])
			lists = append(lists, List{Name: f[1], Date: date, Source: f[3]})
			for _, p := range Programs() {
				if p.String() == f[1] {
					column[2+int(p)] = len(lists) - 1
				}
			}
		case len(column) == 0:
			lists[len(lists)-1].Entries++
		default:
			for c, i := range column {
				if f[c] != "." {
					lists[i].Entries++
				}
			}
		}
	}
	return lists
}
