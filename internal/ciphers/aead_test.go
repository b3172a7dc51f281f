package ciphers_test

import (
	"crypto/aes"
	"encoding/hex"
	"testing"

	"github.com/certconv/certconv/internal/ciphers"
)

// RFC 5649, Section 6.
func TestUnwrapPadded(t *testing.T) {
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	block, err := aes.NewCipher(unhex("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8"))
	if err != nil {
		t.Fatal(err)
	}
	for wrapped, want := range map[string]string{
		"138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a": "c37b7e6492584340bed12207808941155068f738",
		"afbeb0f07dfbf5419200f2ccb50bb24f":                                 "466f7250617369",
	} {
		in := unhex(wrapped)
		if got, ok := ciphers.UnwrapPadded(block, in); !ok || hex.EncodeToString(got) != want {
			t.Errorf("%x, %v, want %s", got, ok, want)
		}
		in[len(in)-1] ^= 1
		if _, ok := ciphers.UnwrapPadded(block, in); ok {
			t.Error("altered, and it opens")
		}
	}
}
