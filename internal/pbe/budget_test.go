package pbe

import (
	"bytes"
	"crypto/rand"
	"errors"
	"testing"
)

func TestBudget(t *testing.T) {
	var b Budget
	var limit *LimitError
	if err := b.Spend(0); err == nil || errors.As(err, &limit) {
		t.Errorf("no rounds: %v", err)
	}
	if err := b.Spend(MaxRounds + 1); !errors.As(err, &limit) || limit.Asked != MaxRounds+1 || b.Spent != 0 {
		t.Errorf("too many at once: %v", err)
	}
	for range MaxWork / MaxRounds {
		if err := b.Spend(MaxRounds); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Spend(1); !errors.As(err, &limit) || limit.Asked != 0 {
		t.Errorf("too many in all: %v", err)
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
