package archive

import (
	"archive/tar"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"io"
	"path"
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
			return list, nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) { // nothing is written under these names
			return list, &Error{Archive: Tar, Detail: "the list of its files breaks off"}
		}
		if len(list) == MaxFiles {
			return list, &Error{Archive: Tar, Problem: TooLarge, Detail: "it holds too many files: unpack it first"}
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		at := r.Size() - int64(r.Len())
		f := File{Name: utf8Name(h.Name), offset: at, kind: Tar}
		if rest := data[at:]; h.Size <= int64(len(rest)) {
			f.content = rest[:h.Size]
		} else {
			f.content, f.short = rest, true
		}
		list = append(list, f)
	}
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
func (f File) Packed() bool { return f.kind == Gzip || f.kind == Bzip2 }

// openStream is Open for what is no ZIP archive.
func (f File) openStream() (io.ReadCloser, error) {
	r := bytes.NewReader(f.content)
	switch {
	case f.short:
		return nil, io.ErrUnexpectedEOF
	case f.kind == Gzip:
		return gzip.NewReader(r)
	case f.kind == Bzip2:
		return io.NopCloser(bzip2.NewReader(r)), nil
	}
	return io.NopCloser(r), nil
}
