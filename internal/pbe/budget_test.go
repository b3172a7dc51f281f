package pbe

import (
	"bytes"
	"crypto/rand"
	"errors"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

func TestBudget(t *testing.T) {
	var b Budget
	var limit *LimitError
	if err := b.Spend(0, 1); err == nil || errors.As(err, &limit) {
		t.Errorf("no rounds: %v", err)
	}
	if err := b.Spend(MaxRounds+1, 1); !errors.As(err, &limit) || limit.Asked != MaxRounds+1 || b.Spent != 0 {
		t.Errorf("too many at once: %v", err)
	}
	for range MaxWork / MaxRounds {
		if err := b.Spend(MaxRounds, 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Spend(1, 1); !errors.As(err, &limit) || limit.Asked != 0 {
		t.Errorf("too many in all: %v", err)
	}
}

// A round costs what its digest costs, once for each block of the key.
func TestBudgetIsWeighed(t *testing.T) {
	var limit *LimitError
	b := Budget{}
	if err := b.Spend(MaxWork/24+1, 24); !errors.As(err, &limit) {
		t.Errorf("slow digest: %v", err)
	}
	for hash, want := range map[string]int{"SHA-1": 2, "SHA-256": 1, "SHA-512": 3} {
		if got := pkcs12Weight(hash, 24, 8); got != want {
			t.Errorf("PKCS #12 with %s weighs %d, want %d", hash, got, want)
		}
	}
	if k := (kdf{weight: 1, size: 20}); k.cost(32) != 2 || k.cost(20) != 1 {
		t.Error("the blocks of a key do not count")
	}
}

// N and p small, r large: few rounds, and a gigabyte.
func TestScryptMemory(t *testing.T) {
	params := func(n, r, p int64) der.Element {
		return mustParse(t, der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1OctetString([]byte("salt"))
				b.AddASN1Int64(n)
				b.AddASN1Int64(r)
				b.AddASN1Int64(p)
			})
		}))
	}
	var limit *LimitError
	for _, v := range [][3]int64{{2, 4_000_000, 1}, {2, 8, 1 << 20}, {1 << 21, 1, 1}} {
		if _, err := parseScrypt(params(v[0], v[1], v[2])); !errors.As(err, &limit) {
			t.Errorf("%v: %v", v, err)
		}
	}
	if _, err := parseScrypt(params(1<<16, 8, 1)); err != nil {
		t.Error(err)
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

func TestMAC(t *testing.T) {
	for _, name := range []string{MACSHA1, MACSHA256, PBMAC1} {
		data, err := BuildMAC(name, 10, []byte("secret"), []byte("content"), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		m, err := ParseMAC(mustParse(t, data))
		if err != nil || m.Name != name+", 10 iterations" || m.Rounds != 10 {
			t.Fatalf("%s: %+v, %v", name, m, err)
		}
		pw := m.Form.Encode([]byte("secret"))
		if err := m.Verify(pw, []byte("content")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := m.Verify(pw, []byte("altered")); !errors.Is(err, ErrPassword) {
			t.Errorf("%s, altered: %v", name, err)
		}
	}
	if _, err := BuildMAC("HMAC-MD6", 10, nil, nil, rand.Reader); !errors.As(err, new(*UnsupportedError)) {
		t.Error(err)
	}
}
