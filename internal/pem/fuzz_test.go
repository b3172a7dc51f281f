package pem_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pem"
)

func FuzzPEM(f *testing.F) {
	files, _ := filepath.Glob("../../testdata/pem/*")
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	p := takeApart(testCert(f, "ec-P-256"))
	for _, d := range damages {
		f.Add([]byte(d.do(p)))
	}
	for _, frame := range framings {
		f.Add([]byte(frame(p.text)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text, err := pem.Read(data, known)
		if err != nil {
			return
		}
		var last int64
		var out []byte
		for i, b := range text.Blocks {
			if b.At.Offset < last || b.End < b.At.Offset || b.End > int64(len(data)) {
				t.Fatalf("block %d: %d to %d after %d; %+v", i, b.At.Offset, b.End, last, b.At)
			}
			last = b.End
			text.Before(i)
			if b.Err == nil && len(b.Body) > 0 {
				out = pem.Append(out, "CERTIFICATE", nil, b.Body)
			}
		}
		text.Before(len(text.Blocks))
		line := 1
		for _, n := range text.Notes {
			if n.At.Line < line || n.At.Column < 1 || n.At.Offset > int64(len(data)) || n.Block > len(text.Blocks) {
				t.Fatalf("note %+v", n)
			}
			line = n.At.Line
		}
		// What was read is read again from what is written, without a word.
		if len(out) > 0 {
			again, err := pem.Read(out, known)
			if err != nil {
				t.Fatal(err)
			}
			i := 0
			for _, b := range text.Blocks {
				if b.Err != nil || len(b.Body) == 0 {
					continue
				}
				if got := again.Blocks[i]; got.Err == nil && !bytes.Equal(got.Body, b.Body) {
					t.Fatalf("block %d changed", i)
				}
				i++
			}
			if len(again.Notes) > 0 && again.Notes[0].Kind != note.BodyTruncated {
				t.Fatalf("canonical text has notes: %+v", again.Notes)
			}
		}
		convert.Decode(data, &convert.DecodeOptions{From: "pem"})
	})
}
