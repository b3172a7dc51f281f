package main

import (
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// searchProgress counts what was read, and shows it on the terminal to whoever
// waits for longer than a moment: as a bar once all files are known.
type searchProgress struct {
	bytes atomic.Int64
	total atomic.Int64
	known atomic.Bool // total is all there is

	stop chan struct{}
	done sync.WaitGroup
}

func newSearchProgress(e *env) *searchProgress {
	p := &searchProgress{stop: make(chan struct{})}
	if f, ok := e.stderr.(*os.File); ok && !e.quiet && term.IsTerminal(int(f.Fd())) {
		p.done.Go(func() { p.show(f) })
	}
	return p
}

// expect adds a file that will be read.
func (p *searchProgress) expect(size int64) { p.total.Add(size) }

func (p *searchProgress) read(n int) { p.bytes.Add(int64(n)) }

// end takes the bar away.
func (p *searchProgress) end() {
	close(p.stop)
	p.done.Wait()
}

func (p *searchProgress) show(f io.Writer) {
	w := &lateWriter{f, time.Now().Add(progressAfter)}
	newBar := func(total int64) *progressbar.ProgressBar {
		return progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("searching"), progressbar.OptionShowBytes(true),
			progressbar.OptionShowTotalBytes(true), progressbar.OptionSetWidth(30), progressbar.OptionSpinnerType(14), progressbar.OptionSetPredictTime(total > 0))
	}
	bar, whole := newBar(-1), false // a spinner, until all files are known
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			_ = bar.Clear()
			return
		case <-tick.C:
		}
		if total := p.total.Load(); !whole && p.known.Load() && total > p.bytes.Load() {
			_ = bar.Clear()
			bar, whole = newBar(total), true
		}
		_ = bar.Set64(p.bytes.Load())
	}
}

// lateWriter drops what is written before its time.
type lateWriter struct {
	w     io.Writer
	since time.Time
}

func (l *lateWriter) Write(p []byte) (int, error) {
	if time.Now().Before(l.since) {
		return len(p), nil
	}
	return l.w.Write(p)
}
