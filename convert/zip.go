package convert

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/shape"
)

// Bounds of one archive.
const (
	maxMembers      = 100_000
	maxZIPDirectory = 16 << 20 // the list of its files, which is kept in memory
)

// Member is a file in an archive, or in an archive in it.
type Member struct {
	Name   string // with its folders, and the archive it is in; each is there once
	Data   []byte
	Cipher string // what it is locked with
	Err    *Error // why Data is not there: locked, damaged, packed in a way that is not known here
}

// Unzip gives the files of a ZIP archive in their order, without folders and
// what macOS puts beside each file. Of opts it takes File, From and MaxSize, the
// limit for all files together. The error is about the archive as a whole:
// without From "zip" it is ErrUnknownFormat for what is no ZIP archive, and for
// documents and programs that are packed as one.
func Unzip(data []byte, opts *DecodeOptions) ([]Member, error) {
	if opts == nil {
		opts = &DecodeOptions{}
	}
	if opts.From != "zip" && !isZIP(data) {
		return nil, &Error{Kind: ErrUnknownFormat, Source: Source{File: opts.File}, What: "ZIP archive", Foreign: shape.Identify(data)}
	}
	var list []Member
	z := &unzipper{at: Source{File: opts.File, Format: "zip"}, left: opts.limit(), visit: func(m Member) error {
		list = append(list, m)
		return nil
	}}
	err := z.unzip(data)
	return list, err
}

// isZIP reports whether data is a ZIP archive of files, and not a document or
// program that is packed as one.
func isZIP(data []byte) bool { return detectZIP(data) == certain }

func detectZIP(data []byte) confidence {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) && !shape.IsDocument(data) {
		return certain
	}
	return notIt
}

