package convert

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/internal/pubkey"
)

// Leaf returns the index in b.Certs of the certificate that belongs to
// b.Keys[0] (or, without keys, that issued no other one), and -1 if there is
// none, or several of which none is more of a leaf than the others.
func (b *Bundle) Leaf() int {
	if len(b.Certs) == 0 {
		return -1
	}
	if len(b.Keys) > 0 && len(b.Keys[0].SPKI) > 0 {
		return b.preferred(b.CertsFor(0), time.Time{})
	}
	if len(b.Certs) == 1 {
		return 0
	}
	heads := newCertGraph(b.Certs).heads()
	if len(heads) == 1 || len(heads) > 1 && !b.Certs[heads[0]].IsCA() {
		return heads[0]
	}
	return -1
}

// CertsFor lists the indices of the certificates that hold key i's public key.
func (b *Bundle) CertsFor(i int) []int {
	var list []int
	id := b.Keys[i].PublicID()
	for n := range b.Certs {
		if id.Is(b.Certs[n].PublicID()) {
			list = append(list, n)
		}
	}
	return list
}

// preferred picks one of several certificates of one key; -1 if there is none.
func (b *Bundle) preferred(list []int, now time.Time) int {
	if len(list) == 0 {
		return -1
	}
	best := list[0]
	for _, i := range list[1:] {
		if b.prefer(i, best, now) {
			best = i
		}
	}
	return best
}

// prefer reports whether a key goes with certificate i rather than with old:
// not the self-signed one that a server or keytool made with the key, not one
// that has expired or is not valid yet (where now is known), then the latest.
func (b *Bundle) prefer(i, old int, now time.Time) bool {
	c, o := &b.Certs[i], &b.Certs[old]
	if self, oldSelf := c.SelfIssued(), o.SelfIssued(); self != oldSelf {
		return oldSelf
	}
	if valid, oldValid := c.validAt(now), o.validAt(now); valid != oldValid {
		return valid
	}
	if !c.NotBefore.Equal(o.NotBefore) {
		return c.NotBefore.After(o.NotBefore)
	}
	return o.Trusted && !c.Trusted
}

// validAt reports whether the certificate is valid at now, as far as both are known.
func (c *Certificate) validAt(now time.Time) bool {
	return now.IsZero() || !now.Before(c.NotBefore) && (c.NotAfter.IsZero() || !now.After(c.NotAfter))
}

// Leaves returns the indices in b.Certs of the certificates of servers and
// persons: those that are no CA and issued no other one, or, where all are CAs,
// the lowest ones. It does not look at the keys.
func (b *Bundle) Leaves() []int { return newCertGraph(b.Certs).heads() }

// heads lists the certificates that issued no other one: those that are no CA,
// or, where all are CAs, the lowest ones.
func (g *certGraph) heads() []int {
	var leaves, others []int
	for i := range g.certs {
		switch {
		case len(g.certs[i].Subject) > 0 && g.issuers.Issued(&g.certs[i]):
		case g.certs[i].IsCA():
			others = append(others, i)
		default:
			leaves = append(leaves, i)
		}
	}
	if len(leaves) > 0 {
		return leaves
	}
	return others
}

// arrange picks the parts, puts keys with their certificates, leaf first and
// chain in order, and refuses loss and mismatch.
func arrange(b *Bundle, f *Format, o *EncodeOptions) (*Bundle, error) {
	all, sel := choose(b, f, o)
	if err := present(b, sel, o); err != nil {
		return nil, err
	}
	if !o.AllowMismatch {
		if err := mismatch(all, sel); err != nil {
			return nil, err
		}
	}
	lost, beside := limit(sel, f, o)
	if len(lost.What) > 0 && !o.AllowLoss {
		return nil, lost
	}
	if o.Lost != nil {
		*o.Lost = append(*o.Lost, besides(beside, sel, f, o)...)
	}
	for i := range sel.Keys {
		switch k := &sel.Keys[i]; {
		case k.plain != nil && k.form&o.KeyForms != 0:
			k.PKCS8 = k.plain
		case k.mended != nil:
			k.PKCS8 = k.mended
		}
	}
	if sel.Len() == 0 {
		return nil, &Error{Kind: ErrNothingToWrite, Detail: fmt.Sprintf("%s takes none of what the input holds: %s", f.Name, contents(b))}
	}
	switch {
	case f.holds.Password == required && o.Password == nil:
		return nil, &Error{Kind: ErrPasswordRequired, What: f.Name + " output"}
	case f.holds.Password == never && o.Password != nil && len(sel.Keys) > 0:
		return nil, &Error{Kind: ErrUnsupported, What: f.Name + " output", Algorithm: "a password"}
	}
	return sel, nil
}

