package testenv

import (
	"encoding/asn1"
	"fmt"
	"iter"
	"slices"
	"testing"
)

// Damaged gives DER with one element changed at a time, and says what was: "1.0 missing" is
// without the first element of the second one in the outermost, "1.0 null" has NULL in its
// place, "1.0 empty" nothing in it, and "1.0 cut", if it is a SEQUENCE or the like, lacks its
// last octet, so that what is in it is cut short.
func Damaged(object []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for c, raw := range changes(object, false) {
			if c.path == "" || c.done == longer || c.done == other || c.compound && c.done == empty || !c.compound && c.done == cut {
				continue
			}
			if !yield(c.path+" "+c.done, raw) {
				return
			}
		}
	}
}

// Changed is Damaged with more of it: NULL behind the elements of one ("1.0 longer"), another
// last octet ("1.0 other") or none ("1.0 cut") in what holds no elements, the outermost too, and
// the elements that OCTET STRINGs hold.
func Changed(object []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for c, raw := range changes(object, true) {
			if !yield(c.path+" "+c.done, raw) {
				return
			}
		}
	}
}

// EachIsNeeded damages an object in each of the ways of Damaged: read has to find a fault in all
// but those that may be, and in the object none.
func EachIsNeeded(t testing.TB, name string, object []byte, may []string, read func([]byte) error) {
	t.Helper()
	if err := read(object); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	for what, bad := range Damaged(object) {
		if err := read(bad); slices.Contains(may, what) != (err == nil) {
			t.Errorf("%s, %s: %v", name, what, err)
		}
	}
}

// What is done to an element.
const (
	missing = "missing"
	null    = "null"
	empty   = "empty"
	longer  = "longer"
	other   = "other"
	cut     = "cut"
)

// change is what was done to the element at a path.
type change struct {
	path, done string
	compound   bool // it holds elements
}

// changes gives each change of each element. inOctets: OCTET STRINGs hold elements too.
func changes(object []byte, inOctets bool) iter.Seq2[change, []byte] {
	return func(yield func(change, []byte) bool) {
		var outer asn1.RawValue
		if rest, err := asn1.Unmarshal(object, &outer); err == nil && len(rest) == 0 {
			changeElement("", outer, inOctets, yield)
		}
	}
}

// changeElement changes e and what it holds, and gives what is in the place of e then.
func changeElement(path string, e asn1.RawValue, inOctets bool, yield func(change, []byte) bool) bool {
	var list []asn1.RawValue
	isOctets := func(e asn1.RawValue) bool { return e.Class == asn1.ClassUniversal && e.Tag == asn1.TagOctetString }
	if e.IsCompound || inOctets && isOctets(e) {
		list = elements(e.Bytes)
	}
	if !e.IsCompound && slices.ContainsFunc(list, func(in asn1.RawValue) bool { return !in.IsCompound && !isOctets(in) }) {
		list = nil // octets that look like elements
	}
	compound := e.IsCompound || list != nil
	with := func(done string, raw []byte) bool { return yield(change{path, done, compound}, raw) }
	if path != "" && (!with(missing, nil) || !with(null, asn1.NullBytes)) {
		return false
	}
	if n := len(e.Bytes); n > 0 {
		if !with(empty, encoded(e, nil)) || !with(cut, encoded(e, e.Bytes[:n-1])) {
			return false
		}
		if !compound {
			changed := slices.Clone(e.Bytes)
			changed[n-1] ^= 1
			if !with(other, encoded(e, changed)) {
				return false
			}
		}
	}
	if compound && !with(longer, encoded(e, append(slices.Clone(e.Bytes), asn1.NullBytes...))) {
		return false
	}
	for n, one := range list {
		at := fmt.Sprint(n)
		if path != "" {
			at = path + "." + at
		}
		if !changeElement(at, one, inOctets, func(c change, instead []byte) bool {
			var content []byte
			for i := range list {
				if i == n {
					content = append(content, instead...)
				} else {
					content = append(content, list[i].FullBytes...)
				}
			}
			return yield(c, encoded(e, content))
		}) {
			return false
		}
	}
	return true
}

// elements are what content consists of, nothing if it is no DER.
func elements(content []byte) (list []asn1.RawValue) {
	for len(content) > 0 {
		var e asn1.RawValue
		rest, err := asn1.Unmarshal(content, &e)
		if err != nil {
			return nil
		}
		list = append(list, e)
		content = rest
	}
	return list
}

// encoded is e with other content.
func encoded(e asn1.RawValue, content []byte) []byte {
	e.FullBytes, e.Bytes = nil, content
	out, err := asn1.Marshal(e)
	if err != nil {
		panic(err)
	}
	return out
}
