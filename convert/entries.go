package convert

import (
	"crypto/sha256"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// What Java calls an entry of a keystore is a key with the chain of its
// certificate, or a certificate that is trusted; each has a name, the alias.
// In a Bundle an entry is a PrivateKey whose certificate has its name or its
// localKeyId, or a Certificate that is Trusted.

// maxChain is how many certificates are put into one chain.
const maxChain = 100

// entry is one to be written.
type entry struct {
	key   int // index in Keys; -1: a trusted certificate
	own   int // index in Certs of the key's certificate, or of the trusted one; -1: none
	alias string
}

// entries lists the keys and then the trusted certificates of b, which without
// keys are all. The alias is "" where there is none.
func (b *Bundle) entries(now time.Time) []entry {
	var list []entry
	mine := make(map[int]bool)
	for i, own := range b.ownCerts(now) {
		e := entry{key: i, own: own, alias: b.Keys[i].FriendlyName}
		if own >= 0 {
			mine[own] = true
		}
		list = append(list, e)
	}
	for i := range b.Certs {
		if c := &b.Certs[i]; c.Trusted && !mine[i] || len(b.Keys) == 0 {
			list = append(list, entry{key: -1, own: i, alias: c.FriendlyName})
		}
	}
	return list
}

// aliasKey is what Java takes an alias for: String.toLowerCase of Locale.ENGLISH, which unlike
// strings.ToLower makes two characters of İ, and another letter of a Σ at the end of a word (Unicode,
// SpecialCasing.txt). The library that knows both costs each start of the program a twentieth.
func aliasKey(name string) string {
	if !strings.ContainsAny(name, "İΣ") {
		return strings.ToLower(name)
	}
	var key strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case r == 'İ':
			key.WriteString("i\u0307")
		case r == 'Σ' && inWord(slices.Backward(runes[:i])) && !inWord(slices.All(runes[i+1:])):
			key.WriteRune('ς')
		default:
			key.WriteRune(unicode.ToLower(r))
		}
	}
	return key.String()
}

// inWord reports whether the first of runes that counts for the end of a word is a letter with
// cases (The Unicode Standard, Table 3-17; Java's words go on behind a hyphen).
func inWord(runes iter.Seq2[int, rune]) bool {
	for _, r := range runes {
		switch {
		case unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt, unicode.Other_Lowercase, unicode.Other_Uppercase):
			return true
		case !unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk) && !strings.ContainsRune("-'.:·’‘․﹒＇．：", r):
			return false
		}
	}
	return false
}

// sameAlias reports whether two names are one alias for Java.
func sameAlias(a, b string) bool { return aliasKey(a) == aliasKey(b) }

// aliases gives out names of which each is another one for Java.
type aliases map[string]int // in lower case → how often it was asked for

// take returns name, or name-2 and so on if that is taken.
func (a aliases) take(name string) string {
	base, alias := aliasKey(name), name
	for a[aliasKey(alias)] > 0 {
		a[base]++
		alias = fmt.Sprintf("%s-%d", name, a[base])
	}
	a[aliasKey(alias)]++
	return alias
}

// ownCerts gives for each key the index of the certificate that it goes with,
// -1 where there is none. A certificate that another key of the same numbers
// brought under its name is that key's.
func (b *Bundle) ownCerts(now time.Time) []int {
	keyOf := b.keyTies()
	tied := make([][]int, len(b.Keys))
	free, all := make(map[PublicID]int), make(map[PublicID]int)
	better := func(best map[PublicID]int, id PublicID, i int) {
		if old, known := best[id]; !known || b.prefer(i, old, now) {
			best[id] = i
		}
	}
	for i := range b.Certs {
		c := &b.Certs[i]
		id := c.PublicID()
		if id == "" {
			continue
		}
		better(all, id, i)
		if key := b.tiedTo(c, keyOf); key >= 0 {
			tied[key] = append(tied[key], i)
		} else {
			better(free, id, i)
		}
	}
	own := make([]int, len(b.Keys))
	for i := range b.Keys {
		id := b.Keys[i].PublicID()
		own[i] = b.preferred(tied[i], now)
		if n, ok := free[id]; ok && (own[i] < 0 || b.prefer(n, own[i], now)) {
			own[i] = n
		}
		if n, ok := all[id]; ok && own[i] < 0 {
			own[i] = n
		}
	}
	return own
}

// keyTies are the keys by what ties certificates to them.
func (b *Bundle) keyTies() map[string]int {
	keyOf := make(map[string]int, len(b.Keys))
	for i := range b.Keys {
		for _, tie := range ties(&b.Keys[i].Source, &b.Keys[i].Names) {
			keyOf[tie] = i
		}
	}
	return keyOf
}

// tiedTo is the key of the entry that a certificate is of, -1 if of none.
func (b *Bundle) tiedTo(c *Certificate, keyOf map[string]int) int {
	for _, tie := range ties(&c.Source, &c.Names) {
		if k, ok := keyOf[tie]; ok && !c.Trusted && c.PublicID().Is(b.Keys[k].PublicID()) {
			return k
		}
	}
	return -1
}

// ties are what ties the key and the certificate of an entry together: the
// file with the localKeyId or the alias.
func ties(at *Source, n *Names) []string {
	var list []string
	if n.LocalKeyID != nil {
		list = append(list, at.File+"\x00i"+string(n.LocalKeyID))
	}
	if n.FriendlyName != "" {
		list = append(list, at.File+"\x00n"+aliasKey(n.FriendlyName))
	}
	return list
}

