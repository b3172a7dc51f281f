package site

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/validate"
)

// Scopes gives the inputs in the groups in which those that belong together
// are looked for: the files that were named, then each folder for itself.
func (r *Reader) Scopes(inputs []*Input) iter.Seq[[]*Input] {
	return func(yield func([]*Input) bool) { r.scopesOf(inputs, map[string]bool{}, yield) }
}

// Listed gives the scopes of a file with a group a line: a folder, or the names
// of files with tabs between them.
func (r *Reader) Listed(list string) iter.Seq[[]*Input] {
	return func(yield func([]*Input) bool) {
		seen := map[string]bool{}
		for named := range func(each func([]*Input) bool) { r.lines(list, each) } {
			if !r.scopesOf(named, seen, yield) {
				return
			}
		}
	}
}

// scopesOf gives the scopes of what was named together.
func (r *Reader) scopesOf(inputs []*Input, seen map[string]bool, yield func([]*Input) bool) bool {
	var named, folders []*Input
	for _, in := range inputs {
		if info, err := r.Files.Stat(in.Path); in.Bundle == nil && in.Path != "-" && err == nil && info.IsDir() {
			folders = append(folders, in)
		} else {
			named = append(named, in)
		}
	}
	if len(named) > 0 && !yield(named) {
		return false
	}
	for _, in := range folders {
		if !r.walkFolder(in.Path, in.Role, seen, yield) {
			return false
		}
	}
	return true
}

// walkFolder gives the files of a folder, then those of each folder in it, with
// what ACME clients have replaced last: what the server loads are links to some of
// that. A file that several links lead to is taken once, by its own name if it is
// in the same folder; but the links of a folder are taken together, if one of them
// leads to something new, or to what was only seen in an archive: it is in use then.
//
// seen has the files that were taken, and whether by a name outside of an archive.
func (r *Reader) walkFolder(dir string, role validate.Role, seen map[string]bool, yield func([]*Input) bool) bool {
	var list []*Input
	entries, err := r.Files.ReadDir(dir)
	if err != nil {
		list = append(list, &Input{Path: dir, folder: dir, Bundle: unread(dir, fault.Reading(dir, err))})
	}
	files := r.listed(dir, entries)
	archive := isArchive(dir)
	known := func(f found) bool {
		used, ok := seen[f.real]
		return used || ok && archive
	}
	again := slices.ContainsFunc(files, func(f found) bool { return f.link && !known(f) })
	taken := map[string]bool{}
	for _, f := range files {
		if taken[f.real] || known(f) && !(f.link && again) {
			continue
		}
		seen[f.real], taken[f.real] = seen[f.real] || !archive, true
		list = append(list, &Input{Path: f.path, Bundle: f.fault, folder: dir, real: f.real, links: f.links, Role: role})
	}
	if len(list) > 0 && !yield(list) {
		return false
	}
	slices.SortStableFunc(entries, func(a, b fs.DirEntry) int { return archiveOrder(a) - archiveOrder(b) })
	for _, e := range entries {
		if e.IsDir() && e.Name() != r.Ignored && !r.walkFolder(filepath.Join(dir, e.Name()), role, seen, yield) {
			return false
		}
	}
	return true
}

// found is a file in a folder.
type found struct {
	path, real string
	link       bool            // to a file in another folder
	links      []string        // to it, in this folder
	fault      *convert.Bundle // that it cannot be read
}

// rootStores are folders of the systems with the roots that they trust. What links lead
// to there, no server sends; in a copy of /etc they lead nowhere.
var rootStores = []string{"ca-certificates", "ca-trust"}

// lost is the fault of a link that leads to no file, nil where its name does not say
// that it should be one that a server has.
func (r *Reader) lost(path string, err error) *convert.Bundle {
	name := filepath.Base(path)
	ours := convert.Lookup(filepath.Ext(name))
	to, _ := r.Files.Link(path)
	switch {
	case ours == nil || ours.Carrier,
		strings.HasPrefix(name, ".#"), // with such a link Emacs locks a file
		slices.ContainsFunc(folders(to), func(dir string) bool { return slices.Contains(rootStores, dir) }):
		return nil
	}
	f := fault.Reading(path, err)
	if !errors.Is(err, fs.ErrPermission) {
		f.Text = fmt.Sprintf("it is a link, and what it leads to is not there: %s", to)
	}
	return unread(path, f)
}

