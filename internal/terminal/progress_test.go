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

func TestProgressLine(t *testing.T) {
	for _, x := range []struct {
		unit         Unit
		count, total int64
		passed       time.Duration
		want         string
	}{
		{Files, 120, 0, 4 * time.Second, "⠋ searching: 120 files, 30/s"},
		{Bytes, 1_500_000, 0, 1200 * time.Millisecond, "⠦ searching: 1.5 MB, 1.25 MB/s"},
		{Files, 0, 10, 2 * time.Second, "searching   0% |                    | 0 of 10 files, 0/s"},
		{Files, 5, 10, 2 * time.Second, "searching  50% |██████████          | 5 of 10 files, 2/s, 2s left"},
		{Files, 999, 1000, time.Second, "searching  99% |███████████████████ | 999 of 1000 files, 999/s, 0s left"},
		{Files, 12, 10, time.Second, "searching 100% |████████████████████| 10 of 10 files, 12/s, 0s left"},
		{Bytes, 1e9, 4e9, time.Minute, "searching  25% |█████               | 1 GB of 4 GB, 16.7 MB/s, 3m0s left"},
		{Bytes, 1, 1 << 62, time.Minute, "searching   0% |                    | 1 bytes of 4.61e+06 TB, 0 bytes/s"},
	} {
		p := NewProgress(nil, "", x.unit)
		p.Add(x.count)
		p.Expect(x.total)
		if x.total > 0 {
			p.AllExpected()
		}
		if got := p.line("searching", x.unit, x.passed); got != x.want {
			t.Errorf("%q, want %q", got, x.want)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 999: "999 bytes", 1000: "1 kB", 999_400: "999 kB", 999_600: "1 MB", 1_234_567: "1.23 MB", 2e12: "2 TB"} {
		if got := Size(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
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
