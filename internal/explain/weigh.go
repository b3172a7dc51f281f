package explain

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// weigh leaves in keep what is told of the hits of a line, each entry once, and
// returns the entries that say why, the most decisive one first.
func (c *collector) weigh() []int {
	c.keep = c.keep[:0]
	for _, h := range c.scan.hits {
		if !slices.ContainsFunc(c.keep, func(k hit) bool { return k.entry == h.entry }) {
			c.keep = append(c.keep, h)
		}
	}
	if len(c.keep) == 0 {
		return nil
	}
	reasons := c.withoutStray()
	all := slices.Clone(c.keep)
	rank := func(h hit) Rank { return c.ix.entries[h.entry].Rank }
	for _, h := range all {
		// What a report says with words of its own is no reason beside it.
		if rank(h) >= Reason && !slices.ContainsFunc(c.scan.hits, func(o hit) bool {
			return rank(o) >= Reason && c.ix.covers(o, h) || rank(o) == Report && !o.gap && o.contains(h)
		}) {
			reasons = append(reasons, h.entry)
		}
	}
	c.keep = slices.DeleteFunc(c.keep, func(h hit) bool {
		return slices.ContainsFunc(all, func(o hit) bool { return o.entry != h.entry && o.contains(h) })
	})
	whole := slices.Clone(c.keep)
	c.keep = slices.DeleteFunc(c.keep, func(h hit) bool {
		return slices.ContainsFunc(whole, func(o hit) bool { return c.ix.over(o, h) })
	})
	report := slices.ContainsFunc(c.keep, func(h hit) bool { return rank(h) == Report })
	telling := report || slices.ContainsFunc(c.keep, func(h hit) bool { return rank(h) >= Reason })
	c.keep = slices.DeleteFunc(c.keep, func(h hit) bool {
		return telling && rank(h) == Vague || report && slices.Contains(reasons, h.entry)
	})
	slices.SortStableFunc(reasons, func(a, b int) int {
		return cmp.Compare(len(c.ix.entries[a].Causes), len(c.ix.entries[b].Causes))
	})
	return reasons
}

// covers reports whether o says what h says and more: it is told over it, or its
// words contain the other's.
func (ix *table) covers(o, h hit) bool {
	return o.entry != h.entry && (o.contains(h) || ix.over(o, h))
}

func (ix *table) over(o, h hit) bool {
	return slices.Contains(ix.entries[o.entry].Over, ix.entries[h.entry].ID)
}

func (h hit) contains(o hit) bool {
	return o.words && h.start <= o.start && o.end <= h.end && h.end-h.start > o.end-o.start
}

// aside is how far from the words of the system those of its subject may be.
const aside = 200

// subjects are the words that tell that a file has to do with keys or
// certificates; where it is known that the text is one message, so do the names
// of files, which in a log are anything that somebody asked a server for.
var (
	subjects = [][]byte{[]byte("certificate file"), []byte("load certificate"), []byte("certificate from"), []byte("private key"), []byte("keystore "), []byte("truststore "), []byte("cert file"), []byte("key file")}
	names    = [][]byte{[]byte("certificate"), []byte("keystore"), []byte("ssl"), []byte("tls"), []byte(".pem"), []byte(".crt"), []byte(".cer"), []byte(".key"), []byte(".pfx"), []byte(".p12"), []byte(".jks")}
)

// withoutStray takes away what the system says of files of another kind. The
// line after a report needs no words of its own to be the reason for it.
func (c *collector) withoutStray() (after []int) {
	system := func(h hit) bool { return c.ix.entries[h.entry].Rank == SystemReason }
	if slices.ContainsFunc(c.keep, func(h hit) bool { return !system(h) }) {
		return nil
	}
	c.keep = slices.DeleteFunc(c.keep, func(h hit) bool {
		around := c.scan.text[max(0, h.start-aside):min(len(c.scan.text), h.end+aside)]
		has := func(w []byte) bool { return bytes.Contains(around, w) }
		if slices.ContainsFunc(subjects, has) || c.scan.mode == typed && slices.ContainsFunc(names, has) {
			return false
		}
		if c.open.left > 0 {
			after = append(after, h.entry)
		}
		return true
	})
	return after
}

// match is an entry with its causes in the order of the reasons.
func (c *collector) match(entry int, reasons []int) Match {
	e := &c.ix.entries[entry]
	m := Match{Entry: e, Meaning: e.Meaning, Causes: e.Causes}
	if e.Rank < Reason {
		m.because(c.ix, reasons)
	}
	return m
}

// because lets the reasons decide the order of the causes. The last one to do
// so is the most decisive.
func (m *Match) because(ix *table, reasons []int) {
	for i, r := range slices.Backward(reasons) {
		e := &ix.entries[r]
		m.Causes = inOrder(m.Causes, e.Causes)
		if i == 0 && !strings.Contains(m.Meaning, e.Meaning) {
			m.Meaning += " " + e.Meaning
		}
	}
}

// fewCauses is up to how many causes a reason leaves little open.
const fewCauses = 2

// inOrder puts the causes of a reason before the others. A reason that leaves
// more open is in the order of the report, which knows the likeliest in its
// place, if both have its first cause.
func inOrder(report, reason []*Cause) []*Cause {
	if len(reason) == 0 {
		return report
	}
	var list []*Cause
	if len(reason) > fewCauses && slices.Contains(report, reason[0]) {
		for _, c := range report {
			if slices.Contains(reason, c) {
				list = append(list, c)
			}
		}
	}
	for _, c := range slices.Concat(reason, report) {
		if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return list
}

// opened is a report whose reason may be on one of the next lines.
type opened struct {
	entries []int
	left    int // lines in which it may come
}

// reasonsWithin is how many lines after a report its reason may come. The frames
// of a Java stack do not count.
const reasonsWithin = 4

// follow gives the reasons on a line to the reports on the lines before it, if
// they came without one.
func (c *collector) follow(s string, line int, reasons []int) {
	if c.open.left > 0 && len(reasons) > 0 {
		for _, e := range c.open.entries {
			c.found[e].because(c.ix, reasons)
		}
		c.open.left = 0
	}
	if c.open.left > 0 {
		if s = strings.TrimSpace(s); !strings.HasPrefix(s, "at ") && !strings.HasPrefix(s, "... ") {
			c.open.left--
		}
	}
	if len(reasons) > 0 {
		return
	}
	for _, h := range c.keep {
		if c.found[h.entry].Line == line && c.ix.entries[h.entry].Rank < Reason {
			if c.open.left == 0 {
				c.open.entries = c.open.entries[:0]
			}
			c.open.left = reasonsWithin
			c.open.entries = append(c.open.entries, h.entry)
		}
	}
}

// clearVague takes back what said nothing on the lines before, now that a line
// says more.
func (c *collector) clearVague() {
	vague := func(e int) bool { return c.ix.entries[e].Rank == Vague }
	if c.open.left == 0 || !slices.ContainsFunc(c.keep, func(h hit) bool { return !vague(h.entry) }) {
		return
	}
	c.open.entries = slices.DeleteFunc(c.open.entries, func(e int) bool {
		if !vague(e) || c.found[e].Count != 1 {
			return false
		}
		c.found[e] = Match{}
		c.order = slices.DeleteFunc(c.order, func(o int) bool { return o == e })
		return true
	})
}
