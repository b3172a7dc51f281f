package structure

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/testenv"
)

// A length of 0 in two octets, in the place of each element in turn: it is refused where
// OpenSSL refuses it, and not where it reads it, as that of a
// Name in a certificate.
func TestLongEmptyIsAsOpenSSLHasIt(t *testing.T) {
	testenv.Programs(t, "openssl")
	dir, root := t.TempDir(), testenv.Root(t)
	for _, c := range []struct {
		file, command string
		faults        func([]byte) []Fault
		least         int // of the places where it is read
	}{
		{"testdata/probe/site.pem", "x509", Certificate, 2},
		{"testdata/probe/inter.crl", "crl", CRL, 1},
	} {
		data, err := os.ReadFile(filepath.Join(root, c.file))
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(data)
		whole, err := der.ParseAll(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		loads := func(raw []byte) bool {
			path := filepath.Join(dir, "x.der")
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				t.Fatal(err)
			}
			_, _, err := testenv.OpenSSL(dir, c.command, "-inform", "DER", "-in", path, "-noout")
			return err == nil
		}
		read, tried := 0, 0
		for at := range places(whole) {
			short, long := replaced(whole, at, 0), replaced(whole, at, 0x81, 0)
			if !loads(short) {
				continue // that is not for the length
			}
			tried++
			refused := false
			for _, f := range c.faults(long) {
				refused = refused || f.By&note.OpenSSLLoads != 0 && strings.HasPrefix(f.Text.String(), "a length of 0")
			}
			ok := loads(long)
			if ok {
				read++
			}
			if ok == refused {
				t.Errorf("%s, byte %d: OpenSSL reads it: %v, said to be refused: %v", c.file, at, ok, refused)
			}
		}
		if read < c.least || tried == read {
			t.Errorf("%s: read at %d of %d places", c.file, read, tried)
		}
	}
}

// places yields the offset of each element but the outermost.
func places(e der.Element) func(func(int) bool) {
	return func(yield func(int) bool) {
		list, _ := e.Children()
		for len(list) > 0 {
			e := list[0]
			list = list[1:]
			if !yield(e.Offset) {
				return
			}
			if children, err := e.Children(); e.Constructed && err == nil {
				list = append(list, children...)
			}
		}
	}
}

// replaced is e with the element at an offset without content, and its length as given.
func replaced(e der.Element, at int, length ...byte) []byte {
	if e.Offset == at {
		return append([]byte{e.Full[0]}, length...)
	}
	children, err := e.Children()
	if !e.Constructed || err != nil {
		return e.Full
	}
	var content []byte
	for _, c := range children {
		content = append(content, replaced(c, at, length...)...)
	}
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddUint8(e.Full[0])
		switch n := len(content); {
		case n < 0x80:
			b.AddUint8(uint8(n))
		case n < 0x100:
			b.AddBytes([]byte{0x81, uint8(n)})
		default:
			b.AddBytes([]byte{0x82, uint8(n >> 8), uint8(n)})
		}
		b.AddBytes(content)
	})
}
