package main

import "sync/atomic"

// searchProgress counts what was read.
type searchProgress struct {
	bytes atomic.Int64
}

func newSearchProgress(*env) *searchProgress { return &searchProgress{} }

func (p *searchProgress) expect(int64) {}

func (p *searchProgress) read(n int) { p.bytes.Add(int64(n)) }

func (p *searchProgress) end() {}
