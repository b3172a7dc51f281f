package pbe

import (
	"bytes"
	"slices"
	"testing"
)

// Where some took the password as it is and some as a BMPString, both are tried, the latter with
// its two octets of zero at the end and without.
func TestVariantsAsBMP(t *testing.T) {
	for _, want := range []string{"pw", "\x00p\x00w\x00\x00", "\x00p\x00w"} {
		if !slices.ContainsFunc(Variants([]byte("pw"), BytesOrBMP), func(v Variant) bool { return string(v.Bytes) == want }) {
			t.Errorf("%q is not tried", want)
		}
	}
	for _, v := range Variants(nil, BytesOrBMP) {
		if len(v.Bytes) > 2 {
			t.Errorf("no password: %q", v.Bytes)
		}
	}
}

// What a writer takes of a password is what a reader tries first.
func TestVariantsBeginWithTheProperOne(t *testing.T) {
	for _, pw := range []string{"", "secret", "secret\n", "pässwörd 日本 𝄞", "\xe4\xf6"} {
		for _, form := range []Form{Bytes, BMP, Chars} {
			list := Variants([]byte(pw), form)
			if len(list) == 0 || !bytes.Equal(list[0].Bytes, form.Encode([]byte(pw))) {
				t.Errorf("%q, form %d: %v", pw, form, list)
			}
			for i, v := range list {
				if (v.How == "") != (i == 0 && (form == Bytes || pw != "\xe4\xf6")) {
					t.Errorf("%q, form %d: variant %d is %q", pw, form, i, v.How)
				}
			}
		}
	}
}
