package testenv

import (
	"encoding/asn1"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cryptobyteasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// ChangeElements changes one element of the DER in raw after the other: it leaves it out,
// empties it, puts NULL in its place, adds NULL behind those that it holds, and changes or
// leaves out the last octet of one that holds none. change is the place of the element in
// those around it, counted from 0, and what was done: "0.2.1 left out". What OCTET STRINGs
// hold counts as elements.
func ChangeElements(raw []byte, try func(change string, raw []byte)) {
	if top := parseElement(raw); top != nil {
		top.changes("", func(change string) { try(change, top.bytes()) })
	}
}

// element is one of DER.
type element struct {
	id    byte
	value []byte
	kids  []*element

	done string // what is changed
}

// What is done to an element.
const (
	leftOut = "left out"
	null    = "NULL"
	empty   = "empty"
	longer  = "longer"
	changed = "changed"
	cut     = "cut"
)

// parseElement is the element that raw is, nil if it is none.
func parseElement(raw []byte) *element {
	var v asn1.RawValue
	if rest, err := asn1.Unmarshal(raw, &v); err != nil || len(rest) > 0 {
		return nil
	}
	n := &element{id: raw[0], value: v.Bytes}
	if within := v.Bytes; v.IsCompound || n.id == byte(cryptobyteasn1.OCTET_STRING) && len(within) > 2 {
		for len(within) > 0 {
			var kid asn1.RawValue
			rest, err := asn1.Unmarshal(within, &kid)
			if err != nil || !v.IsCompound && !kid.IsCompound && within[0] != n.id {
				n.kids = nil
				break
			}
			n.kids, within = append(n.kids, parseElement(kid.FullBytes)), rest
		}
	}
	return n
}

func (n *element) bytes() []byte {
	body := n.value
	if n.kids != nil {
		body = nil
		for _, k := range n.kids {
			body = append(body, k.bytes()...)
		}
	}
	switch n.done {
	case leftOut:
		return nil
	case null:
		return []byte{5, 0}
	case empty:
		body = nil
	case longer:
		body = append(slices.Clone(body), 5, 0)
	case changed:
		body = slices.Clone(body)
		body[len(body)-1] ^= 1
	case cut:
		body = body[:len(body)-1]
	}
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(cryptobyteasn1.Tag(n.id), func(b *cryptobyte.Builder) { b.AddBytes(body) })
	return b.BytesOrPanic()
}

func (n *element) changes(path string, try func(change string)) {
	for _, c := range []struct {
		done string
		ok   bool
	}{
		{leftOut, path != ""}, {null, path != "" && n.id != 5}, {empty, len(n.value) > 0}, {longer, n.kids != nil},
		{changed, n.kids == nil && len(n.value) > 0}, {cut, n.kids == nil && len(n.value) > 1},
	} {
		if c.ok {
			n.done = c.done
			try(strings.TrimPrefix(path+" ", ".") + c.done)
			n.done = ""
		}
	}
	for i, k := range n.kids {
		k.changes(path+"."+strconv.Itoa(i), try)
	}
}
