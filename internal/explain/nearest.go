package explain

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/lazy"
)

// How much of it is told.
const (
	mostNear   = 5
	leastLike  = 0.3
	mostLetter = 400
)

// nearest lists what text resembles: known numbers a digit away, then the
// entries that share the most with it, compared by pairs of letters.
func (ix *table) nearest(text string, numbers []uint32) []Near {
	var list []Near
	add := func(e *Entry) {
		if n := (Near{e.ID, e.Title}); !slices.Contains(list, n) && len(list) < mostNear {
			list = append(list, n)
		}
	}
	for i := range ix.entries {
		for _, n := range numbers {
			for _, k := range ix.entries[i].Keys {
				if oneDigitOff(k, fmt.Sprintf("%s:%08X", kindHResult, n)) {
					add(&ix.entries[i])
				}
			}
		}
	}
	for _, k := range smallNumbers(fold(text)) {
		for _, i := range ix.keys[k] {
			add(&ix.entries[i])
		}
	}
	want := pairsOf(fold(text))
	type ranked struct {
		entry int
		like  float64
	}
	var rank []ranked
	for i, forms := range formsOf.Get() {
		like := 0.0
		for _, f := range forms {
			like = max(like, want.like(f))
		}
		rank = append(rank, ranked{i, like})
	}
	slices.SortStableFunc(rank, func(a, b ranked) int { return cmp.Compare(b.like, a.like) })
	for i, r := range rank {
		if r.like > 0 && (r.like >= leastLike || i < 3 && r.like > leastLike/2) {
			add(&ix.entries[r.entry])
		}
	}
	return list
}

// smallNumbers are the keys that the first small number in a folded text may
// be meant as, by itself.
func smallNumbers(folded string) []string {
	for word := range strings.FieldsFuncSeq(folded, func(r rune) bool { return r >= 0x80 || !wordByte(byte(r)) }) {
		if isDecimal(word) && len(word) <= 5 {
			var keys []string
			for _, kind := range []string{kindAlert, kindVerify, kindCurl, kindWin32} {
				keys = append(keys, kind+":"+word)
			}
			return keys
		}
	}
	return nil
}

func oneDigitOff(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	off := 0
	for i := range len(a) {
		if a[i] != b[i] {
			off++
		}
	}
	return off == 1
}

// pairs counts the pairs of letters of a text.
type pairs map[[2]rune]int

func pairsOf(folded string) pairs {
	p := pairs{}
	last := ' '
	for i, r := range folded {
		if i > mostLetter {
			break
		}
		if r < 0x80 && !wordByte(byte(r)) {
			r = ' '
		}
		if !(last == ' ' && r == ' ') {
			p[[2]rune{last, r}]++
		}
		last = r
	}
	return p
}

// like is the cosine of two counts.
func (p pairs) like(q pairs) float64 {
	var both, a, b float64
	for k, n := range p {
		both += float64(n * q[k])
		a += float64(n * n)
	}
	for _, n := range q {
		b += float64(n * n)
	}
	if a == 0 || b == 0 {
		return 0
	}
	return both / math.Sqrt(a*b)
}

// formsOf are the ways in which each entry is written.
var formsOf = lazy.Value[[][]pairs]{Make: func() [][]pairs {
	var all [][]pairs
	for _, e := range Entries() {
		forms := []pairs{pairsOf(fold(e.ID)), pairsOf(fold(e.Title))}
		for _, s := range slices.Concat(e.Phrases, e.Words) {
			forms = append(forms, pairsOf(fold(strings.NewReplacer("*", " ", "|", " ", "_", " ").Replace(s))))
		}
		for _, k := range e.Keys {
			if !strings.Contains(k, ":") {
				forms = append(forms, pairsOf(fold(k)))
			}
		}
		all = append(all, forms)
	}
	return all
}}
