package search_test

import (
	"os"
	"testing"
)

// A text that fills several blocks of a swap file is put together again.
func TestSearchReadsSwapFilesOfVim(t *testing.T) {
	data, err := os.ReadFile("../../testdata/search/swap.swp")
	if err != nil {
		t.Fatal(err)
	}
	public, err := os.ReadFile("../../testdata/search/swap.pub")
	if err != nil {
		t.Fatal(err)
	}
	id := decode(t, public).PublicKeys[0].PublicID()
	f := find(t, data)
	if _, ok := f.keys[id]; !ok || len(f.keys) != 1 || len(f.locked) > 0 {
		t.Errorf("%d keys, %v", len(f.keys), f.locked)
	}
	// However it is damaged, it is read without harm.
	for i := range 4096 * 3 {
		bad := append([]byte(nil), data...)
		bad[i] ^= 0xff
		if i%64 != 0 && i%4096 > 128 {
			continue
		}
		for id2 := range find(t, bad).keys {
			if id2 != id {
				t.Errorf("byte %d damaged: another key is found", i)
			}
		}
	}
}
