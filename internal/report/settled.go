package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/validate"
)

// Settled is a finding that somebody has accepted.
type Settled struct {
	validate.Finding
	Reason string
	Until  time.Time // the last day
}

// until says how long, and why.
func (s *Settled) until() string {
	return fmt.Sprintf("until %s: %s", s.Until.Format(time.DateOnly), s.Reason)
}

// findingKey tells findings apart.
type findingKey struct {
	code, message string
	at            convert.Source
}

func keyOf(f *validate.Finding) findingKey { return findingKey{f.Code, f.Message.String(), f.At} }

func byPlace(a, b *validate.Finding) int {
	return cmp.Or(cmp.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.Code, b.Code))
}

// accepted are the accepted findings of all sites, each once.
func (r *Result) accepted() []Settled {
	var list []Settled
	seen := map[findingKey]bool{}
	for _, s := range r.Sites {
		for _, f := range s.Accepted {
			if k := keyOf(&f.Finding); !seen[k] {
				seen[k] = true
				list = append(list, f)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Settled) int { return byPlace(&a.Finding, &b.Finding) })
	return list
}

// endedFor is what once accepted a finding that counts, nil for most.
func (r *Result) endedFor(f *validate.Finding) *Settled {
	if r.ended == nil {
		r.ended = map[findingKey]*Settled{}
		for i := range r.Sites {
			for j := range r.Sites[i].Ended {
				s := &r.Sites[i].Ended[j]
				r.ended[keyOf(&s.Finding)] = s
			}
		}
	}
	if len(r.ended) == 0 {
		return nil
	}
	return r.ended[keyOf(f)]
}

// told is a finding as reports list it, with those that count.
type told struct {
	*validate.Finding
	accepted, ended *Settled // one of them at most
}

// all lists the findings that count and those that are accepted.
func (r *Result) all(open []validate.Finding, accepted []Settled) []told {
	list := make([]told, 0, len(open)+len(accepted))
	for i := range open {
		list = append(list, told{&open[i], nil, r.endedFor(&open[i])})
	}
	for i := range accepted {
		list = append(list, told{&accepted[i].Finding, &accepted[i], nil})
	}
	if len(accepted) > 0 {
		slices.SortStableFunc(list, func(a, b told) int { return byPlace(a.Finding, b.Finding) })
	}
	return list
}
