package main

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// signals undoes what must not stay as it is when the user ends the program:
// a terminal without echo, a half-written temporary file. It listens only
// from the first guard on.
type signals struct {
	mu    sync.Mutex
	last  int
	undos map[int]func()

	stop   func()    // what the first signal does instead of ending the program
	caught os.Signal // that signal
}

// guard has undo called when a signal ends the program, until release.
func (s *signals) guard(undo func()) (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listen()
	s.last++
	n := s.last
	s.undos[n] = undo
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.undos, n)
	}
}

func (s *signals) listen() {
	if s.undos != nil {
		return
	}
	s.undos = map[int]func(){}
	c := make(chan os.Signal, 1)
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(sig) { // as nohup has it
			signal.Notify(c, sig)
		}
	}
	go s.wait(c)
}

// interruptible has the first signal call stop, so that a long command can
// report how far it came. It ends by that signal all the same, when it is done,
// and a second signal ends it at once.
func (s *signals) interruptible(stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listen()
	s.stop = stop
}

// interrupted reports whether stop was called.
func (s *signals) interrupted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.caught != nil
}

// end does what the signal that was caught would have done.
func (s *signals) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.caught != nil {
		endBy(s.caught)
		time.Sleep(time.Second) // until it arrives; where it is ignored, the exit code has to do
	}
}

// wait keeps mu when it is done, so that nothing new begins, and has the signal
// do what it would have done.
func (s *signals) wait(c <-chan os.Signal) {
	sig := <-c
	s.mu.Lock()
	if s.stop != nil {
		s.stop()
		s.caught = sig
		s.mu.Unlock()
		sig = <-c
		s.mu.Lock()
	}
	for _, undo := range s.undos {
		undo()
	}
	endBy(sig)
}
