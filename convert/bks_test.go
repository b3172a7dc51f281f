package convert_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
)

func TestBKSPasswords(t *testing.T) {
	for _, f := range []string{"bks/key-password.bks", "bcfks/key-password.bcfks"} {
		b, err := decodeAs("", file(t, f), "secret", "other-secret")
		if err != nil || len(b.Keys) != 1 || hasNote(b, note.MACFails) || hasNote(b, note.Skipped) {
			t.Errorf("%s: %v, %+v", f, err, b.Notes)
		}
	}
	b, err := decodeAs("", file(t, "bks/key-password.bks"), "other-secret")
	if err != nil || len(b.Keys) != 1 || !hasNote(b, note.MACFails) {
		t.Errorf("without the keystore's: %v, %+v", err, b.Notes)
	}
	b, err = convert.Decode(file(t, "bks/trust.bks"), nil)
	if err != nil || len(b.Certs) != 2 || !hasNote(b, note.Skipped) || !b.Certs[0].Trusted {
		t.Errorf("certificates without a password: %v %+v", err, b.Notes)
	}
}

// What was altered is told from a wrong password where there are two things that
// take it.
func TestBKSAltered(t *testing.T) {
	for _, f := range []string{"bks/keys.bks", "bks/keys-v1.bks"} {
		altered := bytes.Clone(file(t, f))
		altered[bytes.Index(altered, []byte("\x00\x02ec"))+9] ^= 1 // a date
		b, err := decodeAs("", altered, "secret")
		if err != nil || len(b.Keys) != 2 || !hasNote(b, note.MACFails) {
			t.Errorf("%s: %v, %+v", f, err, b.Notes)
		}
	}
	altered := bytes.Clone(file(t, "bks/trust.bks"))
	altered[len(altered)-1] ^= 1
	if _, err := decodeAs("", altered, "secret"); !errors.Is(err, convert.ErrPasswordIncorrect) || !strings.Contains(err.Error(), "altered") {
		t.Errorf("nothing but the MAC: %v", err)
	}

	fks := file(t, "bcfks/keys.bcfks")
	altered = bytes.Clone(fks)
	altered[len(altered)-1] ^= 1
	b, err := decodeAs("", altered, "secret")
	if err != nil || len(b.Keys) != 2 || !hasNote(b, note.MACFails) {
		t.Errorf("the MAC of a BCFKS: %v, %+v", err, b.Notes)
	}
	altered = bytes.Clone(fks)
	altered[2000] ^= 1
	if _, err := decodeAs("", altered, "secret"); !errors.Is(err, convert.ErrPasswordIncorrect) || !strings.Contains(err.Error(), "altered") {
		t.Errorf("the contents of a BCFKS: %v", err)
	}
}

func TestBKSEntries(t *testing.T) {
	data := file(t, "bks/trust.bks")
	b, err := decodeAs("", append(bytes.Clone(data), "more"...), "secret")
	if err != nil || !hasNote(b, note.TrailingData) || len(b.Certs) != 2 {
		t.Errorf("bytes behind it: %v", err)
	}
	if c := b.Certs[0]; c.Created.IsZero() || c.Source.Entry != c.FriendlyName || !bytes.Equal(data[c.Source.Offset:][:len(c.Raw)], c.Raw) {
		t.Errorf("%+v %v", c.Source, c.Created)
	}
	kind := bytes.Clone(data)
	kind[32] = 9
	if _, err := decodeAs("bks", kind, "secret"); !errors.Is(err, convert.ErrDamaged) {
		t.Errorf("an entry of an unknown kind: %v", err)
	}
	rounds := bytes.Clone(data)
	binary.BigEndian.PutUint32(rounds[28:], 1<<31-1)
	if _, err := decodeAs("bks", rounds, "secret"); !errors.Is(err, convert.ErrTooLarge) {
		t.Errorf("rounds without end: %v", err)
	}
	version := bytes.Clone(data)
	version[3] = 3
	if _, err := decodeAs("bks", version, "secret"); !errors.Is(err, convert.ErrUnsupported) {
		t.Errorf("version 3: %v", err)
	}
	for n := range len(data) {
		if _, err := convert.Decode(data[:n], &convert.DecodeOptions{From: "bks"}); !errors.Is(err, convert.ErrDamaged) {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}

	for f, what := range map[string][]string{
		"bks/secret.bks":     {"BKS key that a program has sealed in its own way", "BKS secret key (AES)"},
		"bcfks/secret.bcfks": {"BCFKS secret key"},
	} {
		b, err := decodeAs("", file(t, f), "secret")
		if err != nil || len(b.Others) != len(what) {
			t.Fatalf("%s: %v, %+v", f, err, b.Others)
		}
		for i, x := range b.Others {
			if x.What != what[i] || x.FriendlyName == "" {
				t.Errorf("%s: %q %q", f, x.What, x.FriendlyName)
			}
		}
	}
}

func FuzzBKS(f *testing.F)   { fuzzWith(f, "bks", "", "bks") }
func FuzzBCFKS(f *testing.F) { fuzzWith(f, "bcfks", "", "bcfks") }
