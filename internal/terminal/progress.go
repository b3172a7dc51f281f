package terminal

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

const (
	progressAfter = time.Second            // a shorter wait needs no bar
	progressEvery = 200 * time.Millisecond // between two drawings
	barWidth      = 20                     // in characters
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

	out   io.Writer  // nil where nobody watches
	mu    sync.Mutex // of the line on the terminal
	width int        // of that line, 0 if it is not there

	stop chan struct{}
	done sync.WaitGroup
}

// NewProgress begins to count, and to show the progress of a task on out unless
// that is nil. Close ends it.
func NewProgress(out io.Writer, task string, unit Unit) *Progress {
	p := &Progress{out: out, stop: make(chan struct{})}
	if out != nil {
		p.done.Go(func() { p.show(task, unit) })
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
		p.draw("")
	}
	print()
}

// Close takes the line away for good.
func (p *Progress) Close() {
	close(p.stop)
	p.done.Wait()
}

func (p *Progress) show(task string, unit Unit) {
	start := time.Now()
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			p.Away(func() {})
			return
		case <-tick.C:
		}
		if passed := time.Since(start); passed >= progressAfter {
			p.mu.Lock()
			p.draw(p.line(task, unit, passed))
			p.mu.Unlock()
		}
	}
}

// draw puts a line in the place of the one that is there, or takes that away. It is
// called with mu locked.
func (p *Progress) draw(line string) {
	width := utf8.RuneCountInString(line)
	if width == 0 && p.width == 0 {
		return
	}
	blanks := strings.Repeat(" ", max(0, p.width-width))
	if line == "" {
		blanks += "\r"
	}
	fmt.Fprint(p.out, "\r", line, blanks)
	p.width = width
}

// line is how far the task came: as a bar with what is left of the time if all that
// there is to do is known.
func (p *Progress) line(task string, unit Unit, passed time.Duration) string {
	count, total := p.count.Load(), p.total.Load()
	amount, units := Size, ""
	if unit == Files {
		amount, units = func(n int64) string { return fmt.Sprint(n) }, " files"
	}
	speed := amount(int64(float64(count)/passed.Seconds())) + "/s"
	if !p.known.Load() || total <= 0 {
		spinner := []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
		turn := int(passed/progressEvery) % len(spinner)
		return fmt.Sprintf("%c %s: %s%s, %s", spinner[turn], task, amount(count), units, speed)
	}
	count = min(count, total)
	share := float64(count) / float64(total)
	full := int(share * barWidth)
	bar := strings.Repeat("█", full) + strings.Repeat(" ", barWidth-full)
	line := fmt.Sprintf("%s %3d%% |%s| %s of %s%s, %s", task, int(100*share), bar, amount(count), amount(total), units, speed)
	if left := (1/share - 1) * float64(passed); left < float64(100*time.Hour) { // else nobody knows
		line += fmt.Sprintf(", %s left", time.Duration(left).Round(time.Second))
	}
	return line
}

// Size is a number of bytes for people.
func Size(n int64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e12, "TB"}, {1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}} {
		if in := float64(n) / u.size; in >= 0.9995 { // what is shown as 1
			return fmt.Sprintf("%.3g %s", in, u.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
