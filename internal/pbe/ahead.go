package pbe

import (
	"bytes"
	"runtime"
	"sync"
)

// Bounds of how many keys of one file are derived ahead, and of how many are kept:
// thousands of passwords may be tried.
const (
	maxAhead = 16
	maxKept  = 64
)

// Ahead derives the keys that one file asks for side by side, before each is
// asked for: with many rounds that is most of the time that the file takes. A
// nil Ahead derives nothing.
type Ahead struct {
	wanted []derivation

	mu    sync.Mutex
	jobs  []*job
	begun int // how many of jobs somebody derives, or has derived
	ended bool
}

// derivation makes a key, and for some schemes an IV, of a password in a form.
type derivation struct {
	id   []byte // its parameters in DER: with the same the key is the same. nil: not to be derived ahead
	form Form
	key  keyFunc
}

type keyFunc func(pw []byte) (key, iv []byte, err error)

// job is one derivation with one password.
type job struct {
	derivation
	pw   []byte
	done chan struct{}

	out, iv []byte
	err     error
}

// Add has the key of s derived ahead.
func (a *Ahead) Add(s Scheme) { a.add(derivation{s.id, s.Form, s.key}) }

// AddMAC is Add for the key of m.
func (a *Ahead) AddMAC(m *MAC) { a.add(derivation{m.id, m.Form, m.key}) }

func (a *Ahead) add(d derivation) {
	if len(a.wanted) < maxAhead && d.id != nil {
		a.wanted = append(a.wanted, d)
	}
}

// Scheme is s with the keys that were derived ahead.
func (a *Ahead) Scheme(s Scheme) Scheme {
	s.key = a.before(derivation{s.id, s.Form, s.key})
	return s
}

// MAC is Scheme for m.
func (a *Ahead) MAC(m *MAC) *MAC {
	with := *m
	with.key = a.before(derivation{m.id, m.Form, m.key})
	return &with
}

// Start derives all keys with a password that is about to be tried, in the first
// of its Variants, in the order in which they were added.
func (a *Ahead) Start(password []byte) {
	if a == nil || len(a.wanted) < 2 || runtime.GOMAXPROCS(0) < 2 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forget()
	n := len(a.jobs)
	for _, d := range a.wanted {
		pw := d.form.Encode(password)
		if a.find(d.id, pw) != nil {
			clear(pw)
			continue
		}
		a.jobs = append(a.jobs, &job{derivation: d, pw: pw, done: make(chan struct{})})
	}
	for range min(len(a.jobs)-n, runtime.GOMAXPROCS(0)) {
		go a.work()
	}
}

// forget drops the oldest keys where there are many. It is called with mu locked.
func (a *Ahead) forget() {
	for len(a.jobs) > maxKept && a.begun > 0 {
		select {
		case <-a.jobs[0].done:
		default:
			return
		}
		a.jobs[0].clear()
		a.jobs, a.begun = a.jobs[1:], a.begun-1
	}
}

// work runs the jobs that nobody has begun.
func (a *Ahead) work() {
	for {
		a.mu.Lock()
		if a.ended || a.begun == len(a.jobs) {
			a.mu.Unlock()
			return
		}
		j := a.jobs[a.begun]
		a.begun++
		a.mu.Unlock()
		j.out, j.iv, j.err = j.key(j.pw)
		close(j.done)
		a.mu.Lock()
		if a.ended {
			j.clear()
		}
		a.mu.Unlock()
	}
}

// End drops the jobs that nobody has begun, and clears what was derived. It does not
// wait for what is being derived: that is cleared when it is done.
func (a *Ahead) End() {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended = true
	for _, j := range a.jobs[a.begun:] {
		clear(j.pw)
	}
	a.jobs = a.jobs[:a.begun]
	for _, j := range a.jobs {
		select {
		case <-j.done:
			j.clear()
		default:
		}
	}
}

func (j *job) clear() {
	clear(j.pw)
	clear(j.out)
}

// find is called with mu locked.
func (a *Ahead) find(id, pw []byte) *job {
	for _, j := range a.jobs {
		if bytes.Equal(j.id, id) && bytes.Equal(j.pw, pw) {
			return j
		}
	}
	return nil
}

// before is d.key, or waits for the job that derives the same. The caller clears
// the key.
func (a *Ahead) before(d derivation) keyFunc {
	if a == nil {
		return d.key
	}
	return func(pw []byte) (key, iv []byte, err error) {
		a.mu.Lock()
		j := a.find(d.id, pw)
		a.mu.Unlock()
		if j == nil {
			return d.key(pw)
		}
		<-j.done
		return bytes.Clone(j.out), j.iv, j.err
	}
}
