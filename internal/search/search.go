package search

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"io"
	"iter"
	"runtime"
	"slices"
	"sync"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/pubkey"
)

// Sizes of the windows through which a stream is searched. What starts in a
// block is looked at; the overlap behind it completes what reaches over its
// end, and the few bytes before it hold what else is on the line of a BEGIN.
const (
	blockSize  = 1 << 20
	overlap    = 256 << 10 // the largest object that is found at any offset
	lookBack   = 256
	windowSize = lookBack + blockSize + overlap

	// Whole is the size up to which Search decodes an input as a whole,
	// beside looking at each byte of it.
	Whole = blockSize
)

// What the encrypted and the plain keys of one input may cost to read.
const (
	maxRounds     = 100 * int64(pbe.MaxWork)
	maxArithmetic = 100 * int64(pubkey.MaxWork)
	maxLooked     = 128 << 20 // bytes of candidates, for each MiB
)

// A Searcher finds private keys among bytes of any kind: disk images, backups,
// memory dumps. It may be used by several goroutines at once, and holds the
// memory that all of them share.
type Searcher struct {
	free chan []byte
	cpus chan struct{}
}

// New returns a Searcher that looks at so many windows at once, as
// many as there are processors if workers is 0.
func New(workers int) *Searcher {
	if workers <= 0 {
		workers = min(runtime.GOMAXPROCS(0), 8) // reading is the limit then
	}
	s := &Searcher{free: make(chan []byte, 2*workers+1), cpus: make(chan struct{}, workers)}
	for range cap(s.free) {
		s.free <- nil
	}
	return s
}

// Options says how to search one input.
type Options struct {
	File     string // name for Source and errors
	Password func(convert.PasswordRequest) ([]byte, error)

	// Found is called with each private key, or the several of one container,
	// and with what could not be opened as Failures: one call at a time, in no
	// order. The bundle is good until Found returns. An error ends the search.
	Found func(*convert.Bundle) error
}

// Search reads r to its end and looks for private keys at every offset of it, in the clear
// and encrypted: see the documentation of the package for the forms. An input of up to
// Whole bytes is also read as what Decode makes of it. Archives are unpacked on the way:
// tar, gzip, bzip2, and, where r is an io.ReaderAt with a Size too, ZIP and compressed
// files at any offset. Source.Entry
// is the name in the archive, and Source.Offset counts from the start of what
// was packed; in a plain tar archive, from the start of the file.
//
// A key that is damaged is not found; see PrivateKey.Proved.
func (s *Searcher) Search(r io.Reader, opts *Options) error {
	run := &inputSearch{Searcher: s, opts: opts}
	err := run.input(r)
	run.files.Wait()
	if err == nil {
		err = run.carved()
		run.files.Wait()
	}
	return cmp.Or(err, run.end)
}

// search looks through one stream, an input or a file in an archive.
func (run *inputSearch) search(r io.Reader, in origin) error {
	var head [512]byte
	n, err := io.ReadFull(r, head[:])
	if err = notEnd(err); err != nil {
		return err
	}
	if n == 0 {
		return nil
	}
	if handled, err := run.unpack(head[:n], r, in); handled || err != nil {
		return err
	}
	return run.windows(head[:n], r, in)
}

// notEnd drops the errors that only say that there is no more.
func notEnd(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil
	}
	return err
}

// windows searches a stream piece by piece; head was read from it already.
func (run *inputSearch) windows(head []byte, r io.Reader, in origin) error {
	st := &streamSearch{run: run, in: in, places: map[int64]bool{}, locked: map[[sha256.Size]byte]*convert.Bundle{}}
	st.passwords.ask = run.opts.Password
	var all sync.WaitGroup
	tail, kept := head, []byte(nil) // what the next window takes over
	for p := (piece{base: in.base}); ; {
		w := run.window()
		copy(w, tail)
		n, err := io.ReadFull(r, w[len(tail):])
		p.data = w[:len(tail)+n]
		p.limit = len(p.data)
		if err != nil {
			err = notEnd(err)
			whole := err == nil && p.base == in.base && len(p.data) <= Whole
			run.start(&run.files, w, func() {
				if whole {
					st.whole(p.data)
				}
				st.search(p)
				all.Wait()
				st.passwords.wipe()
			})
			return err
		}
		p.limit -= overlap
		kept = append(kept[:0], p.data[p.limit-lookBack:]...)
		tail = kept
		this := p
		run.start(&all, w, func() { st.search(this) })
		if err := run.stopped(); err != nil {
			all.Wait()
			st.passwords.wipe()
			return err
		}
		p.base += int64(p.limit - lookBack)
		p.from = lookBack
	}
}

// start has a processor look through a window, and gives back its memory.
func (run *inputSearch) start(group *sync.WaitGroup, w []byte, look func()) {
	run.cpus <- struct{}{}
	group.Go(func() {
		look()
		<-run.cpus
		run.free <- w
	})
}

