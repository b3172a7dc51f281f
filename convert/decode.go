package convert

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

// Limits that hold for every decoder, beside DecodeOptions.MaxSize.
const (
	DefaultMaxSize = 256 << 20 // bytes of input
	maxNesting     = 8         // containers within containers
	maxObjects     = 500_000   // objects in one input
	minObjects     = 5_000     // and in one that is small, beside one for so many bytes:
	objectSize     = 52        // about what an empty PEM block has
	maxPasswords   = 10_000    // given for one input
	maxRepeats     = 10        // of passwords that were given before, in a row
)

// PasswordRequest tells the password callback what is locked.
type PasswordRequest struct {
	Source  Source
	What    string // "encrypted PKCS#8 key (PBES2, …)"
	Member  string // the file in an archive that it is about, "" if the input is none
	Attempt int    // how many passwords were given before, for this input
}

// Passwords returns a password callback that gives those of list in turn, and
// then no more.
func Passwords[T string | []byte](list ...T) func(PasswordRequest) ([]byte, error) {
	return func(r PasswordRequest) ([]byte, error) {
		if r.Attempt >= len(list) {
			return nil, ErrPasswordRequired
		}
		return []byte(list[r.Attempt]), nil
	}
}

// DecodeOptions says how to read. The zero value reads by content and has no
// password.
type DecodeOptions struct {
	File string // name for Source and errors
	From string // name of a format; "" lets the content decide

	// Password returns one more password to try, as the UTF-8 (or whatever
	// bytes) the user gave. It is called only when something turns out to be
	// encrypted and the ones given before do not open it. It returns
	// ErrPasswordRequired when it has no more, with nil or with one that is to be
	// tried but counts for nothing if it is wrong; any other error ends Decode. What
	// was given before is not tried again: after ten of these in a row, or 10,000
	// passwords, Decode asks no more. Passwords makes a callback from a list.
	Password func(PasswordRequest) ([]byte, error)

	MaxSize int64 // limit in bytes, of the input and of what an archive unpacks to; 0 means DefaultMaxSize. Above that, an input may also cost as much as one of this size
	Work    *Work // what Decode costs is added to it; nil: nobody wants to know

	bare bool // it was written a moment ago: what is not a key is wanted for its bytes and names alone, no fields, no notes; reading it may cost what it costs
}

func (o *DecodeOptions) limit() int64 {
	if o.MaxSize == 0 {
		return DefaultMaxSize
	}
	return o.MaxSize
}

// unpackLimit is how much an archive of size bytes may unpack to: small ones that
// unpack to much are made to use up memory. A MaxSize above the default is the
// user's will.
func (o *DecodeOptions) unpackLimit(size int) int64 {
	limit := o.limit()
	if limit > DefaultMaxSize {
		return limit
	}
	return min(limit, max(32<<20, 20*int64(size)))
}

// Decode reads data in whatever format it is (or in opts.From). Where some
// objects can be read and others cannot, it returns both: a Bundle with what
// there is, each fault in Failures, and the first of the faults as error: the
// error is Bundle.Err, and Failures has all of it.
//
// Errors are *Error, or what the password callback returned: ErrUnknownFormat (what it seems to be instead is in
// Detail), ErrPasswordRequired, ErrPasswordIncorrect, ErrUnsupported,
// ErrDamaged, ErrTooLarge.
func Decode(data []byte, opts *DecodeOptions) (*Bundle, error) {
	if opts == nil {
		opts = &DecodeOptions{}
	}
	at := Source{File: opts.File}
	if limit := opts.limit(); int64(len(data)) > limit {
		e := tooLarge(at, "input", fmt.Sprintf("%d bytes, the limit is %d", len(data), limit))
		e.MaxSize = limit
		return unread(at, e)
	}
	var f *Format
	if opts.From != "" {
		if f = Lookup(opts.From); f == nil || f.Decode == nil {
			return unread(at, &Error{Kind: ErrUnknownFormat, Source: at, Detail: fmt.Sprintf("no readable format is called %q", opts.From)})
		}
	} else if f = Detect(data); f == nil {
		return unread(at, &Error{Kind: ErrUnknownFormat, Source: at, Foreign: shape.Identify(data)})
	}
	return f.Decode(data, opts)
}

// unread is a file that nothing was read from, for one fault.
func unread(at Source, err error) (*Bundle, error) {
	return &Bundle{Failures: []Failure{{Source: at, Err: err}}}, err
}

