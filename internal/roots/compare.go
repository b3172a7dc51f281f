package roots

import (
	"fmt"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/distrust"
	"github.com/certconv/certconv/internal/lists"
)

// Reference is a store that another is compared with.
type Reference struct {
	Role  string // "microsoft", "mozilla", "java", "disallowed"; "" if none is said
	Store *Store
}

// Distrusted is an entry of a store that somebody does not trust.
type Distrusted struct {
	Entry Entry
	By    string // who says so
	Words string // what is said
}

// Comparison is how a store differs from others.
type Comparison struct {
	OnlyHere   []Entry      // public roots that none of the others has
	OnlyThere  []Entry      // trusted for servers there, and not here
	Distrusted []Distrusted // here, and distrusted there
	Private    []Entry      // here, and on no list of public roots
}

// Compare compares a store with others, for servers at a time. Without others only what is distrusted
// is looked for, and what is private.
func Compare(s *Store, with []Reference, at time.Time) *Comparison {
	c := &Comparison{}
	here := newIndex(s.Entries)
	var stores []*index
	table := distrust.Roots()
	known := func(e *Entry) bool {
		return e.Cert == nil || table.Find(e.Cert.Raw, e.Cert.SPKI) != nil
	}
	listed := map[string]bool{}
	for _, r := range with {
		if r.Store.Distrust || r.Role == "disallowed" {
			continue
		}
		stores = append(stores, newIndex(r.Store.Entries))
		for i := range r.Store.Entries {
			e := &r.Store.Entries[i]
			id := e.SHA256 + e.SHA1
			if here.find(e) == nil && !listed[id] && trustedAt(e, at) {
				listed[id] = true
				c.OnlyThere = append(c.OnlyThere, *e)
			}
		}
	}
	for i := range s.Entries {
		e := &s.Entries[i]
		there := false
		for n, x := range stores {
			found := x.find(e)
			if found == nil {
				continue
			}
			there = true
			if w := refusal(found, at); w != "" {
				c.Distrusted = append(c.Distrusted, Distrusted{*e, nameOf(trusting(with)[n]), w})
			}
		}
		switch {
		case there, e.aside != "":
		case !known(e):
			c.Private = append(c.Private, *e)
		case len(stores) > 0:
			c.OnlyHere = append(c.OnlyHere, *e)
		}
	}
	return c
}

// trusting are the references that say what is trusted.
func trusting(with []Reference) []Reference {
	var list []Reference
	for _, r := range with {
		if !r.Store.Distrust && r.Role != "disallowed" {
			list = append(list, r)
		}
	}
	return list
}

func nameOf(r Reference) string {
	if r.Role != "" {
		return r.Role
	}
	return r.Store.Name()
}

// trustedAt reports whether what was issued at a time is trusted.
func trustedAt(e *Entry, at time.Time) bool {
	return e.Allows(lists.PurposeServer) && refusal(e, at) == ""
}

// refusal says why certificates for servers that are issued at a time are not trusted, "" if they are.
func refusal(e *Entry, at time.Time) string {
	if d := e.Disabled(lists.PurposeServer); d != nil && !at.Before(d.Since) {
		if d.Since.IsZero() {
			return "disabled for servers"
		}
		return fmt.Sprintf("disabled for servers since %s", d.Since.Format(time.DateOnly))
	}
	if l := e.Limited(lists.PurposeServer); l != nil && at.After(l.Since) {
		return fmt.Sprintf("trusted only for certificates of servers that were issued before %s", l.Since.Format(time.DateOnly))
	}
	return ""
}

// Lists are what stores say for the checks of certificates: what they block, and what
// Microsoft and Mozilla think of roots in the place of what is built in.
func Lists(with []Reference) *distrust.Added {
	a := &distrust.Added{}
	for _, r := range with {
		s := r.Store
		switch {
		case s.Blocks != nil:
			a.Block(s.Blocks, s.Name())
		case r.Role == "disallowed" && s.Format != registry, s.Distrust:
			for i := range s.Entries {
				if c := s.Entries[i].Cert; c != nil {
					a.Withdraw(c, s.Entries[i].Name, s.Name())
				}
			}
		case s.Kind == "authroot":
			a.Replace(distrust.Microsoft, s.said())
		case r.Role == "mozilla" && s.Path != Mozilla:
			a.Replace(distrust.Mozilla, s.said())
		}
	}
	return a
}

// said is what a store says of its entries for servers.
func (s *Store) said() []distrust.Said {
	var list []distrust.Said
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.SHA256 == "" || !e.Allows(lists.PurposeServer) {
			continue
		}
		d := distrust.Said{SHA256: e.SHA256, Name: e.Name, Word: distrust.Word(e.Disabled(lists.PurposeServer), e.Limited(lists.PurposeServer))}
		if e.Cert != nil {
			d.SPKI = hexSHA256(e.Cert.SPKI)
		}
		list = append(list, d)
	}
	return list
}

// Bundle holds the certificate of the entry alone; it is nil where that is not there.
func (e *Entry) Bundle() *convert.Bundle {
	if e.Cert == nil {
		return nil
	}
	return &convert.Bundle{Certs: []convert.Certificate{*e.Cert}}
}
