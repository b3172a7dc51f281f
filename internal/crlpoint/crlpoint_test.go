package crlpoint

import (
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
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

// Certificates and lists with points, names or signers without number, or with names that are
// relative to a very long one, cost no more than others.
func TestBounds(t *testing.T) {
	part := func(tag asn1.Tag, inside ...[]byte) []byte {
		return der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(tag, func(b *cryptobyte.Builder) {
				for _, p := range inside {
					b.AddBytes(p)
				}
			})
		})
	}
	context := func(n uint8) asn1.Tag { return asn1.Tag(n).ContextSpecific().Constructed() }
	name := func(text string) []byte {
		return part(asn1.SEQUENCE, part(asn1.SET, part(asn1.SEQUENCE, []byte("\x06\x03\x55\x04\x03"), part(asn1.UTF8String, []byte(text)))))
	}
	relative := part(context(0), part(context(1)))
	short, long := name("short"), name(strings.Repeat("x", maxSigner))
	of := func(issuer []byte, points ...[]byte) []Point {
		extension := part(asn1.SEQUENCE, []byte("\x06\x03\x55\x1d\x1f"), part(asn1.OCTET_STRING, part(asn1.SEQUENCE, points...)))
		extensions := part(context(3), part(asn1.SEQUENCE, extension))
		b := &convert.Certificate{Issuer: issuer, Raw: part(asn1.SEQUENCE, part(asn1.SEQUENCE, extensions))}
		return Of(b)
	}
	if list := of(short, part(asn1.SEQUENCE, relative)); len(list) != 1 || len(list[0].Names) != 1 {
		t.Fatalf("%+v", list)
	}
	if list := of(long, part(asn1.SEQUENCE, relative)); len(list) != 1 || len(list[0].Names) != 0 {
		t.Errorf("relative to a long name: %d points", len(list))
	}
	if list := of(short, slices.Repeat([][]byte{part(asn1.SEQUENCE, relative)}, 2*maxPoints)...); len(list) != maxPoints {
		t.Errorf("%d points", len(list))
	}
	many := slices.Repeat([][]byte{part(context(4), short)}, 2*maxNames)
	list := of(short, part(asn1.SEQUENCE, part(context(0), part(context(0), many...)), part(context(2), many...)))
	if len(list) != 1 || len(list[0].Names) != maxNames || len(list[0].Issuers) != maxNames {
		t.Errorf("%d points", len(list))
	}
	if p := Read(part(asn1.SEQUENCE, part(context(0), part(context(1)), part(context(1)))), short); !p.Named || len(p.Names) != 0 {
		t.Errorf("two names where there is one: %+v", p)
	}
}
