package search

import (
	"archive/tar"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/archive"
	"github.com/certconv/certconv/internal/shape"
)

// Limits for what comes out of the archives of one input. No file grows by more
// than the ratio when it is unpacked once (RFC 1951); an archive of archives
// may.
const (
	unpackAtLeast = 1 << 30
	unpackRatio   = 1100
	bzip2Byte     = 16       // what a byte counts for that bzip2 unpacks
	bzip2Run      = 5        // one that is like those around it
	placeCost     = 300      // what a place in a packed file counts for that looks like a key at first
	fileCost      = 64 << 10 // what a file counts for beside its bytes: to begin a search takes a while
	maxInnerZIP   = 8 << 20  // of a ZIP archive within another archive
	maxDepth      = 8        // archives within archives
)

const zipArchive = string(archive.ZIP)

// inputSearch is the search of one input and of all that is packed in it.
type inputSearch struct {
	*Searcher
	opts     *Options
	size     atomic.Int64 // of the input, as far as it is known
	read     int64
	unpacked atomic.Int64 // with what the search of it costs, in bytes that gzip unpacks
	fault    error        // of reading the input

	work    convert.Work // on the keys
	looked  atomic.Int64 // bytes of candidates: some do not say where they end
	tooMany atomic.Bool  // it was told that there are too many of these

	at     archive.ReaderAt // the input, nil where it can be read but once
	packed []carvedFile     // compressed files in it that are to be searched

	files sync.WaitGroup // those that are being looked through
	mu    sync.Mutex
	end   error          // why the search is given up
	over  *convert.Error // too much is packed in it
	told  bool           // so it was said
}

// origin is where a stream comes from.
type origin struct {
	entry  string // name in the archive
	base   int64  // offset that its start has
	packed bool   // offsets do not count from the start of the input
	depth  int
}

func (run *inputSearch) input(r io.Reader) error {
	top := inputReader{run, r}
	at, ok := r.(archive.ReaderAt)
	if !ok {
		return run.search(top, origin{})
	}
	run.size.Store(at.Size())
	run.at = at
	return run.search(inputFile{top, at}, origin{})
}

// carvedFile is a compressed file that was found at some offset.
type carvedFile struct {
	packedFile
	in origin
}

// maxCarved bounds how many compressed files without an archive around them are unpacked.
const maxCarved = 1_000_000

// carve keeps compressed files for when the input was read to its end.
func (run *inputSearch) carve(list []packedFile, in origin) {
	if run.at == nil || in.packed || len(list) == 0 {
		return
	}
	run.mu.Lock()
	defer run.mu.Unlock()
	for _, f := range list {
		if len(run.packed) < maxCarved {
			run.packed = append(run.packed, carvedFile{f, in})
		}
	}
}

// carved searches what the compressed files hold, several at once: to unpack them is most of
// the work.
func (run *inputSearch) carved() error {
	slices.SortFunc(run.packed, func(a, b carvedFile) int { return cmp.Compare(a.offset, b.offset) })
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(cap(run.cpus), len(run.packed)) {
		all.Go(func() {
			for i := next.Add(1); i <= int64(len(run.packed)); i = next.Add(1) {
				if !run.unpackCarved(&run.packed[i-1]) {
					return
				}
			}
		})
	}
	all.Wait()
	return run.stopped()
}

// unpackCarved searches one compressed file, and reports whether there is reason to go on. It
// may be of anything, and cut off by what was written over it: what cannot be unpacked of it
// is no fault.
func (run *inputSearch) unpackCarved(f *carvedFile) bool {
	name := f.Name
	if name == "" {
		name = "packed"
	}
	in := origin{entry: joinEntry(f.in, fmt.Sprintf("%s at byte %d", shape.Plain(name, 80), f.offset)), packed: true, depth: f.in.depth + 1}
	if run.count(0, string(archive.Gzip)) != nil {
		return false // that was told
	}
	r := &unpackReader{run, &quietReader{f.Open(run.at, f.offset)}, in, string(archive.Gzip)}
	if err := run.member(in, r.what, run.search(r, in)); err != nil {
		run.stop(err)
	}
	return run.stopped() == nil
}

// quietReader ends where there is nothing more to be had.
type quietReader struct{ r io.Reader }

func (r *quietReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil {
		err = io.EOF
	}
	return n, err
}

// inputReader remembers the fault of reading the input: what any other reader
// says is a fault of the archive.
type inputReader struct {
	run *inputSearch
	r   io.Reader
}

func (r inputReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	return r.run.note(n, err)
}

