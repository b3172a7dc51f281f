package convert

import (
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/archive"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/shape"
)

// Member is a file in an archive, or in an archive in it.
type Member struct {
	Name   string // with its folders, and the archive it is in; each is there once
	Data   []byte
	Cipher string // what it is locked with
	Err    *Error // why Data is not there: locked, damaged, packed in a way that is not known here
}

// Unzip gives the files of an archive (ZIP, tar, gzip, bzip2) in their order, without folders and
// what macOS puts beside each file. Of opts it takes File, From and MaxSize, the
// limit for all files together. The error is about the archive as a whole:
// without From "zip" it is ErrUnknownFormat for what is no archive, and for
// documents and programs that are packed as one.
func Unzip(data []byte, opts *DecodeOptions) ([]Member, error) {
	if opts == nil {
		opts = &DecodeOptions{}
	}
	if opts.From != "zip" && !isArchive(data) {
		return nil, &Error{Kind: ErrUnknownFormat, Source: Source{File: opts.File}, What: string(archive.ZIP)}
	}
	var list []Member
	z := &unzipper{at: Source{File: opts.File, Format: "zip"}, left: opts.unpackLimit(len(data)), maxSize: opts.limit(), visit: func(m Member) error {
		list = append(list, m)
		return nil
	}}
	err := z.unzip(data)
	return list, err
}

// UnpackError is what package archive says of the archive at at, or of a file
// in it, as an *Error. Offset is that of the file, where it is known.
func UnpackError(at Source, err error) *Error {
	var fault *archive.Error
	if !errors.As(err, &fault) {
		return damaged(at, string(archive.ZIP), err)
	}
	if fault.Offset > 0 {
		at.Offset = fault.Offset
	}
	kind := [...]error{archive.Damaged: ErrDamaged, archive.TooLarge: ErrTooLarge, archive.Unsupported: ErrUnsupported}[fault.Problem]
	return &Error{Kind: kind, Source: at, What: string(fault.Archive), Algorithm: fault.Algorithm, Detail: fault.Detail}
}

// isArchive reports whether data is an archive of files, and not a document or
// program that is packed as one.
func isArchive(data []byte) bool {
	kind := archive.KindOf(data)
	return kind == archive.ZIP && !shape.IsDocument(data) || kind != "" && kind != archive.ZIP
}

// detectArchive makes the detection of those kinds.
func detectArchive(kinds ...archive.Kind) func([]byte) confidence {
	return func(data []byte) confidence {
		if slices.Contains(kinds, archive.KindOf(data)) && isArchive(data) {
			return certain
		}
		return notIt
	}
}

// decodeArchive reads each file of an archive as whatever it is.
func (d *decoder) decodeArchive(data []byte, at Source) error {
	if err := d.enter(at); err != nil {
		return err
	}
	defer func() { d.depth-- }()
	d.container(at)
	before := d.bundle.count()
	var others []string
	limit := d.opts.unpackLimit(len(data))
	z := &unzipper{at: at, left: limit - d.unpacked, maxSize: d.opts.limit(), visit: func(m Member) error {
		other, err := d.member(m, at)
		if other != "" {
			others = append(others, other)
		}
		return err
	}}
	err := z.unzip(data)
	d.unpacked = limit - z.left
	if err != nil {
		return err
	}
	return d.settleArchive(before, others, at, string(archive.KindOf(data)))
}

// settleArchive ends the reading of an archive: others are the files in it that are none of
// ours.
func (d *decoder) settleArchive(before tally, others []string, at Source, what string) error {
	now := d.bundle.count()
	if now.containers = before.containers; now == before {
		e := &Error{Kind: ErrUnknownFormat, Source: at, What: what, Detail: "there is no file in it"}
		if n := len(others); n > 0 {
			e.Detail = fmt.Sprintf("none of its %d files is a certificate or key: %s", n, strings.Join(others[:min(n, 3)], "; "))
		}
		return e
	}
	const most = 20
	for i, other := range others {
		if i == most {
			d.note(at, note.Skipped, "%d more files", len(others)-most)
			break
		}
		d.note(at, note.Skipped, other)
	}
	return nil
}

// member reads one file of an archive. What is none of ours is passed over,
// unless its name says otherwise: other says what it is. An error ends it all.
func (d *decoder) member(m Member, at Source) (other string, err error) {
	at.Format, at.Entry, at.Offset = "", m.Name, -1
	before := d.bundle.count()
	outer := d.opts
	d.opts = outer.forMember(m.Name)
	err = d.memberContent(m, at)
	d.opts = outer
	var own *Error
	if errors.As(err, &own) && own.Kind == ErrUnknownFormat && d.bundle.count().failures == before.failures && !namedAsOurs(m.Name) {
		other = shape.Plain(m.Name, 120)
		switch {
		case !own.Foreign.IsZero():
			other += ": " + own.Foreign.What.String()
		case own.Detail != "":
			other += ": " + own.Detail
		}
		return other, nil
	}
	if err != nil {
		d.fail(at, "", m.Cipher, err)
	}
	d.settleMember(before, m.Name)
	switch {
	case d.ended != nil:
		return "", d.ended
	case d.over():
		return "", err
	}
	return "", nil
}

