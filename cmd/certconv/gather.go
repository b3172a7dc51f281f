package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/validate"
)

// input is one file to be checked.
type input struct {
	path   string
	folder string // the folder it was found in; "" if it was named itself
	role   validate.Role
	perm   uint32
	data   []byte
	bundle *convert.Bundle
	err    error    // of the decoder
	fail   *failure // it could not be opened or read

	keys, requests []string // public keys
	leaves         []leaf   // certificates of servers
}

func (in *input) name() string { return shownName(in.path) }

// read opens and decodes the inputs, with all files of the folders among
// them, on all processors.
func (p *checkPlan) read() []*input {
	var list []*input
	seen := map[string]bool{}
	for _, in := range p.inputs {
		if info, err := os.Stat(in.path); in.path == "-" || err != nil || !info.IsDir() {
			list = append(list, in)
			continue
		}
		list = append(list, walkFolder(in, seen)...)
	}
	queue := make(chan *input)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(list)) {
		workers.Go(func() {
			for in := range queue {
				p.load(in)
			}
		})
	}
	for _, in := range list {
		queue <- in
	}
	close(queue)
	workers.Wait()
	return list
}

// walkFolder lists the files below a folder. One that several links lead to is
// taken once.
func walkFolder(in *input, seen map[string]bool) []*input {
	var list []*input
	_ = filepath.WalkDir(in.path, func(path string, d fs.DirEntry, err error) error {
		found := &input{path: path, folder: filepath.Dir(path), role: in.role}
		if err != nil {
			found.fail = inputFailure(path, err)
			list = append(list, found)
			return nil
		}
		if d.IsDir() {
			return nil
		}
		real, err := filepath.EvalSymlinks(path)
		if err != nil || seen[real] {
			return nil
		}
		if info, err := os.Stat(real); err == nil && info.Mode().IsRegular() {
			seen[real] = true
			list = append(list, found)
		}
		return nil
	})
	return list
}

// load reads and decodes one file.
func (p *checkPlan) load(in *input) {
	in.bundle = &convert.Bundle{}
	if in.fail != nil {
		return
	}
	var err error
	if in.data, err = p.env.readInput(in.path, p.limit, nil); err != nil {
		in.fail = explain(err)
		return
	}
	if in.path != "-" {
		if info, err := os.Stat(in.path); err == nil && runtime.GOOS != "windows" {
			in.perm = uint32(info.Mode().Perm())
		}
	}
	in.bundle, err = p.env.decode(in.name(), in.data, p.from, p.limit)
	var lib *convert.Error
	switch {
	case err == nil:
	case errors.As(err, &lib):
		in.err = lib
	default:
		in.fail = explain(err)
	}
}

// locked reports whether a password was missing or wrong.
func (in *input) locked() *failure {
	if in.err == nil || !errors.Is(in.err, convert.ErrPasswordRequired) && !errors.Is(in.err, convert.ErrPasswordIncorrect) {
		return nil
	}
	return explain(inFile(in.err, in.name()))
}

// file describes the input to package validate.
func (in *input) file() validate.File {
	return validate.File{Name: in.name(), Role: in.role, Perm: in.perm, Size: int64(len(in.data)), Err: in.err}
}
