package main

import (
	"slices"

	"github.com/certconv/certconv/convert"
)

// pairing collects which private keys, certificates and requests of all files
// hold the same public key.
type pairing struct {
	byID  map[convert.PublicID][]pairMember
	keys  []convert.PublicID // of private keys, in order
	isKey map[convert.PublicID]bool
}

type pairMember struct {
	Path string       `json:"path"`
	Item int          `json:"index"`
	Kind convert.Kind `json:"kind"`
	name string
}

// pair is a private key with what belongs to it.
type pair []pairMember

func newPairing() *pairing {
	return &pairing{byID: map[convert.PublicID][]pairMember{}, isKey: map[convert.PublicID]bool{}}
}

func (p *pairing) add(path string, places []publicPlace) {
	for _, at := range places {
		if at.kind == convert.KindPrivateKey && !p.isKey[at.id] {
			p.isKey[at.id] = true
			p.keys = append(p.keys, at.id)
		}
		p.byID[at.id] = append(p.byID[at.id], pairMember{path, at.item, at.kind, at.name})
	}
}

// across lists the keys that have a certificate or request in another file;
// what belongs together within one file is said there.
func (p *pairing) across() []pair {
	var list []pair
	for _, id := range p.keys {
		members := p.byID[id]
		other := slices.ContainsFunc(members, func(m pairMember) bool { return m.Path != members[0].Path })
		if len(members) > 1 && other {
			slices.SortStableFunc(members, func(a, b pairMember) int {
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
