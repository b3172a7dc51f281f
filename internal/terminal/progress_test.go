package terminal

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// screen counts what is written to it.
type screen struct {
	mu    sync.Mutex
	text  bytes.Buffer
	draws int
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.TrimSpace(string(p)) != "" {
		s.draws++
	}
	return s.text.Write(p)
}

// line is what a person sees in the last line.
func (s *screen) line() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var shown []rune
	at := 0
	for _, r := range s.text.String()[strings.LastIndexByte(s.text.String(), '\n')+1:] {
		switch {
		case r == '\r':
			at = 0
		case at < len(shown):
			shown[at] = r
			at++
		default:
			shown = append(shown, r)
			at++
		}
	}
	return strings.TrimSpace(string(shown))
}

func TestProgressIsDrawnNowAndThen(t *testing.T) {
	for _, unit := range []Unit{Files, Bytes} {
		synctest.Test(t, func(t *testing.T) {
			var s screen
			p := NewProgress(&s, "searching", unit)
			pass := func(d time.Duration) {
				for range 1000 {
					p.Add(1)
					time.Sleep(d / 1000)
				}
				synctest.Wait()
			}
			pass(progressAfter - 10*time.Millisecond)
			if s.draws > 0 {
				t.Errorf("drawn at once: %q", s.line())
			}
			pass(10 * time.Second)
			if s.draws < 10 || s.draws > 51 {
				t.Errorf("%d drawings in ten seconds", s.draws)
			}
			if !strings.Contains(s.line(), "searching") {
				t.Errorf("%q", s.line())
			}
			p.Away(func() {
				if s.line() != "" {
					t.Errorf("in the way: %q", s.line())
				}
				fmt.Fprintln(&s, "a message")
			})
			p.Expect(8000)
			p.AllExpected()
			pass(2 * time.Second)
			if !strings.Contains(s.line(), "%") || !strings.Contains(s.text.String(), "\ra message\n") {
				t.Errorf("%q", s.text.String())
			}
			p.Close()
			if s.line() != "" || p.Count() != 3000 {
				t.Errorf("%q, %d", s.line(), p.Count())
			}
		})
	}
}

func TestNobodyWatches(t *testing.T) {
	p := NewProgress(nil, "", Files)
	p.Add(2)
	p.Close()
	var none *Progress
	none.Add(1)
	none.Away(func() { p.Add(1) })
	if p.Count() != 3 {
		t.Error(p.Count())
	}
}
