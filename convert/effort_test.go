package convert

import (
	"errors"
	"testing"

	"github.com/certconv/certconv/internal/pubkey"
)

// All certificates of an input share one budget, also after they were read, and a
// signature beyond it is not computed.
func TestSignaturesOverBudget(t *testing.T) {
	shared := &effort{}
	a, b := &Certificate{effort: shared}, &Certificate{effort: shared}
	if err := a.Spend(int64(pubkey.MaxWork)); err != nil {
		t.Fatal(err)
	}
	if err := b.Spend(1); !errors.Is(err, ErrTooLarge) {
		t.Errorf("over the budget: %v", err)
	}
	if _, err := new(Issuers).Verify(b, a); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a signature over the budget: %v", err)
	}
	if err := new(Certificate).Spend(1 << 62); err != nil {
		t.Errorf("a certificate of no input: %v", err)
	}
}

func TestUnpackLimit(t *testing.T) {
	for _, v := range []struct{ max, size, want int64 }{
		{0, 1000, 32 << 20},
		{0, 4 << 20, 80 << 20},
		{0, 100 << 20, DefaultMaxSize},
		{1000, 10, 1000},
		{1 << 30, 10, 1 << 30},
	} {
		if got := (&DecodeOptions{MaxSize: v.max}).unpackLimit(int(v.size)); got != v.want {
			t.Errorf("%d bytes, limit %d: %d, want %d", v.size, v.max, got, v.want)
		}
	}
}