// choose puts together what is asked for, with what f cannot hold.
func choose(b *Bundle, f *Format, o *EncodeOptions) (all, sel *Bundle) {
	all = merge(b)
	entries := f.holds.Entries && len(o.Only) == 0
	if entries {
		all.settle(o.Time)
	} else {
		all.flatten()
	}
	all.suitKeys(f, o)
	sel = pick(all, o)
	if f.holds.Entries {
		sel.rename(o.Time)
	}
	return all, sel
}

// suitKeys writes the RSA keys with the algorithm that their certificates have.
// OpenSSL and Java take a key for PSS alone and a certificate for RSA in general
// for no pair, nor the reverse.
func (b *Bundle) suitKeys(f *Format, o *EncodeOptions) {
	for i, own := range b.ownCerts(o.Time) {
		if own < 0 || !f.holdsAlgorithm(b.Certs[own].Algorithm) {
			continue
		}
		k := &b.Keys[i]
		pkcs8 := pubkey.AsCertified(k.PKCS8, b.Certs[own].SPKI)
		if pkcs8 == nil {
			continue
		}
		var work pubkey.Work
		p, err := pubkey.ReadPrivate(pkcs8, &work)
		o.suited = append(o.suited, pkcs8)
		if err != nil {
			continue
		}
		o.suited = append(o.suited, p.Mended, p.Plain)
		if o.Lost != nil {
			*o.Lost = append(*o.Lost, "the algorithm of the private key: it is "+k.Algorithm+", and written as "+p.Algorithm+", which its certificate has")
		}
		k.PKCS8, k.Algorithm, k.SPKI, k.Key, k.Err = p.PKCS8, p.Algorithm, p.SPKI, p.Key, ofKey(k.Source, p.Err)
		k.mended, k.plain, k.form = p.Mended, p.Plain, p.Form
	}
}

// merge drops exact duplicates, as several inputs often bring them.
func merge(b *Bundle) *Bundle {
	return &Bundle{
		Keys: unique(b.Keys, func(k *PrivateKey) ([]byte, *Names) {
			if len(k.SPKI) > 0 {
				return k.SPKI, &k.Names
			}
			return k.PKCS8, &k.Names
		}),
		PublicKeys: unique(b.PublicKeys, func(k *PublicKey) ([]byte, *Names) { return append(slices.Clip(k.SPKI), k.lead...), &k.Names }),
		Certs: unique(b.Certs, func(c *Certificate) ([]byte, *Names) {
			if c.Trusted {
				return append(slices.Clip(c.Raw), 1), &c.Names
			}
			return c.Raw, &c.Names
		}),
		Requests: unique(b.Requests, func(q *Request) ([]byte, *Names) { return q.Raw, &q.Names }),
		CRLs:     unique(b.CRLs, func(c *CRL) ([]byte, *Names) { return c.Raw, &c.Names }),
		Others:   slices.Clone(b.Others),
	}
}

// unique copies list without repetitions. Names that only a repetition has go
// to the one that is kept; one with another friendly name is kept beside it.
func unique[T any](list []T, of func(*T) ([]byte, *Names)) []T {
	out := make([]T, 0, len(list))
	first := make(map[[sha256.Size]byte]int, len(list))
	for i := range list {
		raw, names := of(&list[i])
		id := sha256.Sum256(raw)
		at, seen := first[id]
		if !seen {
			first[id] = len(out)
			out = append(out, list[i])
			continue
		}
		_, kept := of(&out[at])
		switch {
		case names.FriendlyName != "" && kept.FriendlyName != "" && !sameAlias(names.FriendlyName, kept.FriendlyName):
			out = append(out, list[i])
			continue
		case kept.FriendlyName == "":
			kept.FriendlyName = names.FriendlyName
		}
		if kept.LocalKeyID == nil {
			kept.LocalKeyID = names.LocalKeyID
		}
		if kept.Attributes == nil {
			kept.Attributes = names.Attributes
		}
		if kept.Created.IsZero() {
			kept.Created = names.Created
		}
	}
	return out
}

