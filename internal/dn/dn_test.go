package dn

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"testing"
)

// What Encode writes, Go reads, with the string types that RFC 5280, Appendix
// A.1 asks for.
func TestEncode(t *testing.T) {
	raw, err := Encode([]Field{{"c", "DE"}, {"organizationName", "Müller"}, {"E", "a@example.com"}, {"CN", "www.example.com"}, {"OU", "A & B"}})
	if err != nil {
		t.Fatal(err)
	}
	var name pkix.RDNSequence
	if rest, err := asn1.Unmarshal(raw, &name); err != nil || len(rest) > 0 {
		t.Fatal(err, rest)
	}
	if got, want := name.String(), "OU=A & B,CN=www.example.com,1.2.840.113549.1.9.1=#0c0d61406578616d706c652e636f6d,O=Müller,C=DE"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, v := range []string{"\x13\x02DE", "\x0c\x07Müller", "\x16\x0da@example.com", "\x13\x0fwww.example.com", "\x0c\x05A & B"} {
		if !bytes.Contains(raw, []byte(v)) {
			t.Errorf("no %q in %q", v, raw)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	for _, tt := range []struct {
		field Field
		want  error
	}{
		{Field{"organisation", "x"}, ErrUnknown},
		{Field{"", "x"}, ErrUnknown},
		{Field{"C", "Ü"}, ErrCharacters},
		{Field{"C", "D@"}, ErrCharacters},
		{Field{"emailAddress", "ü@example.com"}, ErrCharacters},
		{Field{"O", ""}, ErrCharacters},
		{Field{"O", "\xff"}, ErrCharacters},
	} {
		_, err := Encode([]Field{tt.field})
		var f *FieldError
		if !errors.Is(err, tt.want) || !errors.As(err, &f) || f.Field != tt.field {
			t.Errorf("%v: %v, want %v", tt.field, err, tt.want)
		}
	}
}

// A name leads to its attribute and back, and no two attributes share one.
func TestNames(t *testing.T) {
	for _, name := range Names() {
		a := lookup(name)
		if a == nil || Name(a.oid) != name {
			t.Errorf("%s leads to %v", name, a)
		}
	}
	if !Same("cn", "commonName") || Same("CN", "O") || Same("x", "x") {
		t.Error("Same is wrong")
	}
}