// tell hands on what was found.
func (run *inputSearch) tell(b *convert.Bundle) {
	if len(b.Keys)+len(b.Failures) == 0 {
		return
	}
	run.mu.Lock()
	defer run.mu.Unlock()
	if run.end == nil {
		run.end = run.opts.Found(b)
	}
}

// stop gives the search up.
func (run *inputSearch) stop(err error) {
	run.mu.Lock()
	defer run.mu.Unlock()
	run.end = cmp.Or(run.end, err)
}

func (run *inputSearch) stopped() error {
	run.mu.Lock()
	defer run.mu.Unlock()
	return run.end
}

// window takes memory out of the common stock, which is bounded.
func (s *Searcher) window() []byte {
	w := <-s.free
	if w == nil {
		w = make([]byte, windowSize)
	}
	return w
}

// streamSearch is the search of one stream.
type streamSearch struct {
	run *inputSearch
	in  origin

	mu        sync.Mutex
	passwords passwords
	covered   int64          // what starts before this, Decode has read
	places    map[int64]bool // and what starts here
	locked    map[[sha256.Size]byte]*convert.Bundle
}

// whole reads the input as Decode does.
func (st *streamSearch) whole(data []byte) {
	enc, _ := pem.DetectEncoding(data)
	if enc == pem.UTF8 && !mayHoldMore(data) {
		return
	}
	binary := enc == pem.UTF8 && pem.IsBinary(data)
	text := vimSwapText(data)
	if text != nil {
		data = text
	}
	f := convert.Detect(data)
	if f == nil || f.Archive {
		return // archives were unpacked before
	}
	work, _ := st.work(st.in.base)
	b, err := f.Decode(data, &convert.DecodeOptions{File: st.run.opts.File, Password: st.run.opts.Password, MaxSize: windowSize, Work: work})
	var e *convert.Error
	if err != nil && !errors.As(err, &e) {
		st.run.stop(err)
		return
	}
	if slices.Contains([]string{"der", "pkcs8", "pfx", "bcfks"}, f.Name) && (len(b.Keys) > 0 || isLocked(err) || f.Name == "bcfks") {
		if e, _, err := der.Parse(data); err == nil { // another may follow
			st.covered = st.in.base + int64(len(e.Full))
		}
	}
	if len(b.Keys) > 0 || isLocked(err) {
		st.places[st.in.base] = true
	}
	found := &convert.Bundle{Certs: b.Certs}
	found.Keys, found.Failures = provedKeys(b.Keys)
	for _, f := range b.Failures {
		if f.Unproved() {
			continue // that is about the certificates
		}
		if f.Source.Format == "pem" && !isLocked(f.Err) && enc == pem.UTF8 && (binary || !holdsBase64(around(data, f.Source.Offset))) {
			continue // programs and manuals have such lines, too
		}
		if f.Kind == convert.KindPrivateKey || f.Kind == "" && (isLocked(f.Err) || isSearchable(f.Source.Format)) {
			found.Failures = append(found.Failures, wholePFX(f))
		}
	}
	for s := range sources(found) {
		if text != nil {
			s.Offset = -1
		} else if s.Offset >= 0 {
			s.Offset += st.in.base
		}
		if st.in.entry != "" || s.Format == "pem" { // there it is the label
			s.Entry = st.in.entry
		}
		st.places[s.Offset] = true
	}
	st.run.tell(found)
}

// provedKeys leaves the keys that are proved; what is wrong with the others is a
// Failure.
func provedKeys(keys []convert.PrivateKey) (proved []convert.PrivateKey, rest []convert.Failure) {
	for _, k := range keys {
		if k.Proved {
			proved = append(proved, k)
			continue
		}
		fault := &convert.Error{Kind: convert.ErrDamaged, Source: k.Source, What: k.Algorithm + " private key", Detail: "its public key cannot be worked out"}
		if k.SPKI != nil {
			fault.Detail = "its numbers do not prove its public key"
		}
		rest = append(rest, convert.Failure{Source: k.Source, Kind: convert.KindPrivateKey, Err: fault})
	}
	return proved, rest
}

// around is the beginning of the block that stands at offset.
func around(data []byte, offset int64) []byte {
	data = data[max(0, min(offset, int64(len(data)))):]
	return data[:min(len(data), 2048)]
}

func isSearchable(format string) bool {
	f := convert.Lookup(format)
	return f != nil && f.Searchable
}