// namedAsOurs reports whether the name of a file says that it holds a key or
// certificate.
func namedAsOurs(name string) bool { return Lookup(path.Ext(name)) != nil }

func (d *decoder) memberContent(m Member, at Source) error {
	if m.Err != nil {
		return m.Err
	}
	return d.decodeAny(m.Data, at)
}

// forMember makes requests for passwords name the file in the archive.
func (o *DecodeOptions) forMember(name string) *DecodeOptions {
	if o.Password == nil {
		return o
	}
	inner := *o
	inner.Password = func(r PasswordRequest) ([]byte, error) {
		r.Member = name
		return o.Password(r)
	}
	return &inner
}

// settleMember puts the name of the file in the archive on all that it
// brought. Lines count from its own start; offsets in it mean nothing to
// somebody who has the archive.
func (d *decoder) settleMember(before tally, name string) {
	for s := range d.bundle.sources(before) {
		s.Entry, s.Offset = name, -1
	}
	for i := range d.bundle.Notes[before.notes:] {
		d.bundle.Notes[before.notes+i].Member = name
	}
	for i := range d.bundle.Failures[before.failures:] {
		var e *Error
		if errors.As(d.bundle.Failures[before.failures+i].Err, &e) {
			e.Member = shape.Plain(name, 120)
		}
	}
}

// unzipper goes through the files of an archive and of those in it.
type unzipper struct {
	at    Source
	left  int64 // bytes that may still come out
	visit func(Member) error

	maxSize int64 // see DecodeOptions
}

func (z *unzipper) unzip(data []byte) error {
	files, err := archive.List(data)
	if inner := z.walk(files, "", 1); inner != nil {
		return inner
	}
	if err != nil {
		return UnpackError(z.at, err)
	}
	return nil
}

func (z *unzipper) walk(files []archive.File, folder string, depth int) error {
	seen := map[string]int{}
	for len(files) > 0 {
		f := files[0]
		name := f.Name
		files = files[1:]
		if strings.HasSuffix(name, "/") || strings.HasPrefix(name, "__MACOSX/") || path.Base(name) == ".DS_Store" {
			continue
		}
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s#%d", name, seen[name])
		}
		m := Member{Name: folder + name, Cipher: f.Cipher}
		var err error
		var behind []archive.File
		if m.Data, behind, err = z.read(f); err != nil {
			if m.Err = UnpackError(z.at, f.Fault(err)); m.Err.Kind == ErrTooLarge {
				m.Err.MaxSize = max(z.maxSize, DefaultMaxSize)
				return m.Err
			}
		}
		if len(behind) > 0 {
			files = append(behind, files...)
		}
		if f.Beside() == archive.Comment && !isObject(m.Data) {
			continue // what was written to the reader
		}
		if m.Err == nil && isArchive(m.Data) {
			inner, err := archive.List(m.Data)
			if depth >= maxNesting {
				m.Err = tooLarge(z.at, string(archive.KindOf(m.Data)), fmt.Sprintf("nested deeper than %d levels", maxNesting))
			} else {
				within := m.Name + "/"
				if f.Packed() {
					within = folder // a .tar.gz is one archive to its owner
				}
				if err := z.walk(inner, within, depth+1); err != nil {
					return err
				}
				if err == nil {
					continue
				}
				m.Err = UnpackError(z.at, err)
			}
			m.Data = nil
		}
		if err := z.visit(m); err != nil {
			return err
		}
	}
	return nil
}

// memberCost is what a file counts for beside its bytes. Many names in the list of
// an archive may stand for one file, and a list that is packed itself takes next to
// nothing.
const memberCost = 8 << 10

// read unpacks one file. What is behind it is known only then.
func (z *unzipper) read(f archive.File) (content []byte, behind []archive.File, err error) {
	if z.left -= memberCost; z.left < 0 {
		return nil, nil, archive.ErrOverLimit
	}
	r, err := f.Open()
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	content, err = io.ReadAll(io.LimitReader(r, z.left+1))
	if z.left -= int64(len(content)); z.left < 0 {
		return nil, nil, archive.ErrOverLimit
	}
	if err != nil {
		return nil, nil, err
	}
	if p, packed := r.(*archive.Packed); packed {
		end, _ := p.End()
		behind = f.Behind(end)
	}
	return content, behind, nil
}
