package site

import (
	"io"
	"io/fs"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/secrecy"
)

// Files is where the files are: a file system, and standard input under the
// name "-".
type Files interface {
	Open(path string) (fs.File, error)
	Stat(path string) (fs.FileInfo, error)
	ReadDir(path string) ([]fs.DirEntry, error)
	Real(path string) (string, error) // path without symbolic links
	Link(path string) (string, error) // what is written in a symbolic link
}

// Reader reads files and decodes what is in them.
type Reader struct {
	Files     Files
	Passwords func(file string) func(convert.PasswordRequest) ([]byte, error) // asked where something is encrypted
	From      string                                                          // name of a format, "" lets the content decide
	MaxSize   int64                                                           // of a file
	Ignored   string                                                          // name of folders that are passed over

	work convert.Work // shared by the inputs of Load
}

// Read reads a file whole, into buf's memory if that is large enough.
func (r *Reader) Read(path string, buf []byte) ([]byte, error) {
	data, _, err := r.read(path, buf)
	return data, err
}

// read is Read with the mode of the file, 0 where it is not known.
func (r *Reader) read(path string, buf []byte) ([]byte, fs.FileMode, error) {
	secrecy.NoDump()
	name := NameOf(path)
	f, err := r.Files.Open(path)
	if err != nil {
		return nil, 0, fault.Reading(name, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		data, err := readAll(name, f, 0, r.MaxSize, buf)
		return data, 0, err
	}
	switch {
	case info.IsDir():
		return nil, 0, fault.New(fault.IsFolder, name, "it is a folder")
	case info.Size() > r.MaxSize:
		return nil, 0, fault.OverLimit(name, info.Size(), r.MaxSize)
	}
	data, err := readAll(name, f, int(info.Size()), r.MaxSize, buf)
	return data, info.Mode(), err
}

// readAll reads a file that says to have this size.
func readAll(name string, f fs.File, size int, limit int64, buf []byte) ([]byte, error) {
	buf = buf[:0]
	if cap(buf) <= size {
		buf = make([]byte, 0, size+1)
	}
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := f.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if int64(len(buf)) > limit {
			return nil, fault.OverLimit(name, -1, limit)
		}
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return nil, fault.Reading(name, err)
		}
	}
}

// NameOf is what messages call an input.
func NameOf(path string) string {
	if path == "-" {
		return "standard input"
	}
	return path
}

// Empty words an input without content: what broken downloads leave.
func Empty(name string) *fault.Failure {
	return fault.New(fault.FileEmpty, name, "it is empty")
}

// Decode decodes what was read from the file that messages call name. A fault of
// certconv itself is confined to it and told without the words of the Go runtime.
func (r *Reader) Decode(name string, data []byte) (*convert.Bundle, error) {
	return r.decodeAs(r.From, name, data, nil)
}

func (r *Reader) decodeAs(from, name string, data []byte, work *convert.Work) (b *convert.Bundle, err error) {
	defer func() {
		if recover() != nil {
			err = fault.New(fault.Internal, name, "certconv itself failed on this file").WithHint("please report it, with the file if it holds nothing secret")
			b = unread(name, err)
		}
	}()
	b, err = convert.Decode(data, &convert.DecodeOptions{
		File: name, From: from, MaxSize: r.MaxSize, Password: r.Passwords(name), Work: work,
	})
	for i := range b.Keys {
		secrecy.Lock(b.Keys[i].PKCS8)
	}
	if err != nil {
		err = fault.In(err, name)
	}
	return b, err
}

// unread is the bundle of a file that nothing was read from.
func unread(name string, err error) *convert.Bundle {
	return &convert.Bundle{Failures: []convert.Failure{{Source: convert.Source{File: name}, Err: err}}}
}
