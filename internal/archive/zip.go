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

var errLocked = errors.New("locked")

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
}

// List reads the list of the files of an archive in memory. Any error is an
// *Error, and is about what follows the files.
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
	return ListAt(bytes.NewReader(data))
}

// ListAt is List for a ZIP archive that is not in memory.
func ListAt(r ReaderAt) ([]File, error) {
	tail := make([]byte, min(r.Size(), 1<<16+22))
	_, _ = r.ReadAt(tail, r.Size()-int64(len(tail)))
	end := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if end < 0 {
		return nil, &Error{Archive: ZIP, Detail: fmt.Sprintf("it was cut short: the list of its files, which comes last, is not there at byte %d", r.Size())}
	}
	if end+16 <= len(tail) && directorySize(r, tail, end) > maxDirectory {
		return nil, &Error{Archive: ZIP, Problem: TooLarge, Detail: "it holds too many files: unpack it first"}
	}
	z, err := zip.NewReader(r, r.Size())
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // nothing is written under these names
		return nil, &Error{Archive: ZIP, Detail: "the list of its files does not fit what is in it"}
	}
	list := make([]File, len(z.File))
	for i, f := range z.File {
		list[i] = File{Name: name(f), Cipher: cipher(f), file: f}
	}
	return list, nil
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
