package search_test

import (
	"bytes"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/search"
)

// A planted key is found whatever surrounds it, and nothing is claimed that is
// not proved.
func FuzzSearch(f *testing.F) {
	all := forms(f)
	for i, k := range all {
		f.Add(k.data[:len(k.data)/2], k.data[len(k.data)/3:], uint(i), uint(i%2<<12+i))
	}
	f.Add([]byte("\x30\x82\x10\x00\x02\x01\x00"), []byte("-----END PRIVATE KEY-----\x00"), uint(0), uint(0))
	f.Add(gzipOf(all[0].data), zipOf(0, packedFile{"a", all[1].data}), uint(1), uint(0))
	f.Fuzz(func(t *testing.T, before, after []byte, which, padding uint) {
		k := all[which%uint(len(all))]
		gap := padding % 4096
		if padding&4096 != 0 { // over the end of a block
			gap += 1<<20 - 3000
		}
		data := append(append(bytes.Clone(before), make([]byte, gap)...), k.data...)
		at := int64(len(data) - len(k.data))
		data = append(data, after...)
		places := map[int64]bool{}
		err := search.New(2).Search(stream{bytes.NewReader(data)}, &search.Options{
			Password: func(r convert.PasswordRequest) ([]byte, error) {
				if r.Attempt > 0 {
					return nil, convert.ErrPasswordRequired
				}
				return []byte(plantPassword), nil
			},
			Found: func(b *convert.Bundle) error {
				for _, key := range b.Keys {
					if !key.Proved || len(key.SPKI) == 0 {
						t.Errorf("%s at %d is not proved", key.Algorithm, key.Source.Offset)
					}
					if key.PublicID() == k.id {
						places[key.Source.Offset] = true
					}
				}
				return nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		// What stands before it may be an archive, or an object that encloses it.
		if len(places) == 0 && cannotHold(before) {
			t.Errorf("%s at %d is not found", k.name, at)
		}
	})
}

// cannotHold tells what cannot take the key for a part of itself: it begins no
// archive, no object and no PEM block.
func cannotHold(before []byte) bool {
	for _, b := range []byte("\x30-\x1fPB7R\xfd\x28ML") {
		if bytes.IndexByte(before, b) >= 0 {
			return false
		}
	}
	return true
}
