package roots

import (
	"path/filepath"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// A list of Microsoft with 515 entries.
func BenchmarkLoadList(b *testing.B) {
	path := filepath.Join(testenv.Samples(b), "authroot", "history", "authroot-2026-04-22.stl")
	for b.Loop() {
		if _, err := newLoader().Load(path); err != nil {
			b.Fatal(err)
		}
	}
}
