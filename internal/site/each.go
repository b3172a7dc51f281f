package site

import (
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Piece is a part of a run: a site, or the files of a scope that could not be
// read.
type Piece struct {
	Site   *Site // nil: there is none
	Inputs []*Input
}

// queued is a piece on its way through the workers.
type queued[T any] struct {
	Piece
	wipe  []*Input // what nothing needs after this piece
	value T
	done  chan struct{}
}

// ahead bounds how many pieces wait for the ones before.
const ahead = 64

// Each reads one scope after the other, makes sites of it, and has work done on
// each, on all processors. It gives the outcomes in the order of the sites, as
// soon as they are known, and clears and lets go of what was read as soon as no further
// site has it. What is held in memory is one scope, what the grouper sets aside, and the
// pieces that wait for the ones before.
func Each[T any](r *Reader, scopes iter.Seq[[]*Input], group Grouper, work func(*Piece) T) iter.Seq2[*Piece, T] {
	return func(yield func(*Piece, T) bool) {
		queue, order := make(chan *queued[T], ahead), make(chan *queued[T], ahead)
		var stopped atomic.Bool
		go func() {
			defer close(queue)
			defer close(order)
			var kept, unread []*Input // what is still needed, and what of it is told after the next sites
			send := func(sites []*Site, scope []*Input, last bool, needed func(*Input) bool) {
				_, faults := parted(scope, func(in *Input) bool { return in.Unread() != nil })
				told := append(unread, faults...)
				if unread = nil; len(sites) == 0 && !last && slices.ContainsFunc(scope, needed) {
					told, unread = nil, told
				}
				var wipe []*Input
				wipe, kept = parted(append(kept, scope...), func(in *Input) bool { return needed(in) || len(unread) > 0 && in.Unread() != nil })
				for _, x := range pieces[T](sites, told, wipe) {
					order <- x
					queue <- x
				}
			}
			for scope := range scopes {
				inputs := slices.Concat(r.Load(scope)...)
				send(group.Add(inputs), inputs, false, group.Aside)
				if stopped.Load() {
					break
				}
			}
			scopes = nil // and with it what was named
			send(group.Rest(), nil, true, func(*Input) bool { return false })
		}()
		var workers sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			workers.Go(func() {
				for x := range queue {
					x.value = work(&x.Piece)
					close(x.done)
				}
			})
		}
		for x := range order {
			<-x.done
			if !stopped.Load() && !yield(&x.Piece, x.value) {
				stopped.Store(true)
			}
			x.drop()
		}
		workers.Wait()
	}
}

// drop clears and lets go of what was told: the rest of the scope may take a while.
func (x *queued[T]) drop() {
	Wipe(x.wipe)
	for _, in := range x.wipe {
		in.Data, in.Bundle, in.leaves = nil, nil, nil
	}
	if x.Site != nil {
		*x.Site = Site{}
	}
	*x = queued[T]{}
}

// parted gives the inputs that are not needed, and those that are.
func parted(inputs []*Input, needed func(*Input) bool) (no, yes []*Input) {
	for _, in := range inputs {
		if needed(in) {
			yes = append(yes, in)
		} else {
			no = append(no, in)
		}
	}
	return no, yes
}

// pieces are the sites, and what could not be read. What is to be wiped goes with
// the last one that has it.
func pieces[T any](sites []*Site, unread, wipe []*Input) []*queued[T] {
	var list []*queued[T]
	for _, s := range sites {
		list = append(list, &queued[T]{Piece: Piece{s, s.Inputs}})
	}
	end := &queued[T]{Piece: Piece{Inputs: unread}}
	list = append(list, end)
	last := map[*Input]*queued[T]{}
	for _, x := range list {
		x.done = make(chan struct{})
		for _, in := range x.Inputs {
			last[in.source()] = x
		}
	}
	for _, in := range wipe {
		x := last[in]
		if x == nil {
			x = end
		}
		x.wipe = append(x.wipe, in)
	}
	return list
}