// decoder carries what the decoders of one input share.
type decoder struct {
	opts   *DecodeOptions
	bundle *Bundle

	passwords [][]byte // given so far; the one that worked last comes first
	asked     int
	ended     error                          // what the callback returned instead of a password
	repeats   int                            // of passwords given before, since the last new one
	work      pbe.Budget                     // key derivation rounds
	again     func() bool                    // whether a derivation with another form of the password can be afforded; nil: it costs nothing
	ahead     *pbe.Ahead                     // the keys that this file will ask for
	scouting  bool                           // for the keys that will be asked for: nothing is opened
	rejects   func(pw []byte, form int) bool // whether the container knows that this form need not be tried; nil: never
	odd       bool                           // the password that worked last is not in the form of its standard
	keyWork   pubkey.Work
	effort    *effort // with the certificates, when this decoder is done
	began     struct{ rounds, arithmetic int64 }
	unpacked  int64 // bytes that came out of archives
	depth     int
	index     int
	fewer     int    // objects than maxObjects
	tooMany   *Error // there are more
	current   int    // index in bundle.Containers of the one being read
}

// decodeWith runs one decoder on one input; it is what the Decode column of
// the table is made of.
func decodeWith(name string, run func(*decoder, []byte, Source) error) func([]byte, *DecodeOptions) (*Bundle, error) {
	return func(data []byte, opts *DecodeOptions) (*Bundle, error) {
		if opts == nil {
			opts = &DecodeOptions{}
		}
		d := &decoder{opts: opts, bundle: &Bundle{}}
		d.start(len(data))
		defer d.end()
		at := Source{File: opts.File, Format: name}
		if err := run(d, data, at); err != nil {
			d.fail(at, "", "", err)
		}
		d.following(data, at, 0)
		return d.bundle, d.bundle.Err()
	}
}

// over reports whether nothing more is to be read: by the user's will, or a limit
// of the whole input.
func (d *decoder) over() bool { return d.ended != nil || d.index > d.most() }

// most is how many objects the input may hold.
func (d *decoder) most() int { return maxObjects - d.fewer }

// start opens the budgets: a large input has one more for each MiB. A MaxSize above the
// default is the user's will here, too.
func (d *decoder) start(size int) {
	budgets := int64(1 + size>>20)
	if limit := d.opts.limit(); limit > DefaultMaxSize {
		budgets = max(budgets, 1+limit>>20)
	}
	d.effort = newEffort(int(budgets - 1))
	d.fewer = max(0, maxObjects-minObjects-size/objectSize)
	if w := d.opts.Work; w != nil && w.common != nil {
		d.effort = w.common
	}
	rounds, arithmetic := d.opts.Work.left(budgets*pbe.MaxWork, budgets*int64(pubkey.MaxWork))
	d.work.Spent, d.keyWork = pbe.MaxWork-int(rounds), pubkey.MaxWork-pubkey.Work(arithmetic)
	if d.opts.bare {
		d.work.Spent, d.keyWork = math.MinInt/2, math.MinInt64/2
	}
	d.began.rounds, d.began.arithmetic = int64(d.work.Spent), int64(d.keyWork)
}

// end clears the passwords and tells what was done.
func (d *decoder) end() {
	for _, p := range d.passwords {
		clear(p)
	}
	rounds, arithmetic := int64(d.work.Spent)-d.began.rounds, int64(d.keyWork)-d.began.arithmetic
	if d.effort != nil {
		d.effort.spent.Add(arithmetic)
	}
	d.opts.Work.add(rounds, arithmetic)
}

// fail records that the object at at could not be read, and goes on. A fault
// that was recorded before is not recorded twice.
func (d *decoder) fail(at Source, kind Kind, scheme string, err error) {
	list := d.bundle.Failures
	if n := len(list); n > 0 && (list[0].Err == err || list[n-1].Err == err) { // no search: there may be a million of them
		return
	}
	d.bundle.Failures = append(d.bundle.Failures, Failure{Source: at, Kind: kind, Scheme: scheme, Err: err})
}

// note records a fact; format and args are those of text.Of.
func (d *decoder) note(at Source, kind note.Kind, format string, args ...any) {
	d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: kind, Text: text.Of(format, args...)})
}

// container records the file (or a container within it) and returns it for
// its decoder to fill. The pointer is good until the next call.
func (d *decoder) container(at Source) *Container {
	d.bundle.Containers = append(d.bundle.Containers, Container{Source: at, Format: at.Format})
	d.current = len(d.bundle.Containers) - 1
	return &d.bundle.Containers[len(d.bundle.Containers)-1]
}

// encrypted records a scheme once in the container being read. A decoder that
// goes on after one nested in it sets d.current back to its own.
func (d *decoder) encrypted(scheme string) {
	c := d.currentContainer()
	if c == nil {
		return
	}
	c.Encrypted = true
	for _, s := range c.Schemes {
		if s == scheme {
			return
		}
	}
	c.Schemes = append(c.Schemes, scheme)
}

