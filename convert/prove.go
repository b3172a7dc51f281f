package convert

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// proveSame decodes out and compares it with what was to be written: every
// certificate, request and revocation list byte for byte, every key by its
// bytes or its numbers, and the names where the format has them.
func proveSame(want *Bundle, out []byte, f *Format, o *EncodeOptions) error {
	opts := &DecodeOptions{MaxSize: int64(len(out)) + 1, bare: true}
	switch {
	case o.Password != nil && o.KeyPassword != nil:
		opts.Password = Passwords(o.Password, o.KeyPassword)
	case o.Password != nil:
		opts.Password = Passwords(o.Password)
	}
	pieces := [][]byte{out}
	if f.pieces != nil {
		pieces = f.pieces(out)
	}
	rest := *want
	for i, piece := range pieces {
		got, err := f.Decode(piece, opts)
		if err != nil {
			return fmt.Errorf("what was written as %s cannot be read back: %w", f.Name, err)
		}
		part := &rest
		if i < len(pieces)-1 {
			part = rest.take(got.count())
		}
		if what := differing(part, got, f); what != "" {
			return &Error{Kind: ErrDamaged, What: f.Name + " output", Detail: "read back, its " + what + " are not the ones that were to be written"}
		}
	}
	return nil
}

// differing names the objects of which got has others than want, "" if there are none.
func differing(want, got *Bundle, f *Format) string {
	switch {
	case !sameSet(want, got, KindCertificate):
		return "certificates"
	case !sameSet(want, got, KindRequest):
		return "certificate requests"
	case !sameSet(want, got, KindCRL):
		return "revocation lists"
	case !sameSet(want, got, KindPublicKey) && (f.holds.KeyAlgorithms == nil || !samePublic(want.PublicKeys, got.PublicKeys)):
		return "public keys"
	case f.holds.Leads && !slices.EqualFunc(want.PublicKeys, got.PublicKeys, func(a, b PublicKey) bool { return a.lead == b.lead }):
		return "restrictions of public keys"
	case !sameKeys(want.Keys, got.Keys, f.holds.Names):
		return "private keys"
	// In a JKS the certificates of a chain have no names of their own.
	case f.holds.Attributes && !sameNames(want.Certs, got.Certs):
		return "friendly names"
	}
	return ""
}

// sameSet compares the objects of a kind. Order and repetition do not count: a
// JKS repeats the intermediates that two keys share.
func sameSet(wanted, read *Bundle, kind Kind) bool {
	want, got := wanted.raws(kind), read.raws(kind)
	if slices.EqualFunc(want, got, bytes.Equal) {
		return true
	}
	const inWant, inGot = 1, 2
	seen := make(map[[sha256.Size]byte]int, len(want))
	for _, raw := range want {
		seen[sha256.Sum256(raw)] |= inWant
	}
	for _, raw := range got {
		seen[sha256.Sum256(raw)] |= inGot
	}
	for _, v := range seen {
		if v != inWant|inGot {
			return false
		}
	}
	return true
}

// samePublic compares public keys by their numbers: a format of certain algorithms has
// no other way to write curves than by name.
func samePublic(want, got []PublicKey) bool {
	return slices.EqualFunc(want, got, func(a, b PublicKey) bool { return a.PublicID().Is(b.PublicID()) })
}

// raws are the bytes of the objects of a kind.
func (b *Bundle) raws(kind Kind) [][]byte {
	var list [][]byte
	for o := range b.Objects() {
		if o.Kind == kind {
			list = append(list, o.Raw)
		}
	}
	return list
}

// sameKeys compares the keys in the order in which they were written.
func sameKeys(want, got []PrivateKey, names bool) bool {
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if !sameKey(&want[i], &got[i]) {
			return false
		}
		if names && !sameName(want[i].FriendlyName, got[i].FriendlyName) {
			return false
		}
	}
	return true
}

// sameName compares names. JKS has them in lower case, and numbers those that
// come twice: "name-2".
func sameName(want, got string) bool {
	if want == "" || want == got {
		return true
	}
	want, got = jksAlias(want), aliasKey(got)
	return got == want || strings.HasPrefix(got, want+"-")
}

// sameNames compares the names of certificates, as far as they stand in the
// same places.
func sameNames(want, got []Certificate) bool {
	for i := 0; i < min(len(want), len(got)); i++ {
		if bytes.Equal(want[i].Raw, got[i].Raw) && want[i].FriendlyName != "" && want[i].FriendlyName != got[i].FriendlyName {
			return false
		}
	}
	return true
}

// sameKey compares two keys whose PKCS#8 may differ in what is not the key:
// attributes, the order in which the numbers were written.
func sameKey(a, b *PrivateKey) bool {
	if bytes.Equal(a.PKCS8, b.PKCS8) {
		return true
	}
	if a.Key != nil && b.Key != nil {
		k, ok := a.Key.(interface{ Equal(crypto.PrivateKey) bool })
		return ok && k.Equal(b.Key)
	}
	for _, form := range []func([]byte) ([]byte, error){pkcs1FromPKCS8, sec1FromPKCS8} {
		x, err1 := form(a.PKCS8)
		y, err2 := form(b.PKCS8)
		if err1 == nil && err2 == nil {
			return bytes.Equal(x, y)
		}
	}
	return false
}
