package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/search"
	"github.com/certconv/certconv/internal/secrecy"
	"github.com/certconv/certconv/internal/site"
)

// searchRoots gives the places to search as they were named, without those
// that lie in another one.
func searchRoots(places []string) ([]string, error) {
	type root struct {
		real string
		dir  bool
	}
	list := make([]root, len(places))
	for i, p := range places {
		info, err := os.Stat(p)
		if err != nil {
			return nil, fault.Reading(p, err)
		}
		real, err := filepath.EvalSymlinks(p)
		if err == nil {
			real, err = filepath.Abs(real)
		}
		if err != nil {
			real = p
		}
		list[i] = root{real, info.IsDir()}
	}
	var roots []string
	for i, r := range list {
		within := false
		for n, o := range list {
			within = within || n != i && o.dir && strings.HasPrefix(r.real, strings.TrimSuffix(o.real, string(filepath.Separator))+string(filepath.Separator)) || n < i && o.real == r.real
		}
		if !within {
			roots = append(roots, places[i])
		}
	}
	return roots, nil
}

// run searches all files below the roots, on all processors.
func (f *keySearch) run(ctx context.Context, roots []string) {
	jobs := make(chan *searchJob, window)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for j := range jobs {
				f.search(ctx, j)
				f.add(j)
			}
		})
	}
	w := &fileWalk{search: f, ctx: ctx, jobs: jobs, seen: map[fileID]bool{}, virtual: map[uint64]bool{}}
	for _, r := range roots {
		w.root(r)
	}
	f.progress.AllExpected()
	close(jobs)
	workers.Wait()
}

// add takes over what a job came to.
func (f *keySearch) add(j *searchJob) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.unopened = append(f.unopened, j.unopened...)
	listed := min(f.others, maxOthers)
	for _, k := range j.found {
		k.Offset = max(k.Offset, 0)
		if !k.Matches {
			if listed == maxOthers {
				continue
			}
			listed++
		}
		f.found = append(f.found, k)
	}
	f.others += j.others
	if j.key != nil && (f.key == nil || j.order < f.keyOrder) {
		f.key, f.keyOrder = j.key, j.order
	}
	if f.first && f.key != nil {
		f.cancel()
	}
}

// fileWalk lists the files.
type fileWalk struct {
	search  *keySearch
	ctx     context.Context
	jobs    chan<- *searchJob
	order   int
	seen    map[fileID]bool // files with several names
	virtual map[uint64]bool // file systems: whether they are made up by the system
}

func (w *fileWalk) job(path string) *searchJob {
	w.order++
	return &searchJob{path: path, order: w.order}
}

func (w *fileWalk) put(path string, info fs.FileInfo) {
	if id, several := linkedID(info); several {
		if w.seen[id] {
			return
		}
		w.seen[id] = true
	}
	j := w.job(path)
	if j.size = info.Size(); info.Mode()&fs.ModeDevice != 0 {
		j.size = deviceSize(path)
	}
	w.search.progress.Expect(j.size)
	select {
	case w.jobs <- j:
	case <-w.ctx.Done():
	}
}

// deviceSize is 0 where it cannot be told.
func deviceSize(path string) int64 {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	size, _ := f.Seek(0, io.SeekEnd)
	return size
}

// pass lists a file that is not read.
func (w *fileWalk) pass(path, why string) {
	j := w.job(path)
	j.closed("", 0, why)
	w.search.add(j)
}

// root searches what was named: a folder, a file, a block device.
func (w *fileWalk) root(path string) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		w.pass(path, fault.Reading(path, err).Text)
	case info.IsDir():
		w.folder(path)
	case info.Mode().IsRegular(), info.Mode()&fs.ModeDevice != 0 && info.Mode()&fs.ModeCharDevice == 0:
		w.put(path, info)
	default:
		w.pass(path, "it is no file, folder or block device")
	}
}

func (w *fileWalk) folder(root string) {
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if w.ctx.Err() != nil {
			return fs.SkipAll
		}
		if err != nil {
			w.pass(path, fault.Reading(path, err).Text)
			return nil
		}
		info, err := d.Info()
		switch {
		case err != nil: // it went away
		case d.IsDir():
			if path != root && w.isVirtual(path, info) {
				return fs.SkipDir
			}
		case info.Mode().IsRegular():
			w.put(path, info)
		case info.Mode()&fs.ModeSymlink != 0:
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				w.put(path, info)
			}
		}
		return nil
	})
}

// isVirtual tells the root of a file system that the system makes up.
func (w *fileWalk) isVirtual(path string, info fs.FileInfo) bool {
	dev, ok := deviceOf(info)
	if !ok {
		return false
	}
	v, known := w.virtual[dev]
	if !known {
		v = virtualFileSystem(path)
		w.virtual[dev] = v
	}
	return v
}

// search looks for keys in one file.
func (f *keySearch) search(ctx context.Context, j *searchJob) {
	if ctx.Err() != nil {
		return
	}
	secrecy.NoDump()
	file, err := os.Open(j.path)
	if err != nil {
		j.closed("", 0, fault.Reading(j.path, err).Text)
		return
	}
	defer file.Close()
	adviseSequential(file, j.size)
	r := &searchReader{disk: file, file: file, size: j.size, ctx: ctx, progress: f.progress, sparse: isSparse(file)}
	err = f.searcher.Search(r, &search.Options{
		File: site.NameOf(j.path), Password: f.env.secrets.forSearch,
		Found: func(b *convert.Bundle) error {
			if j.take(f, b); f.first && j.key != nil {
				return context.Canceled
			}
			return nil
		},
	})
	f.mu.Lock()
	f.files++
	f.mu.Unlock()
	for _, bad := range r.bad {
		j.closed("", bad.offset, "it cannot be read here: "+fault.Reason(bad.err))
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		j.closed("", r.offset, "it cannot be read from here on: "+fault.Reason(err))
	}
}
