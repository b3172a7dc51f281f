package convert

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/testenv"
)

// What is plain PEM is so for the whole table too.
func TestPlainPEM(t *testing.T) {
	plain := 0
	err := filepath.WalkDir(filepath.Join(testenv.Root(t), "testdata"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil || !pem.Plain(data) {
			return err
		}
		plain++
		if f, level := surestOfAll(data); f == nil || f.Name != "pem" || level != certain {
			t.Errorf("%s: %v", path, f)
		}
		return nil
	})
	if err != nil || plain < 100 {
		t.Errorf("%d files, %v", plain, err)
	}
}

// Only what begins as a PrivateKeyInfo does is taken for a key that the password opened.
func TestLooksLikeRSA(t *testing.T) {
	within := func(first byte) []byte {
		return slices.Concat([]byte{first, 0x82, 1, 2, 2, 1, 0, 0x30, 13}, rsaIdentifier, []byte{5, 0})
	}
	for name, c := range map[string]struct {
		plain []byte
		want  bool
	}{
		"nothing": {nil, false}, "a SEQUENCE": {within(0x30), true}, "a SET": {within(0x31), false}, "the identifier too late": {append(make([]byte, 33), rsaIdentifier...), false},
	} {
		if got := looksLikeRSA(c.plain); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
