package text_test

import (
	"fmt"
	"testing"

	"github.com/certconv/certconv/internal/text"
)

func TestString(t *testing.T) {
	inner := text.Of("the key of %q", "a%sb")
	for _, c := range []struct {
		is   text.Text
		want string
	}{
		{text.Text{}, ""},
		{text.Of("100% of it"), "100% of it"},
		{text.Of("%d of %d", 1, 2), "1 of 2"},
		{text.Of("%s does not fit", inner), `the key of "a%sb" does not fit`},
		{text.Join("; ", text.Of("one"), text.Text{}, text.Of("%d%%", 2)), "one; 2%"},
		{text.Join("; "), ""},
	} {
		if got := c.is.String(); got != c.want {
			t.Errorf("%#v is %q, not %q", c.is, got, c.want)
		}
	}
}

func TestWordsShowsArgumentsWithin(t *testing.T) {
	type step int
	got := text.Of("%s or %v", text.Of("do %v", step(1)), step(2)).Words(func(a any) any {
		if s, ok := a.(step); ok {
			return fmt.Sprintf("<%d>", int(s))
		}
		return a
	})
	if got != "do <1> or <2>" {
		t.Error(got)
	}
}

func TestEqual(t *testing.T) {
	inner := func(n int) text.Text { return text.Of("%d of them", n) }
	for _, c := range []struct {
		a, b text.Text
		want bool
	}{
		{text.Text{}, text.Text{}, true},
		{text.Of("%d", 1), text.Of("%d", 1), true},
		{text.Of("%d", 1), text.Of("%d", 2), false},
		{text.Of("%v", 1), text.Of("%v", "1"), false},
		{text.Of("%v", nil), text.Of("%v", 1), false},
		{text.Of("%s", inner(1)), text.Of("%s", inner(1)), true},
		{text.Of("%s", inner(1)), text.Of("%s", inner(2)), false},
		{text.Of("%s", inner(1)), text.Of("%s", 1), false},
		{text.Of("%v", []string{"a"}), text.Of("%v", []string{"a"}), false},
	} {
		if got := text.Equal(c.a, c.b); got != c.want {
			t.Errorf("%#v and %#v: %v", c.a, c.b, got)
		}
	}
}
