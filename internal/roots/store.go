package roots

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/lists"
)

// Store is a store of certificates, or a list that names some.
type Store struct {
	Path     string // as it was given
	Member   string // the file in an archive at Path, "" if it is none
	Kind     string // "authroot", "disallowed", "ctl", "store", "blocklist"
	Title    string // what people call the form that it has
	Format   string // the name of that form; "" of what is no file
	List     *lists.CTL
	Object   *convert.Other   // that List was read from
	Blocks   *lists.BlockList // of a list of what is not trusted
	Date     time.Time        // of the list; zero where a store has none
	Entries  []Entry
	Distrust bool  // what it names is not to be trusted
	Failed   int   // certificates, or files of a folder, that could not be read
	Failure  error // the first of these failures, a *fault.Failure; nil if there is none
}

// fail notes what could not be read.
func (s *Store) fail(err error) {
	if s.Failed++; s.Failure == nil {
		s.Failure = err
	}
}

// Name is what messages call the store.
func (s *Store) Name() string {
	if s.Member != "" {
		return s.Path + " (" + s.Member + ")"
	}
	return s.Path
}

// Signed is the list alone, with its signature; nil for a store that is not signed.
func (s *Store) Signed() *convert.Bundle {
	if s.List == nil {
		return nil
	}
	return &convert.Bundle{Others: []convert.Other{*s.Object}}
}

// Entry is a certificate that a store has, or that a list names.
type Entry struct {
	SHA1, SHA256 string // in hexadecimal; "" if it is not known
	KeyID        string
	Name         string
	Cert         *convert.Certificate // nil where a list only names it

	purposes []string // OIDs; nil: all
	disabled *lists.Limit
	limited  *lists.Limit
	aside    string // why it is in the store, and not for being trusted; "" if it is
}

// Status is what a store says of an entry for one purpose.
type Status string

// The statuses.
const (
	Trusted  Status = "trusted"
	Limited  Status = "limited"  // for what was issued before a time
	Disabled Status = "disabled" // or trusted for nothing that was issued since ever
	Other    Status = "other"    // it is on the list for other purposes
)

// Allows reports whether the entry is in the store for a purpose, limits aside.
func (e *Entry) Allows(purpose string) bool {
	return e.purposes == nil || slices.Contains(e.purposes, purpose) || slices.Contains(e.purposes, anyPurpose)
}

const anyPurpose = "2.5.29.37.0"

// Disabled is the limit by which it is not trusted for a purpose, nil if there is none.
func (e *Entry) Disabled(purpose string) *lists.Limit {
	if e.disabled != nil && e.disabled.Of(purpose) {
		return e.disabled
	}
	if e.limited != nil && e.limited.Of(purpose) && e.limited.Since.IsZero() {
		return e.limited
	}
	return nil
}

// Limited is the limit by which it is trusted only for what was issued before, nil if there is none.
func (e *Entry) Limited(purpose string) *lists.Limit {
	if e.limited != nil && e.limited.Of(purpose) && !e.limited.Since.IsZero() {
		return e.limited
	}
	return nil
}

// Status is what the store says of the entry for a purpose.
func (e *Entry) Status(purpose string) Status {
	switch {
	case !e.Allows(purpose):
		return Other
	case e.Disabled(purpose) != nil:
		return Disabled
	case e.Limited(purpose) != nil:
		return Limited
	}
	return Trusted
}

// Role is the Role that a store has in a Reference, as it shows by itself: certificates without
// a list are those that are not to be trusted, but for those of a machine that says which these are.
func (s *Store) Role() string {
	switch {
	case s.Distrust:
		return "disallowed"
	case s.Kind == "authroot":
		return "microsoft"
	case s.Format == "certdata":
		return "mozilla"
	case s.Kind == "store" && s.Format != registry:
		return "disallowed"
	}
	return ""
}

// Status is what the store says of an entry for a purpose.
func (s *Store) Status(e *Entry, purpose string) Status {
	if s.Distrust {
		return Disabled
	}
	return e.Status(purpose)
}

// Counts are how many entries a store has.
type Counts struct {
	All, Servers               int // Servers: in it for servers
	Trusted, Limited, Disabled int // of Servers: without limits, and with each of them; some have both
}

