package main

import (
	"bytes"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/certconv/certconv/internal/report"
	"github.com/certconv/certconv/internal/terminal"
)

// piece is a part of a report that is written as it comes: a site, or the files
// of a scope that could not be read.
type piece struct {
	site   *site // nil: there is none
	inputs []*input
	wipe   []*input // what nothing needs after this piece
	result *report.Result
	text   bytes.Buffer
	done   chan struct{}
}

// stream checks one scope after the other and writes the line of each site as
// soon as it is known, in the order of the sites. What is held in memory is one
// scope and those whose lines are waiting for the ones before.
func (p *checkPlan) stream(group func([]*input) []*site) error {
	queue, order := make(chan *piece, window), make(chan *piece, window)
	var stopped atomic.Bool
	go func() {
		defer close(queue)
		defer close(order)
		for scope := range p.scopes {
			for _, x := range p.pieces(scope, group) {
				order <- x
				queue <- x
			}
			if stopped.Load() {
				return
			}
		}
	}()
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for x := range queue {
				p.finish(x)
				close(x.done)
			}
		})
	}
	var outcome report.Outcome
	progress := p.env.startProgress("checking", terminal.Files, true)
	p.env.told = true
	for x := range order {
		<-x.done
		_, _ = p.env.stdout.Write(x.text.Bytes())
		p.env.stdout.flush()
		if p.env.stdout.err != nil {
			stopped.Store(true) // nobody reads on
		}
		outcome.Add(x.result)
		p.env.tellFailures(x.result)
		progress.Add(int64(len(x.inputs)))
		wipe(x.wipe)
		x.drop()
	}
	progress.Close()
	workers.Wait()
	return outcome.Err()
}

// drop lets go of what was written: the rest of the scope may take a while.
func (x *piece) drop() {
	if x.site != nil {
		*x.site = site{}
	}
	*x = piece{}
}

// pieces reads a scope and takes it apart.
func (p *checkPlan) pieces(scope []*input, group func([]*input) []*site) []*piece {
	scope = slices.Concat(p.read(scope)...)
	var list []*piece
	for _, s := range group(scope) {
		list = append(list, &piece{site: s, inputs: s.inputs})
	}
	last := &piece{wipe: scope}
	for _, in := range scope {
		if in.unread() != nil {
			last.inputs = append(last.inputs, in)
		}
	}
	list = append(list, last)
	for _, x := range list {
		x.done = make(chan struct{})
	}
	return list
}

// finish checks the site and makes its line.
func (p *checkPlan) finish(x *piece) {
	var sites []*site
	if x.site != nil {
		p.checkSite(x.site)
		sites = append(sites, x.site)
	}
	x.result = p.outcome(x.inputs, sites)
	_ = p.env.handler(&x.text).Result(x.result)
}