type inputFile struct {
	inputReader
	at archive.ReaderAt
}

func (f inputFile) Size() int64 { return f.at.Size() }

func (f inputFile) ReadAt(p []byte, at int64) (int, error) {
	n, err := f.at.ReadAt(p, at)
	return f.run.note(n, err)
}

func (run *inputSearch) note(n int, err error) (int, error) {
	if run.read += int64(n); run.read > run.size.Load() {
		run.size.Store(run.read)
	}
	if err != nil && err != io.EOF {
		run.fault = err
	}
	return n, err
}

// unpackReader is what comes out of an archive. Its faults are *Error.
type unpackReader struct {
	run  *inputSearch
	r    io.Reader
	in   origin
	what string
}

func (r *unpackReader) Read(p []byte) (int, error) {
	// io.ReadFull drops an error where it has all it wants.
	if over := r.run.count(0, r.what); over != nil {
		return 0, over
	}
	n, err := r.r.Read(p)
	cost := int64(n)
	if r.what == string(archive.Bzip2) {
		cost = bzip2Cost(p[:n])
	}
	over := r.run.count(cost, r.what)
	switch {
	case r.run.fault != nil:
		return 0, r.run.fault
	case over != nil:
		return 0, over // what fills a buffer has its error dropped by io.ReadFull
	case err == nil || err == io.EOF:
		return n, err
	}
	return n, &convert.Error{Kind: convert.ErrDamaged, What: r.what, Detail: "it cannot be unpacked from here on"}
}

// count accounts for n bytes that came out of an archive, or for as much work. An
// error says that it is over the limit.
func (run *inputSearch) count(n int64, what string) *convert.Error {
	limit := unpackAtLeast + unpackRatio*run.size.Load()
	if run.unpacked.Add(n) <= limit {
		return nil
	}
	run.mu.Lock()
	defer run.mu.Unlock()
	if run.over == nil {
		run.over = tooMuch(what, fmt.Sprintf("what is packed in it exceeds the safety limit (possible bomb), the work of unpacking %d bytes of gzip: not all of it was searched", limit))
	}
	return run.over
}

// bzip2Cost is what p counts for where bzip2 unpacked it: runs of one byte are
// quick.
func bzip2Cost(p []byte) (cost int64) {
	for part := range slices.Chunk(p, 4<<10) {
		each := bzip2Byte
		if bytes.Count(part, part[:1]) == len(part) {
			each = bzip2Run
		}
		cost += int64(each * len(part))
	}
	return cost
}

// unpack searches what is packed in an archive. It reports false where head is
// the start of something else.
func (run *inputSearch) unpack(head []byte, r io.Reader, in origin) (bool, error) {
	kind := archive.KindOf(head)
	packed := kind == "" && shape.IsPacked(head)
	if kind == "" && !packed {
		return false, nil
	}
	what := string(kind)
	whole := io.MultiReader(bytes.NewReader(head), r)
	if in.depth >= maxDepth || packed {
		err := &convert.Error{Kind: convert.ErrUnknownFormat, Foreign: shape.Identify(head)}
		if !packed {
			err = tooMuch(what, fmt.Sprintf("nested deeper than %d levels", maxDepth))
		}
		return false, run.closed(in, err)
	}
	inner := origin{entry: in.entry, packed: true, depth: in.depth + 1}
	switch kind {
	case archive.Tar:
		return true, run.tar(whole, in)
	case archive.ZIP:
		return run.zip(head, r, in)
	}
	z, err := archive.Unpack(whole, kind)
	if err == nil {
		err = run.stream(z, inner, what)
	}
	if run.fault != nil {
		return true, run.fault
	}
	if err := run.member(in, what, err); err != nil || z == nil {
		return true, err
	}
	end, rest := z.End()
	if rest == nil {
		return true, nil
	}
	in.base, in.depth = in.base+end, in.depth+1
	return true, run.search(rest, in)
}

// stream searches what a compressed file holds.
func (run *inputSearch) stream(r io.Reader, in origin, what string) error {
	return run.search(&unpackReader{run, r, in, what}, in)
}

// member makes a fault of an archive, or of a file in it, a Failure.
func (run *inputSearch) member(in origin, what string, err error) error {
	var own *convert.Error
	switch {
	case err == nil:
		return nil
	case run.fault != nil:
		return run.fault
	case !errors.As(err, &own):
		own = &convert.Error{Kind: convert.ErrDamaged, What: what, Detail: "it cannot be unpacked"}
	}
	return run.closed(in, own)
}

