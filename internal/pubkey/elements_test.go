package pubkey

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// TestElements changes each element of keys. testdata/elements.txt has what is read then,
// the octets that are written by the start of their hash.
func TestElements(t *testing.T) {
	var b strings.Builder
	for _, file := range []string{
		"pairs/rsa1024", "pairs/rsa2048-3primes", "pairs/rsapss2048-sha256", "pairs/dsa1024", "pairs/dh512", "pairs/ec-P-256", "pairs/ec-P-256-explicit", "pairs/ec-secp256k1",
		"pairs/ec-sect283r1", "pairs/ed25519", "pairs/x448", "keys/gost", "keys/dhx",
	} {
		k := keyOf(t, file+".pem")
		fmt.Fprintf(&b, "%s: %s\n", file, sayPrivate(k, nil))
		for change, raw := range testenv.Changed(k.PKCS8) {
			k, err := ReadPrivate(raw, new(Work))
			fmt.Fprintf(&b, "%s: %s\n", change, sayPrivate(k, err))
		}
		fmt.Fprintf(&b, "%s, public: %s, a signature costs %d\n", file, sayPublic(k.SPKI), VerifyCost(k.SPKI))
		for change, raw := range testenv.Changed(k.SPKI) {
			fmt.Fprintf(&b, "%s: %s\n", change, sayPublic(raw))
		}
	}
	testenv.Golden(t, "testdata/elements.txt", b.String())
}

func sayPrivate(k *Private, err error) string {
	if err != nil {
		return "no key: " + err.Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d", k.Algorithm, k.Bits)
	for _, f := range []struct {
		name   string
		octets []byte
	}{{"public", k.SPKI}, {"mended", k.Mended}, {"plain", k.Plain}} {
		if f.octets != nil {
			fmt.Fprintf(&b, ", %s %x", f.name, start(f.octets))
		}
	}
	if k.ID != "" {
		fmt.Fprintf(&b, ", ID %x", start([]byte(k.ID)))
	}
	if k.Form != 0 {
		fmt.Fprintf(&b, ", not loaded by %x", uint32(k.Form))
	}
	if k.Proved {
		b.WriteString(", proved")
	}
	if k.Key != nil {
		fmt.Fprintf(&b, ", for Go")
	}
	if k.Err != nil {
		fmt.Fprintf(&b, ", %v", k.Err)
	}
	for _, r := range k.Remarks {
		fmt.Fprintf(&b, "; %s: %s %d %x", r.Kind, r.Text, r.N, uint32(r.By))
		if r.Err != nil {
			fmt.Fprintf(&b, " %v", r.Err)
		}
	}
	return b.String()
}

func sayPublic(spki []byte) string {
	k, err := ReadPublic(spki)
	f := ReadForm(spki)
	s := fmt.Sprintf("%s %d, ID %x", k.Algorithm, k.Bits, start([]byte(k.ID)))
	if f != (Form{}) {
		s += fmt.Sprintf(", form %+v", f)
	}
	if err != nil {
		s += ", " + err.Error()
	}
	if err := CheckPublic(spki); err != nil {
		s += "; refused: " + err.Error()
	}
	return s
}

func start(octets []byte) []byte {
	sum := sha256.Sum256(octets)
	return sum[:4]
}
