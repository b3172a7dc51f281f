package report

import (
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
)

// itemKey is an object of a file.
type itemKey struct {
	file  string
	index int
}

// item is an object as far as reports name it.
type item struct {
	word      string
	name      []byte // DER Name that it is about
	algorithm string // of a private key
}

// String is what the object is called.
func (i item) String() string {
	return strings.TrimSuffix(i.word+" "+i.algorithm+convert.NameString(i.name), " ")
}

// itemWord is what a kind of object is called, "" for those that are not named.
func itemWord(k convert.Kind) string {
	switch k {
	case convert.KindPrivateKey:
		return "private key"
	case convert.KindCertificate:
		return "certificate"
	case convert.KindRequest:
		return "request"
	case convert.KindCRL:
		return "CRL"
	}
	return ""
}

// item names the object that a finding is about.
func (r *Result) item(at convert.Source) string {
	if r.items == nil {
		r.items = map[itemKey]item{}
		for _, s := range r.Sites {
			r.collectItems(s.Bundle, nil)
		}
	}
	if i, known := r.items[itemKey{at.File, at.Index}]; known && at.Index > 0 {
		return i.String()
	}
	return at.Entry
}

// collectItems takes in the objects of a bundle: all of them, or those that are
// wanted, with nothing of the bundle but their names.
func (r *Result) collectItems(b *convert.Bundle, wanted map[itemKey]bool) {
	for o := range b.Objects() {
		k := itemKey{o.Source.File, o.Source.Index}
		i := item{word: itemWord(o.Kind), name: o.Name}
		if i.word == "" || wanted != nil && !wanted[k] {
			continue
		}
		if wanted != nil {
			i.name = slices.Clone(o.Name)
		}
		if o.Kind == convert.KindPrivateKey {
			i.algorithm = b.Keys[o.Index].Algorithm
		}
		r.items[k] = i
	}
}
