package lists

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// store is a serialized store of one certificate, which has two bytes.
const store = "\x00\x00\x00\x00CERT" +
	"\x03\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\xff" +
	"\x20\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x30\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

func TestParseSST(t *testing.T) {
	certs, err := ParseSST([]byte(store))
	if err != nil || len(certs) != 1 || string(certs[0]) != "\x30\x00" {
		t.Errorf("%x, %v", certs, err)
	}
	for n := range len(store) {
		if _, err := ParseSST([]byte(store[:n])); !errors.Is(err, ErrNotSST) {
			t.Errorf("the first %d bytes: %v", n, err)
		}
	}
}

// Microsoft's disallowed certificates, one of which is DigiNotar's root.
func TestDisallowed(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(testenv.Samples(t), "disallowed", "disallowedcert.sst"))
	if err != nil {
		t.Fatal(err)
	}
	certs, err := ParseSST(raw)
	if err != nil || len(certs) != 71 {
		t.Fatalf("%d certificates, %v", len(certs), err)
	}
	found := false
	for _, c := range certs {
		sum := sha1.Sum(c)
		found = found || hex.EncodeToString(sum[:]) == "c060ed44cbd881bd0ef86c0ba287ddcf8167478c"
	}
	if !found {
		t.Error("DigiNotar Root CA is not there")
	}
}

func FuzzSST(f *testing.F) {
	f.Add([]byte(store))
	f.Fuzz(func(t *testing.T, data []byte) {
		certs, err := ParseSST(data)
		if err == nil && 12*len(certs) > len(data) {
			t.Errorf("%d certificates in %d bytes", len(certs), len(data))
		}
	})
}
