package distrust

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/lists"
)

// Added is what lists of the user's say, beside what is built in. The zero value says
// nothing. It is not to be changed once it is looked into.
type Added struct {
	rows   map[lists.Name]map[string]*Withdrawn
	issuer map[string]*Withdrawn // by the key identifier of a withdrawn CA
	table  *Table
}

// Block adds what a list blocks.
func (a *Added) Block(list *lists.BlockList, source string) {
	for _, b := range list.Entries {
		a.add(b.By, b.Key, &Withdrawn{Name: b.Title, Source: source})
	}
}

// Withdraw adds a certificate that is not trusted: itself, its key, and what it has issued.
func (a *Added) Withdraw(c *convert.Certificate, name, source string) {
	w := &Withdrawn{Name: name, Source: source}
	sum := sha256.Sum256(c.Raw)
	a.add(lists.BySHA256, hex.EncodeToString(sum[:]), w)
	a.add(lists.BySPKI, hexDigest(c.SPKI), w)
	if id := c.SubjectKeyID(); c.IsCA() && len(id) > 0 {
		if a.issuer == nil {
			a.issuer = map[string]*Withdrawn{}
		}
		a.issuer[string(id)] = w
	}
}

func (a *Added) add(by lists.Name, key string, w *Withdrawn) {
	if a.rows == nil {
		a.rows = map[lists.Name]map[string]*Withdrawn{}
	}
	if a.rows[by] == nil {
		a.rows[by] = map[string]*Withdrawn{}
	}
	if a.rows[by][key] == nil {
		a.rows[by][key] = w
	}
}

// named is a name of a certificate, and what it tells when a list has it.
type named struct {
	by  lists.Name
	key string
	how Relation
}

// Find looks for what a certificate is on the lists for; issuer is the one that has issued it, nil if
// that is not known. It returns nil if it is on none.
func (a *Added) Find(c, issuer *convert.Certificate) (*Withdrawn, Relation) {
	if a == nil || len(a.rows) == 0 {
		return nil, 0
	}
	one, whole := sha1.Sum(c.Raw), sha256.Sum256(c.Raw)
	key := sha256.Sum256(c.SPKI)
	names := []named{
		{lists.BySHA1, hex.EncodeToString(one[:]), Same},
		{lists.BySHA256, hex.EncodeToString(whole[:]), Same},
		{lists.BySignature, hex.EncodeToString(c.SignedDigest()), Same},
		{lists.ByKeyMD5, keyMD5(c.SPKI), SameKey},
		{lists.BySPKI, hex.EncodeToString(key[:]), SameKey},
		{lists.BySubject, lists.SubjectKey(c.Subject, key[:]), SameKey},
	}
	if serial := c.SerialOctets(); serial != nil {
		names = append(names, named{lists.BySerial, lists.SerialKey(c.Issuer, serial), Same})
		if issuer != nil {
			above := sha256.Sum256(issuer.SPKI)
			names = append(names, named{lists.ByIssuerKey, lists.IssuerKey(above[:], serial), Same})
		}
	}
	for _, n := range names {
		if w := a.rows[n.by][n.key]; w != nil {
			return w, n.how
		}
	}
	if w := a.issuer[string(c.AuthorityKeyID())]; w != nil {
		return w, IssuedBy
	}
	return nil, 0
}

// keyMD5 is the MD5 of the bits of a public key, "" where it cannot be read.
func keyMD5(spki []byte) string {
	e, err := der.ParseAll(spki)
	if err != nil {
		return ""
	}
	r := e.Reader()
	if _, err := r.Next(); err != nil {
		return ""
	}
	bits, err := r.Next()
	if err != nil {
		return ""
	}
	key, err := bits.BitString()
	if err != nil {
		return ""
	}
	sum := md5.Sum(key)
	return hex.EncodeToString(sum[:])
}

// Said is what a list says of a root.
type Said struct {
	SHA256, SPKI, Name string // SPKI is "" if it is not known
	Word               string // see Word
}

// Word is what a list says of a root in a table: with its limits for servers, which may be nil.
func Word(disabled, limited *lists.Limit) string {
	stamp := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	switch {
	case disabled != nil:
		return "!" + stamp(disabled.Since)
	case limited == nil:
		return "+"
	case limited.Since.IsZero():
		return "!"
	}
	return "<" + stamp(limited.Since)
}

// Replace has list for what a program says of roots, in the place of what is built in.
func (a *Added) Replace(p Program, list []Said) {
	base := a.Roots()
	said := map[string]*Said{}
	for i := range list {
		said[list[i].SHA256] = &list[i]
	}
	var out strings.Builder
	put := func(r *Root) {
		spki := r.SPKI
		if spki == "" {
			spki = "-"
		}
		out.WriteString(r.SHA256 + "\t" + spki + "\t" + strings.Join(r.columns, "\t") + "\t" + r.Name + "\n")
	}
	for line := range strings.Lines(base.rows) {
		r := parseRow(strings.TrimSuffix(line, "\n"))
		if r == nil {
			continue
		}
		r.columns = slices.Clone(r.columns)
		switch s := said[r.SHA256]; {
		case s != nil:
			r.columns[p] = s.Word
			delete(said, r.SHA256)
		case r.columns[p] != ".":
			r.columns[p] = "-" // no longer on the list
		}
		put(r)
	}
	for _, s := range list {
		if said[s.SHA256] == nil {
			continue
		}
		delete(said, s.SHA256)
		r := &Root{SHA256: s.SHA256, SPKI: s.SPKI, Name: strings.Map(oneLine, s.Name), columns: []string{".", ".", ".", "."}}
		r.columns[p] = s.Word
		put(r)
	}
	a.table = ParseTable(out.String())
}

// oneLine keeps a name from ending a field.
func oneLine(r rune) rune {
	if r < ' ' {
		return ' '
	}
	return r
}

// Roots is the table of roots, with what was replaced.
func (a *Added) Roots() *Table {
	if a == nil || a.table == nil {
		return Roots()
	}
	return a.table
}
