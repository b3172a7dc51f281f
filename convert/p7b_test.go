package convert

import (
	"bytes"
	"errors"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

// Of the requests in a CMC message (RFC 5272, Section 3.2.1) the first one of PKCS #10 is taken.
func TestCMCRequest(t *testing.T) {
	element := func(tag asn1.Tag, parts ...[]byte) []byte {
		return der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(tag, func(b *cryptobyte.Builder) {
				for _, p := range parts {
					b.AddBytes(p)
				}
			})
		})
	}
	tagged := func(n uint8, parts ...[]byte) []byte {
		return element(asn1.Tag(n).ContextSpecific().Constructed(), parts...)
	}
	number, request, other := element(asn1.INTEGER, []byte{7}), element(asn1.SEQUENCE, []byte{2, 1, 1}), element(asn1.SEQUENCE, []byte{2, 1, 2})
	none := element(asn1.SEQUENCE)
	for name, v := range map[string]struct {
		requests [][]byte
		want     []byte
	}{
		"one":                       {[][]byte{tagged(0, number, request)}, request},
		"the first":                 {[][]byte{tagged(0, number, request), tagged(0, number, other)}, request},
		"behind one of CRMF":        {[][]byte{tagged(1, other), tagged(0, number, request)}, request},
		"none":                      {nil, nil},
		"of CRMF alone":             {[][]byte{tagged(1, other)}, nil},
		"without its number":        {[][]byte{tagged(0, request)}, nil},
		"a number and nothing else": {[][]byte{tagged(0, number), tagged(0, number, request)}, request},
		"a number and a number":     {[][]byte{tagged(0, number, number)}, nil},
	} {
		data := element(asn1.SEQUENCE, none, element(asn1.SEQUENCE, v.requests...), none, none)
		if got := cmcRequest(data); !bytes.Equal(got, v.want) {
			t.Errorf("%s: %x, want %x", name, got, v.want)
		}
	}
	if got := cmcRequest(element(asn1.SET, none)); got != nil {
		t.Errorf("no SEQUENCE: %x", got)
	}
}

// Of a PKCS #7 that was cut short it is told how much is missing.
func TestPKCS7CutShort(t *testing.T) {
	whole, err := der.ToDER([]byte(readText(t, "p7b/ber.p7b")))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 20, len(whole) / 2} {
		_, err := Decode(whole[:len(whole)-n], &DecodeOptions{From: "p7b"})
		var e *Error
		if !errors.As(err, &e) || e.Kind != ErrDamaged || e.Missing != int64(n) {
			t.Errorf("without the last %d bytes: %v", n, err)
		}
	}
}
