// Package lazy has values that are made when they are first asked for: tables and
// regular expressions, of which a run of the program needs few. One in a variable of
// a package costs a start of the program nothing. What sync.OnceValue returns is a
// function that is made at each start.
package lazy

import (
	"regexp"
	"sync"
)

// Value is what Make returns. It is for several goroutines at once.
type Value[T any] struct {
	Make func() T

	once  sync.Once
	value T
}

// Get returns the value, which is made by the first call.
func (v *Value[T]) Get() T {
	v.once.Do(func() { v.value = v.Make() })
	return v.value
}

// Regexp is a regular expression. It is for several goroutines at once.
type Regexp struct {
	Expr string // a fault of it is a fault of the program

	once     sync.Once
	compiled *regexp.Regexp
}

// Get returns the expression, which is compiled by the first call.
func (r *Regexp) Get() *regexp.Regexp {
	r.once.Do(func() { r.compiled = regexp.MustCompile(r.Expr) })
	return r.compiled
}
