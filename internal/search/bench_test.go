package search_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/search"
)

// Contents of all kinds, and such as have the beginning of a key everywhere.
func BenchmarkSearch(b *testing.B) {
	random := make([]byte, 64<<20)
	_, _ = rand.Read(random)
	logs := bytes.Repeat([]byte("2026-11-22T15:23:23.123Z INFO  [worker-7] GET /api/v1/items/12345?page=2 200 12ms \"Mozilla/5.0 (X11; Linux x86_64)\"\n"), 64<<20/117)
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"random", random}, {"log", logs}, {"zeros", make([]byte, 64<<20)},
		{"30", bytes.Repeat([]byte{0x30}, 64<<20)}, {"dashes", bytes.Repeat([]byte("-"), 64<<20)},
		{"0201", bytes.Repeat([]byte{2, 1}, 32<<20)}, {"020100", bytes.Repeat([]byte{2, 1, 0}, 20<<20)},
		{"02", bytes.Repeat([]byte{2}, 64<<20)}, {"f7", bytes.Repeat([]byte{0xf7}, 64<<20)}, {"V", bytes.Repeat([]byte{'V'}, 64<<20)},
		{"label", bytes.Repeat([]byte("PRIVATE KEY"), 6<<20)}, {"begin", bytes.Repeat([]byte("-----BEGIN PRIVATE KEY-----"), 2<<20)},
		{"begin16", bytes.Repeat([]byte("-\x00-\x00-\x00-\x00-\x00B\x00E\x00G\x00I\x00N\x00 \x00P\x00R\x00I\x00V\x00A\x00T\x00E\x00 \x00K\x00E\x00Y\x00-\x00-\x00-\x00-\x00-\x00"), 1<<20)},
		{"key-like", bytes.Repeat([]byte{0x30, 0x82, 4, 0, 2, 1, 0, 2, 0x82, 1, 1}, 6<<20)},
		{"pfx-like", bytes.Repeat([]byte{0x30, 0x80, 2, 1, 3, 0x30, 0x80, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0xd, 1, 7, 1}, 3<<20)},
		{"enc-like", bytes.Repeat([]byte{0x30, 0x82, 4, 0, 0x30, 0x40, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0xd, 1, 5, 0xd}, 3<<20)},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := search.New(0)
			b.SetBytes(int64(len(c.data)))
			for b.Loop() {
				if err := s.Search(bytes.NewReader(c.data), &search.Options{Found: func(b *convert.Bundle) error { return fmt.Errorf("found %d", len(b.Keys)) }}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