// listed are the files in a folder, with the links to them.
func (r *Reader) listed(dir string, entries []fs.DirEntry) []found {
	home, _ := r.Files.Real(dir)
	var list []found
	links := map[string][]string{}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		path := filepath.Join(dir, e.Name())
		real, err := r.Files.Real(path)
		link := e.Type()&fs.ModeSymlink != 0
		if err != nil {
			if link {
				if b := r.lost(path, err); b != nil {
					list = append(list, found{path: path, real: path, fault: b})
				}
			}
			continue
		}
		if link && filepath.Dir(real) == home {
			links[real] = append(links[real], e.Name())
		} else if info, err := r.Files.Stat(real); err == nil && info.Mode().IsRegular() {
			list = append(list, found{path: path, real: real, link: link})
		}
	}
	for i := range list {
		list[i].links = links[list[i].real]
	}
	return list
}

// archiveOrder is the place of a folder among the others: 1 for one of archives.
func archiveOrder(e fs.DirEntry) int {
	if slices.Contains(archives, e.Name()) {
		return 1
	}
	return 0
}

// maxListed is the length of a line of a list.
const maxListed = 1 << 20

// lines gives what each line of the list names.
func (r *Reader) lines(list string, yield func([]*Input) bool) {
	failed := func(err error) bool {
		name := NameOf(list)
		return yield([]*Input{{Path: list, Bundle: unread(name, fault.Reading(name, err))}})
	}
	f, err := r.Files.Open(list)
	if err != nil {
		failed(err)
		return
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxListed)
	for lines.Scan() {
		var named []*Input
		for file := range strings.SplitSeq(lines.Text(), "\t") {
			switch file {
			case "":
				continue
			case "-":
				file = "./-" // standard input is not on a list
			}
			named = append(named, &Input{Path: file})
		}
		if len(named) > 0 && !yield(named) {
			return
		}
	}
	if err := lines.Err(); err != nil {
		failed(err)
	}
}

// Load reads and decodes the inputs, on all processors. It gives the files in
// each one: itself, or those of an archive.
func (r *Reader) Load(list []*Input) [][]*Input {
	loaded := make([][]*Input, len(list))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(list)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(list)); i = next.Add(1) - 1 {
				loaded[i] = r.load(list[i])
			}
		})
	}
	workers.Wait()
	return loaded
}

// load reads and decodes one file, or those in it.
func (r *Reader) load(in *Input) []*Input {
	if in.Bundle != nil { // known to be unreadable
		return []*Input{in}
	}
	data, mode, err := r.read(in.Path, nil)
	if err != nil {
		in.Bundle = unread(in.Name(), err)
		return []*Input{in}
	}
	in.Data = data
	if in.Path != "-" && runtime.GOOS != "windows" {
		in.perm = uint32(mode.Perm())
	}
	if list := r.unzip(in); len(list) > 0 {
		return list
	}
	r.work.Share(len(in.Data))
	r.decode(in, r.From, &r.work)
	return []*Input{in}
}

// decode keeps what could not be read in the bundle.
func (r *Reader) decode(in *Input, from string, work *convert.Work) {
	in.Bundle, _ = r.decodeAs(from, in.Name(), in.Data, work)
}

// unzip makes inputs of the files of an archive that are ours; there are none
// where the archive itself is at fault.
func (r *Reader) unzip(in *Input) []*Input {
	if f := convert.Lookup(r.From); f != nil && !f.Archive {
		return nil
	}
	members, err := convert.Unzip(in.Data, &convert.DecodeOptions{File: in.Name(), From: r.From, MaxSize: r.MaxSize})
	if err != nil {
		return nil
	}
	var list []*Input
	work := r.work.Archive(len(in.Data))
	for _, m := range members {
		one := *in
		one.member, one.Data, one.Bundle = m.Name, m.Data, &convert.Bundle{}
		one.links = nil // a link to an archive names none of the files in it
		if m.Err != nil {
			m.Err.Source.File = one.Name()
			one.Bundle.Failures = []convert.Failure{{Source: convert.Source{File: one.Name()}, Scheme: m.Cipher, Err: m.Err}}
		} else if r.decode(&one, "", work); one.Bundle.Err() != nil && one.Bundle.Len() == 0 && one.Foreign() {
			continue
		}
		list = append(list, &one)
	}
	if slices.ContainsFunc(list, (*Input).fits) {
		list = slices.DeleteFunc(list, func(in *Input) bool { return !in.fits() })
	}
	return list
}
