package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"path"
	"strings"
)

// listTar reads the list of the files of a tar archive, which has no table: where it
// breaks off, those before are there beside the error.
func listTar(data []byte) ([]File, error) {
	r := bytes.NewReader(data)
	t := tar.NewReader(r)
	var list []File
	for {
		h, err := t.Next()
		if err == io.EOF {
			return append(list, behind(Tar, bytes.NewReader(data), r.Size()-int64(r.Len()))...), nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) { // nothing is written under these names
			return list, &Error{Archive: Tar, Detail: "the list of its files breaks off"}
		}
		if len(list) == MaxFiles {
			return list, &Error{Archive: Tar, Problem: TooLarge, Detail: "it holds too many files: unpack it first"}
		}
		if !HasContent(h) {
			continue
		}
		at := r.Size() - int64(r.Len())
		f := File{Name: utf8Name(h.Name), offset: at, kind: Tar, sparse: IsSparse(h)}
		if rest := data[at:]; h.Size <= int64(len(rest)) {
			f.content = rest[:h.Size]
		} else {
			f.content, f.short = rest, true
		}
		list = append(list, f)
	}
}

// HasContent reports whether an entry is a file with content of its own. Contiguous files
// and those with holes are files as others.
func HasContent(h *tar.Header) bool {
	return h.Typeflag == tar.TypeReg || h.Typeflag == tar.TypeCont || h.Typeflag == tar.TypeGNUSparse
}

// IsSparse reports whether the content of a file in a tar archive is not there as it is:
// holes are left out, and a list of them stands before it or in its header.
func IsSparse(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// listPacked is what one compressed file holds: a file, whose name gzip may know.
func listPacked(data []byte, kind Kind) ([]File, error) {
	f := File{kind: kind, content: data}
	if kind == Gzip {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, &Error{Archive: kind, Detail: "its header is damaged"}
		}
		if z.Name != "" {
			f.Name = path.Base(utf8Name(z.Name))
		}
	}
	return []File{f}, nil
}

// Packed reports whether the file is all that a compressed file holds.
func (f File) Packed() bool { return f.where == "" && (f.kind == Gzip || f.kind == Bzip2) }

// openStream is Open for what is no ZIP archive.
func (f File) openStream() (io.ReadCloser, error) {
	switch {
	case f.where != "":
		return io.NopCloser(f.section), nil
	case f.sparse:
		return nil, errSparse
	case f.short:
		return nil, io.ErrUnexpectedEOF
	case f.Packed():
		return Unpack(bytes.NewReader(f.content), f.kind)
	}
	return io.NopCloser(bytes.NewReader(f.content)), nil
}
