package site

import (
	"slices"

	"github.com/certconv/certconv/convert"
)

// Holder is an object that holds a public key.
type Holder struct {
	ID   convert.PublicID
	Item int // number in the file, from 1
	Kind convert.Kind
	Name string // subject, for certificates and requests
}

// Pairing collects which private keys, certificates and requests of all files
// hold the same public key.
type Pairing struct {
	byID  map[convert.PublicID][]Member
	keys  []convert.PublicID // of private keys, in order
	isKey map[convert.PublicID]bool
}

// Member is one of them.
type Member struct {
	Path string       `json:"path"`
	Item int          `json:"index"`
	Kind convert.Kind `json:"kind"`
	Name string       `json:"-"`
}

// Pair is a private key with what belongs to it.
type Pair []Member

// NewPairing is one without members.
func NewPairing() *Pairing {
	return &Pairing{byID: map[convert.PublicID][]Member{}, isKey: map[convert.PublicID]bool{}}
}

// Add takes in the holders of one file.
func (p *Pairing) Add(path string, holders []Holder) {
	for _, at := range holders {
		if at.Kind == convert.KindPrivateKey && !p.isKey[at.ID] {
			p.isKey[at.ID] = true
			p.keys = append(p.keys, at.ID)
		}
		p.byID[at.ID] = append(p.byID[at.ID], Member{path, at.Item, at.Kind, at.Name})
	}
}

// Across lists the keys that have a certificate or request in another file;
// what belongs together within one file is said there.
func (p *Pairing) Across() []Pair {
	var list []Pair
	for _, id := range p.keys {
		members := p.byID[id]
		other := slices.ContainsFunc(members, func(m Member) bool { return m.Path != members[0].Path })
		if len(members) > 1 && other {
			slices.SortStableFunc(members, func(a, b Member) int {
				return order(a.Kind) - order(b.Kind)
			})
			list = append(list, members)
		}
	}
	return list
}

func order(k convert.Kind) int {
	if k == convert.KindPrivateKey {
		return 0
	}
	return 1
}
