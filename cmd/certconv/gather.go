package main

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
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

// scopes gives the inputs in the groups in which those that belong together
// are looked for: the files that were named, then each folder for itself. Each
// line of --files-from is such a group, or a folder.
func (p *checkPlan) scopes(yield func([]*input) bool) {
	seen := map[string]bool{}
	if p.list == "" {
		scopesOf(p.inputs, seen, yield)
		return
	}
	for named := range p.listed {
		if !scopesOf(named, seen, yield) {
			return
		}
	}
}

// scopesOf gives the scopes of what was named together.
func scopesOf(inputs []*input, seen map[string]bool, yield func([]*input) bool) bool {
	var named, folders []*input
	for _, in := range inputs {
		if info, err := os.Stat(in.path); in.fail == nil && in.path != "-" && err == nil && info.IsDir() {
			folders = append(folders, in)
		} else {
			named = append(named, in)
		}
	}
	if len(named) > 0 && !yield(named) {
		return false
	}
	for _, in := range folders {
		if !walkFolder(in.path, in.role, seen, yield) {
			return false
		}
	}
	return true
}

// walkFolder gives the files of a folder, then those of each folder in it. One
// that several links lead to is taken once.
func walkFolder(dir string, role validate.Role, seen map[string]bool, yield func([]*input) bool) bool {
	var list []*input
	entries, err := os.ReadDir(dir)
	if err != nil {
		list = append(list, &input{path: dir, folder: dir, fail: inputFailure(dir, err)})
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if e.IsDir() {
			continue
		}
		real, err := filepath.EvalSymlinks(path)
		if err != nil || seen[real] {
			continue
		}
		if info, err := os.Stat(real); err == nil && info.Mode().IsRegular() {
			seen[real] = true
			list = append(list, &input{path: path, folder: dir, role: role})
		}
	}
	if len(list) > 0 && !yield(list) {
		return false
	}
	for _, e := range entries {
		if e.IsDir() && !walkFolder(filepath.Join(dir, e.Name()), role, seen, yield) {
			return false
		}
	}
	return true
}

// maxListed is the length of a line of --files-from.
const maxListed = 1 << 20

// listed gives what each line of --files-from names.
func (p *checkPlan) listed(yield func([]*input) bool) {
	name, file := shownName(p.list), p.env.stdin
	failed := func(err error) bool { return yield([]*input{{path: p.list, fail: inputFailure(name, err)}}) }
	if p.list != "-" {
		f, err := os.Open(p.list)
		if err != nil {
			failed(err)
			return
		}
		defer f.Close()
		file = f
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxListed)
	for lines.Scan() {
		var named []*input
		for path := range strings.SplitSeq(lines.Text(), "\t") {
			switch path {
			case "":
				continue
			case "-":
				path = "./-" // standard input is not on a list
			}
			named = append(named, &input{path: path})
		}
		if len(named) > 0 && !yield(named) {
			return
		}
	}
	if err := lines.Err(); err != nil {
		failed(err)
	}
}

// read opens and decodes the inputs, on all processors.
func (p *checkPlan) read(list []*input) {
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
}

// wipe clears what was read.
func wipe(inputs []*input) {
	for _, in := range inputs {
		in.bundle.Wipe()
	}
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