// settle gives each key a certificate of its own, under its name. One that is
// there only as a trusted one becomes the key's, if the key has no name or the
// same; otherwise it stays trusted beside it. The name goes over from the
// certificates that the key does not go with.
func (b *Bundle) settle(now time.Time) {
	keyOf := b.keyTies()
	owns := b.ownCerts(now)
	mine := make(map[int]bool, len(owns))
	heads := make(map[string]bool, len(owns)) // alias and certificate of entries with a key
	former := make(map[int]bool)              // keys with a tied certificate that they do not go with
	for i := range b.Certs {
		if k := b.tiedTo(&b.Certs[i], keyOf); k >= 0 && owns[k] != i {
			former[k] = true
			b.Certs[i].LocalKeyID = nil
			if sameAlias(b.Certs[i].FriendlyName, b.Keys[k].FriendlyName) {
				b.Certs[i].FriendlyName = ""
			}
		}
	}
	for i, own := range owns {
		if own < 0 {
			continue
		}
		k, c := &b.Keys[i], b.Certs[own]
		apart := mine[own]
		if c.Trusted {
			apart = k.FriendlyName != "" && c.FriendlyName != "" && !sameAlias(k.FriendlyName, c.FriendlyName)
			c.Trusted, c.Attributes = false, withoutJavaTrust(c.Attributes)
		}
		switch {
		case apart:
			c.FriendlyName, c.LocalKeyID = k.FriendlyName, nil
		case former[i] && k.FriendlyName != "":
			c.FriendlyName = k.FriendlyName
		case k.FriendlyName == "" && b.Certs[own].Trusted:
			k.FriendlyName = c.FriendlyName
		}
		if apart {
			mine[len(b.Certs)] = true
			b.Certs = append(b.Certs, c)
		} else {
			mine[own] = true
			b.Certs[own] = c
		}
		heads[aliasKey(k.FriendlyName)+"\x00"+string(c.Raw)] = true
	}
	b.dropRepeated(mine, heads)
}

// dropRepeated drops what says nothing that is not said by another certificate:
// a trusted one under the alias of the key that it is of, and one of no entry
// that is a trusted one too.
func (b *Bundle) dropRepeated(mine map[int]bool, heads map[string]bool) {
	trusted := make(map[string]bool)
	for i := range b.Certs {
		if c := &b.Certs[i]; c.Trusted {
			trusted[string(c.Raw)] = true
		}
	}
	kept := b.Certs[:0]
	for i, c := range b.Certs {
		switch {
		case c.Trusted && !mine[i] && heads[aliasKey(c.FriendlyName)+"\x00"+string(c.Raw)]:
		case !c.Trusted && !mine[i] && trusted[string(c.Raw)]:
		default:
			kept = append(kept, c)
		}
	}
	b.Certs = kept
}

// rename makes the aliases differ from one another, as Java sees them. It
// counts entries without one from 1.
func (b *Bundle) rename(now time.Time) {
	taken := aliases{}
	list := b.entries(now)
	unnamed := 0
	for _, e := range list {
		if e.alias == "" {
			unnamed++
			taken.take(strconv.Itoa(unnamed))
		}
	}
	for _, e := range list {
		if e.alias == "" {
			continue
		}
		name := taken.take(e.alias)
		if e.own >= 0 && b.Certs[e.own].FriendlyName != "" && sameAlias(b.Certs[e.own].FriendlyName, e.alias) {
			b.Certs[e.own].FriendlyName = name
		}
		if e.key >= 0 {
			b.Keys[e.key].FriendlyName = name
		}
	}
}

// flatten drops what tells entries apart, for formats without: each key and
// each certificate is there once.
func (b *Bundle) flatten() {
	seen := make(map[string]bool, len(b.Keys))
	b.Keys = keep(b.Keys, func(k *PrivateKey) bool {
		again := len(k.SPKI) > 0 && seen[string(k.SPKI)]
		seen[string(k.SPKI)] = true
		return !again
	})
	at := make(map[[sha256.Size]byte]int, len(b.Certs))
	certs := b.Certs[:0]
	for i := range b.Certs {
		c := &b.Certs[i]
		id := sha256.Sum256(c.Raw)
		if n, again := at[id]; again {
			certs[n].Trusted = certs[n].Trusted || c.Trusted
			continue
		}
		at[id] = len(certs)
		certs = append(certs, *c)
	}
	b.Certs = certs
}

// listed marks the certificates in the chain of a key, and returns them.
func listed(certs []Certificate) [][]byte {
	var chain [][]byte
	for i := range certs {
		certs[i].listed = true
		chain = append(chain, certs[i].Raw)
	}
	return chain
}

// trusted marks the certificate of an entry that has no key.
func trusted(certs []Certificate) {
	for i := range certs {
		certs[i].Trusted = true
	}
}

// addEntryKey adds a key with the chain that its keystore lists.
func (d *decoder) addEntryKey(data []byte, at Source, scheme string, n Names, chain [][]byte) error {
	before := len(d.bundle.Keys)
	if err := d.addKeyDER(data, at, scheme, n); err != nil {
		return err
	}
	for i := range d.bundle.Keys[before:] {
		d.bundle.Keys[before+i].chain = chain
	}
	return nil
}