// closed tells what of an archive could not be searched: that it is too much
// once.
func (run *inputSearch) closed(in origin, err *convert.Error) error {
	run.mu.Lock()
	again := err == run.over && run.told
	run.told = run.told || err == run.over
	run.mu.Unlock()
	if again {
		return run.stopped()
	}
	at := convert.Source{File: run.opts.File, Entry: in.entry, Offset: in.base}
	run.tell(&convert.Bundle{Failures: []convert.Failure{{Source: at, Err: err}}})
	return run.stopped()
}

// tar searches each file of an archive, and what follows it.
func (run *inputSearch) tar(r io.Reader, in origin) error {
	count := &offsetReader{r: r}
	files := tar.NewReader(count)
	for {
		h, err := files.Next()
		if run.fault != nil {
			return run.fault
		}
		if errors.As(err, new(*convert.Error)) {
			return err // of what it is packed in
		}
		if err != nil {
			if err != io.EOF {
				if err := run.closed(in, &convert.Error{Kind: convert.ErrDamaged, What: string(archive.Tar), Detail: "the list of its files breaks off"}); err != nil {
					return err
				}
			}
			rest := in
			rest.depth++
			rest.base += count.n
			return run.search(count, rest)
		}
		if !archive.HasContent(h) {
			continue
		}
		if in.packed {
			if err := run.count(fileCost, "tar archive"); err != nil {
				return err
			}
		}
		file := origin{entry: joinEntry(in, h.Name), packed: in.packed, depth: in.depth + 1}
		var content io.Reader = files
		switch {
		case in.packed:
		case archive.IsSparse(h): // its holes are not in the input
			file.packed = true
			content = &unpackReader{run, files, file, string(archive.Tar)}
		default:
			file.base = in.base + count.n
		}
		err = run.search(content, file)
		if file.packed != in.packed {
			err = run.member(file, string(archive.Tar), err)
		}
		if err != nil {
			return err
		}
	}
}

// joinEntry names a file in an archive that may be in another one.
func joinEntry(in origin, name string) string {
	if in.entry == "" {
		return name
	}
	return in.entry + "/" + name
}

type offsetReader struct {
	r io.Reader
	n int64
}

func (r *offsetReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.n += int64(n)
	return n, err
}

// zip searches each file of an archive. Its list stands at the end: what
// cannot be read there must fit into memory.
func (run *inputSearch) zip(head []byte, r io.Reader, in origin) (bool, error) {
	at, ok := r.(archive.ReaderAt)
	if !ok {
		data, err := io.ReadAll(io.LimitReader(io.MultiReader(bytes.NewReader(head), r), maxInnerZIP+1))
		if err != nil {
			return true, err
		}
		if len(data) > maxInnerZIP {
			err := run.closed(in, tooMuch(zipArchive, "it is in another archive, and too large for that: unpack it first"))
			if err == nil {
				err = run.windows(data[:512], io.MultiReader(bytes.NewReader(data[512:]), r), in)
			}
			return true, err
		}
		at = bytes.NewReader(data)
	}
	files, err := archive.ListAt(at)
	if err != nil { // then its bytes are all there is
		if err := run.closed(in, convert.UnpackError(convert.Source{}, err)); err != nil || ok {
			return err != nil, err
		}
		return true, run.windows(nil, io.NewSectionReader(at, 0, at.Size()), in)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name, "/") || path.Base(f.Name) == ".DS_Store" {
			continue
		}
		if err := run.count(fileCost, zipArchive); err != nil {
			return true, run.closed(in, err)
		}
		if f.Beside() != "" {
			rest, offset := f.Section()
			if err := run.search(rest, origin{entry: in.entry, base: in.base + offset, packed: in.packed, depth: in.depth + 1}); err != nil {
				return true, err
			}
			continue
		}
		file := origin{entry: joinEntry(in, f.Name), packed: true, depth: in.depth + 1}
		if err := run.zipMember(f, file); err != nil {
			return true, err
		}
	}
	return true, nil
}

func (run *inputSearch) zipMember(f archive.File, in origin) error {
	r, err := f.Open()
	if err == nil {
		defer r.Close()
		err = run.stream(r, in, zipArchive)
	}
	var own *convert.Error
	if err != nil && run.fault == nil && !errors.As(err, &own) {
		err = convert.UnpackError(convert.Source{}, f.Fault(err))
	}
	return run.member(in, zipArchive, err)
}

func tooMuch(what, detail string) *convert.Error {
	return &convert.Error{Kind: convert.ErrTooLarge, What: what, Detail: detail}
}
