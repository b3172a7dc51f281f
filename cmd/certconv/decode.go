package main

import (
	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
)

// decode reads one input. A fault of certconv itself is confined to it and
// reported without the words of the Go runtime.
func (e *env) decode(name string, data []byte, from string, limit int64) (b *convert.Bundle, err error) {
	defer func() {
		if recover() != nil {
			err = fault.New(fault.Internal, name, "certconv itself failed on this file").WithHint("please report it, with the file if it holds nothing secret")
			b = unread(name, err)
		}
	}()
	b, err = convert.Decode(data, &convert.DecodeOptions{
		File: name, From: from, MaxSize: limit, Password: e.secrets.forInput(name),
	})
	if err != nil {
		err = fault.In(err, name)
	}
	return b, err
}

// unread is the bundle of a file that nothing was read from.
func unread(name string, err error) *convert.Bundle {
	return &convert.Bundle{Failures: []convert.Failure{{Source: convert.Source{File: name}, Err: err}}}
}
