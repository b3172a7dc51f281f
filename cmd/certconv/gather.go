package main

import (
	"bufio"
	"errors"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/deploy"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/validate"
)

// input is one file to be checked.
type input struct {
	path   string
	folder string // the folder it was found in; "" if it was named itself
	member string // the file in the archive at path; "" if path is no archive
	role   validate.Role
	perm   uint32
	data   []byte
	bundle *convert.Bundle // nil before it is read

	keys, requests []convert.PublicID
	of             *input // the input that it is a part of, nil if it is one itself
	leaves         []leaf // certificates of servers
}

// place is the file as it was given, with the one in it if it is an archive.
func (in *input) place() string {
	if in.member != "" {
		return in.path + " (" + in.member + ")"
	}
	return in.path
}

func (in *input) name() string {
	if in.path == "-" {
		return strings.Replace(in.place(), "-", shownName("-"), 1)
	}
	return in.place()
}

// base is the name of the file without its folders.
func (in *input) base() string {
	if in.member != "" {
		return path.Base(in.member)
	}
	return filepath.Base(in.path)
}

// found reports whether nobody named the file: it was in a folder or archive.
func (in *input) found() bool { return in.folder != "" || in.member != "" }

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
		if info, err := os.Stat(in.path); in.bundle == nil && in.path != "-" && err == nil && info.IsDir() {
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
// that several links lead to is taken once, and what install has replaced is
// no longer in use.
func walkFolder(dir string, role validate.Role, seen map[string]bool, yield func([]*input) bool) bool {
	var list []*input
	entries, err := os.ReadDir(dir)
	if err != nil {
		list = append(list, &input{path: dir, folder: dir, bundle: unread(dir, fault.Reading(dir, err))})
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
		if e.IsDir() && e.Name() != deploy.Store && !walkFolder(filepath.Join(dir, e.Name()), role, seen, yield) {
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
	failed := func(err error) bool {
		return yield([]*input{{path: p.list, bundle: unread(name, fault.Reading(name, err))}})
	}
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
		for file := range strings.SplitSeq(lines.Text(), "\t") {
			switch file {
			case "":
				continue
			case "-":
				file = "./-" // standard input is not on a list
			}
			named = append(named, &input{path: file})
		}
		if len(named) > 0 && !yield(named) {
			return
		}
	}
	if err := lines.Err(); err != nil {
		failed(err)
	}
}

// read opens and decodes the inputs, on all processors. It gives the files in
// each one: itself, or those of an archive.
func (p *checkPlan) read(list []*input) [][]*input {
	loaded := make([][]*input, len(list))
	queue := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(list)) {
		workers.Go(func() {
			for i := range queue {
				loaded[i] = p.load(list[i])
			}
		})
	}
	for i := range list {
		queue <- i
	}
	close(queue)
	workers.Wait()
	return loaded
}

// wipe clears what was read.
func wipe(inputs []*input) {
	for _, in := range inputs {
		in.bundle.Wipe()
	}
}

// load reads and decodes one file, or those in it.
func (p *checkPlan) load(in *input) []*input {
	if in.bundle != nil { // known to be unreadable
		return []*input{in}
	}
	var err error
	if in.data, err = p.env.readInput(in.path, p.limit, nil); err != nil {
		in.bundle = unread(in.name(), err)
		return []*input{in}
	}
	if in.path != "-" {
		if info, err := os.Stat(in.path); err == nil && runtime.GOOS != "windows" {
			in.perm = uint32(info.Mode().Perm())
		}
	}
	if list := p.unzip(in); len(list) > 0 {
		return list
	}
	p.decode(in, p.from)
	return []*input{in}
}

// decode keeps what could not be read in the bundle.
func (p *checkPlan) decode(in *input, from string) {
	in.bundle, _ = p.env.decode(in.name(), in.data, from, p.limit)
}

// unzip makes inputs of the files of an archive that are ours; there are none
// where the archive itself is at fault.
func (p *checkPlan) unzip(in *input) []*input {
	if p.from != "zip" && p.from != "" {
		return nil
	}
	members, err := convert.Unzip(in.data, &convert.DecodeOptions{File: in.name(), From: p.from, MaxSize: p.limit})
	if err != nil {
		return nil
	}
	var list []*input
	for _, m := range members {
		one := *in
		one.member, one.data, one.bundle = m.Name, m.Data, &convert.Bundle{}
		if m.Err != nil {
			m.Err.Source.File = one.name()
			one.bundle.Failures = []convert.Failure{{Source: convert.Source{File: one.name()}, Scheme: m.Cipher, Err: m.Err}}
		} else if p.decode(&one, ""); one.bundle.Err() != nil && one.bundle.Len() == 0 && one.foreign() {
			continue
		}
		list = append(list, &one)
	}
	if slices.ContainsFunc(list, (*input).fits) {
		list = slices.DeleteFunc(list, func(in *input) bool { return !in.fits() })
	}
	return list
}

// fits reports whether a file holds what it was given for, or may hold it.
func (in *input) fits() bool {
	b := in.bundle
	return in.role == validate.RoleAny || len(b.Failures) > 0 ||
		len(b.Keys) > 0 && in.role == validate.RoleKey ||
		len(b.Certs) > 0 && (in.role == validate.RoleCert || in.role == validate.RoleChain) ||
		len(b.Requests) > 0 && in.role == validate.RoleRequest ||
		len(b.CRLs) > 0 && in.role == validate.RoleCRL
}

// whole is the bundle of the file that in is a part of.
func (in *input) whole() *convert.Bundle {
	if in.of != nil {
		return in.of.bundle
	}
	return in.bundle
}

// unread is what kept the file from being read at all, nil if it was.
func (in *input) unread() *fault.Failure {
	err := in.bundle.Err()
	var lib *convert.Error
	if err == nil || errors.As(err, &lib) {
		return nil
	}
	return fault.In(err, in.name())
}

// locked reports whether a password was missing or wrong.
func (in *input) locked() *fault.Failure {
	err := in.bundle.Err()
	if !errors.Is(err, convert.ErrPasswordRequired) && !errors.Is(err, convert.ErrPasswordIncorrect) {
		return nil
	}
	return fault.In(err, in.name())
}

// file describes the input to package validate.
func (in *input) file() validate.File {
	f := validate.File{Name: in.name(), Role: in.role, Perm: in.perm, Size: int64(len(in.data))}
	if in.member != "" {
		f.Archive = in.path
	}
	return f
}
