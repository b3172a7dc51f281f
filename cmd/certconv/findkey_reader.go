package main

import (
	"context"
	"io"
	"os"

	"github.com/certconv/certconv/internal/terminal"
)

// searchReader reads a file to its end, or until the search is given up. Holes
// are not read, and what the disk does not give is passed over.
type searchReader struct {
	disk     io.ReaderAt // file; a test puts another one here
	file     *os.File
	ctx      context.Context
	progress *terminal.Progress
	size     int64
	offset   int64 // what comes next

	sparse     bool
	data, hole int64 // where the next data starts, and where the next hole

	bad   []badPlace
	inRow int // faults without anything that could be read between them
}

// badPlace is where the disk has a fault.
type badPlace struct {
	offset int64
	err    error
}

const (
	diskSector = 4096
	maxInRow   = 64 // faults after which the rest is given up
	maxBad     = 10_000
)

// Size says how much there is: the list of a ZIP archive is at the end.
func (r *searchReader) Size() int64 { return r.size }

// ReadAt reads a part of a ZIP archive.
func (r *searchReader) ReadAt(p []byte, at int64) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.disk.ReadAt(p, at)
	r.progress.Add(int64(n))
	return n, err
}

func (r *searchReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	if r.sparse {
		if r.offset >= r.hole {
			r.data, r.hole = nextData(r.file, r.offset, r.size)
		}
		if r.offset < r.data {
			return r.zeros(p, r.data-r.offset), nil
		}
	}
	n, err := r.disk.ReadAt(p, r.offset)
	switch {
	case n > 0: // a fault comes again
		r.inRow = 0
		r.advance(n)
		return n, nil
	case err == nil || err == io.EOF:
		return 0, err
	}
	if r.inRow++; r.inRow > maxInRow || len(r.bad) == maxBad {
		return 0, err
	}
	r.bad = append(r.bad, badPlace{r.offset, err})
	return r.zeros(p, diskSector-r.offset%diskSector), nil
}

// zeros takes the place of n bytes that are not read.
func (r *searchReader) zeros(p []byte, n int64) int {
	p = p[:min(int64(len(p)), n)]
	clear(p)
	r.advance(len(p))
	return len(p)
}

func (r *searchReader) advance(n int) {
	r.offset += int64(n)
	r.progress.Add(int64(n))
}
