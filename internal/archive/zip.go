package archive

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Bounds of one archive: the list of its files is kept in memory.
const (
	MaxFiles     = 100_000
	maxDirectory = 16 << 20 // bytes
)

// The record at the end of a ZIP archive: how it begins, and its size before the comment
// (APPNOTE.TXT, Section 4.3.16).
const (
	endMark = "PK\x05\x06"
	endSize = 22
)

// Problem is what kind of fault an Error is.
type Problem int

// The kinds of faults.
const (
	Damaged     Problem = iota
	TooLarge            // over a limit
	Unsupported         // locked, or packed in a way that is not known here
)

// Error says why an archive, or a file in it, cannot be read.
type Error struct {
	Archive   Kind
	Problem   Problem
	Algorithm string // Unsupported: what it is locked or packed with
	Offset    int64  // of the file in the archive, 0 if it is about the archive
	Detail    string
}

func (e *Error) Error() string { return e.Detail }

// ErrOverLimit is for callers that stop to unpack a file; Fault words it.
var ErrOverLimit = errors.New("over the limit")

var (
	errLocked = errors.New("locked")
	errSparse = errors.New("sparse")
)

// ReaderAt is an archive of which any part can be read.
type ReaderAt interface {
	io.ReaderAt
	Size() int64
}

// File is a file in an archive, or a folder.
type File struct {
	Name   string // in UTF-8 and with slashes, whatever wrote it; that of a folder ends in one
	Cipher string // what locks it, "" if nothing does

	file *zip.File

	// What is no ZIP archive: where its bytes are, and whether some are missing.
	kind    Kind
	offset  int64
	content []byte
	short   bool
	sparse  bool

	where   Place // where it stands, if it is beside an archive
	section *io.SectionReader
}

// List reads the list of the files of an archive in memory. What stands before or
// behind it, and the comment of a ZIP archive, are in the list as files of their own:
// see Beside. Any error is an *Error, and is about what follows the files.
func List(data []byte) ([]File, error) {
	switch kind := KindOf(data); kind {
	case Tar:
		return listTar(data)
	case Gzip, Bzip2:
		return listPacked(data, kind)
	}
	// Each entry costs more memory than it takes in the file, and nothing says
	// beforehand how many are there.
	if n := bytes.Count(data, []byte("PK\x01\x02")); n > MaxFiles {
		return nil, &Error{Archive: ZIP, Problem: TooLarge, Detail: fmt.Sprintf("%d files, the limit is %d", n, MaxFiles)}
	}
	return listZIP(bytes.NewReader(data), bytes.LastIndex(data, []byte(endMark)))
}

// ListAt is List for a ZIP archive that is not in memory. Of what is behind it there may
// be no more than a comment may have.
func ListAt(r ReaderAt) ([]File, error) {
	tail := make([]byte, min(r.Size(), 1<<16+endSize))
	_, _ = r.ReadAt(tail, r.Size()-int64(len(tail)))
	end := bytes.LastIndex(tail, []byte(endMark))
	if end >= 0 {
		end += int(r.Size()) - len(tail)
	}
	return listZIP(r, end)
}

// listZIP reads the list whose end record is at end, and tells what stands around it.
func listZIP(r ReaderAt, end int) ([]File, error) {
	if end < 0 {
		return nil, &Error{Archive: ZIP, Detail: fmt.Sprintf("it was cut short: the list of its files, which comes last, is not there at byte %d", r.Size())}
	}
	cut, base := r.Size(), int64(0)
	if record, ok := endAt(r, end); ok {
		cut = min(cut, int64(end+endSize)+int64(record.comment))
		if record.size > maxDirectory {
			return nil, &Error{Archive: ZIP, Problem: TooLarge, Detail: "it holds too many files: unpack it first"}
		}
		base = record.base(r)
	}
	z, err := zip.NewReader(io.NewSectionReader(r, base, cut-base), cut-base)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // nothing is written under these names
		return nil, &Error{Archive: ZIP, Detail: "the list of its files does not fit what is in it"}
	}
	var list []File
	if start := base + startOf(io.NewSectionReader(r, base, cut-base), int64(end)-base, z.File); start > 0 {
		list = append(list, beside(ZIP, before, r, 0, start))
	}
	for _, f := range z.File {
		list = append(list, File{Name: name(f), Cipher: cipher(f), file: f})
	}
	if len(z.Comment) > 0 {
		list = append(list, beside(ZIP, Comment, r, cut-int64(len(z.Comment)), cut))
	}
	return append(list, behind(ZIP, r, cut)...), nil
}

