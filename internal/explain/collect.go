package explain

import (
	"cmp"
	"slices"
	"strings"
)

// collector gathers what the lines of a text or log have.
type collector struct {
	ix    *table
	scan  scanner
	fold  folder
	found []Match // by entry; Count 0 if it was not seen
	order []int   // as they were seen
	keep  []hit
	open  opened
}

func newCollector(ix *table) *collector {
	return &collector{
		ix: ix, found: make([]Match, len(ix.entries)),
		scan: scanner{ix: ix, near: &nearby{}},
	}
}

func (c *collector) empty() bool { return len(c.order) == 0 }

// add looks at a line.
func (c *collector) add(s string, line int, m mode) {
	c.scan.mode = m
	c.scan.scan(c.fold.fold(s), line)
	reasons := c.weigh()
	c.clearVague()
	for _, h := range c.keep {
		f := &c.found[h.entry]
		if f.Count == 0 {
			*f = c.match(h.entry, reasons)
			f.Line, f.Matched = line, original(s, h.start, h.end)
			c.order = append(c.order, h.entry)
		}
		f.Count++
	}
	c.follow(s, line, reasons)
}

// original is what stood where the folded text has start to end.
func original(s string, start, end int) string {
	f := folder{keep: true}
	f.fold(s)
	if start >= end || end > len(f.from) {
		return ""
	}
	from, to := int(f.from[start]), len(s)
	if end < len(f.from) {
		to = int(f.from[end])
	}
	text := strings.Join(strings.Fields(s[from:to]), " ")
	return shorten(strings.TrimRight(text, `"'“”’」』 `))
}

// shorten keeps what is shown of a message to a line.
func shorten(s string) string {
	const most = 160
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// shortPhrase is the length up to which words that were found may be said of
// many things, and fewWords how many others must then tell more.
const (
	shortPhrase = 24
	fewWords    = 3
)

// described finds what is meant by words that quote nothing, or only what many
// messages have: the entries with the most of them.
func (c *collector) described(s string) {
	text := fold(s)
	least := 1
	if !c.empty() {
		least = fewWords
		for _, h := range c.keep {
			if !h.words || h.end-h.start > shortPhrase {
				return
			}
		}
	}
	if id := strings.Map(codeLike, text); c.ix.ids[id] > 0 || len(c.ix.entries) > 0 && c.ix.entries[0].ID == id {
		c.take(c.ix.ids[id], s)
		return
	}
	best := least - 1
	for i := range c.ix.words {
		if w := &c.ix.words[i]; w.in(text) {
			best = max(best, len(w.all))
		}
	}
	for i := range c.ix.words {
		if w := &c.ix.words[i]; len(w.all) == best && best >= least && w.in(text) && len(c.order) < 3 {
			c.take(w.entry, s)
		}
	}
	c.order = slices.DeleteFunc(c.order, func(entry int) bool {
		return slices.ContainsFunc(c.order, func(o int) bool { return slices.Contains(c.ix.entries[o].Over, c.ix.entries[entry].ID) })
	})
}

// codeLike writes a code as it is spelt: key_mismatch, key mismatch.
func codeLike(r rune) rune {
	if r == ' ' || r == '_' {
		return '-'
	}
	return r
}

func (c *collector) take(entry int, s string) {
	if c.found[entry].Count == 0 {
		c.found[entry] = c.match(entry, nil)
		f := &c.found[entry]
		f.Matched, f.Line, f.Count = shorten(strings.Join(strings.Fields(s), " ")), 1, 1
		c.order = append(c.order, entry)
	}
}

// result is what was gathered; text is looked at for what it resembles if
// nothing is known.
func (c *collector) result(text string) *Result {
	r := &Result{}
	for _, i := range c.order {
		r.Matches = append(r.Matches, c.found[i])
	}
	slices.SortStableFunc(r.Matches, func(a, b Match) int { return cmp.Compare(a.Line, b.Line) })
	if len(r.Matches) > 0 {
		return r
	}
	for _, n := range c.scan.unknown {
		r.Nearest = append(r.Nearest, anonymous(n))
	}
	if text != "" {
		r.Nearest = append(r.Nearest, c.ix.nearest(text, c.scan.unknown)...)
	}
	return r
}
