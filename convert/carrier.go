package convert

import (
	"bytes"
	"slices"

	"github.com/certconv/certconv/internal/carrier"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/shape"
)

const (
	whatHex   = "hexadecimal text"
	whatMail  = "mail"
	whatPlist = "configuration profile"
)

// carried makes objects of the parts of a carrier.
func carried(parts []carrier.Part, what string) []embedded {
	list := make([]embedded, len(parts))
	for i, p := range parts {
		list[i] = embedded{data: p.Data, line: p.Line, name: p.Name, ours: p.Ours || namedAsOurs(p.Name)}
		if p.Err != nil {
			list[i].err = carrierError(Source{}, what, p.Err)
		}
	}
	return list
}

// carrierError words a fault of a carrier.
func carrierError(at Source, what string, err *carrier.Error) *Error {
	if err.TooLarge {
		return tooLarge(at, what, err.Detail)
	}
	return &Error{Kind: ErrDamaged, Source: at, What: what, Detail: err.Detail}
}

// detectHex: what the digits stand for must be something that is known.
func detectHex(data []byte) confidence {
	if !carrier.MayBeHex(data[:min(len(data), 1<<20)]) {
		return notIt
	}
	text := plainText(data)
	if slices.ContainsFunc(carrier.HexDump(text), func(b carrier.Part) bool { return isObject(b.Data) || b.Err != nil && carrier.Begins(b.Data) }) {
		return whole // a BEGIN line among its characters is not one
	}
	for _, b := range carrier.Hex(text, isObject) {
		if isObject(b.Data) {
			return likely
		}
	}
	return notIt
}

// decodeHex reads what hexadecimal text stands for, each part as its own format.
func (d *decoder) decodeHex(data []byte, at Source) error {
	list := carrier.Hex(plainText(data), isObject)
	if len(list) == 0 {
		return &Error{Kind: ErrUnknownFormat, Source: at, Detail: "it is no hexadecimal text"}
	}
	return d.decodeEmbedded(carried(list, whatHex), at)
}

// detectMail: one that has an object attached in base64, whole or damaged. Others are read as
// PEM text.
func detectMail(data []byte) confidence {
	for _, p := range carrier.Mail(data) {
		if p.Encoded && (isObject(p.Data) || carrier.Begins(p.Data) || p.Err != nil && bytes.Contains(p.Data, []byte(pem.Begin))) {
			return whole // what lies in it is no text of the file
		}
	}
	return notIt
}

// decodeMail reads what is attached to a mail, and what stands in it.
func (d *decoder) decodeMail(data []byte, at Source) error {
	var list []carrier.Part
	for _, p := range carrier.Mail(data) {
		if p.Plain && p.Err == nil && detectPEM(p.Data) == notIt {
			continue // what was written to the reader
		}
		list = append(list, p)
	}
	if len(list) == 0 {
		return &Error{Kind: ErrUnknownFormat, Source: at, What: whatMail, Detail: "nothing is attached to it, or it is no mail"}
	}
	return d.decodeEmbedded(carried(list, whatMail), at)
}

// detectPlist: a binary property list, or one in XML with an object in it.
func detectPlist(data []byte) confidence {
	binary, xml := carrier.IsPlist(data)
	switch {
	case binary:
		return certain
	case !xml:
		return notIt
	}
	p, err := carrier.ReadPlist(data, isObject)
	if err != nil {
		return notIt
	}
	for _, x := range p.Parts {
		if isObject(x.Data) {
			return whole // what lies in it is no text of the file
		}
	}
	return notIt
}

// decodePlist reads the certificates and PKCS#12 in a configuration profile of Apple, or
// in another property list.
func (d *decoder) decodePlist(data []byte, at Source) error {
	if shape.Of(data) == shape.PKCS7 { // a signed one
		return d.decodePKCS7(data, at)
	}
	p, err := carrier.ReadPlist(data, isObject)
	if err != nil {
		return carrierError(at, whatPlist, err)
	}
	if len(p.Parts) == 0 {
		return &Error{Kind: ErrUnknownFormat, Source: at, What: whatPlist, Detail: "there is no certificate or key in it"}
	}
	for _, pw := range p.Passwords {
		d.note(at, note.Variant, "the password of a PKCS#12 stands beside it")
		d.passwords = append(d.passwords, []byte(pw))
	}
	return d.decodeEmbedded(carried(p.Parts, whatPlist), at)
}
