package search

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/archive"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/testenv"
)

// endless gives the same bytes for ever, and tells how many.
type endless struct {
	unit []byte
	n    int64
}

func (e *endless) Read(p []byte) (int, error) {
	for n := 0; n < len(p); n += copy(p[n:], e.unit) {
	}
	e.n += int64(len(p))
	return len(p), nil
}

// What is unpacked is counted by what it takes to unpack and to search it, not by
// its bytes alone.
func TestPackedWork(t *testing.T) {
	zeros, text := make([]byte, 64<<10), bytes.Repeat([]byte("AB"), 32<<10)
	for _, v := range []struct {
		kind  archive.Kind
		unit  []byte
		bytes int64
	}{
		{archive.Gzip, zeros, unpackAtLeast},
		{archive.Gzip, text, unpackAtLeast},
		{archive.Bzip2, zeros, unpackAtLeast / bzip2Run},
		{archive.Bzip2, text, unpackAtLeast / bzip2Byte},
	} {
		from := &endless{unit: v.unit}
		r := &unpackReader{run: &inputSearch{}, r: from, what: string(v.kind)}
		_, err := io.Copy(io.Discard, r)
		if !errors.As(err, new(*convert.Error)) || from.n < v.bytes || from.n > v.bytes+(1<<20) {
			t.Errorf("%s of %q: %d bytes, %v", v.kind, v.unit[:2], from.n, err)
		}
	}
	places := bytes.Repeat([]byte("0\x81\x90\x02\x01\x00\x02\x81\x81"), 2000)
	var faults []error
	run := &inputSearch{Searcher: New(1), opts: &Options{Found: func(b *convert.Bundle) error {
		for _, f := range b.Failures {
			faults = append(faults, f.Err)
		}
		return nil
	}}}
	from := &endless{unit: places}
	err := run.stream(from, origin{packed: true}, string(archive.Gzip))
	run.files.Wait()
	each := int64(1 + placeCost/9)
	if most := unpackAtLeast/each + 4*windowSize; from.n < unpackAtLeast/each/2 || from.n > most || run.member(origin{}, "", err) != nil {
		t.Errorf("places: %d bytes instead of %d, %v", from.n, most, err)
	}
	if len(faults) != 1 || !errors.Is(faults[0], convert.ErrTooLarge) {
		t.Errorf("places: %v", faults)
	}
}

// All files that are packed in an input share the budget of its size for their
// keys, whatever they unpack to.
func TestPackedKeysShareBudget(t *testing.T) {
	key, err := os.ReadFile(filepath.Join(testenv.Root(t), "testdata/pkcs8/pbes2.p8"))
	if err != nil {
		t.Fatal(err)
	}
	const files = 3
	var tarred, zipped bytes.Buffer
	tw, zw := tar.NewWriter(&tarred), zip.NewWriter(&zipped)
	for i := range files {
		name := fmt.Sprintf("%d.key", i)
		w, err := zw.Create(name)
		if err := errors.Join(err, tw.WriteHeader(&tar.Header{Name: name, Size: int64(len(key)), Mode: 0o600})); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.MultiWriter(w, tw), bytes.NewReader(key)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(tw.Close(), zw.Close()); err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	gz := gzip.NewWriter(&packed)
	if _, err := gz.Write(tarred.Bytes()); errors.Join(err, gz.Close()) != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]struct {
		data []byte
		left int64 // of the budget, in keys
	}{
		"zip": {zipped.Bytes(), 1}, "tar": {tarred.Bytes(), 2}, "tar.gz": {packed.Bytes(), 0}, "all of a zip": {zipped.Bytes(), files},
	} {
		opened, over := 0, 0
		run := &inputSearch{Searcher: New(1), opts: &Options{Password: convert.Passwords("wrong"), Found: func(b *convert.Bundle) error {
			for _, f := range b.Failures {
				switch {
				case errors.Is(f.Err, convert.ErrPasswordIncorrect):
					opened++
				case errors.Is(f.Err, convert.ErrTooLarge):
					over++
				}
			}
			return nil
		}}}
		run.work.Rounds = pbe.MaxWork - v.left*2048
		if err := run.input(bytes.NewReader(v.data)); err != nil {
			t.Fatal(err)
		}
		run.files.Wait()
		if opened != int(v.left) || opened+over != files {
			t.Errorf("%s: %d opened, %d over the budget", name, opened, over)
		}
	}
}