// pick takes from all what o asks for, in the order in which it is written:
// for each key its leaf and chain, then roots, then what belongs to none.
func pick(all *Bundle, o *EncodeOptions) *Bundle {
	leaves, chain, rest := order(all, o.Time)
	want := func(parts ...Part) bool {
		return len(o.Only) == 0 || slices.ContainsFunc(parts, func(p Part) bool { return slices.Contains(o.Only, p) })
	}
	sel := &Bundle{}
	if want(PartKey) {
		sel.Keys = all.Keys
	}
	if want(PartPublicKey) {
		sel.PublicKeys = all.PublicKeys
	}
	if want(PartRequest) {
		sel.Requests = all.Requests
	}
	if want(PartCRL) {
		sel.CRLs = all.CRLs
	}
	if len(o.Only) == 0 {
		sel.Others = all.Others
	}
	if o.Name != "" && len(sel.Keys) < 2 && len(leaves) < 2 {
		for i := range sel.Keys {
			sel.Keys[i].FriendlyName = o.Name
		}
		for _, i := range leaves {
			all.Certs[i].FriendlyName = o.Name
		}
		if len(sel.Keys)+len(leaves) == 0 && len(sel.PublicKeys) == 1 {
			sel.PublicKeys[0].FriendlyName = o.Name
		}
	}
	certs := make([]int, 0, len(all.Certs))
	for n, leaf := range leaves {
		// A file with nothing but intermediates: the lowest is one of them.
		isCA := len(all.Keys) == 0 && all.Certs[leaf].IsCA() && !all.Certs[leaf].SelfIssued()
		if want(PartCert, PartFullchain) || isCA && want(PartChain) {
			certs = append(certs, leaf)
		}
		if want(PartChain, PartFullchain) {
			certs = append(certs, chain[n]...)
		}
	}
	for _, i := range rest {
		if len(o.Only) == 0 || len(leaves) == 0 && !all.Certs[i].SelfIssued() && want(PartChain, PartFullchain) {
			certs = append(certs, i)
		}
	}
	if len(certs) == len(all.Certs) && slices.IsSorted(certs) { // all, as they are: a large list is not copied once more
		sel.Certs = all.Certs
		return sel
	}
	sel.Certs = make([]Certificate, len(certs))
	for n, i := range certs {
		sel.Certs[n] = all.Certs[i]
	}
	return sel
}

// order gives the leaf of each key (without keys: each leaf), the
// intermediates of each, and the other certificates, roots first.
func order(b *Bundle, now time.Time) (leaves []int, chain [][]int, rest []int) {
	g := newCertGraph(b.Certs)
	seen := make([]bool, len(b.Certs))
	for _, i := range leavesOf(b, g, now) {
		if !seen[i] {
			seen[i] = true
			leaves = append(leaves, i)
		}
	}
	for _, leaf := range leaves {
		c, r := g.chain(leaf, seen)
		chain, rest = append(chain, c), append(rest, r...)
	}
	// A chain with a gap: the intermediates behind it are intermediates all the same.
	if len(leaves) > 0 && slices.Contains(seen, false) && !slices.ContainsFunc(chain, func(c []int) bool { return len(c) > 0 }) && len(rest) == 0 {
		last := len(chain) - 1
		for i := range b.Certs {
			if !seen[i] && !g.isRoot(i) && b.Certs[i].IsCA() {
				seen[i] = true
				chain[last] = append(chain[last], i)
			}
		}
	}
	for i := range b.Certs {
		if !seen[i] {
			rest = append(rest, i)
		}
	}
	return leaves, chain, rest
}

// leavesOf lists the certificates that chains start from.
func leavesOf(b *Bundle, g *certGraph, now time.Time) []int {
	var leaves []int
	for _, own := range b.ownCerts(now) {
		if own >= 0 {
			leaves = append(leaves, own)
		}
	}
	if len(leaves) > 0 {
		return leaves
	}
	leaves = g.heads()
	if len(leaves) > 0 && b.Certs[leaves[0]].IsCA() && len(leaves) > 1 {
		return nil // a collection of CA certificates has no leaf
	}
	return leaves
}

// byPublicKey lists the indices of the certificates of each public key.
func byPublicKey(certs []Certificate) map[PublicID][]int {
	out := make(map[PublicID][]int)
	for i := range certs {
		if id := certs[i].PublicID(); id != "" {
			out[id] = append(out[id], i)
		}
	}
	return out
}

