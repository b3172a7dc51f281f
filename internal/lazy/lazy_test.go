package lazy

import (
	"sync"
	"testing"
)

func TestValueIsMadeOnce(t *testing.T) {
	made := 0
	v := Value[int]{Make: func() int { made++; return 7 }}
	if made != 0 {
		t.Error("made before it was asked for")
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if n := v.Get(); n != 7 {
				t.Error(n)
			}
		})
	}
	wg.Wait()
	if made != 1 {
		t.Errorf("made %d times", made)
	}
}

func TestRegexp(t *testing.T) {
	r := Regexp{Expr: `^a+$`}
	first := r.Get()
	if !first.MatchString("aa") || first.MatchString("ab") || r.Get() != first {
		t.Error(r.Get())
	}
}
