package terminal

import (
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/schollz/progressbar/v3"
)

const (
	progressAfter = time.Second            // a shorter wait needs no bar
	progressEvery = 200 * time.Millisecond // between two drawings
)

// Unit is what a Progress counts.
type Unit int

// The units.
const (
	Files Unit = iota
	Bytes
)

// Progress counts how far a long command came, and shows it to whoever waits for
// longer than a moment: as a bar once all that there is to do is known. However
// often it counts, it is drawn only every so often. It is for several goroutines
// at once; a nil Progress counts nothing.
type Progress struct {
	count, total atomic.Int64
	known        atomic.Bool // total is all there is

	mu   sync.Mutex  // of the line on the terminal
	draw func(int64) // the bar at a count
	wipe func()      // takes the bar away; both are nil where there is none

	stop chan struct{}
	done sync.WaitGroup
}

// NewProgress begins to count, and to show the progress of a task on out unless
// that is nil. Close ends it.
func NewProgress(out io.Writer, task string, unit Unit) *Progress {
	p := &Progress{stop: make(chan struct{})}
	if out != nil {
		p.done.Go(func() { p.show(out, task, unit) })
	}
	return p
}

// Add counts what was done.
func (p *Progress) Add(n int64) {
	if p != nil {
		p.count.Add(n)
	}
}

// Expect adds to what there is to do.
func (p *Progress) Expect(n int64) { p.total.Add(n) }

// AllExpected says that nothing more will be expected.
func (p *Progress) AllExpected() { p.known.Store(true) }

// Count is what was done.
func (p *Progress) Count() int64 { return p.count.Load() }

// Away takes the line off the terminal while print writes something there.
func (p *Progress) Away(print func()) {
	if p != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.clear()
	}
	print()
}

// Close takes the line away for good.
func (p *Progress) Close() {
	close(p.stop)
	p.done.Wait()
}

// clear is called with mu locked.
func (p *Progress) clear() {
	if p.wipe != nil {
		p.wipe()
	}
}

func (p *Progress) show(out io.Writer, task string, unit Unit) {
	w := &lateWriter{w: out, since: time.Now().Add(progressAfter)}
	p.begin(w, task, unit, -1) // no bar until all is known
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for whole := false; ; {
		select {
		case <-p.stop:
			p.mu.Lock()
			defer p.mu.Unlock()
			p.clear()
			p.draw, p.wipe = nil, nil
			return
		case <-tick.C:
		}
		if total := p.total.Load(); !whole && p.known.Load() && total > p.count.Load() {
			p.begin(w, task, unit, total)
			whole = true
		}
		p.mu.Lock()
		p.draw(p.count.Load())
		p.mu.Unlock()
	}
}

// begin takes away the bar that there is, and has a new one.
func (p *Progress) begin(w io.Writer, task string, unit Unit, total int64) {
	options := []progressbar.Option{
		progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(task),
		progressbar.OptionSetWidth(30), progressbar.OptionSpinnerType(14),
		progressbar.OptionSetSpinnerChangeInterval(0), // else it draws by itself, whenever it likes
		progressbar.OptionSetPredictTime(total > 0), progressbar.OptionShowCount(), progressbar.OptionShowTotalBytes(total > 0),
	}
	if unit == Bytes {
		options = append(options, progressbar.OptionShowBytes(true))
	} else {
		options = append(options, progressbar.OptionShowIts(), progressbar.OptionSetItsString("files"))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	bar := progressbar.NewOptions64(total, options...)
	bar.StartWithoutRender()
	// As functions: a field of its type links all its methods, and with them an
	// HTTP server.
	p.draw = func(count int64) { _ = bar.Set64(count) }
	p.wipe = func() { _ = bar.Clear() }
}

// lateWriter drops what is written before its time.
type lateWriter struct {
	w     io.Writer
	since time.Time
	width int // of the longest line, in characters
}

func (l *lateWriter) Write(p []byte) (int, error) {
	if time.Now().Before(l.since) {
		return len(p), nil
	}
	if string(p) == "\r" { // all that the bar does to take a line away on Windows
		_, err := io.WriteString(l.w, "\r"+strings.Repeat(" ", l.width)+"\r")
		return len(p), err
	}
	l.width = max(l.width, utf8.RuneCount(p))
	return l.w.Write(p)
}