// decodeZIP reads each file of an archive as whatever it is.
func (d *decoder) decodeZIP(data []byte, at Source) error {
	if err := d.enter(at); err != nil {
		return err
	}
	defer func() { d.depth-- }()
	d.container(at)
	before := d.count()
	var others []string
	z := &unzipper{at: at, left: d.opts.limit() - d.unpacked, visit: func(m Member) error {
		other, err := d.member(m, at)
		if other != "" {
			others = append(others, other)
		}
		return err
	}}
	err := z.unzip(data)
	d.unpacked = d.opts.limit() - z.left
	if err != nil {
		return err
	}
	now := d.count()
	if now.containers = before.containers; now == before {
		e := &Error{Kind: ErrUnknownFormat, Source: at, What: "ZIP archive", Detail: "there is no file in it"}
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
	before := d.count()
	outer := d.opts
	d.opts = outer.forMember(m.Name)
	err = d.memberContent(m, at)
	d.opts = outer
	var own *Error
	if errors.As(err, &own) && own.Kind == ErrUnknownFormat && d.count().failures == before.failures && !namedAsOurs(m.Name) {
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
	if err := d.bundle.Err(); err != nil && !errors.As(err, &own) || d.index > maxObjects {
		return "", err // the user's will, or a limit of the whole
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
	f := Detect(m.Data)
	if f == nil {
		return &Error{Kind: ErrUnknownFormat, Source: at, Foreign: shape.Identify(m.Data)}
	}
	at.Format = f.Name
	return f.read(d, m.Data, at)
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
}

func (z *unzipper) unzip(data []byte) error {
	files, err := zipFiles(data, z.at)
	if err != nil {
		return err
	}
	return z.walk(files, "", 1)
}

func (z *unzipper) walk(files []*zip.File, folder string, depth int) error {
	seen := map[string]int{}
	for _, f := range files {
		name := zipName(f)
		if strings.HasSuffix(name, "/") || strings.HasPrefix(name, "__MACOSX/") || path.Base(name) == ".DS_Store" {
			continue
		}
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s#%d", name, seen[name])
		}
		m := Member{Name: folder + name, Cipher: zipCipher(f)}
		var err error
		if m.Data, err = z.read(f); err != nil {
			if m.Err = zipFault(f, z.at, err); m.Err.Kind == ErrTooLarge {
				return m.Err
			}
		}
		if m.Err == nil && isZIP(m.Data) {
			var inner []*zip.File
			if inner, m.Err = zipFiles(m.Data, z.at); m.Err == nil && depth < maxNesting {
				if err := z.walk(inner, m.Name+"/", depth+1); err != nil {
					return err
				}
				continue
			}
			if m.Err == nil {
				m.Err = tooLarge(z.at, "ZIP archive", fmt.Sprintf("nested deeper than %d levels", maxNesting))
			}
			m.Data = nil
		}
		if err := z.visit(m); err != nil {
			return err
		}
	}
	return nil
}

// zipFiles reads the directory of an archive.
func zipFiles(data []byte, at Source) ([]*zip.File, *Error) {
	// Each entry costs more memory than it takes in the file, and nothing says
	// beforehand how many are there.
	if n := bytes.Count(data, []byte("PK\x01\x02")); n > maxMembers {
		return nil, tooLarge(at, "ZIP archive", fmt.Sprintf("%d files, the limit is %d", n, maxMembers))
	}
	return openZIP(bytes.NewReader(data), at)
}

// openZIP is zipFiles for an archive that is not in memory.
func openZIP(r sizedReaderAt, at Source) ([]*zip.File, *Error) {
	const what = "ZIP archive"
	tail := make([]byte, min(r.Size(), 1<<16+22))
	_, _ = r.ReadAt(tail, r.Size()-int64(len(tail)))
	end := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if end < 0 {
		return nil, &Error{Kind: ErrDamaged, Source: at, What: what, Detail: fmt.Sprintf("it was cut short: the list of its files, which comes last, is not there at byte %d", r.Size())}
	}
	if end+16 <= len(tail) && directorySize(r, tail, end) > maxZIPDirectory {
		return nil, tooLarge(at, what, "it holds too many files: unpack it first")
	}
	z, err := zip.NewReader(r, r.Size())
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // nothing is written under these names
		return nil, &Error{Kind: ErrDamaged, Source: at, What: what, Detail: "the list of its files does not fit what is in it"}
	}
	return z.File, nil
}

// directorySize is how long the list of files is said to be. Large archives say
// so in another place (APPNOTE.TXT, Sections 4.3.14 and 4.3.15).
func directorySize(r io.ReaderAt, tail []byte, end int) uint64 {
	size := uint64(binary.LittleEndian.Uint32(tail[end+12:]))
	if size != math.MaxUint32 || end < 20 || !bytes.HasPrefix(tail[end-20:], []byte("PK\x06\x07")) {
		return size
	}
	var record [56]byte
	at := binary.LittleEndian.Uint64(tail[end-12:])
	if _, err := r.ReadAt(record[:], int64(at&math.MaxInt64)); err != nil || !bytes.HasPrefix(record[:], []byte("PK\x06\x06")) {
		return size
	}
	return binary.LittleEndian.Uint64(record[40:])
}

// zipName is the name of a file in UTF-8 and with slashes, whatever wrote it.
func zipName(f *zip.File) string {
	name := f.Name
	if !utf8.ValidString(name) {
		var b strings.Builder
		for _, c := range []byte(name) {
			b.WriteRune(charmap.CodePage437.DecodeByte(c)) // APPNOTE.TXT, Appendix D
		}
		name = b.String()
	}
	return strings.ReplaceAll(name, `\`, "/")
}

var errOverBudget = errors.New("over the limit")

// read unpacks one file.
func (z *unzipper) read(f *zip.File) ([]byte, error) {
	if zipCipher(f) != "" {
		return nil, pbe.ErrPassword
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, z.left+1))
	if z.left -= int64(len(content)); z.left < 0 {
		return nil, errOverBudget
	}
	if err != nil {
		return nil, err
	}
	return content, nil
}

// zipFault words why a file could not be unpacked.
func zipFault(f *zip.File, at Source, err error) *Error {
	const what = "ZIP archive"
	at.Offset, _ = f.DataOffset()
	e := &Error{Kind: ErrDamaged, Source: at, What: what}
	switch {
	case errors.Is(err, pbe.ErrPassword):
		e = unsupported(at, what, zipCipher(f))
		e.Detail = "the file is locked with a password of the archive: unpack it first"
	case errors.Is(err, errOverBudget):
		e = tooLarge(at, what, "its files are larger than the limit for all of them")
	case errors.Is(err, zip.ErrAlgorithm):
		e = unsupported(at, what, zipMethod(f.Method))
		e.Detail = "the file is packed in this way: unpack it first"
	case errors.Is(err, zip.ErrChecksum):
		e.Detail = "the checksum of the file is wrong"
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Detail = "the file ends early"
	default:
		e.Detail = "what is packed is not what the list of files says"
	}
	return e
}

// zipCipher names what locks a file, "" if nothing does.
func zipCipher(f *zip.File) string {
	switch {
	case f.Flags&1 == 0:
		return ""
	case f.Method == 99:
		return "WinZip AES"
	case f.Flags&0x40 != 0:
		return "PKWARE Strong Encryption"
	}
	return "ZipCrypto"
}

// zipMethod names a compression method (APPNOTE.TXT, Section 4.4.5).
func zipMethod(n uint16) string {
	switch n {
	case 9:
		return "Deflate64"
	case 12:
		return "bzip2"
	case 14:
		return "LZMA"
	case 93:
		return "Zstandard"
	case 95:
		return "XZ"
	case 98:
		return "PPMd"
	}
	return fmt.Sprintf("compression method %d", n)
}
