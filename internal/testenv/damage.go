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
		var outer asn1.RawValue
		if _, err := asn1.Unmarshal(object, &outer); err == nil {
			damaged("", outer, yield)
		}
	}
}

// EachIsNeeded damages an object in each of these ways: read has to find a fault in all but those
// that may be, and in the object none.
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

// damaged changes what is in e, whose path is at.
func damaged(at string, e asn1.RawValue, yield func(string, []byte) bool) bool {
	list := elements(e.Bytes)
	for n, one := range list {
		path := fmt.Sprint(at, n)
		with := func(what string, instead []byte) bool {
			var content []byte
			for i := range list {
				if i == n {
					content = append(content, instead...)
				} else {
					content = append(content, list[i].FullBytes...)
				}
			}
			return yield(what, encoded(e, content))
		}
		if !with(path+" missing", nil) || !with(path+" null", asn1.NullBytes) {
			return false
		}
		if !one.IsCompound && len(one.Bytes) > 0 && !with(path+" empty", encoded(one, nil)) {
			return false
		}
		if one.IsCompound && len(one.Bytes) > 0 {
			if !with(path+" cut", encoded(one, one.Bytes[:len(one.Bytes)-1])) || !damaged(path+".", one, with) {
				return false
			}
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
