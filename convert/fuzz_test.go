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