// present refuses when a part was asked for that is not there, or nothing is.
func present(b, sel *Bundle, o *EncodeOptions) error {
	var missing []string
	for _, p := range o.Only {
		n, name := 1, ""
		switch p {
		case PartKey:
			n, name = len(sel.Keys), "private key"
		case PartPublicKey:
			n, name = len(sel.PublicKeys), "public key"
		case PartRequest:
			n, name = len(sel.Requests), "certificate request"
		case PartCRL:
			n, name = len(sel.CRLs), "revocation list"
		case PartCert, PartFullchain:
			n, name = len(sel.Certs), "certificate of a server or person"
		}
		if n == 0 {
			missing = append(missing, name)
		}
	}
	switch {
	case len(missing) > 0:
		return &Error{Kind: ErrNothingToWrite, Detail: fmt.Sprintf("no %s in the input, which holds %s", strings.Join(missing, ", no "), contents(b))}
	case sel.Len() == 0:
		return &Error{Kind: ErrNothingToWrite, Detail: "the input holds " + contents(b)}
	}
	return nil
}

// contents says what is in a bundle: "2 certificates, 1 revocation list".
func contents(b *Bundle) string {
	var list []string
	count := map[Kind]int{}
	for o := range b.Objects() {
		count[o.Kind]++
	}
	for _, k := range []struct {
		kind Kind
		word string
	}{
		{KindPrivateKey, "private key"}, {KindPublicKey, "public key"}, {KindCertificate, "certificate"},
		{KindRequest, "certificate request"}, {KindCRL, "revocation list"}, {KindOther, "other object"},
	} {
		switch n := count[k.kind]; n {
		case 0:
		case 1:
			list = append(list, "1 "+k.word)
		default:
			list = append(list, fmt.Sprintf("%d %ss", n, k.word))
		}
	}
	if len(list) == 0 {
		return "no object"
	}
	return strings.Join(list, ", ")
}

// mismatch refuses a key that fits none of the certificates beside it, and a
// request that fits none of the keys.
func mismatch(all, sel *Bundle) error {
	if len(sel.Keys) == 0 {
		return nil
	}
	held := make(map[PublicID]bool)
	for i := range all.Certs {
		held[all.Certs[i].PublicID()] = true
	}
	unreadable := held[""] // a certificate whose key is not known may be the one
	keys := make(map[PublicID]bool)
	for i := range sel.Keys {
		k := &sel.Keys[i]
		id := k.PublicID()
		keys[id] = true
		if id != "" && len(sel.Certs) > 0 && !unreadable && !held[id] {
			return &Error{Kind: ErrKeyMismatch, Source: k.Source, Detail: mismatchDetail(k, &sel.Certs[0])}
		}
	}
	for i := range sel.Requests {
		q := &sel.Requests[i]
		// One that fits no known key may be that of a key whose public key is not known, whatever its
		// algorithm is called there: keys of one curve go by several object identifiers.
		if id := q.PublicID(); id != "" && !keys[id] && !keys[""] {
			return &Error{Kind: ErrKeyMismatch, Source: q.Source, Detail: fmt.Sprintf(
				"the request for %s holds a public key (%s) that is not the private key's (%s)",
				nameOr(q.Subject, "an SPKAC"), keyWords(q.Algorithm, q.Bits, q.SPKI), keyWords(sel.Keys[0].Algorithm, sel.Keys[0].Bits, sel.Keys[0].SPKI))}
		}
	}
	return nil
}

func mismatchDetail(k *PrivateKey, c *Certificate) string {
	return fmt.Sprintf("the private key is %s, the certificate %s holds %s",
		keyWords(k.Algorithm, k.Bits, k.SPKI), nameOr(c.Subject, "without a subject"), keyWords(c.Algorithm, c.Bits, c.SPKI))
}

// keyWords names a public key: "RSA 2048, SPKI SHA-256 0123456789abcdef…".
func keyWords(algorithm string, bits int, spki []byte) string {
	sum := sha256.Sum256(spki)
	return fmt.Sprintf("%s, SPKI SHA-256 %s…", pubkey.Title(algorithm, bits), hex.EncodeToString(sum[:8]))
}

func nameOr(name []byte, other string) string {
	if s := NameString(name); s != "" {
		return s
	}
	return other
}
