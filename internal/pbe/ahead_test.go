package pbe

import (
	"bytes"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

// Two parts of a file with the same parameters have the same key, and need one derivation: of
// scrypt each takes memory, and none is derived ahead.
func TestSchemesAreKnownAgain(t *testing.T) {
	rounds := func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1OctetString([]byte("saltsalt"))
			b.AddASN1Int64(3)
		})
	}
	scrypt := func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			der.AddAlgorithm(b, "1.3.6.1.4.1.11591.4.11", func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1OctetString([]byte("saltsalt"))
					b.AddASN1Int64(16)
					b.AddASN1Int64(1)
					b.AddASN1Int64(1)
				})
			})
			der.AddAlgorithm(b, "2.16.840.1.101.3.4.1.42", func(b *cryptobyte.Builder) { b.AddASN1OctetString(make([]byte, 16)) })
		})
	}
	for _, c := range []struct {
		oid    string
		params cryptobyte.BuilderContinuation
		known  bool
	}{{"1.2.840.113549.1.12.1.3", rounds, true}, {"1.2.840.113549.1.5.13", scrypt, false}, {"1.2.3.4", der.AddNull, false}} {
		alg := mustParse(t, der.Build(func(b *cryptobyte.Builder) { der.AddAlgorithm(b, c.oid, c.params) }))
		s, err := ParseScheme(alg)
		if want := c.oid != "1.2.3.4"; (err == nil) != want || bytes.Equal(s.id, alg.Full) != c.known || !c.known && s.id != nil {
			t.Errorf("%s: %x, %v", s.Name, s.id, err)
		}
	}
}

// Keys are derived ahead where there are two of them and two cores, each once, and the cores
// stay what they are.
func TestAheadDerives(t *testing.T) {
	for _, cores := range []int{1, 2, 4} {
		for _, keys := range []int{0, 1, 2, 3} {
			before := runtime.GOMAXPROCS(cores)
			var derived atomic.Int32
			a := &Ahead{}
			for i := range keys {
				a.add(derivation{[]byte{byte(i)}, Bytes, func(pw []byte) (key, iv []byte, err error) {
					derived.Add(1)
					return []byte{byte(i)}, nil, nil
				}})
			}
			a.Start([]byte("secret"))
			if now := runtime.GOMAXPROCS(before); now != cores {
				t.Errorf("%d cores were %d afterwards", cores, now)
			}
			want := 0
			if cores > 1 && keys > 1 {
				want = keys
			}
			a.mu.Lock()
			if len(a.jobs) != want {
				t.Errorf("%d keys on %d cores: %d are to be derived ahead", keys, cores, len(a.jobs))
			}
			a.mu.Unlock()
			for deadline := time.Now().Add(10 * time.Second); int(derived.Load()) < want && time.Now().Before(deadline); {
				time.Sleep(time.Millisecond)
			}
			a.End()
			if got := int(derived.Load()); got != want {
				t.Errorf("%d keys on %d cores: %d derived ahead", keys, cores, got)
			}
		}
	}
}

// What is still being derived at the end is cleared when it is done.
func TestAheadClearsWhatIsLate(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	release := make(chan struct{})
	begun := make(chan []byte, 2)
	a := &Ahead{}
	for i := range 2 {
		a.add(derivation{[]byte{byte(i)}, Bytes, func(pw []byte) (key, iv []byte, err error) {
			key = []byte("derived")
			begun <- key
			<-release
			return key, nil, nil
		}})
	}
	a.Start([]byte("secret"))
	var keys [][]byte
	for range 2 {
		select {
		case key := <-begun:
			keys = append(keys, key)
		case <-time.After(10 * time.Second):
			t.Fatal("nothing is derived ahead")
		}
	}
	a.End()
	close(release)
	cleared := func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		return !slices.ContainsFunc(slices.Concat(keys, [][]byte{a.jobs[0].pw, a.jobs[1].pw}), func(b []byte) bool { return len(bytes.Trim(b, "\x00")) > 0 })
	}
	for deadline := time.Now().Add(10 * time.Second); !cleared(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("keys and passwords are left in memory")
		}
	}
}

// Of very many passwords the keys of the last ones are kept.
func TestAheadForgets(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	a := &Ahead{}
	for i := range 2 {
		a.add(derivation{[]byte{byte(i)}, Bytes, func(pw []byte) (key, iv []byte, err error) { return slices.Clone(pw), nil, nil }})
	}
	for i := range 3 * maxKept {
		a.Start([]byte(strconv.Itoa(i)))
		for _, j := range a.jobs {
			<-j.done
		}
		if n := len(a.jobs); n > maxKept+2 {
			t.Fatalf("%d keys are kept after %d passwords", n, i+1)
		}
	}
	if last := a.jobs[len(a.jobs)-1]; string(last.out) != strconv.Itoa(3*maxKept-1) {
		t.Errorf("the last key is %q", last.out)
	}
}