// startOf is where the first file of the list begins, or the list if there is none. Before
// it may stand another archive.
func startOf(r io.ReaderAt, end int64, list []*zip.File) int64 {
	const longest = 30 + 2*math.MaxUint16 // of the header of a file: APPNOTE.TXT, Section 4.3.7
	first := end
	for _, f := range list {
		if at, err := f.DataOffset(); err == nil {
			first = min(first, at)
		}
	}
	if len(list) == 0 {
		return end
	}
	head := make([]byte, min(first, longest))
	_, _ = r.ReadAt(head, first-int64(len(head)))
	return max(0, first-int64(len(head))+int64(bytes.LastIndex(head, []byte("PK\x03\x04"))))
}

// endRecord is what the record at the end says of the list of files.
type endRecord struct {
	at           int64 // where it begins, or that of a large archive
	size, offset uint64
	comment      uint16
}

// endAt reads the record at the end. Large archives have another one before it (APPNOTE.TXT,
// Sections 4.3.14 and 4.3.15).
func endAt(r io.ReaderAt, end int) (e endRecord, ok bool) {
	var b [endSize]byte
	if _, err := r.ReadAt(b[:], int64(end)); err != nil && err != io.EOF || !bytes.HasPrefix(b[:], []byte(endMark)) {
		return e, false
	}
	e = endRecord{at: int64(end), size: uint64(binary.LittleEndian.Uint32(b[12:])), offset: uint64(binary.LittleEndian.Uint32(b[16:])), comment: binary.LittleEndian.Uint16(b[20:])}
	var locator [20]byte
	if e.size != math.MaxUint32 && e.offset != math.MaxUint32 || end < len(locator) {
		return e, true
	}
	if _, err := r.ReadAt(locator[:], int64(end-len(locator))); err != nil || !bytes.HasPrefix(locator[:], []byte("PK\x06\x07")) {
		return e, true
	}
	var large [56]byte
	at := int64(binary.LittleEndian.Uint64(locator[8:]) & math.MaxInt64)
	if _, err := r.ReadAt(large[:], at); err == nil && bytes.HasPrefix(large[:], []byte("PK\x06\x06")) {
		e.at, e.size, e.offset = at, binary.LittleEndian.Uint64(large[40:]), binary.LittleEndian.Uint64(large[48:])
	}
	return e, true
}

// base is where the archive begins that the record is of: others may stand before it. It is
// 0 where the offsets in the list count from the start of all.
func (e endRecord) base(r io.ReaderAt) int64 {
	if e.size > uint64(e.at) || e.offset > uint64(e.at)-e.size {
		return 0
	}
	base := e.at - int64(e.size) - int64(e.offset)
	var head [4]byte
	if _, err := r.ReadAt(head[:], base); err != nil || !bytes.HasPrefix(head[:], []byte("PK")) {
		return 0
	}
	return base
}

func name(f *zip.File) string {
	return utf8Name(f.Name)
}

// utf8Name is a name as it is read today.
func utf8Name(name string) string {
	if !utf8.ValidString(name) {
		var b strings.Builder
		for _, c := range []byte(name) {
			b.WriteRune(charmap.CodePage437.DecodeByte(c)) // APPNOTE.TXT, Appendix D
		}
		name = b.String()
	}
	return strings.ReplaceAll(name, `\`, "/")
}

// Open gives what is packed in the file. The errors of it and of reading from it
// are for Fault.
func (f File) Open() (io.ReadCloser, error) {
	if f.Cipher != "" {
		return nil, errLocked
	}
	if f.file == nil {
		return f.openStream()
	}
	return f.file.Open()
}

// Fault words why the file could not be unpacked.
func (f File) Fault(err error) *Error {
	e := &Error{Archive: ZIP}
	if f.file == nil {
		e.Archive, e.Offset = f.kind, f.offset
	} else {
		e.Offset, _ = f.file.DataOffset()
	}
	switch {
	case errors.Is(err, errLocked):
		e.Problem, e.Algorithm = Unsupported, f.Cipher
		e.Detail = "the file is locked with a password of the archive: unpack it first"
	case errors.Is(err, errSparse):
		e.Problem, e.Algorithm = Unsupported, "GNU sparse file"
		e.Detail = "its holes are left out: unpack it first"
	case errors.Is(err, ErrOverLimit):
		e.Problem, e.Detail = TooLarge, "its files unpack to more than an archive of its size may"
	case errors.Is(err, zip.ErrAlgorithm):
		e.Problem, e.Algorithm = Unsupported, method(f.file.Method)
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

// cipher names what locks a file, "" if nothing does.
func cipher(f *zip.File) string {
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

// method names a compression method (APPNOTE.TXT, Section 4.4.5).
func method(n uint16) string {
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
