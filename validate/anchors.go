package validate

import (
	"sync"

	"github.com/certconv/certconv/convert"
)

// Anchors are the certificates that a client trusts. One value serves any
// number of runs, at the same time too.
type Anchors struct {
	Private bool // named by the user: a private hierarchy, not the public roots

	mu        sync.Mutex
	find      func(subject []byte) []convert.Certificate // nil once all are there
	all       func() []convert.Certificate
	bySubject map[string][]*convert.Certificate // of all, or of the names looked for so far
}

// NewAnchors indexes certs.
func NewAnchors(certs []convert.Certificate) *Anchors {
	a := &Anchors{bySubject: make(map[string][]*convert.Certificate, len(certs))}
	a.add(certs)
	return a
}

// NewAnchorStore makes anchors that are read when they are needed. find gives
// those with a subject, a DER Name; it may miss some, if that makes it fast.
// all gives all of them, and is called at most once, when find did not help.
func NewAnchorStore(find func(subject []byte) []convert.Certificate, all func() []convert.Certificate) *Anchors {
	return &Anchors{find: find, all: all, bySubject: map[string][]*convert.Certificate{}}
}

func (a *Anchors) add(certs []convert.Certificate) {
	for i := range certs {
		k := convert.NameKey(certs[i].Subject)
		a.bySubject[k] = append(a.bySubject[k], &certs[i])
	}
}

// none reports that nothing is trusted, because nothing was given.
func (a *Anchors) none() bool {
	if a == nil {
		return true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.find == nil && len(a.bySubject) == 0
}

// maxFinds is how many names are looked for one at a time.
const maxFinds = 16

// named gives the anchors with this subject.
func (a *Anchors) named(subject []byte) []*convert.Certificate {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	key := convert.NameKey(subject)
	list, ok := a.bySubject[key]
	if ok || a.find == nil {
		return list
	}
	if len(a.bySubject) >= maxFinds {
		a.load()
		return a.bySubject[key]
	}
	a.bySubject[key] = nil
	a.add(a.find(subject))
	return a.bySubject[key]
}

// complete reads what may not have been found, and reports whether there was
// anything to read.
func (a *Anchors) complete() bool {
	if a == nil {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.load()
}

// load replaces what was found so far by all anchors.
func (a *Anchors) load() bool {
	if a.find == nil {
		return false
	}
	certs := a.all()
	a.find, a.all = nil, nil
	a.bySubject = make(map[string][]*convert.Certificate, len(certs))
	a.add(certs)
	return true
}

// private reports whether the user has named the anchors.
func (a *Anchors) private() bool { return a != nil && a.Private }
