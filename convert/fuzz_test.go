package convert_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/certconv/certconv/convert"
)

// FuzzDecode is detection and whatever it leads to. Nothing is asked of key
// derivations: there is no password. What could be read without a fault can be
// written as PEM, and is the same when that is read.
func FuzzDecode(f *testing.F) {
	for folder, vectors := range readVectors(f) {
		for _, v := range vectors {
			data, err := os.ReadFile(filepath.Join("../testdata", folder, v.File))
			if err != nil {
				f.Fatal(err)
			}
			if len(data) <= 16<<10 {
				f.Add(data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := convert.Decode(data, nil)
		if b == nil {
			t.Fatal("no Bundle")
		}
		if err != nil {
			checkError(t, err, nil)
			return
		}
		if b.Len() == 0 && len(b.Notes) == 0 {
			t.Error("neither objects nor a note nor an error")
		}
		if slices.ContainsFunc(faults(b), func(err error) bool { return errors.Is(err, convert.ErrDamaged) }) {
			return // carried in its container; as PEM it could not be read again, and is refused
		}
		out, err := convert.Encode(b, "pem", &convert.EncodeOptions{AllowLoss: true, AllowMismatch: true})
		if errors.Is(err, convert.ErrNothingToWrite) {
			return
		}
		if err != nil {
			t.Fatalf("as PEM: %v", err)
		}
		again, err := convert.Decode(out, nil)
		if err != nil {
			t.Fatalf("the PEM of it: %v\n%s", err, out)
		}
		b.Others = nil
		b.Requests = slices.DeleteFunc(b.Requests, func(r convert.Request) bool { return r.SPKAC })
		if diff := differences(once(openedBundle(b)), once(openedBundle(again))); diff != "" {
			t.Fatal(diff)
		}
	})
}

// once leaves out repetitions, which are not written.
func once(o opened) opened {
	for _, list := range []*[]string{&o.keys, &o.certs, &o.public, &o.crls, &o.requests} {
		*list = slices.Compact(*list)
	}
	return o
}

// faults are those of single objects that were carried all the same.
func faults(b *convert.Bundle) []error {
	var list []error
	for _, c := range b.Certs {
		list = append(list, c.Err)
	}
	for _, q := range b.Requests {
		list = append(list, q.Err)
	}
	for _, c := range b.CRLs {
		list = append(list, c.Err)
	}
	return list
}
