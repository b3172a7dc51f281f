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
			b = &convert.Bundle{}
			err = fault.New(fault.Internal, name, "certconv itself failed on this file").WithHint("please report it, with the file if it holds nothing secret")
		}
	}()
	b, err = convert.Decode(data, &convert.DecodeOptions{
		File: name, From: from, MaxSize: limit, Password: e.secrets.forInput(name),
	})
	if b == nil {
		b = &convert.Bundle{}
	}
	if err != nil {
		err = fault.In(err, name)
	}
	return b, err
}