func (d *decoder) currentContainer() *Container {
	if len(d.bundle.Containers) == 0 {
		return nil
	}
	return &d.bundle.Containers[d.current]
}

// uses records an algorithm that a program has to know to read the container,
// and that it is encrypted with it.
func (d *decoder) uses(u pbe.Use) {
	d.encrypted(u.Name)
	if c := d.currentContainer(); c != nil && !slices.Contains(c.Uses, u) {
		c.Uses = append(c.Uses, u)
	}
}

// next numbers the objects of the input.
func (d *decoder) next(at Source) (Source, error) {
	d.index++
	if d.index > d.most() {
		if d.tooMany == nil {
			d.tooMany = tooLarge(at, "input", fmt.Sprintf("more than %d objects, as many as an input of its size may hold", d.most()))
		}
		return at, d.tooMany // one fault, which is told once
	}
	at.Index = d.index
	return at, nil
}

// enter guards against containers nested without end; leave with d.depth--.
func (d *decoder) enter(at Source) error {
	if d.depth++; d.depth > maxNesting {
		return tooLarge(at, "container", fmt.Sprintf("nested deeper than %d levels", maxNesting))
	}
	return nil
}

// spend accounts for a key derivation before it is run.
func (d *decoder) spend(at Source, what string, rounds, weight int) error {
	if err := d.work.Spend(rounds, weight); err != nil {
		fault := faultOf(at, what, err)
		if rounds <= pbe.MaxRounds && fault.Kind == ErrTooLarge { // the sum is, and each alone is not
			fault.MaxSize = max(d.opts.limit(), DefaultMaxSize)
		}
		return fault
	}
	return nil
}

// unlock calls try with one password after the other, each in its variants,
// until one is right. try returns nil when it is right, pbe.ErrPassword when it is
// wrong; any other error ends the search. It returns ErrPasswordRequired or
// ErrPasswordIncorrect as *Error.
func (d *decoder) unlock(at Source, what string, form pbe.Form, try func(pw []byte) error) error {
	if d.ended != nil {
		return d.ended
	}
	if ok, err := d.tryKnown(at, form, try); ok || err != nil {
		return err
	}
	for last := false; d.opts.Password != nil && !last && d.asked < maxPasswords && d.repeats < maxRepeats; {
		pw, err := d.opts.Password(PasswordRequest{Source: at, What: what, Attempt: d.asked})
		last = errors.Is(err, ErrPasswordRequired)
		if last && pw == nil {
			break
		}
		if err != nil && !last {
			d.ended = err
			return err
		}
		if !last {
			d.asked++
		}
		if slices.ContainsFunc(d.passwords, func(known []byte) bool { return bytes.Equal(known, pw) }) {
			d.repeats++ // it was tried, and is wrong
			continue
		}
		d.repeats = 0
		d.passwords = append(d.passwords, bytes.Clone(pw))
		if ok, err := d.tryPassword(at, form, len(d.passwords)-1, try); ok || err != nil {
			return err
		}
	}
	if d.asked == 0 {
		return &Error{Kind: ErrPasswordRequired, Source: at, What: what}
	}
	return &Error{Kind: ErrPasswordIncorrect, Source: at, What: what}
}

// tryKnown is unlock without asking: with the passwords that were given so far.
func (d *decoder) tryKnown(at Source, form pbe.Form, try func(pw []byte) error) (bool, error) {
	for i := range d.passwords {
		if ok, err := d.tryPassword(at, form, i, try); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// tryPassword calls try with the variants of one password. The right one moves
// to the front.
func (d *decoder) tryPassword(at Source, form pbe.Form, i int, try func(pw []byte) error) (bool, error) {
	d.ahead.Start(d.passwords[i])
	all := pbe.Variants(d.passwords[i], form)
	defer func() {
		for _, v := range all {
			clear(v.Bytes)
		}
	}()
	for n, v := range all {
		if d.rejects != nil && d.rejects(d.passwords[i], n) {
			return false, nil
		}
		if n > 0 && d.again != nil && !d.again() {
			d.note(at, note.Skipped, "forms of the password: they would be over the budget of key derivations for one input")
			return false, nil
		}
		err := try(v.Bytes)
		if err == nil {
			if d.odd = v.Odd; n > 0 {
				d.note(at, note.PasswordVariant, "%s", v.How)
			}
			d.passwords[0], d.passwords[i] = d.passwords[i], d.passwords[0]
			return true, nil
		}
		if !errors.Is(err, pbe.ErrPassword) {
			return false, err
		}
	}
	return false, nil
}