// Count counts the entries for a purpose.
func (s *Store) Count(purpose string) Counts {
	c := Counts{All: len(s.Entries)}
	for i := range s.Entries {
		e := &s.Entries[i]
		if !e.Allows(purpose) {
			continue
		}
		c.Servers++
		disabled, limited := e.disabled != nil && e.disabled.Of(purpose), e.limited != nil && e.limited.Of(purpose)
		if disabled {
			c.Disabled++
		}
		if limited {
			c.Limited++
		}
		if !disabled && !limited {
			c.Trusted++
		}
	}
	return c
}

// Is reports whether two entries are the same certificate.
func (e *Entry) Is(o *Entry) bool {
	if e.SHA256 != "" && o.SHA256 != "" {
		return e.SHA256 == o.SHA256
	}
	return e.SHA1 != "" && e.SHA1 == o.SHA1
}

// Matches reports whether text is in the name of the entry, or begins one of its digests; upper and lower
// case, spaces and colons do not count.
func (e *Entry) Matches(text string) bool {
	text = strings.ToLower(text)
	if strings.Contains(strings.ToLower(e.Name), text) {
		return true
	}
	if e.Cert != nil && strings.Contains(strings.ToLower(convert.NameString(e.Cert.Subject)), text) {
		return true
	}
	digest := strings.NewReplacer(" ", "", ":", "").Replace(text)
	if len(digest) < 4 {
		return false
	}
	spki := ""
	if e.Cert != nil {
		spki = hexSHA256(e.Cert.SPKI)
	}
	return slices.ContainsFunc([]string{e.SHA1, e.SHA256, e.KeyID, spki}, func(d string) bool { return strings.HasPrefix(d, digest) })
}

// ofCert is the entry of a certificate.
func ofCert(c *convert.Certificate) Entry {
	sum := sha1.Sum(c.Raw)
	e := Entry{SHA1: hex.EncodeToString(sum[:]), SHA256: hexSHA256(c.Raw), KeyID: hex.EncodeToString(c.SubjectKeyID()), Cert: c, Name: c.FriendlyName}
	if cn := c.CommonNames(); len(cn) > 0 {
		e.Name = cn[len(cn)-1]
	}
	if e.Name == "" {
		e.Name = convert.NameString(c.Subject)
	}
	return e
}

// ofList is an entry of a list of Windows; known has the purposes of entries before it.
func ofList(l *lists.Entry, known lists.Known) Entry {
	e := Entry{Name: l.Name(), purposes: l.Purposes(known)}
	sum := l.ID
	if len(sum) != sha1.Size {
		sum = nil
	}
	e.SHA256, e.KeyID, e.SHA1 = inHex(l.SHA256(), l.KeyID(), sum)
	if d, ok := l.Disabled(known); ok {
		e.disabled = &d
	}
	if n, ok := l.NotBefore(known); ok {
		e.limited = &n
	}
	return e
}

// inHex are digests in hexadecimal, in one piece of memory: a list has these of hundreds of
// entries.
func inHex(a, b, c []byte) (x, y, z string) {
	buf := make([]byte, 0, 2*(sha256.Size+2*sha1.Size))
	for _, d := range [][]byte{a, b, c} {
		buf = hex.AppendEncode(buf, d)
	}
	all := string(buf)
	return all[:2*len(a)], all[2*len(a) : 2*(len(a)+len(b))], all[2*(len(a)+len(b)):]
}

func hexSHA256(b []byte) string {
	if b == nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// index finds entries by their digests.
type index struct {
	entries []Entry
	by      map[string]int
}

func newIndex(entries []Entry) *index {
	x := &index{entries, map[string]int{}}
	for i := range entries {
		for _, d := range []string{entries[i].SHA1, entries[i].SHA256} {
			if _, there := x.by[d]; d != "" && !there {
				x.by[d] = i
			}
		}
	}
	return x
}

// find is the same certificate as e, nil if it is not there.
func (x *index) find(e *Entry) *Entry {
	for _, d := range []string{e.SHA256, e.SHA1} {
		if i, ok := x.by[d]; ok && d != "" {
			return &x.entries[i]
		}
	}
	return nil
}
