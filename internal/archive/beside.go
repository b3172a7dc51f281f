package archive

import (
	"bytes"
	"io"
)

// Place is where bytes stand that are no file of an archive.
type Place string

// The places, as the names of files.
const (
	before  Place = "(before the archive)"
	after   Place = "(behind the archive)"
	Comment Place = "(comment of the archive)"
)

// Beside is where the file stands if it is not one of those that the archive lists, ""
// for those. An archive that was joined to another one stands before or behind it, and
// so does what was appended to one.
func (f File) Beside() Place { return f.where }

// Section is the bytes of a file beside an archive, and Offset where they begin in it.
func (f File) Section() (s *io.SectionReader, offset int64) { return f.section, f.offset }

func beside(kind Kind, where Place, r io.ReaderAt, start, end int64) File {
	return File{Name: string(where), kind: kind, where: where, section: io.NewSectionReader(r, start, end-start), offset: start}
}

// behind is what follows the end of an archive, none where that is only what fills up
// its last block.
func behind(kind Kind, r ReaderAt, end int64) []File {
	for buf := make([]byte, 64<<10); end < r.Size(); {
		n, err := r.ReadAt(buf, end)
		rest := bytes.TrimLeft(buf[:n], "\x00\r\n")
		if end += int64(n - len(rest)); len(rest) > 0 {
			return []File{beside(kind, after, r, end, r.Size())}
		}
		if err != nil {
			break
		}
	}
	return nil
}

// Behind is what follows the end of a compressed file, which Packed.End tells.
func (f File) Behind(end int64) []File {
	return behind(f.kind, bytes.NewReader(f.content), end)
}
