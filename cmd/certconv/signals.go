package main

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// signals undoes what must not stay as it is when the user ends the program:
// a terminal without echo, a half-written temporary file. It listens only
// from the first guard on.
type signals struct {
	mu    sync.Mutex
	last  int
	undos map[int]func()
}

// guard has undo called when a signal ends the program, until release.
func (s *signals) guard(undo func()) (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.undos == nil {
		s.undos = map[int]func(){}
		c := make(chan os.Signal, 1)
		signal.Notify(c, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
		go s.wait(c)
	}
	s.last++
	n := s.last
	s.undos[n] = undo
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.undos, n)
	}
}

// wait keeps mu when it is done, so that nothing new begins, and has the signal
// do what it would have done.
func (s *signals) wait(c <-chan os.Signal) {
	sig := <-c
	s.mu.Lock()
	for _, undo := range s.undos {
		undo()
	}
	endBy(sig)
}
