package crlpoint

import (
	"os"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
)

func TestReasons(t *testing.T) {
	for flags, want := range map[string]string{
		"":             "",
		"\x00":         "",
		"\x07\x80":     "", // the bit that is unused
		"\x06\x40":     "key compromise",
		"\x05\x60":     "key compromise, CA compromise",
		"\x07\x7f\x80": "key compromise, CA compromise, affiliation changed, superseded, cessation of operation, on hold, privilege withdrawn, attribute authority compromise",
		"\x07\x01\x80": "privilege withdrawn, attribute authority compromise",
	} {
		if got := readReasons([]byte(flags)).String(); got != want {
			t.Errorf("%x: %q, want %q", flags, got, want)
		}
	}
	if readReasons([]byte("\x07\x7f\x80")) != All || readReasons([]byte("\x00\xff\xff\xff")) != All {
		t.Error("all are not all")
	}
}

func bundle(t testing.TB, name string) *convert.Bundle {
	t.Helper()
	data, err := os.ReadFile("../../testdata/revoked/" + name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := convert.Decode(data, &convert.DecodeOptions{File: name})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What OpenSSL writes.
func TestPoints(t *testing.T) {
	parts := Of(&bundle(t, "parts.pem").Certs[0])
	if len(parts) != 2 || parts[0].Reasons|parts[1].Reasons != All || parts[0].Reasons&parts[1].Reasons != 0 || parts[1].Names[0].Title != "http://lists.example.com/rest.crl" {
		t.Errorf("%+v", parts)
	}
	elsewhere := Of(&bundle(t, "elsewhere.pem").Certs[0])
	if len(elsewhere) != 1 || len(elsewhere[0].Issuers) != 1 || convert.NameString(elsewhere[0].Issuers[0]) != "CN=Revoked Test Lists" {
		t.Errorf("%+v", elsewhere)
	}
	if p, ok := OfList(&bundle(t, "all.crl").CRLs[0]); !ok || !p.Indirect || p.Bad || p.Reasons != All || p.Names[0].Key != elsewhere[0].Names[0].Key {
		t.Errorf("%+v", p)
	}
	if p, ok := OfList(&bundle(t, "keys.crl").CRLs[0]); !ok || p.Indirect || p.Reasons != parts[0].Reasons {
		t.Errorf("%+v", p)
	}
	if _, ok := OfList(&convert.CRL{}); ok {
		t.Error("one that is not there")
	}
}

// A name that is relative is so to that of the signer.
func TestRelativeNames(t *testing.T) {
	const signer = "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x0a\x0c\x01O"
	p := Read([]byte("\x30\x0e\xa0\x0c\xa1\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x"), []byte(signer))
	if !p.Named || len(p.Names) != 1 || !strings.Contains(p.Names[0].Title, "CN=x") || !strings.Contains(p.Names[0].Title, "O=O") {
		t.Errorf("%+v", p)
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"keys.crl", "rest.crl", "all.crl"} {
		crl := &bundle(f, name).CRLs[0]
		value, _, _ := crl.Extension(OIDIssuing)
		f.Add(value, crl.Issuer)
	}
	f.Fuzz(func(_ *testing.T, value, issuer []byte) {
		_ = Read(value, issuer).Reasons.String()
	})
}
