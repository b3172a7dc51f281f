package validate

import (
	"sync"

	"github.com/certconv/certconv/convert"
)

// Anchors are the certificates that a client trusts. One value serves any
// number of runs, at the same time too.
type Anchors struct {
	Private bool // named by the user: a private hierarchy, not the public roots

	mu     sync.Mutex
	find   func(subject []byte) []convert.Certificate // nil once all are there
	all    func() []convert.Certificate
	index  convert.Issuers // of all, or of the names looked for so far
	size   int             // certificates in it
	looked map[string]bool // these names, as bytes

	fetches func(subject []byte) bool // nil: nothing is fetched
}

// NewAnchors indexes certs.
func NewAnchors(certs []convert.Certificate) *Anchors {
	a := &Anchors{}
	a.add(certs)
	return a
}

// NewAnchorStore makes anchors that are read when they are needed. find gives
// those with a subject, a DER Name; it may miss some, if that makes it fast.
// all gives all of them, and is called at most once, when find did not help.
// fetches, if not nil, tells of a subject that the client trusts an anchor with it
// but has it not yet: it gets it when it needs it.
func NewAnchorStore(find func(subject []byte) []convert.Certificate, all func() []convert.Certificate, fetches func(subject []byte) bool) *Anchors {
	return &Anchors{find: find, all: all, looked: map[string]bool{}, fetches: fetches}
}

func (a *Anchors) add(certs []convert.Certificate) {
	for i := range certs {
		a.index.Add(&certs[i])
	}
	a.size += len(certs)
}

// none reports that nothing is trusted, because nothing was given.
func (a *Anchors) none() bool {
	if a == nil {
		return true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.find == nil && a.size == 0
}

// maxFinds is how many names are looked for one at a time.
const maxFinds = 16

// Named gives the anchors with this subject, a DER Name; a nil Anchors has none.
func (a *Anchors) Named(subject []byte) []*convert.Certificate {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	list := a.index.Named(subject)
	if len(list) > 0 || a.find == nil || a.looked[string(subject)] {
		return list
	}
	if len(a.looked) >= maxFinds {
		a.load()
	} else {
		a.looked[string(subject)] = true
		a.add(a.find(subject))
	}
	return a.index.Named(subject)
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
	a.find, a.all, a.looked = nil, nil, nil
	a.index, a.size = convert.Issuers{}, 0
	a.add(certs)
	return true
}

// toFetch reports whether a path that ends at top may go on to an anchor that is
// not here yet.
func (a *Anchors) toFetch(top *convert.Certificate) bool {
	return a != nil && a.fetches != nil && a.fetches(top.Issuer)
}

// private reports whether the user has named the anchors.
func (a *Anchors) private() bool { return a != nil && a.Private }
