package signals

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// Watch decides what happens on a signal. The zero value is ready for use.
type Watch struct {
	mu    sync.Mutex
	last  int
	undos map[int]func() // nil until it listens
	come  chan os.Signal
	done  chan struct{} // closed when nothing comes any more

	stop   func()    // what the first signal does instead of ending the program
	holds  int       // while there are any, the first signal waits for End
	caught os.Signal // the signal that did not end the program
}

// Guard has undo called when a signal ends the program, until release.
func (w *Watch) Guard(undo func()) (release func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listen()
	w.last++
	n := w.last
	w.undos[n] = undo
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.undos, n)
	}
}

// Interruptible has the first signal call stop, so that a long command can
// report how far it came. The program ends by that signal all the same, when it
// is done.
func (w *Watch) Interruptible(stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listen()
	w.stop = stop
}

// Interrupted reports whether a signal has called stop.
func (w *Watch) Interrupted() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stop != nil && w.caught != nil
}

// Hold has the first signal wait for End, until release: what was begun is
// finished and reported. A signal that came before stays with End after release.
func (w *Watch) Hold() (release func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listen()
	w.holds++
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.holds--
	}
}

// End ends the program by the signal that was caught before, if there was one.
// It is the last thing that a run does.
func (w *Watch) End() {
	w.settle()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.caught != nil {
		endBy(w.caught)
		time.Sleep(time.Second) // until it arrives; where it is ignored, the exit code has to do
	}
}

// settle waits until each signal that was sent has been heeded; one that is sent later ends the
// program in the way of the system.
func (w *Watch) settle() {
	w.mu.Lock()
	come := w.come
	w.come = nil
	w.mu.Unlock()
	if come == nil {
		return
	}
	signal.Stop(come) // after it none is on its way
	close(come)
	<-w.done
}

func (w *Watch) listen() {
	if w.undos != nil {
		return
	}
	w.undos = map[int]func(){}
	w.come, w.done = make(chan os.Signal, 1), make(chan struct{})
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(sig) { // as nohup has it
			signal.Notify(w.come, sig)
		}
	}
	go w.wait(w.come)
}

func (w *Watch) wait(c <-chan os.Signal) {
	defer close(w.done)
	for sig := range c {
		if w.ends(sig) {
			return
		}
	}
}

// ends does what a signal has to do. It keeps mu when it ends the program, so
// that nothing new begins.
func (w *Watch) ends(sig os.Signal) bool {
	w.mu.Lock()
	if w.caught == nil && (w.stop != nil || w.holds > 0) {
		defer w.mu.Unlock()
		w.caught = sig
		if w.stop != nil {
			w.stop()
		}
		return false
	}
	for _, undo := range w.undos {
		undo()
	}
	endBy(sig)
	return true
}