// read decodes a candidate and reports whether it is a key, locked or not.
func (st *streamSearch) read(c candidate, data []byte) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	if c.offset < st.covered || st.places[c.offset] {
		return true
	}
	at := convert.Source{File: st.run.opts.File, Format: c.format(), Entry: st.in.entry, Offset: c.offset}
	sum := [sha256.Size]byte{}
	if st.run.looked.Add(int64(len(data))) > maxLooked*st.share(c.offset) {
		st.run.giveUp(at)
		return false
	}
	if c.encrypted() {
		// Disks hold many copies of the same file; a password is tried on one.
		sum = sha256.Sum256(data)
		if b := st.locked[sum]; b != nil {
			again := *b
			again.Keys, again.Failures = append([]convert.PrivateKey(nil), b.Keys...), append([]convert.Failure(nil), b.Failures...)
			place(&again, at)
			st.run.tell(&again)
			return true
		}
	}
	b := st.decode(c, bytes.Clone(data), at)
	if len(b.Keys)+len(b.Failures) == 0 {
		return false
	}
	if c.encrypted() && len(st.locked) < 1<<12 {
		st.locked[sum] = b
	}
	st.run.tell(b)
	return true
}

// share is how many budgets of one file the keys of the input have so far, up to
// an offset: an input of a megabyte has one, a disk has more. What was packed has
// those of the input: it may unpack to anything.
func (st *streamSearch) share(offset int64) int64 {
	if st.in.packed {
		offset = st.run.size.Load()
	}
	return 1 + max(offset, 0)>>20
}

// work is where the work on what stands at an offset is counted; left reports
// whether there may be any.
func (st *streamSearch) work(offset int64) (work *convert.Work, left bool) {
	work, share := &st.run.work, st.share(offset)
	left = work.Limit(min(maxRounds, share*pbe.MaxWork), min(maxArithmetic, share*int64(pubkey.MaxWork)))
	return work, left
}

// giveUp says, once, that nothing more is tried.
func (run *inputSearch) giveUp(at convert.Source) {
	if run.tooMany.Swap(true) {
		return
	}
	err := &convert.Error{Kind: convert.ErrTooLarge, Source: at, What: "input", Detail: "it holds too many keys to try all of them"}
	run.tell(&convert.Bundle{Failures: []convert.Failure{{Source: at, Kind: convert.KindPrivateKey, Err: err}}})
}

// decode reads a candidate. What is no whole key is dropped.
func (st *streamSearch) decode(c candidate, data []byte, at convert.Source) *convert.Bundle {
	work, left := st.work(at.Offset)
	if !left {
		st.run.giveUp(at)
		return &convert.Bundle{}
	}
	st.passwords.last = 0
	b, _ := convert.Decode(data, &convert.DecodeOptions{File: at.File, From: c.reader(), Password: st.passwords.next, MaxSize: windowSize, Work: work})
	found := &convert.Bundle{Certs: b.Certs}
	found.Keys, _ = provedKeys(b.Keys)
	if len(found.Keys) > 0 {
		st.passwords.worked()
	}
	for _, f := range b.Failures {
		if f.Kind != convert.KindCertificate && isLocked(f.Err) && !f.Unproved() {
			found.Failures = append(found.Failures, wholePFX(f))
		}
	}
	place(found, at)
	for s := range sources(found) {
		if st.in.entry != "" || s.Format == "pem" {
			s.Entry = st.in.entry
		}
	}
	return found
}

// wholePFX is f without the part of a PFX that it is about: which one it is
// does not help anyone who looks for a key.
func wholePFX(f convert.Failure) convert.Failure {
	if f.Source.Format == "pfx" {
		f.Source.Entry = ""
	}
	return f
}

// passwords remembers the passwords of one stream.
type passwords struct {
	ask   func(convert.PasswordRequest) ([]byte, error)
	known [][]byte
	last  int // in known, of those that the last input asked for
}

// next is the password callback of each input: what is known first.
func (p *passwords) next(r convert.PasswordRequest) ([]byte, error) {
	p.last = r.Attempt
	if r.Attempt < len(p.known) {
		return p.known[r.Attempt], nil
	}
	if p.ask == nil {
		return nil, convert.ErrPasswordRequired
	}
	pw, err := p.ask(r)
	if err == nil {
		p.known = append(p.known, bytes.Clone(pw))
	}
	return pw, err
}

// worked has the password that was asked for last tried first.
func (p *passwords) worked() {
	if p.last < len(p.known) {
		p.known[0], p.known[p.last] = p.known[p.last], p.known[0]
	}
}

func (p *passwords) wipe() {
	for _, pw := range p.known {
		clear(pw)
	}
}

// sources are those of the objects and failures of b.
func sources(b *convert.Bundle) iter.Seq[*convert.Source] {
	return func(yield func(*convert.Source) bool) {
		for o := range b.Objects() {
			if !yield(o.Source) {
				return
			}
		}
		for i := range b.Failures {
			if !yield(&b.Failures[i].Source) {
				return
			}
		}
	}
}

// place puts all that b holds at a place.
func place(b *convert.Bundle, at convert.Source) {
	for s := range sources(b) {
		at.Entry, at.Index = s.Entry, s.Index
		*s = at
	}
}

// isLocked tells what keeps a key from being read from damage.
func isLocked(err error) bool {
	for _, kind := range []error{convert.ErrPasswordRequired, convert.ErrPasswordIncorrect, convert.ErrUnsupported, convert.ErrTooLarge} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}
