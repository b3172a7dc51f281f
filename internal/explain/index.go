package explain

import (
	"strings"

	"github.com/certconv/certconv/internal/lazy"
)

// table is the index over the entries.
type table struct {
	entries []Entry
	ids     map[string]int   // folded
	keys    map[string][]int // "kind:number"
	symbols map[string][]int // folded names such as ERR_CERT_REVOKED
	phrases []phrase
	first   map[[4]byte][]int // phrases by how they begin
	maybe   [1 << 13]byte     // a bit for each beginning, hashed
	words   []wordSet
}

// phrase is what an entry looks like in text, or the words before a number.
type phrase struct {
	entry int // -1 for a form
	kind  string
	parts [][]byte // folded; anything may stand between
}

type wordSet struct {
	entry int
	all   [][]string // of each, one
}

var index = lazy.Value[*table]{Make: func() *table {
	ix := &table{
		entries: Entries(), ids: map[string]int{}, keys: map[string][]int{}, symbols: map[string][]int{}, first: map[[4]byte][]int{},
	}
	for i := range ix.entries {
		e := &ix.entries[i]
		ix.ids[fold(e.ID)] = i
		for _, k := range e.Keys {
			if strings.Contains(k, ":") {
				ix.keys[k] = append(ix.keys[k], i)
			} else {
				k = fold(k)
				ix.symbols[k] = append(ix.symbols[k], i)
			}
		}
		for _, p := range e.Phrases {
			ix.add(phrase{entry: i}, p)
		}
		for _, w := range e.Words {
			ix.words = append(ix.words, newWordSet(i, w))
		}
	}
	for _, f := range forms {
		ix.add(phrase{entry: -1, kind: f.kind}, f.words)
	}
	return ix
}}

func (ix *table) add(p phrase, text string) {
	for part := range strings.SplitSeq(text, "*") {
		if part = fold(part); part != "" {
			p.parts = append(p.parts, []byte(part))
		}
	}
	k := [4]byte(p.parts[0])
	ix.first[k] = append(ix.first[k], len(ix.phrases))
	ix.phrases = append(ix.phrases, p)
	h := hash(k)
	ix.maybe[h>>3] |= 1 << (h & 7)
}

func hash(k [4]byte) uint32 {
	n := uint32(k[0]) | uint32(k[1])<<8 | uint32(k[2])<<16 | uint32(k[3])<<24
	return n * 0x9e3779b1 >> 16
}

// at lists the phrases that may begin with text.
func (ix *table) at(text []byte) []int {
	if len(text) < 4 {
		return nil
	}
	k := [4]byte(text)
	h := hash(k)
	if ix.maybe[h>>3]&(1<<(h&7)) == 0 {
		return nil
	}
	return ix.first[k]
}

func newWordSet(entry int, words string) wordSet {
	w := wordSet{entry: entry}
	for word := range strings.FieldsSeq(words) {
		var alternatives []string
		for a := range strings.SplitSeq(word, "|") {
			alternatives = append(alternatives, fold(strings.ReplaceAll(a, "_", " ")))
		}
		w.all = append(w.all, alternatives)
	}
	return w
}

// in reports whether text has the words. ASCII ones begin a word there.
func (w *wordSet) in(text string) bool {
	for _, alternatives := range w.all {
		found := false
		for _, a := range alternatives {
			if found = hasWord(text, a); found {
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

func hasWord(text, word string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		if i += from; !wordByte(word[0]) || i == 0 || !wordByte(text[i-1]) {
			return true
		}
		from = i + 1
	}
}

// wordByte reports whether c is part of an ASCII word or number.
func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_'
}
